"""Codes and vouchers whose last day is over, or near."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.loyalty.services import settings_of
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


# ---------------------------------------------------------------- reminders


@dataclass(frozen=True, slots=True)
class Ending:
    """Codes and vouchers of one customer that end at one instant, of which she is to be told."""

    customer_id: UUID
    ends_at: datetime
    days: int
    """As the brand set it: 30, 7 or 1."""
    ids: tuple[UUID, ...]


def take_endings(uow: UnitOfWork, *, most: int, clock: Clock) -> list[Ending]:
    """So many of each sort at most: whoever takes them tells of them, in this transaction. Of
    reminders that were missed only the latest is given; none whose day had passed when the code or
    voucher was issued."""
    found: dict[tuple[UUID, datetime, int], list[UUID]] = {}
    for rank, model in ((Rank.PROMOTION, PromoCode), (Rank.VOUCHER, Voucher)):
        climb(uow.session, rank)
        for days in sorted(settings_of(uow).reminders_days):
            for holding_id, customer_id, ends_at in _ending(uow, model, days, most, clock()):
                found.setdefault((customer_id, ends_at, days), []).append(holding_id)
    return [Ending(*key, tuple(sorted(ids))) for key, ids in sorted(found.items())]


def _ending(
    uow: UnitOfWork, model: Any, days: int, most: int, now: datetime
) -> Iterator[tuple[UUID, UUID, datetime]]:
    soon = (
        select(model.id)
        .where(
            model.status == HoldingStatus.AVAILABLE,
            model.customer_id.is_not(None),
            model.valid_until > now,
            model.valid_until <= now + timedelta(days=days),
            model.issued_at <= model.valid_until - timedelta(days=days),
            or_(model.reminded_days.is_(None), model.reminded_days > days),
        )
        .order_by(model.valid_until, model.customer_id, model.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(uow.session.scalars(soon))
    if not ids:
        return
    told = (
        update(model)
        .where(model.id.in_(ids))
        .values(reminded_days=days)
        .returning(model.id, model.customer_id, model.valid_until)
        .execution_options(synchronize_session=False)
    )
    yield from ((row[0], row[1], row[2]) for row in uow.session.execute(told))
