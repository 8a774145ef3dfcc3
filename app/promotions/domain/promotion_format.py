"""A promotion as it stands in a plan: effect, entry, period, limits, conditions, stacking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.money import BASIS, MAX_CENTS
from app.kernel.shape import (
    Choice,
    Day,
    Field,
    Flag,
    Many,
    Problem,
    Problems,
    Record,
    Tagged,
    Text,
    TimeOfDay,
    Whole,
    absent,
    maybe,
    optional,
    required,
)
from app.kernel.words import N_
from app.promotions.domain.condition_format import (
    CONDITION,
    MAX_COUNT,
    SCOPE,
    condition_to_json,
    scope_to_json,
)
from app.promotions.domain.terms import (
    ALL_PRODUCTS,
    Base,
    Effect,
    EffectKind,
    Entry,
    Hours,
    Limits,
    Per,
    Period,
    Pick,
    Promotion,
    Stacking,
)

MAX_UNITS = 1_000
MAX_PRIORITY = 1_000_000

RATE = Whole(1, BASIS, "1000 = 10 %, at most 10000.")
AMOUNT = Whole(1, MAX_CENTS, "In cents.")
METHODS = Many(Text(), distinct=True, about="Codes of shipping methods; none: every one.")

# ---------------------------------------------------------------- effects

UNITS_CHOSEN: Mapping[str, Field] = {
    "scope": absent(SCOPE),
    "at_most_units": maybe(Whole(1, MAX_COUNT, "Units of the order; null: all of them.")),
    "pick": optional(Choice(tuple(Pick), "Which units first.", build=Pick), Pick.DEAREST),
}
CAP = maybe(Whole(1, MAX_CENTS, "The most it takes off; null: no limit."))

FIELDS_OF: Mapping[EffectKind, tuple[str, Mapping[str, Field]]] = {
    EffectKind.ORDER_PERCENT: (
        "A percentage off the discountable products of the order.",
        {"rate_bp": required(RATE), "cap_cents": CAP},
    ),
    EffectKind.ORDER_AMOUNT: (
        "An amount off the order, spread over its lines.",
        {"amount_cents": required(AMOUNT)},
    ),
    EffectKind.PRODUCT_PERCENT: (
        "A percentage off products.",
        {"rate_bp": required(RATE), **UNITS_CHOSEN, "cap_cents": CAP},
    ),
    EffectKind.PRODUCT_AMOUNT: (
        "An amount off each unit, or once off all of them together.",
        {
            "amount_cents": required(AMOUNT),
            **UNITS_CHOSEN,
            "per": optional(
                Choice(tuple(Per), "unit: off each; total: once.", build=Per), Per.UNIT
            ),
        },
    ),
    EffectKind.FIXED_PRICE: (
        "Each unit costs this much, and never more than before.",
        {"price_cents": required(Whole(0, MAX_CENTS, "Of one unit.")), **UNITS_CHOSEN},
    ),
    EffectKind.BUY_X_GET_Y: (
        "For so many bought, so many more are free or cheaper.",
        {
            "buy": required(Whole(1, MAX_UNITS, "Units paid in full.")),
            "get": optional(Whole(1, MAX_UNITS, "Units discounted."), 1),
            "rate_bp": optional(RATE, BASIS),
            "scope": absent(SCOPE),
            "get_scope": absent(SCOPE),
            "same_product": optional(
                Flag("Product by product; else the cheapest units of all."), default=False
            ),
            "cap_cents": CAP,
        },
    ),
    EffectKind.FREE_PRODUCT: (
        "Products that add themselves, as long as they are in stock.",
        {
            "products": required(Many(Text(), 1, 20, "Catalogue references.", distinct=True)),
            "units": optional(Whole(1, MAX_UNITS, "Of each."), 1),
        },
    ),
    EffectKind.GIFT_CHOICE: (
        "Products to choose among.",
        {
            "products": required(Many(Text(), 1, 200, "Catalogue references.", distinct=True)),
            "units": optional(Whole(1, MAX_UNITS, "How many may be chosen."), 1),
        },
    ),
    EffectKind.SHIPPING_PERCENT: (
        "A percentage off shipping; 10000 is free shipping.",
        {"rate_bp": required(RATE), "methods": optional(METHODS, ()), "cap_cents": CAP},
    ),
    EffectKind.SHIPPING_AMOUNT: (
        "An amount off shipping.",
        {"amount_cents": required(AMOUNT), "methods": optional(METHODS, ())},
    ),
}


def _effect(values: dict[str, Any], path: str, problems: Problems) -> Effect:
    kind = EffectKind(values["kind"])
    made = {name: value for name, value in values.items() if name not in {"kind", "price_cents"}}
    if "price_cents" in values:
        made["amount_cents"] = values["price_cents"]
    if "scope" in made:
        made["scope"] = made["scope"] or ALL_PRODUCTS
    if "methods" in made:
        made["methods"] = frozenset(made["methods"])
    _refuse_two_ways_of_getting(values, path, problems)
    _refuse_units_of_a_total(values, path, problems)
    return Effect(kind, **made)


def _refuse_two_ways_of_getting(values: dict[str, Any], path: str, problems: Problems) -> None:
    if values.get("same_product") and values.get("get_scope"):
        words = N_("same_product gives what was bought: take get_scope out, or same_product.")
        problems.append(Problem(f"{path}.get_scope", "same_product_or_scope", words))


def _refuse_units_of_a_total(values: dict[str, Any], path: str, problems: Problems) -> None:
    if values.get("per") == Per.TOTAL and values.get("at_most_units") is not None:
        words = N_("An amount off the total is taken once: at_most_units goes with per “unit”.")
        problems.append(Problem(f"{path}.at_most_units", "units_of_a_total", words))


EFFECTS: Mapping[str, Record] = {
    kind: Record(
        f"{kind}_effect", {"kind": required(Choice((kind,))), **fields}, about, build=_effect
    )
    for kind, (about, fields) in FIELDS_OF.items()
}
EFFECT = Tagged("kind", EFFECTS)


def effect_to_json(effect: Effect) -> dict[str, Any]:
    values = {name: getattr(effect, name, None) for name in EFFECTS[effect.kind].fields}
    if effect.kind is EffectKind.FIXED_PRICE:
        values["price_cents"] = effect.amount_cents
    for name in ("scope", "get_scope"):
        scope = values.get(name)
        values[name] = None if scope in (None, ALL_PRODUCTS) else scope_to_json(scope)
    if effect.get_scope == ALL_PRODUCTS:
        values["get_scope"] = {}
    return without_defaults(EFFECTS[effect.kind], values)


def without_defaults(record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """What must be written of `values` for the record to read them back."""
    written = {name: plain(values.get(name)) for name in record.fields}
    return {
        name: value
        for name, value in written.items()
        if value != plain(record.fields[name].default)
    }


def plain(value: Any) -> Any:
    """As JSON has it: sets sorted, tuples as lists, words as texts, days and times as written."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


# ---------------------------------------------------------------- period, limits, stacking


def _hours(values: dict[str, Any], path: str, problems: Problems) -> Hours:
    if values["from"] == values["to"]:
        words = N_("These hours are empty: “to” is the first minute that is too late.")
        problems.append(Problem(f"{path}.to", "period_empty", words))
    return Hours(values["from"], values["to"])


HOURS = Record(
    "hours",
    {
        "from": required(TimeOfDay()),
        "to": required(TimeOfDay("The first minute too late; before `from`: on the next day.")),
    },
    build=_hours,
)


def _period(values: dict[str, Any], _path: str, _problems: Problems) -> Period:
    weekdays = frozenset(values["weekdays"])
    return Period(values["from"], values["until"], weekdays, values["hours"])


PERIOD = Record(
    "period",
    {
        "from": maybe(Day("First day.")),
        "until": maybe(Day("Last day, included.")),
        "weekdays": optional(
            Many(Whole(1, 7), most=7, about="1 Monday … 7 Sunday; none: every day.", distinct=True),
            (),
        ),
        "hours": optional(Many(HOURS, most=24, about="Any of them; none: all day."), ()),
    },
    "In the brand's time zone.",
    _period,
)


def period_to_json(period: Period) -> dict[str, Any]:
    hours = [{"from": f"{one.start:%H:%M}", "to": f"{one.end:%H:%M}"} for one in period.hours]
    values = {"from": period.first, "until": period.last, "weekdays": period.weekdays}
    return without_defaults(PERIOD, {**values, "hours": hours})


LIMITS = Record(
    "limits",
    {
        "uses": maybe(Whole(1, MAX_COUNT, "Overall; null: no limit.")),
        "per_customer": maybe(Whole(1, MAX_COUNT)),
        "per_seller": maybe(Whole(1, MAX_COUNT)),
        "budget_cents": maybe(Whole(1, MAX_CENTS, "What all uses may cost together.")),
        "partial": optional(
            Flag("A budget too small for the whole discount gives what is left of it."),
            default=False,
        ),
    },
    "What still stands is counted.",
    lambda values, _path, _problems: Limits(**values),
)

STACKING = Record(
    "stacking",
    {
        "promotions": optional(Flag("With other promotions."), default=True),
        "advantages": optional(Flag("With a segment, first-order or loyalty one."), default=True),
        "points": optional(Flag("With points."), default=True),
        "vouchers": optional(Flag("With vouchers."), default=True),
        "itself": absent(
            Flag("Once per multiple of its trigger. Default: true for buy_x_get_y, else false.")
        ),
    },
)

# ---------------------------------------------------------------- promotions


def _promotion(values: dict[str, Any], _path: str, _problems: Problems) -> Promotion:
    made = dict(values)
    made["name"] = values["name"] or values["id"]
    made["period"] = values["period"] or Period()
    made["limits"] = values["limits"] or Limits()
    made["stacking"] = _stacking(values["stacking"], values["effect"].kind)
    return Promotion(**made)


def _stacking(values: Mapping[str, Any] | None, kind: EffectKind) -> Stacking:
    given = dict(values or {})
    if given.get("itself") is None:
        given["itself"] = repeats_by_default(kind)
    return Stacking(**given)


def repeats_by_default(kind: EffectKind) -> bool:
    return kind is EffectKind.BUY_X_GET_Y


PROMOTION = Record(
    "promotion",
    {
        "id": required(Text("Stable: uses are known by it.", most=100)),
        "name": optional(Text("What customers read; default: the id.", least=0), ""),
        "effect": required(EFFECT),
        "entry": optional(Choice(tuple(Entry), build=Entry), Entry.AUTOMATIC),
        "codes": optional(
            Many(Text(most=60), most=1_000, about="Shared codes, whatever the case."), ()
        ),
        "codes_elsewhere": optional(
            Flag("There are codes beside those listed here: batches of single ones."), default=False
        ),
        "enabled": optional(Flag("false: kept, but never applied."), default=True),
        "public": optional(Flag("Whether near misses are shown."), default=True),
        "priority": optional(Whole(-MAX_PRIORITY, MAX_PRIORITY, "Higher ones first."), 0),
        "period": absent(PERIOD),
        "conditions": absent(CONDITION),
        "limits": absent(LIMITS),
        "stacking": absent(STACKING),
        "group": optional(Text("At most one promotion of a group applies.", 0, 100), ""),
        "base": optional(
            Choice(tuple(Base), "What a percentage is of.", build=Base), Base.REMAINING
        ),
        "skip_discounted": optional(
            Flag("Leaves out lines that an earlier promotion made cheaper."), default=False
        ),
        "gives_back_use": optional(
            Flag("Whether a cancelled order gives its use back."), default=True
        ),
    },
    build=_promotion,
)


def promotion_to_json(promotion: Promotion) -> dict[str, Any]:
    """The shortest document that reads back as this promotion."""
    limits = promotion.limits
    conditions = promotion.conditions
    values = {name: getattr(promotion, name) for name in PROMOTION.fields}
    values |= {
        "name": "" if promotion.name == promotion.id else promotion.name,
        "effect": effect_to_json(promotion.effect),
        "period": period_to_json(promotion.period) or None,
        "conditions": None if conditions is None else condition_to_json(conditions),
        "limits": without_defaults(LIMITS, {n: getattr(limits, n) for n in LIMITS.fields}) or None,
        "stacking": _stacking_to_json(promotion) or None,
    }
    return without_defaults(PROMOTION, values)


def _stacking_to_json(promotion: Promotion) -> dict[str, Any]:
    stacking = promotion.stacking
    values = {name: getattr(stacking, name) for name in STACKING.fields}
    if stacking.itself is repeats_by_default(promotion.effect.kind):
        values["itself"] = None
    return without_defaults(STACKING, values)
