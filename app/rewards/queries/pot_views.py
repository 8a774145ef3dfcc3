"""Pots as people are shown them: what is in them, what fed them, what a cart would do to them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.brands.queries import this_brand
from app.kernel.clock import local_day
from app.orders.queries import OrderView
from app.rewards.domain.outcome import PotOutcome
from app.rewards.domain.terms import Beneficiary, Pot, Rule
from app.rewards.models import Pot as StoredPot
from app.rewards.models import PotFeeding, PotReward
from app.rewards.queries.pots import feast, serving_of_cart
from app.rewards.queries.programme import programme_in_force


@dataclass(frozen=True, slots=True)
class PotView:
    """Of one person, by the programme in force."""

    rule: Rule
    period: str
    id: UUID | None = None
    """None: nothing was ever in it."""
    balance: int = 0
    """Cents or a count; less than nothing when rewards were used that returns took back."""
    given: int = 0
    """Rewards that stand."""
    is_over: bool = False
    """Its last day is past: nothing feeds it any more."""

    @property
    def pot(self) -> Pot:
        assert self.rule.pot is not None
        return self.rule.pot

    @property
    def missing(self) -> int:
        """To the next reward; 0: a cap holds it back."""
        return max(0, self.pot.threshold - self.balance)


@dataclass(frozen=True, slots=True)
class FeedingView:
    pot_id: UUID
    source_type: str
    """order or meeting"""
    source_id: UUID
    amount: int
    day: date | None
    at: datetime


def pots_of(session: Session, customer_id: UUID, *, today: date) -> tuple[PotView, ...]:
    """In the order of the programme: every pot a customer may fill, also an empty one; those of
    hosts and sellers once something was in them. Two statements."""
    in_force = programme_in_force(session, today)
    running = {
        (rule.id, rule.pot.measure.value, rule.pot.period_of(today)): rule
        for rule in (in_force.programme.rules if in_force else ())
        if rule.enabled and rule.pot and (rule.pot.starts_on or today) <= today
    }
    return tuple(_views(running, _stored(session, customer_id, running), today))


Key = tuple[str, str, str]
Stored = dict[Key, tuple[UUID, int, int]]
"""Of each pot: its id, what is in it, how many rewards stand."""


def _stored(session: Session, customer_id: UUID, keys: Collection[Key]) -> Stored:
    if not keys:
        return {}
    key = (StoredPot.rule_id, StoredPot.measure, StoredPot.period)
    given = (
        select(func.count())
        .where(PotReward.pot_id == StoredPot.id, PotReward.stands)
        .scalar_subquery()
    )
    rows = session.execute(
        select(*key, StoredPot.id, StoredPot.balance, given).where(
            StoredPot.customer_id == customer_id, tuple_(*key).in_(sorted(keys))
        )
    )
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def _views(running: dict[Key, Rule], stored: Stored, today: date) -> Iterator[PotView]:
    for key, rule in running.items():
        assert rule.pot is not None
        is_over = rule.pot.ends_on is not None and rule.pot.ends_on < today
        found = stored.get(key)
        if found is not None:
            yield PotView(rule, key[2], *found, is_over=is_over)
        elif rule.beneficiary is Beneficiary.GUEST and not is_over:
            yield PotView(rule, key[2])


def feedings_of(
    session: Session, pot_ids: Collection[UUID], *, limit: int = 50
) -> tuple[FeedingView, ...]:
    """What fed these pots, and was taken out again, newest first."""
    columns = [getattr(PotFeeding, name) for name in FeedingView.__dataclass_fields__]
    newest = PotFeeding.at.desc(), PotFeeding.id.desc()
    rows = session.execute(
        select(*columns).where(PotFeeding.pot_id.in_(pot_ids)).order_by(*newest).limit(limit)
    )
    return tuple(FeedingView(*row) for row in rows)


def prospect_of_pots(session: Session, order: OrderView, *, today: date) -> tuple[PotOutcome, ...]:
    """What the order does to pots once it is paid: the feeding's own call, on the order as if it
    were. Of whoever buys and sells it; the host's are fed when the meeting ends."""
    day = local_day(order.placed_at, this_brand(session).timezone) if order.placed_at else today
    serving = serving_of_cart(session, order, day)
    if serving is None:
        return ()
    (poured,) = feast(session, [serving]).poured
    return poured.pots


@dataclass(frozen=True, slots=True)
class PotFigures:
    people: int = 0
    balance: int = 0
    """In all of them together; less than nothing counts as such."""
    given: int = 0


def figures_of_pots(session: Session) -> dict[tuple[str, str], PotFigures]:
    """By rule and measure. One statement."""
    given = select(PotReward.pot_id, func.count().label("given")).where(PotReward.stands)
    rewards = given.group_by(PotReward.pot_id).subquery()
    rows = session.execute(
        select(
            StoredPot.rule_id,
            StoredPot.measure,
            func.count(StoredPot.customer_id.distinct()),
            func.sum(StoredPot.balance),
            func.coalesce(func.sum(rewards.c.given), 0),
        )
        .outerjoin(rewards, rewards.c.pot_id == StoredPot.id)
        .where(or_(StoredPot.balance != 0, rewards.c.given > 0))
        .group_by(StoredPot.rule_id, StoredPot.measure)
    )
    return {(row[0], row[1]): PotFigures(row[2], int(row[3]), int(row[4])) for row in rows}
