"""The price of shipping."""

from __future__ import annotations

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


def least_shipping_price(shipping: Shipping, basket_cents: int) -> int:
    """The lowest price that a basket of at most that much may meet."""
    if shipping.free_from_cents is not None and basket_cents >= shipping.free_from_cents:
        return 0
    if shipping.by_weight or not shipping.brackets:
        return _of_bracket(shipping, shipping.weight_grams)
    reachable = [bracket.start for bracket in shipping.brackets if bracket.start <= basket_cents]
    return min(_of_bracket(shipping, height) for height in (0, *reachable))


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
