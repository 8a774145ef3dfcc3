"""What one outcome gives more than another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.rewards.presenters.winnings import Winning

Key = tuple[str, UUID, str, str]


@dataclass(frozen=True, slots=True)
class Gain:
    """One thing somebody wins, and how much of it she wins otherwise."""

    winning: Winning
    before: int = 0

    @property
    def more(self) -> int:
        return self.winning.value - self.before


def gains(this: Iterable[Winning], other: Iterable[Winning]) -> list[Gain]:
    """What `this` gives more than `other`. Points of one rule are one sum, whichever steps gave
    them."""
    before = {key: one.value for key, one in summed(other).items()}
    found = [Gain(one, before.get(key, 0)) for key, one in summed(this).items()]
    return [gain for gain in found if gain.more > 0]


def summed(winnings: Iterable[Winning]) -> dict[Key, Winning]:
    """With the reasons of the largest part."""
    parts: dict[Key, list[Winning]] = {}
    for one in winnings:
        parts.setdefault(_key_of(one), []).append(one)
    return {key: _sum(same) for key, same in parts.items()}


def _sum(same: Sequence[Winning]) -> Winning:
    largest = max(same, key=lambda one: one.value)
    if len(same) == 1:
        return largest
    return replace(largest, value=sum(one.value for one in same))


def _key_of(winning: Winning) -> Key:
    terms = "" if winning.kind == "points" else json.dumps(dict(winning.terms), sort_keys=True)
    return winning.rule_id, winning.customer_id, winning.occurrence, terms
