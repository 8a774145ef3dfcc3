"""Gift orders: what was won, at 0 €, gathered per customer and meeting until it is finalised."""

from uuid import UUID

from app.audit.services import record
from app.catalog.queries import ProductView
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.orders.errors import NotAGiftOrder, OrderIsEmpty
from app.orders.events import GiftOrderFinalised
from app.orders.models import Kind, Order, OrderLine
from app.orders.repository import locked_order
from app.orders.services.carts import new_cart
from app.orders.services.lines import append_line
from app.orders.services.numbers import ORDERS, next_number
from app.orders.services.pricing import reprice
from app.promotions.domain.quote_format import quote_to_json


def gift_order_for(
    uow: UnitOfWork,
    actor: Actor,
    *,
    customer_id: UUID,
    meeting_id: UUID | None,
    seller_id: UUID,
    clock: Clock,
) -> Order:
    """The open gift order of this customer in this meeting, locked, or a new one.

    The caller has locked the meeting, which may be closed.
    """
    return new_cart(
        uow,
        actor,
        seller_id=seller_id,
        customer_id=customer_id,
        meeting_id=meeting_id,
        kind=Kind.GIFT,
        clock=clock,
    )


def add_gift_line(uow: UnitOfWork, order: Order, product: ProductView, claim_id: UUID) -> OrderLine:
    """One won unit, free of charge. Its stock is taken by whoever chose it, with `take_stock`."""
    if order.kind != Kind.GIFT:
        raise NotAGiftOrder
    order.must_be_a_cart()
    line = append_line(order, product, 1, gift_claim_id=claim_id)
    reprice(uow.session, order, clock=uow.clock)
    uow.session.flush()
    return line


def finalise_gift_order(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Order:
    """It gets its number and is on its way. Raises OrderAlreadyPlaced the second time."""
    order = locked_order(uow.session, actor, order_id)
    if order.kind != Kind.GIFT:
        raise NotAGiftOrder
    order.must_be_a_cart()
    if not order.lines:
        raise OrderIsEmpty
    quote = reprice(uow.session, order, clock=clock)
    order.finalise(next_number(uow, ORDERS), clock(), quote_to_json(quote))
    told = order.next_revision()
    uow.record(GiftOrderFinalised(order.id, told, order.customer_id, order.meeting_id))
    record(uow, actor, "order.finalise_gift", "order", order.id, after={"number": order.number})
    return order
