"""What a meeting deserves as things stand: the same call as preview and settlement."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.brands.queries import brand_by_id
from app.infra.tenancy import brand_in
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.queries import MeetingForRewards
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.counting import Counted, count_orders
from app.rewards.domain.outcome import Outcome
from app.rewards.domain.scopes import hosts_of
from app.rewards.queries.facts import facts_of_meeting
from app.rewards.queries.programme import programme_in_force

NOTHING = Outcome(awards=(), misses=())


@dataclass(frozen=True, slots=True)
class Judged:
    """A meeting's outcome, the version that judged it (0: none was in force), the brand's zone."""

    meeting: MeetingForRewards
    outcome: Outcome
    version: int
    zone: str
    counted: Counted | None = None
    """Its orders by the programme's own definition of turnover, whatever single rules say."""


def live_outcome(session: Session, meeting_id: UUID) -> Outcome | None:
    """Awards and misses of a meeting, by the programme in force on its day; None without one."""
    judged = judge_meeting(session, meeting_id)
    return judged.outcome if judged.version else None


def judge_meeting(session: Session, meeting_id: UUID) -> Judged:
    meeting = meetings.meeting_for_rewards(session, meeting_id)
    brand = brand_by_id(session, brand_in(session))
    assert brand is not None
    in_force = programme_in_force(session, local_day(meeting.starts_at, brand.timezone))
    if in_force is None:
        return Judged(meeting, NOTHING, 0, brand.timezone)
    facts = facts_of_meeting(session, meeting, in_force.programme, brand.timezone)
    assert facts.meeting is not None
    base = in_force.programme.settings.turnover
    return Judged(
        meeting,
        evaluate(facts, in_force.programme),
        in_force.version,
        brand.timezone,
        count_orders(facts, facts.orders, hosts_of(facts.meeting), base),
    )
