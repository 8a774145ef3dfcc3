"""Opening and cancelling, by hand or because the date has come."""

from uuid import UUID

from sqlalchemy import select

from app.audit.services import record
from app.customers import queries as customers
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.meetings.domain import MeetingStatus, Part
from app.meetings.errors import CancellingAwaits, CancellingBlocked
from app.meetings.events import MeetingCancelled
from app.meetings.models import Meeting
from app.meetings.repository import run_meeting
from app.meetings.services.correcting import STAFF, must_be_changeable
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.orders.services import discard_carts_of_meeting


def open_meeting(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> None:
    """Because its seller says so; opening twice opens once."""
    run_meeting(uow.session, actor, meeting_id).open(clock())


def open_due_meetings(uow: UnitOfWork, actor: Actor, *, clock: Clock) -> int:
    """Those of the brand whose date has come; how many they were. The system's own errand."""
    if not actor.is_system:
        raise NotAllowed
    due = select(Meeting.id).where(
        Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at <= clock()
    )
    opened = 0
    for meeting in lock(uow.session, Rank.MEETING, Meeting, uow.session.scalars(due).all()):
        if meeting.status == MeetingStatus.PLANNED:
            meeting.open(clock())
            opened += 1
    return opened


def cancel_meeting(
    uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, reason: str = "", clock: Clock
) -> None:
    """Only while no order is paid; open carts go with it. Cancelling twice cancels once.

    Also of a closed meeting that never was, by staff who say why: what it gave is taken back.
    """
    meeting = run_meeting(uow.session, actor, meeting_id)
    if meeting.status == MeetingStatus.CANCELLED:
        return
    if actor.role not in STAFF:
        meeting.must_be_alive()
    must_be_changeable(uow, actor, meeting, Part.DATE, reason)
    its_orders = orders.orders_of_meetings(uow.session, [meeting.id])
    if any(order.is_sold and order.paid_cents for order in its_orders):
        raise CancellingBlocked
    awaiting = [order for order in its_orders if order.awaits_payment]
    if awaiting:
        raise CancellingAwaits(orders=named(uow, awaiting))
    discard_carts_of_meeting(uow, meeting.id)
    before = {"status": meeting.status}
    meeting.cancel(clock())
    after = {"status": meeting.status}
    record(uow, actor, "meeting.cancel", "meeting", meeting.id, before, after, reason)
    uow.record(
        MeetingCancelled(
            entity_id=meeting.id,
            revision=meeting.revision,
            origin_id=meeting.booked_from_meeting_id,
        )
    )


def named(uow: UnitOfWork, some: list[OrderView]) -> list[str]:
    """Orders as a sentence lists them: their number and whose they are."""
    people = customers.people(uow.session, {order.customer_id for order in some})
    return [f"{order.number} ({people[order.customer_id].name})" for order in some]
