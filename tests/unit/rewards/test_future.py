"""How much of what a meeting brings its host may spend in it: the published number, and that no
number above it would be covered."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rewards.domain.future import Purse, ceiling_cents, points_ahead

ALL = 10**6


def linear(turnover_cents: int, rate_bp: int):
    """A point a euro of the percentage, rounded half up; a point is worth one euro."""

    def brought(used: int) -> int:
        cents = max(0, turnover_cents - 100 * used)
        return (cents * rate_bp + 500_000) // 1_000_000

    return brought


def test_of_400_euros_at_ten_percent_the_host_may_spend_36_points_not_40() -> None:
    assert ceiling_cents(40_000, 1_000, Fraction(100)) == 3_636
    assert points_ahead(Purse(0, 0, ALL), linear(40_000, 1_000)) == 36


def test_never_more_than_the_order_can_take_nor_what_is_owed_already() -> None:
    assert points_ahead(Purse(0, 0, 20), linear(40_000, 1_000)) == 20
    assert points_ahead(Purse(0, 10, ALL), linear(40_000, 1_000)) == 27
    assert points_ahead(Purse(0, 40, ALL), linear(40_000, 1_000)) == 0


def test_points_she_has_are_used_first_and_lower_what_the_meeting_brings() -> None:
    found = points_ahead(Purse(100, 0, ALL), linear(40_000, 1_000))
    assert found == 27
    assert linear(40_000, 1_000)(127) >= 27 > linear(40_000, 1_000)(128) - 1


def test_a_step_that_the_spending_would_miss_is_not_counted_on() -> None:
    """From 400 € on 60 points, from 350 € on 30: forty would leave 360."""

    def steps(used: int) -> int:
        left = 400 - used
        return 60 if left >= 400 else 30 if left >= 350 else 0

    assert points_ahead(Purse(0, 0, ALL), steps) == 30


@given(
    st.integers(0, 500_000),
    st.integers(1, 5_000),
    st.integers(0, 300),
    st.integers(0, 50),
    st.integers(0, 2_000),
)
def test_it_is_covered_and_one_more_would_not_be(turnover, rate, has, owed, most) -> None:
    brought = linear(turnover, rate)
    ahead = points_ahead(Purse(has, owed, most), brought)

    def covered(n: int) -> bool:
        return has + n <= most and brought(has + n) >= n + owed

    assert ahead == 0 or covered(ahead)
    assert not covered(ahead + 1)


@pytest.mark.parametrize("rate", [500, 1_000, 2_500])
def test_the_closed_form_and_the_search_agree(rate: int) -> None:
    for turnover in range(0, 100_000, 7_919):
        exact = Fraction(ceiling_cents(turnover, rate, Fraction(100)), 100)
        found = points_ahead(Purse(0, 0, ALL), lambda n, t=turnover: linear_floor(t, rate)(n))
        assert found == int(exact)


def linear_floor(turnover_cents: int, rate_bp: int):
    return lambda used: max(0, turnover_cents - 100 * used) * rate_bp // 1_000_000
