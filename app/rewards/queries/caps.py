"""What is left of the caps of rules, for one meeting or order: others have taken their shares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from app.rewards.domain.caps import period_of
from app.rewards.domain.facts import CapFacts, Facts, GrantedFacts
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Cap, CapPer, Rule
from app.rewards.models import CapShares, CapTaking, Grant, GrantStatus


def shared_caps(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Cap]]:
    """Those that other meetings and orders take from too."""
    for rule in rules:
        for cap in rule.caps:
            if cap.per is not CapPer.MEETING:
                yield rule, cap


@dataclass(frozen=True, slots=True)
class Taker:
    """A meeting, or an order outside meetings, that may take shares."""

    id: UUID
    facts: Facts
    day: date

    @property
    def subjects(self) -> set[str]:
        """Everybody together is nobody by name."""
        guests = self.facts.meeting.participants if self.facts.meeting else ()
        return {"", *self.facts.winners, *(guest.customer_id for guest in guests)}


def with_caps(session: Session, takers: Sequence[Taker], programme: Programme) -> dict[UUID, Facts]:
    """Their facts with what is left of every cap, and who was granted before; two statements for
    any number of them, when rules have caps. Read without locks: whoever takes a share finds out
    when it is gone."""
    found = {one.id: one.facts for one in takers}
    if not any(rule.caps for rule in programme.rules):
        return found
    left, granted = _left(session, takers, programme), _granted(session, takers)
    return {
        key: replace(facts, caps=tuple(left[key]), granted=tuple(granted[key]))
        for key, facts in found.items()
    }


def _left(
    session: Session, takers: Sequence[Taker], programme: Programme
) -> dict[UUID, list[CapFacts]]:
    """What one has taken itself is left to it, also where a cap is overdrawn: two cards became one,
    or a new version allows less."""
    caps = {
        one.id: {
            (rule.id, cap.id, period_of(cap, one.day)): cap
            for rule, cap in shared_caps(programme.rules)
        }
        for one in takers
    }
    wanted = {key for keys in caps.values() for key in keys}
    left: dict[UUID, list[CapFacts]] = {one.id: [] for one in takers}
    if not wanted:
        return left
    own = and_(CapTaking.share_id == CapShares.id, CapTaking.scope_id.in_(list(left)))
    key = (CapShares.rule_id, CapShares.cap, CapShares.period)
    subjects = {subject for one in takers for subject in one.subjects}
    rows = session.execute(
        select(*key, CapShares.subject, CapShares.taken, CapTaking.scope_id, CapTaking.taken)
        .outerjoin(CapTaking, own)
        .where(tuple_(*key).in_(sorted(wanted)), CapShares.subject.in_(sorted(subjects)))
    )
    taken: dict[tuple[str, str, str, str], int] = {}
    taken_by: dict[tuple[str, str, str, str], dict[UUID, int]] = {}
    for rule_id, cap_id, period, subject, in_all, scope_id, its_own in rows:
        share = (rule_id, cap_id, period, subject)
        taken[share] = in_all
        if scope_id is not None:
            taken_by.setdefault(share, {})[scope_id] = its_own
    for one in takers:
        for share, in_all in taken.items():
            cap = caps[one.id].get(share[:3])
            if cap is not None and share[3] in one.subjects:
                own_part = taken_by.get(share, {}).get(one.id, 0)
                room = max(cap.most - (in_all - own_part), own_part)
                left[one.id].append(CapFacts(share[0], share[1], room, share[3]))
    return left


def _granted(session: Session, takers: Sequence[Taker]) -> Mapping[UUID | None, list[GrantedFacts]]:
    """Of meetings, or of orders outside them."""
    found: dict[UUID | None, list[GrantedFacts]] = {one.id: [] for one in takers}
    whose = Grant.meeting_id if takers[0].facts.meeting else Grant.scope_id
    standing = select(
        whose, Grant.rule_id, Grant.beneficiary_id, Grant.scope_id, Grant.occurrence
    ).where(whose.in_(list(found)), Grant.status != GrantStatus.REVERSED)
    for taker, rule_id, customer_id, granted_in, occurrence in session.execute(standing):
        granted = GrantedFacts(rule_id, str(customer_id), str(granted_in), occurrence)
        found[taker].append(granted)
    return found
