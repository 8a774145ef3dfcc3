"""Planning a meeting, typing one in after its date, and changing it until it closes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.accounts.domain import LinkPurpose
from app.accounts.links import revoke_links
from app.customers import queries as customers
from app.customers.services import NewCustomer, create_customer, mark_host
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, local_day
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.meetings.domain import (
    Invitation,
    MeetingSettings,
    MeetingStatus,
    Part,
    Place,
    WallTime,
    closing_instant,
)
from app.meetings.errors import AlreadyPlanned, BookingTooEarly, HostIsGuest, NoSeller
from app.meetings.events import HostChanged, MeetingPlanned
from app.meetings.models import Meeting, Participant
from app.meetings.queries import MeetingCard
from app.meetings.repository import run_meeting
from app.meetings.services.correcting import must_be_changeable, note_correction
from app.orders import queries as orders


@dataclass(frozen=True, slots=True)
class Gathering:
    """When, where, and what about."""

    when: WallTime
    place: Place = Place.HOST_HOME
    address: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class PlanMeeting:
    """The host is either somebody of the book or somebody new."""

    host: UUID | NewCustomer
    gathering: Gathering
    seller_id: UUID | None = None
    """Whose meeting, when staff or the system plan it; sellers plan their own."""


@dataclass(frozen=True, slots=True)
class ChangeMeeting:
    host_id: UUID
    gathering: Gathering
    reason: str = ""
    """Why staff correct a closed meeting."""


@dataclass(frozen=True, slots=True)
class Draft:
    seller_id: UUID
    host_id: UUID
    gathering: Gathering
    starts_at: datetime
    booked_from_meeting_id: UUID | None = None
    booked_from_participant_id: UUID | None = None
    revision: int = 0


def plan_meeting(
    uow: UnitOfWork, actor: Actor, wish: PlanMeeting, *, clock: Clock, settings: MeetingSettings
) -> UUID:
    """A date that has passed is fine: the meeting opens at once and waits for its orders."""
    seller_id = _seller_of(actor, wish)
    now = clock()
    starts_at = wish.gathering.when.instant(settings.zone, today=local_day(now, settings.zone))
    host_id = person_of_book(uow, actor, wish.host, clock=clock)
    draft = Draft(seller_id, host_id, wish.gathering, starts_at)
    return save_new(uow, draft, at=now, settings=settings)


def change_meeting(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    wish: ChangeMeeting,
    *,
    clock: Clock,
    settings: MeetingSettings,
) -> datetime:
    """Host, date, place and theme; when it will close by itself. Of a closed meeting, see
    `correcting`: the host is one part of it, all else another."""
    now = clock()
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    starts_at = wish.gathering.when.instant(settings.zone, today=local_day(now, settings.zone))
    is_correction = [
        must_be_changeable(uow, actor, meeting, part, wish.reason)
        for part in _parts_changed(meeting, wish, starts_at)
    ]
    before = _told(meeting)
    with uow.session.no_autoflush:
        if wish.host_id != meeting.host_id:
            _hand_over(uow, actor, meeting, wish.host_id, at=now)
        if starts_at != meeting.starts_at:
            _must_follow_origin(uow, meeting, starts_at)
            meeting.move_to(starts_at, at=now, settings=settings)
        _must_be_alone(uow, meeting)
    meeting.place, meeting.address = wish.gathering.place, wish.gathering.address
    meeting.theme = wish.gathering.theme
    meeting.revision += 1
    _save(uow, meeting)
    if any(is_correction):
        note_correction(uow, actor, meeting, before, _told(meeting), wish.reason)
    return meeting.closes_at


def _parts_changed(meeting: Meeting, wish: ChangeMeeting, starts_at: datetime) -> list[Part]:
    """Nothing at all counts as a change of the date."""
    gathering = wish.gathering
    before = (meeting.starts_at, meeting.place, meeting.address, meeting.theme)
    same = before == (starts_at, gathering.place, gathering.address, gathering.theme)
    changed = [Part.HOST] if wish.host_id != meeting.host_id else []
    return changed if same and changed else [*changed, Part.DATE]


def _told(meeting: Meeting) -> dict[str, Any]:
    return {
        "host_id": meeting.host_id,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "theme": meeting.theme,
    }


def would_close_at(
    card: MeetingCard, when: WallTime, *, now: datetime, settings: MeetingSettings
) -> datetime:
    """When the meeting would close by itself if it were moved. Raises Invalid."""
    starts_at = when.instant(settings.zone, today=local_day(now, settings.zone))
    if starts_at == card.starts_at:
        return card.closes_at
    return closing_instant(starts_at, saved_at=now, settings=settings)


def save_new(uow: UnitOfWork, draft: Draft, *, at: datetime, settings: MeetingSettings) -> UUID:
    """Raises AlreadyPlanned: the database sees to it that two clicks at once plan one meeting.

    Shared with bookings, which are meetings planned in another meeting.
    """
    has_begun = draft.starts_at <= at
    statement = (
        insert(Meeting)
        .values(
            brand_id=uow.brand_id,
            id=new_id(),
            seller_id=draft.seller_id,
            host_id=draft.host_id,
            starts_at=draft.starts_at,
            first_starts_at=draft.starts_at,
            place=draft.gathering.place,
            address=draft.gathering.address,
            theme=draft.gathering.theme,
            status=MeetingStatus.OPEN if has_begun else MeetingStatus.PLANNED,
            opened_at=at if has_begun else None,
            closes_at=closing_instant(draft.starts_at, saved_at=at, settings=settings),
            booked_from_meeting_id=draft.booked_from_meeting_id,
            booked_from_participant_id=draft.booked_from_participant_id,
            revision=draft.revision,
            created_at=at,
        )
        .on_conflict_do_nothing(
            index_elements=["brand_id", "host_id", "starts_at"],
            index_where=text("status <> 'cancelled'"),
        )
        .returning(Meeting.id)
    )
    meeting_id = uow.session.scalar(statement)
    if meeting_id is None:
        raise _already_planned(uow, draft)
    uow.record(MeetingPlanned(entity_id=meeting_id, revision=1))
    return meeting_id


def person_of_book(
    uow: UnitOfWork, actor: Actor, person: UUID | NewCustomer, *, clock: Clock
) -> UUID:
    """Somebody the actor may see, or a new card. Raises CustomerNotFound, CustomerAlreadyExists."""
    if isinstance(person, NewCustomer):
        return create_customer(uow, actor, person, clock=clock)
    return customers.held(uow.session, actor, person).id


def _seller_of(actor: Actor, wish: PlanMeeting) -> UUID:
    if actor.role is Role.SELLER and actor.seller_id:
        return actor.seller_id
    if actor.role not in {Role.SYSTEM, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE}:
        raise NotAllowed
    if wish.seller_id is None:
        raise NoSeller
    return wish.seller_id


def _must_be_alone(uow: UnitOfWork, meeting: Meeting) -> None:
    taken = _standing(meeting.host_id, meeting.starts_at).where(Meeting.id != meeting.id)
    if uow.session.execute(taken).first():
        raise AlreadyPlanned(meeting.starts_at, None)


def _must_follow_origin(uow: UnitOfWork, meeting: Meeting, starts_at: datetime) -> None:
    """What was booked in a meeting comes after it."""
    if meeting.booked_from_meeting_id is None:
        return
    origin = select(Meeting.starts_at).where(Meeting.id == meeting.booked_from_meeting_id)
    origin_starts_at = uow.session.scalars(origin).one()
    if starts_at <= origin_starts_at:
        raise BookingTooEarly(starts_at=origin_starts_at)


def _save(uow: UnitOfWork, meeting: Meeting) -> None:
    """Two meetings moved to the same host and instant at once: the database lets one of them."""
    starts_at = meeting.starts_at
    try:
        uow.session.flush()
    except IntegrityError as taken:
        raise AlreadyPlanned(starts_at, None) from taken


def _already_planned(uow: UnitOfWork, draft: Draft) -> AlreadyPlanned:
    there = uow.session.execute(_standing(draft.host_id, draft.starts_at)).first()
    mine = there.id if there and there.seller_id == draft.seller_id else None
    return AlreadyPlanned(draft.starts_at, mine)


def _standing(host_id: UUID, starts_at: datetime) -> Select[UUID, UUID]:
    return select(Meeting.id, Meeting.seller_id).where(
        Meeting.host_id == host_id,
        Meeting.starts_at == starts_at,
        Meeting.status != MeetingStatus.CANCELLED,
    )


def _hand_over(
    uow: UnitOfWork, actor: Actor, meeting: Meeting, host_id: UUID, *, at: datetime
) -> None:
    """The host before her loses her page; what she ordered stays, so she stays as a guest."""
    host = customers.held(uow.session, actor, host_id)
    if any(guest.customer_id == host_id for guest in meeting.participants):
        raise HostIsGuest(name=host.name)
    if _has_ordered(uow, meeting):
        meeting.participants.append(_former_host(meeting, at))
    meeting.host_id = host.id
    if meeting.closed_at is not None:
        mark_host(uow, [host.id])
    revoke_links(uow, meeting.id, purpose=LinkPurpose.HOST)
    change = HostChanged(new_id(), 1, meeting.id, meeting.booked_from_meeting_id)
    uow.record(change)


def _has_ordered(uow: UnitOfWork, meeting: Meeting) -> bool:
    placed = orders.orders_of_meetings(uow.session, [meeting.id])
    return any(order.customer_id == meeting.host_id and not order.is_cancelled for order in placed)


def _former_host(meeting: Meeting, at: datetime) -> Participant:
    return Participant(
        brand_id=meeting.brand_id,
        id=new_id(),
        customer_id=meeting.host_id,
        invitation=Invitation.ACCEPTED,
        added_at=at,
    )
