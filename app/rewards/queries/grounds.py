"""What meetings, and orders outside them, are judged on: whatever is shown, promised or granted is
judged on the same facts, with what is left of every cap, by the same programme."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import BrandView, this_brand
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.queries import MeetingForRewards
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts import Facts
from app.rewards.domain.outcome import Outcome
from app.rewards.domain.programme import Programme
from app.rewards.queries.caps import Taker, with_caps
from app.rewards.queries.facts import facts_of_meetings, facts_of_order
from app.rewards.queries.programme import InForce, programme_in_force, programmes_judging
from app.rewards.queries.surroundings import Bare, surrounded
from app.sellers import queries as sellers


@dataclass(frozen=True, slots=True)
class Grounds:
    facts: Facts
    in_force: InForce
    day: date
    """Whose month, or week, its shares of caps are of."""

    @property
    def programme(self) -> Programme:
        return self.in_force.programme

    def judge(self, imagined: Facts | None = None) -> Outcome:
        """As things are, or as they are imagined."""
        return evaluate(imagined or self.facts, self.programme)


def grounds_of_meeting(
    session: Session,
    meeting: MeetingForRewards,
    brand: BrandView,
    *,
    others: Collection[UUID] = (),
) -> Grounds | None:
    """None: no programme was in force on its day. `others`: customers who may win, too."""
    return grounds_of_meetings(session, [meeting], brand, others=others).get(meeting.id)


def grounds_of_meetings(
    session: Session,
    wanted: Collection[MeetingForRewards],
    brand: BrandView,
    *,
    others: Collection[UUID] = (),
) -> dict[UUID, Grounds]:
    """Of those a programme judges. The same statements for each version of it, however many."""
    judging = programmes_judging(session, wanted, brand)
    found: dict[UUID, Grounds] = {}
    for version in {one.version: one for one in judging.values()}.values():
        judged = [one for one in wanted if judging.get(one.id) is version]
        facts = facts_of_meetings(session, judged, version.programme, brand.timezone, others=others)
        days = {one.id: local_day(one.starts_at, brand.timezone) for one in judged}
        takers = [Taker(one.id, facts[one.id], days[one.id]) for one in judged]
        held = with_caps(session, takers, version.programme)
        found |= {one.id: Grounds(held[one.id], version, days[one.id]) for one in judged}
    return found


def grounds_of_order(
    session: Session, order: OrderView, brand: BrandView, *, day: date, at: datetime
) -> Grounds | None:
    """Of an order outside meetings, placed then. None: no programme was in force that day."""
    in_force = programme_in_force(session, day)
    if in_force is None:
        return None
    first = orders.first_order_ids(session, [order.customer_id])
    seller = sellers.seller(session, order.seller_id)
    bare = facts_of_order(order, frozenset(first.values()), seller.customer_id, brand.timezone)
    (facts,) = surrounded(session, [Bare(bare, at)], in_force.programme, brand.timezone)
    held = with_caps(session, [Taker(order.id, facts, day)], in_force.programme)
    return Grounds(held[order.id], in_force, day)


def grounds_in(
    session: Session, meeting_id: UUID, *, others: Collection[UUID] = ()
) -> tuple[MeetingForRewards, Grounds | None]:
    meeting = meetings.meeting_for_rewards(session, meeting_id)
    return meeting, grounds_of_meeting(session, meeting, this_brand(session), others=others)
