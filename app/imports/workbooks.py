"""The first sheet of an XLSX file, as the texts a CSV file would hold. Nothing is calculated."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.imports.errors import FileUnreadable

MAX_UNPACKED = 60_000_000
MAX_PARTS = 500
MAX_COLUMNS = 60

UNREADABLE = (
    InvalidFileException, DefusedXmlException, ParseError, zipfile.BadZipFile,
    KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError,
    NotImplementedError, RuntimeError, AssertionError,
)  # fmt: skip
"""A damaged workbook fails anywhere inside the library that reads it."""


def workbook_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Raises FileUnreadable."""
    try:
        _must_unpack_small(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it leaves aside (styles, charts) is no news
            yield from _lines(content)
    except UNREADABLE:
        raise FileUnreadable from None


def _must_unpack_small(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        listed = parts.infolist()
        if len(listed) > MAX_PARTS or sum(part.file_size for part in listed) > MAX_UNPACKED:
            raise FileUnreadable


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        blank: Any = None
        for number, row in enumerate(sheet.iter_rows(min_row=1, max_col=MAX_COLUMNS), start=1):
            if row is blank:  # a sheet may claim a million of them: one object stands for all
                continue
            cells = _trimmed([_text(cell) for cell in row])
            blank = blank if cells else row
            yield number, cells
    finally:
        book.close()


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        text = value or ""
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = _number(value, cell.number_format)
    elif isinstance(value, datetime):
        text = value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    elif isinstance(value, date | time):
        text = value.isoformat()
    else:
        text = str(value)
    return text


def _number(value: float, number_format: str | None) -> str:
    """12.1 is not told as 12.0999999; 20 % is told as people see it, not as 0.2."""
    if number_format and "%" in number_format:
        return f"{value * 100:.10g} %"
    return f"{value:.12g}"
