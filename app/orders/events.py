"""What happened to orders."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    topic: ClassVar[str] = "orders.order_placed"
    customer_id: UUID
    meeting_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderPaid(Event):
    """In full."""

    topic: ClassVar[str] = "orders.order_paid"
    customer_id: UUID
    meeting_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    topic: ClassVar[str] = "orders.order_cancelled"
    customer_id: UUID
    meeting_id: UUID | None


@dataclass(frozen=True, slots=True)
class GiftOrderFinalised(Event):
    topic: ClassVar[str] = "orders.gift_order_finalised"
    customer_id: UUID
    meeting_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderShipped(Event):
    """Units left the house; the last ones when nothing is left to ship."""

    topic: ClassVar[str] = "orders.order_shipped"
    customer_id: UUID
    meeting_id: UUID | None
    complete: bool


@dataclass(frozen=True, slots=True)
class OrderDelivered(Event):
    topic: ClassVar[str] = "orders.order_delivered"
    customer_id: UUID
    meeting_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderChanged(Event):
    """Units of an order that had been paid were cancelled or came back, or a payment of it was
    refused: it counts for less."""

    topic: ClassVar[str] = "orders.order_changed"
    customer_id: UUID
    meeting_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderWithdrawn(Event):
    """A customer withdrew from her contract, or from a part of it."""

    topic: ClassVar[str] = "orders.order_withdrawn"
    order_id: UUID
