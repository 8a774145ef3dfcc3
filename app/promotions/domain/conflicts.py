"""What a brand should know before a promotion meets the others: never beside X, never better
than Y. Nothing here is refused; what cannot work at all, reading the plan refuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.kernel.conditions import All
from app.promotions.domain.terms import (
    Comparison,
    Condition,
    Effect,
    Entry,
    Period,
    Promotion,
    Scope,
)

MOST_TOLD = 5
"""Of one kind, about one promotion: beyond that the list says more than the names."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """`code`: over, alone, excluded_by, same_group, never_better."""

    code: str
    other: Promotion | None = None


def conflicts_of(
    promotion: Promotion, others: Iterable[Promotion], today: date
) -> tuple[Conflict, ...]:
    """`others`: the live ones of the brand; the promotion itself among them is passed over."""
    if promotion.period.last is not None and promotion.period.last < today:
        return (Conflict("over"),)
    beside = [one for one in others if _meets(promotion, one, today)]
    alone = [Conflict("alone")] if not promotion.stacking.promotions and beside else []
    return (
        *alone,
        *_told("excluded_by", [one for one in beside if _shuts_out(one, promotion)]),
        *_told("same_group", [one for one in beside if one.group and one.group == promotion.group]),
        *_told("never_better", [one for one in beside if _dominates(one, promotion)]),
    )


def _told(code: str, others: list[Promotion]) -> list[Conflict]:
    return [Conflict(code, one) for one in others[:MOST_TOLD]]


def _meets(promotion: Promotion, other: Promotion, today: date) -> bool:
    """Whether there is a day on which both could be asked for."""
    if other.id == promotion.id or not other.enabled:
        return False
    first = max(one.period.first or today for one in (promotion, other))
    last = min(one.period.last or date.max for one in (promotion, other))
    return max(first, today) <= last


def _shuts_out(other: Promotion, promotion: Promotion) -> bool:
    """An automatic one that wants to be alone, and comes whenever this one could."""
    return (
        not other.stacking.promotions
        and promotion.stacking.promotions
        and other.entry is Entry.AUTOMATIC
        and _follows(promotion.conditions, other.conditions)
    )


def _dominates(other: Promotion, promotion: Promotion) -> bool:
    """Whether whoever can have this one can have the other instead, and never pays more."""
    exclude = not (other.stacking.promotions and promotion.stacking.promotions)
    rivals = exclude or bool(other.group and other.group == promotion.group)
    return (
        rivals
        and other.entry is promotion.entry is Entry.AUTOMATIC
        and other.limits == promotion.limits
        and _covers(other.period, promotion.period)
        and _follows(promotion.conditions, other.conditions)
        and _gives_more(other.effect, promotion.effect)
    )


def _covers(wide: Period, narrow: Period) -> bool:
    return (
        (wide.first or date.min) <= (narrow.first or date.min)
        and (wide.last or date.max) >= (narrow.last or date.max)
        and (not wide.weekdays or (bool(narrow.weekdays) and narrow.weekdays <= wide.weekdays))
        and (not wide.hours or wide.hours == narrow.hours)
    )


def _gives_more(other: Effect, effect: Effect) -> bool:
    """Compared only where they differ in how much and on what; a tie is for the higher one."""
    if effect.scope != other.scope and other.scope != Scope():
        return False
    alike = replace(
        other,
        rate_bp=effect.rate_bp,
        amount_cents=effect.amount_cents,
        scope=effect.scope,
        cap_cents=effect.cap_cents,
    )
    more = (other.rate_bp, other.amount_cents) != (effect.rate_bp, effect.amount_cents)
    at_least = other.rate_bp >= effect.rate_bp and other.amount_cents >= effect.amount_cents
    if effect.kind == "fixed_price":
        at_least = other.amount_cents <= effect.amount_cents
    uncapped = other.cap_cents is None or (
        effect.cap_cents is not None and other.cap_cents >= effect.cap_cents
    )
    return alike == effect and more and at_least and uncapped


def _follows(strong: Condition | None, weak: Condition | None) -> bool:
    """Whether `weak` holds wherever `strong` does, as far as their wording shows."""
    if weak is None or strong == weak:
        return True
    if strong is None:
        return False
    if isinstance(weak, All):
        return all(_follows(strong, part) for part in weak.parts)
    if isinstance(strong, All):
        return any(_follows(part, weak) for part in strong.parts)
    return _is_stricter(strong, weak)


def _is_stricter(strong: Condition, weak: Condition) -> bool:
    if not isinstance(strong, Comparison) or not isinstance(weak, Comparison):
        return False
    if (strong.measure, strong.op, strong.scope) != (weak.measure, weak.op, weak.scope):
        return False
    if not isinstance(strong.value, int) or not isinstance(weak.value, int):
        return False
    if weak.op in {">=", ">"}:
        return strong.value >= weak.value
    return weak.op in {"<=", "<"} and strong.value <= weak.value
