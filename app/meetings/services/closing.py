"""Closing: the orders are frozen, and everybody who waits for it is told."""

from uuid import UUID

from sqlalchemy import Select, select

from app.audit.services import record
from app.customers.services import mark_host
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.meetings.domain import MeetingStatus
from app.meetings.errors import ClosingBlocked
from app.meetings.events import MeetingClosed
from app.meetings.models import Participant
from app.meetings.repository import run_meeting
from app.meetings.services.lifecycle import named
from app.orders import queries as orders
from app.orders.services import discard_carts_of_meeting


def hold_for_closing(uow: UnitOfWork, actor: Actor, meeting_id: UUID) -> bool:
    """Keep the meeting as it is until this transaction ends, so that what was previewed can be
    compared with what would be granted. False when it is closed already."""
    meeting = run_meeting(uow.session, actor, meeting_id)
    return meeting.status != MeetingStatus.CLOSED


def close_meeting(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> bool:
    """False when it was closed already: nothing changes then.

    The meeting's lock comes first, so of any number of callers one closes and the others find it
    done. Raises ClosingBlocked while a placed order waits for money, MeetingWasCancelled. The
    same number of statements whatever the number of orders.
    """
    meeting = run_meeting(uow.session, actor, meeting_id)
    if meeting.status == MeetingStatus.CLOSED:
        return False
    meeting.must_be_alive()
    awaiting = discard_carts_of_meeting(uow, meeting.id)
    if awaiting:
        found = orders.orders_by_id(uow.session, awaiting)
        raise ClosingBlocked(orders=named(uow, [found[one] for one in awaiting]))
    before = {"status": meeting.status}
    meeting.close(clock())
    record(uow, actor, "meeting.close", "meeting", meeting.id, before, {"status": meeting.status})
    mark_host(uow, [meeting.host_id], _co_hosts(meeting.id))
    origin_id = meeting.booked_from_meeting_id
    uow.record(MeetingClosed(entity_id=meeting.id, revision=meeting.revision, origin_id=origin_id))
    return True


def _co_hosts(meeting_id: UUID) -> Select[UUID]:
    return select(Participant.customer_id).where(
        Participant.meeting_id == meeting_id, Participant.share_bp.is_not(None)
    )
