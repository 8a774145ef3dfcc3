"""Who is invited, and who came."""

from collections.abc import Collection
from uuid import UUID

from app.customers import queries as customers
from app.customers.services import NewCustomer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.meetings.domain import Invitation, Part
from app.meetings.errors import AlreadyInvited, HostIsNoGuest
from app.meetings.models import Meeting, Participant
from app.meetings.repository import guest_of, run_meeting
from app.meetings.services.correcting import must_be_changeable, note_correction
from app.meetings.services.planning import person_of_book


def add_participant(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    person: UUID | NewCustomer,
    *,
    clock: Clock,
    invitation: Invitation = Invitation.INVITED,
    reason: str = "",
) -> UUID:
    """Somebody of the book or somebody new, once per meeting; the participant's id comes back.

    `reason`: why staff correct a closed meeting, as for the others here.
    """
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    is_correction = must_be_changeable(uow, actor, meeting, Part.PARTICIPANTS, reason)
    customer_id = person_of_book(uow, actor, person, clock=clock)
    _must_be_new_here(uow, meeting, customer_id)
    guest = Participant(
        brand_id=uow.brand_id,
        id=new_id(),
        meeting_id=meeting.id,
        customer_id=customer_id,
        invitation=invitation,
        attended=False,
        added_at=clock(),
    )
    meeting.participants.append(guest)
    if is_correction:
        note_correction(uow, actor, meeting, {}, {"guest": customer_id}, reason)
    return guest.id


def set_attended(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    participant_id: UUID,
    attended: bool,
    *,
    reason: str = "",
    clock: Clock,  # noqa: ARG001 -- every service is told the time
) -> None:
    """Tick who came; ticking twice ticks once."""
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    is_correction = must_be_changeable(uow, actor, meeting, Part.PRESENCE, reason)
    guest = guest_of(meeting, participant_id)
    before, guest.attended = guest.attended, attended
    if is_correction:
        who = {"guest": guest.customer_id}
        told = ({**who, "attended": before}, {"attended": attended})
        note_correction(uow, actor, meeting, *told, reason)


def correct_presence(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    present: Collection[UUID],
    *,
    reason: str,
    clock: Clock,
) -> None:
    """Of everybody at once, by participant."""
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    for wanted in present:
        guest_of(meeting, wanted)
    for guest in list(meeting.participants):
        attended = guest.id in present
        if attended != guest.attended:
            set_attended(uow, actor, meeting_id, guest.id, attended, reason=reason, clock=clock)


def _must_be_new_here(uow: UnitOfWork, meeting: Meeting, customer_id: UUID) -> None:
    if customer_id == meeting.host_id:
        raise HostIsNoGuest(name=_name(uow, customer_id))
    if any(guest.customer_id == customer_id for guest in meeting.participants):
        raise AlreadyInvited(name=_name(uow, customer_id))


def _name(uow: UnitOfWork, customer_id: UUID) -> str:
    return customers.people(uow.session, [customer_id])[customer_id].name
