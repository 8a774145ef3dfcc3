"""What people were told, for screens that have already checked the actor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from app.kernel.actor import Actor, Role
from app.kernel.errors import NotFound
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


STAFF = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}
_ROW = ("id", "kind", "customer_id", "to_address", "subject", "fate", "attempts", "created_at")


@dataclass(frozen=True, slots=True)
class EmailRow:
    """A line of the log, without its content."""

    id: UUID
    kind: str
    customer_id: UUID | None
    to_address: str
    subject: str
    fate: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the log; empty: everything."""

    text: str = ""
    """Part of an address or a subject."""
    fate: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EmailLog:
    rows: tuple[EmailRow, ...]
    total: int
    """Of what is wanted, on all pages."""
    has_more: bool


def email_log(session: Session, actor: Actor, wanted: Wanted, *, size: int) -> EmailLog:
    """Newest first. Two statements."""
    _must_be_staff(actor)
    matching = _matching(wanted)
    total = session.scalar(select(func.count()).select_from(Email).where(matching)) or 0
    statement = select(*(getattr(Email, name) for name in _ROW)).where(matching)
    if wanted.before_id:
        statement = statement.where(Email.id < wanted.before_id)
    found = session.execute(statement.order_by(Email.id.desc()).limit(size + 1)).all()
    return EmailLog(tuple(EmailRow(*row) for row in found[:size]), total, len(found) > size)


def email_for(session: Session, actor: Actor, email_id: UUID) -> EmailView:
    _must_be_staff(actor)
    return email(session, email_id)


def _must_be_staff(actor: Actor) -> None:
    if actor.role not in STAFF:
        raise NotFound


def _matching(wanted: Wanted) -> ColumnElement[bool]:
    chosen: list[ColumnElement[bool]] = [true()]
    if wanted.text:
        chosen.append(
            or_(
                Email.to_address.icontains(wanted.text, autoescape=True),
                Email.subject.icontains(wanted.text, autoescape=True),
            )
        )
    if wanted.fate:
        chosen.append(Email.fate == wanted.fate)
    if wanted.since:
        chosen.append(Email.created_at >= wanted.since)
    if wanted.until:
        chosen.append(Email.created_at < wanted.until)
    return and_(*chosen)


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
