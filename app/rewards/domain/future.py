"""How many points a host may spend in her meeting before it has brought them.

What she pays with points is no turnover, and brings fewer points: the most she may spend is the
number of which what is brought then still covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from app.kernel.money import BASIS
from app.rewards.domain.gains import CENTS_PER_POINT


def ceiling_cents(turnover_cents: int, rate_bp: int, cents_per_point: Fraction) -> int:
    """The most she may spend, exactly, where one percentage of the whole turnover (her order
    included) is all she gets: x = r·(T − x), in whole cents."""
    rate = Fraction(rate_bp, BASIS) * cents_per_point / CENTS_PER_POINT
    return int(turnover_cents * rate / (1 + rate))


@dataclass(frozen=True, slots=True)
class Purse:
    """What she has, what she owes, and how many points the order could take."""

    spendable: int
    owed: int
    most: int


def points_ahead(purse: Purse, brought: Callable[[int], int]) -> int:
    """Points beyond `spendable` that she may use. `brought(n)`: what the meeting brings her when
    she pays n points in all. Spending more never brings more, so the answer is found by halving;
    it is covered in any case, since it was asked for."""
    if not _covered(purse, purse.spendable + 1, brought):
        return 0
    low, high = purse.spendable + 1, min(purse.most, purse.spendable + brought(0))
    if high < low:
        return 0
    while low < high:
        middle = (low + high + 1) // 2
        if _covered(purse, middle, brought):
            low = middle
        else:
            high = middle - 1
    return low - purse.spendable


def _covered(purse: Purse, used: int, brought: Callable[[int], int]) -> bool:
    if used > purse.most:
        return False
    return brought(used) >= used - purse.spendable + purse.owed
