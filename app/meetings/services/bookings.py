"""A guest takes a date: a meeting of her own, linked both ways to the one it was booked in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.customers import queries as customers
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.meetings.domain import MeetingSettings, MeetingStatus, Part
from app.meetings.errors import AlreadyBooked, BookedByHost, BookingTooEarly
from app.meetings.events import MeetingBooked
from app.meetings.models import Meeting, Participant
from app.meetings.repository import guest_of, run_meeting
from app.meetings.services.correcting import must_be_changeable, note_correction
from app.meetings.services.planning import Draft, Gathering, save_new


def book_meeting(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    participant_id: UUID,
    wish: Gathering,
    *,
    reason: str = "",
    clock: Clock,
    settings: MeetingSettings,
) -> UUID:
    """The booked meeting's id. Its host is the guest, its seller the same; what it promises is
    worked out from `MeetingBooked`."""
    now = clock()
    origin = run_meeting(uow.session, actor, meeting_id, guests=True)
    is_correction = must_be_changeable(uow, actor, origin, Part.BOOKINGS, reason)
    if participant_id == origin.host_id:
        raise BookedByHost
    guest = guest_of(origin, participant_id)
    if guest.share_bp:
        raise BookedByHost
    starts_at = wish.when.instant(settings.zone, today=local_day(now, settings.zone))
    if starts_at <= origin.starts_at:
        raise BookingTooEarly(starts_at=origin.starts_at)
    _must_be_free(uow, guest, starts_at, settings.zone)
    draft = Draft(
        origin.seller_id,
        guest.customer_id,
        wish,
        starts_at,
        booked_from_meeting_id=origin.id,
        booked_from_participant_id=guest.id,
        revision=1,
    )
    booked_id = save_new(uow, draft, at=now, settings=settings)
    if is_correction:
        note_correction(uow, actor, origin, {}, {"booking": booked_id}, reason)
    uow.record(MeetingBooked(entity_id=booked_id, revision=1, origin_id=origin.id))
    return booked_id


def _must_be_free(uow: UnitOfWork, guest: Participant, starts_at: datetime, zone: str) -> None:
    """One date once: a second click books nothing. Cancelled bookings leave the date free."""
    statement = select(Meeting.starts_at).where(
        Meeting.booked_from_participant_id == guest.id, Meeting.status != MeetingStatus.CANCELLED
    )
    day = local_day(starts_at, zone)
    if any(local_day(taken, zone) == day for taken in uow.session.scalars(statement)):
        name = customers.people(uow.session, [guest.customer_id])[guest.customer_id].name
        raise AlreadyBooked(name=name, day=day)
