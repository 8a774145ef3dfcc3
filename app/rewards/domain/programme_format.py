"""The programme file: its fields, and how a rule is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.kernel.condition_shape import ConditionShape, asked_of
from app.kernel.money import MAX_CENTS, Rounding
from app.kernel.shape import (
    BAD,
    Choice,
    Day,
    Field,
    Flag,
    Keyed,
    Many,
    Problem,
    Problems,
    Record,
    Shape,
    Tagged,
    Text,
    Whole,
    absent,
    json_schema,
    maybe,
    optional,
    required,
)
from app.kernel.words import N_
from app.rewards.domain.assigned import ASSIGNED
from app.rewards.domain.facts import MONTHS, PLACES, WEEKDAYS, Channel
from app.rewards.domain.gift_terms import OutOfStock, Unchosen
from app.rewards.domain.offers import COMBINES as COMBINED
from app.rewards.domain.offers import NEEDS, Offer, OfferKind, takes
from app.rewards.domain.templates import Template
from app.rewards.domain.terms import (
    MEASURES,
    UNIT_OF,
    Beneficiary,
    BookingTerms,
    Cap,
    CapOf,
    CapPer,
    Comparison,
    Measure,
    Period,
    Pot,
    PotMeasure,
    Resets,
    Reward,
    RewardKind,
    ScorePart,
    SetPart,
    Settings,
    Step,
    Subject,
    TierMode,
    Tiers,
    Trigger,
    TurnoverBase,
    Unit,
)

PROGRAMME_FORMAT = "convive.programme/1"
PROGRAMME_SCHEMA_ID = "urn:convive:programme:1"

MAX_COUNT = 1_000_000
MAX_POINTS = 100_000_000
MAX_RATE_BP = 100_000
MAX_DAYS = 3650
MOST_PER_ORDER = 100

ORDERED = ("=", "!=", "<", "<=", ">", ">=")
EQUAL = ("=", "!=")
HOLDS = ("has",)


def programme_schema() -> dict[str, Any]:
    return json_schema(PROGRAMME, "Reward programme", PROGRAMME_SCHEMA_ID)


# ---------------------------------------------------------------- conditions


WORDS_OF = {
    "place": PLACES,
    "channel": tuple(channel.value for channel in Channel),
    "month": MONTHS,
    "weekday": WEEKDAYS,
}
"""Texts that can only be one of these: another word would never be true."""


def _value_shape(name: str, measure: Measure) -> Shape:
    if name in WORDS_OF:
        return Choice(WORDS_OF[name])
    shapes: dict[str, Shape] = {
        "cents": Whole(0, MAX_CENTS, "In cents."),
        "count": Whole(0, MAX_COUNT),
        "date": Day(),
        "text": Text(),
        "texts": Text(),
        "flag": Flag(),
    }
    return shapes[measure.unit]


TIERED = tuple(name for name, measure in MEASURES.items() if measure.is_number and measure.known)
SCORED = tuple(name for name in TIERED if name not in {"score", "sets"})


def _set_part(values: dict[str, Any], path: str, problems: Problems) -> SetPart | None:
    if not (values["products"] or values["categories"]):
        words = N_("Name the products or categories this is for.")
        problems.append(Problem(f"{path}.products", "items_missing", words))
        return None
    return SetPart(
        values["quantity"], frozenset(values["products"]), frozenset(values["categories"])
    )


SET_PART = Record(
    "set_part",
    {
        "products": optional(Many(Text(), distinct=True, about="Catalogue references."), ()),
        "categories": optional(Many(Text(), distinct=True, about="Category codes."), ()),
        "quantity": optional(Whole(1, MAX_COUNT, "Units of these together."), 1),
    },
    build=_set_part,
)
SCORE_PART = Record(
    "score_part",
    {
        "measure": required(Choice(SCORED)),
        "weight": optional(Whole(1, MAX_COUNT, "Points for each full `per`."), 1),
        "per": optional(Whole(1, MAX_CENTS, "In the unit of the measure."), 1),
    },
    build=lambda values, _path, _problems: ScorePart(**values),
)


NARROWINGS: Mapping[str, Field] = {
    "sets": required(Many(SET_PART, 1, 20, "What one set holds.")),
    "parts": required(Many(SCORE_PART, 1, 10, "What makes the score.")),
    "of_at_least_cents": optional(Whole(0, MAX_CENTS, "Only orders of at least this amount."), 0),
    "products": optional(Many(Text(), distinct=True, about="Catalogue references."), ()),
    "categories": optional(Many(Text(), distinct=True, about="Category codes."), ()),
    "without_products": optional(Many(Text(), distinct=True, about="Left out."), ()),
    "without_categories": optional(Many(Text(), distinct=True, about="Left out."), ()),
    "with_this_seller": optional(Flag("Only those held with the seller of this meeting."), False),
    "held_from": absent(Day("Only those held on this day or later.")),
    "held_before": absent(Day("Only those held before this day.")),
    "within_days": absent(Whole(1, MAX_DAYS, "Only those held so many days before this meeting.")),
}


def _comparison(values: dict[str, Any], path: str, problems: Problems) -> Comparison | None:
    asked = asked_of(values, path, problems)
    return asked and Comparison(subject_of(values), values["op"], *asked)


def subject_of(values: Mapping[str, Any]) -> Subject:
    """What a comparison or steps look at."""
    left_out = [*values.get("without_products", ()), *values.get("without_categories", ())]
    prefix = "without_" if left_out else ""
    return Subject(
        measure=values["measure"],
        of_at_least_cents=values.get("of_at_least_cents", 0),
        products=frozenset(values.get(f"{prefix}products", ())),
        categories=frozenset(values.get(f"{prefix}categories", ())),
        without=bool(left_out),
        **{name: values[name] for name in NARROWED if values.get(name)},
    )


NARROWED = ("with_this_seller", "held_from", "held_before", "within_days", "sets", "parts")


def _comparing(name: str, measure: Measure) -> Record:
    ordered = measure.is_number or measure.unit == "date"
    ops = ORDERED if ordered else HOLDS if measure.unit == "texts" else EQUAL
    fields = {
        "measure": required(Choice((name,))),
        "op": required(Choice(ops)),
        "value": required(_value_shape(name, measure)),
    }
    narrowed = {field: NARROWINGS[field] for field in measure.narrowed_by}
    return Record(f"{name}_compared", {**fields, **narrowed}, measure.about, _comparison)


def _within(name: str, measure: Measure) -> Record:
    fields = {
        "measure": required(Choice((name,))),
        "op": required(Choice(("in",))),
        "from": required(_value_shape(name, measure)),
        "to": required(_value_shape(name, measure)),
    }
    narrowed = {field: NARROWINGS[field] for field in measure.narrowed_by}
    about = f"{measure.about} From `from` up to, and not including, `to`."
    return Record(f"{name}_within", {**fields, **narrowed}, about, _comparison)


COMPARED = {name: _comparing(name, measure) for name, measure in MEASURES.items()}
WITHIN = {
    name: _within(name, measure)
    for name, measure in MEASURES.items()
    if measure.is_number or measure.unit == "date"
}

CONDITION = ConditionShape(COMPARED, WITHIN)

# ---------------------------------------------------------------- rewards

REWARD_ID = absent(Text("Stable name in its rule; derived from the kind when left out.", most=100))
ROUNDING = absent(Choice(tuple(Rounding), "Default: settings.points.rounding.", build=Rounding))


def _reward(values: dict[str, Any], _path: str, _problems: Problems) -> dict[str, Any]:
    """Terms as a JSON-able mapping; the id comes later, when its neighbours are known."""
    return {name: value for name, value in values.items() if value is not None}


COST = absent(Whole(0, MAX_CENTS, "What one costs the brand, for caps in money."))
OWN_WORTH = frozenset(kind for kind, unit in UNIT_OF.items() if unit in {Unit.POINTS, Unit.CENTS})


def _rewarding(kind: RewardKind, about: str, fields: Mapping[str, Field], **more: Any) -> Record:
    head = {"kind": required(Choice((kind,))), "id": REWARD_ID}
    cost = {} if kind in OWN_WORTH else {"cost_cents": COST}
    rules = (*more.get("rules", ()), *([RANGE] if "valid_from" in fields else []))
    return Record(kind, {**head, **fields, **cost}, about, _reward, rules)


RANGE = {"dependentRequired": {"valid_from": ["valid_until"]}}


EFFECT = Tagged(
    "kind",
    {
        "percent_off_order": Record(
            "percent_off_order",
            {
                "kind": required(Choice(("percent_off_order",))),
                "rate_bp": required(Whole(1, 10_000, "1000 = 10 %.")),
            },
        ),
        "amount_off_order": Record(
            "amount_off_order",
            {
                "kind": required(Choice(("amount_off_order",))),
                "amount_cents": required(Whole(1, MAX_CENTS)),
            },
        ),
    },
)

MODEL = Record(
    "code_model",
    {
        "name": required(Text("What the winner reads.")),
        "effect": required(EFFECT),
        "minimum_basket_cents": optional(Whole(0, MAX_CENTS), 0),
    },
)

NAME = Text("What the winner reads.")
BASKET = Whole(0, MAX_CENTS, "Basket from which it may be used.")
LISTED = Many(Text(), most=200, about="Catalogue references.", distinct=True)
CATEGORIES = Many(Text(), most=200, about="Category codes.", distinct=True)


def _valid(days: int) -> dict[str, Field]:
    return {
        "valid_days": optional(Whole(1, MAX_DAYS, "Days of validity from the grant on."), days),
        "valid_from": absent(Day("First day, for everybody; goes with valid_until.")),
        "valid_until": absent(Day("Last day, for everybody; valid_days does not count then.")),
    }


SCOPE = Record(
    "voucher_scope",
    {
        "products": optional(LISTED, ()),
        "categories": optional(CATEGORIES, ()),
        "without_products": optional(LISTED, ()),
        "without_categories": optional(CATEGORIES, ()),
    },
    "What it may be used for; nothing named: everything.",
)
USED: Mapping[str, Field] = {
    "minimum_basket_cents": optional(BASKET, 0),
    "remainder": optional(Choice(("lost", "kept")), "lost"),
    "most_per_order": absent(Whole(1, MOST_PER_ORDER, "Vouchers of this reward in one order.")),
    "slices": absent(
        Choice(
            ("separate", "together"),
            "Mode every: a voucher for each slice (default), or one worth all of them.",
        )
    ),
    "with_codes": optional(Flag("Combines with promo codes."), True),
    "with_points": optional(Flag("Combines with points."), True),
    "with_vouchers": optional(Flag("Combines with other vouchers."), True),
    "with_discounted": optional(Flag("Pays lines that a discount made cheaper."), True),
}
"""How any voucher may be used."""

GIFT_TERMS: Mapping[str, Field] = {
    "unchosen": absent(
        Choice(tuple(Unchosen), "What happens to it at the deadline; default: lost.")
    ),
    "substitutes": absent(
        Many(Text(), 1, 200, "Catalogue references offered when it is out of stock.", distinct=True)
    ),
    "out_of_stock": absent(
        Choice(
            tuple(OutOfStock),
            "When no substitute is left either; default: choose_later.",
        )
    ),
    "wait_at_most_days": absent(
        Whole(1, MAX_DAYS, "On the waiting list; then it becomes a voucher.")
    ),
    "voucher_cents": absent(
        Whole(1, MAX_CENTS, "What it is converted to. Left out: the dearest list price.")
    ),
    "voucher_days": absent(Whole(1, MAX_DAYS, "How long that voucher is valid; default: 180.")),
}
"""Left out of what is told of an award when the programme does not set them."""

REWARD = Tagged(
    "kind",
    {
        kind: _rewarding(RewardKind(kind), about, fields, **more)
        for kind, (about, fields, more) in {
            "points_fixed": (
                "A number of points.",
                {"points": required(Whole(1, MAX_POINTS))},
                {},
            ),
            "points_percent_turnover": (
                "Percent of the meeting's turnover in points, 1 point per euro.",
                {"rate_bp": required(Whole(0, MAX_RATE_BP, "1000 = 10 %.")), "rounding": ROUNDING},
                {},
            ),
            "points_percent_order": (
                "Percent of the order's net amount in points, 1 point per euro.",
                {"rate_bp": required(Whole(0, MAX_RATE_BP, "1000 = 10 %.")), "rounding": ROUNDING},
                {},
            ),
            "gift_product": (
                "Units of one product.",
                {
                    "product": required(Text("Catalogue reference.")),
                    "units": optional(Whole(1, 1000), 1),
                    "choose_within_days": absent(Whole(1, MAX_DAYS, "Left out: no deadline.")),
                    **GIFT_TERMS,
                },
                {},
            ),
            "gift_choice": (
                "Units to choose in a list.",
                {
                    "products": required(
                        Many(Text(), 1, 200, "Catalogue references.", distinct=True)
                    ),
                    "units": optional(Whole(1, 1000, "How many may be chosen."), 1),
                    "choose_within_days": maybe(Whole(1, MAX_DAYS, "null: no deadline.")),
                    **GIFT_TERMS,
                },
                {},
            ),
            "promo_code": (
                "A personal promo code: of this model, or of an assigned promotion of the brand.",
                {
                    "model": absent(MODEL),
                    "promotion": absent(Text("Id of an assigned promotion of the pricing plan.")),
                    **_valid(90),
                },
                {"rules": ({"oneOf": [{"required": ["model"]}, {"required": ["promotion"]}]},)},
            ),
            "free_shipping": (
                "Shipping of one order.",
                {
                    "name": required(NAME),
                    "methods": optional(
                        Many(Text(), most=100, distinct=True, about="None: by every method."), ()
                    ),
                    "minimum_basket_cents": optional(BASKET, 0),
                    **_valid(90),
                },
                {},
            ),
            "half_price_items": (
                "Units of a list, at a percentage less, in one order.",
                {
                    "name": required(NAME),
                    "products": optional(LISTED, ()),
                    "categories": optional(CATEGORIES, ()),
                    "units": optional(Whole(1, 1000, "How many, the dearest first."), 1),
                    "off_bp": optional(Whole(1, 10_000, "Taken off their price."), 5_000),
                    "minimum_basket_cents": optional(BASKET, 0),
                    **_valid(90),
                },
                {},
            ),
            "voucher": (
                "A voucher: a fixed amount, or a percent of the turnover or of the order sold.",
                {
                    "name": optional(Text("What the winner reads.", least=0), ""),
                    "amount_cents": absent(Whole(1, MAX_CENTS)),
                    "rate_bp": absent(Whole(0, MAX_RATE_BP, "1000 = 10 %.")),
                    "rounding": ROUNDING,
                    **_valid(180),
                    "scope": absent(SCOPE),
                    **USED,
                },
                {
                    "rules": (
                        {
                            "oneOf": [
                                {"required": ["amount_cents"]},
                                {"required": ["rate_bp"]},
                            ]
                        },
                    )
                },
            ),
            "unit_voucher": (
                "A voucher for units of some products: the dearest of them in the order are free.",
                {
                    "name": optional(Text("What the winner reads.", least=0), ""),
                    "units": optional(Whole(1, 1000, "How many are free."), 1),
                    **_valid(180),
                    "scope": required(SCOPE),
                    **USED,
                },
                {},
            ),
        }.items()
    },
)


NAMED_TEMPLATE = Record(
    "template",
    {
        "kind": required(Choice(("template",))),
        "id": REWARD_ID,
        "template": required(Text("Key of a published reward of the brand.", most=100)),
        "slices": USED["slices"],
    },
    "A published reward, with its terms as they were when the version was published.",
    _reward,
)
REWARD_OR_TEMPLATE = Tagged("kind", {**REWARD.cases, "template": NAMED_TEMPLATE})


def _offered(kind: OfferKind, fields: Mapping[str, Field]) -> Record:
    head = {
        "name": required(NAME),
        "kind": required(Choice((kind,))),
        "cost_cents": required(Whole(0, MAX_CENTS, "What one costs at most.")),
        "valid_days": absent(Whole(1, MAX_DAYS)),
        "valid_from": absent(Day()),
        "valid_until": absent(Day()),
    }
    about = "A published reward as it was when the version was published."
    return Record(f"template_{kind}", {**head, **fields}, about, _template)


def _template(values: dict[str, Any], _path: str, _problems: Problems) -> Template:
    stated = {name: value for name, value in values.items() if value not in (None, ())}
    kind, name, cost = OfferKind(stated.pop("kind")), stated.pop("name"), stated.pop("cost_cents")
    days = {day: stated.pop(day, None) for day in ("valid_days", "valid_from", "valid_until")}
    return Template(name, Offer(kind, stated, **days), cost)


OFFERED: Mapping[str, Shape] = {
    "amount_cents": Whole(1, MAX_CENTS),
    "cap_cents": Whole(1, MAX_CENTS),
    "minimum_basket_cents": BASKET,
    "rate_bp": Whole(1, 10_000),
    "units": Whole(1, 1000),
    "buy": Whole(1, 1000),
    "get": Whole(1, 1000),
    "remainder": Choice(("lost", "kept")),
    "most_per_order": Whole(1, MOST_PER_ORDER),
    **dict.fromkeys(COMBINED, Flag()),
    **dict.fromkeys(("products", "without_products"), LISTED),
    **dict.fromkeys(("categories", "without_categories"), CATEGORIES),
    **{name: field.shape for name, field in GIFT_TERMS.items()},
}
NEEDED: Mapping[str, Shape] = {
    **OFFERED,
    "products": Many(Text(), 1, 200, "Catalogue references.", distinct=True),
}
TEMPLATES = Keyed(
    Tagged(
        "kind",
        {
            kind: _offered(
                kind,
                {name: required(NEEDED[name]) for name in NEEDS[kind]}
                | {name: absent(OFFERED[name]) for name in takes(kind)},
            )
            for kind in OfferKind
        },
    ),
    about="Published rewards that rules name, by key; filled in when a version is published.",
)


def make_reward(terms: Mapping[str, Any], name: str, rounding: Rounding) -> Reward:
    kind = RewardKind(terms["kind"])
    amount = {
        RewardKind.POINTS_FIXED: terms.get("points"),
        RewardKind.GIFT_PRODUCT: terms.get("units"),
        RewardKind.GIFT_CHOICE: terms.get("units"),
        RewardKind.VOUCHER: terms.get("amount_cents"),
        RewardKind.UNIT_VOUCHER: terms.get("units"),
        **dict.fromkeys(ASSIGNED, 1),
    }.get(kind)
    return Reward(
        id=name,
        kind=kind,
        amount=amount or 0,
        rate_bp=terms.get("rate_bp", 0),
        unit=UNIT_OF[kind],
        rounding=Rounding(terms.get("rounding", rounding)),
        terms={
            "id": name,
            **{key: _jsonable(value) for key, value in terms.items() if key != "id"},
        },
    )


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


# ---------------------------------------------------------------- rules and settings

TAX = Choice(("incl", "excl"), "Amounts including or excluding tax.")
POINTS_USED = Choice(("deducted", "kept"), "Whether the part paid with points is taken off.")
HOST_ORDERS = Choice(
    ("included", "excluded", "excluded_from_counts", "paid_part"),
    "Orders of the host and co-hosts. paid_part: what she paid with points is always taken off.",
)
SELLER_ORDERS = Choice(("excluded", "included"), "Orders of the seller's own customer card.")
WINDOW = Whole(0, MAX_DAYS, "Days from the origin's first planned date; null: no limit.")
MINIMUM = Whole(0, MAX_CENTS, "What the booked meeting must reach.")

UNSET = object()

TURNOVER = Record(
    "turnover_settings",
    {
        "tax": optional(TAX, "incl"),
        "points_used": optional(POINTS_USED, "deducted"),
        "host_orders": optional(HOST_ORDERS, "included"),
        "seller_orders": optional(SELLER_ORDERS, "excluded"),
    },
    build=lambda values, _path, _problems: TurnoverBase(**values),
)
TURNOVER_OF_RULE = Record(
    "turnover_of_rule",
    {
        "tax": absent(TAX),
        "points_used": absent(POINTS_USED),
        "host_orders": absent(HOST_ORDERS),
        "seller_orders": absent(SELLER_ORDERS),
    },
    "Replaces what it names of settings.turnover for this rule.",
    build=lambda values, _path, _problems: {k: v for k, v in values.items() if v is not None},
)
BOOKING = Record(
    "booking_settings",
    {
        "window_days": Field(WINDOW, 60, nullable=True),
        "minimum_turnover_cents": optional(MINIMUM, 0),
    },
    build=lambda values, _path, _problems: BookingTerms(**values),
)
BOOKING_OF_RULE = Record(
    "booking_of_rule",
    {
        "window_days": Field(WINDOW, UNSET, nullable=True, shown=False),
        "minimum_turnover_cents": absent(MINIMUM),
    },
    "Replaces what it names of settings.booking for this rule.",
    build=lambda values, _path, _problems: {
        k: v for k, v in values.items() if v is not UNSET and (v is not None or k == "window_days")
    },
)

SETTINGS = Record(
    "settings",
    {
        "turnover": absent(TURNOVER),
        "booking": absent(BOOKING),
        "points": absent(
            Record(
                "points_settings",
                {
                    "rounding": optional(
                        Choice(tuple(Rounding), "Of every percentage.", build=Rounding),
                        Rounding.HALF_UP,
                    ),
                    "cents_per_100": optional(
                        Whole(0, MAX_CENTS, "What 100 points cost the brand, for caps in money."),
                        100,
                    ),
                },
            )
        ),
        "participants": absent(
            Record(
                "participants_settings",
                {
                    "host": optional(
                        Choice(
                            ("excluded", "included"),
                            "Whether a host listed among participants is counted as one.",
                        ),
                        "excluded",
                    )
                },
            )
        ),
    },
    build=lambda values, _path, _problems: Settings(
        turnover=values["turnover"] or TurnoverBase(),
        booking=values["booking"] or BookingTerms(),
        rounding=(values["points"] or {}).get("rounding", Rounding.HALF_UP),
        cents_per_100_points=(values["points"] or {}).get("cents_per_100", 100),
        host_participates=(values["participants"] or {}).get("host") == "included",
    ),
)

REWARDS = Many(REWARD_OR_TEMPLATE, least=1, most=20)

STEP = Record(
    "step",
    {
        "from": required(Whole(0, MAX_CENTS, "In the unit of the measure: cents, or a count.")),
        "rewards": required(REWARDS),
    },
)
SCALE: Mapping[str, Field] = {
    "mode": required(Choice(tuple(TierMode), build=TierMode)),
    "steps": required(Many(STEP, least=1, most=100)),
    "at_most": absent(Whole(1, MAX_COUNT, "Mode every: how many slices pay at most.")),
}


def _tiers_of(name: str, measure: Measure) -> Record:
    narrowed = {field: NARROWINGS[field] for field in measure.narrowed_by}
    about = "Steps rise; each ends where the next begins, the last is open."
    return Record(
        f"tiers_of_{name}", {"measure": required(Choice((name,))), **SCALE, **narrowed}, about
    )


TIERS = Tagged("measure", {name: _tiers_of(name, MEASURES[name]) for name in TIERED})


def _cap(values: dict[str, Any], path: str, problems: Problems) -> Cap | None:
    cap = Cap(**values)
    if cap.per is CapPer.MEETING and cap.period is not Period.EVER:
        words = N_("A cap for each meeting has no period: take it out.")
        problems.append(Problem(f"{path}.period", "cap_without_period", words))
        return None
    return cap


CAP = Record(
    "cap",
    {
        "per": required(Choice(tuple(CapPer), "all: everybody together.", build=CapPer)),
        "of": required(Choice(tuple(CapOf), "times it pays, value, money in cents.", build=CapOf)),
        "most": required(Whole(1, MAX_CENTS)),
        "period": optional(Choice(tuple(Period), build=Period), Period.EVER),
    },
    "First come, first served.",
    _cap,
)

ONLY_PRODUCTS = optional(Many(Text(), distinct=True, about="Only these feed it."), ())
ONLY_CATEGORIES = optional(Many(Text(), distinct=True, about="Only these feed it."), ())
BASKETS_FROM = optional(Whole(0, MAX_CENTS, "Only baskets of at least this amount feed it."), 0)
NARROWED_POTS: Mapping[PotMeasure, Mapping[str, Field]] = {
    PotMeasure.SPEND: {
        "products": ONLY_PRODUCTS,
        "categories": ONLY_CATEGORIES,
        "shipping": optional(
            Choice(("excluded", "included"), "Whether it counts too."), "excluded"
        ),
    },
    PotMeasure.UNITS: {
        "products": ONLY_PRODUCTS,
        "categories": ONLY_CATEGORIES,
        "basket_from_cents": BASKETS_FROM,
    },
    PotMeasure.BASKETS: {"basket_from_cents": BASKETS_FROM},
    PotMeasure.MEETINGS: {},
}
ABOUT_POTS: Mapping[PotMeasure, str] = {
    PotMeasure.SPEND: "What orders cost, by the rule's turnover settings.",
    PotMeasure.UNITS: "Units ordered.",
    PotMeasure.BASKETS: "Orders.",
    PotMeasure.MEETINGS: "Meetings held, of the host or the seller.",
}


def _pot(values: dict[str, Any], path: str, problems: Problems) -> Pot | None:
    first, last = values["starts_on"], values["ends_on"]
    before = len(problems)
    if first and last and last < first:
        words = N_("The last day comes before the first one, %(first)s.")
        problem = Problem(f"{path}.ends_on", "ends_before_start", words, {"first": first})
        problems.append(problem)
    if values["resets"] is Resets.AT_END and last is None:
        words = N_("What is left at the end is lost: say which day is the last one.")
        problems.append(Problem(f"{path}.ends_on", "end_missing", words))
    if len(problems) > before:
        return None
    return Pot(
        **{
            **{name: value for name, value in values.items() if name != "shipping"},
            "products": frozenset(values.get("products", ())),
            "categories": frozenset(values.get("categories", ())),
            "with_shipping": values.get("shipping") == "included",
        }
    )


def _pot_of(measure: PotMeasure) -> Record:
    highest = MAX_CENTS if measure is PotMeasure.SPEND else MAX_COUNT
    unit = "In cents." if measure is PotMeasure.SPEND else "How many."
    fields = {
        "measure": required(Choice((measure,), build=PotMeasure)),
        "threshold": required(Whole(1, highest, f"{unit} Each time it is reached, it pays.")),
        **NARROWED_POTS[measure],
        "resets": optional(Choice(tuple(Resets), build=Resets), Resets.NEVER),
        "starts_on": absent(Day("First day that counts.")),
        "ends_on": absent(Day("Last day that counts.")),
        "description": optional(Text("For people.", least=0, most=2000), ""),
        "images": optional(
            Many(Text(), most=10, distinct=True, about="Ids of the pictures that show it."), ()
        ),
    }
    return Record(f"pot_of_{measure}", fields, ABOUT_POTS[measure], _pot)


POT = Tagged("measure", {measure: _pot_of(measure) for measure in PotMeasure})

RULE = Record(
    "rule",
    {
        "id": required(Text("Stable: grants are known by it.", most=100)),
        "name": optional(Text(least=0), ""),
        "enabled": optional(Flag("false: kept in the document, but gives nothing."), True),
        "beneficiary": required(Choice(tuple(Beneficiary), build=Beneficiary)),
        "trigger": required(Choice(tuple(Trigger), build=Trigger)),
        "conditions": absent(CONDITION),
        "rewards": absent(REWARDS),
        "tiers": absent(TIERS),
        "pot": absent(POT),
        "lane": optional(Text("Rules of a lane compete: the highest value pays.", 0, 100), ""),
        "caps": optional(Many(CAP, most=10), ()),
        "turnover": absent(TURNOVER_OF_RULE),
        "booking": absent(BOOKING_OF_RULE),
    },
    "For the beneficiary, when the trigger, if the conditions, give the rewards.",
    rules=(
        {"oneOf": [{"required": ["rewards"]}, {"required": ["tiers"]}]},
        {
            "if": {"properties": {"trigger": {"const": Trigger.SPEND}}, "required": ["trigger"]},
            "then": {"required": ["pot"], "not": {"required": ["tiers"]}},
            "else": {"not": {"required": ["pot"]}},
        },
    ),
)


class Version(Shape):
    """A text or a whole number, read as text."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is int:
            number = Whole(0, MAX_COUNT).read(value, path, problems)
            return number if number is BAD else str(number)
        return Text(most=100).read(value, path, problems)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [Whole(0, MAX_COUNT).schema(defs), Text(most=100).schema(defs)]}


PROGRAMME = Record(
    "programme",
    {
        "format": required(Choice((PROGRAMME_FORMAT,))),
        "name": optional(Text(least=0), ""),
        "version": optional(Version(), "1"),
        "settings": absent(SETTINGS),
        "templates": absent(TEMPLATES),
        "rules": required(Many(RULE, most=1000)),
    },
    "What a brand gives, to whom, when. One immutable document per version.",
)


def overridden(base: Any, changes: Mapping[str, Any] | None) -> Any:
    return replace(base, **changes) if changes else base


__all__ = [
    "PROGRAMME",
    "Step",
    "Tiers",
    "make_reward",
    "overridden",
    "programme_schema",
    "subject_of",
]
