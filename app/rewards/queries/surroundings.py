"""What rules may ask that is not of the meeting or order itself: what its host held before, and
who would be paid. Read only where the programme asks, in as many statements for any number."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.catalog.queries import SeasonView, season_of
from app.customers import queries as customers
from app.customers.queries import CustomerView
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.queries import EndedView, MeetingForRewards
from app.orders import queries as orders
from app.orders.queries.buyers import buyers
from app.promotions.domain.crowds import Candidate, members
from app.promotions.services.plan import plan_of
from app.rewards.domain.facts import Facts, HostedFacts, PersonFacts
from app.rewards.domain.facts_format import dumped
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import MEASURES, OF_HISTORY
from app.rewards.models import FrozenFacts

OF_WINNER = frozenset(name for name, measure in MEASURES.items() if measure.of_winner)
LONG_DEPARTMENTS = ("97", "98")
"""Overseas, where a department has three figures."""


Frozen = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bare:
    """Facts without what stands beside them."""

    facts: Facts
    at: datetime
    """When segments are judged."""
    meeting: MeetingForRewards | None = None
    others: frozenset[UUID] = frozenset()
    """Customers who may win, too."""

    @property
    def people(self) -> set[UUID]:
        return {UUID(one) for one in self.facts.winners} | self.others

    @property
    def key(self) -> tuple[str, UUID]:
        if self.facts.meeting is not None:
            return "meeting", UUID(self.facts.meeting.id)
        return "order", UUID(self.facts.orders[0].id)


def surrounded(
    session: Session, bare: Sequence[Bare], programme: Programme, zone: str
) -> list[Facts]:
    """The facts with what stands beside them, as far as the programme asks: as it was when they
    were first settled, else as it is. As many statements for any number of them."""
    found = _of_catalogue(session, bare, programme, zone)
    if not (OF_HISTORY | OF_WINNER) & programme.asks or not bare:
        return found
    frozen = _frozen(session, bare)
    if OF_HISTORY & programme.asks:
        found = _with_history(session, bare, found, frozen, zone)
    if OF_WINNER & programme.asks:
        found = _with_people(session, bare, found, frozen, programme.asks, zone)
    return found


def _of_catalogue(
    session: Session, bare: Sequence[Bare], programme: Programme, zone: str
) -> list[Facts]:
    """With the categories above those of each product, and the catalogue of the day."""
    found = [one.facts for one in bare]
    if programme.by_category and found:
        above = catalog.names_above(session)
        found = [_in_tree(facts, above) for facts in found]
    if "catalogue" in programme.asks and found:
        seasons = catalog.seasons(session)
        days = [local_day(one.at, zone) for one in bare]
        found = [_in_season(*pair, seasons) for pair in zip(found, days, strict=True)]
    return found


def _in_tree(facts: Facts, above: Mapping[str, tuple[str, ...]]) -> Facts:
    return replace(
        facts,
        orders=tuple(
            replace(
                order,
                lines=tuple(
                    replace(line, categories=above.get(line.categories[0], line.categories))
                    for line in order.lines
                ),
            )
            for order in facts.orders
        ),
    )


def _in_season(facts: Facts, day: date, seasons: Sequence[SeasonView]) -> Facts:
    """What is not placed yet is of `day`."""
    meeting = facts.meeting
    if meeting is not None:
        meeting = replace(meeting, catalogue=season_of(seasons, meeting.held_on or day))
    return replace(
        facts,
        meeting=meeting,
        orders=tuple(
            replace(order, catalogue=season_of(seasons, order.placed_on or day))
            for order in facts.orders
        ),
    )


def outside(facts: Facts) -> dict[str, Any]:
    """What is kept of the facts when they are settled."""
    meeting = facts.meeting
    found: dict[str, Any] = {"people": dumped(facts.people)} if facts.people else {}
    if meeting is not None and meeting.hosted_before is not None:
        found["hosted_before"] = dumped(meeting.hosted_before)
        found["host"] = meeting.host_customer_id
    return found


def _frozen(session: Session, bare: Sequence[Bare]) -> list[Frozen]:
    """Of each, or nothing."""
    statement = select(FrozenFacts.scope_type, FrozenFacts.scope_id, FrozenFacts.document).where(
        FrozenFacts.scope_id.in_([one.key[1] for one in bare])
    )
    known = {(row[0], row[1]): row[2] for row in session.execute(statement)}
    return [known.get(one.key, {}) for one in bare]


# ---------------------------------------------------------------- what the host held before


def _with_history(
    session: Session,
    bare: Sequence[Bare],
    found: Sequence[Facts],
    frozen: Sequence[Frozen],
    zone: str,
) -> list[Facts]:
    there = [one.meeting for one in bare if one.meeting is not None]
    ended = meetings.ended_by_hosts(session, {meeting.host_id for meeting in there})
    sold = orders.meetings_with_sales(session, {one.id for one in ended})
    held = [one for one in ended if one.id in sold]
    return [
        _told(one, facts, was, held, zone) if one.meeting else facts
        for one, facts, was in zip(bare, found, frozen, strict=True)
    ]


def _told(one: Bare, facts: Facts, was: Frozen, held: Sequence[EndedView], zone: str) -> Facts:
    assert one.meeting is not None
    assert facts.meeting is not None
    if was.get("host") == facts.meeting.host_customer_id:
        before = tuple(
            HostedFacts(date.fromisoformat(other["held_on"]), other["with_this_seller"])
            for other in was["hosted_before"]
        )
    else:
        before = tuple(
            HostedFacts(local_day(other.starts_at, zone), other.seller_id == one.meeting.seller_id)
            for other in held
            if other.host_id == one.meeting.host_id and other.id != one.meeting.id
        )
    return replace(facts, meeting=replace(facts.meeting, hosted_before=before))


# ---------------------------------------------------------------- who might be paid


def _with_people(
    session: Session,
    bare: Sequence[Bare],
    found: Sequence[Facts],
    frozen: Sequence[Frozen],
    asks: frozenset[str],
    zone: str,
) -> list[Facts]:
    cards = customers.views(session, {person for one in bare for person in one.people})
    judge = _segments(session, cards.values(), bare, zone) if "segment" in asks else None
    return [
        replace(facts, people=_people(one, was, cards, judge))
        for one, facts, was in zip(bare, found, frozen, strict=True)
    ]


Judge = Callable[[Collection[UUID], datetime], Mapping[UUID, tuple[str, ...]]]


def _people(
    one: Bare,
    was: Frozen,
    cards: Mapping[UUID, CustomerView],
    judge: Judge | None,
) -> tuple[PersonFacts, ...]:
    """As they were; of whoever was not known then, as they are."""
    known = {old["customer_id"]: _person(old) for old in was.get("people", ())}
    here = [cards[each] for each in one.people if each in cards]
    segments = judge([card.id for card in here], one.at) if judge else {}
    for card in here:
        name = str(card.id)
        person = known.get(name) or PersonFacts(
            customer_id=name,
            roles=card.roles,
            country=card.country or None,
            department=department_of(card.country, card.postcode),
        )
        if person.segments is None:
            person = replace(person, segments=segments.get(card.id))
        known[name] = person
    return tuple(known[name] for name in sorted(known))


def _person(document: Frozen) -> PersonFacts:
    lists = {
        name: None if document[name] is None else tuple(document[name])
        for name in ("roles", "segments")
    }
    return PersonFacts(**{**document, **lists})


def _segments(
    session: Session, cards: Collection[CustomerView], bare: Sequence[Bare], zone: str
) -> Judge:
    """Which segments somebody is in at a moment; what she bought is as of the last of them."""
    plan = plan_of(session)
    latest = max(one.at for one in bare)
    known = buyers(session, [card.id for card in cards], at=latest, zone=zone)
    candidates = {
        card.id: Candidate(
            known[card.id], card.country or None, card.city or None, card.postcode or None
        )
        for card in cards
        if card.id in known
    }

    def judge(people: Collection[UUID], at: datetime) -> dict[UUID, tuple[str, ...]]:
        there = [candidates[one] for one in people if one in candidates]
        found: dict[UUID, list[str]] = {one: [] for one in people if one in candidates}
        for segment, crowd in members(plan.segments, plan, there, at).items():
            for one in crowd:
                found[UUID(one.buyer.id)].append(segment)
        return {person: tuple(sorted(segments)) for person, segments in found.items()}

    return judge


def department_of(country: str, postcode: str) -> str | None:
    """Of a French postcode: 75, 2A, 974. None for any other."""
    code = postcode.replace(" ", "")
    if country != "FR" or len(code) != 5 or not code.isdigit():
        return None
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(LONG_DEPARTMENTS) else code[:2]
