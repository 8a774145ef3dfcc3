"""What picking one promotion more would change, mostly without another search.

What one more takes off is bounded. So where all other sets cost more than the winning one by a
margin that it cannot make up, the winning one with it wins again; one search tells so for all
promotions that leave the same others in play.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from app.kernel.money import BASIS
from app.promotions.domain.asking import Asked, asked_of, wanted
from app.promotions.domain.bounding import most_off, odd_cents, odd_cents_of
from app.promotions.domain.candidates import Candidate
from app.promotions.domain.cart import Shipping
from app.promotions.domain.concerning import Field
from app.promotions.domain.delivering import shipping_price, thresholds
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.searching import Found, choose, fits
from app.promotions.domain.solving import Solved, first_left_out, solve
from app.promotions.domain.steps import Pass, Wanted
from app.promotions.domain.terms import Base, EffectKind, Selection


@dataclass(frozen=True, slots=True)
class _Before:
    """What won without a promotion."""

    done: Pass
    others_from: int | None
    odd_cents: int
    """By how much rounding may change what other sets cost."""
    odd_cents_within: int
    """And parts of this one."""


InPlay = tuple[bool, str, tuple[str, ...]]
"""What the others in play depend on: the switch and the group of a promotion, and advantages."""


class Picking:
    """One more promotion beside what was asked, one after the other."""

    def __init__(self, facts: CartFacts, field: Field, solved: Solved) -> None:
        self._facts, self._field = facts, field
        self._first = solved.found
        self._first_offers = wanted(solved.asked, field.offers).offers
        self._names = {one.promotion.id for one in field.automatic}
        self._known: dict[InPlay, _Before] = {}
        self._bounded = (
            len(asked_of(facts).promotions) == len(solved.asked.promotions)
            and not (facts.cart.vouchers or facts.cart.points)
            and facts.plan.plan.settings.selection is Selection.BEST
            and _less_gains_nothing(facts, field, solved.asked)
        )

    def with_one(self, picked: Candidate) -> Solved | None:
        """None: it would not stand."""
        asked = asked_of(self._facts, picked.source)
        if not _has(asked, picked):
            return None
        if self._bounded and picked.promotion.id not in self._names:
            found = self._again(asked)
            if found is not None and first_left_out(self._facts, found.done, asked) is None:
                return Solved(found, asked)
        then = solve(self._facts, self._field.automatic, asked, self._field.offers)
        return then if _has(then.asked, picked) else None

    def _again(self, asked: Asked) -> Found | None:
        """The set that won without the last one asked, where it surely wins with it."""
        ask = wanted(asked, self._field.offers)
        before, one = self._before(ask), ask.promotions[-1]
        odd = before.odd_cents_within + odd_cents_of(one, self._facts)
        if before.others_from is None or odd:
            return None
        done = Pass(self._facts, before.done.chosen, ask, advantage=before.done.advantage_allowed)
        if done.regrets or any(done.unmet()):
            return None
        off = _most_off(one, self._facts, before.others_from)
        wins = done.total_cents < before.others_from - off - before.odd_cents
        return Found(done) if wins else None

    def _before(self, ask: Wanted) -> _Before:
        """What wins of those that may stand beside the last one, without it."""
        one = ask.promotions[-1].promotion
        in_play = one.stacking.promotions, one.group, tuple(offer.source for offer in ask.offers)
        known = self._known.get(in_play)
        if known is None:
            known = self._known[in_play] = self._found_before(ask)
        return known

    def _found_before(self, ask: Wanted) -> _Before:
        beside = [other for other in self._field.automatic if fits(other, ask)]
        before = replace(ask, promotions=ask.promotions[:-1])
        found = self._first
        if before.offers != self._first_offers or not set(found.done.chosen) <= set(beside):
            found = choose(self._facts, beside, before)
        return _Before(
            done=found.done,
            others_from=found.others_from,
            odd_cents=odd_cents(self._facts, beside, before),
            odd_cents_within=odd_cents(self._facts, found.done.chosen, before),
        )


def _has(asked: Asked, picked: Candidate) -> bool:
    return any(one.source == picked.source for one in asked.promotions)


def _most_off(one: Candidate, facts: CartFacts, total_cents: int) -> int:
    """More than it takes off a set that costs so much without it."""
    most, promotion = most_off(one, facts), one.promotion
    percent = promotion.effect.kind is EffectKind.ORDER_PERCENT
    if percent and promotion.base is Base.REMAINING and not promotion.stacking.itself:
        return min(most, -(-total_cents * promotion.effect.rate_bp // BASIS))
    return most


def _less_gains_nothing(facts: CartFacts, field: Field, asked: Asked) -> bool:
    """Whether nothing begins to give more when there is less to pay."""
    tiers = [tier for offer in field.offers for tier in offer.reachable(facts.products)]
    return (
        len(tiers) < 2
        and _falls(facts.cart.shipping)
        and all(
            (one.ready.rising or not one.ready.moving)
            and (one.budget_cents is None or one.promotion.limits.partial)
            for one in (*field.automatic, *asked.promotions)
        )
    )


def _falls(shipping: Shipping) -> bool:
    """Whether its price never rises with the basket."""
    prices = [shipping_price(shipping, start) for start in (0, *sorted(thresholds(shipping)))]
    return all(price >= further for price, further in pairwise(prices))
