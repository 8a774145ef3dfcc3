"""Judging conditions: every one is always judged, so that each can be explained."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from app.kernel.conditions import All, AnyOf, Not
from app.rewards.domain.outcome import Check
from app.rewards.domain.scopes import Measured, Scope, gauge_of
from app.rewards.domain.terms import MEASURES, OF_HISTORY, Comparison, Condition, Rule, Subject

OP_CODES = {
    "=": "equals",
    "!=": "differs",
    "<": "less_than",
    "<=": "at_most",
    ">": "more_than",
    ">=": "at_least",
    "in": "within",
    "has": "has",
}


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "has": operator.contains,
}

Test = Callable[[Scope, str | None], bool]
"""Whether a condition holds in a scope for whoever would be paid."""


def compiled(condition: Condition, rule: Rule) -> Test:
    """What `judge` answers, without its reasons."""
    if isinstance(condition, Comparison):
        return _compiled_comparison(condition, rule)
    if isinstance(condition, Not):
        part = compiled(condition.part, rule)
        return lambda scope, winner: not part(scope, winner)
    parts = [compiled(one, rule) for one in condition.parts]
    if isinstance(condition, All):
        return lambda scope, winner: all(part(scope, winner) for part in parts)
    return lambda scope, winner: any(part(scope, winner) for part in parts)


def _compiled_comparison(comparison: Comparison, rule: Rule) -> Test:
    subject, expected, holds = comparison.subject, comparison.value, _held_by(comparison)
    if MEASURES[subject.measure].of_winner:

        def of_winner(scope: Scope, winner: str | None) -> bool:
            value = scope.of_person(subject.measure, winner)
            return value is not None and holds(value, expected)

        return of_winner
    gauge = gauge_of(subject, rule.turnover, rule.booking)

    def of_scope(scope: Scope, _winner: str | None) -> bool:
        value = scope.read(gauge)
        return value is not None and holds(value, expected)

    return of_scope


def judge(condition: Condition, scope: Scope, rule: Rule, winner: str | None = None) -> Check:
    """The check of a condition, with those of its parts below it; `winner`: who would be paid."""
    if isinstance(condition, Comparison):
        return _compare(condition, scope.value(condition.subject, rule, winner))
    if isinstance(condition, All):
        parts = tuple(judge(part, scope, rule, winner) for part in condition.parts)
        return Check("all_of", all(part.passed for part in parts), children=parts)
    if isinstance(condition, AnyOf):
        parts = tuple(judge(part, scope, rule, winner) for part in condition.parts)
        return Check("any_of", any(part.passed for part in parts), children=parts)
    part = judge(condition.part, scope, rule, winner)
    return Check("not_so", not part.passed, children=(part,))


def lacks_of(check: Check) -> tuple[Check, ...]:
    """What would have to change for the check to pass."""
    if check.passed:
        return ()
    if check.code == "all_of":
        return tuple(lack for part in check.children for lack in lacks_of(part))
    if check.code == "any_of" and len(check.children) == 1:
        return lacks_of(check.children[0])
    return (check,)


def at_least(measure: str, unit: str, value: int, threshold: int) -> Check:
    """The check of a bare threshold, as tiers have them."""
    return Check(
        f"{measure}_at_least",
        value >= threshold,
        measure=measure,
        op=">=",
        value=value,
        expected=threshold,
        missing=max(0, threshold - value),
        unit=unit,
    )


def _compare(comparison: Comparison, value: Measured) -> Check:
    subject = comparison.subject
    return Check(
        f"{subject.measure}_{OP_CODES[comparison.op]}",
        _holds(comparison, value),
        measure=subject.measure,
        op=comparison.op,
        value=_plain(value),
        expected=_plain(comparison.value),
        upper=_plain_upper(comparison.upper),
        missing=_missing(comparison, value),
        unit=subject.unit,
        narrowed=_narrowed(comparison),
    )


def _narrowed(comparison: Comparison) -> tuple[str, ...]:
    """What the measure was narrowed to, for the reader of an explanation."""
    subject = comparison.subject
    if subject.measure in OF_HISTORY:
        return tuple(_narrowed_history(subject))
    if not (subject.of_at_least_cents or subject.products or subject.categories):
        return ()
    if subject.of_at_least_cents:
        return (f"of_at_least_cents={subject.of_at_least_cents}",)
    word = "without_" if subject.without else ""
    return (
        *(f"{word}product={name}" for name in sorted(subject.products)),
        *(f"{word}category={name}" for name in sorted(subject.categories)),
    )


def _narrowed_history(subject: Subject) -> Iterator[str]:
    if subject.with_this_seller:
        yield "with_this_seller=1"
    for name in ("held_from", "held_before", "within_days"):
        value = getattr(subject, name)
        if value is not None:
            yield f"{name}={value}"


def _holds(comparison: Comparison, value: Measured) -> bool:
    """What is not known satisfies no comparison."""
    return value is not None and _held_by(comparison)(value, comparison.value)


def _held_by(comparison: Comparison) -> Callable[[Any, Any], bool]:
    upper: Any = comparison.upper
    if comparison.op == "in":
        return lambda value, expected: expected <= value < upper
    return OPERATORS[comparison.op]


def _missing(comparison: Comparison, value: Measured) -> int | None:
    """How much more is needed; None when more of it would not help."""
    expected = comparison.value
    if type(value) is not int or type(expected) is not int:
        return None
    if comparison.op in {">=", "in"}:
        return _gap(expected, value) if comparison.op == ">=" or value < expected else None
    if comparison.op == ">":
        return _gap(expected + 1, value)
    return _gap(expected, value) if comparison.op == "=" and value < expected else None


def _gap(target: int, value: int) -> int:
    return max(0, target - value)


def _plain(value: Measured) -> int | str | bool | None:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return value.isoformat() if isinstance(value, date) else value


def _plain_upper(value: int | date | None) -> int | str | None:
    return value.isoformat() if isinstance(value, date) else value
