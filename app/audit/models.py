"""The audit log: append-only, in the database's own rights as well as in ours."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, brand_pk, one_of, uuid_pk


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"


class AuditEntry(Base):
    """One thing somebody did, or tried to do and was refused."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        one_of("outcome", Outcome),
        Index("ix_audit_entries_entity", "brand_id", "entity_type", "entity_id", "id"),
        Index("ix_audit_entries_user", "brand_id", "user_id", "id"),
        Index("ix_audit_entries_action", "brand_id", "action", "id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    at: Mapped[datetime]
    role: Mapped[str]
    """The role the actor had then; empty for somebody who is not signed in."""
    user_id: Mapped[UUID | None]
    seller_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    action: Mapped[str]
    """What and to which kind of thing: `order.cancel`, `user.suspend`; never changes its name."""
    entity_type: Mapped[str]
    entity_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    after: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    reason: Mapped[str] = mapped_column(server_default="")
    outcome: Mapped[str]
    code: Mapped[str] = mapped_column(server_default="")
    """Why it was refused: the error's code."""
    request_id: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
