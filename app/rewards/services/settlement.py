"""Desired state against what was granted: only the difference is written, in one transaction.

The meeting, or the order outside meetings, is locked first, so settlements of one run one after
the other; the unique key of grants decides what happens once. Any number of settlements gives
the same state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.customers.queries import merged
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.meetings.repository import locked_meeting
from app.meetings.services.closing import close_meeting
from app.orders.repository import locked_order
from app.rewards.domain.outcome import EARNED, Award, Outcome, explanation_to_json
from app.rewards.events import WinningsChanged
from app.rewards.models import Grant, GrantRevision, GrantStatus
from app.rewards.queries.live import Judged, judge_meeting
from app.rewards.queries.sales import judge_order
from app.rewards.services.advances import absorb_advances
from app.rewards.services.availability import release_meeting, release_sale
from app.rewards.services.holdings import Change, grant_holdings

Key = tuple[str, str, str, UUID, UUID, str]


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody deserves now, by which version, and where it was won."""

    awards: Sequence[Award]
    meeting_id: UUID | None
    """None: by an order outside meetings."""
    version: int
    zone: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What one settlement changed, in the order of grants."""

    changes: tuple[Change, ...]


def preview(uow: UnitOfWork, meeting_id: UUID) -> Outcome:
    """Exactly what closing now would grant: the same facts, rules and call as the closing."""
    return judge_meeting(uow.session, meeting_id).outcome


def close_and_settle(
    uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock
) -> Settled | None:
    """Close the meeting and grant what it deserves, together. None when it was closed already."""
    if close_meeting(uow, actor, meeting_id, clock=clock) is None:
        return None
    uow.session.flush()
    return _settle(uow, actor, meeting_id, clock=clock)


def settle_meeting(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> Settled:
    """Bring what was granted for the meeting in line with the facts; a second run writes nothing.

    While the meeting is open only promises of bookings are written; all else is a projection.
    """
    locked_meeting(uow.session, actor, meeting_id)
    return _settle(uow, actor, meeting_id, clock=clock)


def settle_direct_sale(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Settled:
    """The same for an order outside meetings: paid, it deserves what rules of direct sales give;
    cancelled, nothing. An order of a meeting is settled with its meeting: nothing happens here."""
    order = locked_order(uow.session, actor, order_id)
    if order.meeting_id is not None:
        return Settled(())
    judged = judge_order(uow.session, order_id)
    deserved = [award for award in judged.outcome.awards if award.value > 0]
    due = Due(deserved, None, judged.version, judged.zone)
    granted = (Grant.scope_type == "order") & (Grant.scope_id == order_id)
    settled = _bring_in_line(uow, actor, due, granted, clock=clock)
    release_sale(uow, actor, order_id, clock=clock)
    return settled


def _settle(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> Settled:
    judged = judge_meeting(uow.session, meeting_id)
    due = Due(_deserved(judged), meeting_id, judged.version, judged.zone)
    settled = _bring_in_line(uow, actor, due, Grant.meeting_id == meeting_id, clock=clock)
    if judged.meeting.status == "closed":
        release_meeting(uow, actor, meeting_id, clock=clock)
        absorb_advances(uow, actor, judged.meeting, clock=clock)
    return settled


def _bring_in_line(
    uow: UnitOfWork, actor: Actor, due: Due, granted: ColumnElement[bool], *, clock: Clock
) -> Settled:
    desired = {_key(award): award for award in due.awards}
    existing = {
        _key_of(grant): grant for grant in uow.session.scalars(select(Grant).where(granted))
    }
    changes = _to_standing_cards(
        uow,
        *_created(uow, due, [desired[key] for key in desired if key not in existing], clock),
        *_updated(due, existing, desired, clock),
    )
    if changes:
        _write_revisions(uow, changes, clock)
        grant_holdings(uow, actor, changes, zone=due.zone, clock=clock)
        _announce(uow, due.meeting_id, changes)
    return Settled(tuple(changes))


def _deserved(judged: Judged) -> list[Award]:
    awards = judged.outcome.awards
    if judged.meeting.status == "closed":
        return [award for award in awards if award.value > 0]
    return [award for award in awards if award.value > 0 and award.occurrence]


def _key(award: Award) -> Key:
    return (
        award.rule_id,
        award.reward_id,
        award.scope_type,
        UUID(award.scope_id),
        UUID(award.customer_id),
        award.occurrence,
    )


def _key_of(grant: Grant) -> Key:
    return (
        grant.rule_id,
        grant.reward_id,
        grant.scope_type,
        grant.scope_id,
        grant.beneficiary_id,
        grant.occurrence,
    )


def _status(award: Award) -> GrantStatus:
    return GrantStatus.GRANTED if award.status == EARNED else GrantStatus.PROMISED


def _created(uow: UnitOfWork, due: Due, awards: Sequence[Award], clock: Clock) -> list[Change]:
    """Insert what is new. Should another writer have granted it after all, it has the effects."""
    if not awards:
        return []
    rows = [_row(uow.brand_id, due, award) for award in awards]
    now = clock()
    statement = upsert(Grant).on_conflict_do_nothing().returning(Grant.id)
    stamped = [row | {"created_at": now, "updated_at": now} for row in rows]
    inserted = set(uow.session.scalars(statement, stamped))
    return [Change.of_new(row) for row in rows if row["id"] in inserted]


def _row(brand_id: UUID, due: Due, award: Award) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "id": new_id(),
        "rule_id": award.rule_id,
        "reward_id": award.reward_id,
        "scope_type": award.scope_type,
        "scope_id": UUID(award.scope_id),
        "meeting_id": due.meeting_id,
        "beneficiary_id": UUID(award.customer_id),
        "beneficiary": award.beneficiary,
        "occurrence": award.occurrence,
        "programme_version": due.version,
        "kind": award.kind,
        "value": award.value,
        "reward": dict(award.reward),
        "status": _status(award),
        "revision": 1,
        "explanation": explanation_to_json(award.explanation),
    }


def _updated(
    due: Due, existing: dict[Key, Grant], desired: dict[Key, Award], clock: Clock
) -> list[Change]:
    changes = []
    for key, grant in sorted(existing.items(), key=lambda item: item[1].id):
        award = desired.get(key)
        value = award.value if award else grant.value
        status = _status(award) if award else GrantStatus.REVERSED
        if (grant.value, grant.status) == (value, status):
            continue
        before = (GrantStatus(grant.status), grant.value)
        grant.value, grant.status = value, status
        grant.revision += 1
        grant.updated_at = clock()
        if award:
            grant.reward = dict(award.reward)
            grant.programme_version = due.version
            grant.explanation = explanation_to_json(award.explanation)
        changes.append(Change.of_existing(grant, before))
    return changes


def _to_standing_cards(uow: UnitOfWork, *changes: Change) -> list[Change]:
    """What is taken back of a card that was put together with another one is taken there."""
    lost = {change.customer_id for change in changes if change.status == GrantStatus.REVERSED}
    kept = merged(uow.session, lost) if lost else {}
    return [replace(one, customer_id=kept.get(one.customer_id, one.customer_id)) for one in changes]


def _write_revisions(uow: UnitOfWork, changes: Sequence[Change], clock: Clock) -> None:
    now = clock()
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "grant_id": change.grant_id,
            "revision": change.revision,
            "value": change.value,
            "status": change.status,
            "programme_version": change.programme_version,
            "explanation": change.explanation,
            "at": now,
        }
        for change in changes
    ]
    uow.session.flush()
    uow.session.execute(insert(GrantRevision), rows)


def _announce(uow: UnitOfWork, meeting_id: UUID | None, changes: Sequence[Change]) -> None:
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
