"""Files that were sent and wait for a yes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.infra.orm import Base, belongs, brand_pk, uuid_pk


class Upload(Base):
    """The content goes when the file was imported or waited too long; what it did stays."""

    __tablename__ = "uploads"
    __table_args__ = (
        belongs("sent_by", "users"),
        Index("ix_uploads_sent_at", "brand_id", "sent_at"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    kind: Mapped[str]
    file_name: Mapped[str]
    content: Mapped[bytes | None]
    sent_by: Mapped[UUID | None]
    sent_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
