"""What rules may ask that is not of the meeting or order itself: what its host held before, and
who would be paid. Read only where the programme asks, in as many statements for any number."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
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
from app.rewards.domain.facts_format import as_document
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import MEASURES, OF_HISTORY
from app.rewards.models import FrozenFacts

OF_WINNER = frozenset(name for name, measure in MEASURES.items() if measure.of_winner)
LONG_DEPARTMENTS = ("97", "98")
"""Overseas, where a department has three figures."""


Frozen = Mapping[str, Any]


def surrounded(
    session: Session,
    facts: Facts,
    programme: Programme,
    *,
    meeting: MeetingForRewards | None = None,
    at: datetime,
    zone: str,
) -> Facts:
    """The facts with what stands beside them, as far as the programme asks: as it was when they
    were first settled, else as it is; segments as of `at`."""
    if not (OF_HISTORY | OF_WINNER) & programme.asks:
        return facts
    frozen = _frozen(session, facts)
    if meeting is not None and OF_HISTORY & programme.asks:
        facts = _with_history(session, facts, meeting, frozen, zone)
    if OF_WINNER & programme.asks:
        facts = _with_people(session, facts, frozen, programme.asks, at=at, zone=zone)
    return facts


def outside(facts: Facts) -> dict[str, Any]:
    """What is kept of the facts when they are settled."""
    document = as_document(facts)
    held = document["meeting"]["hosted_before"] if document["meeting"] else None
    people = document["people"]
    found: dict[str, Any] = {"people": people} if people else {}
    if held is not None:
        found |= {"hosted_before": held, "host": document["meeting"]["host_customer_id"]}
    return found


def _frozen(session: Session, facts: Facts) -> Frozen:
    scope = ("meeting", facts.meeting.id) if facts.meeting else ("order", facts.orders[0].id)
    statement = select(FrozenFacts.document).where(
        FrozenFacts.scope_type == scope[0], FrozenFacts.scope_id == UUID(scope[1])
    )
    return session.scalar(statement) or {}


def _with_history(
    session: Session, facts: Facts, meeting: MeetingForRewards, frozen: Frozen, zone: str
) -> Facts:
    assert facts.meeting is not None
    if frozen.get("host") == facts.meeting.host_customer_id:
        held = tuple(
            HostedFacts(date.fromisoformat(one["held_on"]), one["with_this_seller"])
            for one in frozen["hosted_before"]
        )
    else:
        held = _hosted_before(session, meeting, zone)
    return replace(facts, meeting=replace(facts.meeting, hosted_before=held))


def _hosted_before(
    session: Session, meeting: MeetingForRewards, zone: str
) -> tuple[HostedFacts, ...]:
    others = [
        one for one in meetings.ended_by_host(session, meeting.host_id) if one.id != meeting.id
    ]
    sold = orders.meetings_with_sales(session, {one.id for one in others})
    return tuple(
        HostedFacts(local_day(one.starts_at, zone), one.seller_id == meeting.seller_id)
        for one in others
        if one.id in sold
    )


def _with_people(
    session: Session,
    facts: Facts,
    frozen: Frozen,
    asks: frozenset[str],
    *,
    at: datetime,
    zone: str,
) -> Facts:
    known = {one["customer_id"]: _person(one) for one in frozen.get("people", ())}
    newcomers = {one for one in _people_in(facts) if str(one) not in known}
    cards = customers.views(session, newcomers) if newcomers else {}
    wanted = cards and "segment" in asks
    segments = _segments(session, cards.values(), at, zone) if wanted else {}
    for card in cards.values():
        known[str(card.id)] = PersonFacts(
            customer_id=str(card.id),
            roles=card.roles,
            segments=segments.get(card.id),
            country=card.country or None,
            department=department_of(card.country, card.postcode),
        )
    return replace(facts, people=tuple(known[name] for name in sorted(known)))


def _person(document: Frozen) -> PersonFacts:
    lists = {
        name: None if document[name] is None else tuple(document[name])
        for name in ("roles", "segments")
    }
    return PersonFacts(**{**document, **lists})


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
