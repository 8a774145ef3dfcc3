"""Points, segments and the first order in words, each with an example in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.http.words import money, number, points, say
from app.kernel.words import N_
from app.loyalty.domain import LoyaltySettings
from app.loyalty.presenters import example_sentence
from app.promotions.domain.cart import Buyer, Cart, CartLine, Context
from app.promotions.domain.condition_words import tell_condition
from app.promotions.domain.plan import Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.promotion_words import tell_tier
from app.promotions.domain.terms import (
    AdvantageTier,
    Consumption,
    EarningMode,
    FirstOrder,
    PointValue,
    Segment,
    Spending,
    SpendingMode,
)
from app.promotions.presenters.crowds import Crowd
from app.promotions.presenters.sentences import Names, spoken
from app.promotions.queries.promotions import SegmentView

EXAMPLE_CENTS = 10_000
EXAMPLE_POINTS = 500
LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    key: str
    name: str
    sentence: str
    customers: int
    advantage: list[str]
    carries: bool
    """Whether it gives more than points."""
    revision: int


def segment_rows(
    stored: Iterable[SegmentView], plan: Plan, crowds: Mapping[str, Crowd], names: Names
) -> list[SegmentRow]:
    revisions = {view.key: view.revision for view in stored}
    return [
        SegmentRow(
            key=segment.id,
            name=segment.name,
            sentence=who_words(segment, names),
            customers=crowds[segment.id].count,
            advantage=advantage_sentences(segment, names),
            carries=bool(segment.tiers),
            revision=revisions.get(segment.id, 0),
        )
        for segment in plan.segments
    ]


def who_words(segment: Segment, names: Names) -> str:
    return spoken([tell_condition(segment.conditions, names)])[0]


def advantage_sentences(given: Segment | FirstOrder, names: Names) -> list[str]:
    """The tiers, and what else such orders may or may not have."""
    told = tier_sentences(given.tiers, names)
    if given.tiers:
        with_codes = N_("Combines with a promo code.")
        told.append(say(with_codes if given.with_codes else N_("Not with a promo code.")))
    if not given.earns_points:
        told.append(say(N_("These orders earn no points.")))
    return told or [say(N_("No advantage."))]


def tier_sentences(
    tiers: Sequence[AdvantageTier], names: Names, *, of_points: bool = False
) -> list[str]:
    return spoken(tell_tier(tier, names, of_points=of_points) for tier in tiers)


def first_order_sentences(plan: Plan, names: Names) -> list[str]:
    if plan.first_order is None:
        return [say(N_("A first order gets nothing in particular."))]
    return advantage_sentences(plan.first_order, names)


# ---------------------------------------------------------------- points


def earning_sentences(plan: Plan) -> list[str]:
    """What an order of 100 € earns, by the same calculation as an order."""
    earning = plan.earning
    if earning is None or earning.mode is EarningMode.NONE:
        return [say(N_("Orders earn no points."))]
    found = {"amount": money(EXAMPLE_CENTS), "points": points(_earned(plan))}
    told = [say(N_("An order of %(amount)s earns %(points)s."), found)]
    if earning.product_points:
        told.append(say(N_("Points written on a product replace this rate.")))
    without = [
        say(words)
        for words, earns in (
            (N_("No points with a promo code or a voucher."), earning.with_codes_or_vouchers),
            (N_("No points with a loyalty advantage."), earning.with_advantages),
        )
        if not earns
    ]
    return [*told, *without]


def example_of_points(plan: Plan, life: LoyaltySettings, now: datetime) -> str:
    """From earning to spending, of one order, in one sentence; empty when orders earn nothing."""
    if plan.earning is None or plan.earning.mode is EarningMode.NONE:
        return ""
    earned, spending = _earned(plan), plan.spending
    value = spending.value_customer
    worth = earned * value.cents // value.points if spending.mode is SpendingMode.RATE else None
    return example_sentence(
        life, amount_cents=EXAMPLE_CENTS, earned=earned, worth_cents=worth, now=now
    )


def _earned(plan: Plan) -> int:
    bare = Plan(settings=plan.settings, earning=plan.earning)
    line = CartLine("1", "example", 1, EXAMPLE_CENTS, 2_000)
    buyer = Buyer(id="example", past_orders=1)
    return price(Cart((line,)), bare, Context(at=LONG_AGO, buyer=buyer)).points_earned


def spending_sentences(plan: Plan, names: Names) -> list[str]:
    spending = plan.spending
    if spending.mode is SpendingMode.NONE:
        return [say(N_("Points are not spent on orders."))]
    return [*_mode_words(spending, names), *_when_words(spending)]


def _mode_words(spending: Spending, names: Names) -> list[str]:
    if spending.mode is SpendingMode.TIERS:
        return tier_sentences(spending.tiers, names, of_points=True)
    worth = {
        N_("%(points)s of a customer pay %(amount)s."): spending.value_customer,
        N_("%(points)s of the host pay %(amount)s at their meeting."): spending.value_host,
        N_("%(points)s of a seller pay %(amount)s."): spending.value_seller,
    }
    usual = spending.value_customer
    return [
        say(words, {"points": points(EXAMPLE_POINTS), "amount": money(_worth(value))})
        for place, (words, value) in enumerate(worth.items())
        if place == 0 or value != usual
    ]


def _worth(value: PointValue) -> int:
    return EXAMPLE_POINTS * value.cents // value.points


def _when_words(spending: Spending) -> list[str]:
    told = []
    if spending.from_order > 1:
        nth = {"number": number(spending.from_order)}
        told.append(say(N_("From order number %(number)s of the customer on."), nth))
    if spending.minimum_basket_cents:
        least = {"amount": money(spending.minimum_basket_cents)}
        told.append(say(N_("From a basket of %(amount)s."), least))
    if spending.consumption is Consumption.ALL:
        told.append(say(N_("An order takes all points of the balance.")))
    if spending.consumption is Consumption.NONE:
        told.append(say(N_("An order takes no points: they are a rank.")))
    return told
