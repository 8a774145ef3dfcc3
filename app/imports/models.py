"""Files that people sent, and what became of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, belongs, brand_pk, one_of, uuid_pk


class UploadStatus(StrEnum):
    SENT = "sent"
    """A worker checks it."""
    CHECKED = "checked"
    """It waits for a yes."""
    CONFIRMED = "confirmed"
    """A worker imports it."""
    DONE = "done"
    FAILED = "failed"
    """Nothing of it was imported; `failure` says why."""
    LAPSED = "lapsed"
    """Nobody said yes in time."""


class Upload(Base):
    """The content goes once nothing more can become of the file; what it did stays."""

    __tablename__ = "uploads"
    __table_args__ = (
        belongs("sent_by", "users"),
        belongs("confirmed_by", "users"),
        one_of("status", UploadStatus),
        Index("ix_uploads_sent_at", "brand_id", "sent_at"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    kind: Mapped[str]
    file_name: Mapped[str]
    status: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default="1")
    """How often a worker was asked to do something with it."""
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    sent_by: Mapped[UUID | None]
    sent_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    skip_bad_rows: Mapped[bool] = mapped_column(server_default="false")
    started_at: Mapped[datetime | None]
    """When a worker last took it up."""
    imported_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
    """Rows, and how many of them it would create or created, and so on."""
    problems: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    """Bad cells, as `told.cell_to_json` writes them; for some weeks."""
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it came to nothing, as `told.to_json` writes it."""
