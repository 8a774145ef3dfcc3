"""What is deserved against what was granted: only the difference is written, set by set.

The unique key of grants decides what happens once; every change is a revision of its own.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, text

from app.customers.queries import merged
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.rewards.domain.caps import period_of, shares_taken
from app.rewards.domain.ending import why_not
from app.rewards.domain.outcome import EARNED, Award, Explanations, Outcome
from app.rewards.domain.terms import Rule, Trigger
from app.rewards.events import WinningsChanged
from app.rewards.models import Grant, GrantStatus
from app.rewards.queries.caps import shared_caps
from app.rewards.queries.live import Judged
from app.rewards.queries.sales import JudgedOrder
from app.rewards.services.capping import Shares, take_shares
from app.rewards.services.changes import Before, Change
from app.rewards.services.holdings import grant_holdings

Key = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody deserves now, by which version, and where it was won."""

    awards: Sequence[Award]
    outcome: Outcome
    """It can say why what was granted is deserved no longer."""
    rules: Sequence[Rule]
    """Those of the version."""
    meeting_id: UUID | None
    """None: by an order outside meetings."""
    scope_id: UUID
    """That meeting, or order."""
    version: int
    zone: str
    day: date

    @classmethod
    def of(cls, judged: Judged | JudgedOrder, meeting_id: UUID | None, scope_id: UUID) -> "Due":
        return cls(
            awards=[award for award in judged.outcome.awards if award.value > 0],
            outcome=judged.outcome,
            rules=judged.rules,
            meeting_id=meeting_id,
            scope_id=scope_id,
            version=judged.version,
            zone=judged.zone,
            day=judged.day,
        )

    def of_bookings(self) -> "Due":
        """As long as a meeting is under way, all else is a projection."""
        return replace(
            self,
            awards=[award for award in self.awards if award.occurrence],
            rules=[rule for rule in self.rules if rule.trigger is Trigger.GUEST_BOOKING],
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """What one settlement changed, in the order of grants."""

    changes: tuple[Change, ...] = ()
    waits: tuple[UUID, ...] = ()
    """Grants whose points may wait for orders."""


def bring_in_line(
    uow: UnitOfWork, actor: Actor, due: Due, granted: ColumnElement[bool], *, clock: Clock
) -> Settled:
    """Under the lock of the meeting or the order. A second run writes nothing."""
    held = held_where(uow, granted)
    waits = [row.id for row in held if row.kind.startswith("points")]
    changes = changes_of(due, held)
    done = carry_out(uow, actor, changes, due, clock=clock) if changes else Settled()
    _take(uow, due)
    return Settled(done.changes, (*waits, *done.waits))


def carry_out(
    uow: UnitOfWork, actor: Actor, changes: Sequence[Change], due: Due, *, clock: Clock
) -> Settled:
    """Write them down, tell whoever they concern, hand out and take back."""
    changes = _to_standing_cards(uow, changes)
    written = _write(uow, changes, clock)
    told = [change for change in changes if change.grant_id in written]
    _announce(uow, due.meeting_id, told)
    waits = grant_holdings(uow, actor, told, zone=due.zone, clock=clock)
    return Settled(tuple(told), tuple(waits))


def held_where(uow: UnitOfWork, granted: ColumnElement[bool]) -> "list[Held]":
    """In their order."""
    rows = uow.session.execute(select(*_READ).where(granted).order_by(Grant.id))
    return [Held(*row) for row in rows]


def _take(uow: UnitOfWork, due: Due) -> None:
    """What these awards take of caps."""
    capped = list(shared_caps(due.rules))
    if not capped:
        return
    periods = {(rule.id, cap.id): (period_of(cap, due.day), cap.most) for rule, cap in capped}
    wanted, most = {}, {}
    for (rule_id, cap_id, subject), amount in shares_taken(due.awards, due.rules).items():
        if (rule_id, cap_id) in periods:
            period, limit = periods[rule_id, cap_id]
            key = (rule_id, cap_id, period, subject)
            wanted[key], most[key] = amount, limit
    rules = {rule.id for rule in due.rules}
    take_shares(uow, Shares(due.scope_id, wanted, most, rules))


class Held(NamedTuple):
    """As much of a grant as is compared."""

    id: UUID
    rule_id: str
    reward_id: str
    scope_type: str
    scope_id: UUID
    beneficiary_id: UUID
    occurrence: str
    beneficiary: str
    meeting_id: UUID | None
    kind: str
    value: int
    status: str
    revision: int

    @property
    def key(self) -> Key:
        return (
            self.rule_id,
            self.reward_id,
            self.scope_type,
            str(self.scope_id),
            str(self.beneficiary_id),
            self.occurrence,
        )


_READ = [getattr(Grant, name) for name in Held._fields]


def _key(award: Award) -> Key:
    return (
        award.rule_id,
        award.reward_id,
        award.scope_type,
        award.scope_id,
        award.customer_id,
        award.occurrence,
    )


def _status(award: Award) -> GrantStatus:
    return GrantStatus.GRANTED if award.status == EARNED else GrantStatus.PROMISED


def changes_of(due: Due, held: Sequence[Held]) -> list[Change]:
    """What is new; then, in the order of grants, what is worth another value or not deserved."""
    existing = {row.key: row for row in held}
    desired = {_key(award): award for award in due.awards}
    found = [_change(due, desired[key], new_id()) for key in desired if key not in existing]
    for key, row in existing.items():
        award = desired.get(key)
        if award is None:
            if row.status != GrantStatus.REVERSED:
                found.append(_ended(due, row))
        elif (row.value, row.status) != (award.value, _status(award)):
            found.append(_change(due, award, row.id, row))
    return found


def _change(due: Due, award: Award, grant_id: UUID, row: Held | None = None) -> Change:
    before = Before(GrantStatus(row.status), row.value, row.revision) if row else Before()
    return Change(
        grant_id=grant_id,
        rule_id=award.rule_id,
        reward_id=award.reward_id,
        scope_type=award.scope_type,
        scope_id=award.scope_id,
        occurrence=award.occurrence,
        customer_id=UUID(award.customer_id),
        beneficiary=award.beneficiary,
        meeting_id=due.meeting_id,
        kind=award.kind,
        value=award.value,
        status=_status(award),
        before=before,
        reward=dict(award.reward),
        programme_version=due.version,
        why=award.why,
    )


def _ended(due: Due, row: Held) -> Change:
    """What it gave stays readable; why it ended is what its rule lacks now."""
    scope = (row.rule_id, row.scope_type, str(row.scope_id))
    whose = (row.occurrence, str(row.beneficiary_id))
    return Change(
        grant_id=row.id,
        rule_id=row.rule_id,
        reward_id=row.reward_id,
        scope_type=row.scope_type,
        scope_id=str(row.scope_id),
        occurrence=row.occurrence,
        customer_id=row.beneficiary_id,
        beneficiary=row.beneficiary,
        meeting_id=row.meeting_id,
        kind=row.kind,
        value=row.value,
        status=GrantStatus.REVERSED,
        before=Before(GrantStatus(row.status), row.value, row.revision),
        reward=None,
        programme_version=due.version,
        why=partial(why_not, scope, *whose, due.outcome, due.rules),
    )


def _to_standing_cards(uow: UnitOfWork, changes: Sequence[Change]) -> list[Change]:
    """What is taken back of a card that was put together with another one is taken there."""
    lost = {change.customer_id for change in changes if change.status == GrantStatus.REVERSED}
    kept = merged(uow.session, lost) if lost else {}
    if not kept:
        return list(changes)
    return [replace(one, customer_id=kept.get(one.customer_id, one.customer_id)) for one in changes]


# ---------------------------------------------------------------- rows


def _write(uow: UnitOfWork, changes: Sequence[Change], clock: Clock) -> set[UUID]:
    """Grants and their revisions, each kind of change in one statement. Answers whose they were:
    should another writer have granted something after all, it has the effects."""
    fresh = [change for change in changes if change.revision == 1]
    moved = [change for change in changes if change.revision > 1]
    written: set[UUID] = set()
    for statement, some in ((_INSERT, fresh), (_UPDATE, moved)):
        if some:
            whys = Explanations()
            rows = [_row(change, whys) for change in some]
            told = [{"id": str(new_id()), **one} for one in whys.outlines]
            given = {"rows": rows, "whys": told, "lists": whys.lists}
            sent = {name: json.dumps(one, ensure_ascii=False) for name, one in given.items()}
            common = {"brand": uow.brand_id, "now": clock()}
            written |= set(uow.session.scalars(statement, sent | common))
    return written


def _row(change: Change, whys: Explanations) -> dict[str, Any]:
    return {
        "id": str(change.grant_id),
        "revision_id": str(new_id()),
        "rule_id": change.rule_id,
        "reward_id": change.reward_id,
        "scope_type": change.scope_type,
        "scope_id": change.scope_id,
        "meeting_id": str(change.meeting_id) if change.meeting_id else None,
        "beneficiary_id": str(change.customer_id),
        "beneficiary": change.beneficiary,
        "occurrence": change.occurrence,
        "programme_version": change.programme_version,
        "kind": change.kind,
        "value": change.value,
        "status": change.status,
        "revision": change.revision,
        "reward": change.reward,
        "why": whys.position(change.why),
    }


_GIVEN = """
    whys AS MATERIALIZED (
        SELECT w.* FROM jsonb_to_recordset(CAST(:whys AS jsonb)) AS w (
            id uuid, why int, outline jsonb, orders_counted int, orders_left_out int)
    ), explained AS (
        INSERT INTO grant_explanations (brand_id, id, document)
        SELECT :brand, w.id, w.outline || jsonb_build_object(
                   'orders_counted', o.lists -> w.orders_counted,
                   'orders_left_out', o.lists -> w.orders_left_out)
        FROM whys w CROSS JOIN (SELECT CAST(:lists AS jsonb) AS lists) o
    ), given AS MATERIALIZED (
        SELECT g.*, whys.id AS explanation_id
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (
            id uuid, revision_id uuid, rule_id text, reward_id text, scope_type text,
            scope_id uuid, meeting_id uuid, beneficiary_id uuid, beneficiary text,
            occurrence text, programme_version int, kind text, value bigint, status text,
            revision int, reward jsonb, why int)
        JOIN whys USING (why)
    )
"""
_REVISE = """
    INSERT INTO grant_revisions (brand_id, id, grant_id, revision, value, status,
        programme_version, explanation_id, at)
    SELECT :brand, g.revision_id, g.id, g.revision, g.value, g.status,
           g.programme_version, g.explanation_id, :now
    FROM given g JOIN written USING (id)
    RETURNING grant_id
"""
_INSERT = text(
    f"""
    WITH {_GIVEN}, written AS (
        INSERT INTO grants (brand_id, id, rule_id, reward_id, scope_type, scope_id, meeting_id,
            beneficiary_id, beneficiary, occurrence, programme_version, kind, value, reward,
            status, revision, explanation_id, created_at, updated_at)
        SELECT :brand, id, rule_id, reward_id, scope_type, scope_id, meeting_id,
               beneficiary_id, beneficiary, occurrence, programme_version, kind, value, reward,
               status, revision, explanation_id, :now, :now
        FROM given
        ON CONFLICT ON CONSTRAINT uq_grants_once DO NOTHING
        RETURNING id
    ) {_REVISE}
    """  # noqa: S608 -- nothing in it is anybody's input
)
_UPDATE = text(
    f"""
    WITH {_GIVEN}, written AS (
        UPDATE grants w
        SET value = g.value, status = g.status, revision = g.revision, updated_at = :now,
            programme_version = g.programme_version, explanation_id = g.explanation_id,
            reward = CASE WHEN jsonb_typeof(g.reward) = 'object' THEN g.reward ELSE w.reward END
        FROM given g
        WHERE w.brand_id = :brand AND w.id = g.id AND w.revision = g.revision - 1
        RETURNING w.id
    ) {_REVISE}
    """  # noqa: S608 -- nothing in it is anybody's input
)


def _announce(uow: UnitOfWork, meeting_id: UUID | None, changes: Iterable[Change]) -> None:
    """One event for each person, so that she gets one message about all of it."""
    by_person: dict[UUID, list[Change]] = {}
    for change in changes:
        by_person.setdefault(change.customer_id, []).append(change)
    for customer_id, hers in sorted(by_person.items()):
        told = [
            {
                "grant_id": str(change.grant_id),
                "revision": change.revision,
                "change": change.name,
                "kind": change.kind,
            }
            for change in hers
        ]
        uow.record(WinningsChanged(new_id(), 1, meeting_id, customer_id, told))
