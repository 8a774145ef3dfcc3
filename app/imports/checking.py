"""Lines become rows: each read by the layout's schema, each problem with its line and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from app.http.forms import flatten
from app.imports.layout import Layout, accepts, heading
from app.imports.sheets import Line, Sheet
from app.kernel.text import identity_key
from app.kernel.words import N_, Sentence

LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BadCell:
    """`reason` and `accepts` are for `say()`; no column: the row as a whole."""

    line: int
    column: str
    value: str
    reason: Any
    accepts: Any = ""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: Any
    """What the schema made of the cells; columns that the file does not have are absent."""
    cells: Mapping[str, str] = field(default_factory=dict)

    def bad(self, column: str, reason: Any, accepts: Any = "") -> BadCell:
        return BadCell(self.line, column, _short(self.cells.get(column, "")), reason, accepts)


@dataclass(frozen=True, slots=True)
class Checked:
    rows: tuple[Row, ...]
    bad: tuple[BadCell, ...]
    header_wrong: bool = False

    @property
    def total(self) -> int:
        return len(self.rows) + len({cell.line for cell in self.bad})


def check(sheet: Sheet, layout: Layout) -> Checked:
    """Every row is looked at, however many are bad. Needs an application context."""
    columns, problems = _columns(sheet.header, layout)
    if problems:
        return Checked((), tuple(problems), header_wrong=True)
    absent = tuple(name for name in layout.by_name if name not in columns)
    rows: list[Row] = []
    bad: list[BadCell] = []
    seen: dict[tuple[str, ...], int] = {}
    for line in sheet.lines:
        cells = _cells(line, columns)
        values, wrong = _read(layout, line.number, cells, absent)
        wrong += [*_strays(line, columns), *_repeated(layout, line.number, cells, seen)]
        if wrong:
            bad += wrong
        else:
            rows.append(Row(line.number, values, cells))
    return Checked(tuple(rows), tuple(bad))


def missing_for_new(layout: Layout, row: Row) -> list[BadCell]:
    """What a row that is new would need, when the file lacks whole columns."""
    return [
        row.bad(column.name, N_("A new row needs this column."), accepts(layout.field(column.name)))
        for column in layout.columns
        if column.name not in row.cells and layout.is_required(column.name)
    ]


def _columns(header: Line, layout: Layout) -> tuple[tuple[str, ...], list[BadCell]]:
    """The column names in the order of the file; "" where nothing stands."""
    known = layout.headings()
    names: list[str] = []
    problems: list[BadCell] = []
    for text in header.cells:
        name = known.get(heading(text), "") if text else ""
        if text and not name:
            titles = [Sentence(column.title) for column in layout.columns]
            offer = Sentence(N_("one of: %(choices)s"), {"choices": titles})
            problems.append(
                BadCell(header.number, "", _short(text), N_("We do not know this column."), offer)
            )
        elif name and name in names:
            problems.append(
                BadCell(header.number, name, _short(text), N_("This column appears twice."))
            )
        names.append(name)
    problems += [
        BadCell(header.number, name, "", N_("This column is missing."))
        for name in layout.needed
        if name not in names
    ]
    return tuple(names), problems


def _cells(line: Line, columns: tuple[str, ...]) -> dict[str, str]:
    padded = (*line.cells, *[""] * (len(columns) - len(line.cells)))
    return {name: text for name, text in zip(columns, padded, strict=False) if name}


def _read(
    layout: Layout, number: int, cells: Mapping[str, str], absent: tuple[str, ...]
) -> tuple[Any, list[BadCell]]:
    filled = {name: text for name, text in cells.items() if text}
    try:
        return layout.loader.load(filled, partial=absent), []
    except ValidationError as error:
        messages = flatten(error.normalized_messages())  # type: ignore[no-untyped-call]
    wrong = []
    for name, reasons in messages.items():
        known = name in layout.by_name
        offer = accepts(layout.field(name)) if known else ""
        shown = _short(cells.get(name, ""))
        wrong += [
            BadCell(number, name if known else "", shown, reason, offer) for reason in reasons
        ]
    return None, wrong


def _strays(line: Line, columns: tuple[str, ...]) -> Iterator[BadCell]:
    for index, text in enumerate(line.cells):
        if text and (index >= len(columns) or not columns[index]):
            yield BadCell(
                line.number,
                "",
                _short(text),
                N_(
                    "This cell stands under no heading. Put quotation marks around texts that hold"
                    " a separator."
                ),
            )
            return


def _repeated(
    layout: Layout, number: int, cells: Mapping[str, str], seen: dict[tuple[str, ...], int]
) -> Iterator[BadCell]:
    key = tuple(identity_key(cells.get(name, "")) for name in layout.key)
    if not any(key):
        return
    first = seen.setdefault(key, number)
    if first != number:
        name = layout.key[0]
        yield BadCell(
            number,
            name,
            _short(cells.get(name, "")),
            Sentence(N_("Line %(line)s of this file already tells this."), {"line": first}),
        )


def _short(text: str) -> str:
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain if len(plain) <= LONGEST_SHOWN else plain[: LONGEST_SHOWN - 1] + "…"
