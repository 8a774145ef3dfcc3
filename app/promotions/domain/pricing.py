"""`price()`: the one place where a cart becomes amounts."""

from __future__ import annotations

from app.kernel.money import MAX_CENTS, vat_included
from app.promotions.domain.cart import Cart, CartLine, Context
from app.promotions.domain.plan import Plan
from app.promotions.domain.quote import Adjustment, PricedLine, Quote
from app.promotions.errors import AmountTooLarge


def price(cart: Cart, plan: Plan, context: Context) -> Quote:
    """Same cart, same plan, same context: same quote, to the cent.

    No line, shipping or total is ever below zero, and the lines always sum to the total.
    Raises AmountTooLarge.
    """
    lines = tuple(_price_line(line) for line in cart.lines)
    products = sum(line.net_cents for line in lines)
    shipping = cart.shipping.list_cents
    listed = sum(line.list_cents for line in lines)
    if max(listed, products + shipping) > MAX_CENTS:
        raise AmountTooLarge(most_cents=MAX_CENTS)
    return Quote(
        lines=lines,
        list_cents=listed,
        products_cents=products,
        shipping_cents=shipping,
        basket_cents=products,
        total_cents=products + shipping,
        vat_cents=sum(line.vat_cents for line in lines)
        + vat_included(shipping, cart.shipping.vat_rate_bp),
        currency=plan.settings.currency,
        plan_version=plan.version,
    )


def _price_line(line: CartLine) -> PricedLine:
    listed = line.unit_price_cents * line.quantity
    adjustments = (_won(listed),) if line.gift and listed else ()
    net = listed - sum(adjustment.amount_cents for adjustment in adjustments)
    return PricedLine(
        id=line.id,
        list_cents=listed,
        net_cents=net,
        vat_cents=vat_included(net, line.vat_rate_bp),
        adjustments=adjustments,
        product=line.product,
        quantity=line.quantity,
    )


def _won(listed: int) -> Adjustment:
    return Adjustment(code="gift_won", source="reward", amount_cents=listed, base_cents=listed)
