"""What a quote says in words, in three voices; amounts and days are formatted where they are shown.

Reasons stand by themselves after the name of what they are about: "Christmas: 12.50 € more to go."
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from app.kernel.words import N_, Sentence
from app.promotions.domain.condition_words import (
    NOBODY,
    Names,
    as_date,
    named,
    tell_comparison,
    tell_condition,
    tell_period,
    tell_scope,
    tell_weekdays,
)
from app.promotions.domain.plan import Plan
from app.promotions.domain.promotion_words import promotion_sentence, tell_effect, tell_tier
from app.promotions.domain.quote import (
    Adjustment,
    AdvantageApplied,
    Available,
    Missing,
    Quote,
    Reason,
    Refusal,
)
from app.promotions.domain.terms import Comparison, Scope

__all__ = [
    "ADJUSTMENTS",
    "REASONS",
    "Voice",
    "names_of",
    "promotion_sentence",
    "tell_adjustment",
    "tell_advantage",
    "tell_available",
    "tell_condition",
    "tell_effect",
    "tell_missing",
    "tell_period",
    "tell_quote",
    "tell_reason",
    "tell_refusal",
    "tell_scope",
    "tell_tier",
]


class Voice(StrEnum):
    CUSTOMER = "customer"
    """The customer herself reads."""
    SELLER = "seller"
    """The seller reads, with the customer before her."""
    BRAND = "brand"
    """Staff read: figures and causes."""


class Told(NamedTuple):
    """The same in each voice; empty: as to the customer."""

    customer: str
    seller: str = ""
    brand: str = ""

    def to(self, voice: Voice) -> str:
        return {Voice.SELLER: self.seller, Voice.BRAND: self.brand}.get(voice) or self.customer


def names_of(plan: Plan) -> dict[str, str]:
    """Names of the plan's promotions and segments by id."""
    segments = {segment.id: segment.name for segment in plan.segments}
    return segments | {promotion.id: promotion.name for promotion in plan.promotions}


# ---------------------------------------------------------------- reasons

REASONS: Mapping[str, Told] = {
    "amount_missing": Told(
        N_("%(missing_cents)s more to go."),
        N_("%(missing_cents)s more: from %(threshold_cents)s of products."),
        N_("%(missing_cents)s are missing to %(threshold_cents)s of products."),
    ),
    "quantity_missing": Told(
        N_("Items still to add: %(missing)s."),
        N_("Items still to add: %(missing)s, of %(threshold)s."),
        N_("Items missing: %(missing)s, of %(threshold)s."),
    ),
    "not_started": Told(N_("From %(from)s on."), brand=N_("It has not begun: from %(from)s on.")),
    "ended": Told(N_("It ended on %(until)s."), brand=N_("Its last day was %(until)s.")),
    "not_this_day": Told(N_("Only on these days: %(weekdays)s.")),
    "not_this_hour": Told(N_("Not at this hour.")),
    "exhausted": Told(
        N_("It is used up."),
        N_("It is used up: somebody took the last one."),
        N_("Every use is taken: at most %(limit)s."),
    ),
    "exhausted_for_customer": Told(
        N_("You have already used it."),
        N_("The customer has already used it."),
        N_("The customer has used it as often as allowed: %(limit)s."),
    ),
    "exhausted_for_seller": Told(
        N_("It is no longer available from your seller."),
        N_("You have given it as often as you may: %(limit)s."),
        N_("The seller has given it as often as allowed: %(limit)s."),
    ),
    "budget_spent": Told(
        N_("It is used up."),
        N_("It is used up: its budget is spent."),
        N_("What is left of its budget of %(budget_cents)s is not enough."),
    ),
    "not_in_segment": Told(
        N_("For certain customers only."),
        N_("For customers of the segment “%(segment)s” only."),
        N_("The customer is not in the segment “%(segment)s”."),
    ),
    "condition_not_met": Told(
        N_("Only under this condition: %(condition)s."),
        brand=N_("Condition not met: %(condition)s."),
    ),
    "not_held": Told(
        N_("You do not hold it."),
        N_("The customer does not hold it."),
        N_("The customer does not hold it."),
    ),
    "excluded_by": Told(
        N_("Not together with “%(promotion)s”."),
        brand=N_("In the same group as “%(promotion)s”: at most one applies."),
    ),
    "not_with_promotions": Told(N_("It does not combine with other promotions.")),
    "not_with_advantage": Told(N_("It does not combine with this: %(kind)s.")),
    "not_with_points": Told(N_("It does not combine with points.")),
    "not_with_vouchers": Told(N_("It does not combine with vouchers.")),
    "not_with_code": Told(N_("It does not combine with a promo code.")),
    "not_with_promotion": Told(N_("It does not combine with “%(promotion)s”.")),
    "nothing_to_discount": Told(
        N_("Nothing in your basket is concerned."),
        N_("Nothing in the basket is concerned."),
        N_("It would take nothing off this basket."),
    ),
    "no_stock": Told(
        N_("Out of stock: %(product)s."), brand=N_("Nothing left to promise of %(product)s.")
    ),
    "unknown_code": Told(N_("There is no such code: check how it is written.")),
    "code_used": Told(N_("This code has already been used.")),
    "code_expired": Told(N_("This code is no longer valid.")),
    "code_of_another": Told(
        N_("This code is somebody else's."),
        N_("This code is another customer's."),
        N_("This code is another customer's."),
    ),
    "code_reserved": Told(
        N_("This code is held by another order that is not paid yet."),
    ),
    "already_applied": Told(N_("It already counts.")),
    "disabled": Told(N_("It is no longer offered."), brand=N_("It is switched off.")),
    "wrong_method": Told(N_("Not with this shipping method.")),
    "voucher_expired": Told(N_("This voucher is no longer valid.")),
    "voucher_minimum": Told(
        N_("%(missing_cents)s more and this voucher can be used."),
        brand=N_("%(missing_cents)s are missing to the voucher's smallest basket."),
    ),
    "voucher_most_per_order": Told(N_("Vouchers of this sort in one order: %(most)s at most.")),
    "voucher_scope": Told(
        N_("This voucher is for other products."),
    ),
    "not_enough_points": Told(
        N_("You have %(points)s."),
        N_("The customer has %(points)s."),
        N_("The customer has %(points)s."),
    ),
    "points_basket_minimum": Told(
        N_("%(missing_cents)s more and points can be used."),
        brand=N_("%(missing_cents)s are missing to the smallest basket for points."),
    ),
    "points_from_order": Told(
        N_("Points can be used from your order number %(n)s on."),
        N_("Points can be used from the customer's order number %(n)s on."),
        N_("Points can be used from the customer's order number %(n)s on."),
    ),
    "points_not_spendable": Told(N_("Points cannot be used here.")),
    "points_more_than_price": Told(
        N_("At most %(points)s can be used here."),
        brand=N_("The products cost no more than %(points)s."),
    ),
    "choice_not_offered": Told(N_("Not among the gifts to choose: %(product)s.")),
    "choice_too_many": Told(
        N_("Gifts you may choose: %(units)s. One too many: %(product)s."),
        N_("Gifts the customer may choose: %(units)s. One too many: %(product)s."),
        N_("Gifts chosen: %(chosen)s, of %(units)s allowed. Left out: %(product)s."),
    ),
    "no_points_with_code": Told(N_("With a promo code, an order earns no points.")),
    "no_points_with_voucher": Told(N_("With a voucher, an order earns no points.")),
    "no_points_with_advantage": Told(N_("With a loyalty advantage, an order earns no points.")),
    "no_points_on_first_order": Told(N_("A first order earns no points.")),
    "no_points_in_segment": Told(
        N_("Your orders earn no points."),
        N_("This customer's orders earn no points."),
        N_("Orders of the segment “%(segment)s” earn no points."),
    ),
}
"""By code; the parameters of each are those of its sentences."""

NARROWED: Mapping[str, Told] = {
    "amount_missing": Told(
        N_("%(missing_cents)s more to go on %(products)s."),
        N_("%(missing_cents)s more: from %(threshold_cents)s of %(products)s."),
        N_("%(missing_cents)s are missing to %(threshold_cents)s of %(products)s."),
    ),
    "quantity_missing": Told(
        N_("Still to add of %(products)s: %(missing)s."),
        N_("Still to add of %(products)s: %(missing)s, of %(threshold)s."),
        N_("Missing of %(products)s: %(missing)s, of %(threshold)s."),
    ),
}
"""When only some products count."""

DATED: Mapping[str, str] = {
    "code_expired": N_("This code was valid until %(until)s."),
    "voucher_expired": N_("This voucher was valid until %(until)s."),
}
METHODS = N_("Only with these shipping methods: %(methods)s.")
BY_TIERS = N_("Points count by themselves, by steps: there is nothing to choose.")
UNTOLD = N_("Not possible for this order.")

_placeholders = re.compile(r"%\((\w+)\)s")

KINDS: Mapping[str, str] = {
    "segment": N_("customer advantage"),
    "first_order": N_("first-order advantage"),
    "loyalty": N_("loyalty advantage"),
}


def tell_reason(reason: Reason, voice: Voice = Voice.CUSTOMER, names: Names = NOBODY) -> Sentence:
    """Why not, in one sentence; a general one for a reason of which not all is known."""
    words = _special(reason.code, reason.params, voice)
    if words is None and reason.code in REASONS:
        words = REASONS[reason.code].to(voice)
    values = _values(reason.code, reason.params, names)
    if words is None or not values.keys() >= set(_placeholders.findall(words)):
        return Sentence(UNTOLD)
    return Sentence(words, values)


def _special(code: str, params: Mapping[str, Any], voice: Voice) -> str | None:
    if code in NARROWED and (params.get("products") or params.get("categories")):
        return NARROWED[code].to(voice)
    if code in DATED and params.get("until"):
        return DATED[code]
    if code == "wrong_method" and params.get("methods"):
        return METHODS
    if code == "points_not_spendable" and params.get("mode") == "tiers":
        return BY_TIERS
    return None


def _values(code: str, params: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Values as the edge formats them: names for ids, days, weekdays, points."""
    values = dict(params)
    for name in ("from", "until"):
        if values.get(name):
            values[name] = as_date(values[name])
    for name in ("promotion", "segment", "product"):
        if name in values:
            values[name] = params.get("name") or names.get(str(values[name]), values[name])
    for source in ("available", "usable"):
        if source in values:
            values["points"] = values[source]
    if "weekdays" in values:
        values["weekdays"] = tell_weekdays(values["weekdays"])
    if "methods" in values:
        values["methods"] = named(names, values["methods"])
    if "kind" in values:
        values["kind"] = Sentence(KINDS.get(str(values["kind"]), "%(kind)s"), params)
    if code in NARROWED:
        values["products"] = tell_scope(_scope(params), names)
    if code == "condition_not_met":
        values["condition"] = _condition(params, names)
    return values


def _scope(params: Mapping[str, Any]) -> Scope:
    return Scope(
        products=frozenset(params.get("products", ())),
        categories=frozenset(params.get("categories", ())),
    )


def _condition(params: Mapping[str, Any], names: Names) -> Sentence:
    if "measure" not in params:
        return Sentence(N_("several together"))
    told = tell_comparison(
        Comparison(
            measure=params["measure"],
            op=params.get("op", "="),
            value=params.get("value", True),
            upper=params.get("upper"),
            scope=_scope(params),
        ),
        names,
    )
    return Sentence(N_("not %(this)s"), {"this": told}) if params.get("negated") else told


# ---------------------------------------------------------------- adjustments

ADJUSTMENTS: Mapping[str, Told] = {
    "order_percent": Told(N_("%(name)s: %(amount_cents)s off")),
    "order_amount": Told(N_("%(name)s: %(amount_cents)s off")),
    "product_percent": Told(N_("%(name)s: %(amount_cents)s off")),
    "product_amount": Told(N_("%(name)s: %(amount_cents)s off")),
    "fixed_price": Told(N_("%(name)s: %(amount_cents)s off")),
    "buy_x_get_y": Told(N_("%(name)s: %(amount_cents)s off")),
    "free_product": Told(N_("%(name)s: a gift worth %(amount_cents)s")),
    "gift_choice": Told(N_("%(name)s: a gift worth %(amount_cents)s")),
    "shipping_percent": Told(N_("%(name)s: %(amount_cents)s off shipping")),
    "shipping_amount": Told(N_("%(name)s: %(amount_cents)s off shipping")),
    "gift_won": Told(
        N_("A gift you won, worth %(amount_cents)s"),
        N_("A gift the customer won, worth %(amount_cents)s"),
        N_("A gift won, worth %(amount_cents)s"),
    ),
    "voucher": Told(
        N_("Your voucher: %(amount_cents)s off"),
        N_("The customer's voucher: %(amount_cents)s off"),
        N_("Voucher: %(amount_cents)s off"),
    ),
    "points": Told(
        N_("Your points: %(amount_cents)s off"),
        N_("The customer's points: %(amount_cents)s off"),
        N_("Points: %(amount_cents)s off"),
    ),
    "segment": Told(
        N_("Your customer advantage: %(amount_cents)s off"),
        N_("Customer advantage “%(name)s”: %(amount_cents)s off"),
        N_("Segment “%(name)s”: %(amount_cents)s off"),
    ),
    "first_order": Told(
        N_("Welcome advantage: %(amount_cents)s off"),
        brand=N_("First-order advantage: %(amount_cents)s off"),
    ),
    "loyalty": Told(
        N_("Your loyalty advantage: %(amount_cents)s off"),
        N_("The customer's loyalty advantage: %(amount_cents)s off"),
        N_("Loyalty advantage: %(amount_cents)s off"),
    ),
}
"""By code."""

ON_UNITS = N_("%(this)s (units: %(units)s)")


def tell_adjustment(
    adjustment: Adjustment, voice: Voice = Voice.CUSTOMER, names: Names = NOBODY
) -> Sentence:
    """What took how much off."""
    told = ADJUSTMENTS.get(adjustment.code, ADJUSTMENTS["order_amount"])
    name = adjustment.name or names.get(adjustment.source, adjustment.source)
    sentence = Sentence(told.to(voice), {"name": name, "amount_cents": adjustment.amount_cents})
    if adjustment.units is None:
        return sentence
    return Sentence(ON_UNITS, {"this": sentence, "units": adjustment.units})


def tell_advantage(advantage: AdvantageApplied, voice: Voice = Voice.CUSTOMER) -> Sentence:
    told = ADJUSTMENTS[advantage.kind].to(voice)
    return Sentence(told, {"name": advantage.name, "amount_cents": advantage.amount_cents})


# ---------------------------------------------------------------- what could be had, or not


def tell_available(one: Available, names: Names = NOBODY) -> Sentence:
    """What picking a promotion would change."""
    values = {
        "name": one.name,
        "amount_cents": abs(one.saves_cents),
        "others": named(names, one.replaces),
    }
    if one.saves_cents < 0:
        return Sentence(N_("%(name)s: available, but %(amount_cents)s dearer"), values)
    if one.replaces:
        words = N_("%(name)s: %(amount_cents)s less, instead of %(others)s")
        return Sentence(words, values)
    return Sentence(N_("%(name)s: %(amount_cents)s less"), values)


def tell_missing(
    missing: Missing, voice: Voice = Voice.CUSTOMER, names: Names = NOBODY
) -> tuple[Sentence, ...]:
    """Each reason after the promotion's name."""
    return tuple(
        Sentence(AFTER_NAME, {"name": missing.name, "reason": tell_reason(one, voice, names)})
        for one in missing.reasons
    )


AFTER_NAME = N_("%(name)s: %(reason)s")

REFUSED: Mapping[str, str] = {
    "code": N_("Code %(name)s: %(reason)s"),
    "pick": AFTER_NAME,
    "voucher": N_("Voucher: %(reason)s"),
    "points": N_("Points: %(reason)s"),
    "choice": N_("Gift: %(reason)s"),
}


def tell_refusal(
    refusal: Refusal, voice: Voice = Voice.CUSTOMER, names: Names = NOBODY
) -> tuple[Sentence, ...]:
    """Each reason after what was asked."""
    name = refusal.asked if refusal.kind == "code" else names.get(refusal.asked, refusal.asked)
    words = REFUSED.get(refusal.kind, AFTER_NAME)
    return tuple(
        Sentence(words, {"name": name, "reason": tell_reason(one, voice, names)})
        for one in refusal.reasons
    )


# ---------------------------------------------------------------- a whole quote

EARNS: Told = Told(
    N_("This order will earn you %(points)s."),
    N_("This order will earn the customer %(points)s."),
    N_("This order will earn %(points)s."),
)
DEARER = N_("Without what was chosen by hand: %(total_cents)s in all.")
NOT_ALL_TRIED = N_(
    "Too many discounts apply at once to try every combination: a cheaper one may exist."
)


def tell_quote(
    quote: Quote, voice: Voice = Voice.CUSTOMER, names: Names = NOBODY
) -> Iterator[tuple[str, Sentence]]:
    """Everything a quote explains, with the path of what each sentence is about."""
    for position, line in enumerate(quote.lines):
        for place, adjustment in enumerate(line.adjustments):
            at = f"lines[{position}].adjustments[{place}]"
            yield at, tell_adjustment(adjustment, voice, names)
    for place, adjustment in enumerate(quote.shipping.adjustments):
        yield f"shipping.adjustments[{place}]", tell_adjustment(adjustment, voice, names)
    if quote.advantage is not None:
        yield "advantage", tell_advantage(quote.advantage, voice)
    for position, one in enumerate(quote.available):
        yield f"available[{position}]", tell_available(one, names)
    for position, missing in enumerate(quote.missing):
        for sentence in tell_missing(missing, voice, names):
            yield f"missing[{position}]", sentence
    for position, refusal in enumerate(quote.refusals):
        for sentence in tell_refusal(refusal, voice, names):
            yield f"refusals[{position}]", sentence
    yield from _tell_totals(quote, voice, names)


def _tell_totals(quote: Quote, voice: Voice, names: Names) -> Iterator[tuple[str, Sentence]]:
    if quote.points_earned:
        words = EARNS.to(voice)
        yield "points_earned", Sentence(words, {"points": quote.points_earned})
    if quote.points_not_earned is not None:
        yield "points_not_earned", tell_reason(quote.points_not_earned, voice, names)
    if quote.best_total_cents is not None:
        yield "best_total_cents", Sentence(DEARER, {"total_cents": quote.best_total_cents})
    if not quote.search_complete and voice is Voice.BRAND:
        yield "search_complete", Sentence(NOT_ALL_TRIED)
