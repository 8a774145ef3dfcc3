"""What a promotion takes off products: pure arithmetic on what remains of each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import lcm
from typing import NamedTuple

from app.kernel.money import BASIS
from app.promotions.domain.candidates import units_bought
from app.promotions.domain.facts import CartFacts, Where
from app.promotions.domain.judging import Left
from app.promotions.domain.portions import half_up, share, shrink
from app.promotions.domain.terms import Base, Effect, EffectKind, Per, Pick, Promotion


class Part(NamedTuple):
    """What is taken off one line."""

    line: int
    amount: int
    base: int
    """What it was computed on."""
    units: int | None = None
    """When not all of them."""


class Units(NamedTuple):
    """So many units of a line."""

    line: int
    number: int


def off_products(
    promotion: Promotion, facts: CartFacts, left: Left, lines: Where, times: int
) -> list[Part]:
    """The effect of a product promotion on these lines, `times` times over."""
    effect = promotion.effect
    if effect.kind is EffectKind.BUY_X_GET_Y:
        return _capped(
            _percent(promotion, facts, left, _got(promotion, facts, left, lines)), effect
        )
    chosen = _chosen(effect, facts, left, lines, times)
    repeats = times if effect.at_most_units is None else 1
    if effect.kind is EffectKind.PRODUCT_PERCENT:
        return _capped(_compounded(promotion, facts, left, chosen, repeats), effect)
    if effect.kind is EffectKind.FIXED_PRICE:
        return _down_to_price(effect, facts, left, chosen)
    if effect.per is Per.TOTAL:
        return _amount_shared(effect.amount_cents * times, facts, left, chosen)
    return _amount_each(effect.amount_cents * repeats, facts, left, chosen)


def off_order(
    promotion: Promotion, facts: CartFacts, left: Left, lines: Where, times: int
) -> list[Part]:
    """A percentage is rounded once, on the whole, then shared out like an amount."""
    return amount_off(order_amount(promotion, facts, left, lines, times), facts, left, lines)


def order_amount(
    promotion: Promotion, facts: CartFacts, left: Left, lines: Where, times: int
) -> int:
    """What an order promotion takes off in all, unless less than that remains."""
    effect = promotion.effect
    if effect.kind is EffectKind.ORDER_AMOUNT:
        return effect.amount_cents * times
    of = facts.start if promotion.base is Base.LIST else left
    whole, remaining = sum([of[i] for i in lines]), sum([left[i] for i in lines])
    amount = 0
    for _ in range(times):
        taken = half_up(whole * effect.rate_bp, BASIS)
        if taken == 0 or amount >= remaining:
            break
        amount += taken
        whole -= 0 if promotion.base is Base.LIST else taken
    return amount if effect.cap_cents is None else min(amount, effect.cap_cents)


def amount_off(amount: int, facts: CartFacts, left: Left, lines: Where) -> list[Part]:
    """Spread in proportion to what remains, down to each line's lowest price."""
    rooms = [max(0, left[i] - facts.lowest[i]) for i in lines]
    parts = share(amount, [left[i] for i in lines], rooms)
    return [Part(i, part, left[i]) for i, part in zip(lines, parts, strict=True) if part]


# ---------------------------------------------------------------- which units


def _chosen(effect: Effect, facts: CartFacts, left: Left, lines: Where, times: int) -> list[Units]:
    if effect.at_most_units is None:
        return [Units(i, facts.quantities[i]) for i in lines]
    return pick(lines, facts, left, effect.at_most_units * times, effect.pick)


def pick(lines: Where, facts: CartFacts, left: Left, number: int, first: Pick) -> list[Units]:
    """So many units, the dearest or the cheapest first; of equal ones, the lowest line id's."""
    common = lcm(*(facts.quantities[i] for i in lines))
    sign = -1 if first is Pick.DEAREST else 1

    def unit_price(index: int) -> tuple[int, int]:
        return sign * left[index] * (common // facts.quantities[index]), index

    chosen: list[Units] = []
    for index in sorted(lines, key=unit_price):
        if number <= 0:
            break
        chosen.append(Units(index, min(number, facts.quantities[index])))
        number -= facts.quantities[index]
    return chosen


def _got(promotion: Promotion, facts: CartFacts, left: Left, lines: Where) -> list[Units]:
    """Units that are free or cheaper because others are bought."""
    effect = promotion.effect
    if effect.same_product and effect.get_scope is None:
        return _got_by_product(promotion, facts, left, lines)
    group = effect.buy + (effect.get if effect.get_scope is None else 0)
    sets = _sets(units_bought(promotion, facts) // group if group else 0, promotion)
    return pick(lines, facts, left, _at_most(sets * effect.get, effect), Pick.CHEAPEST)


def _got_by_product(
    promotion: Promotion, facts: CartFacts, left: Left, lines: Where
) -> list[Units]:
    """Sets of one product each; only one set in all, unless it goes with itself."""
    effect = promotion.effect
    of_product: dict[str, list[int]] = defaultdict(list)
    for index in pick_order(lines, facts, left):
        of_product[facts.lines[index].product].append(index)
    budget = effect.at_most_units
    chosen: list[Units] = []
    for indexes in of_product.values():
        units = sum(facts.quantities[i] for i in indexes)
        sets = _sets(units // (effect.buy + effect.get), promotion)
        got = sets * effect.get if budget is None else min(budget, sets * effect.get)
        chosen += pick(tuple(indexes), facts, left, got, Pick.CHEAPEST)
        budget = None if budget is None else budget - got
        if sets and not promotion.stacking.itself:
            break
    return chosen


def pick_order(lines: Where, facts: CartFacts, left: Left) -> list[int]:
    """The lines by price of a unit, the dearest first."""
    every = sum(facts.quantities[i] for i in lines)
    return [units.line for units in pick(lines, facts, left, every, Pick.DEAREST)]


def _sets(full: int, promotion: Promotion) -> int:
    return full if promotion.stacking.itself else min(full, 1)


def _at_most(units: int, effect: Effect) -> int:
    return units if effect.at_most_units is None else min(units, effect.at_most_units)


# ---------------------------------------------------------------- how much


def _percent(
    promotion: Promotion, facts: CartFacts, left: Left, chosen: Sequence[Units]
) -> list[Part]:
    """Rounded once a line, never a unit."""
    of = facts.start if promotion.base is Base.LIST else left
    rate = promotion.effect.rate_bp

    def off(units: Units) -> tuple[int, int]:
        quantity = facts.quantities[units.line]
        base = of[units.line] * units.number
        return half_up(base * rate, quantity * BASIS), half_up(base, quantity)

    return _parts(facts, left, chosen, off)


def _compounded(
    promotion: Promotion, facts: CartFacts, left: Left, chosen: Sequence[Units], times: int
) -> list[Part]:
    """The same percentage again and again, each of what the last one left."""
    if times == 1:
        return _percent(promotion, facts, left, chosen)
    now, taken = list(left), dict.fromkeys((units.line for units in chosen), 0)
    for _ in range(times):
        parts = _percent(promotion, facts, now, chosen)
        for part in parts:
            now[part.line] -= part.amount
            taken[part.line] += part.amount
        if not parts:
            break
    return [Part(line, amount, left[line]) for line, amount in taken.items() if amount]


def _amount_each(amount: int, facts: CartFacts, left: Left, chosen: Sequence[Units]) -> list[Part]:
    def off(units: Units) -> tuple[int, int]:
        return units.number * amount, _worth(facts, left, units)

    return _parts(facts, left, chosen, off)


def _down_to_price(
    effect: Effect, facts: CartFacts, left: Left, chosen: Sequence[Units]
) -> list[Part]:
    """Never dearer than before."""

    def off(units: Units) -> tuple[int, int]:
        worth = _worth(facts, left, units)
        return max(0, worth - units.number * effect.amount_cents), worth

    return _parts(facts, left, chosen, off)


def _amount_shared(
    amount: int, facts: CartFacts, left: Left, chosen: Sequence[Units]
) -> list[Part]:
    worth = [_worth(facts, left, units) for units in chosen]
    rooms = [_room(facts, left, units) for units in chosen]
    return [
        Part(units.line, part, base, _unless_all(facts, units))
        for units, part, base in zip(chosen, share(amount, worth, rooms), worth, strict=True)
        if part
    ]


def _parts(
    facts: CartFacts,
    left: Left,
    chosen: Sequence[Units],
    off: Callable[[Units], tuple[int, int]],
) -> list[Part]:
    parts = []
    for units in chosen:
        amount, base = off(units)
        amount = min(amount, _room(facts, left, units))
        if amount > 0:
            parts.append(Part(units.line, amount, base, _unless_all(facts, units)))
    return parts


def _worth(facts: CartFacts, left: Left, units: Units) -> int:
    return half_up(left[units.line] * units.number, facts.quantities[units.line])


def _room(facts: CartFacts, left: Left, units: Units) -> int:
    """What these units can lose before one of them is below its lowest price."""
    lowest, quantity = facts.lowest[units.line], facts.quantities[units.line]
    if not lowest or units.number == quantity:
        return max(0, left[units.line] - lowest)
    return max(0, (left[units.line] - lowest) * units.number // quantity)


def _unless_all(facts: CartFacts, units: Units) -> int | None:
    return None if units.number == facts.quantities[units.line] else units.number


def _capped(parts: list[Part], effect: Effect) -> list[Part]:
    return limited(parts, effect.cap_cents)


def limited(parts: list[Part], most: int | None) -> list[Part]:
    """The same, or less of each in proportion, so that together they are at most `most`."""
    if most is None or sum(part.amount for part in parts) <= most:
        return parts
    amounts = shrink([part.amount for part in parts], most)
    return [
        Part(part.line, amount, part.base, part.units)
        for part, amount in zip(parts, amounts, strict=True)
        if amount
    ]
