"""The cheapest legal combination, exactly.

More promotions never cost more, with few exceptions: promotions that exclude each other,
thresholds that other promotions move, and odd cents. So the search tries everything at once, and
looks at smaller sets only where such an exception was met and a hopeful pass says that less could
be better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.paying import is_for_products
from app.promotions.domain.ready import Step
from app.promotions.domain.steps import Pass, Wanted
from app.promotions.domain.terms import ALL_PRODUCTS, AdvantageKind, EffectKind, Per, Selection

Key = tuple[object, ...]
MOST_PASSES = 4_000
"""A bound on work that no real plan comes near: beyond it, the best found so far is taken."""


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
        self.passes = 0

    def best_of(self, automatic: Sequence[Candidate]) -> Pass:
        ordered = sorted(automatic, key=lambda one: one.ready.order)
        self._explore(ordered, advantage=False) if not self.wanted.offers else self._both(ordered)
        assert self.best is not None
        return self.best

    def _both(self, ordered: list[Candidate]) -> None:
        beside = [one for one in ordered if one.promotion.stacking.advantages]
        dominated = self._explore(beside, advantage=True)
        loyalty = any(offer.kind is AdvantageKind.LOYALTY for offer in self.wanted.offers)
        if not dominated or loyalty or len(beside) < len(ordered):
            self._explore(ordered, advantage=False)

    def _explore(self, ordered: list[Candidate], *, advantage: bool) -> bool:
        """Whether nothing that is part of what was tried could be cheaper."""
        stackable = [one for one in ordered if one.promotion.stacking.promotions]
        proven = self._visit((), tuple(stackable), advantage=advantage)
        for one in ordered:
            if not one.promotion.stacking.promotions:
                proven &= self._visit((), (one,), advantage=advantage)
        return proven

    def _visit(
        self,
        kept: tuple[Candidate, ...],
        free: tuple[Candidate, ...],
        *,
        advantage: bool,
    ) -> bool:
        """Every set of `kept` and some of `free`; whether the first one tried beat all parts."""
        everything = (*kept, *free)
        rival = _rivals(everything)
        slack = odd_cents(self.facts, everything, self.wanted)
        if not rival:
            done = self._pass(everything, advantage=advantage)
            self._consider(done)
            if not done.disappointed and not slack and _all_apply(everything, done):
                return True
        if not free or self.passes >= MOST_PASSES:
            return False
        hoped = self._pass(everything, advantage=advantage, hopeful=True)
        if self._hopeless(hoped, everything, slack):
            return False
        self._branch(kept, free, rival, advantage=advantage)
        return False

    def _branch(
        self,
        kept: tuple[Candidate, ...],
        free: tuple[Candidate, ...],
        rival: str,
        *,
        advantage: bool,
    ) -> None:
        if rival:
            others = tuple(one for one in free if one.promotion.group != rival)
            for one in free:
                if one.promotion.group == rival:
                    together = tuple(sorted((*others, one), key=lambda one: one.ready.order))
                    self._visit(kept, together, advantage=advantage)
            return
        for index in range(len(free)):
            self._visit((*kept, *free[:index]), free[index + 1 :], advantage=advantage)

    def _pass(self, chosen: Sequence[Candidate], *, advantage: bool, hopeful: bool = False) -> Pass:
        self.passes += 1
        return Pass(self.facts, chosen, self.wanted, advantage=advantage, hopeful=hopeful)

    def _consider(self, done: Pass) -> None:
        key = key_of(done)
        if self.best is None or key < self.best_key:
            self.best, self.best_key = done, key

    def _hopeless(self, hoped: Pass, chosen: Sequence[Candidate], slack: int) -> bool:
        """Whether no set of these can beat the best one found."""
        if self.best is None:
            return False
        least = (hoped.unmet(), hoped.total_cents - slack, -hoped.gifts_cents, 0, ranks(chosen))
        return least >= self.best_key


def _all_apply(chosen: Sequence[Candidate], done: Pass) -> bool:
    applied = {id(taken.candidate) for taken in done.taken}
    return all(id(one) in applied for one in chosen)


def _rivals(chosen: Sequence[Candidate]) -> str:
    """A group of which there is more than one."""
    seen: set[str] = set()
    for one in chosen:
        group = one.promotion.group
        if group and group in seen:
            return group
        seen.add(group)
    return ""


def odd_cents(facts: CartFacts, chosen: Sequence[Candidate], wanted: Wanted) -> int:
    """By how many cents rounding may make more promotions dearer than fewer."""
    slack, touched, whole = 0, set[int](), facts.discountable(ALL_PRODUCTS)
    for one in sorted((*chosen, *wanted.promotions), key=Candidate.turn):
        if one.ready.step is Step.PRODUCT:
            if shifts_cents(one) and len(one.lines) > 1 and not touched.isdisjoint(one.lines):
                slack += len(one.lines)
            touched.update(one.lines)
        elif one.ready.step is Step.ORDER and len(one.lines) < len(whole):
            slack += len(one.lines)
    return slack + len(whole) * sum(map(is_for_products, wanted.vouchers))


def shifts_cents(one: Candidate) -> bool:
    """Whether what it takes off one line depends on what the others cost."""
    effect = one.promotion.effect
    if effect.cap_cents is not None or effect.at_most_units is not None:
        return True
    if one.budget_cents is not None or effect.kind is EffectKind.BUY_X_GET_Y:
        return True
    return effect.kind is EffectKind.PRODUCT_AMOUNT and effect.per is Per.TOTAL
