"""What a meeting deserves as things stand: the same call as preview and settlement."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import BrandView, this_brand
from app.kernel.errors import NotFound
from app.meetings import queries as meetings
from app.meetings.queries import MeetingForRewards
from app.orders import queries as orders
from app.rewards.domain.calculator import turnover_of
from app.rewards.domain.counting import Counted, count_orders
from app.rewards.domain.facts import BookingFacts, Facts
from app.rewards.domain.imagined import WhatIf, imagine
from app.rewards.domain.outcome import Award, Outcome
from app.rewards.domain.programme import Programme
from app.rewards.domain.scopes import hosts_of
from app.rewards.domain.terms import Rule
from app.rewards.queries.grounds import (
    Grounds,
    grounds_in,
    grounds_of_meeting,
    grounds_of_meetings,
)

NOTHING = Outcome()


@dataclass(frozen=True, slots=True)
class Judged:
    """A meeting's outcome, the version that judged it (0: none was in force), the brand's zone."""

    meeting: MeetingForRewards
    outcome: Outcome
    version: int
    zone: str
    counted: Counted | None = None
    """Its orders by the programme's own definition of turnover, whatever single rules say."""
    rules: tuple[Rule, ...] = ()
    """Those of the version."""
    day: date = date.min
    """Whose month, or week, its shares of caps are of."""
    facts: Facts | None = None
    grounds: Grounds | None = None
    """None: there was no version."""

    @property
    def programme(self) -> Programme | None:
        return self.grounds.programme if self.grounds else None

    @property
    def digest(self) -> str:
        """Who would get what, in few characters: whether a preview still holds."""
        awards = sorted(
            (one.rule_id, one.reward_id, one.customer_id, one.occurrence, one.kind, one.value)
            for one in self.outcome.awards
        )
        return hashlib.sha256(repr((self.version, awards)).encode()).hexdigest()[:32]


def judge_meeting(session: Session, meeting_id: UUID) -> Judged:
    brand = this_brand(session)
    meeting = meetings.meeting_for_rewards(session, meeting_id)
    grounds = grounds_of_meeting(session, meeting, brand)
    return judged_on(meeting, grounds, brand)


def judge_meetings(session: Session, meeting_ids: Collection[UUID]) -> dict[UUID, Judged]:
    """Many at once: the same statements for each version of the programme that judges them."""
    brand = this_brand(session)
    found = meetings.meetings_for_rewards(session, meeting_ids)
    grounds = grounds_of_meetings(session, list(found.values()), brand)
    return {key: judged_on(one, grounds.get(key), brand) for key, one in found.items()}


def judged_on(meeting: MeetingForRewards, grounds: Grounds | None, brand: BrandView) -> Judged:
    if grounds is None:
        return Judged(meeting, NOTHING, 0, brand.timezone)
    facts, programme = grounds.facts, grounds.programme
    assert facts.meeting is not None
    return Judged(
        meeting,
        grounds.judge(),
        grounds.in_force.version,
        brand.timezone,
        count_orders(facts, facts.orders, hosts_of(facts.meeting), programme.settings.turnover),
        rules=programme.rules,
        day=grounds.day,
        facts=facts,
        grounds=grounds,
    )


@dataclass(frozen=True, slots=True)
class JudgedAgain:
    """As it would be."""

    outcome: Outcome
    turnover_cents: int


def judge_imagined(
    session: Session, meeting_id: UUID, wish: WhatIf, *, today: date
) -> tuple[Judged, JudgedAgain | None]:
    """The meeting as it is and as imagined: the same call, on changed facts. Nothing is written.

    As many statements as without anything imagined, and one where somebody is named. None once it
    is over, and without a programme. Raises NotFound for somebody who is not of the meeting.
    """
    brand = this_brand(session)
    meeting = meetings.meeting_for_rewards(session, meeting_id)
    named = {UUID(wish.customer_id)} if wish.customer_id else set()
    if named - {*meeting.host_ids, *(guest.customer_id for guest in meeting.participants)}:
        raise NotFound
    grounds = grounds_of_meeting(session, meeting, brand, others=named)
    judged = judged_on(meeting, grounds, brand)
    if grounds is None or meeting.status not in meetings.ALIVE:
        return judged, None
    first = orders.first_order_ids(session, named) if named else {}
    facts = imagine(grounds.facts, wish, today=today, is_first=bool(named - first.keys()))
    turnover = turnover_of(facts, grounds.programme)
    return judged, JudgedAgain(grounds.judge(facts), turnover)


@dataclass(frozen=True, slots=True)
class Promised:
    """What a booking promises, and what its meeting has to be for the promise to be kept."""

    award: Award
    held_by: date | None
    """The last day that counts; None: any day."""
    minimum_turnover_cents: int


def promised_by(session: Session, meeting_id: UUID, booking_id: UUID) -> tuple[Promised, ...]:
    """What a booking just made will be promised: the settlement's own facts, rules and call."""
    return _promised(session, meeting_id, str(booking_id))


def promised_to(session: Session, meeting_id: UUID, booker: UUID) -> tuple[Promised, ...]:
    """What would be promised if `booker` took a date now."""
    imagined = BookingFacts(id="imagined", customer_id=str(booker))
    return _promised(session, meeting_id, imagined.id, imagined)


def _promised(
    session: Session, meeting_id: UUID, occurrence: str, *imagined: BookingFacts
) -> tuple[Promised, ...]:
    bookers = {UUID(one.customer_id) for one in imagined}
    _, grounds = grounds_in(session, meeting_id, others=bookers)
    if grounds is None:
        return ()
    least = {rule.id: rule.booking.minimum_turnover_cents for rule in grounds.programme.rules}
    facts = grounds.facts
    assert facts.meeting is not None
    bookings = (*facts.meeting.bookings, *imagined)
    facts = replace(facts, meeting=replace(facts.meeting, bookings=bookings))
    return tuple(
        Promised(award, _last_day(award), least[award.rule_id])
        for award in grounds.judge(facts).awards
        if award.occurrence == occurrence and award.value > 0
    )


def _last_day(award: Award) -> date | None:
    days = [one.expected for one in award.explanation.checks if one.code == "booking_held_by"]
    return date.fromisoformat(str(days[0])) if days and days[0] else None
