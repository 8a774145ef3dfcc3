"""Gifts won and not yet, or already, chosen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.rewards.models import GiftClaim


@dataclass(frozen=True, slots=True)
class ClaimView:
    id: UUID
    grant_id: UUID
    unit: int
    customer_id: UUID
    meeting_id: UUID | None
    choices: list[str]
    choose_before: datetime | None
    status: str
    product_id: UUID | None
    order_id: UUID | None
    chosen_at: datetime | None


_COLUMNS = [getattr(GiftClaim, name) for name in ClaimView.__dataclass_fields__]


def claims_of_meeting(session: Session, meeting_id: UUID) -> tuple[ClaimView, ...]:
    return _where(session, GiftClaim.meeting_id == meeting_id)


def claims_of_customer(session: Session, customer_id: UUID) -> tuple[ClaimView, ...]:
    return _where(session, GiftClaim.customer_id == customer_id)


def claim(session: Session, claim_id: UUID) -> ClaimView:
    found = _where(session, GiftClaim.id == claim_id)
    if not found:
        raise NotFound
    return found[0]


def _where(session: Session, condition: ColumnElement[bool]) -> tuple[ClaimView, ...]:
    rows = session.execute(select(*_COLUMNS).where(condition).order_by(GiftClaim.id))
    return tuple(ClaimView(*row) for row in rows)
