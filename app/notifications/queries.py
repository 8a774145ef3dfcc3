"""What people were told, for screens that have already checked the actor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.notifications.errors import EmailNotFound
from app.notifications.models import Email


@dataclass(frozen=True, slots=True)
class EmailView:
    id: UUID
    kind: str
    customer_id: UUID | None
    """None: written to somebody of the team"""
    meeting_id: UUID | None
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    fate: str
    """queued, sent, bounced, failed or unaddressed"""
    attempts: int
    repeats: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None


_COLUMNS = [getattr(Email, name) for name in EmailView.__dataclass_fields__]


def emails_of(session: Session, customer_id: UUID, limit: int = 50) -> tuple[EmailView, ...]:
    """Newest first. One statement."""
    return _where(session, Email.customer_id == customer_id, limit)


def email(session: Session, email_id: UUID) -> EmailView:
    found = _where(session, Email.id == email_id, 1)
    if not found:
        raise EmailNotFound
    return found[0]


def _where(session: Session, condition: ColumnElement[bool], limit: int) -> tuple[EmailView, ...]:
    statement = select(*_COLUMNS).where(condition).order_by(Email.id.desc()).limit(limit)
    return tuple(EmailView(*row) for row in session.execute(statement))
