"""The last day to withdraw: fourteen days, never ending on a day off."""

from datetime import date

import pytest

from app.orders.domain.withdrawing import last_day


@pytest.mark.parametrize(
    ("received", "country", "last"),
    [
        ("2026-11-10", "FR", "2026-11-24"),  # a Tuesday
        ("2026-11-14", "FR", "2026-11-30"),  # a Saturday, hence the Monday
        ("2026-12-11", "FR", "2026-12-28"),  # Christmas, a Friday
        ("2026-03-23", "FR", "2026-04-07"),  # Easter Monday
        ("2026-03-23", "ZZ", "2026-04-06"),  # a country whose holidays nobody knows
        ("2026-06-30", "FR", "2026-07-15"),  # 14 July
        ("2026-06-30", "BE", "2026-07-14"),
    ],
)
def test_it_is_moved_to_the_next_working_day(received: str, country: str, last: str) -> None:
    assert last_day(date.fromisoformat(received), country) == date.fromisoformat(last)
