"""What the brand's lists may be asked for."""

from app.http.fields import Choice, Count, Date, Id, StrictSchema, Text
from app.reports.meetings import ORDERS, STATES


class MeetingsSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    status = Choice(STATES, load_default="")
    seller = Id(load_default=None)
    since = Date(load_default=None)
    until = Date(load_default=None)
    sort = Choice(ORDERS, load_default=next(iter(ORDERS)))
    page = Count(minimum=1, maximum=10_000, load_default=1)


class PeriodSchema(StrictSchema):
    since = Date(load_default=None)
    until = Date(load_default=None)
