"""What a file would do, in words for pages and for terminals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext, ngettext

from app.http.words import say
from app.imports.checking import BadCell
from app.imports.errors import HeaderWrong
from app.imports.kinds import Kind
from app.imports.layout import Layout, accepts
from app.imports.models import UploadStatus
from app.imports.queries import UploadView
from app.imports.services.files import Report, counts
from app.imports.told import from_json

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
    """What the file would do or, once it is done, did."""

    rows: int
    created: int
    updated: int
    unchanged: int
    bad_rows: int
    errors: list[ErrorLine]
    more_errors: bool
    can_import: bool
    can_skip: bool
    header_wrong: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file that was sent, in the list of them."""

    id: UUID
    kind: str
    title: str
    file_name: str
    status: str
    sender: str
    sent_at: datetime
    started_at: datetime | None
    imported_at: datetime | None
    rows: int | None
    told: str
    """What it did, would do, or why it did nothing."""
    failure: str
    is_busy: bool


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


def report_page(kind: Kind, file: UploadView, problems: Sequence[BadCell]) -> ReportPage | None:
    """None as long as nobody has looked at the file."""
    if file.outcome is None:
        return None
    done = file.outcome
    bad, good = done["left_out"], done["created"] + done["updated"] + done["unchanged"]
    return ReportPage(
        rows=_rows(done),
        created=done["created"],
        updated=done["updated"],
        unchanged=done["unchanged"],
        bad_rows=bad,
        errors=[error_line(kind, cell) for cell in problems[:SHOWN]],
        more_errors=len(problems) > SHOWN,
        can_import=not bad and not done["header_wrong"],
        can_skip=not done["header_wrong"] and good > 0,
        header_wrong=done["header_wrong"],
    )


def file_line(kind: Kind, file: UploadView, names: Mapping[UUID, str]) -> FileLine:
    who = file.confirmed_by or file.sent_by
    failure = say(from_json(file.failure)) if file.failure else ""
    return FileLine(
        id=file.id,
        kind=kind.name,
        title=say(kind.title),
        file_name=file.file_name,
        status=file.status,
        sender=names.get(who, "") if who else "Convive",
        sent_at=file.sent_at,
        started_at=file.started_at,
        imported_at=file.imported_at,
        rows=_rows(file.outcome) if file.outcome else None,
        told=failure if file.status == UploadStatus.FAILED else _told(file),
        failure=failure,
        is_busy=file.is_busy,
    )


def _told(file: UploadView) -> str:
    if file.outcome is None:
        return ""
    if file.outcome["header_wrong"]:
        return say(HeaderWrong())
    is_done = file.status == UploadStatus.DONE
    return ", ".join(counted_words(file.outcome, only_looked_at=not is_done))


def _rows(outcome: Mapping[str, int]) -> int:
    """Files of the first days were counted part by part only."""
    parts = ("created", "updated", "unchanged", "left_out")
    return outcome.get("rows", sum(outcome[part] for part in parts))


def error_line(kind: Kind, cell: BadCell) -> ErrorLine:
    column = kind.layout.by_name.get(cell.column)
    return ErrorLine(
        line=cell.line,
        column=say(column.title) if column else "",
        value=cell.value,
        reason=say(cell.reason),
        accepts=say(cell.accepts),
    )


def error_rows(
    kind: Kind, problems: Iterable[BadCell]
) -> tuple[list[str], Iterator[Sequence[object]]]:
    titles = [
        gettext("Line"), gettext("Column"), gettext("Value"), gettext("Reason"),
        gettext("Accepted"),
    ]  # fmt: skip
    lines = (error_line(kind, cell) for cell in problems)
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
    return counted_words(counts(report), only_looked_at=only_looked_at)


def counted_words(counted: Mapping[str, int], *, only_looked_at: bool = False) -> list[str]:
    created, updated, unchanged, bad_rows = (
        counted[part] for part in ("created", "updated", "unchanged", "left_out")
    )
    bad = ngettext("%(num)s left out", "%(num)s left out", bad_rows)
    if only_looked_at:
        bad = ngettext("%(num)s with errors", "%(num)s with errors", bad_rows)
    told = [
        (created, ngettext("%(num)s created", "%(num)s created", created)),
        (updated, ngettext("%(num)s updated", "%(num)s updated", updated)),
        (unchanged, ngettext("%(num)s unchanged", "%(num)s unchanged", unchanged)),
        (bad_rows, bad),
    ]
    return [words for count, words in told if count] or [gettext("Nothing to do.")]
