"""One cart read once: its lines in order of id, and the answer to whatever conditions ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.promotions.domain.cart import Cart, Context
from app.promotions.domain.compiling import CompiledPlan
from app.promotions.domain.terms import ALL_PRODUCTS, Scope

Measured = int | str | bool | date | frozenset[str] | None
"""None: not known."""
Where = tuple[int, ...]
"""Indexes of lines, ascending, that is in order of their ids."""


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


class CartFacts:
    """Lines are known by their index here; gifts already won cost nothing and count nowhere."""

    __slots__ = (
        "_discountable",
        "_measured",
        "_where",
        "bought",
        "cart",
        "context",
        "lines",
        "listed",
        "local",
        "lowest",
        "of_category",
        "of_product",
        "plan",
        "products",
        "quantities",
        "remembered",
        "segments",
        "start",
        "taken_off",
        "today",
    )

    def __init__(self, cart: Cart, plan: CompiledPlan, context: Context) -> None:
        self.cart, self.plan, self.context = cart, plan, context
        self.lines = tuple(sorted(cart.lines, key=lambda line: line.id))
        self.quantities = [line.quantity for line in self.lines]
        self.listed = [line.unit_price_cents * line.quantity for line in self.lines]
        self.start = [
            0 if line.gift else cents for line, cents in zip(self.lines, self.listed, strict=True)
        ]
        self.lowest = [line.minimum_price_cents * line.quantity for line in self.lines]
        self.bought: Where = tuple(i for i, line in enumerate(self.lines) if not line.gift)
        self.of_product: dict[str, list[int]] = defaultdict(list)
        self.of_category: dict[str, list[int]] = defaultdict(list)
        for index in self.bought:
            self.of_product[self.lines[index].product].append(index)
            for category in self.lines[index].categories:
                self.of_category[category].append(index)
        self.products = sum(self.start)
        self.local = context.at.astimezone(_zone(plan.plan.settings.timezone))
        self.today = self.local.date()
        self.segments: frozenset[str] = frozenset()
        """Those the buyer is in; filled highest priority first."""
        self.remembered: dict[tuple[object, ...], Any] = {}
        """What was computed for this cart before, for whoever computes it again."""
        self.taken_off: dict[tuple[object, ...], list[Any]] = {}
        """What a promotion took off lines of which so much was left."""
        self._where: dict[int, tuple[Scope, Where]] = {}
        """By identity, which is found faster than by value; scopes are held to stay the same."""
        self._discountable = tuple([i for i in self.bought if self.lines[i].discountable])
        self._measured: dict[str, Measured] = {}

    def where(self, scope: Scope) -> Where:
        """Lines bought that are of this scope."""
        if scope is ALL_PRODUCTS:
            return self.bought
        known = self._where.get(id(scope))
        if known is None:
            known = self._where[id(scope)] = scope, tuple(sorted(self._named(scope)))
        return known[1]

    def discountable(self, scope: Scope) -> Where:
        """Those of the scope that promotions and advantages may touch."""
        if scope is ALL_PRODUCTS:
            return self._discountable
        found = self.where(scope)
        if len(self._discountable) == len(self.bought):
            return found
        return tuple([i for i in found if self.lines[i].discountable])

    def _named(self, scope: Scope) -> set[int]:
        if not scope.products and not scope.categories:
            named = set(self.bought)
        else:
            named = set(_lines_of(scope.products, self.of_product))
        if scope.categories:
            named.update(_lines_of(scope.categories, self.of_category))
        if scope.without_products or scope.without_categories:
            named.difference_update(_lines_of(scope.without_products, self.of_product))
            named.difference_update(_lines_of(scope.without_categories, self.of_category))
        return named

    def value(self, measure: str) -> Measured:
        """Of the order, the customer or the meeting; amounts are `judging.amount`'s."""
        if measure == "segment":
            return self.segments if self.context.buyer.id is not None else None
        if measure not in self._measured:
            self._measured[measure] = _MEASURED[measure](self)
        return self._measured[measure]

    def units_in_cart(self, product: str) -> int:
        return sum(line.quantity for line in self.lines if line.product == product)


def _lines_of(names: frozenset[str], lines: dict[str, list[int]]) -> list[int]:
    known = names & lines.keys() if len(names) > len(lines) else names
    return [index for name in known if name in lines for index in lines[name]]


# ---------------------------------------------------------------- what conditions ask about


def _of_buyer(ask: Callable[[CartFacts], Measured]) -> Callable[[CartFacts], Measured]:
    """Of somebody who is not known, nothing is."""
    return lambda facts: ask(facts) if facts.context.buyer.id is not None else None


def _of_meeting(attribute: str) -> Callable[[CartFacts], Measured]:
    return lambda facts: getattr(facts.context.meeting, attribute, None)


def _folded(text: str | None) -> str | None:
    return text.strip().casefold() if text else None


def _days_since_last_order(facts: CartFacts) -> int | None:
    last = facts.context.buyer.last_order_on
    return (facts.today - last).days if last else None


def _birthday(facts: CartFacts) -> bool | None:
    """Who was born on 29 February celebrates on the 28th when there is none."""
    born = facts.context.buyer.birth_date
    if born is None:
        return None
    return (_anniversary(born, facts.today.year)) == facts.today


def _anniversary(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _birthday_month(facts: CartFacts) -> bool | None:
    born = facts.context.buyer.birth_date
    return born.month == facts.today.month if born else None


_MEASURED: dict[str, Callable[[CartFacts], Measured]] = {
    "channel": lambda facts: facts.context.channel.value,
    "seller": lambda facts: facts.context.seller_id,
    "on": lambda facts: facts.today,
    "shipping_method": lambda facts: facts.cart.shipping.method or None,
    "shipping_country": lambda facts: facts.cart.shipping.country,
    "shipping_city": lambda facts: _folded(facts.cart.shipping.city),
    "shipping_postcode": lambda facts: facts.cart.shipping.postcode,
    "role": _of_buyer(lambda facts: facts.context.buyer.roles),
    "professional": _of_buyer(lambda facts: facts.context.buyer.professional),
    "lifetime_spend": _of_buyer(lambda facts: facts.context.buyer.lifetime_spend_cents),
    "past_orders": _of_buyer(lambda facts: facts.context.buyer.past_orders),
    "first_order": _of_buyer(lambda facts: facts.context.buyer.past_orders == 0),
    "last_order_on": _of_buyer(lambda facts: facts.context.buyer.last_order_on),
    "days_since_last_order": _of_buyer(_days_since_last_order),
    "product_bought": _of_buyer(lambda facts: facts.context.buyer.products_bought),
    "shipping_method_used": _of_buyer(lambda facts: facts.context.buyer.shipping_methods_used),
    "birthday": _of_buyer(_birthday),
    "birthday_month": _of_buyer(_birthday_month),
    "customer_since": _of_buyer(lambda facts: facts.context.buyer.since),
    "is_host": _of_buyer(lambda facts: facts.context.buyer.is_host),
    "meeting_theme": _of_meeting("theme"),
    "meeting_place": _of_meeting("place"),
    "meeting_on": _of_meeting("on"),
}
