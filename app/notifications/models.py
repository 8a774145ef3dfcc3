"""Every message, with its exact content and what became of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, belongs, brand_pk, one_of, uuid_pk


class EmailFate(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    BOUNCED = "bounced"
    """The server said no for good."""
    FAILED = "failed"
    """Given up after the last try."""
    UNADDRESSED = "unaddressed"
    """There was no address on the card: written down, and nothing to send."""


class Email(Base):
    """Unique by `key`: what it tells, to whom, about which revision."""

    __tablename__ = "emails"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "key"),
        one_of("fate", EmailFate),
        Index("ix_emails_customer", "brand_id", "customer_id", "id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    key: Mapped[str]
    kind: Mapped[str]
    customer_id: Mapped[UUID | None]
    """None: written to somebody of the team, who has no card."""
    meeting_id: Mapped[UUID | None]
    to_address: Mapped[str]
    to_name: Mapped[str | None]
    """None: as it is on the card."""
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    secret: Mapped[str | None]
    """Takes the place of `SECRET` in the text when it is sent, and is forgotten then."""
    message_id: Mapped[str]
    """The Message-ID header: the same in every attempt, so that a repeat can be recognised."""
    fate: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default="0")
    repeats: Mapped[int] = mapped_column(server_default="0")
    """Attempts made although an earlier one may have been accepted."""
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
