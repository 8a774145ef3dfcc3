"""What a file would do, in words for pages and for terminals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.http.words import say
from app.imports.checking import BadCell
from app.imports.kinds import Kind
from app.imports.layout import Layout, accepts
from app.imports.services import Report

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ColumnLine:
    name: str
    title: str
    accepts: str
    meaning: str
    required: bool


@dataclass(frozen=True, slots=True)
class ErrorLine:
    line: int
    column: str
    value: str
    reason: str
    accepts: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    rows: int
    created: int
    updated: int
    unchanged: int
    bad_rows: int
    errors: list[ErrorLine]
    more_errors: int
    can_import: bool
    can_skip: bool
    header_wrong: bool


def column_lines(layout: Layout) -> list[ColumnLine]:
    return [
        ColumnLine(
            name=column.name,
            title=say(column.title),
            accepts=say(accepts(layout.field(column.name))),
            meaning=say(column.meaning),
            required=layout.is_required(column.name),
        )
        for column in layout.columns
    ]


def report_page(kind: Kind, report: Report) -> ReportPage:
    return ReportPage(
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        bad_rows=report.bad_rows,
        errors=[error_line(kind, cell) for cell in report.bad[:SHOWN]],
        more_errors=max(0, len(report.bad) - SHOWN),
        can_import=not report.bad and not report.header_wrong,
        can_skip=report.can_skip,
        header_wrong=report.header_wrong,
    )


def error_line(kind: Kind, cell: BadCell) -> ErrorLine:
    column = kind.layout.by_name.get(cell.column)
    return ErrorLine(
        line=cell.line,
        column=say(column.title) if column else "",
        value=cell.value,
        reason=say(cell.reason),
        accepts=say(cell.accepts),
    )


def error_rows(kind: Kind, report: Report) -> tuple[list[str], Iterator[Sequence[object]]]:
    titles = [
        gettext("Line"), gettext("Column"), gettext("Value"), gettext("Reason"),
        gettext("Accepted"),
    ]  # fmt: skip
    lines = (error_line(kind, cell) for cell in report.bad)
    rows = ((line.line, line.column, line.value, line.reason, line.accepts) for line in lines)
    return titles, rows


def error_text(kind: Kind, cell: BadCell) -> str:
    """One line of a terminal."""
    line = error_line(kind, cell)
    place = gettext("line %(line)s", line=line.line)
    told = ", ".join(part for part in (place, line.column) if part)
    shown = f" “{line.value}”" if line.value else ""
    offer = f" ({line.accepts})" if line.accepts else ""
    return f"{told}{shown}: {line.reason}{offer}"


def done_words(report: Report, *, only_looked_at: bool = False) -> list[str]:
    """The counts, each in its words."""
    bad = ngettext("%(num)s left out", "%(num)s left out", report.bad_rows)
    if only_looked_at:
        bad = ngettext("%(num)s with errors", "%(num)s with errors", report.bad_rows)
    counts = [
        (report.created, ngettext("%(num)s created", "%(num)s created", report.created)),
        (report.updated, ngettext("%(num)s updated", "%(num)s updated", report.updated)),
        (report.unchanged, ngettext("%(num)s unchanged", "%(num)s unchanged", report.unchanged)),
        (report.bad_rows, bad),
    ]
    return [words for count, words in counts if count] or [gettext("Nothing to do.")]
