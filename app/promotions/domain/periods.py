"""Whether a promotion runs at this moment, as the brand's clocks and calendar show it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from app.promotions.domain.quote import Reason
from app.promotions.domain.terms import Hours, Period

ALWAYS = Period()


def why_closed(period: Period, local: datetime) -> Reason | None:
    """None: it runs. Hours that end on the next day belong to the day they began on."""
    if period is ALWAYS or period == ALWAYS:
        return None
    today = local.date()
    if not period.hours:
        return _why_not_on(period, today)
    days = [day for hours in period.hours if (day := _day_of(hours, today, local.time()))]
    reasons = [_why_not_on(period, day) for day in days]
    if None in reasons:
        return None
    return next(iter(reasons), None) or _why_not_on(period, today) or Reason("not_this_hour")


def _day_of(hours: Hours, today: date, now: time) -> date | None:
    if hours.start < hours.end:
        return today if hours.start <= now < hours.end else None
    if now >= hours.start:
        return today
    return today - timedelta(days=1) if now < hours.end else None


def _why_not_on(period: Period, day: date) -> Reason | None:
    if period.first and day < period.first:
        return Reason("not_started", {"from": period.first.isoformat()})
    if period.last and day > period.last:
        return Reason("ended", {"until": period.last.isoformat()})
    if period.weekdays and day.isoweekday() not in period.weekdays:
        return Reason("not_this_day", {"weekdays": sorted(period.weekdays)})
    return None
