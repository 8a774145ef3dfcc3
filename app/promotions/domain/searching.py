"""The cheapest legal combination, exactly.

More promotions never cost more, with few exceptions: promotions that exclude each other,
thresholds that other promotions move, and odd cents. So the search tries everything at once, and
leaves promotions out only where such an exception was met on their lines, and where a hopeful
pass says that less could be better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from app.promotions.domain.bounding import (
    chooses_lines,
    is_surely_met,
    less_may_reach_more,
    most_off,
    odd_cents,
    rival_group,
    suspects_of,
    undominated,
)
from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.judging import NEVER, holds
from app.promotions.domain.ready import Step
from app.promotions.domain.sacrificing import Totals, Ways
from app.promotions.domain.steps import EVERYTHING, Hope, Pass, Several, Wanted
from app.promotions.domain.terms import AdvantageKind, Selection, Stacking

Key = tuple[object, ...]
Ranks = tuple[tuple[float, str], ...]

MOST_WORK = 15_000
"""A bound on promotions applied in one search (a fraction of a second), met where well over a
hundred apply to one cart at once: beyond it, the best found so far is taken."""
CAREFUL_WORK = 2_000
"""How long sets are also looked for that cost the same, but rank higher."""


@dataclass(frozen=True, slots=True)
class Found:
    """The way of pricing that wins, and how sure that is."""

    done: Pass
    complete: bool = True
    """Whether everything that might be cheaper was tried."""
    others_from: int | None = None
    """What any other set costs at least, parts of this one aside; None: not known."""


def choose(facts: CartFacts, automatic: Sequence[Candidate], wanted: Wanted) -> Found:
    """The way of pricing that wins, given what was asked for."""
    fitting = [one for one in automatic if fits(one, wanted)]
    if facts.plan.plan.settings.selection is Selection.PRIORITY:
        return Found(_in_sequence(facts, fitting, wanted))
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
    return (
        done.unmet(),
        done.total_cents,
        -done.gifts_cents,
        _burden(done),
        _ranks_of(done),
    )


def _burden(done: Pass) -> int:
    if done.advantage is None:
        return 1
    return 2 if done.advantage.offer.kind is AdvantageKind.LOYALTY else 0


def ranks(chosen: Iterable[Candidate]) -> Ranks:
    """Compares sets by their first difference: the higher priority, then the lower id, wins;
    and more wins over less."""
    return (*sorted(one.ready.order for one in chosen), (inf, ""))


@dataclass(frozen=True, slots=True)
class Level:
    """How much more than the least might remain, after promotions on products and after all."""

    lines: int = 0
    basket: int = 0
    real: bool = False
    """Whether some set may leave just that."""
    ranks: Ranks | None = None
    """The best that such a set can rank, where it was tried."""

    def next(self) -> Level:
        """Of a real one: at least a cent more."""
        return Level(self.lines + 1, 0) if self.lines else Level(0, self.basket + 1)


class _Search:
    """Branch and bound over sets of automatic promotions, with and without the advantage."""

    def __init__(self, facts: CartFacts, wanted: Wanted) -> None:
        self.facts, self.wanted = facts, wanted
        self.best: Pass | None = None
        self.best_key: Key = ()
        self.work = 0
        self.complete = True
        self._least: list[tuple[int, Pass | None]] = []
        """What each family of sets costs at least, with all of it at once where that was tried."""
        self._most: dict[int, int] = {}
        self._ways: dict[tuple[Several, Several], Ways] = {}
        self._known_totals: dict[tuple[Several, Several], Totals] = {}

    def best_of(self, automatic: Sequence[Candidate]) -> Found:
        ordered = sorted(automatic, key=lambda one: one.ready.order)
        ordered = self._without_dominated(ordered)
        if self.wanted.offers:
            self._with_and_without_advantage(ordered)
        else:
            self._explore(ordered, advantage=False)
        assert self.best is not None
        return Found(self.best, self.complete, self._others_from())

    def _others_from(self) -> int | None:
        if not self.complete or all(done is not self.best for _, done in self._least):
            return None
        return min((cents for cents, done in self._least if done is not self.best), default=NEVER)

    def _without_dominated(self, ordered: list[Candidate]) -> list[Candidate]:
        """Of each group, those that may win against the others of it."""
        groups: dict[tuple[str, Stacking], list[Candidate]] = defaultdict(list)
        for one in ordered:
            if one.promotion.group:
                groups[one.promotion.group, one.promotion.stacking].append(one)
        if all(len(rivals) < 2 for rivals in groups.values()) or less_may_reach_more(
            ordered, self.facts, self.wanted
        ):
            return ordered
        company = [one for one in ordered if one.promotion.stacking.promotions]
        least = Pass(self.facts, company, self.wanted, hope=EVERYTHING, until=Step.PRODUCT).left
        odd = odd_cents(self.facts, company, self.wanted)

        def sure(one: Candidate) -> bool:
            return is_surely_met(one, self.facts, least, odd)

        kept = {id(one) for rivals in groups.values() for one in undominated(rivals, company, sure)}
        return [one for one in ordered if not one.promotion.group or id(one) in kept]

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
        for one in sorted(alone, key=lambda one: (-self._most_off(one), one.ready.order)):
            odd = odd_cents(self.facts, (one,), self.wanted)
            if self._could_win(bare.unmet(), bare.total_cents - odd - self._most_off(one)):
                proven &= self._visit((), (one,), advantage=advantage)
        return proven

    def _visit(self, kept: Several, free: Several, *, advantage: bool) -> bool:
        """Every set of `kept` and some of `free`; whether all of them at once beat their parts."""
        together = (*kept, *free)
        group = rival_group(together)
        if group:
            self._visit_rivals(free, kept, group, advantage=advantage)
            return False
        done = self._pass(together, advantage=advantage)
        self._consider(done)
        self._least.append((done.total_cents, done))
        slack = odd_cents(self.facts, together, self.wanted)
        suspects = suspects_of(done, free, self.facts, self.wanted)
        settled = not done.regrets and not slack
        if not suspects or (settled and key_of(done)[:3] > self.best_key[:3]):
            return settled
        if self._may_go_on() and not self._is_hopeless(kept, free, slack, advantage=advantage):
            sure = tuple(one for one in free if one not in suspects)
            self._leave_out((*kept, *sure), suspects, advantage=advantage)
        return False

    def _leave_out(self, kept: Several, suspects: Several, *, advantage: bool) -> None:
        """One suspect after the other, each time with those before it kept."""
        for index in range(len(suspects)):
            if not self._may_go_on():
                return
            before, after = suspects[:index], suspects[index + 1 :]
            self._visit((*kept, *before), after, advantage=advantage)

    def _visit_rivals(
        self,
        free: Several,
        kept: Several,
        group: str,
        *,
        advantage: bool,
    ) -> None:
        """Each of a group in turn, without the others of it. First those whose threshold is met
        whatever applies: the best of them shows that most of the others cannot win."""
        others = tuple(one for one in free if one.promotion.group != group)
        rivals = [one for one in free if one.promotion.group == group]
        least, hoped = self._least_beside((*kept, *others), advantage=advantage)

        def promise(one: Candidate) -> tuple[object, ...]:
            met = holds(one.promotion.conditions, self.facts, hoped.read_at[one.ready.step])
            return not met, -self._most_off(one), one.ready.order

        for one in sorted(rivals, key=promise):
            if not self._may_go_on():
                return
            cents = least - self._most_off(one)
            if self._could_win(hoped.unmet(), cents) and self._may_win(
                kept, (*others, one), advantage=advantage
            ):
                self._visit(kept, (*others, one), advantage=advantage)

    def _may_win(self, kept: Several, free: Several, *, advantage: bool) -> bool:
        together = (*kept, *free)
        if self.best is None:
            return True
        if rival_group(together):
            least, hoped = self._least_beside(together, advantage=advantage)
            return self._could_win(hoped.unmet(), least)
        slack = odd_cents(self.facts, together, self.wanted)
        return not self._is_hopeless(kept, free, slack, advantage=advantage)

    def _may_go_on(self) -> bool:
        self.complete &= self.best is None or self.work < MOST_WORK
        return self.complete

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

    def _could_win(self, unmet: tuple[bool, ...], cents: int) -> bool:
        """Whether what misses that at best and costs that at least might be the best."""
        if self.best is None or (unmet, cents) <= (self.best.unmet(), self.best.total_cents):
            return True
        self._least.append((cents, None))
        return False

    def _least_beside(self, together: Sequence[Candidate], *, advantage: bool) -> tuple[int, Pass]:
        """What it costs if the best of each group is had on top of all the others, which are
        hoped for."""
        groups: dict[str, list[int]] = defaultdict(list)
        for one in together:
            if one.promotion.group:
                groups[one.promotion.group].append(self._most_off(one))
        single = [one for one in together if len(groups.get(one.promotion.group, ())) < 2]
        hoped = self._pass(single, advantage=advantage, hope=EVERYTHING)
        least = hoped.total_cents - odd_cents(self.facts, together, self.wanted)
        rivals = sum(max(off) for off in groups.values() if len(off) > 1)
        return least - rivals, hoped

    def _most_off(self, one: Candidate) -> int:
        """Remembered: many ways are bounded by it."""
        most = self._most.get(id(one))
        if most is None:
            most = self._most[id(one)] = most_off(one, self.facts)
        return most

    def _is_hopeless(self, kept: Several, free: Several, slack: int, *, advantage: bool) -> bool:
        """Whether no part of a set can beat the best one found, whatever thresholds it meets."""
        chosen = (*kept, *free)
        tried: set[Level] = set()
        untried = {Level(real=True)}
        cents = NEVER
        to_pay = not chooses_lines(chosen, self.facts, self.wanted)
        burden = self._least_burden(advantage=advantage)
        while untried:
            level = untried.pop()
            tried.add(level)
            hope = Hope(level.lines, level.basket, odd_cents=slack, to_pay=to_pay)
            hoped = self._pass(chosen, advantage=advantage, hope=hope)
            further = {Level(need, 0) for need in hoped.line_lifts if need > level.lines}
            further |= {
                Level(level.lines, need) for need in hoped.basket_lifts if need > level.basket
            }
            if not hoped.impossible:
                least = self._least_key(hoped, slack, burden, level)
                known = self._known_parts()
                if least[:known] < self.best_key[:known]:
                    if level.real:
                        return False
                    further |= self._real(level, hoped, kept, free, advantage=advantage)
                else:
                    cents = min(cents, hoped.total_cents - slack)
                if level.ranks and least[:4] == self.best_key[:4] and known > 4:
                    further.add(level.next())
            untried |= further - tried
        self._least.append((cents, None))
        return True

    def _real(
        self, level: Level, hoped: Pass, kept: Several, free: Several, *, advantage: bool
    ) -> set[Level]:
        """The next level that giving up discounts on products can really reach, which is tried at
        once; where other discounts count too, the same level."""
        least = sum(hoped.least_lines[index] for index in self.facts.bought)
        with_order = any(one.ready.step is Step.ORDER for one in hoped.applied()) or (
            advantage and bool(self.wanted.offers)
        )
        if not (level.lines or level.basket) or (level.basket and (level.lines or with_order)):
            return {replace(level, real=True)}
        totals = self._totals(kept, free)
        total = totals.at_least(least + max(level.lines, level.basket))
        if total is None:
            return set()
        found = self._try(totals, total, (*kept, *free), advantage=advantage)
        reached = total - least
        lines, basket = (reached, 0) if level.lines else (0, reached)
        return {Level(lines, basket, True, found)}

    def _totals(self, kept: Several, free: Several) -> Totals:
        fixed = tuple(
            one for one in (*kept, *self.wanted.promotions) if one.ready.step is Step.PRODUCT
        )
        some = tuple(
            sorted(
                (one for one in free if one.ready.step is Step.PRODUCT),
                key=lambda one: one.ready.order,
            )
        )
        found = self._known_totals.get((fixed, some))
        if found is None:
            found = Totals(self.facts, fixed, some, self._ways)
            self._known_totals[fixed, some] = found
        return found

    def _try(self, totals: Totals, total: int, chosen: Several, *, advantage: bool) -> Ranks | None:
        """The best that leaves just this of products; how it ranks."""
        if not totals.known:
            return None
        others = [one for one in chosen if one.ready.step is not Step.PRODUCT]
        some = [one for one in totals.kept_for(total) if one.asked is None]
        done = self._pass([*some, *others], advantage=advantage)
        self._consider(done)
        return _ranks_of(done)

    def _least_burden(self, *, advantage: bool) -> int:
        kinds = {offer.kind for offer in self.wanted.offers} if advantage else set()
        return 0 if kinds - {AdvantageKind.LOYALTY} else 1

    def _known_parts(self) -> int:
        """How much of keys is compared."""
        return 3 if self.work > CAREFUL_WORK else 5

    def _least_key(self, hoped: Pass, slack: int, burden: int, level: Level) -> Key:
        applied = _ranks_of(hoped) if level.ranks is None else level.ranks
        return hoped.unmet(), hoped.total_cents - slack, -hoped.gifts_cents, burden, applied


def _ranks_of(done: Pass) -> Ranks:
    """Of what applies by itself."""
    return ranks(taken.candidate for taken in done.taken if taken.candidate.asked is None)
