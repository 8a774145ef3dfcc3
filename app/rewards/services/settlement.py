"""Desired state against what was granted: only the difference is written, in one transaction.

The meeting, or the order outside meetings, is locked first, so settlements of one run one after
the other; the unique key of grants decides what happens once. Any number of settlements gives
the same state.
"""

from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.meetings.repository import locked_meeting
from app.meetings.services.closing import close_meeting
from app.orders.repository import locked_order
from app.rewards.domain.outcome import Outcome
from app.rewards.events import SettlementWanted
from app.rewards.models import Grant
from app.rewards.queries.live import judge_meeting
from app.rewards.queries.sales import judge_order
from app.rewards.services.advances import absorb_advances
from app.rewards.services.availability import release_meeting, release_sale
from app.rewards.services.freezing import freeze
from app.rewards.services.granting import Due, Settled, bring_in_line

UNDER_WAY = ("planned", "open")


def preview(uow: UnitOfWork, meeting_id: UUID) -> Outcome:
    """Exactly what closing now would grant: the same facts, rules and call as the closing."""
    return judge_meeting(uow.session, meeting_id).outcome


def close_and_settle(
    uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock
) -> Settled | None:
    """Close the meeting and grant what it deserves, together. None when it was closed already."""
    with uow.session.no_autoflush:  # what is written of closing goes with what is written of it
        if not close_meeting(uow, actor, meeting_id, clock=clock):
            return None
        return _settle(uow, actor, meeting_id, clock=clock)


def settle_meeting(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> Settled:
    """Bring what was granted for the meeting in line with the facts; a second run writes nothing.

    While the meeting is open only promises of bookings are written; all else is a projection.
    """
    locked_meeting(uow.session, actor, meeting_id)
    return _settle(uow, actor, meeting_id, clock=clock)


def settle_closed(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> Settled:
    """What one of its orders changes: before a meeting closes, nothing. After, the meeting it was
    booked in is settled too: what it reached counts there."""
    meeting = locked_meeting(uow.session, actor, meeting_id)
    if meeting.status in UNDER_WAY:
        return Settled()
    if meeting.booked_from_meeting_id:
        uow.record(SettlementWanted(new_id(), 1, meeting.booked_from_meeting_id))
    return _settle(uow, actor, meeting_id, clock=clock)


def settle_direct_sale(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Settled:
    """The same for an order outside meetings: paid, it deserves what rules of direct sales give;
    cancelled, nothing. An order of a meeting is settled with its meeting: nothing happens here."""
    order = locked_order(uow.session, actor, order_id)
    if order.meeting_id is not None:
        return Settled()
    judged = judge_order(uow.session, order_id)
    due = Due.of(judged, None, order_id)
    freeze(uow, "order", order_id, judged.facts)
    granted = (Grant.scope_type == "order") & (Grant.scope_id == order_id)
    settled = bring_in_line(uow, actor, due, granted, clock=clock)
    release_sale(uow, actor, order_id, settled.waits, clock=clock)
    return settled


def _settle(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> Settled:
    """What a meeting that was reopened has given stands until it closes again: meanwhile, as
    before it first closed, only bookings are settled."""
    judged = judge_meeting(uow.session, meeting_id)
    due = Due.of(judged, meeting_id, meeting_id)
    granted = Grant.meeting_id == meeting_id
    if judged.meeting.status in UNDER_WAY:
        bookings = granted & (Grant.occurrence != "")
        return bring_in_line(uow, actor, due.of_bookings(), bookings, clock=clock)
    freeze(uow, "meeting", meeting_id, judged.facts)
    settled = bring_in_line(uow, actor, due, granted, clock=clock)
    release_meeting(uow, actor, meeting_id, settled.waits, clock=clock)
    absorb_advances(uow, actor, judged.meeting, clock=clock)
    return settled
