"""The pure rules of prices. `price(cart, plan, context) -> Quote` is the way in."""

from app.promotions.domain.cart import Cart, CartLine, Channel, Context, Shipping
from app.promotions.domain.plan import EMPTY_PLAN, Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quote import Adjustment, PricedLine, Quote

__all__ = [
    "EMPTY_PLAN",
    "Adjustment",
    "Cart",
    "CartLine",
    "Channel",
    "Context",
    "Plan",
    "PricedLine",
    "Quote",
    "Shipping",
    "price",
]
