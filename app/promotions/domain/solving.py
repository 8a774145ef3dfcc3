"""From what was asked to what applies: nothing that takes nothing off stays in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.promotions.domain.advantages import Offer
from app.promotions.domain.asking import (
    Asked,
    points_basket_minimum,
    voucher_minimum,
    wanted,
    without,
)
from app.promotions.domain.candidates import Candidate, why_not
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.quote import Reason
from app.promotions.domain.searching import Found, choose
from app.promotions.domain.steps import Pass
from app.promotions.domain.terms import EffectKind


@dataclass(frozen=True, slots=True)
class Solved:
    """The winning way of pricing, and what of the asked is part of it."""

    found: Found
    asked: Asked

    @property
    def done(self) -> Pass:
        return self.found.done


def solve(
    facts: CartFacts, automatic: Sequence[Candidate], asked: Asked, offers: Sequence[Offer]
) -> Solved:
    """Prices with everything asked; what had no effect is refused, and the rest priced again."""
    while True:
        found = choose(facts, _others(automatic, asked), wanted(asked, offers))
        left_out = first_left_out(facts, found.done, asked)
        if left_out is None:
            return Solved(found, asked)
        asked = left_out


def _others(automatic: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Automatic promotions that were not asked for by name."""
    named = {one.promotion.id for one in asked.promotions}
    return [one for one in automatic if one.promotion.id not in named]


def first_left_out(facts: CartFacts, done: Pass, asked: Asked) -> Asked | None:
    applied = {id(taken.candidate) for taken in done.taken}
    for one in reversed(asked.promotions):
        if id(one) not in applied and not _awaits_choice(one, facts, done):
            fewer = without(asked, promotion=one)
            kind = "code" if one.code else "pick"
            fewer.refuse(kind, one.code or one.source, *why_unapplied(one, facts, done))
            return fewer
    return _first_unpaid(facts, done, asked)


def _awaits_choice(one: Candidate, facts: CartFacts, done: Pass) -> bool:
    """A gift to choose stays until it is chosen."""
    if one.promotion.effect.kind is not EffectKind.GIFT_CHOICE:
        return False
    return not why_not(one, facts, done.read_at[one.ready.step])


def why_unapplied(one: Candidate, facts: CartFacts, done: Pass) -> tuple[Reason, ...]:
    """Why a promotion that was tried took nothing off."""
    reasons = why_not(one, facts, done.read_at[one.ready.step])
    if reasons:
        return reasons
    if one.promotion.effect.kind is EffectKind.FREE_PRODUCT:
        products = one.promotion.effect.products
        return tuple(Reason("no_stock", {"product": product}) for product in products)
    if one.budget_cents is not None:
        return (Reason("budget_spent", {"budget_cents": one.promotion.limits.budget_cents}),)
    return (Reason("nothing_to_discount"),)


def _first_unpaid(facts: CartFacts, done: Pass, asked: Asked) -> Asked | None:
    paid = {paid.voucher.id for paid in done.paid if paid.amount}
    for voucher in reversed(asked.vouchers):
        if voucher.id not in paid:
            fewer = without(asked, voucher=voucher.id)
            short = done.basket_cents < voucher.minimum_basket_cents
            reason = voucher_minimum(voucher, done.basket_cents) if short else None
            fewer.refuse("voucher", voucher.id, reason or Reason("nothing_to_discount"))
            return fewer
    if asked.points and not done.points:
        return _without_points(facts, done, asked)
    return None


def _without_points(facts: CartFacts, done: Pass, asked: Asked) -> Asked:
    fewer = replace(asked, points=0, refusals=list(asked.refusals))
    short = done.basket_cents < facts.plan.plan.spending.minimum_basket_cents
    reason = (
        points_basket_minimum(facts, done.basket_cents)
        if short
        else Reason("points_more_than_price", {"usable": 0})
    )
    fewer.refuse("points", str(asked.points), reason)
    return fewer
