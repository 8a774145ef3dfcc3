"""Recording the money that a seller collected."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from app.audit.services import record
from app.brands.queries import this_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.ids import new_id
from app.orders.events import OrderChanged, OrderPaid
from app.orders.models import Order, Payment, PaymentMethod, PaymentStatus
from app.orders.repository import locked_order
from app.orders.services import claims
from app.orders.services.invoicing import issue_invoice

METHODS = tuple(str(method) for method in PaymentMethod)


@dataclass(frozen=True, slots=True)
class RecordPayment:
    method: str
    """One of `PaymentMethod`."""
    amount_cents: int
    received_on: date | None = None
    """None: today, where the brand is."""
    reference: str = ""
    key: str = ""
    """Sent along with the form: the same key is the same payment, however often it arrives."""


def record_payment(
    uow: UnitOfWork, actor: Actor, order_id: UUID, payment: RecordPayment, *, clock: Clock
) -> Order:
    """Raises PaymentTooHigh, OrderAlreadyPaid, OrderNotPlaced, OrderIsCancelled,
    PaymentDateNotPossible; a payment that arrives twice is recorded once, silently."""
    order = locked_order(uow.session, actor, order_id)
    used_up = order.consumed_at
    if receive(uow, actor, order, payment, clock=clock):
        if not used_up:
            claims.consume(uow, actor, order, clock=clock)
        issue_invoice(uow, actor, order, clock=clock)
    return order


def refuse_payment(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    payment_id: UUID,
    *,
    reason: str = "",
    clock: Clock,
) -> Order:
    """A cheque bounced: the order waits for its money again, and earns nothing until it comes. Its
    invoice stands. Raises PaymentNotFound, PaymentAlreadyRefused, OrderIsCancelled,
    MoneyGivenBack."""
    order = locked_order(uow.session, actor, order_id)
    payment, before = order.payment(payment_id), str(order.payment_status)
    was_paid = order.payment_status == PaymentStatus.PAID
    order.refuse_payment(payment, actor.label, reason, clock())
    after = {"payment_status": str(order.payment_status), "amount_cents": payment.amount_cents}
    record(
        uow,
        actor,
        "order.payment_refused",
        "order",
        order.id,
        {"payment_status": before},
        after,
        reason,
    )
    if was_paid:
        told = order.next_revision()
        uow.record(OrderChanged(order.id, told, order.customer_id, order.meeting_id))
    return order


def receive(
    uow: UnitOfWork, actor: Actor, order: Order, payment: RecordPayment, *, clock: Clock
) -> bool:
    """The same, on an order that is already locked. True when it is the last one: what the order
    holds is to be consumed."""
    payment_id = uuid5(order.id, payment.key) if payment.key else new_id()
    if any(known.id == payment_id for known in order.payments):
        return False
    order.receive(
        Payment(
            brand_id=uow.brand_id,
            id=payment_id,
            method=PaymentMethod(payment.method),
            amount_cents=payment.amount_cents,
            received_on=payment.received_on or _today(uow, clock),
            reference=payment.reference,
            recorded_at=clock(),
            recorded_by=actor.label,
        )
    )
    record(uow, actor, "order.pay", "order", order.id, after=_told(order, payment))
    if order.payment_status != PaymentStatus.PAID:
        return False
    told = order.next_revision()
    uow.record(OrderPaid(order.id, told, order.customer_id, order.meeting_id))
    return True


def _today(uow: UnitOfWork, clock: Clock) -> date:
    brand = this_brand(uow.session)
    return local_day(clock(), brand.timezone)


def _told(order: Order, payment: RecordPayment) -> dict[str, object]:
    return {
        "amount_cents": payment.amount_cents,
        "method": str(payment.method),
        "paid_cents": order.paid_cents,
        "payment_status": str(order.payment_status),
    }
