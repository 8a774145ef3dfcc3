"""A promotion read back in plain language, for those who set it up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.kernel.money import BASIS
from app.kernel.words import N_, Sentence
from app.promotions.domain.condition_words import (
    NOBODY,
    Names,
    named,
    tell_condition,
    tell_period,
    tell_scope,
)
from app.promotions.domain.terms import (
    AdvantageTier,
    Base,
    Effect,
    EffectKind,
    Entry,
    Limits,
    Per,
    Pick,
    Promotion,
    Stacking,
)

MANY_CODES = 3


def promotion_sentence(promotion: Promotion, names: Names = NOBODY) -> tuple[Sentence, ...]:
    """Effect, entry, conditions, period, limits, stacking: a sentence for each that says much."""
    return (
        Sentence(N_("%(effect)s."), {"effect": tell_effect(promotion.effect, names)}),
        tell_entry(promotion),
        *_conditions(promotion, names),
        *tell_period(promotion.period),
        *tell_limits(promotion.limits),
        *tell_stacking(promotion.stacking, promotion.effect.kind),
        *_others(promotion),
    )


# ---------------------------------------------------------------- effects


def tell_effect(effect: Effect, names: Names = NOBODY) -> Sentence:
    """What it takes off, as a part of a sentence."""
    told = _TOLD[effect.kind](effect, names)
    if effect.at_most_units is not None:
        words = DEAREST if effect.pick is Pick.DEAREST else CHEAPEST
        told = Sentence(words, {"effect": told, "units": effect.at_most_units})
    if effect.cap_cents is not None:
        words = N_("%(effect)s, at most %(cap_cents)s")
        told = Sentence(words, {"effect": told, "cap_cents": effect.cap_cents})
    return told


DEAREST = N_("%(effect)s (units: %(units)s at most, the dearest first)")
CHEAPEST = N_("%(effect)s (units: %(units)s at most, the cheapest first)")


def _values(effect: Effect, names: Names) -> dict[str, Any]:
    return {
        "rate_bp": effect.rate_bp,
        "amount_cents": effect.amount_cents,
        "products": tell_scope(effect.scope, names),
        "given": named(names, effect.products),
        "units": effect.units,
        "buy": effect.buy,
        "get": effect.get,
    }


def _order_percent(effect: Effect, names: Names) -> Sentence:
    return Sentence(N_("%(rate_bp)s off the order"), _values(effect, names))


def _order_amount(effect: Effect, names: Names) -> Sentence:
    return Sentence(N_("%(amount_cents)s off the order"), _values(effect, names))


def _product_percent(effect: Effect, names: Names) -> Sentence:
    return Sentence(N_("%(rate_bp)s off %(products)s"), _values(effect, names))


def _product_amount(effect: Effect, names: Names) -> Sentence:
    if effect.per is Per.TOTAL:
        return Sentence(N_("%(amount_cents)s off %(products)s together"), _values(effect, names))
    return Sentence(N_("%(amount_cents)s off each unit of %(products)s"), _values(effect, names))


def _fixed_price(effect: Effect, names: Names) -> Sentence:
    return Sentence(N_("%(products)s at %(amount_cents)s each"), _values(effect, names))


def _buy_x_get_y(effect: Effect, names: Names) -> Sentence:
    values = _values(effect, names) | {"gain": _gain(effect)}
    if effect.get_scope is not None:
        values["others"] = tell_scope(effect.get_scope, names)
        words = N_("%(buy)s bought among %(products)s: %(gain)s among %(others)s")
        return Sentence(words, values)
    if effect.same_product:
        words = N_("%(buy)s of one product bought among %(products)s: %(gain)s of it")
        return Sentence(words, values)
    return Sentence(N_("%(buy)s bought among %(products)s: %(gain)s, the cheapest"), values)


def _gain(effect: Effect) -> Sentence:
    values = {"get": effect.get, "rate_bp": effect.rate_bp}
    if effect.rate_bp == BASIS:
        return Sentence(N_("%(get)s more for free"), values)
    return Sentence(N_("%(get)s more with %(rate_bp)s off"), values)


def _free_product(effect: Effect, names: Names) -> Sentence:
    if effect.units == 1:
        return Sentence(N_("%(given)s for free"), _values(effect, names))
    return Sentence(N_("%(units)s times %(given)s for free"), _values(effect, names))


def _gift_choice(effect: Effect, names: Names) -> Sentence:
    if effect.units == 1:
        return Sentence(N_("a gift to choose among %(given)s"), _values(effect, names))
    return Sentence(N_("%(units)s gifts to choose among %(given)s"), _values(effect, names))


def _shipping_percent(effect: Effect, names: Names) -> Sentence:
    if effect.rate_bp == BASIS:
        return _by_method(Sentence(N_("free shipping")), effect, names)
    words = N_("%(rate_bp)s off shipping")
    return _by_method(Sentence(words, _values(effect, names)), effect, names)


def _shipping_amount(effect: Effect, names: Names) -> Sentence:
    words = N_("%(amount_cents)s off shipping")
    return _by_method(Sentence(words, _values(effect, names)), effect, names)


def _by_method(told: Sentence, effect: Effect, names: Names) -> Sentence:
    if not effect.methods:
        return told
    methods = named(names, sorted(effect.methods))
    return Sentence(N_("%(effect)s by %(methods)s"), {"effect": told, "methods": methods})


_TOLD = {
    EffectKind.ORDER_PERCENT: _order_percent,
    EffectKind.ORDER_AMOUNT: _order_amount,
    EffectKind.PRODUCT_PERCENT: _product_percent,
    EffectKind.PRODUCT_AMOUNT: _product_amount,
    EffectKind.FIXED_PRICE: _fixed_price,
    EffectKind.BUY_X_GET_Y: _buy_x_get_y,
    EffectKind.FREE_PRODUCT: _free_product,
    EffectKind.GIFT_CHOICE: _gift_choice,
    EffectKind.SHIPPING_PERCENT: _shipping_percent,
    EffectKind.SHIPPING_AMOUNT: _shipping_amount,
}

# ---------------------------------------------------------------- entry, conditions, limits

ENTERED = {
    Entry.AUTOMATIC: N_("Applies by itself."),
    Entry.MANUAL: N_("Chosen by the seller."),
    Entry.ASSIGNED: N_("For the customers it was given to."),
}


def tell_entry(promotion: Promotion) -> Sentence:
    if promotion.entry is not Entry.CODE:
        return Sentence(ENTERED[promotion.entry])
    if not promotion.codes:
        return Sentence(N_("With a single-use or personal code."))
    if len(promotion.codes) == 1:
        return Sentence(N_("With the code %(code)s."), {"code": promotion.codes[0]})
    codes = list(promotion.codes[:MANY_CODES])
    more = len(promotion.codes) - len(codes)
    if more:
        words = N_("With one of the codes %(codes)s … (%(more)s more).")
        return Sentence(words, {"codes": codes, "more": more})
    return Sentence(N_("With one of the codes %(codes)s."), {"codes": codes})


def _conditions(promotion: Promotion, names: Names) -> Iterator[Sentence]:
    if promotion.conditions is not None:
        told = tell_condition(promotion.conditions, names)
        yield Sentence(N_("Condition: %(condition)s."), {"condition": told})


def tell_limits(limits: Limits) -> Iterator[Sentence]:
    if limits.uses is not None:
        yield Sentence(N_("Uses overall: at most %(uses)s."), {"uses": limits.uses})
    if limits.per_customer is not None:
        words = N_("Uses per customer: at most %(uses)s.")
        yield Sentence(words, {"uses": limits.per_customer})
    if limits.per_seller is not None:
        yield Sentence(N_("Uses per seller: at most %(uses)s."), {"uses": limits.per_seller})
    if limits.budget_cents is not None:
        words = PARTLY if limits.partial else WHOLLY
        yield Sentence(words, {"budget_cents": limits.budget_cents})


PARTLY = N_("Budget: %(budget_cents)s; the last use may get what is left of it.")
WHOLLY = N_("Budget: %(budget_cents)s.")

EXCLUDED = {
    "promotions": N_("other promotions"),
    "advantages": N_("customer advantages"),
    "points": N_("points"),
    "vouchers": N_("vouchers"),
}


def tell_stacking(stacking: Stacking, kind: EffectKind) -> Iterator[Sentence]:
    excluded = [Sentence(words) for name, words in EXCLUDED.items() if not getattr(stacking, name)]
    if excluded:
        yield Sentence(N_("Does not combine with: %(excluded)s."), {"excluded": excluded})
    is_bought = kind is EffectKind.BUY_X_GET_Y
    if stacking.itself and not is_bought:
        yield Sentence(N_("Once for each full multiple of its threshold."))
    if is_bought and not stacking.itself:
        yield Sentence(N_("Once per order."))


def _others(promotion: Promotion) -> Iterator[Sentence]:
    if promotion.base is Base.LIST:
        yield Sentence(N_("The percentage is of the list price."))
    if promotion.skip_discounted:
        yield Sentence(N_("Leaves out what is already discounted."))
    if promotion.group:
        words = N_("At most one of the group “%(group)s” applies.")
        yield Sentence(words, {"group": promotion.group})
    if not promotion.public:
        yield Sentence(N_("Customers are not told how far they are from it."))
    if not promotion.gives_back_use:
        yield Sentence(N_("A cancelled order does not give its use back."))
    if not promotion.enabled:
        yield Sentence(N_("Switched off."))


# ---------------------------------------------------------------- steps of advantages


def tell_tier(tier: AdvantageTier, names: Names = NOBODY, *, of_points: bool = False) -> Sentence:
    """ "From 50.00 €: 5 % off the order and free shipping." `of_points`: from a balance."""
    start = {"points": tier.start} if of_points else {"cents": tier.start}
    values = {
        "start": Sentence("%(points)s" if of_points else "%(cents)s", start),
        "gains": _gains(tier, names),
    }
    return Sentence(N_("From %(start)s: %(gains)s."), values)


def _gains(tier: AdvantageTier, names: Names) -> Sentence:
    gain = _gain_of(tier)
    if tier.free_shipping is None:
        return gain
    shipping = Effect(EffectKind.SHIPPING_PERCENT, rate_bp=BASIS, methods=tier.free_shipping)
    free = tell_effect(shipping, names)
    return Sentence(N_("%(this)s and %(that)s"), {"this": gain, "that": free}) if gain[0] else free


def _gain_of(tier: AdvantageTier) -> Sentence:
    if tier.every_points:
        words = N_("%(amount_cents)s for every %(points)s")
        return Sentence(words, {"amount_cents": tier.amount_cents, "points": tier.every_points})
    if tier.rate_bp:
        return Sentence(N_("%(rate_bp)s off the order"), {"rate_bp": tier.rate_bp})
    if tier.amount_cents:
        return Sentence(N_("%(amount_cents)s off the order"), {"amount_cents": tier.amount_cents})
    return Sentence("")
