"""The filters of a list, as its address gives them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from marshmallow import Schema

from app.http.brand import current_brand
from app.http.flashes import flash_refusal
from app.http.forms import load, posted
from app.kernel.errors import Invalid


def asked_of_list(schema: type[Schema]) -> dict[str, Any]:
    """What cannot be read is named in a message and left out, as is what the list does not know:
    an address is no form that somebody could mend."""
    given = {name: value for name, value in posted(request.args).items() if name in schema().fields}
    try:
        found: dict[str, Any] = load(schema, given)
    except Invalid as refusal:
        flash_refusal(refusal)
        kept = {name: value for name, value in given.items() if name not in refusal.fields}
        found = load(schema, kept)
    return found


def day_begins(day: date | None) -> datetime | None:
    """Midnight where the brand lives."""
    zone = ZoneInfo(current_brand().timezone)
    return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None


def day_ends(day: date | None) -> datetime | None:
    return day_begins(day + timedelta(days=1)) if day else None
