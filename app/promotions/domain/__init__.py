"""The pure rules of prices. `price(cart, plan, context) -> Quote` is the way in."""

from app.promotions.domain.cart import (
    Buyer,
    Cart,
    CartLine,
    Channel,
    Context,
    MeetingOfCart,
    Shipping,
)
from app.promotions.domain.plan import EMPTY_PLAN, Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quote import Adjustment, PricedLine, Quote

__all__ = [
    "EMPTY_PLAN",
    "Adjustment",
    "Buyer",
    "Cart",
    "CartLine",
    "Channel",
    "Context",
    "MeetingOfCart",
    "Plan",
    "PricedLine",
    "Quote",
    "Shipping",
    "price",
]
