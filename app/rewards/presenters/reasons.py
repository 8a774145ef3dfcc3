"""Why: what was counted, what was left out, which step was reached, how it was rounded.

The reader decides what is said: a seller reads names and amounts, a winner reads how many orders
counted, and amounts of her own orders only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from babel.lists import format_list
from babel.numbers import format_decimal

from app.http.words import locale, money, number, percent, points, say
from app.kernel.money import Rounding, round_fraction
from app.rewards.domain.imagined import is_nobody
from app.rewards.domain.outcome import Check, Explanation, OrderCounted, OrderLeftOut, Slice
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Rule
from app.rewards.domain.words import tell_check, tell_left_out
from app.rewards.presenters.distance import lacked, missing_to_tier, quantity_words
from app.rewards.presenters.sentences import tell_rule
from app.rewards.presenters.shapes import Reader, Voice
from app.rewards.presenters.titles import Names, titles
from app.rewards.presenters.tongue import gettext, ngettext

OF_ORDERS = {"turnover", "orders", "orders_not_by_host", "buyers", "quantity", "order_net"}
SILENT = {"cart", "gift_order", "shipping"}
"""Left out of every turnover, as everyone expects: not worth a sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """The rule behind a reward."""

    rule_id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Speech:
    """Who reads, and the names the sentences need."""

    reader: Reader
    people: Mapping[str, str]
    """Names by customer id."""
    first_names: Mapping[str, str] = field(default_factory=dict)
    products: Names = field(default_factory=dict)
    programmes: Mapping[int, Programme] = field(default_factory=dict)
    """By version, those whose rules are told; 0: the one that judges what is not granted yet."""
    rules_told: dict[Source, list[str]] = field(default_factory=dict)
    """Each is put into words once, however many people win by it."""

    def name(self, customer_id: str) -> str:
        return self.people.get(customer_id) or _unnamed(customer_id)

    def first_name(self, customer_id: str) -> str:
        return self.first_names.get(customer_id) or _unnamed(customer_id)

    def rule(self, version: int, rule_id: str) -> Rule | None:
        programme = self.programmes.get(version)
        rules = programme.rules if programme else ()
        return next((rule for rule in rules if rule.id == rule_id), None)


def _unnamed(customer_id: str) -> str:
    return gettext("a guest") if is_nobody(customer_id) else gettext("somebody")


def reasons(
    explanation: Explanation,
    unit: str,
    value: int | None,
    speech: Speech,
    *,
    open_end: bool = True,
    over: bool = False,
    source: Source | None = None,
) -> list[str]:
    """Every sentence behind one award or miss, the most telling first, its rule last.

    `open_end`: the next step is told too, to be reached or, when it is `over`, as it was missed.
    """
    found = [
        *_worth(explanation, unit, value),
        *_share(explanation, unit),
        *_tier(explanation),
        *_checks(explanation, speech, source),
    ]
    if not found or _is_about_orders(explanation):
        found += counted_sentences(explanation, speech)
    return [
        *found,
        *(_next(explanation, speech, over=over) if open_end else ()),
        *rule_sentences(source, speech),
    ]


def rule_sentences(source: Source | None, speech: Speech) -> list[str]:
    """The rule in plain language. A winner does not read whom the brand keeps it for, nor what it
    spends on it in all."""
    if source is None:
        return []
    if source not in speech.rules_told:
        speech.rules_told[source] = list(_rule_told(source, speech))
    return speech.rules_told[source]


def _rule_told(source: Source, speech: Speech) -> Iterator[str]:
    rule = speech.rule(source.version, source.rule_id)
    if rule is None:
        return
    told = tell_rule(rule, speech.programmes[source.version].settings, speech.products)
    if speech.reader.voice is Voice.SELLER and not rule.name:
        yield gettext("The rule: %(rule)s", rule=told.sentence)
    elif speech.reader.voice is Voice.SELLER:
        yield gettext("The rule “%(name)s”: %(rule)s", name=rule.name, rule=told.sentence)
    elif not rule.of_winner:
        yield gettext("The rule: %(rule)s", rule=replace(told, notes=[]).sentence)


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
    """10 % of 258,40 € is 25,84: rounded, 26 points; before it is shared or held to caps."""
    if value is None or not explanation.exact:
        return []
    exact = Decimal(explanation.exact)
    whole = round_fraction(Fraction(exact), Rounding(explanation.rounding or Rounding.HALF_UP))
    told = points(whole) if unit == "points" else money(whole)
    is_rounded = unit == "points" and exact != whole
    if explanation.slices:
        return [
            *(_slice_sentence(one) for one in explanation.slices),
            _rounded_sum(explanation, told) if is_rounded else _sum(told),
        ]
    if explanation.rate_bp is None or explanation.base_cents is None:
        return []
    rate, base = percent(explanation.rate_bp), money(explanation.base_cents)
    if is_rounded:
        return [_rounded(explanation, rate, base, told)]
    return [gettext("%(rate)s of %(base)s: %(amount)s.", rate=rate, base=base, amount=told)]


def _sum(whole: str) -> str:
    return gettext("Together %(amount)s.", amount=whole)


def _rounded_sum(explanation: Explanation, whole: str) -> str:
    told = {"exact": exact_words(explanation.exact), "points": whole}
    if explanation.rounding == Rounding.FLOOR:
        return gettext("Together %(exact)s, rounded down to %(points)s.", **told)
    if explanation.rounding == Rounding.CEIL:
        return gettext("Together %(exact)s, rounded up to %(points)s.", **told)
    return gettext("Together %(exact)s, rounded to %(points)s.", **told)


def _rounded(explanation: Explanation, rate: str, base: str, whole: str) -> str:
    exact = exact_words(explanation.exact)
    told = {"rate": rate, "base": base, "exact": exact, "points": whole}
    if explanation.rounding == Rounding.FLOOR:
        return gettext("%(rate)s of %(base)s is %(exact)s, rounded down to %(points)s.", **told)
    if explanation.rounding == Rounding.CEIL:
        return gettext("%(rate)s of %(base)s is %(exact)s, rounded up to %(points)s.", **told)
    return gettext("%(rate)s of %(base)s is %(exact)s, rounded to %(points)s.", **told)


def exact_words(exact: str) -> str:
    return format_decimal(Decimal(exact), locale=locale(), decimal_quantization=False)


def _slice_sentence(piece: Slice) -> str:
    return gettext(
        "%(rate)s of %(amount)s, the part from %(start)s on.",
        rate=percent(piece.rate_bp), amount=money(piece.amount_cents), start=money(piece.start),
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


def _checks(explanation: Explanation, speech: Speech, source: Source | None) -> list[str]:
    tier = explanation.tier
    told = (
        check_words(check, speech, source)
        for check in explanation.checks
        if not (check.passed and tier and check.measure == tier.measure)
    )
    return [words for words in told if words]


PRIVATE = {"segment", "role"}
"""How the brand sorts its customers: not for them to read."""


def check_words(check: Check, speech: Speech, source: Source | None = None) -> str:
    """Empty: not for this reader."""
    if check.code == "best_of_lane" and speech.reader.voice is Voice.SELLER and source:
        better = speech.rule(source.version, check.subject)
        if better:
            return gettext(
                "Something better of the same kind is won instead, by the rule “%(name)s”.",
                name=better.name,
            )
    if speech.reader.voice is Voice.SELLER:
        return say(tell_check(check))
    return _discreet(check)


def is_private(checks: Iterable[Check]) -> bool:
    return any(leaf.measure in PRIVATE for leaf in _leaves(checks))


def listed(names: Sequence[str]) -> str:
    """Inès, Chloé et Maud."""
    return str(format_list(list(names), locale=locale()))


def _discreet(check: Check) -> str:
    """Nobody else's amounts, no budgets, no segments."""
    if is_private((check,)):
        return "" if check.passed else gettext("It is not meant for this meeting.")
    if check.code == "booking_turnover_at_least":
        least = money(int(str(check.expected)))
        if check.passed:
            return gettext("The booked meeting reached its minimum of %(least)s.", least=least)
        return gettext("The booked meeting did not reach its minimum of %(least)s.", least=least)
    if check.code == "cap_per_all":
        if check.passed:
            return gettext("Made smaller: little was left of what the brand gives in all.")
        return gettext("All that the brand gives of it is given.")
    return say(tell_check(check))


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


def _next(explanation: Explanation, speech: Speech, *, over: bool) -> list[str]:
    tier = explanation.next_tier
    if tier is None:
        return []
    reward = titles(tier.rewards, speech.products)
    if over:
        missing = lacked([quantity_words(tier.measure, tier.unit, tier.missing)])
    else:
        missing = missing_to_tier(tier)
    return [gettext("%(missing)s for the next step: %(reward)s.", missing=missing, reward=reward)]
