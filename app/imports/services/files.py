"""Look at a file without touching anything; import it whole, or not at all."""

from dataclasses import dataclass

from app.audit.services import record
from app.imports.checking import BadCell, check
from app.imports.errors import FileHasErrors, HeaderWrong
from app.imports.kinds import Comparison, Kind
from app.imports.sheets import Sheet
from app.imports.writing import export as written
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Report:
    """What a file would do, or did."""

    rows: int
    created: int
    updated: int
    unchanged: int
    bad: tuple[BadCell, ...]
    header_wrong: bool = False

    @property
    def bad_rows(self) -> int:
        return len({cell.line for cell in self.bad})

    @property
    def can_skip(self) -> bool:
        """Some rows are good although others are not."""
        return not self.header_wrong and self.created + self.updated + self.unchanged > 0


def look(uow: UnitOfWork, actor: Actor, kind: Kind, sheet: Sheet) -> Report:
    """The dry run: every bad row, and what the good ones would do. Writes nothing."""
    return _looked_at(uow, actor, kind, sheet)[0]


def apply(
    uow: UnitOfWork,
    actor: Actor,
    kind: Kind,
    sheet: Sheet,
    *,
    skip_bad_rows: bool = False,
    clock: Clock,
) -> Report:
    """Raises HeaderWrong, FileHasErrors: nothing is written from a file with errors unless
    leaving its bad rows out was asked for."""
    report, comparison = _looked_at(uow, actor, kind, sheet)
    if report.header_wrong:
        raise HeaderWrong
    if report.bad and not skip_bad_rows:
        raise FileHasErrors(lines=report.bad_rows)
    kind.write(uow, actor, comparison, clock=clock)
    record(uow, actor, f"import.{kind.name}", "import", None, after=counts(report))
    return report


def export(uow: UnitOfWork, actor: Actor, kind: Kind, form: str) -> bytes:
    """All of a kind, as `form` (csv, xlsx); who took it with her is written down."""
    if not kind.is_readable_by(actor.role):
        raise NotAllowed
    rows = list(kind.export(uow, actor))
    record(uow, actor, f"export.{kind.name}", "export", None, after={"rows": len(rows)})
    return written(kind.layout, rows, form)


def _looked_at(
    uow: UnitOfWork, actor: Actor, kind: Kind, sheet: Sheet
) -> tuple[Report, Comparison]:
    must_be_open(kind, actor)
    checked = check(sheet, kind.layout)
    found = kind.compare(uow, actor, checked.rows) if checked.rows else Comparison()
    bad = tuple(sorted((*checked.bad, *found.bad), key=lambda cell: cell.line))
    report = Report(
        rows=len(sheet.lines),
        created=len(found.created),
        updated=len(found.updated),
        unchanged=len(found.unchanged),
        bad=bad,
        header_wrong=checked.header_wrong,
    )
    return report, found


def counts(report: Report) -> dict[str, int | bool]:
    return {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "left_out": report.bad_rows,
        "header_wrong": report.header_wrong,
    }


def must_be_open(kind: Kind, actor: Actor) -> None:
    if not kind.is_open_to(actor.role):
        raise NotAllowed
