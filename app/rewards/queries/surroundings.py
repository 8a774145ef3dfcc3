"""What rules may ask that is not of the meeting or order itself: what its host held before, and
who would be paid. Read only where the programme asks, in as many statements for any number."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.customers.queries import CustomerView
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.queries import MeetingForRewards
from app.orders import queries as orders
from app.orders.queries.buyers import buyers
from app.promotions.domain.crowds import Candidate, members
from app.promotions.services.plan import plan_of
from app.rewards.domain.facts import Facts, HostedFacts, PersonFacts
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import MEASURES, OF_HISTORY

OF_WINNER = frozenset(name for name, measure in MEASURES.items() if measure.of_winner)
LONG_DEPARTMENTS = ("97", "98")
"""Overseas, where a department has three figures."""


def with_history(
    session: Session, facts: Facts, meeting: MeetingForRewards, programme: Programme, zone: str
) -> Facts:
    """What its host held before, as far as the programme asks."""
    if facts.meeting is None or not OF_HISTORY & programme.asks:
        return facts
    others = [
        one for one in meetings.ended_by_host(session, meeting.host_id) if one.id != meeting.id
    ]
    sold = orders.meetings_with_sales(session, {one.id for one in others})
    held = tuple(
        HostedFacts(local_day(one.starts_at, zone), one.seller_id == meeting.seller_id)
        for one in others
        if one.id in sold
    )
    return replace(facts, meeting=replace(facts.meeting, hosted_before=held))


def with_people(
    session: Session, facts: Facts, programme: Programme, *, at: datetime, zone: str
) -> Facts:
    """Who might be paid, as far as the programme asks; segments as of `at`."""
    if not OF_WINNER & programme.asks:
        return facts
    cards = customers.views(session, _people_in(facts))
    segments = _segments(session, cards.values(), at, zone) if "segment" in programme.asks else {}
    found = tuple(
        PersonFacts(
            customer_id=str(card.id),
            roles=card.roles,
            segments=segments.get(card.id),
            country=card.country or None,
            department=department_of(card.country, card.postcode),
        )
        for card in sorted(cards.values(), key=lambda card: card.id)
    )
    return replace(facts, people=found)


def _people_in(facts: Facts) -> set[UUID]:
    found = {order.customer_id for order in facts.orders}
    if facts.meeting is not None:
        found.add(facts.meeting.host_customer_id)
        found |= {host.customer_id for host in facts.meeting.co_hosts}
        found |= {booking.customer_id for booking in facts.meeting.bookings}
    if facts.seller_customer_id is not None:
        found.add(facts.seller_customer_id)
    return {UUID(one) for one in found}


def _segments(
    session: Session, cards: Collection[CustomerView], at: datetime, zone: str
) -> dict[UUID, tuple[str, ...]]:
    plan = plan_of(session)
    known = buyers(session, [card.id for card in cards], at=at, zone=zone)
    candidates = [
        Candidate(known[card.id], card.country or None, card.city or None, card.postcode or None)
        for card in cards
        if card.id in known
    ]
    found: dict[UUID, list[str]] = {UUID(one.buyer.id): [] for one in candidates if one.buyer.id}
    for segment, crowd in members(plan.segments, plan, candidates, at).items():
        for one in crowd:
            found[UUID(one.buyer.id)].append(segment)
    return {person: tuple(sorted(segments)) for person, segments in found.items()}


def department_of(country: str, postcode: str) -> str | None:
    """Of a French postcode: 75, 2A, 974. None for any other."""
    code = postcode.replace(" ", "")
    if country != "FR" or len(code) != 5 or not code.isdigit():
        return None
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(LONG_DEPARTMENTS) else code[:2]
