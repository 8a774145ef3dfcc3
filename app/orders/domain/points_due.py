"""When the points of an order can be used, by what they wait for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kernel.clock import end_of_day, local_day
from app.loyalty.domain import Awaits

Dates = Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order is; None: not yet."""

    paid_at: datetime | None
    shipped_at: datetime | None
    """All of it."""
    delivered_at: datetime | None


def points_due(order: Progress, *, withdrawal_days: int, zone: str) -> Dates:
    """By what they wait for, from when they can be used. The last day of withdrawal is counted
    from delivery, or from shipment while nobody knows of a delivery."""
    arrived = order.delivered_at or order.shipped_at
    over = None
    if arrived is not None:
        over = end_of_day(local_day(arrived, zone) + timedelta(days=withdrawal_days), zone)
    return {
        Awaits.PAYMENT: order.paid_at,
        Awaits.SHIPMENT: order.shipped_at,
        Awaits.WITHDRAWAL: over,
    }


def last_of(all_of_them: Iterable[Dates], awaits: str) -> datetime | None:
    """When the last of several is due; None while one of them is not known."""
    dates = [one[awaits] for one in all_of_them]
    known = [at for at in dates if at is not None]
    return max(known) if known and len(known) == len(dates) else None
