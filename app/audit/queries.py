"""The log as pages read it: newest first, filtered, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry

PAGE = 50


@dataclass(frozen=True, slots=True)
class EntryView:
    id: UUID
    at: datetime
    role: str
    user_id: UUID | None
    seller_id: UUID | None
    customer_id: UUID | None
    action: str
    entity_type: str
    entity_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    outcome: str
    """done or refused"""
    code: str
    request_id: str
    address: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; everything left out is not asked about."""

    user_id: UUID | None = None
    action: str = ""
    entity_type: str = ""
    entity_id: UUID | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """This instant itself no longer."""
    before_id: UUID | None = None
    """The last entry of the page before."""


_COLUMNS = [getattr(AuditEntry, name) for name in EntryView.__dataclass_fields__]


def entries(session: Session, wanted: Wanted, limit: int = PAGE) -> tuple[EntryView, ...]:
    """Newest first. One statement."""
    statement = (
        select(*_COLUMNS).where(*_conditions(wanted)).order_by(AuditEntry.id.desc()).limit(limit)
    )
    return tuple(EntryView(*row) for row in session.execute(statement))


def entries_of(
    session: Session, entity_type: str, entity_id: UUID, limit: int = PAGE
) -> tuple[EntryView, ...]:
    """The trail of one thing, newest first. One statement."""
    return entries(session, Wanted(entity_type=entity_type, entity_id=entity_id), limit)


def actions(session: Session) -> tuple[str, ...]:
    """Every action that occurs in the log, for a filter."""
    statement = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return tuple(session.scalars(statement))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        AuditEntry.user_id: wanted.user_id,
        AuditEntry.entity_type: wanted.entity_type or None,
        AuditEntry.entity_id: wanted.entity_id,
        AuditEntry.outcome: wanted.outcome or None,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.action:
        family = AuditEntry.action.startswith(wanted.action + ".", autoescape=True)
        found.append(or_(AuditEntry.action == wanted.action, family))
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    if wanted.before_id is not None:
        found.append(AuditEntry.id < wanted.before_id)
    return found
