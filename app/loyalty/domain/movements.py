"""Movements of points, as pure values: what is asked of the ledger, and what it will write."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
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


class Awaits(StrEnum):
    """What pending points wait for."""

    PAYMENT = "payment"
    SHIPMENT = "shipment"
    WITHDRAWAL = "withdrawal"
    """The end of the days in which the order may be sent back."""


@dataclass(frozen=True, slots=True)
class PendingCredit:
    """Promise points that become available later. What they wait for and how long they will last
    are settled now, and are no part of the seal."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID
    reason: dict[str, Any] = field(default_factory=dict)
    awaits: str = Awaits.SHIPMENT
    due_at: datetime | None = None
    """When they become available; None: not known yet."""
    expiry: dict[str, Any] | None = None
    """`Expiry` as it is stored; None: never."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Reverse points given by a source: what is left of its own lots first, pending or not, then
    of the available lots that expire first. What is no longer there becomes debt as far as the
    brand allows; beyond that it is absorbed by the brand and noted in the entry. Of points that
    expired or were beyond the ceiling, nothing more is taken."""

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
    EARNED = "order_earned"
    EARNING_REVERSED = "order_earning_reversed"
    ADVANCED = "future_amount"


class PointsKind(StrEnum):
    """Kinds of all other movements but those of rewards (`reward`, `reward_reversed`)."""

    AVAILABLE = "made_available"
    EXPIRED = "expired"
    BEYOND_CEILING = "beyond_ceiling"
    DEBT_REPAID = "debt_repaid"
    DEBT_ABSORBED = "debt_absorbed"
    DEBT_TAKEN_OVER = "debt_taken_over"
    ADJUSTED_UP = "adjusted_up"
    ADJUSTED_DOWN = "adjusted_down"
    CONVERTED = "converted"
    CONVERSION_RETURNED = "conversion_returned"
    CONVERSION_LOST = "conversion_lost"
    REDEEMED = "redeemed"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"


@dataclass(frozen=True, slots=True)
class OfSource:
    """Points on their way: `source_id` is the order, or the conversion, that holds them."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID
    reason: dict[str, Any] = field(default_factory=dict)


class Reserve(OfSource):
    """Promise available points to an order, those that expire first, all or none."""


class Spend(OfSource):
    """What the order had reserved is spent."""


class Release(OfSource):
    """What the order had reserved is available again, in the lots it came from."""


class GiveBack(OfSource):
    """Spent points are available again, those first that last longest."""


class Convert(OfSource):
    """Available points become something else, those that expire first, all or none."""


class Forfeit(OfSource):
    """What they had become was never used: they are lost."""


class Advance(OfSource):
    """Points she will earn, available now: she owes them."""


class Repay(OfSource):
    """Points that became available pay what she owes."""


class Forgive(OfSource):
    """What she owes is borne by the brand, or goes to another card of hers."""


class Owe(OfSource):
    """What another card of hers owed."""


@dataclass(frozen=True, slots=True)
class OfLot:
    """Something happens to all that is left of one lot: `source_id`."""

    key: str
    customer_id: UUID
    points: int
    kind: str
    source_type: str
    source_id: UUID
    reason: dict[str, Any] = field(default_factory=dict)


class MakeAvailable(OfLot):
    """What it waited for has come."""


class Expire(OfLot):
    """Its time is over."""


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


Movement = Credit | PendingCredit | TakeBack | OfSource
"""What others may ask for."""
Sealed = Movement | OfLot | TransferOut | TransferIn

UNSEALED = {"reason", "awaits", "due_at", "expiry"}


def content_hash(movement: Sealed) -> str:
    """What must be equal for a repeat to be the same movement; the reason's words may differ.

    The audit computes the same seal in SQL, from what was posted: change both or neither.
    """
    kind: Any = type(movement)
    names = _sealed(kind)
    content = {name: _plain(getattr(movement, name)) for name in names}
    content["type"] = kind.__name__
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _sealed(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in UNSEALED)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
