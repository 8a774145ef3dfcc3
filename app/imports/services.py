"""Look at a file without touching anything; import it whole, or not at all."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from app.audit.services import record
from app.imports.checking import BadCell, check
from app.imports.errors import AlreadyImported, FileHasErrors, HeaderWrong, UploadNotFound
from app.imports.kinds import Comparison, Kind
from app.imports.models import Upload
from app.imports.sheets import Sheet, read_sheet
from app.imports.writing import export as written
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id

WAITS = timedelta(days=1)
NAME_LENGTH = 120


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


@dataclass(frozen=True, slots=True)
class UploadView:
    id: UUID
    file_name: str
    content: bytes


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
    record(uow, actor, f"import.{kind.name}", "import", None, after=_counts(report))
    return report


def export(uow: UnitOfWork, actor: Actor, kind: Kind, form: str) -> bytes:
    """All of a kind, as `form` (csv, xlsx); who took it with her is written down."""
    if not kind.is_readable_by(actor.role):
        raise NotAllowed
    rows = list(kind.export(uow, actor))
    record(uow, actor, f"export.{kind.name}", "export", None, after={"rows": len(rows)})
    return written(kind.layout, rows, form)


def keep_upload(
    uow: UnitOfWork, actor: Actor, kind: Kind, file_name: str, content: bytes, *, clock: Clock
) -> UUID:
    """Keep a file until it is confirmed. Raises what `read_sheet` raises."""
    _must_be_open(kind, actor)
    read_sheet(content)
    now = clock()
    _forget_old(uow, before=now - WAITS)
    upload = Upload(
        brand_id=uow.brand_id,
        id=new_id(),
        kind=kind.name,
        file_name=_printable(file_name),
        content=content,
        sent_by=actor.user_id,
        sent_at=now,
        imported_at=None,
        outcome=None,
    )
    uow.session.add(upload)
    return upload.id


def upload(uow: UnitOfWork, actor: Actor, kind: Kind, upload_id: UUID) -> UploadView:
    """A file that still waits. Raises UploadNotFound, AlreadyImported."""
    return _view(_waiting(uow, actor, kind, upload_id))


def import_upload(
    uow: UnitOfWork,
    actor: Actor,
    kind: Kind,
    upload_id: UUID,
    *,
    skip_bad_rows: bool = False,
    clock: Clock,
) -> Report:
    """Raises UploadNotFound, AlreadyImported (a second tap), HeaderWrong, FileHasErrors."""
    found = _waiting(uow, actor, kind, upload_id, for_update=True)
    sheet = read_sheet(found.content or b"")
    report = apply(uow, actor, kind, sheet, skip_bad_rows=skip_bad_rows, clock=clock)
    found.imported_at, found.content = clock(), None
    found.outcome = _counts(report)
    return report


def _looked_at(
    uow: UnitOfWork, actor: Actor, kind: Kind, sheet: Sheet
) -> tuple[Report, Comparison]:
    _must_be_open(kind, actor)
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


def _counts(report: Report) -> dict[str, int]:
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "left_out": report.bad_rows,
    }


def _waiting(
    uow: UnitOfWork, actor: Actor, kind: Kind, upload_id: UUID, *, for_update: bool = False
) -> Upload:
    statement = select(Upload).where(Upload.id == upload_id, Upload.kind == kind.name)
    _must_be_open(kind, actor)
    found = uow.session.scalar(statement.with_for_update() if for_update else statement)
    if found is None:
        raise UploadNotFound
    if found.imported_at:
        raise AlreadyImported
    if found.content is None:
        raise UploadNotFound
    return found


def _forget_old(uow: UnitOfWork, *, before: object) -> None:
    old = (Upload.sent_at < before, func.length(Upload.content) > 0)
    uow.session.execute(update(Upload).where(*old).values(content=None))


def _view(found: Upload) -> UploadView:
    return UploadView(found.id, found.file_name, found.content or b"")


def _printable(file_name: str) -> str:
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[-NAME_LENGTH:] or "file"


def _must_be_open(kind: Kind, actor: Actor) -> None:
    if not kind.is_open_to(actor.role):
        raise NotAllowed
