"""Meetings as calendar programs read them (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext
from icalendar import Calendar, Event

from app.http.brand import CurrentBrand
from app.http.words import locale
from app.meetings.domain import MeetingStatus
from app.meetings.presenters import place_label, title_of
from app.meetings.queries import MeetingRow

LASTS = timedelta(hours=3)
"""Nobody says when a meeting ends; calendars want to know."""
STATUSES = {MeetingStatus.CANCELLED: "CANCELLED"}


def calendar_file(rows: Iterable[MeetingRow], brand: CurrentBrand, *, at: datetime) -> bytes:
    """The same meeting keeps its UID for ever; its SEQUENCE rises with each change."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Convive//{brand.slug}//{locale().language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", brand.name)
    calendar.add("x-wr-timezone", brand.timezone)
    for row in rows:
        calendar.add_component(_event(row, brand, at))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(row: MeetingRow, brand: CurrentBrand, at: datetime) -> Event:
    starts_at = row.starts_at.astimezone(ZoneInfo(brand.timezone))
    event = Event()
    event.add("uid", f"{row.id}@{brand.slug}.convive")
    event.add("dtstamp", at)
    event.add("sequence", row.revision)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + LASTS)
    event.add("summary", title_of(row.host_name))
    event.add("location", place_label(row.place, row.address))
    event.add("status", STATUSES.get(MeetingStatus(row.status), "CONFIRMED"))
    page = brand.origin + url_for("meetings.show", meeting_id=row.id)
    event.add("url", page)
    event.add("description", "\n".join([*_about(row), page]))
    return event


def _about(row: MeetingRow) -> list[str]:
    return [gettext("Theme: %(theme)s", theme=row.theme)] if row.theme else []
