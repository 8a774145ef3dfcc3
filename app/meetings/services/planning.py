"""Planning a meeting, typing one in after its date, and changing it until it closes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import insert

from app.customers import queries as customers
from app.customers.services import NewCustomer, create_customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, local_day
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.meetings.domain import MeetingSettings, MeetingStatus, Place, WallTime, closing_instant
from app.meetings.errors import AlreadyPlanned, HostIsGuest, NoSeller
from app.meetings.events import MeetingPlanned
from app.meetings.models import Meeting
from app.meetings.repository import run_meeting


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
) -> None:
    """Host, date and place, until the meeting closes."""
    now = clock()
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    meeting.must_be_alive()
    starts_at = wish.gathering.when.instant(settings.zone, today=local_day(now, settings.zone))
    if wish.host_id != meeting.host_id:
        meeting.host_id = _new_host(uow, actor, meeting, wish.host_id)
    if starts_at != meeting.starts_at:
        meeting.move_to(starts_at, at=now, settings=settings)
    _must_be_alone(uow, meeting)
    meeting.place, meeting.address = wish.gathering.place, wish.gathering.address
    meeting.theme = wish.gathering.theme


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
    return customers.customer(uow.session, actor, person).id


def _seller_of(actor: Actor, wish: PlanMeeting) -> UUID:
    if actor.role is Role.SELLER and actor.seller_id:
        return actor.seller_id
    if actor.role not in {Role.SYSTEM, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE}:
        raise NotAllowed
    if wish.seller_id is None:
        raise NoSeller
    return wish.seller_id


def _must_be_alone(uow: UnitOfWork, meeting: Meeting) -> None:
    with uow.session.no_autoflush:
        taken = _standing(meeting.host_id, meeting.starts_at).where(Meeting.id != meeting.id)
        if uow.session.execute(taken).first():
            raise AlreadyPlanned(meeting.starts_at, None)


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


def _new_host(uow: UnitOfWork, actor: Actor, meeting: Meeting, host_id: UUID) -> UUID:
    host = customers.customer(uow.session, actor, host_id)
    if any(guest.customer_id == host_id for guest in meeting.participants):
        raise HostIsGuest(name=host.name)
    return host.id
