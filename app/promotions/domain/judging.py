"""Judging conditions against a cart: whether they hold, what is lacking, how often they are met."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from app.kernel.conditions import All, AnyOf
from app.promotions.domain.facts import CartFacts, Measured
from app.promotions.domain.quote import Reason
from app.promotions.domain.terms import ALL_PRODUCTS, Comparison, Condition, Scope

Left = Sequence[int]
"""What remains to pay of each line, at the moment a threshold is read."""

AMOUNTS = frozenset({"basket_net", "basket_list"})

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition | None, facts: CartFacts, left: Left) -> bool:
    if condition is None:
        return True
    if isinstance(condition, Comparison):
        return _holds(condition, measured(condition, facts, left))
    if isinstance(condition, All):
        return all(holds(part, facts, left) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, facts, left) for part in condition.parts)
    return not holds(condition.part, facts, left)


def measured(comparison: Comparison, facts: CartFacts, left: Left) -> Measured:
    """Gifts count in no amount; everything else that was bought does."""
    if comparison.measure == "basket_net":
        return sum([left[index] for index in facts.where(comparison.scope)])
    if comparison.measure == "basket_list":
        return sum([facts.listed[index] for index in facts.where(comparison.scope)])
    if comparison.measure == "quantity":
        return sum([facts.quantities[index] for index in facts.where(comparison.scope)])
    return facts.value(comparison.measure)


def _holds(comparison: Comparison, value: Measured) -> bool:
    """What is not known satisfies nothing."""
    wanted: Any = comparison.value
    if value is None:
        return False
    if isinstance(value, frozenset):
        return wanted in value
    if comparison.measure == "shipping_city" and isinstance(wanted, str):
        wanted = wanted.strip().casefold()
    if comparison.op == "starts":
        return str(value).startswith(str(wanted))
    if comparison.op == "in":
        return _within(value, wanted, comparison.upper)
    return _COMPARE[comparison.op](value, wanted)


def _within(value: Any, lower: Any, upper: int | date | None) -> bool:
    return bool(lower <= value and (upper is None or value < upper))


def lacks(condition: Condition | None, facts: CartFacts, left: Left) -> tuple[Reason, ...]:
    """What would have to change for the condition to hold; of alternatives, the nearest."""
    if condition is None or holds(condition, facts, left):
        return ()
    if isinstance(condition, Comparison):
        return (_lack(condition, facts, left),)
    if isinstance(condition, All):
        return tuple(lack for part in condition.parts for lack in lacks(part, facts, left))
    if isinstance(condition, AnyOf):
        return min((lacks(part, facts, left) for part in condition.parts), key=distance, default=())
    return (_not_so(condition.part),)


def distance(reasons: Sequence[Reason]) -> tuple[bool, int, float]:
    """Sorts refusals, the nearest to being lifted first: only gaps, and the smallest of them."""
    gaps = [gap_of(reason) for reason in reasons]
    return None in gaps, len(gaps), max((gap or 0.0 for gap in gaps), default=0.0)


def gap_of(reason: Reason) -> float | None:
    """The part of its threshold that is missing; None: no amount would mend it."""
    if reason.code == "amount_missing":
        return float(reason.params["missing_cents"] / reason.params["threshold_cents"])
    if reason.code == "quantity_missing":
        return float(reason.params["missing"] / reason.params["threshold"])
    return None


def _lack(comparison: Comparison, facts: CartFacts, left: Left) -> Reason:
    value = measured(comparison, facts, left)
    if comparison.op in {">=", ">"} and isinstance(comparison.value, int):
        threshold = comparison.value + (comparison.op == ">")
        if comparison.measure in AMOUNTS and isinstance(value, int):
            gap = {"missing_cents": threshold - value, "threshold_cents": threshold}
            return Reason("amount_missing", gap | narrowed(comparison.scope))
        if comparison.measure == "quantity" and isinstance(value, int):
            gap = {"missing": threshold - value, "threshold": threshold}
            return Reason("quantity_missing", gap | narrowed(comparison.scope))
    if comparison.measure == "segment":
        return Reason("not_in_segment", {"segment": comparison.value})
    return Reason("condition_not_met", _told(comparison))


def _not_so(condition: Condition) -> Reason:
    told = _told(condition) if isinstance(condition, Comparison) else {}
    return Reason("condition_not_met", told | {"negated": True})


def _told(comparison: Comparison) -> dict[str, Any]:
    told = {
        "measure": comparison.measure,
        "op": comparison.op,
        "value": _plain(comparison.value),
        "upper": _plain(comparison.upper),
    }
    return {name: value for name, value in told.items() if value is not None} | narrowed(
        comparison.scope
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def narrowed(scope: Scope) -> dict[str, Any]:
    """What a threshold was narrowed to, where it was."""
    if scope is ALL_PRODUCTS:
        return {}
    told = {"products": sorted(scope.products), "categories": sorted(scope.categories)}
    return {name: names for name, names in told.items() if names}


NEVER = 10**15
"""More than any basket."""


def lift_needed(
    condition: Condition | None, facts: CartFacts, left: Left, *, by_line: bool = True
) -> int:
    """By how much more must remain to pay, at least, for the condition to hold; 0 also where that
    cannot be said. `by_line`: whether `left` is the least of each line, not only of their sum."""
    if condition is None:
        return 0
    if isinstance(condition, All):
        needs = [lift_needed(part, facts, left, by_line=by_line) for part in condition.parts]
        return max(needs, default=0)
    if isinstance(condition, AnyOf):
        needs = [lift_needed(part, facts, left, by_line=by_line) for part in condition.parts]
        return min(needs, default=NEVER)
    if isinstance(condition, Comparison) and condition.measure == "basket_net":
        return _lift_needed(condition, facts, left, by_line=by_line)
    return 0 if _may_change(condition) or holds(condition, facts, left) else NEVER


def _lift_needed(comparison: Comparison, facts: CartFacts, left: Left, *, by_line: bool) -> int:
    value, wanted = measured(comparison, facts, left), comparison.value
    tellable = by_line or comparison.scope == ALL_PRODUCTS
    if comparison.op not in {">=", ">"} or not tellable:
        return 0
    if not isinstance(value, int) or not isinstance(wanted, int):
        return 0
    return max(0, wanted + (comparison.op == ">") - value)


def _may_change(condition: Condition) -> bool:
    if isinstance(condition, Comparison):
        return condition.measure == "basket_net"
    if isinstance(condition, All | AnyOf):
        return any(map(_may_change, condition.parts))
    return _may_change(condition.part)


def read_by(condition: Condition | None, facts: CartFacts) -> frozenset[int]:
    """The lines of which a condition reads what remains to pay."""
    if isinstance(condition, Comparison):
        lines = facts.where(condition.scope) if condition.measure == "basket_net" else ()
        return frozenset(lines)
    if isinstance(condition, All | AnyOf):
        return frozenset().union(*(read_by(part, facts) for part in condition.parts))
    return read_by(condition.part, facts) if condition else frozenset()


def times_met(condition: Condition | None, facts: CartFacts, left: Left) -> int:
    """Full multiples of the thresholds that must all be reached; 1 without any."""
    return min(_multiples(condition, facts, left), default=1)


def _multiples(condition: Condition | None, facts: CartFacts, left: Left) -> list[int]:
    if isinstance(condition, All):
        return [n for part in condition.parts for n in _multiples(part, facts, left)]
    if (
        isinstance(condition, Comparison)
        and condition.op == ">="
        and (condition.measure in AMOUNTS or condition.measure == "quantity")
        and isinstance(condition.value, int)
        and condition.value > 0
    ):
        value = measured(condition, facts, left)
        return [value // condition.value] if isinstance(value, int) else []
    return []
