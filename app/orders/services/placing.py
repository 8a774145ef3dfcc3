"""From draft to order, and back when nobody has paid."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from app.audit.services import record
from app.catalog.queries import products
from app.catalog.services import give_back_stock, take_stock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.orders.errors import CartHasChanged, OrderIsEmpty, ProductNotForSale
from app.orders.events import OrderCancelled, OrderPaid, OrderPlaced
from app.orders.models import Order, OrderLine, PaymentStatus
from app.orders.repository import locked_order
from app.orders.services.numbers import ORDERS, next_number
from app.orders.services.payments import RecordPayment, receive
from app.orders.services.pricing import reprice


def place(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    *,
    payment: RecordPayment | None = None,
    seen_cents: int | None = None,
    clock: Clock,
) -> Order:
    """Take the stock, freeze the prices, give the order its number; record its payment with it.

    `seen_cents` is the total that whoever places it was shown, when she was shown one.
    Raises OrderAlreadyPlaced the second time; CartHasChanged when it is no longer that total, or
    prices have moved; OutOfStock, ProductNotForSale, OrderIsEmpty.
    """
    order = locked_order(uow.session, actor, order_id)
    order.must_be_a_sale()
    order.must_be_a_cart()
    if not order.lines:
        raise OrderIsEmpty
    take_stock(uow, units_of(order.lines))
    _must_be_on_sale(uow, order, clock=clock)
    shown = _prices(order)
    quote = reprice(uow.session, order, clock=clock)
    if _prices(order) != shown or seen_cents not in {None, order.total_cents}:
        raise CartHasChanged(total_cents=order.total_cents)
    order.place(next_number(uow, ORDERS), clock(), quote.to_json())
    uow.record(OrderPlaced(order.id, order.next_revision(), order.customer_id, order.meeting_id))
    placed = {"number": order.number, "total_cents": order.total_cents}
    record(uow, actor, "order.place", "order", order.id, after=placed)
    if payment:
        receive(uow, actor, order, payment, clock=clock)
    elif order.payment_status == PaymentStatus.PAID:
        uow.record(OrderPaid(order.id, order.next_revision(), order.customer_id, order.meeting_id))
    return order


def accept_terms(
    uow: UnitOfWork, actor: Actor, order_id: UUID, version: int, *, clock: Clock
) -> None:
    """Of sale, by the customer herself. Raises OrderAlreadyPlaced, OrderNotFound."""
    locked_order(uow.session, actor, order_id).accept_terms(version, clock())


def cancel_unpaid(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Order:
    """Everything it had taken is given back at once.

    Raises OrderIsCancelled the second time; OrderHasPayments once money was received.
    """
    order = locked_order(uow.session, actor, order_id)
    before = {"status": order.status}
    order.cancel(clock())
    after = {"status": order.status, "total_cents": order.total_cents}
    record(uow, actor, "order.cancel", "order", order.id, before, after)
    give_back_stock(uow, units_of(order.lines))
    uow.record(OrderCancelled(order.id, order.next_revision(), order.customer_id, order.meeting_id))
    return order


def units_of(lines: Iterable[OrderLine]) -> dict[UUID, int]:
    """Summed per product first: two lines of one product take from one stock."""
    units: Counter[UUID] = Counter()
    for line in lines:
        units[line.product_id] += line.quantity
    return dict(units)


def _must_be_on_sale(uow: UnitOfWork, order: Order, *, clock: Clock) -> None:
    sold = products(uow.session, [line.product_id for line in order.lines], at=clock())
    for line in order.lines:
        if not sold[line.product_id].on_sale:
            raise ProductNotForSale(name=line.name)


def _prices(order: Order) -> tuple[object, ...]:
    lines = [(line.id, line.unit_price_cents, line.net_cents) for line in order.lines]
    return (order.total_cents, *lines)
