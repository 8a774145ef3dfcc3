"""What one order wins: by itself, and what it adds to all that its meeting gives."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import this_brand
from app.kernel.clock import end_of_day, local_day
from app.kernel.errors import NotFound
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.rewards.domain.facts import Facts, OrderFacts, OrderStatus, Payment
from app.rewards.domain.outcome import Award, Miss, Outcome
from app.rewards.domain.terms import Rule
from app.rewards.queries.grounds import Grounds, grounds_in, grounds_of_order
from app.rewards.queries.live import NOTHING


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
    missed: tuple[Miss, ...] = ()
    """With it."""


def judge_order(session: Session, order_id: UUID) -> JudgedOrder:
    """By the programme in force on the day it was placed. For settling: the actor was checked."""
    order = _order(session, order_id)
    brand = this_brand(session)
    assert order.placed_at is not None
    day = local_day(order.placed_at, brand.timezone)
    grounds = grounds_of_order(session, order, brand, day=day, at=order.placed_at)
    if grounds is None:
        return JudgedOrder(order, NOTHING, 0, brand.timezone)
    return JudgedOrder(
        order,
        grounds.judge(),
        grounds.in_force.version,
        brand.timezone,
        rules=grounds.programme.rules,
        day=day,
        facts=grounds.facts,
    )


def prospect_of(session: Session, order: OrderView, *, today: date) -> Prospect:
    """What the order adds once paid: the settlement's own call on the facts with it, and without.

    The actor may see the order. The same statements however large its meeting is.
    """
    grounds = _grounds_of(session, order, today)
    if grounds is None:
        return Prospect()
    first = orders.first_order_ids(session, [order.customer_id]).get(order.customer_id)
    is_first = first is None or first == order.id
    counted = _with(grounds.facts, order, today, is_first=is_first)
    left_out = _without(grounds.facts, order, is_first=is_first)
    with_it = grounds.judge(counted)
    return Prospect(with_it.awards, grounds.judge(left_out).awards, with_it.misses)


def _grounds_of(session: Session, order: OrderView, today: date) -> Grounds | None:
    if order.meeting_id is not None:
        return grounds_in(session, order.meeting_id)[1]
    brand = this_brand(session)
    if order.placed_at:
        day = local_day(order.placed_at, brand.timezone)
        return grounds_of_order(session, order, brand, day=day, at=order.placed_at)
    at = end_of_day(today, brand.timezone)
    return grounds_of_order(session, order, brand, day=today, at=at)


def _with(facts: Facts, order: OrderView, today: date, *, is_first: bool) -> Facts:
    counted = tuple(
        as_paid(one, today, is_first=is_first) if one.id == str(order.id) else one
        for one in facts.orders
    )
    return _newcomer(replace(facts, orders=counted), order, is_first=is_first, there=True)


def _without(facts: Facts, order: OrderView, *, is_first: bool) -> Facts:
    left = tuple(one for one in facts.orders if one.id != str(order.id))
    return _newcomer(replace(facts, orders=left), order, is_first=is_first, there=False)


def as_paid(order: OrderFacts, today: date, *, is_first: bool) -> OrderFacts:
    """A cart, or an order yet to be paid, as it will count."""
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


def _order(session: Session, order_id: UUID) -> OrderView:
    found = orders.orders_by_id(session, [order_id])
    if order_id not in found:
        raise NotFound
    return found[order_id]
