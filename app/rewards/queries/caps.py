"""What is left of the caps of rules, for one meeting or order: others have taken their shares."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from app.rewards.domain.facts import CapFacts, Facts, GrantedFacts
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Cap, CapPer, Period, Rule
from app.rewards.models import CapShares, CapTaking, Grant, GrantStatus

FORMATS = {
    Period.YEAR: "%Y",
    Period.MONTH: "%Y-%m",
    Period.WEEK: "%G-W%V",
    Period.DAY: "%Y-%m-%d",
}


def shared_caps(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Cap]]:
    """Those that other meetings and orders take from too."""
    for rule in rules:
        for cap in rule.caps:
            if cap.per is not CapPer.MEETING:
                yield rule, cap


def period_of(cap: Cap, day: date) -> str:
    return "" if cap.period is Period.EVER else day.strftime(FORMATS[cap.period])


def with_caps(
    session: Session, facts: Facts, programme: Programme, scope_id: UUID, day: date
) -> Facts:
    """With what is left of every cap, and who was granted before; two statements, when rules have
    caps. Read without locks: whoever takes a share finds out when it is gone."""
    if not any(rule.caps for rule in programme.rules):
        return facts
    granted = tuple(_granted(session, facts, scope_id))
    return replace(
        facts, caps=tuple(_left(session, facts, programme, scope_id, day)), granted=granted
    )


def _left(
    session: Session, facts: Facts, programme: Programme, scope_id: UUID, day: date
) -> Iterator[CapFacts]:
    caps = {
        (rule.id, cap.id, period_of(cap, day)): cap for rule, cap in shared_caps(programme.rules)
    }
    if not caps:
        return
    own = and_(CapTaking.share_id == CapShares.id, CapTaking.scope_id == scope_id)
    key = (CapShares.rule_id, CapShares.cap, CapShares.period)
    others = CapShares.taken - func.coalesce(CapTaking.taken, 0)
    rows = session.execute(
        select(*key, CapShares.subject, others)
        .outerjoin(CapTaking, own)
        .where(tuple_(*key).in_(list(caps)), CapShares.subject.in_(sorted(_subjects(facts))))
    )
    for rule_id, cap_id, period, subject, taken in rows:
        most = caps[rule_id, cap_id, period].most
        yield CapFacts(rule_id, cap_id, most - taken, subject)


def _subjects(facts: Facts) -> set[str]:
    """Everybody together is nobody by name."""
    guests = facts.meeting.participants if facts.meeting else ()
    return {"", *facts.winners, *(guest.customer_id for guest in guests)}


def _granted(session: Session, facts: Facts, scope_id: UUID) -> Iterator[GrantedFacts]:
    where = Grant.meeting_id == scope_id if facts.meeting else Grant.scope_id == scope_id
    standing = select(Grant.rule_id, Grant.beneficiary_id, Grant.scope_id, Grant.occurrence).where(
        where, Grant.status != GrantStatus.REVERSED
    )
    for rule_id, customer_id, granted_in, occurrence in session.execute(standing):
        yield GrantedFacts(rule_id, str(customer_id), str(granted_in), occurrence)
