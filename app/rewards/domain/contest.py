"""Two programmes to judge the same facts by. Rules that stand in both alike are judged once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts import Facts
from app.rewards.domain.outcome import Award
from app.rewards.domain.programme import Programme
from app.rewards.domain.running import Running, runs_on
from app.rewards.domain.terms import Rule, Trigger

BEFORE, AFTER = "before", "after"
MARKS = {BEFORE: "<", AFTER: ">"}
"""In front of the ids of rules that only one of the two programmes has."""


@dataclass(slots=True)
class Verdict:
    """Awards by both programmes alike, and those of one of them. Rule ids are those of the
    contest."""

    both: list[Award] = field(default_factory=list)
    before: list[Award] = field(default_factory=list)
    after: list[Award] = field(default_factory=list)

    @property
    def sides(self) -> tuple[list[Award], list[Award], list[Award]]:
        return self.both, self.before, self.after


class Contest:
    def __init__(self, before: Programme | None, after: Programme) -> None:
        self.before = before
        self.after = after
        self.common = _common_rules(before, after) if before and self.shares_facts else frozenset()
        if before is None or self.shares_facts:
            self._judges = [(AFTER, _joined(before, after, self.common))]
        else:
            self._judges = [
                (BEFORE, _joined(before, None, frozenset())),
                (AFTER, _joined(None, after, frozenset())),
            ]

    @property
    def gathering(self) -> Programme:
        """For which facts are gathered: what either asks."""
        if self.before is None or not self.shares_facts:
            return self.after
        return replace(
            self.after,
            asks=self.after.asks | self.before.asks,
            by_category=self.after.by_category or self.before.by_category,
        )

    @property
    def shares_facts(self) -> bool:
        """Whether facts gathered for one of them hold for the other."""
        return self.before is None or self.before.settings == self.after.settings

    @cached_property
    def runs_on(self) -> bool:
        """Whether what is given depends on what was given before: caps over time, and pots."""
        return any(runs_on(programme) for _side, programme in self._judges)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The rules' own ids by those of the contest."""
        return {
            rule.id: rule.id if rule.id in self.common else rule.id[1:]
            for _side, programme in self._judges
            for rule in programme.rules
        }

    def judge(self, facts: Facts, facts_before: Facts, running: Running) -> Verdict:
        verdict = Verdict()
        for side, programme in self._judges:
            given = facts if side == AFTER else facts_before
            if self.runs_on:
                outcome = evaluate(running.known_to(given, programme), programme)
                running.take(given, outcome, programme)
            else:
                outcome = evaluate(given, programme)
            self._sort_out(outcome.awards, verdict)
        return verdict

    def _sort_out(self, awards: Iterable[Award], verdict: Verdict) -> None:
        common, mark = self.common, MARKS[AFTER]
        for award in awards:
            if award.rule_id in common:
                verdict.both.append(award)
            elif award.rule_id.startswith(mark):
                verdict.after.append(award)
            else:
                verdict.before.append(award)


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


def _joined(before: Programme | None, after: Programme | None, common: frozenset[str]) -> Programme:
    one = after or before
    assert one is not None
    rules = tuple(_rules(before, after, common))
    ordered = sorted((rule for rule in rules if rule.enabled), key=lambda rule: rule.id)
    by_trigger = {
        trigger: tuple(rule for rule in ordered if rule.trigger is trigger) for trigger in Trigger
    }
    return replace(one, rules=rules, by_trigger=by_trigger)


def _rules(
    before: Programme | None, after: Programme | None, common: frozenset[str]
) -> Iterator[Rule]:
    for side, programme in ((BEFORE, before), (AFTER, after)):
        for rule in programme.rules if programme else ():
            if rule.id not in common:
                yield _marked(rule, MARKS[side])
            elif side == AFTER:
                yield rule


def _marked(rule: Rule, mark: str) -> Rule:
    return replace(rule, id=f"{mark}{rule.id}", lane=rule.lane and f"{mark}{rule.lane}")
