"""Rounding and sharing out, in whole cents."""

from __future__ import annotations

from collections.abc import Sequence
from operator import le

from app.kernel.money import spread


def half_up(numerator: int, denominator: int) -> int:
    """A quotient that is not negative, rounded to a whole number."""
    return (2 * numerator + denominator) // (2 * denominator)


def share(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """Parts in proportion to `weights`, none beyond its room: what one cannot take goes to the
    others. They sum to `amount`, or to all the room there is."""
    amount = min(amount, sum(rooms))
    if amount > 0 and 0 not in rooms:
        parts = spread(amount, weights)
        if all(map(le, parts, rooms)):
            return parts
    parts = [0] * len(rooms)
    still = [index for index, room in enumerate(rooms) if room > 0]
    while amount > 0:
        tried = spread(amount, [weights[index] for index in still])
        full = {index for index, part in zip(still, tried, strict=True) if part > rooms[index]}
        if not full:
            for index, part in zip(still, tried, strict=True):
                parts[index] = part
            break
        for index in full:
            parts[index] = rooms[index]
            amount -= rooms[index]
        still = [index for index in still if index not in full]
    return parts


def shrink(amounts: Sequence[int], most: int | None) -> list[int]:
    """The same amounts, or less of each in proportion when together they exceed `most`."""
    if most is None or sum(amounts) <= most:
        return list(amounts)
    return spread(most, amounts)
