"""Until when a customer may withdraw from a distance or doorstep contract."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

DAYS = 14
SATURDAY = 5


def last_day(received_on: date, country: str) -> date:
    """Fourteen days from the day after the last product came; a delay that would end on a Saturday,
    a Sunday or a public holiday runs to the next working day (Code de la consommation, art.
    L221-18 and L221-19; Regulation 1182/71 for the Union)."""
    day = received_on + timedelta(days=DAYS)
    while day.weekday() >= SATURDAY or _is_holiday(day, country):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=512)
def _is_holiday(day: date, country: str) -> bool:
    from holidays import country_holidays  # slow to load, and seldom needed

    try:
        return day in country_holidays(country, years=day.year)
    except NotImplementedError:
        return False
