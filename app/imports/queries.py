"""Files that were sent, for those who may import their kind."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.imports.checking import BadCell
from app.imports.errors import UploadNotFound
from app.imports.models import Upload, UploadStatus
from app.imports.told import cell_from_json

BUSY = {UploadStatus.SENT, UploadStatus.CONFIRMED}


@dataclass(frozen=True, slots=True)
class UploadView:
    id: UUID
    kind: str
    file_name: str
    status: str
    sent_by: UUID | None
    sent_at: datetime
    confirmed_by: UUID | None
    started_at: datetime | None
    imported_at: datetime | None
    outcome: dict[str, Any] | None
    failure: dict[str, Any] | None

    @property
    def is_busy(self) -> bool:
        """A worker has it, or will."""
        return self.status in BUSY


_COLUMNS = tuple(getattr(Upload, field.name) for field in fields(UploadView))


def uploads(
    session: Session, kinds: Collection[str], *, limit: int, offset: int = 0
) -> tuple[UploadView, ...]:
    """The latest first."""
    statement = select(*_COLUMNS).where(Upload.kind.in_(kinds))
    statement = statement.order_by(Upload.sent_at.desc(), Upload.id.desc())
    return tuple(UploadView(*row) for row in session.execute(statement.limit(limit).offset(offset)))


def count_uploads(session: Session, kinds: Collection[str]) -> int:
    statement = select(func.count()).select_from(Upload).where(Upload.kind.in_(kinds))
    return session.scalar(statement) or 0


def upload(session: Session, kind: str, upload_id: UUID) -> UploadView:
    """Raises UploadNotFound."""
    statement = select(*_COLUMNS).where(Upload.id == upload_id, Upload.kind == kind)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise UploadNotFound
    return UploadView(*row)


def problems_of(session: Session, upload_id: UUID) -> list[BadCell]:
    """The cells that were bad when it was last looked at, in the order of the file."""
    kept = session.scalar(select(Upload.problems).where(Upload.id == upload_id))
    return [cell_from_json(cell) for cell in kept or []]
