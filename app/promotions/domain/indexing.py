"""Finding the promotions that concern a cart without looking at the others.

Each promotion waits behind one gate: something that must be true for it to apply. What is in the
cart, who buys and the amount open gates; all else is never looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from operator import itemgetter

from app.kernel.conditions import conjuncts
from app.promotions.domain.ready import Ready, Step
from app.promotions.domain.terms import Comparison, Condition, Promotion, Scope

KNOWN_BY_VALUE = (
    "product_bought",
    "seller",
    "segment",
    "role",
    "birthday",
    "first_order",
    "birthday_month",
    "is_host",
    "meeting_theme",
    "shipping_method",
    "professional",
    "shipping_country",
    "meeting_place",
    "channel",
)
"""Measures that gates may ask for, the most telling first."""

NEAR = 8
"""How many promotions with an amount out of reach are looked at, for near misses."""

Value = Callable[[str], object]
Gate = tuple[str, object]


class Index:
    """Promotions by gate."""

    __slots__ = ("_always", "_by_amount", "_by_key", "_measures", "_starts")

    def __init__(self, promotions: Iterable[Ready]) -> None:
        self._always: list[Ready] = []
        self._by_key: dict[Gate, list[Ready]] = defaultdict(list)
        amounts: list[tuple[int, Ready]] = []
        for one in promotions:
            keys = keys_of(one)
            amount = amount_gate(one.promotion.conditions)
            for key in keys:
                self._by_key[key].append(one)
            if not keys and amount is not None:
                amounts.append((amount, one))
            elif not keys:
                self._always.append(one)
        self._by_amount = sorted(amounts, key=itemgetter(0))
        self._starts = [start for start, _ in self._by_amount]
        self._measures = [name for name in KNOWN_BY_VALUE if self._asks_for(name)]

    def _asks_for(self, measure: str) -> bool:
        return any(name == measure for name, _ in self._by_key)

    def concerned(
        self, products: Iterable[str], categories: Iterable[str], value: Value, basket_cents: int
    ) -> list[Ready]:
        """Those whose gate is open, each once, and the nearest ones whose amount is not."""
        found: dict[int, Ready] = {id(one): one for one in self._always}
        for key in self._keys(products, categories, value):
            for one in self._by_key.get(key, ()):
                found[id(one)] = one
        reached = bisect_right(self._starts, basket_cents) + NEAR
        found.update((id(one), one) for _, one in self._by_amount[:reached])
        return list(found.values())

    def _keys(
        self, products: Iterable[str], categories: Iterable[str], value: Value
    ) -> Iterator[Gate]:
        for product in products:
            yield "product", product
        for category in categories:
            yield "category", category
        for measure in self._measures:
            known = value(measure)
            if isinstance(known, frozenset):
                for one in known:
                    yield measure, one
            else:
                yield measure, known


def keys_of(ready: Ready) -> list[Gate]:
    """Of the gates it has, the most telling one: any of these keys opens it."""
    gates = list(_line_gates(ready))
    if gates:
        return min(gates, key=lambda gate: (any(kind == "category" for kind, _ in gate), len(gate)))
    known = dict(_value_gates(ready.promotion.conditions))
    for measure in KNOWN_BY_VALUE:
        if measure in known:
            return [(measure, known[measure])]
    if ready.step is Step.SHIPPING and ready.promotion.effect.methods:
        return [("shipping_method", method) for method in ready.promotion.effect.methods]
    return []


def _line_gates(ready: Ready) -> Iterator[list[Gate]]:
    """What must be in the cart: something to make cheaper, and something to count."""
    if ready.step is Step.PRODUCT and (gate := _of_scope(ready.promotion.effect.scope)):
        yield gate
    for part in conjuncts(ready.promotion.conditions):
        if _counts_something(part) and (gate := _of_scope(part.scope)):
            yield gate


def _of_scope(scope: Scope) -> list[Gate]:
    named: list[Gate] = [("product", product) for product in scope.products]
    return named + [("category", category) for category in scope.categories]


def _value_gates(condition: Condition | None) -> Iterator[Gate]:
    for part in conjuncts(condition):
        if part.measure in KNOWN_BY_VALUE and part.op in {"=", "has"}:
            yield part.measure, part.value


def amount_gate(condition: Condition | None) -> int | None:
    """What the whole basket must come to at least, at list prices."""
    amounts = [
        part.value
        for part in conjuncts(condition)
        if part.measure in {"basket_net", "basket_list"} and _counts_something(part)
    ]
    return max((amount for amount in amounts if isinstance(amount, int)), default=None)


def _counts_something(part: Comparison) -> bool:
    return (
        part.measure in {"basket_net", "basket_list", "quantity"}
        and part.op in {">=", ">"}
        and isinstance(part.value, int)
        and part.value > 0
    )


def live_on(promotion: Promotion, day: date) -> bool:
    """Whether it may run on that day, or in hours that began on the day before."""
    period = promotion.period
    if not promotion.enabled or (period.first and day < period.first):
        return False
    return not period.last or day - timedelta(days=1) <= period.last
