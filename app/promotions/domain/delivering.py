"""The price of shipping."""

from __future__ import annotations

from collections.abc import Iterator

from app.kernel.money import BASIS
from app.promotions.domain.cart import Bracket, Shipping
from app.promotions.domain.portions import half_up
from app.promotions.domain.terms import EffectKind, Promotion


def shipping_price(shipping: Shipping, basket_cents: int) -> int:
    """Before promotions; `basket_cents`: products after discounts, before vouchers and points."""
    if shipping.free_from_cents is not None and basket_cents >= shipping.free_from_cents:
        return 0
    height = shipping.weight_grams if shipping.by_weight else basket_cents
    return _of_bracket(shipping, height)


def least_shipping_price(shipping: Shipping, low_cents: int, high_cents: int) -> int:
    """The lowest price that a basket within these bounds may meet."""
    between = (start for start in thresholds(shipping) if low_cents < start <= high_cents)
    return min(shipping_price(shipping, basket) for basket in (low_cents, *between))


def thresholds(shipping: Shipping) -> Iterator[int]:
    """Baskets from which the price is another one."""
    if not shipping.by_weight:
        yield from (bracket.start for bracket in shipping.brackets)
    if shipping.free_from_cents is not None:
        yield shipping.free_from_cents


def _of_bracket(shipping: Shipping, height: int) -> int:
    reached = [bracket for bracket in shipping.brackets if bracket.start <= height]
    highest: Bracket | None = max(reached, key=lambda bracket: bracket.start, default=None)
    return highest.price_cents if highest else shipping.list_cents


def off_shipping(promotion: Promotion, left: int, listed: int, times: int) -> int:
    """What a shipping promotion takes off, at most what is left."""
    effect = promotion.effect
    if effect.kind is EffectKind.SHIPPING_AMOUNT:
        return min(left, effect.amount_cents * times)
    of_list = promotion.base.value == "list"
    taken = 0
    for _ in range(times):
        once = half_up((listed if of_list else left - taken) * effect.rate_bp, BASIS)
        if once == 0 or taken >= left:
            break
        taken += once
    return min(left, taken if effect.cap_cents is None else min(taken, effect.cap_cents))
