"""Pots: fed whenever an order, or a meeting, counts for more or less than it has fed.

First what would happen is worked out on pots as they stand; when nothing would, nothing is locked.
Then the pots that would move are locked, and all of it is worked out again: whoever comes second
sees what the first has done. Fed any number of times, the same stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.brands.queries import this_brand
from app.infra.locks import Rank, lock_where
from app.infra.uow import StartOver, UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.ids import new_id
from app.meetings import queries as meetings
from app.rewards.domain.caps import period_of, shares_taken
from app.rewards.domain.facts import PotFacts
from app.rewards.domain.outcome import Award, Check, Explanation, Miss, Outcome, PotFed, PotOutcome
from app.rewards.models import Grant, Pot, PotFeeding, PotReward
from app.rewards.queries.caps import shared_caps
from app.rewards.queries.pots import (
    Feast,
    Key,
    Poured,
    Serving,
    feast,
    servings_of_meeting,
    servings_of_order,
)
from app.rewards.services.availability import release_source
from app.rewards.services.capping import Shares, take_shares
from app.rewards.services.changes import Change
from app.rewards.services.freezing import freeze
from app.rewards.services.granting import Due, Settled, carry_out, changes_of, held_where

Serve = Callable[[Session], Sequence[Serving]]


def feed_from_order(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Settled:
    """It was paid, cancelled, or units of it were cancelled or came back."""
    return _feed(uow, actor, partial(servings_of_order, order_id=order_id), clock=clock)


def feed_from_meeting(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> Settled:
    """It closed, was cancelled, or something of it was put right."""

    def serve(session: Session) -> Sequence[Serving]:
        return servings_of_meeting(session, meetings.meeting_for_rewards(session, meeting_id))

    return _feed(uow, actor, serve, clock=clock)


def _feed(uow: UnitOfWork, actor: Actor, serve: Serve, *, clock: Clock) -> Settled:
    servings = serve(uow.session)
    if not servings:
        return Settled()
    moved = feast(uow.session, servings).moved
    if not moved:
        return Settled()
    pots = _locked(uow, moved)
    served = feast(uow.session, serve(uow.session))
    if not served.moved <= moved:
        raise StartOver
    if not served.moved:
        return Settled()
    return _Feeding(uow, actor, served, pots, clock).write()


def _locked(uow: UnitOfWork, keys: Iterable[Key]) -> dict[Key, Pot]:
    """Empty ones are made: the unique key lets one of two makers wait for the other."""
    wanted = sorted((rule, measure, period, UUID(her)) for rule, measure, period, her in keys)
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "rule_id": rule_id,
            "measure": measure,
            "period": period,
            "customer_id": customer_id,
            "balance": 0,
            "revision": 1,
        }
        for rule_id, measure, period, customer_id in wanted
    ]
    uow.session.execute(upsert(Pot).on_conflict_do_nothing(constraint="uq_pots_one_each"), rows)
    key = tuple_(Pot.rule_id, Pot.measure, Pot.period, Pot.customer_id)
    pots = lock_where(uow.session, Rank.POT, Pot, key.in_(wanted))
    return {(one.rule_id, one.measure, one.period, str(one.customer_id)): one for one in pots}


Reward = tuple[str, int]
"""Pot, number."""


@dataclass(frozen=True, slots=True)
class Given:
    """A reward that stands after this feeding and did not before, or not like this."""

    awards: tuple[Award, ...]
    fed: PotFed
    poured: Poured


class _Feeding:
    """What one feeding writes; the pots are locked."""

    def __init__(
        self, uow: UnitOfWork, actor: Actor, served: Feast, pots: Mapping[Key, Pot], clock: Clock
    ) -> None:
        self.uow = uow
        self.actor = actor
        self.served = served
        self.pots = pots
        self.clock = clock
        self.now = clock()
        self.zone = this_brand(uow.session).timezone
        self.after = {one.id: _numbers(one) for one in served.after.values()}
        self.before = {one.id: _numbers(one) for one in served.before.values()}

    def write(self) -> Settled:
        self._put_in()
        given = self._given()
        gone = self._gone()
        rewards = self._rewards(given, gone)
        changes = [*self._changes(given, gone)]
        settled = Settled()
        if changes:
            settled = carry_out(self.uow, self.actor, changes, self._due(), clock=self.clock)
        again = {
            (pot_id, number): one.awards[0].rule_id
            for (pot_id, number), one in given.items()
            if number in self.before[pot_id]
        }
        for reward, rule_id in sorted((gone | again).items()):
            take_shares(self.uow, Shares(rewards[reward], {}, {}, {rule_id}))
        for reward in sorted(given):
            self._take(rewards[reward], given[reward])
        self._freeze()
        if settled.waits:
            for source in {
                (one.fed.source_type, UUID(one.fed.source_id)) for one in given.values()
            }:
                release_source(self.uow, self.actor, *source, clock=self.clock)
        return settled

    def _fed(self) -> Iterator[tuple[Poured, PotOutcome, PotFed]]:
        for poured in self.served.poured:
            for pot in poured.pots:
                for fed in pot.feedings:
                    if fed.amount:
                        yield poured, pot, fed

    def _put_in(self) -> None:
        told = list(self._fed())
        revisions = self._revisions({UUID(fed.source_id) for _, _, fed in told})
        rows = []
        for poured, pot, fed in told:
            key = (UUID(pot.id), UUID(fed.source_id))
            revisions[key] = revisions.get(key, 0) + 1
            rows.append(
                {
                    "brand_id": self.uow.brand_id,
                    "id": new_id(),
                    "pot_id": key[0],
                    "source_type": fed.source_type,
                    "source_id": key[1],
                    "revision": revisions[key],
                    "amount": fed.amount,
                    "day": date.fromisoformat(fed.on) if fed.on else None,
                    "programme_version": poured.serving.in_force.version,
                    "at": self.now,
                }
            )
        self.uow.session.execute(insert(PotFeeding), rows)
        for moved in self.served.moved:
            self.pots[moved].balance = self.served.after[moved].balance
            self.pots[moved].revision += 1
        self.uow.session.flush()

    def _revisions(self, sources: set[UUID]) -> dict[tuple[UUID, UUID], int]:
        columns = (PotFeeding.pot_id, PotFeeding.source_id)
        rows = self.uow.session.execute(
            select(*columns, func.max(PotFeeding.revision))
            .where(
                PotFeeding.pot_id.in_([row.id for row in self.pots.values()]),
                PotFeeding.source_id.in_(sources),
            )
            .group_by(*columns)
        )
        return {(pot_id, source_id): latest for pot_id, source_id, latest in rows}

    def _given(self) -> dict[Reward, Given]:
        """Won by several orders in turn, the last one gave it."""
        found: dict[Reward, Given] = {}
        for poured, pot, fed in self._fed():
            for number in fed.issued:
                awards = tuple(
                    award
                    for award in poured.awards
                    if (award.scope_id, award.occurrence) == (pot.id, str(number))
                )
                if awards and number in self.after[pot.id]:
                    found[pot.id, number] = Given(awards, fed, poured)
        return found

    def _gone(self) -> dict[Reward, str]:
        """With their rules."""
        return {
            (pot.id, number): pot.rule_id
            for _poured, pot, fed in self._fed()
            for number in fed.withdrawn
            if number in self.before[pot.id] and number not in self.after[pot.id]
        }

    def _rewards(self, given: Mapping[Reward, Given], gone: Iterable[Reward]) -> dict[Reward, UUID]:
        rows = [
            {
                "brand_id": self.uow.brand_id,
                "id": new_id(),
                "pot_id": UUID(pot_id),
                "number": number,
                "taken": _threshold(one.poured, pot_id),
                "source_type": one.fed.source_type,
                "source_id": UUID(one.fed.source_id),
                "stands": True,
                "at": self.now,
            }
            for (pot_id, number), one in sorted(given.items())
        ]
        answered = (PotReward.pot_id, PotReward.number, PotReward.id)
        won = upsert(PotReward)
        anew = ("taken", "source_type", "source_id", "stands", "at")
        again = won.on_conflict_do_update(
            constraint="uq_pot_rewards_number",
            set_={name: getattr(won.excluded, name) for name in anew},
        )
        found = list(self.uow.session.execute(again.returning(*answered), rows)) if rows else []
        lost = [(UUID(pot_id), number) for pot_id, number in gone]
        if lost:
            key = tuple_(PotReward.pot_id, PotReward.number)
            withdrawn = update(PotReward).where(key.in_(lost)).values(stands=False, at=self.now)
            found += self.uow.session.execute(withdrawn.returning(*answered))
        return {(str(pot_id), number): reward_id for pot_id, number, reward_id in found}

    def _changes(
        self, given: Mapping[Reward, Given], gone: Mapping[Reward, str]
    ) -> Iterator[Change]:
        """Version by version: each grant says which one gave it, or took it back; withdrawn by
        several orders in turn, the last one did."""
        touched = {*given, *gone}
        if not touched:
            return
        which = [(UUID(pot_id), str(number)) for pot_id, number in sorted(touched)]
        key = tuple_(Grant.scope_id, Grant.occurrence)
        held = held_where(self.uow, (Grant.scope_type == "pot") & key.in_(which))
        last = {
            (pot.id, number): poured
            for poured, pot, fed in self._fed()
            for number in fed.withdrawn
            if (pot.id, number) in gone
        }
        for poured in self.served.poured:
            theirs = {reward for reward, one in given.items() if one.poured is poured}
            lost = [
                (pot, number)
                for pot in poured.pots
                for number in sorted({n for fed in pot.feedings for n in fed.withdrawn})
                if last.get((pot.id, number)) is poured
            ]
            here = theirs | {(pot.id, number) for pot, number in lost}
            awards = [award for reward in sorted(theirs) for award in given[reward].awards]
            misses = [_missed(pot, number) for pot, number in lost]
            due = self._due(poured, awards, misses)
            yield from changes_of(
                due, [row for row in held if (str(row.scope_id), int(row.occurrence)) in here]
            )

    def _due(
        self,
        poured: Poured | None = None,
        awards: Sequence[Award] = (),
        misses: Sequence[Miss] = (),
    ) -> Due:
        return Due(
            awards=awards,
            outcome=Outcome(missed=lambda: misses),
            rules=poured.serving.rules if poured else (),
            meeting_id=None,
            scope_id=self.uow.brand_id,
            version=poured.serving.in_force.version if poured else 0,
            zone=self.zone,
            day=local_day(self.now, self.zone),
        )

    def _take(self, reward_id: UUID, given: Given) -> None:
        """Of caps: each reward of a pot is a taker by itself, in the period of what filled it."""
        day = date.fromisoformat(given.fed.on) if given.fed.on else None
        rules = [one for one in given.poured.serving.rules if one.id == given.awards[0].rule_id]
        periods = {cap.id: (period_of(cap, day), cap.most) for _, cap in shared_caps(rules)}
        if not periods:
            return
        wanted, most = {}, {}
        for (rule_id, cap_id, subject), amount in shares_taken(given.awards, rules).items():
            period, limit = periods[cap_id]
            key = (rule_id, cap_id, period, subject)
            wanted[key], most[key] = amount, limit
        take_shares(self.uow, Shares(reward_id, wanted, most, {rules[0].id}))

    def _freeze(self) -> None:
        """Who she was when her order fed a pot first; a meeting's settlement sees to it itself."""
        for poured in {id(one): one for one, _, _ in self._fed()}.values():
            facts = poured.serving.facts
            if facts.meeting is None:
                freeze(self.uow, "order", UUID(facts.orders[0].id), facts)


def _numbers(pot: PotFacts) -> set[int]:
    return {one.number for one in pot.issued}


def _threshold(poured: Poured, pot_id: str) -> int:
    return next(pot.threshold for pot in poured.pots if pot.id == pot_id)


def _missed(pot: PotOutcome, number: int) -> Miss:
    lack = Check(
        "pot_full",
        passed=False,
        value=pot.threshold - pot.after,
        expected=pot.threshold,
        unit=pot.unit,
    )
    return Miss(
        rule_id=pot.rule_id,
        rule_name=pot.rule_name,
        programme_version=pot.programme_version,
        beneficiary=pot.beneficiary,
        customer_id=pot.customer_id,
        scope_type="pot",
        scope_id=pot.id,
        occurrence=str(number),
        rewards=(),
        lacks=(lack,),
        why=lambda: Explanation(checks=(lack,)),
    )
