"""Putting what `price()` answers on an order."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.queries import ProductView, products
from app.kernel.clock import Clock
from app.orders.models import Order, OrderLine
from app.promotions.domain import (
    EMPTY_PLAN,
    Buyer,
    Cart,
    CartLine,
    Channel,
    Context,
    MeetingOfCart,
    Quote,
    price,
)


def reprice(session: Session, order: Order, *, clock: Clock) -> Quote:
    """Today's names, prices and VAT on every line, and the totals they make.

    Raises AmountTooLarge, before anything on the order has changed.
    """
    sold = products(session, [line.product_id for line in order.lines])
    quote = price(_cart(order.lines, sold), EMPTY_PLAN, _context(order, clock))
    for line in order.lines:
        _snapshot(line, sold[line.product_id])
        priced = quote.line(str(line.id))
        line.net_cents, line.vat_cents = priced.net_cents, priced.vat_cents
    order.products_cents = quote.products_cents
    order.shipping_cents = quote.shipping_cents
    order.total_cents = quote.total_cents
    return quote


def _cart(lines: Iterable[OrderLine], sold: Mapping[UUID, ProductView]) -> Cart:
    return Cart(tuple(_cart_line(line, sold[line.product_id]) for line in lines))


def _cart_line(line: OrderLine, product: ProductView) -> CartLine:
    return CartLine(
        id=str(line.id),
        product=product.reference,
        quantity=line.quantity,
        unit_price_cents=product.price_cents,
        vat_rate_bp=product.vat_rate_bp,
        categories=(product.category,),
        gift=line.gift_claim_id is not None,
    )


def _context(order: Order, clock: Clock) -> Context:
    return Context(
        at=clock(),
        channel=Channel(order.channel),
        buyer=Buyer(id=str(order.customer_id)),
        seller_id=str(order.seller_id),
        meeting=MeetingOfCart(str(order.meeting_id)) if order.meeting_id else None,
    )


def _snapshot(line: OrderLine, product: ProductView) -> None:
    line.reference, line.name = product.reference, product.name
    line.unit_price_cents, line.vat_rate_bp = product.price_cents, product.vat_rate_bp
    line.in_turnover = product.in_turnover
