"""From draft to order, and back when nobody has paid."""

from typing import Any
from uuid import UUID

from app.audit.services import record
from app.catalog.services import give_back_stock, take_stock
from app.documents.services import ORDERS, next_number
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.orders.domain.asked import Asked
from app.orders.domain.frozen import differences, digest_of
from app.orders.errors import CartHasChanged, OrderIsEmpty, ProductNotForSale, ShippingNotPossible
from app.orders.events import OrderCancelled, OrderPaid, OrderPlaced
from app.orders.models import Order, PaymentStatus
from app.orders.queries.surroundings import abandoned
from app.orders.repository import locked_cart, locked_order, part_from
from app.orders.services import claims
from app.orders.services.invoicing import issue_invoice
from app.orders.services.payments import RecordPayment, receive
from app.orders.services.pricing import Products, reprice, sold_on
from app.orders.services.units import by_product, units_of
from app.promotions.domain import Plan, Quote
from app.promotions.domain.quote_format import read_quote
from app.promotions.services.plan import hold_plan

ABANDONED = "not paid in time"


def place(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    *,
    payment: RecordPayment | None = None,
    seen: str | None = None,
    seen_cents: int | None = None,
    clock: Clock,
) -> Order:
    """Take the stock and all it uses, freeze the prices, give the order its number; record its
    payment with it.

    `seen` is the digest of the prices that whoever places it was shown, `seen_cents` the total;
    without them, the prices it was last given count as shown. Raises OrderAlreadyPlaced the second
    time; CartHasChanged, with the differences, when it would be placed at other prices; OutOfStock,
    ProductNotForSale, OrderIsEmpty, ShippingNotPossible; NotEnoughPoints, PromotionExhausted,
    VoucherTaken when somebody else was quicker.
    """
    order = locked_cart(uow.session, actor, order_id)
    if not any(not line.is_automatic for line in order.lines):
        raise OrderIsEmpty
    sold = sold_on(uow.session, order, clock=clock)
    for line in order.lines:
        if not sold[line.product_id].on_sale:
            raise ProductNotForSale(name=line.name)
    plan = hold_plan(uow.session)
    quote = _as_shown(uow, order, (sold, plan.plan), (seen, seen_cents), clock=clock)
    paid = order.total_cents == (payment.amount_cents if payment else 0)
    with uow.session.no_autoflush:  # the order is written once, at the end
        claims.hold(uow, actor, order, quote, plan, paid=paid, clock=clock)
        take_stock(uow, by_product(units_of(order)))
        number = next_number(uow, ORDERS)
    order.place(number, clock())
    uow.record(OrderPlaced(order.id, order.next_revision(), order.customer_id, order.meeting_id))
    placed = {"number": order.number, "total_cents": order.total_cents}
    record(uow, actor, "order.place", "order", order.id, after=placed)
    if payment:
        if receive(uow, actor, order, payment, clock=clock):
            issue_invoice(uow, actor, order, clock=clock)
    elif order.payment_status == PaymentStatus.PAID:
        uow.record(OrderPaid(order.id, order.next_revision(), order.customer_id, order.meeting_id))
    return order


def _as_shown(
    uow: UnitOfWork,
    order: Order,
    offer: tuple[Products, Plan],
    agreed: tuple[str | None, int | None],
    *,
    clock: Clock,
) -> Quote:
    """Priced again, at what was agreed to: a digest, a total, or else the prices last given."""
    (sold, plan), (seen, seen_cents) = offer, agreed
    shown, prices = order.quote, _list_prices(order)
    quote = reprice(uow.session, order, sold=sold, plan=plan, clock=clock)
    if Asked.read(order.asked).delivery.method != quote.shipping.method:
        raise ShippingNotPossible
    if seen:
        same = seen == digest_of(quote)
    else:
        same = _as_written(shown, order, quote) and prices == _list_prices(order)
    if not same or seen_cents not in {None, order.total_cents}:
        changes = differences(read_quote(shown), quote) if shown else ()
        raise CartHasChanged(total_cents=order.total_cents, changes=changes)
    return quote


def _as_written(shown: dict[str, Any] | None, order: Order, quote: Quote) -> bool:
    """Whether it costs what it did; most often the whole quote is the same."""
    if shown is None or shown == order.quote:
        return True
    return digest_of(read_quote(shown)) == digest_of(quote)


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
    return cancel_unpaid_order(uow, actor, order, clock=clock)


def cancel_unpaid_order(
    uow: UnitOfWork, actor: Actor, order: Order, *, reason: str = "", clock: Clock
) -> Order:
    """The same, of an order that is locked already. Gifts that were to leave with it leave by
    themselves."""
    before = {"status": order.status}
    part_from(uow.session, [order.id])
    order.cancel(clock())
    after = {"status": order.status, "total_cents": order.total_cents}
    record(uow, actor, "order.cancel", "order", order.id, before, after, reason)
    claims.let_go(uow, actor, order, clock=clock)
    give_back_stock(uow, by_product(units_of(order)))
    uow.record(OrderCancelled(order.id, order.next_revision(), order.customer_id, order.meeting_id))
    return order


def release_abandoned(
    uow: UnitOfWork, actor: Actor, order_id: UUID, *, hours: int, clock: Clock
) -> bool:
    """Cancel an order that nobody paid in time. False: meanwhile somebody did, or cancelled it."""
    order = locked_order(uow.session, actor, order_id)
    if not abandoned(uow.session, hours=hours, now=clock(), order_id=order_id):
        return False
    cancel_unpaid_order(uow, actor, order, reason=ABANDONED, clock=clock)
    return True


def _list_prices(order: Order) -> tuple[object, ...]:
    """Also of orders that were priced before their quotes were kept."""
    lines = ((line.id, line.unit_price_cents) for line in order.lines if not line.is_automatic)
    return tuple(lines)
