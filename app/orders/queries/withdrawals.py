"""What customers withdrew from, of orders the reader sees."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.models import Withdrawal


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    id: UUID
    order_id: UUID
    units: Mapping[UUID, int]
    """By line."""
    asked_at: datetime


def withdrawals_of(session: Session, order_id: UUID) -> list[WithdrawalView]:
    """The oldest first."""
    those = select(Withdrawal).where(Withdrawal.order_id == order_id)
    found = session.scalars(those.order_by(Withdrawal.asked_at, Withdrawal.id))
    return [_view(one) for one in found]


def withdrawal(session: Session, withdrawal_id: UUID) -> WithdrawalView:
    """For whoever writes about it."""
    return _view(session.scalars(select(Withdrawal).where(Withdrawal.id == withdrawal_id)).one())


def withdrawn_units(session: Session, order_id: UUID) -> Counter[UUID]:
    """By line, in all she said."""
    said: Counter[UUID] = Counter()
    for one in withdrawals_of(session, order_id):
        said.update(one.units)
    return said


def _view(found: Withdrawal) -> WithdrawalView:
    units = {UUID(line): count for line, count in found.units.items()}
    return WithdrawalView(found.id, found.order_id, units, found.asked_at)
