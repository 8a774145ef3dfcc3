"""Points that a product earns by itself: what catalogue pages say before anything is bought."""

from __future__ import annotations

from fractions import Fraction

from app.kernel.money import round_fraction
from app.promotions.domain.terms import Earning, EarningMode


def points_of_product(earning: Earning | None, price_cents: int, points_each: int | None) -> int:
    """Of one unit at its list price. 0 where orders earn by the order, or nothing."""
    if earning is None or earning.mode is EarningMode.NONE:
        return 0
    if points_each is not None and earning.product_points:
        return points_each
    if earning.mode is EarningMode.PER_ORDER:
        return 0
    return round_fraction(
        Fraction(price_cents * earning.points, earning.per_cents), earning.rounding
    )
