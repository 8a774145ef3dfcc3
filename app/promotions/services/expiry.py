"""Codes and vouchers whose last day is over."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.promotions.models import HoldingStatus, PromoCode, Voucher


def expire_holdings(uow: UnitOfWork, *, most: int, clock: Clock) -> int:
    """So many of each at most; how many there were. What another worker has in hand is left to it,
    what an order holds expires when the order gives it back."""
    codes = _expire(uow, Rank.PROMOTION, PromoCode, most, clock)
    return codes + _expire(uow, Rank.VOUCHER, Voucher, most, clock)


def _expire(uow: UnitOfWork, rank: Rank, model: Any, most: int, clock: Clock) -> int:
    climb(uow.session, rank)
    over = (
        select(model.id)
        .where(model.status == HoldingStatus.AVAILABLE, model.valid_until <= clock())
        .order_by(model.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids: list[UUID] = list(uow.session.scalars(over))
    if ids:
        uow.session.execute(
            update(model)
            .where(model.id.in_(ids))
            .values(status=HoldingStatus.EXPIRED)
            .execution_options(synchronize_session=False)
        )
    return len(ids)
