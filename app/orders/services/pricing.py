"""Pricing a draft as things stand, and putting what `price()` answers on it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.catalog.queries import ProductView
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.text import identity_key
from app.orders.domain.asked import Asked
from app.orders.domain.frozen import Difference, differences
from app.orders.models import Kind, Order, OrderLine, OrderStatus
from app.orders.queries.surroundings import surroundings
from app.orders.repository import seen_order
from app.orders.services.future import future_points, may_foresee
from app.orders.services.lines import append_line
from app.orders.services.shipping import shipping_of
from app.promotions.domain import EMPTY_PLAN, Buyer, Cart, CartLine, Channel, Context, Plan, Quote
from app.promotions.domain import price as price_cart
from app.promotions.domain.cart import MeetingOfCart
from app.promotions.domain.quote_format import quote_to_json, read_quote
from app.promotions.services.carts import read_records
from app.promotions.services.plan import plan_of

Products = Mapping[UUID, ProductView]


def reprice(
    session: Session,
    order: Order,
    *,
    sold: Products | None = None,
    plan: Plan | None = None,
    clock: Clock,
) -> Quote:
    """Today's names, prices and VAT on every line, the gifts that add themselves, the totals.

    `sold` are its products and `plan` the brand's, when they were read already. Raises
    AmountTooLarge, before anything on the order has changed.
    """
    with session.no_autoflush:  # what changes on the order is written once, at the end
        sold = sold or sold_on(session, order, clock=clock)
        quote = price_now(session, order, sold, plan, at=clock())
    for line in order.lines:
        _snapshot(line, sold[line.product_id])
    _put_on_lines(order, quote)
    _bring_gifts_in_line(session, order, quote)
    order.products_cents = quote.products_cents
    order.shipping_cents = quote.shipping_cents
    order.total_cents = quote.total_cents
    order.quote = quote_to_json(quote)
    return quote


def sold_on(session: Session, order: Order, *, clock: Clock) -> Products:
    return catalog.products(session, [line.product_id for line in order.lines], at=clock())


def price_now(
    session: Session, order: Order, sold: Products, plan: Plan | None = None, *, at: datetime
) -> Quote:
    """What the order costs as things stand; nothing on it changes."""
    if order.kind == Kind.GIFT:
        won = Cart(tuple(_cart_line(line, sold[line.product_id], ()) for line in order.lines))
        return price_cart(won, EMPTY_PLAN, _context(order, at))
    return _price_sale(session, order, sold, plan or plan_of(session), at)


def _price_sale(session: Session, order: Order, sold: Products, plan: Plan, at: datetime) -> Quote:
    asked = Asked.read(order.asked)
    zone = plan.settings.timezone
    around = surroundings(session, order, codes=asked.codes, at=at, zone=zone)
    buyer, customer_id = around.buyer, order.customer_id
    records = read_records(
        session, around.records, plan, customer_id=customer_id, codes=asked.codes, at=at
    )
    context = records.beside(_context(order, at, buyer, around.meeting))
    cart = replace(
        _cart(session, order, asked, sold, around.categories),
        vouchers=records.asked_vouchers(asked.vouchers),
    )
    if may_foresee(session, order, buyer, plan):
        session.flush()
        without = price_cart(replace(cart, points=0), plan, context)
        seen = future_points(session, order, without, buyer, plan)
        foreseen = replace(buyer, future_points=seen.points, ahead=seen.ahead)
        context = replace(context, buyer=foreseen)
    return price_cart(cart, plan, context)


def _cart(
    session: Session,
    order: Order,
    asked: Asked,
    sold: Products,
    above: Mapping[UUID, tuple[str, ...]],
) -> Cart:
    bought = [line for line in order.lines if not line.is_automatic]
    return Cart(
        lines=tuple(
            _cart_line(line, product, above[product.category_id])
            for line, product in ((line, sold[line.product_id]) for line in bought)
        ),
        shipping=shipping_of(session, asked.delivery, bought, sold),
        codes=asked.codes,
        picked=asked.picked,
        declined=frozenset(asked.declined),
        points=asked.points,
        choices=dict(asked.choices),
    )


def _cart_line(line: OrderLine, product: ProductView, categories: tuple[str, ...]) -> CartLine:
    return CartLine(
        id=str(line.id),
        product=product.reference,
        quantity=line.quantity,
        unit_price_cents=product.price_cents,
        vat_rate_bp=product.vat_rate_bp,
        categories=categories,
        gift=line.gift_claim_id is not None,
        minimum_price_cents=product.minimum_price_cents or 0,
        discountable=not product.excluded_from_discounts,
        points_each=product.points_override,
    )


def _context(
    order: Order, at: datetime, buyer: Buyer | None = None, meeting: MeetingOfCart | None = None
) -> Context:
    return Context(
        at=at,
        channel=Channel(order.channel),
        buyer=buyer or Buyer(id=str(order.customer_id)),
        seller_id=str(order.seller_id),
        meeting=meeting,
    )


def quote_of(session: Session, actor: Actor, order_id: UUID, *, at: datetime) -> Quote:
    """The prices somebody is shown: those a draft was last given, or those it was placed with.

    Raises OrderNotFound, also for somebody else's order.
    """
    order = seen_order(session, actor, order_id)
    if order.quote is not None:
        return read_quote(order.quote)
    sold = catalog.products(session, [line.product_id for line in order.lines], at=at)
    return price_now(session, order, sold, at=at)


def moved_on(
    session: Session, actor: Actor, order_id: UUID, *, at: datetime
) -> tuple[Difference, ...] | None:
    """How what a draft was last given differs from what applies now: amounts, or nothing but what
    it could have. None: not at all, or it is no draft of a sale."""
    order = seen_order(session, actor, order_id)
    if order.quote is None or order.kind == Kind.GIFT or order.status != OrderStatus.CART:
        return None
    sold = catalog.products(session, [line.product_id for line in order.lines], at=at)
    now = quote_to_json(price_now(session, order, sold, at=at))
    if now == order.quote:
        return None
    return differences(read_quote(order.quote), read_quote(now))


# -------------------------------------------------------------------- what it changes on the order


def _snapshot(line: OrderLine, product: ProductView) -> None:
    line.reference, line.name = product.reference, product.name
    line.unit_price_cents, line.vat_rate_bp = product.price_cents, product.vat_rate_bp
    line.in_turnover = product.in_turnover


def _put_on_lines(order: Order, quote: Quote) -> None:
    priced = {line.id: line for line in quote.lines}
    for line in order.lines:
        if line.is_automatic:
            continue
        found = priced[str(line.id)]
        line.net_cents, line.vat_cents = found.net_cents, found.vat_cents
        line.points_cents = sum(
            one.amount_cents for one in found.adjustments if one.code == "points"
        )


def _bring_gifts_in_line(session: Session, order: Order, quote: Quote) -> None:
    """Gifts that add themselves stand on lines of their own, and go when they are not due."""
    due: dict[tuple[str, str], int] = {}
    for gift in quote.gifts:
        key = (gift.promotion, identity_key(gift.product))
        due[key] = due.get(key, 0) + gift.quantity
    for line in [line for line in order.lines if line.is_automatic]:
        units = due.pop((line.promotion, identity_key(line.reference)), 0)
        if units:
            line.quantity = units
        else:
            order.lines.remove(line)
    if due:
        given = catalog.products_by_reference(session, [reference for _, reference in due])
        for (promotion, reference), units in due.items():
            append_line(order, given[reference], units, promotion=promotion)
