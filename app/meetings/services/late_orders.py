"""An order that was forgotten: taken by staff after the meeting was closed, all in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.meetings.services import ordering
from app.meetings.services.ordering import OrderNow
from app.orders import services
from app.orders.services import RecordPayment


@dataclass(frozen=True, slots=True)
class LateOrder:
    """Of a guest or the host; paid at once, for it counts only then."""

    customer_id: UUID
    lines: Sequence[tuple[UUID, int]]
    """Products and units."""
    method: str
    """How, one of `PaymentMethod`."""
    reason: str
    received_on: date | None = None
    """None: today."""


def take_late_order(
    uow: UnitOfWork, actor: Actor, meeting_id: UUID, late: LateOrder, *, clock: Clock
) -> OrderNow:
    """Begun, placed and paid; what the meeting gave follows.

    Raises what each of these does; then there is no order.
    """
    begun = ordering.start_order(
        uow, actor, meeting_id, late.customer_id, reason=late.reason, clock=clock
    )
    due_cents = 0
    for product_id, quantity in late.lines:
        order = services.add_line(uow, actor, begun.id, product_id, quantity, clock=clock)
        due_cents = order.due_cents
    paid = RecordPayment(late.method, due_cents, late.received_on) if due_cents else None
    placed = services.place(uow, actor, begun.id, payment=paid, clock=clock)
    return OrderNow(placed.id, placed.number, placed.total_cents, placed.due_cents)
