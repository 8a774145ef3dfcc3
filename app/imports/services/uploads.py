"""A file's way: sent, checked by a worker, confirmed by a person, imported by a worker."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from app.accounts.queries import active_user
from app.imports.errors import (
    AlreadyImported,
    FileHasErrors,
    FileNotChecked,
    HeaderWrong,
    SenderGone,
    UploadNotFound,
)
from app.imports.events import FileSent, ImportConfirmed
from app.imports.kinds import Kind, kind_named
from app.imports.models import Upload, UploadStatus
from app.imports.services.files import Report, apply, counts, look, must_be_open
from app.imports.sheets import must_look_readable, read_sheet
from app.imports.told import cell_to_json, to_json
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, system
from app.kernel.clock import Clock
from app.kernel.errors import ConviveError
from app.kernel.ids import new_id

WAITS = timedelta(days=1)
"""How long a file that was checked waits for a yes."""
TOLD = timedelta(days=90)
"""How long the cells that were bad can be read again: they hold what people typed."""
MOST_TOLD = 20_000
NAME_LENGTH = 120


def keep_upload(
    uow: UnitOfWork, actor: Actor, kind: Kind, file_name: str, content: bytes, *, clock: Clock
) -> UUID:
    """Keep a file, and have it checked. Raises what `must_look_readable` raises."""
    must_be_open(kind, actor)
    must_look_readable(content)
    upload = Upload(
        brand_id=uow.brand_id,
        id=new_id(),
        kind=kind.name,
        file_name=_printable(file_name),
        status=UploadStatus.SENT,
        revision=1,
        content=content,
        sent_by=actor.user_id,
        sent_at=clock(),
    )
    uow.session.add(upload)
    uow.record(FileSent(upload.id, upload.revision))
    return upload.id


def confirm_upload(
    uow: UnitOfWork, actor: Actor, kind: Kind, upload_id: UUID, *, skip_bad_rows: bool = False
) -> None:
    """Have it imported.

    Raises UploadNotFound, FileNotChecked, AlreadyImported (a second tap), HeaderWrong,
    FileHasErrors.
    """
    must_be_open(kind, actor)
    upload = _locked(uow, upload_id)
    if upload is None or upload.kind != kind.name:
        raise UploadNotFound
    _must_be_checked(upload)
    outcome = upload.outcome or {}
    if outcome["header_wrong"]:
        raise HeaderWrong
    if outcome["left_out"] and not skip_bad_rows:
        raise FileHasErrors(lines=outcome["left_out"])
    upload.status, upload.confirmed_by = UploadStatus.CONFIRMED, actor.user_id
    upload.skip_bad_rows, upload.failure, upload.started_at = skip_bad_rows, None, None
    upload.revision += 1
    uow.record(ImportConfirmed(upload.id, upload.revision))


def begin(uow: UnitOfWork, upload_id: UUID, *, clock: Clock) -> None:
    """A worker has taken it up: the page that waits for it says so."""
    upload = _locked(uow, upload_id)
    if upload:
        upload.started_at = clock()


def check_upload(uow: UnitOfWork, upload_id: UUID) -> None:
    """The dry run. Raises what cannot be read in it, and SenderGone."""
    upload = _locked(uow, upload_id, UploadStatus.SENT)
    if upload is None:
        return
    actor = _acting(uow, upload.sent_by)
    report = look(uow, actor, kind_named(upload.kind), read_sheet(upload.content or b""))
    _note(upload, report)
    upload.status = UploadStatus.CHECKED


def import_upload(uow: UnitOfWork, upload_id: UUID, *, clock: Clock) -> None:
    """All that was confirmed, or nothing.

    Raises what the file's kind refuses, and SenderGone; FileHasErrors when rows have become bad
    since they were checked.
    """
    upload = _locked(uow, upload_id, UploadStatus.CONFIRMED)
    if upload is None:
        return
    actor, kind = _acting(uow, upload.confirmed_by), kind_named(upload.kind)
    sheet, skip = read_sheet(upload.content or b""), upload.skip_bad_rows
    report = apply(uow, actor, kind, sheet, skip_bad_rows=skip, clock=clock)
    _note(upload, report)
    upload.status, upload.imported_at, upload.content = UploadStatus.DONE, clock(), None


def refuse_upload(uow: UnitOfWork, upload_id: UUID, refusal: ConviveError) -> None:
    """Nothing became of it. A file whose rows have become bad is checked again instead."""
    upload = _locked(uow, upload_id)
    if upload is None or upload.status == UploadStatus.DONE:
        return
    upload.failure = to_json(refusal)
    if isinstance(refusal, FileHasErrors):
        upload.status, upload.started_at = UploadStatus.SENT, None
        upload.revision += 1
        uow.record(FileSent(upload.id, upload.revision))
    else:
        upload.status, upload.content = UploadStatus.FAILED, None


def forget_uploads(uow: UnitOfWork, *, clock: Clock) -> int:
    """Files nobody said yes to, and old lists of bad cells; how many."""
    now = clock()
    lapsed = (
        update(Upload)
        .where(Upload.status == UploadStatus.CHECKED, Upload.sent_at < now - WAITS)
        .values(status=UploadStatus.LAPSED, content=None, problems=None)
    )
    told = (
        update(Upload)
        .where(Upload.sent_at < now - TOLD, Upload.problems.is_not(None))
        .values(problems=None)
    )
    return sum(
        len(uow.session.execute(statement.returning(Upload.id)).all())
        for statement in (lapsed, told)
    )


def _locked(uow: UnitOfWork, upload_id: UUID, status: UploadStatus | None = None) -> Upload | None:
    """With its content; None when it is not there, or in another state."""
    statement = select(Upload).where(Upload.id == upload_id).options(undefer(Upload.content))
    if status:
        statement = statement.where(Upload.status == status)
    return uow.session.scalar(statement.with_for_update())


def _must_be_checked(upload: Upload) -> None:
    if upload.status == UploadStatus.SENT:
        raise FileNotChecked
    if upload.status in {UploadStatus.CONFIRMED, UploadStatus.DONE}:
        raise AlreadyImported
    if upload.status != UploadStatus.CHECKED:
        raise UploadNotFound


def _acting(uow: UnitOfWork, user_id: UUID | None) -> Actor:
    """Whoever asked, with the rights she has now. Raises SenderGone."""
    if user_id is None:
        return system(uow.brand_id)
    user = active_user(uow.session, uow.brand_id, user_id)
    if user is None:
        raise SenderGone
    return user.actor


def _note(upload: Upload, report: Report) -> None:
    upload.outcome = counts(report)
    upload.problems = [cell_to_json(cell) for cell in report.bad[:MOST_TOLD]]


def _printable(file_name: str) -> str:
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[-NAME_LENGTH:] or "file"
