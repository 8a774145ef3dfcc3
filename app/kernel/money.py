"""Exact amounts: integer cents, rates in basis points, one rounding rule, one way to share out."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

BASIS = 10_000
"""Basis points in one whole: a rate of 1000 is 10 %."""

MAX_CENTS = 10**11
"""No single amount is larger (one billion euros): a larger one is a typing error."""


class Rounding(StrEnum):
    HALF_UP = "half_up"
    FLOOR = "floor"
    CEIL = "ceil"


def round_fraction(value: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Round to a whole number; halves go away from zero, so that -x rounds to -(x rounded)."""
    return round_ratio(value.numerator, value.denominator, rounding)


def round_ratio(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The same of two whole numbers, the second above 0: no common divisor is sought."""
    if rounding is Rounding.FLOOR:
        return numerator // denominator
    if rounding is Rounding.CEIL:
        return -(-numerator // denominator)
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def percent_of(amount: int, rate_bp: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """`rate_bp` basis points of `amount`, in the same unit as the amount."""
    return round_ratio(amount * rate_bp, BASIS, rounding)


def vat_included(amount_cents: int, vat_rate_bp: int) -> int:
    """The VAT contained in an amount that includes it."""
    whole = BASIS + vat_rate_bp
    vat = (2 * abs(amount_cents) * vat_rate_bp + whole) // (2 * whole)
    return -vat if amount_cents < 0 else vat


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out in proportion to `weights`, by largest remainder, ties to the first.

    The parts always sum to `total`. All weights zero: equal shares.
    Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be one or more numbers that are not negative")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    amount = abs(total)
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)
    if left:
        rests = [amount * weight % whole for weight in weights]
        by_remainder = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
        for index in by_remainder[:left]:
            parts[index] += 1
    return parts if total >= 0 else [-part for part in parts]
