"""Files we hand out: exports, templates, lists of errors. Texts cannot act as formulas."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.http.fields import Cents
from app.http.words import locale, say, zone
from app.imports.fields import Percentage
from app.imports.layout import Layout
from app.imports.sheets import FORMULA_STARTS
from app.kernel.words import N_

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}

Cells = Sequence[Any]


def export(layout: Layout, rows: Iterable[Mapping[str, Any]], form: str) -> bytes:
    """`form` is csv or xlsx."""
    return as_xlsx(layout, rows) if form == "xlsx" else as_csv(layout, rows)


def as_csv(layout: Layout, rows: Iterable[Mapping[str, Any]]) -> bytes:
    return csv_bytes(_titles(layout), (_cells(layout, row) for row in rows))


def as_xlsx(layout: Layout, rows: Iterable[Mapping[str, Any]]) -> bytes:
    return xlsx_bytes(_titles(layout), (_cells(layout, row) for row in rows))


def template(layout: Layout, form: str) -> bytes:
    """An empty file to fill in, its examples showing what each column takes."""
    count = max((len(column.examples) for column in layout.columns), default=0)
    rows = [
        [
            column.examples[index] if index < len(column.examples) else ""
            for column in layout.columns
        ]
        for index in range(count)
    ]
    write = xlsx_bytes if form == "xlsx" else csv_bytes
    return write(_titles(layout), rows)


def csv_bytes(titles: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """With the mark and, in French, the separator that French spreadsheets expect."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if locale().language == "fr" else ",")
    writer.writerow(titles)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(titles: Sequence[str], rows: Iterable[Cells]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title="Convive")
    sheet.freeze_panes = "A2"
    for index, title in enumerate(titles, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(12, min(len(title) + 4, 40))
    sheet.append([_bold(sheet, title) for title in titles])
    for row in rows:
        sheet.append([_as_text(sheet, harmless(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(cell: Any) -> str:
    """The text of a cell. A spreadsheet never reads what somebody typed as a formula."""
    if isinstance(cell, str):
        plain = "".join(char for char in cell if char.isprintable() or char in "\n\t")
        return f"'{plain}" if plain.startswith(FORMULA_STARTS) else plain
    return "" if cell is None else str(cell)


def amount(cents: int) -> "_Number":
    """A cell with an amount, as spreadsheets of the reader's language calculate with it."""
    return _Number(_hundredths(cents, shortest=2))


def _titles(layout: Layout) -> list[str]:
    return [say(column.title) for column in layout.columns]


def _cells(layout: Layout, row: Mapping[str, Any]) -> list[Any]:
    return [_plain(layout, column.name, row.get(column.name)) for column in layout.columns]


def _plain(layout: Layout, name: str, value: Any) -> Any:
    """As the same column reads it back."""
    field = layout.field(name)
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, int) and isinstance(field, Cents | Percentage):
        return _Number(_hundredths(value, shortest=0 if isinstance(field, Percentage) else 2))
    if isinstance(value, datetime):
        return value.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y") if locale().language == "fr" else value.isoformat()
    return value


class _Number:
    """Digits of ours: a minus sign in front is no formula."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def _hundredths(value: int, *, shortest: int) -> str:
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(abs(value), 100)
    digits = f"{fraction:02d}"
    digits = digits.rstrip("0").ljust(shortest, "0") if shortest < 2 else digits
    mark = "," if locale().language == "fr" else "."
    return f"{sign}{whole}{mark}{digits}" if digits else f"{sign}{whole}"


def _bold(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, value=title)
    cell.font = Font(bold=True)
    return cell


def _as_text(sheet: Any, text: str) -> Any:
    """Always a text, so that codes keep their zeros and nothing is calculated."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type, cell.number_format = "s", "@"
    return cell
