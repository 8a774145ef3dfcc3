"""A file becomes lines of texts. CSV or XLSX is told by the content, never by the name."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from app.imports.errors import (
    FileEmpty,
    FileHasTooManyRows,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    LineUnreadable,
)
from app.imports.workbooks import workbook_lines

MEGABYTE = 1_000_000
MAX_BYTES = 5 * MEGABYTE
MAX_ROWS = 20_000
ZIP = b"PK\x03\x04"
SEPARATORS = ";,\t"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One row, and the line of the file on which people find it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    header: Line
    lines: tuple[Line, ...]


def read_sheet(content: bytes) -> Sheet:
    """Raises FileMissing, FileTooLarge, FileHasTooManyRows, FileUnreadable, FileEmpty."""
    lines = _lines(content)
    header = next(lines, None)
    rows = _counted(lines)
    if header is None or not rows:
        raise FileEmpty
    return Sheet(header, rows)


def must_look_readable(content: bytes) -> None:
    """What can be said at once of a file that is read later: a CSV whole, of an XLSX the start.

    Raises what `read_sheet` raises.
    """
    if not content.startswith(ZIP):
        read_sheet(content)
    elif len(list(islice(_lines(content), 2))) < 2:
        raise FileEmpty


def _lines(content: bytes) -> Iterator[Line]:
    if not content:
        raise FileMissing
    if len(content) > MAX_BYTES:
        raise FileTooLarge(most=MAX_BYTES // MEGABYTE)
    found = workbook_lines(content) if content.startswith(ZIP) else _csv_lines(_text(content))
    return _filled(found)


def _filled(found: Iterable[tuple[int, list[str]]]) -> Iterator[Line]:
    for number, cells in found:
        trimmed = tuple(_cell(cell) for cell in cells)
        if any(trimmed):
            yield Line(number, trimmed)


def _counted(lines: Iterator[Line]) -> tuple[Line, ...]:
    rows: list[Line] = []
    for line in lines:
        if len(rows) == MAX_ROWS:
            raise FileHasTooManyRows(most=MAX_ROWS)
        rows.append(line)
    return tuple(rows)


def _cell(text: str) -> str:
    """Without the apostrophe that keeps spreadsheets from reading a text as a formula."""
    text = text.strip()
    guarded = text.startswith("'") and text[1:].startswith(FORMULA_STARTS)
    return text[1:] if guarded else text


def _text(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, or what Windows writes in Europe."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileUnreadable


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    text, separator, skipped = _separated(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise LineUnreadable(line=number) from None
        yield number, cells


def _separated(text: str) -> tuple[str, str, int]:
    """The text, what separates its cells, and how many lines were only for spreadsheets."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first[4], 1
    outside_quotes = "".join(first.split('"')[::2])
    return text, max(SEPARATORS, key=outside_quotes.count), 0
