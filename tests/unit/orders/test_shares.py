"""What belongs to some units of a line: parts in any number and order add up to all of it."""

from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.orders.domain.shares import LineTaken, Share, share_of
from tests.support.chance import SOAK

amounts = st.integers(0, 10**7)
named = st.dictionaries(st.sampled_from("abc"), amounts, max_size=3)


@st.composite
def lives(draw: st.DrawFn) -> tuple[LineTaken, list[int]]:
    """A line, and how many of its units go at a time, until none is left."""
    cuts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=8))
    line = LineTaken(sum(cuts), draw(amounts), draw(amounts), draw(named), draw(named))
    return line, cuts


@given(lives())
@settings(max_examples=200 * SOAK)
def test_all_parts_are_the_whole_and_none_is_negative(life: tuple[LineTaken, list[int]]) -> None:
    line, cuts = life
    gone, parts = 0, []
    for units in cuts:
        parts.append(share_of(line, gone, units))
        gone += units
    whole = reduce(Share.plus, parts, Share())

    assert (whole.net_cents, whole.points) == (line.net_cents, line.points)
    assert (whole.vouchers, whole.promotions) == (dict(line.vouchers), dict(line.promotions))
    for one in parts:
        assert min(one.net_cents, one.points, *one.vouchers.values(), *one.promotions.values()) >= 0


@given(lives())
@settings(max_examples=100 * SOAK)
def test_two_units_at_once_are_one_after_the_other(life: tuple[LineTaken, list[int]]) -> None:
    line, cuts = life
    at_once = share_of(line, 0, cuts[0])
    one_by_one = (share_of(line, gone, 1) for gone in range(cuts[0]))
    assert reduce(Share.plus, one_by_one, Share()) == at_once


@pytest.mark.parametrize(("gone", "going"), [(0, 0), (-1, 1), (2, 2), (3, 1)])
def test_no_units_that_are_not_there(gone: int, going: int) -> None:
    with pytest.raises(ValueError, match="more units"):
        share_of(LineTaken(3, 100), gone, going)
