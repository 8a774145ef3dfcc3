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
