"""Balances and history of points, for screens that have already checked the actor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.loyalty.domain import LoyaltySettings, OrderPoints, read_settings
from app.loyalty.models import (
    Account,
    LedgerEntry,
    Lot,
    LoyaltyDocument,
    PointsAccount,
    Posting,
)


@dataclass(frozen=True, slots=True)
class Balance:
    available: int = 0
    pending: int = 0
    debt: int = 0
    """Owed: repaid by the next points that become available."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`points` is what the movement changed in what the customer may spend, `pending` in what she
    will be able to."""

    entry_id: UUID
    at: datetime
    kind: str
    points: int
    source_type: str
    source_id: UUID | None
    reason: dict[str, Any]
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Expiry:
    at: datetime
    points: int


def balances(session: Session, customer_ids: Collection[UUID]) -> dict[UUID, Balance]:
    """Everyone asked for is in the answer, those without any points with zeros."""
    found: dict[UUID, dict[str, int]] = {customer_id: {} for customer_id in customer_ids}
    rows = session.execute(
        select(PointsAccount.customer_id, PointsAccount.kind, PointsAccount.balance).where(
            PointsAccount.customer_id.in_(customer_ids),
            PointsAccount.kind.in_([Account.AVAILABLE, Account.PENDING, Account.DEBT]),
        )
    )
    for customer_id, kind, balance in rows:
        found[customer_id][kind] = abs(balance)
    return {customer_id: Balance(**kinds) for customer_id, kinds in found.items()}


def spendable_of(customer: ColumnElement[UUID]) -> ColumnElement[int]:
    """Points that the customer of a row may use at the instant `at`, a parameter."""
    expires_after = Lot.expires_at > bindparam("at", type_=DateTime(timezone=True))
    points = select(func.coalesce(cast(func.sum(Lot.remaining), BigInteger), 0)).where(
        Lot.customer_id == customer,
        Lot.remaining > 0,
        Lot.available_at.is_not(None),
        or_(Lot.expires_at.is_(None), expires_after),
    )
    return points.scalar_subquery()


def history(session: Session, customer_id: UUID, limit: int = 50) -> tuple[HistoryLine, ...]:
    """Newest first; of points taken over with another card, those she can or will spend."""
    source, destination = aliased(PointsAccount), aliased(PointsAccount)
    change = case(
        (destination.kind == Account.AVAILABLE, Posting.points),
        (source.kind == Account.AVAILABLE, -Posting.points),
        else_=0,
    )
    awaited = case(
        (destination.kind == Account.PENDING, Posting.points),
        (source.kind == Account.PENDING, -Posting.points),
        else_=0,
    )
    rows = session.execute(
        select(
            LedgerEntry.id,
            LedgerEntry.occurred_at,
            LedgerEntry.kind,
            func.coalesce(func.sum(change), 0),
            LedgerEntry.source_type,
            LedgerEntry.source_id,
            LedgerEntry.reason,
            func.coalesce(func.sum(awaited), 0),
        )
        .outerjoin(Posting, Posting.entry_id == LedgerEntry.id)
        .outerjoin(source, source.id == Posting.source_id)
        .outerjoin(destination, destination.id == Posting.destination_id)
        .where(LedgerEntry.customer_id == customer_id)
        .group_by(LedgerEntry.brand_id, LedgerEntry.id)
        .having(
            or_(
                LedgerEntry.kind.not_like("transfer%"),
                func.sum(change) != 0,
                func.sum(awaited) != 0,
            )
        )
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    )
    return tuple(HistoryLine(*row) for row in rows)


# ---------------------------------------------------------------- pending points, settings


@dataclass(frozen=True, slots=True)
class PendingPoints:
    """Of one source: an order, or a grant of a meeting."""

    points: int
    awaits: str
    """payment, shipment or withdrawal"""
    due_at: datetime | None
    """When they become available; None: nobody knows yet."""
    source_type: str
    source_id: UUID | None
    reason: dict[str, Any]


def pending(session: Session, customer_id: UUID) -> tuple[PendingPoints, ...]:
    """The soonest first, those of which nobody knows last."""
    rows = session.execute(
        select(
            Lot.remaining,
            Lot.awaits,
            Lot.due_at,
            LedgerEntry.source_type,
            LedgerEntry.source_id,
            LedgerEntry.reason,
        )
        .join(
            LedgerEntry, and_(LedgerEntry.brand_id == Lot.brand_id, LedgerEntry.id == Lot.entry_id)
        )
        .where(Lot.customer_id == customer_id, Lot.remaining > 0, Lot.available_at.is_(None))
        .order_by(Lot.due_at.asc().nulls_last(), Lot.id)
    )
    return tuple(PendingPoints(*row) for row in rows)


def expiries(session: Session, customer_id: UUID, limit: int = 12) -> tuple[Expiry, ...]:
    """All that will expire, the soonest first."""
    rows = session.execute(
        select(Lot.expires_at, func.sum(Lot.remaining))
        .where(
            Lot.customer_id == customer_id,
            Lot.remaining > 0,
            Lot.available_at.is_not(None),
            Lot.expires_at.is_not(None),
        )
        .group_by(Lot.expires_at)
        .order_by(Lot.expires_at)
        .limit(limit)
    )
    return tuple(Expiry(at, int(points)) for at, points in rows if at)


@dataclass(frozen=True, slots=True)
class StoredSettings:
    """Revision 0: nothing was ever set."""

    revision: int
    document: dict[str, Any]
    settings: LoyaltySettings


def stored_settings(session: Session) -> StoredSettings:
    """Of the brand this session is bound to. One statement."""
    row = session.execute(select(LoyaltyDocument.revision, LoyaltyDocument.document)).one_or_none()
    if row is None:
        return StoredSettings(0, {}, LoyaltySettings())
    settings = read_settings(row.document, [])
    assert settings is not None, "only what can be read is stored"
    return StoredSettings(row.revision, row.document, settings)


def is_recorded(session: Session, key: str) -> bool:
    """Whether the ledger has an entry of this key."""
    return session.scalar(select(LedgerEntry.id).where(LedgerEntry.key == key)) is not None


def given_by(session: Session, source_type: str, source_id: UUID, kinds: Mapping[str, int]) -> int:
    """Points a source stands for, over all cards: its entries of these kinds, each times its sign,
    with what reversals could not find any more."""
    noted = func.coalesce(cast(LedgerEntry.reason["absorbed"].astext, BigInteger), 0)
    posted = func.coalesce(
        select(func.sum(Posting.points))
        .where(Posting.brand_id == LedgerEntry.brand_id, Posting.entry_id == LedgerEntry.id)
        .correlate(LedgerEntry)
        .scalar_subquery(),
        0,
    )
    rows = session.execute(
        select(LedgerEntry.kind, func.sum(posted + noted))
        .where(
            LedgerEntry.source_type == source_type,
            LedgerEntry.source_id == source_id,
            LedgerEntry.kind.in_(sorted(kinds)),
        )
        .group_by(LedgerEntry.kind)
    )
    return sum(kinds[kind] * int(points) for kind, points in rows)


def advances(session: Session, customer_id: UUID) -> dict[UUID, int]:
    """Points that were advanced to her, by the order that used them; repaid or not."""
    rows = session.execute(
        select(LedgerEntry.source_id, func.sum(Posting.points))
        .join(
            Posting,
            and_(Posting.brand_id == LedgerEntry.brand_id, Posting.entry_id == LedgerEntry.id),
        )
        .where(LedgerEntry.customer_id == customer_id, LedgerEntry.kind == OrderPoints.ADVANCED)
        .group_by(LedgerEntry.source_id)
    )
    return {row[0]: int(row[1]) for row in rows if row[0]}


def awaited(session: Session, source_type: str, source_ids: Collection[UUID]) -> bool:
    """Whether any of these sources gave points that are still pending."""
    given = {"type": source_type, "sources": list(source_ids)}
    return session.scalar(_AWAITED, given) is not None


_AWAITED = (
    select(Lot.id)
    .join(LedgerEntry, and_(LedgerEntry.brand_id == Lot.brand_id, LedgerEntry.id == Lot.entry_id))
    .where(
        LedgerEntry.source_type == bindparam("type"),
        LedgerEntry.source_id == any_(bindparam("sources", type_=ARRAY(Uuid))),
        Lot.remaining > 0,
        Lot.available_at.is_(None),
    )
    .limit(1)
)


def left_of(session: Session, source_type: str, source_ids: Collection[UUID]) -> dict[UUID, int]:
    """Of the points these brought, what was neither spent nor lost, waiting or not."""
    rows = session.execute(
        select(LedgerEntry.source_id, func.sum(Lot.remaining))
        .join(Lot, Lot.entry_id == LedgerEntry.id)
        .where(LedgerEntry.source_type == source_type, LedgerEntry.source_id.in_(source_ids))
        .group_by(LedgerEntry.source_id)
    )
    return {source_id: int(left) for source_id, left in rows if source_id}
