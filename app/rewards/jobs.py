"""Settling what follows from other meetings, and closing those whose time has come."""

import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from app.infra.jobs import claims
from app.infra.jobs.effects import Claim, Outside
from app.infra.logging import get_logger
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.kernel.actor import system
from app.kernel.clock import Clock
from app.kernel.errors import ConviveError
from app.meetings import queries as meetings
from app.rewards.queries.claims import claims_due
from app.rewards.services import availability, gift_endings, pots, settlement, simulation

log = get_logger(__name__)


def settle_origin(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """A booking was made, cancelled or held: the meeting it was made in is settled again."""
    origin = message.payload["origin_id"]
    if origin is not None:
        settlement.settle_meeting(uow, system(message.brand_id), UUID(origin), clock=clock)


def settle_again(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """Somebody told us that the facts of this meeting are others now."""
    meeting_id = UUID(message.payload["meeting_id"])
    settlement.settle_meeting(uow, system(message.brand_id), meeting_id, clock=clock)


def settle_sale(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """An order was paid, cancelled, or units of it were cancelled or came back. Outside meetings
    it is settled by itself, else with its meeting; the meeting that one was booked in follows."""
    actor, meeting_id = system(message.brand_id), message.payload["meeting_id"]
    if meeting_id is None:
        settlement.settle_direct_sale(uow, actor, message.entity_id, clock=clock)
    else:
        settlement.settle_closed(uow, actor, UUID(meeting_id), clock=clock)


def settle_cancelled(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """A meeting that had been reopened may have given something before it was cancelled."""
    actor = system(message.brand_id)
    settlement.settle_meeting(uow, actor, message.entity_id, clock=clock)


def feed_pots(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """An order counts for more, or less, than before: for whoever bought or sold it, and once its
    meeting has ended for whoever held that."""
    pots.feed_from_order(uow, system(message.brand_id), message.entity_id, clock=clock)


def feed_pots_of_meeting(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """It ended, or something of it was put right."""
    meeting_id = UUID(message.payload.get("meeting_id") or str(message.entity_id))
    pots.feed_from_meeting(uow, system(message.brand_id), meeting_id, clock=clock)


def release_points(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """An order left the house or arrived: points that waited for it may be usable now."""
    actor, meeting_id = system(message.brand_id), message.payload["meeting_id"]
    if meeting_id is None:
        availability.release_sale(uow, actor, message.entity_id, clock=clock)
    else:
        availability.release_meeting(uow, actor, UUID(meeting_id), clock=clock)
        availability.release_source(uow, actor, "meeting", UUID(meeting_id), clock=clock)
    availability.release_source(uow, actor, "order", message.entity_id, clock=clock)


TURN_SECONDS = 8.0
"""How long a simulation keeps a worker before others get their turn."""


def _simulate(message: Claim) -> None:
    """Chunk by chunk, each with its proof that this row is still ours."""
    bench = transact(lambda uow: simulation.Bench(uow, message.entity_id), message.brand_id)
    end = time.monotonic() + TURN_SECONDS
    while transact(partial(_judge_chunk, bench, message), message.brand_id):
        if time.monotonic() > end:
            transact(partial(_go_on_later, message), message.brand_id)
            return
    transact(partial(_sum_up, message), message.brand_id)


def _judge_chunk(bench: simulation.Bench, message: Claim, uow: UnitOfWork) -> bool:
    claims.renew(uow.session, message)
    return simulation.judge_next_chunk(uow, bench, clock=uow.clock)


def _go_on_later(message: Claim, uow: UnitOfWork) -> None:
    claims.renew(uow.session, message)
    simulation.call_again(uow, message.entity_id)
    uow.session.flush()
    claims.finish(uow.session, message)


def _sum_up(message: Claim, uow: UnitOfWork) -> None:
    claims.renew(uow.session, message)
    simulation.sum_up(uow, message.entity_id, clock=uow.clock)
    uow.session.flush()
    claims.finish(uow.session, message)


def _give_up(uow: UnitOfWork, message: Claim, _error: str) -> None:
    simulation.give_up(uow, message.entity_id)


simulate = Outside(run=_simulate, given_up=_give_up)


def close_due_meetings(brand_id: UUID) -> int:
    """One transaction a meeting: one that cannot close yet does not hold up the others."""
    with unit_of_work(brand_id) as uow:
        due = meetings.due_to_close(uow.session)
    return sum(_close(brand_id, meeting_id) for meeting_id in due)


def _close(brand_id: UUID, meeting_id: UUID) -> int:
    try:
        transact(partial(_close_and_settle, brand_id, meeting_id), brand_id)
    except ConviveError as refusal:
        log.warning("meeting.not_closed", code=refusal.code, brand=str(brand_id))
        return 0
    return 1


def _close_and_settle(brand_id: UUID, meeting_id: UUID, uow: UnitOfWork) -> None:
    settlement.close_and_settle(uow, system(brand_id), meeting_id, clock=uow.clock)


GIFTS_AT_ONCE = 200
"""Of a brand in one go, each in a transaction of its own; what is left is for the next minute."""


def end_due_gifts(brand_id: UUID) -> int:
    """Gifts that were not chosen in time, or waited for long enough."""
    with unit_of_work(brand_id) as uow:
        due = claims_due(uow.session, uow.clock(), most=GIFTS_AT_ONCE)
    return sum(_each_gift(gift_endings.end_due_gift, brand_id, one) for one in due)


def give_waited_for(brand_id: UUID) -> int:
    """Units that came in go to those who wait for them, whatever brought them."""
    with unit_of_work(brand_id) as uow:
        due = gift_endings.waited_for_and_there(uow, most=GIFTS_AT_ONCE)
    return sum(_each_gift(gift_endings.give_waited_for, brand_id, one) for one in due)


def _each_gift(act: Callable[..., bool], brand_id: UUID, claim_id: UUID) -> int:
    """One that is refused does not hold up the others."""

    def work(uow: UnitOfWork) -> bool:
        return act(uow, system(brand_id), claim_id, clock=uow.clock)

    try:
        return int(transact(work, brand_id))
    except ConviveError as refusal:
        log.warning("gift.not_moved", code=refusal.code, claim=str(claim_id))
        return 0
