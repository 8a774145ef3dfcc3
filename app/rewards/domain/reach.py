"""How what was missed could still be had: by more of something, by waiting, or not in this meeting.

Every lack is judged, also inside alternatives and negations: of several things that all have to
change, the hardest decides; of alternatives, the nearest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.rewards.domain.outcome import Check, Miss
from app.rewards.domain.terms import MEASURES, OF_HISTORY


class Reach(StrEnum):
    """From near to far."""

    AHEAD = "ahead"
    """More sales, guests or dates bring it."""
    WAITING = "waiting"
    """An order has to be placed or paid."""
    OUTDONE = "outdone"
    """Something better of the same kind is won."""
    USED_UP = "used_up"
    """Its cap leaves nothing."""
    BLOCKED = "blocked"
    """Not in this meeting as it is."""


RANKS = {reach: rank for rank, reach in enumerate(Reach)}

GROWING = frozenset(
    name for name, measure in MEASURES.items() if measure.is_number and name not in OF_HISTORY
)
"""What more selling and inviting makes more of."""
OPPOSITE = {">=": "<", ">": "<=", "<": ">=", "<=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class Need:
    """So much more of a measure."""

    measure: str
    unit: str
    missing: int
    narrowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    reach: Reach
    needs: tuple[Need, ...] = ()
    """All of them, where more of something is enough."""
    because: tuple[Check, ...] = ()
    """What stands in the way."""


ALONE = {
    "guest_bought": Way(Reach.AHEAD, (Need("buyers", "count", 1),)),
    "rounds_to_something": Way(Reach.AHEAD),
    "best_of_lane": Way(Reach.OUTDONE),
    "cap_per_meeting": Way(Reach.USED_UP),
    "cap_per_person": Way(Reach.USED_UP),
    "cap_per_all": Way(Reach.USED_UP),
}
UNPAID = {"order_not_cart", "order_not_not_paid", "order_not_partially_paid"}


def way_of(miss: Miss, *, may_grow: bool = True) -> Way:
    """`may_grow`: an order judged by itself can still be added to."""
    by_itself = miss.scope_type == "order" and not may_grow
    return way_to(miss.lacks, frozenset() if by_itself else GROWING)


def way_to(lacks: Sequence[Check], growing: Collection[str] = GROWING) -> Way:
    """Of an order that does not count yet, nothing else can be said."""
    unpaid = tuple(lack for lack in lacks if lack.code in UNPAID)
    if unpaid:
        return Way(Reach.WAITING, because=unpaid)
    return _all(_way(lack, growing, negated=False) for lack in lacks)


def _way(check: Check, growing: Collection[str], *, negated: bool) -> Way:
    if check.code == "not_so":
        return _way(check.children[0], growing, negated=not negated)
    if check.code in {"all_of", "any_of"}:
        parts = [
            _way(part, growing, negated=negated)
            for part in check.children
            if part.passed == negated
        ]
        return _all(parts) if (check.code == "all_of") != negated else _nearest(parts)
    found = ALONE.get(check.code)
    if found is not None:
        return Way(found.reach, found.needs, (check,))
    missing = _missing(check, negated=negated) if check.measure in growing else None
    if not missing:
        return Way(Reach.BLOCKED, because=(check,))
    return Way(Reach.AHEAD, (Need(check.measure, check.unit, missing, check.narrowed),), (check,))


def _all(parts: Iterable[Way]) -> Way:
    ways = list(parts)
    reach = max((way.reach for way in ways), key=RANKS.__getitem__, default=Reach.BLOCKED)
    hardest = [way for way in ways if way.reach is reach]
    return Way(
        reach,
        tuple(need for way in hardest for need in way.needs),
        tuple(check for way in hardest for check in way.because),
    )


def _nearest(parts: Sequence[Way]) -> Way:
    return min(parts, key=lambda way: RANKS[way.reach])


def _missing(check: Check, *, negated: bool) -> int | None:
    """How much more of it is enough; None where more does not help."""
    value, target = check.value, check.expected
    if type(value) is not int or type(target) is not int:
        return None
    if check.op == "in":
        if negated:
            return check.upper - value if type(check.upper) is int else None
        return target - value if value < target else None
    match OPPOSITE[check.op] if negated else check.op:
        case ">=":
            return target - value
        case ">":
            return target + 1 - value
        case "=":
            return target - value if value < target else None
        case "!=":
            return 1
    return None
