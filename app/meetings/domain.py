"""What a meeting can be, and when it closes: pure, judged in the brand's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.kernel.clock import add_wall_hours, at_wall_time
from app.kernel.errors import Invalid
from app.kernel.words import N_

LONGEST_PAST_DAYS = 400
LONGEST_AHEAD_DAYS = 1_100
"""How far from today a date may lie; further is a typing error."""


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Place(StrEnum):
    HOST_HOME = "host_home"
    SELLER_HOME = "seller_home"
    OTHER = "other"
    VIRTUAL = "virtual"


class Invitation(StrEnum):
    SUGGESTED = "suggested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REJECTED = "rejected"


class Part(StrEnum):
    """What of a closed meeting a brand leaves to its sellers to change, or locks."""

    HOST = "host"
    DATE = "date"
    PARTICIPANTS = "participants"
    PRESENCE = "presence"
    BOOKINGS = "bookings"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class MeetingSettings:
    """The brand's ways with meetings; doors read them from the brand they have resolved."""

    zone: str
    closing_delay_hours: int = 48
    late_entry_hours: int = 48


@dataclass(frozen=True, slots=True)
class WallTime:
    """A date and a time as people say them, in the brand's zone."""

    day: date
    at: time

    def instant(self, zone: str, *, today: date) -> datetime:
        """Raises Invalid, naming the field and the mend, for what no calendar of ours holds."""
        earliest = today - timedelta(days=LONGEST_PAST_DAYS)
        latest = today + timedelta(days=LONGEST_AHEAD_DAYS)
        if not earliest <= self.day <= latest:
            between = {"earliest": earliest, "latest": latest}
            words = N_("Give a date from %(earliest)s to %(latest)s.")
            raise Invalid({"date": [(words, between)]})
        local = datetime.combine(self.day, self.at)
        instant = at_wall_time(local, zone)
        if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
            skipped = N_("The clocks go forward at that hour: choose a time before or after it.")
            raise Invalid({"time": [skipped]})
        return instant


def closing_instant(
    starts_at: datetime, *, saved_at: datetime, settings: MeetingSettings
) -> datetime:
    """The brand's delay after the date; typed in late, never sooner than the late-entry delay."""
    planned = add_wall_hours(starts_at, settings.closing_delay_hours, settings.zone)
    if starts_at > saved_at:
        return planned
    return max(planned, add_wall_hours(saved_at, settings.late_entry_hours, settings.zone))


def month_start(day: date, zone: str, *, months_back: int = 0) -> datetime:
    """The first instant of the month of `day`, or of an earlier month, in `zone`."""
    months = day.year * 12 + day.month - 1 - months_back
    return at_wall_time(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC), zone)
