"""Tiers, segments, the first order and points as they stand in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.money import MAX_CENTS, Rounding
from app.kernel.shape import (
    BAD,
    Choice,
    Flag,
    Many,
    Problem,
    Problems,
    Record,
    Shape,
    Text,
    Whole,
    absent,
    optional,
    required,
)
from app.kernel.words import N_
from app.promotions.domain.condition_format import CONDITION, MAX_COUNT, condition_to_json
from app.promotions.domain.promotion_format import AMOUNT, RATE, plain, without_defaults
from app.promotions.domain.terms import (
    AdvantageTier,
    Consumption,
    Earning,
    EarningMode,
    FirstOrder,
    PointValue,
    Segment,
    Spending,
    SpendingMode,
)

MAX_POINTS = 100_000_000

# ---------------------------------------------------------------- tiers


class FreeShipping(Shape):
    """true: by every method; a list: by these methods; false: not."""

    methods = Many(Text(), least=1, most=100, distinct=True, about="Codes of shipping methods.")

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is bool:
            return frozenset() if value else None
        found = self.methods.read(value, path, problems)
        return BAD if found is BAD else frozenset(found)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [{"type": "boolean"}, self.methods.schema(defs)]}


def _tier(values: dict[str, Any], path: str, problems: Problems) -> AdvantageTier:
    made = {
        "start": values["from"],
        "rate_bp": values["rate_bp"] or 0,
        "amount_cents": values["amount_cents"] or 0,
        "every_points": values.get("every_points") or 0,
        "free_shipping": values["free_shipping"],
    }
    tier = AdvantageTier(**made)
    _refuse_two_gains(tier, path, problems)
    _refuse_nothing(tier, path, problems)
    _refuse_bad_blocks(tier, path, problems)
    return tier


def _refuse_two_gains(tier: AdvantageTier, path: str, problems: Problems) -> None:
    if tier.rate_bp and tier.amount_cents:
        words = N_("Give either amount_cents or rate_bp.")
        problems.append(Problem(f"{path}.amount_cents", "amount_or_rate", words))


def _refuse_nothing(tier: AdvantageTier, path: str, problems: Problems) -> None:
    if not (tier.rate_bp or tier.amount_cents or tier.free_shipping is not None):
        words = N_("This step gives nothing: add rate_bp, amount_cents or free_shipping.")
        problems.append(Problem(path, "tier_gives_nothing", words))


def _refuse_bad_blocks(tier: AdvantageTier, path: str, problems: Problems) -> None:
    if not tier.every_points:
        return
    if not tier.amount_cents:
        words = N_("every_points says for how many points amount_cents is given: add amount_cents.")
        problems.append(Problem(f"{path}.every_points", "block_without_amount", words))
    elif tier.every_points > tier.start:
        words = N_("This step gives nothing at its start: write at least %(every)s in “from”.")
        params = {"every": tier.every_points}
        problems.append(Problem(f"{path}.from", "tier_gives_nothing", words, params))


GAINS = {
    "rate_bp": absent(RATE),
    "amount_cents": absent(AMOUNT),
    "free_shipping": absent(FreeShipping()),
}
TIER = Record(
    "tier",
    {"from": required(Whole(0, MAX_CENTS, "Cents of basket.")), **GAINS},
    "A percentage or an amount off, free shipping, or both. Ends where the next one begins.",
    _tier,
)
POINT_TIER = Record(
    "point_tier",
    {
        "from": required(Whole(1, MAX_POINTS, "Points of the balance.")),
        **GAINS,
        "every_points": absent(
            Whole(1, MAX_POINTS, "amount_cents for each full block of so many points.")
        ),
    },
    build=_tier,
)
TIERS = Many(TIER, most=100, about="Rising.")


def tier_to_json(tier: AdvantageTier) -> dict[str, Any]:
    values = {
        "from": tier.start,
        "rate_bp": tier.rate_bp or None,
        "amount_cents": tier.amount_cents or None,
        "every_points": tier.every_points or None,
        "free_shipping": plain(tier.free_shipping) or (tier.free_shipping is not None or None),
    }
    return {name: value for name, value in values.items() if value is not None}


def _tiers_to_json(tiers: tuple[AdvantageTier, ...]) -> list[dict[str, Any]]:
    return [tier_to_json(tier) for tier in tiers]


# ---------------------------------------------------------------- first order and segments

TERMS = {
    "tiers": optional(TIERS, ()),
    "earns_points": optional(Flag("Whether such orders earn points."), default=True),
    "with_codes": optional(Flag("Whether it combines with promo codes."), default=False),
}
FIRST_ORDER = Record(
    "first_order_advantage",
    TERMS,
    "What new customers get.",
    lambda values, _path, _problems: FirstOrder(**values),
)
SEGMENT = Record(
    "segment",
    {
        "id": required(Text("Stable: conditions name it.", most=100)),
        "name": optional(Text("Default: the id.", least=0), ""),
        "conditions": required(CONDITION),
        **TERMS,
    },
    "A set of customers. The first of the list that matches serves.",
    lambda values, _path, _problems: Segment(**values | {"name": values["name"] or values["id"]}),
)


def segment_to_json(segment: Segment) -> dict[str, Any]:
    values = {name: getattr(segment, name) for name in SEGMENT.fields}
    values |= {
        "name": "" if segment.name == segment.id else segment.name,
        "conditions": condition_to_json(segment.conditions),
        "tiers": _tiers_to_json(segment.tiers),
    }
    return without_defaults(SEGMENT, values)


def first_order_to_json(first_order: FirstOrder) -> dict[str, Any]:
    values = {name: getattr(first_order, name) for name in FIRST_ORDER.fields}
    return without_defaults(FIRST_ORDER, values | {"tiers": _tiers_to_json(first_order.tiers)})


# ---------------------------------------------------------------- points

EARNING = Record(
    "earning",
    {
        "mode": optional(
            Choice(tuple(EarningMode), "none, per_order, per_amount.", build=EarningMode),
            EarningMode.PER_AMOUNT,
        ),
        "points": optional(Whole(1, MAX_POINTS), 1),
        "per_cents": optional(
            Whole(1, MAX_CENTS, "points for each so many cents of products paid."), 100
        ),
        "rounding": optional(
            Choice(tuple(Rounding), "Of the order's total.", build=Rounding), Rounding.FLOOR
        ),
        "with_codes_or_vouchers": optional(
            Flag("Whether orders that used a code or a voucher earn."), default=False
        ),
        "with_advantages": optional(
            Flag("Whether orders with a loyalty advantage earn."), default=False
        ),
        "product_points": optional(Flag("Points of a product replace the rate."), default=True),
    },
    build=lambda values, _path, _problems: Earning(**values),
)
POINT_VALUE = Record(
    "point_value",
    {
        "points": optional(Whole(1, MAX_POINTS), 1),
        "cents": required(Whole(1, MAX_CENTS, "What so many points are worth.")),
    },
    build=lambda values, _path, _problems: PointValue(**values),
)
VALUES = Record(
    "point_values",
    {
        "customer": absent(POINT_VALUE),
        "host": absent(POINT_VALUE),
        "seller": absent(POINT_VALUE),
    },
    "For the host of the order's meeting, for a seller, and for everybody else. host and seller "
    "left out: as for a customer; customer left out: 1 point is 1 cent.",
)


def _spending(values: dict[str, Any], path: str, problems: Problems) -> Spending:
    given = values.pop("value") or {}
    customer = given.get("customer") or PointValue()
    if values["mode"] is SpendingMode.TIERS and not values["tiers"]:
        words = N_("The mode “tiers” needs steps: add tiers.")
        problems.append(Problem(f"{path}.tiers", "tiers_missing", words))
    return Spending(
        value_customer=customer,
        value_host=given.get("host") or customer,
        value_seller=given.get("seller") or customer,
        **values,
    )


SPENDING = Record(
    "spending",
    {
        "mode": optional(
            Choice(tuple(SpendingMode), "none, rate, tiers.", build=SpendingMode), SpendingMode.NONE
        ),
        "value": absent(VALUES),
        "tiers": optional(Many(POINT_TIER, most=100, about="Mode tiers. Rising."), ()),
        "consumption": optional(
            Choice(tuple(Consumption), "What an order takes of the balance.", build=Consumption),
            Consumption.USED,
        ),
        "from_order": optional(Whole(1, MAX_COUNT, "From the customer's so-many-th order on."), 1),
        "minimum_basket_cents": optional(Whole(0, MAX_CENTS), 0),
        "with_codes": optional(Flag("Combines with promo codes."), default=False),
        "with_advantages": optional(
            Flag("Mode rate: combines with a segment or first-order advantage."), default=False
        ),
    },
    build=_spending,
)
POINTS = Record(
    "points",
    {"earning": absent(EARNING), "spending": absent(SPENDING)},
    "earning left out: orders earn nothing.",
)


def points_to_json(earning: Earning | None, spending: Spending) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if earning is not None:
        values = {name: getattr(earning, name) for name in EARNING.fields}
        written["earning"] = without_defaults(EARNING, values)
    if spending != Spending():
        written["spending"] = _spending_to_json(spending)
    return written


def _spending_to_json(spending: Spending) -> dict[str, Any]:
    values = {name: getattr(spending, name, None) for name in SPENDING.fields}
    values |= {"value": _values_to_json(spending) or None}
    return without_defaults(SPENDING, values | {"tiers": _tiers_to_json(spending.tiers)})


def _values_to_json(spending: Spending) -> dict[str, Any]:
    customer = spending.value_customer
    values: Mapping[str, tuple[PointValue, PointValue]] = {
        "customer": (customer, PointValue()),
        "host": (spending.value_host, customer),
        "seller": (spending.value_seller, customer),
    }
    return {
        who: {"points": value.points, "cents": value.cents}
        for who, (value, default) in values.items()
        if value != default
    }
