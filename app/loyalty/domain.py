"""Movements of points, as pure values: what is asked of the ledger, and what it will write."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Credit:
    """Give points, available at once. `key` makes it happen once."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID
    reason: dict[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Reverse points given by a source: what is left of its own lots first, then of the lots that
    expire first. What is no longer there is absorbed by the brand and noted in the entry."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID
    reason: dict[str, Any] = field(default_factory=dict)


class OrderPoints(StrEnum):
    """Kinds under which movements of orders are written down."""

    RESERVED = "order_reserved"
    SPENT = "order_spent"
    RELEASED = "order_released"
    GIVEN_BACK = "order_given_back"


@dataclass(frozen=True, slots=True)
class OfOrder:
    """Points on their way through an order: `source_id` is the order that holds them."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID
    reason: dict[str, Any] = field(default_factory=dict)


class Reserve(OfOrder):
    """Promise available points to an order, those that expire first, all or none."""


class Spend(OfOrder):
    """What the order had reserved is spent."""


class Release(OfOrder):
    """What the order had reserved is available again, in the lots it came from."""


class GiveBack(OfOrder):
    """Spent points of the order are available again, those first that last longest."""


@dataclass(frozen=True, slots=True)
class TransferOut:
    """Points of one lot go to another customer: `source_id` is what they stem from, or the order
    that holds them."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID | None
    reason: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TransferIn:
    """The same points on the other side: `reason` of both names the same transfer."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID | None
    reason: dict[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None


Movement = Credit | TakeBack | OfOrder
Sealed = Movement | TransferOut | TransferIn


def content_hash(movement: Sealed) -> str:
    """What must be equal for a repeat to be the same movement; the reason's words may differ.

    The audit computes the same seal in SQL, from what was posted: change both or neither.
    """
    content = {key: _plain(value) for key, value in asdict(movement).items() if key != "reason"}
    content["type"] = type(movement).__name__
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


@dataclass(frozen=True, slots=True)
class LotLeft:
    id: UUID
    source_id: UUID | None
    expires_at: datetime | None
    remaining: int


def taken_from(lots: Iterable[LotLeft], source_id: UUID, points: int) -> list[tuple[UUID, int]]:
    """(lot, points) to take: lots of the source first, then earliest expiry; possibly too few."""
    return _parts(
        sorted(lots, key=lambda lot: (lot.source_id != source_id, *_expiry(lot), lot.id)), points
    )


def first_to_expire(lots: Iterable[LotLeft], points: int) -> list[tuple[UUID, int]]:
    """(lot, points) to reserve, earliest expiry first; possibly too few."""
    return _parts(sorted(lots, key=lambda lot: (*_expiry(lot), lot.id)), points)


def last_to_expire(lots: Iterable[LotLeft], points: int) -> list[tuple[UUID, int]]:
    """(lot, points) to put back, latest expiry first; possibly too few."""
    by_expiry = sorted(lots, key=lambda lot: (*_expiry(lot), lot.id), reverse=True)
    return _parts(by_expiry, points)


def _parts(lots: Iterable[LotLeft], points: int) -> list[tuple[UUID, int]]:
    taken = []
    for lot in lots:
        part = min(points, lot.remaining)
        if part > 0:
            taken.append((lot.id, part))
            points -= part
    return taken


def _expiry(lot: LotLeft) -> tuple[bool, str]:
    return (lot.expires_at is None, lot.expires_at.isoformat() if lot.expires_at else "")
