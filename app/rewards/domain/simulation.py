"""What was given in a part of a simulation, counted.

Tallies are nested dictionaries of whole numbers, so that those of any two parts of a simulation
add up to that of both: they are kept as JSON and summed in any order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from app.rewards.domain.calculator import turnover_of
from app.rewards.domain.contest import AFTER, BEFORE, Contest, Verdict
from app.rewards.domain.facts import Facts
from app.rewards.domain.outcome import Award
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Unit

Tally = dict[str, Any]

STEPS = (0, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000)
"""A meeting's cost in cents is told by the first of these it does not exceed; -1 beyond."""
UNITS = tuple(Unit)
PLACES = {unit.value: place for place, unit in enumerate(UNITS, 1)}


@dataclass(frozen=True, slots=True)
class Tariff:
    """What awards are estimated at."""

    points: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By beneficiary: so many points are worth so many cents."""
    prices: Mapping[str, int] = field(default_factory=dict)
    """List prices of gifts, by reference, in cents."""

    def rate_of(self, award: Award) -> tuple[int, int]:
        return self.rate_for(award.unit, award.beneficiary, award.reward)

    def rate_for(self, unit: str, beneficiary: str, reward: Mapping[str, Any]) -> tuple[int, int]:
        """So many units of what is given cost so many cents. Codes cost nothing until they are
        used, and then what they took off."""
        if unit == Unit.POINTS:
            return self.points.get(beneficiary, (1, 0))
        if unit == Unit.CENTS:
            return 1, 1
        return 1, self._price(reward) if unit == Unit.UNITS else 0

    def _price(self, reward: Mapping[str, Any]) -> int:
        """Of a choice, the dearest: what it may cost."""
        scope = reward.get("scope") or {}
        listed = reward.get("products") or scope.get("products") or [reward.get("product")]
        return max((self.prices.get(str(one), 0) for one in listed), default=0)


class Difference(NamedTuple):
    """What one person would have won otherwise in one scope. Amounts by unit, before and after."""

    scope_type: str
    scope_id: str
    customer_id: str
    beneficiary: str
    before_cents: int
    after_cents: int
    before: Sequence[int]
    after: Sequence[int]


# ---------------------------------------------------------------- counting

Priced = tuple[Award, int]
"""An award and what it is estimated at, in cents."""
Book = dict[tuple[str, str, str], list[int]]
"""By rule, kind and unit: how many awards, of what value, estimated at how many cents."""
Together = tuple[str, str, tuple[str, ...]]
"""Beneficiary, unit, and the rules that pay one person in one scope."""
Person = tuple[str, str]
"""Customer and beneficiary."""
Sums = list[int]
"""The estimated cost, then the values by unit."""


@dataclass
class Count:
    """What is counted of a part of a simulation."""

    contest: Contest
    tariff: Tariff
    winners: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))
    """Customers who won anything, before and after."""
    differences: list[Difference] = field(default_factory=list)
    _tally: Tally = field(default_factory=dict)
    _books: tuple[Book, Book, Book] = field(default_factory=lambda: ({}, {}, {}))
    """Of what both programmes give, of what only one of them does."""
    _fired: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By rule, in how many scopes."""
    _spread: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))
    _together: dict[Together, list[int]] = field(default_factory=dict)
    """How often, then the cost of each rule."""
    _rates: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, facts: Facts, verdict: Verdict) -> None:
        if facts.meeting is None:
            _raise(self._tally, 1, "scopes", "orders")
        else:
            _raise(self._tally, 1, "scopes", "meetings")
            _raise(self._tally, turnover_of(facts, self.contest.after), "scopes", "turnover_cents")
        both, before, after = (self._priced(awards) for awards in verdict.sides)
        for book, priced in zip(self._books, (both, before, after), strict=True):
            self._enter(book, priced)
        self._win(verdict)
        if facts.meeting is not None:
            self._weigh(both, before, after)
        self._overlap([*both, *after])
        if before or after:
            self._compare(facts, both, before, after)

    def _priced(self, awards: Iterable[Award]) -> list[Priced]:
        found, rates = [], self._rates
        for award in awards:
            key = (award.rule_id, award.reward_id)
            rate = rates.get(key)
            if rate is None:
                rate = rates[key] = self.tariff.rate_of(award)
            found.append((award, award.value * rate[1] // rate[0]))
        return found

    def _enter(self, book: Book, priced: Sequence[Priced]) -> None:
        for award, cost in priced:
            key = (award.rule_id, award.kind, award.unit)
            entry = book.get(key)
            if entry is None:
                entry = book[key] = [0, 0, 0]
            entry[0] += 1
            entry[1] += award.value
            entry[2] += cost
        for rule_id in {_firing(award): award.rule_id for award, _cost in priced}.values():
            self._fired[rule_id] += 1

    def _win(self, verdict: Verdict) -> None:
        both = {award.customer_id for award in verdict.both}
        for side, awards in enumerate((verdict.before, verdict.after)):
            self.winners[side].update(both, (award.customer_id for award in awards))

    def _weigh(self, both: Sequence[Priced], *sides: Sequence[Priced]) -> None:
        """What the meeting costs on each side."""
        common = sum(cost for _award, cost in both)
        for spread, priced in zip(self._spread, sides, strict=True):
            step = _step(common + sum(cost for _award, cost in priced))
            spread[step] = spread.get(step, 0) + 1

    def _overlap(self, priced: Iterable[Priced]) -> None:
        """Rules that pay one person the same thing in one scope. Those of bookings and pots pay
        something else each time."""
        paid: dict[tuple[str, str, str, str], dict[str, int]] = {}
        for award, cost in priced:
            if not award.occurrence:
                key = (award.beneficiary, award.unit, award.customer_id, award.scope_id)
                rules = paid.setdefault(key, {})
                rules[award.rule_id] = rules.get(award.rule_id, 0) + cost
        for (beneficiary, unit, *_), rules in paid.items():
            if len(rules) > 1:
                names = tuple(sorted(rules))
                sums = self._together.setdefault((beneficiary, unit, names), [0] * (len(names) + 1))
                sums[0] += 1
                for place, name in enumerate(names, 1):
                    sums[place] += rules[name]

    def _compare(
        self, facts: Facts, both: list[Priced], before: list[Priced], after: list[Priced]
    ) -> None:
        """What both give alike makes no difference; it is added to what people are told."""
        was, now = _by_person(before), _by_person(after)
        changed = {
            person: (was.get(person, NOTHING), now.get(person, NOTHING))
            for person in was.keys() | now.keys()
            if was.get(person) != now.get(person)
        }
        if not changed:
            return
        same = _by_person(both)
        kind, scope_id = _scope_of(facts)
        for person in sorted(changed):
            had, has = (_sum(same.get(person, NOTHING), own) for own in changed[person])
            told = (*person, had[0], has[0], had[1:], has[1:])
            self.differences.append(Difference(kind, scope_id, *told))
            fate = "gains" if has > had else "loses"
            _raise(self._tally, 1, "changes", person[1], fate)
            _raise(self._tally, has[0] - had[0], "changes", person[1], f"{fate}_cents")

    # ------------------------------------------------------------ as JSON

    @property
    def tally(self) -> Tally:
        found: Tally = merged(self._tally, {})
        for side, own, spread in zip((BEFORE, AFTER), self._books[1:], self._spread, strict=True):
            for book in (self._books[0], own):
                self._write(found, side, book)
            for step, times in spread.items():
                _raise(found, times, side, "spread", str(step))
        for (beneficiary, unit, rules), (times, *costs) in self._together.items():
            priced = zip((self.contest.names[rule] for rule in rules), costs, strict=True)
            for (one, cost), (other, other_cost) in combinations(sorted(priced), 2):
                pair = f"{one}\n{other}\n{beneficiary}\n{unit}"
                _raise(found, times, "overlaps", pair, "times")
                _raise(found, cost + other_cost, "overlaps", pair, "cents_estimated")
        return found

    def _write(self, found: Tally, side: str, book: Book) -> None:
        for (rule_id, kind, unit), (awards, value, cost) in book.items():
            for where in (("kinds", kind), ("rules", self.contest.names[rule_id])):
                _raise(found, awards, side, *where, "awards")
                _raise(found, value, side, *where, unit)
                _raise(found, cost, side, *where, "cents_estimated")
        for rule_id in {key[0] for key in book}:
            _raise(
                found, self._fired[rule_id], side, "rules", self.contest.names[rule_id], "scopes"
            )


NOTHING = [0] * (len(UNITS) + 1)


def _firing(award: Award) -> tuple[str, ...]:
    """Each time a pot is full it fires anew."""
    if award.scope_type == "pot":
        return award.rule_id, award.customer_id, award.scope_id, award.occurrence
    return award.rule_id, award.scope_id


def _scope_of(facts: Facts) -> tuple[str, str]:
    if facts.meeting is not None:
        return "meeting", facts.meeting.id
    return "order", facts.orders[0].id


def _by_person(priced: Iterable[Priced]) -> dict[Person, Sums]:
    found: dict[Person, Sums] = {}
    for award, cost in priced:
        key = (award.customer_id, award.beneficiary)
        sums = found.get(key)
        if sums is None:
            sums = found[key] = NOTHING.copy()
        sums[0] += cost
        sums[PLACES[award.unit]] += award.value
    return found


def _sum(one: Sums, other: Sums) -> Sums:
    return [a + b for a, b in zip(one, other, strict=True)]


def _step(cents: int) -> int:
    position = bisect_left(STEPS, cents)
    return STEPS[position] if position < len(STEPS) else -1


def _raise(tally: Tally, by: int, *path: str) -> None:
    *above, last = path
    for name in above:
        tally = tally.setdefault(name, {})
    tally[last] = tally.get(last, 0) + by


def merged(one: Tally, other: Tally) -> Tally:
    """Both counted together."""
    found = dict(one)
    for name, value in other.items():
        if isinstance(value, dict):
            found[name] = merged(found.get(name, {}), value)
        else:
            found[name] = found.get(name, 0) + value
    return found


def never_fired(programme: Programme, tally: Tally) -> tuple[str, ...]:
    """Rules switched on that gave nothing to anybody, in the programme's order."""
    fired = tally.get(AFTER, {}).get("rules", {})
    return tuple(rule.id for rule in programme.rules if rule.enabled and rule.id not in fired)
