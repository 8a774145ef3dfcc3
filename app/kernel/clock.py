"""Time is an argument: instants are aware and in UTC, days are judged in the brand's zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Answers the same instant throughout one unit of work."""


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day on which `instant` falls for people living in `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def add_wall_hours(instant: datetime, hours: int, zone: str) -> datetime:
    """`hours` later as a wall clock shows it: Saturday 14:00 + 96 h is Wednesday 14:00,
    also when the clocks change in between."""
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return at_wall_time(local + timedelta(hours=hours), zone)


def at_wall_time(local: datetime, zone: str) -> datetime:
    """The instant at which clocks in `zone` show `local`.

    A time that a spring change skips is read as the moment right after the gap.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant after `day`: periods include their last day."""
    return at_wall_time(datetime.combine(day + timedelta(days=1), time()), zone)
