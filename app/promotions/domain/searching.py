"""The cheapest legal combination, exactly.

More promotions never cost more, with few exceptions: promotions that exclude each other,
thresholds that other promotions move, and odd cents. So the search tries everything at once, and
leaves promotions out only where such an exception was met on their lines, and where a hopeful
pass says that less could be better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import inf

from app.promotions.domain.bounding import (
    chooses_lines,
    most_off,
    odd_cents,
    rival_group,
    suspects_of,
)
from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.steps import EVERYTHING, Hope, Pass, Wanted
from app.promotions.domain.terms import AdvantageKind, Selection

Key = tuple[object, ...]

MOST_WORK = 40_000
"""A bound on promotions applied in one search (a fraction of a second), that plans which people
write come nowhere near: beyond it, the best found so far is taken."""
CAREFUL_WORK = 2_000
"""How long sets are also looked for that cost the same, but rank higher."""


def choose(facts: CartFacts, automatic: Sequence[Candidate], wanted: Wanted) -> Pass:
    """The way of pricing that wins, given what was asked for."""
    fitting = [one for one in automatic if fits(one, wanted)]
    if facts.plan.plan.settings.selection is Selection.PRIORITY:
        return _in_sequence(facts, fitting, wanted)
    return _Search(facts, wanted).best_of(fitting)


def fits(one: Candidate, wanted: Wanted) -> bool:
    """Whether an automatic promotion may stand beside what was asked for, which wins."""
    stacking, group = one.promotion.stacking, one.promotion.group
    if wanted.promotions and not stacking.promotions:
        return False
    if (wanted.points and not stacking.points) or (wanted.vouchers and not stacking.vouchers):
        return False
    return all(
        other.promotion.stacking.promotions and (not group or other.promotion.group != group)
        for other in wanted.promotions
    )


def _in_sequence(facts: CartFacts, automatic: Sequence[Candidate], wanted: Wanted) -> Pass:
    """Selection `priority`: an eligible exclusive one alone, else each in turn."""
    for one in sorted(automatic, key=lambda one: one.ready.order):
        if not one.promotion.stacking.promotions:
            alone = Pass(facts, [one], wanted, in_sequence=True)
            if any(taken.candidate is one for taken in alone.taken):
                return alone
    stackable = [one for one in automatic if one.promotion.stacking.promotions]
    return Pass(facts, stackable, wanted, in_sequence=True)


def key_of(done: Pass) -> Key:
    """Sorts ways of pricing, the best first: what was asked for is kept, then the lowest total,
    the most gifts, an advantage that costs no points, the highest priorities."""
    automatic = [taken.candidate for taken in done.taken if taken.candidate.asked is None]
    return (
        done.unmet(),
        done.total_cents,
        -done.gifts_cents,
        _burden(done),
        ranks(automatic),
    )


def _burden(done: Pass) -> int:
    if done.advantage is None:
        return 1
    return 2 if done.advantage.offer.kind is AdvantageKind.LOYALTY else 0


def ranks(chosen: Iterable[Candidate]) -> tuple[tuple[float, str], ...]:
    """Compares sets by their first difference: the higher priority, then the lower id, wins;
    and more wins over less."""
    return (*sorted(one.ready.order for one in chosen), (inf, ""))


class _Search:
    """Branch and bound over sets of automatic promotions, with and without the advantage."""

    def __init__(self, facts: CartFacts, wanted: Wanted) -> None:
        self.facts, self.wanted = facts, wanted
        self.best: Pass | None = None
        self.best_key: Key = ()
        self.work = 0
        self._most: dict[int, int] = {}

    def best_of(self, automatic: Sequence[Candidate]) -> Pass:
        ordered = sorted(automatic, key=lambda one: one.ready.order)
        if self.wanted.offers:
            self._with_and_without_advantage(ordered)
        else:
            self._explore(ordered, advantage=False)
        assert self.best is not None
        return self.best

    def _with_and_without_advantage(self, ordered: list[Candidate]) -> None:
        beside = [one for one in ordered if one.promotion.stacking.advantages]
        proven = self._explore(beside, advantage=True)
        loyalty = any(offer.kind is AdvantageKind.LOYALTY for offer in self.wanted.offers)
        if not proven or loyalty or len(beside) < len(ordered):
            self._explore(ordered, advantage=False)

    def _explore(self, ordered: list[Candidate], *, advantage: bool) -> bool:
        """Whether everything at once beat all of its parts."""
        stackable = tuple(one for one in ordered if one.promotion.stacking.promotions)
        proven = self._visit((), stackable, advantage=advantage)
        alone = [one for one in ordered if not one.promotion.stacking.promotions]
        if alone:
            bare = self._pass((), advantage=advantage, hope=EVERYTHING)
        for one in alone:
            least = bare.total_cents - self._most_off(one)
            if self._could_win(bare.unmet(), least):
                proven &= self._visit((), (one,), advantage=advantage)
        return proven

    def _visit(
        self, kept: tuple[Candidate, ...], free: tuple[Candidate, ...], *, advantage: bool
    ) -> bool:
        """Every set of `kept` and some of `free`; whether all of them at once beat their parts."""
        together = (*kept, *free)
        group = rival_group(together)
        if group:
            self._visit_rivals(free, kept, group, advantage=advantage)
            return False
        done = self._pass(together, advantage=advantage)
        self._consider(done)
        slack = odd_cents(self.facts, together, self.wanted)
        suspects = suspects_of(done, free, self.facts, self.wanted)
        if not suspects:
            return not done.regrets and not slack
        if self._may_go_on() and not self._is_hopeless(together, slack, advantage=advantage):
            sure = tuple(one for one in free if one not in suspects)
            self._leave_out((*kept, *sure), suspects, advantage=advantage)
        return False

    def _leave_out(
        self, kept: tuple[Candidate, ...], suspects: tuple[Candidate, ...], *, advantage: bool
    ) -> None:
        """One suspect after the other, each time with those before it kept."""
        for index in range(len(suspects)):
            before, after = suspects[:index], suspects[index + 1 :]
            self._visit((*kept, *before), after, advantage=advantage)

    def _visit_rivals(
        self,
        free: tuple[Candidate, ...],
        kept: tuple[Candidate, ...],
        group: str,
        *,
        advantage: bool,
    ) -> None:
        """Each of a group in turn, the most promising first, without the others of it."""
        others = tuple(one for one in free if one.promotion.group != group)
        rivals = [one for one in free if one.promotion.group == group]
        unmet, least = self._without_groups((*kept, *others), advantage=advantage)
        for one in sorted(rivals, key=lambda one: (-self._most_off(one), one.ready.order)):
            if self._may_go_on() and self._could_win(unmet, least - self._most_off(one)):
                self._visit(kept, (*others, one), advantage=advantage)

    def _may_go_on(self) -> bool:
        return self.best is None or self.work < MOST_WORK

    # ------------------------------------------------------------ one set

    def _pass(
        self, chosen: Sequence[Candidate], *, advantage: bool, hope: Hope | None = None
    ) -> Pass:
        self.work += len(chosen) + 2
        return Pass(self.facts, chosen, self.wanted, advantage=advantage, hope=hope)

    def _consider(self, done: Pass) -> None:
        key = key_of(done)
        if self.best is None or key < self.best_key:
            self.best, self.best_key = done, key

    # ------------------------------------------------------------ what cannot win

    def _could_win(self, unmet: tuple[bool, ...], least_cents: int) -> bool:
        if self.best is None:
            return True
        best = (self.best.unmet(), self.best.total_cents)
        return (unmet, least_cents) <= best

    def _without_groups(
        self, together: Sequence[Candidate], *, advantage: bool
    ) -> tuple[tuple[bool, ...], int]:
        """The least total, as if the best of each group were had on top of all the others."""
        if self.best is None:
            return (), 0
        groups: dict[str, list[int]] = defaultdict(list)
        for one in together:
            if one.promotion.group:
                groups[one.promotion.group].append(self._most_off(one))
        single = [one for one in together if len(groups.get(one.promotion.group, ())) < 2]
        hoped = self._pass(single, advantage=advantage, hope=EVERYTHING)
        least = hoped.total_cents - odd_cents(self.facts, together, self.wanted)
        rivals = sum(max(off) for off in groups.values() if len(off) > 1)
        return hoped.unmet(), least - rivals

    def _most_off(self, one: Candidate) -> int:
        """Remembered: many ways are bounded by it."""
        most = self._most.get(id(one))
        if most is None:
            most = self._most[id(one)] = most_off(one, self.facts)
        return most

    def _is_hopeless(self, chosen: Sequence[Candidate], slack: int, *, advantage: bool) -> bool:
        """Whether no part of a set can beat the best one found, whatever thresholds it meets."""
        tried: set[tuple[int, int]] = set()
        untried = {(0, 0)}
        to_pay = not chooses_lines(chosen, self.facts, self.wanted)
        while untried:
            lines, basket = untried.pop()
            tried.add((lines, basket))
            hope = Hope(lines, basket, odd_cents=slack, to_pay=to_pay)
            hoped = self._pass(chosen, advantage=advantage, hope=hope)
            if not hoped.impossible and self._is_better(hoped, chosen, slack):
                return False
            untried |= {(need, 0) for need in hoped.line_lifts if need > lines} - tried
            untried |= {(lines, need) for need in hoped.basket_lifts if need > basket} - tried
        return True

    def _is_better(self, hoped: Pass, chosen: Sequence[Candidate], slack: int) -> bool:
        least = (hoped.unmet(), hoped.total_cents - slack, -hoped.gifts_cents, 0, ranks(chosen))
        known = 5 if self.work < CAREFUL_WORK else 3
        return least[:known] < self.best_key[:known]
