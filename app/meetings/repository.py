"""Loading one meeting whole, locked if asked; whoever may not see it does not find it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.infra.locks import Rank, lock
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.meetings.errors import ParticipantNotFound
from app.meetings.models import Meeting, Participant


def locked_meeting(
    session: Session, actor: Actor, meeting_id: UUID, *, guests: bool = False
) -> Meeting:
    """The meeting, for changing it or its orders: the first lock of every such use case.

    A host may lock her own meeting, to choose a gift; `must_be_run_by` keeps her from the rest.
    """
    options = [selectinload(Meeting.participants)] if guests else []
    found = lock(session, Rank.MEETING, Meeting, [meeting_id], options=options)
    if not found:
        raise NotFound
    found[0].must_be_seen_by(actor)
    return found[0]


def run_meeting(
    session: Session, actor: Actor, meeting_id: UUID, *, guests: bool = False
) -> Meeting:
    """The same, for those who run it: its seller, staff, the system."""
    meeting = locked_meeting(session, actor, meeting_id, guests=guests)
    meeting.must_be_run_by(actor)
    return meeting


def seen_meeting(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting as it stands, for reading."""
    meeting = session.scalar(select(Meeting).where(Meeting.id == meeting_id))
    if meeting is None:
        raise NotFound
    meeting.must_be_seen_by(actor)
    return meeting


def guest_of(meeting: Meeting, participant_id: UUID) -> Participant:
    """One of the guests loaded with the meeting. Raises ParticipantNotFound."""
    for guest in meeting.participants:
        if guest.id == participant_id:
            return guest
    raise ParticipantNotFound
