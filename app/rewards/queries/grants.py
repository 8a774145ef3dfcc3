"""What people have won. For other packages and for screens that have already checked the actor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.rewards.models import Grant, GrantExplanation, GrantRevision


@dataclass(frozen=True, slots=True)
class GrantView:
    id: UUID
    rule_id: str
    reward_id: str
    scope_type: str
    """meeting or order"""
    scope_id: UUID
    meeting_id: UUID | None
    beneficiary: str
    beneficiary_id: UUID
    occurrence: str
    programme_version: int
    kind: str
    value: int
    reward: dict[str, Any]
    status: str
    revision: int
    explanation: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionView:
    """What a grant was worth, and why, after one of its changes."""

    grant_id: UUID
    revision: int
    value: int
    status: str
    explanation: dict[str, Any]


def _columns(row: type[Grant | GrantRevision], view: type[Any]) -> list[Any]:
    """What the view holds, its explanation from where it is kept."""
    return [
        GrantExplanation.document if name == "explanation" else getattr(row, name)
        for name in view.__dataclass_fields__
    ]


_COLUMNS = _columns(Grant, GrantView)
_REVISIONS = _columns(GrantRevision, RevisionView)


def _told(row: type[Grant | GrantRevision]) -> ColumnElement[bool]:
    return and_(
        GrantExplanation.brand_id == row.brand_id, GrantExplanation.id == row.explanation_id
    )


def grants_of_meeting(session: Session, meeting_id: UUID) -> tuple[GrantView, ...]:
    return _where(session, Grant.meeting_id == meeting_id)


def grants_of_customer(session: Session, customer_id: UUID) -> tuple[GrantView, ...]:
    return _where(session, Grant.beneficiary_id == customer_id)


def grants_of_orders(session: Session, order_ids: Collection[UUID]) -> tuple[GrantView, ...]:
    """What these orders won by themselves, in a meeting or outside."""
    if not order_ids:
        return ()
    return _where(session, and_(Grant.scope_type == "order", Grant.scope_id.in_(order_ids)))


def grants_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, GrantView]:
    return {view.id: view for view in _where(session, Grant.id.in_(ids))}


def grant(session: Session, grant_id: UUID) -> GrantView:
    found = _where(session, Grant.id == grant_id)
    if not found:
        raise NotFound
    return found[0]


def revisions_of(
    session: Session, grant_ids: Collection[UUID]
) -> dict[tuple[UUID, int], RevisionView]:
    """Every state these grants have had, by grant and revision."""
    rows = session.execute(
        select(*_REVISIONS)
        .join_from(GrantRevision, GrantExplanation, _told(GrantRevision))
        .where(GrantRevision.grant_id.in_(grant_ids))
    )
    return {(row[0], row[1]): RevisionView(*row) for row in rows}


def _where(session: Session, condition: ColumnElement[bool]) -> tuple[GrantView, ...]:
    rows = session.execute(
        select(*_COLUMNS)
        .join_from(Grant, GrantExplanation, _told(Grant))
        .where(condition)
        .order_by(Grant.id)
    )
    return tuple(GrantView(*row) for row in rows)
