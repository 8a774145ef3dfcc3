"""Why: what was counted, what was left out, which step was reached, how it was rounded.

The reader decides what is said: a seller reads names and amounts, a winner reads how many orders
counted, and amounts of her own orders only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from babel.numbers import format_decimal

from app.http.words import locale, money, number, percent, points, say
from app.rewards.domain.outcome import Check, Explanation, OrderCounted, OrderLeftOut
from app.rewards.domain.words import tell_check, tell_left_out
from app.rewards.presenters.distance import missing_to_tier, quantity_words
from app.rewards.presenters.shapes import Reader
from app.rewards.presenters.titles import Names, titles
from app.rewards.presenters.tongue import gettext, ngettext

OF_ORDERS = {"turnover", "orders", "orders_not_by_host", "buyers", "quantity", "order_net"}
SILENT = {"cart", "gift_order", "shipping"}
"""Left out of every turnover, as everyone expects: not worth a sentence."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Who reads, and the names the sentences need."""

    reader: Reader
    people: Mapping[str, str]
    """Names by customer id."""
    first_names: Mapping[str, str] = field(default_factory=dict)
    products: Names = field(default_factory=dict)

    def name(self, customer_id: str) -> str:
        return self.people.get(customer_id, gettext("somebody"))


def reasons(
    explanation: Explanation, unit: str, value: int | None, speech: Speech, *, open_end: bool = True
) -> list[str]:
    """Every sentence behind one award or miss, the most telling first.

    `open_end`: more can still be reached, so the next step is told too.
    """
    found = [
        *_worth(explanation, unit, value),
        *_share(explanation, unit),
        *_tier(explanation),
        *_checks(explanation),
    ]
    if not found or _is_about_orders(explanation):
        found += counted_sentences(explanation, speech)
    return [*found, *(_next(explanation, speech) if open_end else ())]


def _is_about_orders(explanation: Explanation) -> bool:
    """Which orders counted is worth telling only when an amount or a number of them mattered."""
    looked_at = {check.measure for check in _leaves(explanation.checks)}
    if explanation.tier:
        looked_at.add(explanation.tier.measure)
    is_rate = explanation.rate_bp is not None or bool(explanation.slices)
    return is_rate or not looked_at.isdisjoint(OF_ORDERS)


def _leaves(checks: Iterable[Check]) -> Iterator[Check]:
    for check in checks:
        yield check
        yield from _leaves(check.children)


def counted_sentences(explanation: Explanation, speech: Speech) -> list[str]:
    """Orders counted, orders left out and why."""
    if not explanation.base and not explanation.orders_counted and not explanation.orders_left_out:
        return []
    return [*_counted(explanation, speech), *_left_out(explanation.orders_left_out, speech)]


def _worth(explanation: Explanation, unit: str, value: int | None) -> list[str]:
    """10 % of 258,40 € is 25,84: rounded, 26 points."""
    if explanation.slices:
        return [
            _slice_sentence(one.rate_bp, one.amount_cents, one.start) for one in explanation.slices
        ]
    if explanation.rate_bp is None or explanation.base_cents is None or value is None:
        return []
    whole = explanation.whole_value if explanation.whole_value is not None else value
    rate, base = percent(explanation.rate_bp), money(explanation.base_cents)
    if unit == "cents":
        return [
            gettext("%(rate)s of %(base)s: %(amount)s.", rate=rate, base=base, amount=money(whole))
        ]
    if explanation.rounding and explanation.exact and Decimal(explanation.exact) != whole:
        return [
            gettext(
                "%(rate)s of %(base)s is %(exact)s, rounded to %(points)s.",
                rate=rate, base=base, exact=exact_words(explanation.exact), points=points(whole),
            )
        ]  # fmt: skip
    return [
        gettext("%(rate)s of %(base)s: %(amount)s.", rate=rate, base=base, amount=points(whole))
    ]


def exact_words(exact: str) -> str:
    return format_decimal(Decimal(exact), locale=locale(), decimal_quantization=False)


def _slice_sentence(rate_bp: int, cents: int, start: int) -> str:
    return gettext(
        "%(rate)s of %(amount)s, the part from %(start)s on.",
        rate=percent(rate_bp), amount=money(cents), start=money(start),
    )  # fmt: skip


def _share(explanation: Explanation, unit: str) -> list[str]:
    if explanation.share_bp is None or explanation.whole_value is None:
        return []
    whole = explanation.whole_value
    words = (
        points(whole) if unit == "points" else money(whole) if unit == "cents" else number(whole)
    )
    share = percent(explanation.share_bp)
    return [gettext("%(share)s of %(whole)s, shared between hosts.", share=share, whole=words)]


def _tier(explanation: Explanation) -> list[str]:
    tier = explanation.tier
    if tier is None:
        return []
    unit = "cents" if tier.measure in {"turnover", "order_net"} else "count"
    start, reached = (quantity_words(tier.measure, unit, n) for n in (tier.start, tier.value))
    if tier.times > 1:
        return [
            gettext(
                "%(reached)s: %(times)s full slices of %(start)s.",
                reached=reached, times=number(tier.times), start=start,
            )
        ]  # fmt: skip
    return [
        gettext("Step reached: from %(start)s on, with %(reached)s.", start=start, reached=reached)
    ]


def _checks(explanation: Explanation) -> list[str]:
    tier = explanation.tier
    return [
        say(tell_check(check))
        for check in explanation.checks
        if not (check.passed and tier and check.measure == tier.measure)
    ]


def _counted(explanation: Explanation, speech: Speech) -> list[str]:
    counted = explanation.orders_counted
    if not counted:
        return [gettext("No order counts yet.")]
    shown = [order for order in counted if speech.reader.may_see_amounts_of(order.customer_id)]
    if len(shown) == len(counted):
        listed = ", ".join(_order_words(order, speech) for order in _merged(counted))
        return [gettext("Counted: %(orders)s.", orders=listed)]
    text = ngettext("%(num)s order counted.", "%(num)s orders counted.", len(counted))
    return [text]


def _merged(orders: Sequence[OrderCounted]) -> list[OrderCounted]:
    """One mention for each person, in the order of their first order."""
    sums: dict[str, OrderCounted] = {}
    for order in orders:
        before = sums.get(order.customer_id)
        amount = order.amount_cents + (before.amount_cents if before else 0)
        sums[order.customer_id] = OrderCounted(order.order_id, order.customer_id, amount)
    return list(sums.values())


def _order_words(order: OrderCounted, speech: Speech) -> str:
    if order.customer_id == str(speech.reader.customer_id):
        return gettext("you %(amount)s", amount=money(order.amount_cents))
    return gettext(
        "%(name)s %(amount)s", name=speech.name(order.customer_id), amount=money(order.amount_cents)
    )


def _left_out(orders: Sequence[OrderLeftOut], speech: Speech) -> list[str]:
    told = [order for order in orders if order.code not in SILENT]
    named = [order for order in told if speech.reader.may_see_amounts_of(order.customer_id)]
    unnamed = Counter(order.code for order in told if order not in named)
    return [
        *(say(tell_left_out(order, speech.people)) for order in named),
        *(_left_out_unnamed(code, number_of) for code, number_of in sorted(unnamed.items())),
    ]


def _left_out_unnamed(code: str, orders: int) -> str:
    return ngettext(
        "%(num)s order left out: %(reason)s.",
        "%(num)s orders left out: %(reason)s.",
        orders,
        reason=_reason(code),
    )


def _reason(code: str) -> str:
    known = {
        "cancelled": gettext("cancelled"),
        "not_paid": gettext("not paid yet"),
        "partially_paid": gettext("not fully paid yet"),
        "refunded": gettext("refunded"),
        "host_order": gettext("the host's own"),
        "seller_order": gettext("the seller's own"),
        "excluded_products": gettext("products that do not count"),
        "points_used": gettext("part paid with points"),
    }
    return known.get(code, gettext("counts for its amount only"))


def _next(explanation: Explanation, speech: Speech) -> list[str]:
    tier = explanation.next_tier
    if tier is None:
        return []
    return [
        gettext(
            "%(missing)s for the next step: %(reward)s.",
            missing=missing_to_tier(tier),
            reward=titles(tier.rewards, speech.products),
        )
    ]
