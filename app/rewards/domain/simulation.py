"""A programme against what happened, beside another: what each gives, scope by scope.

Tallies are nested dictionaries of whole numbers, so that those of any two parts of a simulation
add up to that of both: they are kept as JSON and summed in any order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from app.rewards.domain.calculator import evaluate, turnover_of
from app.rewards.domain.facts import Facts
from app.rewards.domain.outcome import Award
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Rule, Trigger, Unit

Tally = dict[str, Any]

BEFORE, AFTER = "before", "after"
STEPS = (0, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000)
"""A meeting's cost in cents is told by the first of these it does not exceed; -1 beyond."""
UNITS = tuple(Unit)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What awards are estimated at."""

    points: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By beneficiary: so many points are worth so many cents."""
    prices: Mapping[str, int] = field(default_factory=dict)
    """List prices of gifts, by reference, in cents."""

    def cost_of(self, award: Award) -> int:
        """In cents. Codes cost nothing until they are used, and then what they took off."""
        if award.unit == Unit.POINTS:
            points, cents = self.points.get(award.beneficiary, (1, 0))
            return award.value * cents // points
        if award.unit == Unit.CENTS:
            return award.value
        if award.unit == Unit.UNITS:
            return award.value * self._price(award.reward)
        return 0

    def _price(self, reward: Mapping[str, Any]) -> int:
        """Of a choice, the dearest: what it may cost."""
        scope = reward.get("scope") or {}
        listed = reward.get("products") or scope.get("products") or [reward.get("product")]
        return max((self.prices.get(str(one), 0) for one in listed), default=0)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one person would have won otherwise in one scope. Amounts by unit, before and after."""

    scope_type: str
    scope_id: str
    customer_id: str
    beneficiary: str
    before_cents: int
    after_cents: int
    before: tuple[int, ...]
    after: tuple[int, ...]


class Contest:
    """Two programmes to judge the same facts by. Rules that stand in both alike are judged once."""

    def __init__(self, before: Programme | None, after: Programme) -> None:
        self._before, self._after = before, after
        self._joint: Programme | None = None
        self._common: frozenset[str] = frozenset()
        if before is not None and before.settings == after.settings:
            self._common = _common_rules(before, after)
            self._joint = _joined(before, after, self._common)

    @property
    def after(self) -> Programme:
        return self._after

    @property
    def before(self) -> Programme | None:
        return self._before

    @property
    def gathering(self) -> Programme:
        """For which facts are gathered: what either asks."""
        if self._before is None or not self.shares_facts:
            return self._after
        return replace(self._after, asks=self._after.asks | self._before.asks)

    @property
    def shares_facts(self) -> bool:
        """Whether facts gathered for one of them hold for the other."""
        return self._before is None or self._before.settings == self._after.settings

    def awards(self, facts: Facts, facts_before: Facts) -> tuple[list[Award], list[Award]]:
        """Before and after."""
        if self._joint is None:
            before = evaluate(facts_before, self._before).awards if self._before else ()
            return list(before), list(evaluate(facts, self._after).awards)
        found = evaluate(facts, self._joint).awards
        return list(self._of(BEFORE, found)), list(self._of(AFTER, found))

    def _of(self, side: str, awards: Iterable[Award]) -> Iterator[Award]:
        for award in awards:
            if award.rule_id in self._common:
                yield award
            elif award.rule_id.startswith(MARKS[side]):
                yield replace(award, rule_id=award.rule_id[1:])


MARKS = {BEFORE: "<", AFTER: ">"}
"""In front of the ids of rules that only one of the two programmes has."""


def _common_rules(before: Programme, after: Programme) -> frozenset[str]:
    """Alike in both, and so are all that share their lane."""
    was = {rule.id: rule for rule in before.rules}
    alike = {rule.id for rule in after.rules if was.get(rule.id) == rule}
    contested = {
        rule.lane for rule in (*before.rules, *after.rules) if rule.lane and rule.id not in alike
    }
    return frozenset(
        rule.id for rule in after.rules if rule.id in alike and rule.lane not in contested
    )


def _joined(before: Programme, after: Programme, common: frozenset[str]) -> Programme:
    rules = (
        *(rule for rule in after.rules if rule.id in common),
        *(_marked(rule, MARKS[BEFORE]) for rule in before.rules if rule.id not in common),
        *(_marked(rule, MARKS[AFTER]) for rule in after.rules if rule.id not in common),
    )
    ordered = sorted((rule for rule in rules if rule.enabled), key=lambda rule: rule.id)
    by_trigger = {
        trigger: tuple(rule for rule in ordered if rule.trigger is trigger) for trigger in Trigger
    }
    return replace(after, rules=rules, by_trigger=by_trigger)


def _marked(rule: Rule, mark: str) -> Rule:
    return replace(rule, id=f"{mark}{rule.id}", lane=rule.lane and f"{mark}{rule.lane}")


# ---------------------------------------------------------------- counting


@dataclass
class Count:
    """What is counted of a part of a simulation."""

    tally: Tally
    winners: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))
    """Customers who won anything, before and after."""
    differences: list[Difference] = field(default_factory=list)

    @classmethod
    def empty(cls) -> Count:
        return cls({})

    def add(self, contest: Contest, tariff: Tariff, facts: Facts, facts_before: Facts) -> None:
        before, after = contest.awards(facts, facts_before)
        if facts.meeting is None:
            _raise(self.tally, 1, "scopes", "orders")
        else:
            _raise(self.tally, 1, "scopes", "meetings")
            _raise(self.tally, turnover_of(facts, contest.after), "scopes", "turnover_cents")
        self._side(BEFORE, before, tariff, facts)
        self._side(AFTER, after, tariff, facts)
        self.winners[0].update(award.customer_id for award in before)
        self.winners[1].update(award.customer_id for award in after)
        self._overlaps(after, tariff)
        self._compare(before, after, tariff)

    def _side(self, side: str, awards: list[Award], tariff: Tariff, facts: Facts) -> None:
        total, fired, won = 0, set(), set()
        for award in awards:
            cost = tariff.cost_of(award)
            total += cost
            for where in (("kinds", award.kind), ("rules", award.rule_id)):
                _raise(self.tally, 1, side, *where, "awards")
                _raise(self.tally, award.value, side, *where, award.unit)
                _raise(self.tally, cost, side, *where, "cents_estimated")
            fired.add((award.rule_id, award.scope_id))
            won.add((award.beneficiary, award.customer_id, award.scope_id))
        for rule_id, _scope in fired:
            _raise(self.tally, 1, side, "rules", rule_id, "scopes")
        for beneficiary, _customer, _scope in won:
            _raise(self.tally, 1, side, "wins", beneficiary)
        if facts.meeting is not None:
            _raise(self.tally, 1, side, "spread", str(_step(total)))

    def _overlaps(self, awards: list[Award], tariff: Tariff) -> None:
        """Rules that pay one person the same thing in one scope, two by two."""
        paid: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for award in awards:
            if not award.occurrence:
                key = (award.beneficiary, award.unit, award.customer_id, award.scope_id)
                paid[key][award.rule_id] += tariff.cost_of(award)
        for (beneficiary, unit, *_), rules in paid.items():
            for one, other in combinations(sorted(rules), 2):
                pair = f"{one}\n{other}\n{beneficiary}\n{unit}"
                _raise(self.tally, 1, "overlaps", pair, "times")
                _raise(self.tally, rules[one] + rules[other], "overlaps", pair, "cents_estimated")

    def _compare(self, before: list[Award], after: list[Award], tariff: Tariff) -> None:
        was, now = _by_person(before, tariff), _by_person(after, tariff)
        for key in was.keys() | now.keys():
            had, has = was.get(key, NOTHING), now.get(key, NOTHING)
            if had == has:
                continue
            self.differences.append(Difference(*key, had[0], has[0], had[1:], has[1:]))
            kind = "gains" if has > had else "loses"
            _raise(self.tally, 1, "changes", key[3], kind)
            _raise(self.tally, has[0] - had[0], "changes", key[3], f"{kind}_cents")


NOTHING = (0,) * (len(UNITS) + 1)


Person = tuple[str, str, str, str]
"""Scope type, scope id, customer id, beneficiary."""


def _by_person(awards: Iterable[Award], tariff: Tariff) -> dict[Person, tuple[int, ...]]:
    """By scope, person and capacity: the estimated cost, then the values by unit."""
    found: dict[Person, list[int]] = {}
    for award in awards:
        key = (award.scope_type, award.scope_id, award.customer_id, award.beneficiary)
        sums = found.setdefault(key, list(NOTHING))
        sums[0] += tariff.cost_of(award)
        sums[1 + UNITS.index(Unit(award.unit))] += award.value
    return {key: tuple(sums) for key, sums in found.items()}


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
