"""Conditions and scopes as they stand in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.kernel.condition_shape import ConditionShape, asked_of
from app.kernel.conditions import All, AnyOf, Not
from app.kernel.money import MAX_CENTS
from app.kernel.shape import (
    Choice,
    Day,
    Field,
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
from app.promotions.domain.cart import Channel
from app.promotions.domain.terms import (
    ALL_PRODUCTS,
    MEASURES,
    Comparison,
    Condition,
    Measure,
    Scope,
)

MAX_COUNT = 1_000_000
PLACES = ("host", "seller", "other", "virtual")

RANGED = {"cents", "count", "date"}
ORDERED = ("=", "!=", "<", "<=", ">", ">=")
EQUAL = ("=", "!=")

WORDS_OF: Mapping[str, tuple[str, ...]] = {
    "channel": tuple(channel.value for channel in Channel),
    "meeting_place": PLACES,
}
"""Texts that can only be one of these: another word would never be true."""

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "cents": ORDERED,
    "count": ORDERED,
    "date": ORDERED,
    "text": EQUAL,
    "flag": EQUAL,
    "texts": ("has",),
}
STARTS = frozenset({"shipping_postcode"})
"""Texts of which the beginning may be compared."""


def operators_of(name: str) -> tuple[str, ...]:
    """What a measure may be compared by, `in` included."""
    unit = MEASURES[name].unit
    within = ("in",) if unit in RANGED else ()
    return (*OPERATORS[unit], *within, *(("starts",) if name in STARTS else ()))


# ---------------------------------------------------------------- scopes

REFERENCES = Many(Text(), distinct=True, about="Catalogue references.")
CATEGORIES = Many(Text(), distinct=True, about="Category codes; those below them are included.")


def _scope(values: dict[str, Any], path: str, problems: Problems) -> Scope | None:
    scope = Scope(**{name: frozenset(found) for name, found in values.items()})
    nothing_named = not (scope.products or scope.categories)
    if nothing_named or scope.products - scope.without_products:
        return scope
    if scope.categories - scope.without_categories:
        return scope
    words = N_("Everything named here is left out again: no product remains.")
    problems.append(Problem(path, "scope_empty", words))
    return None


SCOPE = Record(
    "scope",
    {
        "products": optional(REFERENCES, ()),
        "categories": optional(CATEGORIES, ()),
        "without_products": optional(REFERENCES, ()),
        "without_categories": optional(CATEGORIES, ()),
    },
    "Products or categories (any of them), without what is left out. Nothing named: all products.",
    _scope,
)


def scope_to_json(scope: Scope) -> dict[str, Any]:
    return {name: sorted(getattr(scope, name)) for name in SCOPE.fields if getattr(scope, name)}


# ---------------------------------------------------------------- comparisons


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


def _comparison(values: dict[str, Any], path: str, problems: Problems) -> Comparison | None:
    asked = asked_of(values, path, problems)
    if asked is None:
        return None
    scope = values.get("scope") or ALL_PRODUCTS
    return Comparison(values["measure"], values["op"], *asked, scope)


def _narrowing(measure: Measure) -> dict[str, Field]:
    return {"scope": absent(SCOPE)} if measure.narrowed else {}


def _comparing(name: str, measure: Measure) -> Record:
    shape = _value_shape(name, measure)
    operators = tuple(op for op in operators_of(name) if op != "in")
    asked = {"texts": "has", "flag": "="}.get(measure.unit)
    fields = {
        "measure": required(Choice((name,))),
        "op": optional(Choice(operators), asked) if asked else required(Choice(operators)),
        "value": optional(shape, default=True) if measure.unit == "flag" else required(shape),
    }
    fields |= _narrowing(measure)
    return Record(f"{name}_compared", fields, measure.about, _comparison)


def _within(name: str, measure: Measure) -> Record:
    fields = {
        "measure": required(Choice((name,))),
        "op": required(Choice(("in",))),
        "from": required(_value_shape(name, measure)),
        "to": required(_value_shape(name, measure)),
        **_narrowing(measure),
    }
    about = f"{measure.about} From `from` up to, and not including, `to`."
    return Record(f"{name}_within", fields, about, _comparison)


CONDITION = ConditionShape(
    {name: _comparing(name, measure) for name, measure in MEASURES.items()},
    {name: _within(name, measure) for name, measure in MEASURES.items() if measure.unit in RANGED},
)


def condition_to_json(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, All):
        return {"all": [condition_to_json(part) for part in condition.parts]}
    if isinstance(condition, AnyOf):
        return {"any": [condition_to_json(part) for part in condition.parts]}
    if isinstance(condition, Not):
        return {"not": condition_to_json(condition.part)}
    return _comparison_to_json(condition)


def _comparison_to_json(one: Comparison) -> dict[str, Any]:
    value = _written(one.value)
    values = {"from": value, "to": _written(one.upper)} if one.op == "in" else {"value": value}
    narrowed = {} if one.scope == ALL_PRODUCTS else {"scope": scope_to_json(one.scope)}
    return {"measure": one.measure, "op": one.op, **values, **narrowed}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
