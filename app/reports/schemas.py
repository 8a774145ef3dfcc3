"""What the brand's lists may be asked for."""

from typing import Any

from marshmallow import post_load

from app.http.fields import Choice, Count, Date, Id, StrictSchema, Text, Time
from app.meetings.domain import WallTime
from app.meetings.services.reopening import Reopening
from app.reports.meetings import ORDERS, STATES


class MeetingsSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    status = Choice(STATES, load_default="")
    seller = Id(load_default=None)
    since = Date(load_default=None)
    until = Date(load_default=None)
    sort = Choice(ORDERS, load_default=next(iter(ORDERS)))
    page = Count(minimum=1, maximum=10_000, load_default=1)


class ReopenSchema(StrictSchema):
    """Until when, and why."""

    date = Date(required=True)
    time = Time(required=True)
    reason = Text(required=True, maximum=300)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> Reopening:
        until = WallTime(data["date"], data["time"].replace(second=0))
        return Reopening(until, data["reason"])


class PeriodSchema(StrictSchema):
    since = Date(load_default=None)
    until = Date(load_default=None)
