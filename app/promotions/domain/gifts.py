"""Products that add themselves, and gifts to choose: only what is in stock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.promotions.domain.candidates import Candidate
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.terms import EffectKind


@dataclass(frozen=True, slots=True)
class Given:
    product: str
    quantity: int
    list_cents: int
    """Of all of them."""


class Shelf:
    """What is left to give, less what this cart already takes."""

    __slots__ = ("_facts", "_taken")

    def __init__(self, facts: CartFacts) -> None:
        self._facts = facts
        self._taken: Counter[str] = Counter()

    def left(self, product: str) -> int | None:
        """None: as many as wanted."""
        gift = self._facts.context.gifts.get(product)
        if gift is None:
            return 0
        if gift.stock is None:
            return None
        return max(0, gift.stock - self._facts.units_in_cart(product) - self._taken[product])

    def has(self, product: str) -> bool:
        return self.left(product) != 0

    def take(self, product: str, wanted: int) -> Given | None:
        left = self.left(product)
        quantity = wanted if left is None else min(wanted, left)
        if quantity <= 0:
            return None
        self._taken[product] += quantity
        each = self._facts.context.gifts[product].unit_price_cents
        return Given(product, quantity, each * quantity)

    def put_back(self, given: list[Given]) -> None:
        for gift in given:
            self._taken[gift.product] -= gift.quantity


def give(one: Candidate, facts: CartFacts, shelf: Shelf, times: int) -> list[Given]:
    effect = one.promotion.effect
    if effect.kind is EffectKind.FREE_PRODUCT:
        wanted = Counter(dict.fromkeys(effect.products, effect.units * times))
    else:
        wanted = Counter(chosen(one, facts, shelf)[: effect.units * times])
    given = [shelf.take(product, units) for product, units in wanted.items()]
    return [gift for gift in given if gift is not None]


def chosen(one: Candidate, facts: CartFacts, shelf: Shelf) -> list[str]:
    """What was chosen among what is offered and there, be it more than may be."""
    offered = frozenset(one.promotion.effect.products)
    asked = choices_for(one, facts)
    return [product for product in asked if product in offered and shelf.has(product)]


def choices_for(one: Candidate, facts: CartFacts) -> tuple[str, ...]:
    return facts.cart.choices.get(one.source) or facts.cart.choices.get(one.promotion.id, ())
