"""Planning a meeting, typing one in after its date, and changing it until it closes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.customers import queries as customers
from app.customers.services import NewCustomer, create_customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, local_day
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.meetings.domain import MeetingSettings, MeetingStatus, Place, WallTime, closing_instant
from app.meetings.errors import HostIsGuest, NoSeller
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


def plan_meeting(
    uow: UnitOfWork, actor: Actor, wish: PlanMeeting, *, clock: Clock, settings: MeetingSettings
) -> UUID:
    """A date that has passed is fine: the meeting opens at once and waits for its orders."""
    seller_id = _seller_of(actor, wish)
    now = clock()
    starts_at = wish.gathering.when.instant(settings.zone, today=local_day(now, settings.zone))
    host_id = person_of_book(uow, actor, wish.host, clock=clock)
    meeting = new_meeting(
        uow, seller_id, host_id, wish.gathering, starts_at, at=now, settings=settings
    )
    uow.session.add(meeting)
    return meeting.id


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
    meeting.place, meeting.address = wish.gathering.place, wish.gathering.address
    meeting.theme = wish.gathering.theme


def new_meeting(
    uow: UnitOfWork,
    seller_id: UUID,
    host_id: UUID,
    gathering: Gathering,
    starts_at: datetime,
    *,
    at: datetime,
    settings: MeetingSettings,
) -> Meeting:
    """Shared with bookings, which are meetings planned in another meeting."""
    meeting = Meeting(
        brand_id=uow.brand_id,
        id=new_id(),
        seller_id=seller_id,
        host_id=host_id,
        starts_at=starts_at,
        first_starts_at=starts_at,
        place=gathering.place,
        address=gathering.address,
        theme=gathering.theme,
        status=MeetingStatus.PLANNED,
        closes_at=closing_instant(starts_at, saved_at=at, settings=settings),
        revision=0,
        created_at=at,
    )
    if starts_at <= at:
        meeting.open(at)
    return meeting


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


def _new_host(uow: UnitOfWork, actor: Actor, meeting: Meeting, host_id: UUID) -> UUID:
    host = customers.customer(uow.session, actor, host_id)
    if any(guest.customer_id == host_id for guest in meeting.participants):
        raise HostIsGuest(name=host.name)
    return host.id
