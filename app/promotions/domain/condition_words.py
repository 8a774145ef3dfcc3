"""Conditions, scopes and periods in plain language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from app.kernel.conditions import All, AnyOf
from app.kernel.words import N_, Sentence
from app.promotions.domain.terms import (
    ALL_PRODUCTS,
    MEASURES,
    Comparison,
    Condition,
    Hours,
    Period,
    Scope,
)

Names = Mapping[str, str]
"""Names of promotions, segments and sellers by id, of products by reference, else by code."""

NOBODY: Names = {}

LABELS: Mapping[str, str] = {
    "basket_net": N_("basket"),
    "basket_list": N_("basket at list prices"),
    "quantity": N_("number of items"),
    "channel": N_("channel of the order"),
    "seller": N_("seller"),
    "on": N_("date of the order"),
    "shipping_method": N_("shipping method"),
    "shipping_country": N_("country of delivery"),
    "shipping_city": N_("city of delivery"),
    "shipping_postcode": N_("postcode of delivery"),
    "role": N_("role of the customer"),
    "segment": N_("segment of customers"),
    "lifetime_spend": N_("spent so far"),
    "past_orders": N_("earlier orders"),
    "last_order_on": N_("date of the last order"),
    "days_since_last_order": N_("days since the last order"),
    "product_bought": N_("product bought before"),
    "shipping_method_used": N_("shipping method used before"),
    "customer_since": N_("date the customer card was made"),
    "meeting_theme": N_("theme of the meeting"),
    "meeting_place": N_("place of the meeting"),
    "meeting_on": N_("date of the meeting"),
}

FLAGS: Mapping[str, tuple[str, str]] = {
    "professional": (N_("professional customers"), N_("private customers")),
    "first_order": (N_("a first order"), N_("not a first order")),
    "birthday": (N_("on the customer's birthday"), N_("not on the customer's birthday")),
    "birthday_month": (
        N_("in the month of the customer's birthday"),
        N_("not in the month of the customer's birthday"),
    ),
    "is_host": (N_("the host of the meeting"), N_("not the host of the meeting")),
}
"""When it is so, and when it is not."""

COMPARED: Mapping[str, str] = {
    "=": N_("%(what)s: %(value)s"),
    "!=": N_("%(what)s: not %(value)s"),
    "<": N_("%(what)s: less than %(value)s"),
    "<=": N_("%(what)s: at most %(value)s"),
    ">": N_("%(what)s: more than %(value)s"),
    ">=": N_("%(what)s: at least %(value)s"),
    "in": N_("%(what)s: from %(value)s and less than %(upper)s"),
    "has": N_("%(what)s: %(value)s"),
    "starts": N_("%(what)s: beginning with %(value)s"),
}
PLAINLY: Mapping[tuple[str, str], str] = {
    ("basket_net", ">="): N_("a basket of at least %(value)s"),
    ("lifetime_spend", ">="): N_("at least %(value)s spent so far"),
    ("segment", "has"): N_("customers of the segment “%(value)s”"),
    ("product_bought", "has"): N_("customers who bought %(value)s before"),
    ("channel", "="): N_("an order %(value)s"),
}
"""What is asked most often, without its label."""
COMPARED_DATES: Mapping[str, str] = {
    "=": N_("%(what)s: %(value)s"),
    "!=": N_("%(what)s: not %(value)s"),
    "<": N_("%(what)s: before %(value)s"),
    "<=": N_("%(what)s: until %(value)s"),
    ">": N_("%(what)s: after %(value)s"),
    ">=": N_("%(what)s: from %(value)s on"),
    "in": N_("%(what)s: from %(value)s and before %(upper)s"),
}

TEXTS: Mapping[str, Mapping[str, str]] = {
    "channel": {
        "meeting": N_("in a meeting"),
        "direct": N_("direct sale"),
        "web": N_("on the web"),
    },
    "meeting_place": {
        "host": N_("at the host's home"),
        "seller": N_("at the seller's home"),
        "other": N_("elsewhere"),
        "virtual": N_("virtual"),
    },
}

WEEKDAYS: Mapping[int, str] = {
    1: N_("Monday"),
    2: N_("Tuesday"),
    3: N_("Wednesday"),
    4: N_("Thursday"),
    5: N_("Friday"),
    6: N_("Saturday"),
    7: N_("Sunday"),
}

AND = N_("%(this)s and %(that)s")
OR = N_("%(this)s or %(that)s")
GROUPED = N_("(%(this)s)")

# ---------------------------------------------------------------- conditions


def tell_condition(condition: Condition, names: Names = NOBODY) -> Sentence:
    """What must be so, as a part of a sentence."""
    if isinstance(condition, Comparison):
        return tell_comparison(condition, names)
    if isinstance(condition, All):
        return joined((_grouped(part, names) for part in condition.parts), AND)
    if isinstance(condition, AnyOf):
        return joined((_grouped(part, names) for part in condition.parts), OR)
    return Sentence(N_("not %(this)s"), {"this": _grouped(condition.part, names)})


def _grouped(condition: Condition, names: Names) -> Sentence:
    told = tell_condition(condition, names)
    return Sentence(GROUPED, {"this": told}) if isinstance(condition, All | AnyOf) else told


def joined(parts: Iterable[Sentence], words: str = AND) -> Sentence:
    """One sentence out of one or more: this, that and those."""
    first, *others = parts
    whole = first
    for part in others[:-1]:
        whole = Sentence(N_("%(this)s, %(that)s"), {"this": whole, "that": part})
    return Sentence(words, {"this": whole, "that": others[-1]}) if others else whole


def tell_comparison(one: Comparison, names: Names = NOBODY) -> Sentence:
    if one.measure in FLAGS:
        so, not_so = FLAGS[one.measure]
        return Sentence(so if (one.op == "=") is bool(one.value) else not_so)
    if (one.measure, one.op) in PLAINLY:
        words = PLAINLY[one.measure, one.op]
        return _among(Sentence(words, {"value": _shown(one, one.value, names)}), one, names)
    table = COMPARED_DATES if MEASURES[one.measure].unit == "date" else COMPARED
    label = _among(Sentence(LABELS[one.measure]), one, names)
    values = {"what": label, "value": _shown(one, one.value, names)}
    if one.op == "in":
        values["upper"] = _shown(one, one.upper, names)
    return Sentence(table[one.op], values)


def _among(told: Sentence, one: Comparison, names: Names) -> Sentence:
    if one.scope == ALL_PRODUCTS:
        return told
    words = N_("%(what)s among %(products)s")
    return Sentence(words, {"what": told, "products": tell_scope(one.scope, names)})


def _shown(one: Comparison, value: Any, names: Names) -> Any:
    """A value the edge knows how to format."""
    unit = MEASURES[one.measure].unit
    if unit == "cents":
        return Sentence("%(cents)s", {"cents": value})
    if unit == "date":
        return as_date(value)
    words = TEXTS.get(one.measure, {}).get(str(value))
    return Sentence(words) if words else names.get(str(value), value)


def as_date(value: Any) -> Any:
    """A date also when it was frozen as a text; the day of a moment."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


# ---------------------------------------------------------------- scopes and periods


def named(names: Names, references: Iterable[str]) -> list[str]:
    return [names.get(reference, reference) for reference in references]


def tell_scope(scope: Scope, names: Names = NOBODY) -> Sentence:
    """Which products."""
    listed = [*sorted(scope.products), *sorted(scope.categories)]
    left_out = [*sorted(scope.without_products), *sorted(scope.without_categories)]
    which = Sentence(N_("all products"))
    if listed:
        which = Sentence("%(names)s", {"names": named(names, listed)})
    if left_out:
        words = N_("%(products)s except %(names)s")
        return Sentence(words, {"products": which, "names": named(names, left_out)})
    return which


def tell_weekdays(weekdays: Iterable[int]) -> list[Sentence]:
    return [Sentence(WEEKDAYS[day]) for day in sorted(weekdays)]


def tell_period(period: Period) -> tuple[Sentence, ...]:
    """From when to when; nothing when always."""
    told = []
    if period.first or period.last:
        told.append(_days(period))
    if period.weekdays:
        words = N_("On these days: %(days)s.")
        told.append(Sentence(words, {"days": tell_weekdays(period.weekdays)}))
    if period.hours:
        hours = joined((_hours(one) for one in period.hours), OR)
        told.append(Sentence(N_("At these hours: %(hours)s."), {"hours": hours}))
    return tuple(told)


def _days(period: Period) -> Sentence:
    values = {"first": period.first, "last": period.last}
    if period.first is None:
        return Sentence(N_("Until %(last)s, included."), values)
    if period.last is None:
        return Sentence(N_("From %(first)s on."), values)
    return Sentence(N_("From %(first)s to %(last)s, included."), values)


def _hours(hours: Hours) -> Sentence:
    words = N_("from %(start)s to %(end)s")
    return Sentence(words, {"start": _clock(hours.start), "end": _clock(hours.end)})


def _clock(value: time) -> str:
    return f"{value:%H:%M}"
