"""Which promotions concern a cart: those that apply by themselves, and those to pick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.promotions.domain.advantages import Offer
from app.promotions.domain.candidates import Candidate, candidate, may_apply
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.ready import ready
from app.promotions.domain.terms import Entry


@dataclass(frozen=True, slots=True)
class Field:
    """Every promotion that concerns a cart and what the brand offers besides."""

    automatic: tuple[Candidate, ...]
    """That may apply."""
    to_pick: tuple[Candidate, ...]
    """That may apply when picked."""
    others: tuple[Candidate, ...]
    """That may not apply now."""
    offers: tuple[Offer, ...]


def field_of(facts: CartFacts, offers: tuple[Offer, ...]) -> Field:
    concerned = facts.plan.on(facts.today).concerned(
        facts.of_product, facts.of_category, facts.value, facts.products
    )
    every = [candidate(one, facts) for one in concerned]
    every += _held(facts)
    may: list[Candidate] = []
    others: list[Candidate] = []
    for one in every:
        (may if may_apply(one, facts) else others).append(one)
    return Field(
        automatic=tuple(one for one in may if applies_by_itself(one, facts)),
        to_pick=tuple(one for one in may if not _is_automatic(one)),
        others=tuple(others),
        offers=offers,
    )


def applies_by_itself(one: Candidate, facts: CartFacts) -> bool:
    return _is_automatic(one) and one.promotion.id not in facts.cart.declined


def _is_automatic(one: Candidate) -> bool:
    return one.promotion.entry is Entry.AUTOMATIC and one.holding is None


def _held(facts: CartFacts) -> Iterator[Candidate]:
    for holding in facts.context.holdings:
        if holding.valid_until is None or facts.context.at < holding.valid_until:
            yield candidate(ready(holding.promotion), facts, holding=holding)
