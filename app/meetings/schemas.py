"""What the forms about meetings send, and the commands they become."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, post_load, validate, validates_schema

from app.customers.services import NewCustomer
from app.http.fields import (
    REQUIRED,
    Choice,
    Count,
    Date,
    Email,
    Flag,
    Id,
    ListOf,
    Part,
    Phone,
    Rate,
    StrictSchema,
    Text,
    Time,
)
from app.http.words import say
from app.kernel.money import BASIS
from app.kernel.words import N_
from app.meetings.domain import MeetingStatus, Place, WallTime
from app.meetings.queries import FATES
from app.meetings.services.late_orders import LateOrder
from app.meetings.services.planning import ChangeMeeting, Gathering, PlanMeeting
from app.meetings.services.reopening import Reopening
from app.orders.services.payments import METHODS

NEW = "new"
MOST_HOSTS = 20
NEEDED_OF_NEW = ("first_name", "last_name")
OF_NEW = ("first_name", "last_name", "email", "phone")


class GatheringSchema(StrictSchema):
    date = Date(required=True)
    time = Time(required=True)
    place = Choice(Place, load_default=Place.HOST_HOME)
    place_detail = Text(maximum=200, load_default="")
    theme = Text(maximum=120, load_default="")


class PersonSchema(StrictSchema):
    """Somebody new; which fields are needed depends on whether she is."""

    first_name = Text(maximum=80)
    last_name = Text(maximum=80)
    email = Email()
    phone = Phone()


class BookMeetingSchema(GatheringSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> Gathering:
        return _gathering(data)


class ChangeMeetingSchema(GatheringSchema):
    host_id = Id(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ChangeMeeting:
        return ChangeMeeting(host_id=data["host_id"], gathering=_gathering(data))


class WhenSchema(StrictSchema):
    """A date and a time that are still being typed."""

    date = Date(required=True)
    time = Time(required=True)

    @post_load
    def to_wall_time(self, data: dict[str, Any], **_: Any) -> WallTime:
        return WallTime(data["date"], data["time"].replace(second=0))


class PlanMeetingSchema(GatheringSchema, PersonSchema):
    host_id = Id()
    host = Choice([NEW])

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def host_is_known(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        if "host_id" in original:
            return
        if "host" not in original:
            raise ValidationError(
                {"host_id": [say(N_("Choose the host in your book, or type in somebody new."))]}
            )
        _must_name(original)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> PlanMeeting:
        host: UUID | NewCustomer = data["host_id"] if "host_id" in data else _person(data)
        return PlanMeeting(host=host, gathering=_gathering(data))


class AddParticipantSchema(PersonSchema):
    """Somebody of the book, or somebody new: the person or her id comes back."""

    customer_id = Id()

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def person_is_known(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        if "customer_id" not in original:
            _must_name(original)

    @post_load
    def to_person(self, data: dict[str, Any], **_: Any) -> UUID | NewCustomer:
        return data["customer_id"] if "customer_id" in data else _person(data)


class ShareSchema(StrictSchema):
    customer_id = Id(required=True)
    share = Rate(maximum=BASIS, required=True)
    """In percent: 33,33."""


class HostsSchema(StrictSchema):
    """Everybody who hosts, the host too: together 100 %. Shares by customer come back."""

    hosts = ListOf(Part(ShareSchema), maximum=MOST_HOSTS, required=True)

    @post_load
    def to_shares(self, data: dict[str, Any], **_: Any) -> dict[UUID, int]:
        return _shares((one["customer_id"], one["share"]) for one in data["hosts"])


class ShareByAppSchema(StrictSchema):
    customer_id = Id(required=True)
    share_bp = Count(minimum=1, maximum=BASIS, required=True)


class HostsByAppSchema(StrictSchema):
    """The same from programs, in basis points: together 10,000."""

    hosts = ListOf(Part(ShareByAppSchema), maximum=MOST_HOSTS, required=True)

    @post_load
    def to_shares(self, data: dict[str, Any], **_: Any) -> dict[UUID, int]:
        return _shares((one["customer_id"], one["share_bp"]) for one in data["hosts"])


class CorrectionSchema(StrictSchema):
    """Why staff change what is closed."""

    reason = Text(required=True, maximum=300)


class CorrectMeetingSchema(CorrectionSchema, ChangeMeetingSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> ChangeMeeting:
        return ChangeMeeting(data["host_id"], _gathering(data), data["reason"])


class CorrectHostsSchema(CorrectionSchema):
    """The shares by customer, and the reason."""

    hosts = ListOf(Part(ShareByAppSchema), maximum=MOST_HOSTS, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> tuple[dict[UUID, int], str]:
        named = ((one["customer_id"], one["share_bp"]) for one in data["hosts"])
        return _shares(named), data["reason"]


class CorrectGuestSchema(CorrectionSchema):
    customer_id = Id(required=True)


class CorrectPresenceSchema(CorrectionSchema):
    """Everybody who was there; whoever is not named was not."""

    present = ListOf(Id(), maximum=1_000, load_default=list)
    """Participants."""


class CorrectBookingSchema(CorrectionSchema, GatheringSchema):
    participant_id = Id(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> tuple[UUID, Gathering, str]:
        return data["participant_id"], _gathering(data), data["reason"]


class LateLineSchema(StrictSchema):
    product_id = Id(required=True)
    quantity = Count(minimum=1, maximum=9_999, load_default=1)


class LateOrderSchema(CorrectionSchema):
    """Of a guest, or of the host, paid with `method`."""

    customer_id = Id(required=True)
    lines = ListOf(Part(LateLineSchema), required=True, validate=validate.Length(min=1))
    method = Choice(METHODS, required=True)
    received_on = Date(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> LateOrder:
        return LateOrder(
            customer_id=data["customer_id"],
            lines=[(line["product_id"], line["quantity"]) for line in data["lines"]],
            method=data["method"],
            reason=data["reason"],
            received_on=data["received_on"],
        )


class ReopenSchema(CorrectionSchema):
    """Until when, and why."""

    date = Date(required=True)
    time = Time(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> Reopening:
        until = WallTime(data["date"], data["time"].replace(second=0))
        return Reopening(until, data["reason"])


class AttendanceSchema(StrictSchema):
    attended = Flag(required=True)


class CloseSchema(StrictSchema):
    seen = Text(maximum=64, required=True)


class ClosePageSchema(StrictSchema):
    """A form without it has shown nothing: what would be won is shown before anything is won."""

    seen = Text(maximum=64, load_default="")


class HostSchema(StrictSchema):
    """Whom a link of the first step names."""

    host = Id(required=True)


class ListSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    status = Choice(MeetingStatus, load_default=None)
    since = Date(load_default=None)
    until = Date(load_default=None)
    page = Count(minimum=1, maximum=5_000, load_default=1)


class BookingsSchema(StrictSchema):
    fate = Choice(FATES, load_default="")
    page = Count(minimum=1, maximum=5_000, load_default=1)


class MonthSchema(StrictSchema):
    month = Date(load_default=None)
    """Any of its days."""


def _must_name(original: Any) -> None:
    missing = [name for name in NEEDED_OF_NEW if name not in original]
    if missing:
        raise ValidationError({name: [say(REQUIRED)] for name in missing})


def _shares(named: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for customer_id, share_bp in named:
        if customer_id in found:
            raise ValidationError({"hosts": [say(N_("Name each person once."))]})
        found[customer_id] = share_bp
    return found


def _gathering(data: dict[str, Any]) -> Gathering:
    return Gathering(
        when=WallTime(data["date"], data["time"].replace(second=0)),
        place=data["place"],
        address=data["place_detail"],
        theme=data["theme"],
    )


def _person(data: dict[str, Any]) -> NewCustomer:
    return NewCustomer(**{name: data[name] for name in OF_NEW if name in data})
