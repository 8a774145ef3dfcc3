"""What one order wins: by itself, and what it adds to all that its meeting gives."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import BrandView, this_brand
from app.kernel.clock import end_of_day, local_day
from app.kernel.errors import NotFound
from app.meetings import queries as meetings
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts import Facts, OrderFacts, OrderStatus, Payment
from app.rewards.domain.outcome import Award, Outcome
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Rule
from app.rewards.queries.caps import with_caps
from app.rewards.queries.facts import facts_of_meeting, facts_of_order
from app.rewards.queries.live import NOTHING
from app.rewards.queries.programme import InForce, programme_in_force, programme_judging
from app.rewards.queries.surroundings import Bare, surrounded
from app.sellers import queries as sellers


@dataclass(frozen=True, slots=True)
class JudgedOrder:
    """An order outside meetings; version 0: no programme was in force on its day."""

    order: OrderView
    outcome: Outcome
    version: int
    zone: str
    rules: tuple[Rule, ...] = ()
    day: date = date.min
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """All that is won with the order counted as paid, and all that is won without it."""

    with_it: tuple[Award, ...] = ()
    without: tuple[Award, ...] = ()


def judge_order(session: Session, order_id: UUID) -> JudgedOrder:
    """By the programme in force on the day it was placed. For settling: the actor was checked."""
    order = _order(session, order_id)
    zone = this_brand(session).timezone
    assert order.placed_at is not None
    day = local_day(order.placed_at, zone)
    in_force = programme_in_force(session, day)
    if in_force is None:
        return JudgedOrder(order, NOTHING, 0, zone)
    programme = in_force.programme
    facts = _facts_of_order(session, order, programme, at=order.placed_at, zone=zone)
    facts = with_caps(session, facts, programme, order_id, day)
    return JudgedOrder(
        order,
        evaluate(facts, programme),
        in_force.version,
        zone,
        rules=programme.rules,
        day=day,
        facts=facts,
    )


def prospect_of(session: Session, order: OrderView, *, today: date) -> Prospect:
    """What the order adds once paid: the settlement's own call on the facts with it, and without.

    The actor may see the order. The same statements however large its meeting is.
    """
    brand = this_brand(session)
    if order.meeting_id is None:
        zone = brand.timezone
        day = local_day(order.placed_at, zone) if order.placed_at else today
        in_force = programme_in_force(session, day)
        if in_force is None:
            return Prospect()
        at = order.placed_at or end_of_day(today, zone)
        facts = _facts_of_order(session, order, in_force.programme, at=at, zone=zone)
    else:
        facts, in_force = _facts_of_meeting(session, order.meeting_id, brand)
    if in_force is None:
        return Prospect()
    first = orders.first_order_ids(session, [order.customer_id]).get(order.customer_id)
    is_first = first is None or first == order.id
    counted = _with(facts, order, today, is_first=is_first)
    left_out = _without(facts, order, is_first=is_first)
    programme = in_force.programme
    return Prospect(evaluate(counted, programme).awards, evaluate(left_out, programme).awards)


def _with(facts: Facts, order: OrderView, today: date, *, is_first: bool) -> Facts:
    counted = tuple(
        _as_paid(one, today, is_first=is_first) if one.id == str(order.id) else one
        for one in facts.orders
    )
    return _newcomer(replace(facts, orders=counted), order, is_first=is_first, there=True)


def _without(facts: Facts, order: OrderView, *, is_first: bool) -> Facts:
    left = tuple(one for one in facts.orders if one.id != str(order.id))
    return _newcomer(replace(facts, orders=left), order, is_first=is_first, there=False)


def _as_paid(order: OrderFacts, today: date, *, is_first: bool) -> OrderFacts:
    return replace(
        order,
        status=OrderStatus.PLACED,
        payment=Payment.PAID,
        placed_on=order.placed_on or today,
        first_order=is_first,
    )


def _newcomer(facts: Facts, order: OrderView, *, is_first: bool, there: bool) -> Facts:
    """Her first order ever makes its customer new in the meeting."""
    if facts.meeting is None or not is_first:
        return facts
    guests = tuple(
        replace(guest, new_customer=there) if guest.customer_id == str(order.customer_id) else guest
        for guest in facts.meeting.participants
    )
    return replace(facts, meeting=replace(facts.meeting, participants=guests))


def _facts_of_order(
    session: Session, order: OrderView, programme: Programme, *, at: datetime, zone: str
) -> Facts:
    first = orders.first_order_ids(session, [order.customer_id])
    seller = sellers.seller(session, order.seller_id)
    facts = facts_of_order(order, frozenset(first.values()), seller.customer_id, zone)
    return surrounded(session, [Bare(facts, at)], programme, zone)[0]


def _facts_of_meeting(
    session: Session, meeting_id: UUID, brand: BrandView
) -> tuple[Facts, InForce | None]:
    meeting = meetings.meeting_for_rewards(session, meeting_id)
    in_force = programme_judging(session, meeting, brand)
    if in_force is None:
        return Facts(), None
    facts = facts_of_meeting(session, meeting, in_force.programme, brand.timezone)
    return facts, in_force


def _order(session: Session, order_id: UUID) -> OrderView:
    found = orders.orders_by_id(session, [order_id])
    if order_id not in found:
        raise NotFound
    return found[order_id]
