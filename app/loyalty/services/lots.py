"""What time does to lots: pending points become available, points expire, reminders fall due.

Each step takes some of what is due, under the locks of its accounts, and looks again under them:
killed anywhere, run twice at once or late, the ledger says the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update

from app.brands.queries import this_brand
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.loyalty.domain import Expire, Expiry, MakeAvailable, PointsKind
from app.loyalty.models import LedgerEntry, Lot
from app.loyalty.services.books import open_books
from app.loyalty.services.posting import write
from app.loyalty.services.settings import settings_of

PENDING = and_(Lot.remaining > 0, Lot.available_at.is_(None))
USABLE = and_(Lot.remaining > 0, Lot.available_at.is_not(None))


def set_due(
    uow: UnitOfWork,
    actor: Actor,
    source_type: str,
    dates: Mapping[UUID, Mapping[str, datetime | None]],
    *,
    clock: Clock,
) -> int:
    """Of each source, when its pending points become available, by what they wait for (None: not
    known). What is due already is made available. How many lots were."""
    lots = uow.session.execute(
        select(Lot.id, Lot.customer_id, Lot.awaits, Lot.due_at, LedgerEntry.source_id)
        .join(LedgerEntry, _CREDITED)
        .where(
            LedgerEntry.source_type == source_type,
            LedgerEntry.source_id.in_(sorted(dates)),
            PENDING,
        )
        .order_by(Lot.id)
    ).all()
    if not lots:
        return 0
    books_of = {row.customer_id for row in lots}
    open_books(uow, books_of)
    due = {row.id: dates[row.source_id].get(row.awaits, row.due_at) for row in lots}
    for row in lots:
        if due[row.id] != row.due_at:
            uow.session.execute(
                update(Lot)
                .where(Lot.id == row.id, PENDING)
                .values(due_at=due[row.id])
                .execution_options(synchronize_session=False)
            )
    now = clock()
    ready = [lot_id for lot_id, at in due.items() if at is not None and at <= now]
    return _make_available(uow, actor, books_of, ready, clock=clock)


_CREDITED = and_(LedgerEntry.brand_id == Lot.brand_id, LedgerEntry.id == Lot.entry_id)


def release_due(uow: UnitOfWork, actor: Actor, *, most: int, clock: Clock) -> int:
    """Pending points whose time has come, so many lots at most; how many there were."""
    rows = uow.session.execute(
        select(Lot.id, Lot.customer_id)
        .where(PENDING, Lot.due_at <= clock())
        .order_by(Lot.due_at, Lot.id)
        .limit(most)
    ).all()
    return _make_available(
        uow, actor, {row.customer_id for row in rows}, [row.id for row in rows], clock=clock
    )


def _make_available(
    uow: UnitOfWork,
    actor: Actor,
    people: Collection[UUID],
    lot_ids: Collection[UUID],
    *,
    clock: Clock,
) -> int:
    """Of these lots, those that are still pending once nobody else moves their points."""
    if not lot_ids:
        return 0
    books = open_books(uow, people)
    brand = this_brand(uow.session)
    rows = uow.session.execute(
        select(
            Lot.id,
            Lot.customer_id,
            Lot.remaining,
            Lot.expiry,
            LedgerEntry.source_type,
            LedgerEntry.source_id,
        )
        .join(LedgerEntry, _CREDITED)
        .where(Lot.id.in_(sorted(lot_ids)), PENDING)
        .order_by(Lot.id)
    ).all()
    begun = []
    for row in rows:
        rule = Expiry.read(row.expiry)
        until = rule.instant(clock(), brand.timezone) if rule else None
        reason = {
            "of": row.source_type,
            "of_id": str(row.source_id),
            **({"expires_at": until.isoformat()} if until else {}),
        }
        key, kind = f"lot:{row.id}:available", PointsKind.AVAILABLE
        begun.append(
            MakeAvailable(key, row.customer_id, row.remaining, kind, "lot", row.id, reason)
        )
    if begun:
        write(uow, actor, books, begun, clock=clock)
    return len(begun)


def expire_due(uow: UnitOfWork, actor: Actor, *, most: int, clock: Clock) -> int:
    """Points whose last day is over, so many lots at most; how many there were.

    Points given back to a lot that has expired make it expire again, perhaps at the same instant:
    what still stands in it, under the lock, says whether there is anything to do.
    """
    now = clock()
    over = and_(USABLE, Lot.expires_at <= now)
    rows = uow.session.execute(
        select(Lot.id, Lot.customer_id).where(over).order_by(Lot.expires_at, Lot.id).limit(most)
    ).all()
    if not rows:
        return 0
    books = open_books(uow, {row.customer_id for row in rows})
    standing = uow.session.execute(
        select(
            Lot.id,
            Lot.customer_id,
            Lot.remaining,
            LedgerEntry.source_type,
            LedgerEntry.source_id,
        )
        .join(LedgerEntry, _CREDITED)
        .where(Lot.id.in_([row.id for row in rows]), over)
        .order_by(Lot.id)
    ).all()
    ended = [
        Expire(
            f"lot:{row.id}:expired:{new_id()}",
            row.customer_id,
            row.remaining,
            PointsKind.EXPIRED,
            "lot",
            row.id,
            {"of": row.source_type, "of_id": str(row.source_id)},
        )
        for row in standing
    ]
    if ended:
        write(uow, actor, books, ended, clock=clock)
    return len(ended)


# ---------------------------------------------------------------- reminders


@dataclass(frozen=True, slots=True)
class Reminder:
    """Points of one customer that expire at one instant, of which she is to be told now."""

    customer_id: UUID
    expires_at: datetime
    points: int
    days: int
    """As the brand set it: 30, 7 or 1."""


def take_reminders(uow: UnitOfWork, *, most: int, clock: Clock) -> Sequence[Reminder]:
    """So many lots at most: whoever takes them tells them, in this transaction. Of reminders that
    were missed, only the latest is given; none whose day had passed when the points came."""
    found: list[Reminder] = []
    climb(uow.session, Rank.ACCOUNT)
    for days in sorted(settings_of(uow).reminders_days):
        found += _due_reminders(uow, days, most - len(found), clock())
    return found


def _due_reminders(uow: UnitOfWork, days: int, most: int, now: datetime) -> list[Reminder]:
    if most <= 0:
        return []
    soon = (
        select(Lot.id)
        .where(
            USABLE,
            Lot.expires_at > now,
            Lot.expires_at <= now + timedelta(days=days),
            Lot.available_at <= Lot.expires_at - timedelta(days=days),
            or_(Lot.reminded_days.is_(None), Lot.reminded_days > days),
        )
        .order_by(Lot.expires_at, Lot.customer_id, Lot.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(uow.session.scalars(soon))
    if not ids:
        return []
    uow.session.execute(
        update(Lot)
        .where(Lot.id.in_(ids))
        .values(reminded_days=days)
        .execution_options(synchronize_session=False)
    )
    rows = uow.session.execute(
        select(Lot.customer_id, Lot.expires_at, func.sum(Lot.remaining))
        .where(Lot.id.in_(ids))
        .group_by(Lot.customer_id, Lot.expires_at)
        .order_by(Lot.customer_id, Lot.expires_at)
    )
    return [
        Reminder(customer_id, expires_at, int(points), days)
        for customer_id, expires_at, points in rows
        if expires_at is not None
    ]
