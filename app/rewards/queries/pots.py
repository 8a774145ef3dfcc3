"""Pots as they stand, and what orders and meetings have for them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.brands.queries import BrandView, this_brand
from app.kernel.clock import local_day
from app.loyalty import queries as loyalty
from app.meetings import queries as meetings
from app.meetings.queries import MeetingForRewards
from app.orders import queries as orders
from app.orders.queries import OrderView
from app.promotions import queries as promotions
from app.rewards.domain.caps import period_of
from app.rewards.domain.facts import CapFacts, Facts, FedFacts, PotFacts, PotIssueFacts, ShareFacts
from app.rewards.domain.outcome import Award, PotOutcome
from app.rewards.domain.pots import Filled, fill
from app.rewards.domain.terms import Beneficiary, Rule, Trigger
from app.rewards.models import (
    CapShares,
    CapTaking,
    ClaimStatus,
    GiftClaim,
    Grant,
    GrantStatus,
    Pot,
    PotFeeding,
    PotReward,
)
from app.rewards.queries.caps import shared_caps
from app.rewards.queries.facts import facts_of_meetings, facts_of_orders
from app.rewards.queries.programme import (
    InForce,
    in_force_on,
    programme_in_force,
    programmes_by_version,
    programmes_judging,
)
from app.rewards.queries.sales import as_paid

UNDER_WAY = ("planned", "open")

Key = tuple[str, str, str, str]
"""Rule, measure, period, customer."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Orders, or a meeting, with the rules whose pots they feed."""

    facts: Facts
    rules: tuple[Rule, ...]
    in_force: InForce

    @property
    def sources(self) -> set[UUID]:
        found = {UUID(order.id) for order in self.facts.orders}
        return found | ({UUID(self.facts.meeting.id)} if self.facts.meeting else set())

    @property
    def days(self) -> set[date]:
        known = {order.placed_on for order in self.facts.orders}
        if self.facts.meeting:
            known.add(self.facts.meeting.held_on)
        return {day for day in known if day}


@dataclass(frozen=True, slots=True)
class Poured:
    """What one serving does to pots, by the version that judges it."""

    serving: Serving
    pots: tuple[PotOutcome, ...]
    awards: tuple[Award, ...]


@dataclass(frozen=True, slots=True)
class Feast:
    """What all servings together do."""

    before: Mapping[Key, PotFacts]
    after: Mapping[Key, PotFacts]
    poured: tuple[Poured, ...]

    @property
    def moved(self) -> set[Key]:
        return {
            (pot.rule_id, pot.measure, pot.period, pot.customer_id)
            for one in self.poured
            for pot in one.pots
            if any(fed.amount for fed in pot.feedings)
        }


# ---------------------------------------------------------------- what feeds


def servings_of_order(session: Session, order_id: UUID) -> tuple[Serving, ...]:
    """An order outside meetings, or of one that is under way; of an ended one, all of it."""
    order = orders.orders_by_id(session, [order_id]).get(order_id)
    if order is None:
        return ()
    if order.meeting_id is not None:
        meeting = meetings.meeting_for_rewards(session, order.meeting_id)
        if meeting.status not in UNDER_WAY:
            return servings_of_meeting(session, meeting)
    brand = this_brand(session)
    found = list(_of_orders(session, [order], brand))
    return (*found, *_of_gone_rules(session, found, [order], None, brand))


def servings_of_meeting(session: Session, meeting: MeetingForRewards) -> tuple[Serving, ...]:
    """Its orders for those who bought and sold them, and, once it has ended, all of it for whoever
    held it. A meeting that was reopened takes nothing back meanwhile."""
    brand = this_brand(session)
    its_orders = orders.orders_of_meetings(session, [meeting.id])
    found = list(_of_orders(session, its_orders, brand))
    ended = meeting if meeting.status not in UNDER_WAY else None
    if ended:
        found += _of_meeting(session, ended, brand)
    return (*found, *_of_gone_rules(session, found, its_orders, ended, brand))


def _of_orders(session: Session, some: Sequence[OrderView], brand: BrandView) -> Iterator[Serving]:
    """Each by the version in force the day it was placed."""
    days = {
        order.id: local_day(order.placed_at, brand.timezone) for order in some if order.placed_at
    }
    by_version: dict[int, tuple[InForce, list[UUID]]] = {}
    for order_id, in_force in in_force_on(session, days).items():
        by_version.setdefault(in_force.version, (in_force, []))[1].append(order_id)
    for in_force, ids in by_version.values():
        rules = tuple(_fed_by_orders(in_force))
        if rules:
            facts = facts_of_orders(session, ids, in_force.programme, brand.timezone)
            yield from (Serving(facts[one], rules, in_force) for one in ids)


def serving_of_cart(session: Session, order: OrderView, day: date) -> Serving | None:
    """An order as if it were paid, and placed on that day."""
    in_force = programme_in_force(session, day)
    rules = tuple(_fed_by_orders(in_force)) if in_force else ()
    if in_force is None or not rules:
        return None
    zone = this_brand(session).timezone
    facts = facts_of_orders(session, [order.id], in_force.programme, zone)[order.id]
    first = orders.first_order_ids(session, [order.customer_id]).get(order.customer_id)
    (now,) = facts.orders
    paid = as_paid(now, day, is_first=first is None or first == order.id)
    return Serving(replace(facts, orders=(paid,)), rules, in_force)


def _fed_by_orders(in_force: InForce) -> Iterator[Rule]:
    return (rule for rule in in_force.programme.by_trigger[Trigger.SPEND] if _of_each_order(rule))


def _of_each_order(rule: Rule) -> bool:
    return rule.judges_orders and rule.beneficiary is not Beneficiary.HOST


def _of_meeting(
    session: Session, meeting: MeetingForRewards, brand: BrandView
) -> Iterator[Serving]:
    in_force = programmes_judging(session, [meeting], brand).get(meeting.id)
    if in_force is None:
        return
    rules = tuple(
        rule
        for rule in in_force.programme.by_trigger[Trigger.SPEND]
        if not rule.judges_orders or rule.beneficiary is Beneficiary.HOST
    )
    if rules:
        facts = facts_of_meetings(session, [meeting], in_force.programme, brand.timezone)
        yield Serving(facts[meeting.id], rules, in_force)


def _of_gone_rules(
    session: Session,
    found: Sequence[Serving],
    some: Sequence[OrderView],
    meeting: MeetingForRewards | None,
    brand: BrandView,
) -> Iterator[Serving]:
    """Rules that were fed by these before another version came to judge them, which has them no
    more: served as if they were over, so that all of it is taken out. One statement if none is."""
    sources = [order.id for order in some] + ([meeting.id] if meeting else [])
    versions = _fed_in(session, sources)
    for one in found:
        for rule in one.rules:
            if rule.pot:
                versions.pop((rule.id, rule.pot.measure.value), None)
    programmes = programmes_by_version(session, set(versions.values()))
    for (rule_id, _), version in sorted(versions.items()):
        in_force = InForce(version, programmes[version])
        rule = next(one for one in in_force.programme.rules if one.id == rule_id)
        assert rule.pot
        over = (replace(rule, pot=replace(rule.pot, starts_on=None, ends_on=date.min)),)
        if _of_each_order(rule):
            ids = [order.id for order in some]
            facts = facts_of_orders(session, ids, in_force.programme, brand.timezone)
            yield from (Serving(facts[one_id], over, in_force) for one_id in ids)
        elif meeting:
            facts = facts_of_meetings(session, [meeting], in_force.programme, brand.timezone)
            yield Serving(facts[meeting.id], over, in_force)


def _fed_in(session: Session, sources: Collection[UUID]) -> dict[tuple[str, str], int]:
    """By rule and measure, the latest version by which something of these is in a pot."""
    rows = session.execute(
        select(Pot.rule_id, Pot.measure, func.max(PotFeeding.programme_version).label("version"))
        .join(PotFeeding, PotFeeding.pot_id == Pot.id)
        .where(PotFeeding.source_id.in_(sources))
        .group_by(Pot.rule_id, Pot.measure, Pot.id, PotFeeding.source_id)
        .having(func.sum(PotFeeding.amount) != 0)
        .order_by("version")
    )
    return {(rule_id, measure): version for rule_id, measure, version in rows}


# ---------------------------------------------------------------- what it does


def feast(session: Session, servings: Sequence[Serving]) -> Feast:
    """What these would do to pots as they stand; nothing is written."""
    before = _pots(session, servings)
    now = dict(before)
    room: dict[tuple[str, str, str, str], CapFacts] = {}
    taken = _taken(session, servings)
    poured = []
    for serving in servings:
        caps = _left(serving, taken) | room
        filled = _fill(serving, now, caps.values())
        room |= {_share(one): one for one in filled.caps}
        measures = {rule.id: rule.pot.measure for rule in serving.rules if rule.pot}
        now |= {
            (one.rule_id, measures[one.rule_id], one.period, one.customer_id): one
            for one in filled.after
        }
        poured.append(Poured(serving, filled.pots, filled.awards))
    return Feast(before, now, tuple(poured))


def _fill(serving: Serving, now: Mapping[Key, PotFacts], caps: Iterable[CapFacts]) -> Filled:
    wanted = {(rule.id, rule.pot.measure) for rule in serving.rules if rule.pot}
    people, sources = serving.facts.winners, {str(one) for one in serving.sources}
    pots = tuple(
        pot
        for key, pot in now.items()
        if key[:2] in wanted
        and (key[3] in people or any(one.source_id in sources for one in pot.fed))
    )
    facts = replace(serving.facts, pots=pots, caps=tuple(caps))
    return fill(facts, serving.rules, serving.in_force.programme)


def _pots(session: Session, servings: Sequence[Serving]) -> dict[Key, PotFacts]:
    """Those of everybody concerned, and those these sources have fed before."""
    wanted = {(rule.id, rule.pot.measure) for one in servings for rule in one.rules if rule.pot}
    sources = {source for one in servings for source in one.sources}
    people = {UUID(person) for one in servings for person in one.facts.winners}
    fed = select(PotFeeding.pot_id).where(PotFeeding.source_id.in_(sources))
    rows = session.execute(
        select(Pot.id, Pot.rule_id, Pot.measure, Pot.period, Pot.customer_id, Pot.balance)
        .where(
            tuple_(Pot.rule_id, Pot.measure).in_(sorted(wanted)),
            or_(Pot.customer_id.in_(people), Pot.id.in_(fed)),
        )
        .order_by(Pot.id)
    ).all()
    ids = [row.id for row in rows]
    put_in = _put_in(session, ids, sources)
    capped = any(True for one in servings for _ in shared_caps(one.rules))
    given = _given(session, ids, capped=capped)
    return {
        (row.rule_id, row.measure, row.period, str(row.customer_id)): PotFacts(
            rule_id=row.rule_id,
            customer_id=str(row.customer_id),
            id=str(row.id),
            period=row.period,
            balance=row.balance,
            issued=tuple(given.get(row.id, ())),
            fed=tuple(put_in.get(row.id, ())),
        )
        for row in rows
    }


def _put_in(
    session: Session, ids: Collection[UUID], sources: Collection[UUID]
) -> dict[UUID, list[FedFacts]]:
    if not ids:
        return {}
    found: dict[UUID, list[FedFacts]] = {}
    rows = session.execute(
        select(PotFeeding.pot_id, PotFeeding.source_id, func.sum(PotFeeding.amount))
        .where(PotFeeding.pot_id.in_(ids), PotFeeding.source_id.in_(sources))
        .group_by(PotFeeding.pot_id, PotFeeding.source_id)
    )
    for pot_id, source_id, amount in rows:
        found.setdefault(pot_id, []).append(FedFacts(str(source_id), int(amount)))
    return found


def _given(
    session: Session, ids: Collection[UUID], *, capped: bool
) -> dict[UUID, list[PotIssueFacts]]:
    if not ids:
        return {}
    standing = select(PotReward.id, PotReward.pot_id, PotReward.number, PotReward.taken).where(
        PotReward.pot_id.in_(ids), PotReward.stands
    )
    rows = session.execute(standing.order_by(PotReward.pot_id, PotReward.number)).all()
    used = _used(session, {row.pot_id for row in rows})
    shares = _shares(session, [row.id for row in rows]) if capped and rows else {}
    found: dict[UUID, list[PotIssueFacts]] = {}
    for row in rows:
        gone = (row.pot_id, str(row.number)) in used
        one = PotIssueFacts(row.number, row.taken, gone, tuple(shares.get(row.id, ())))
        found.setdefault(row.pot_id, []).append(one)
    return found


def _shares(session: Session, rewards: Collection[UUID]) -> dict[UUID, list[ShareFacts]]:
    columns = (CapShares.cap, CapTaking.taken, CapShares.subject, CapShares.period)
    rows = session.execute(
        select(CapTaking.scope_id, *columns)
        .join(CapShares, CapShares.id == CapTaking.share_id)
        .where(CapTaking.scope_id.in_(rewards), CapTaking.taken > 0)
        .order_by(CapShares.id)
    )
    found: dict[UUID, list[ShareFacts]] = {}
    for reward_id, cap, taken, subject, period in rows:
        found.setdefault(reward_id, []).append(ShareFacts(cap, taken, subject, period))
    return found


def _used(session: Session, ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Pots and numbers of rewards of which something cannot be taken back."""
    if not ids:
        return set()
    columns = (Grant.id, Grant.scope_id, Grant.occurrence, Grant.kind, Grant.value)
    rows = session.execute(
        select(*columns).where(
            Grant.scope_type == "pot",
            Grant.scope_id.in_(ids),
            Grant.status == GrantStatus.GRANTED,
        )
    ).all()
    grants = {row.id for row in rows}
    points = {row.id: row.value for row in rows if row.kind.startswith("points")}
    left = loyalty.left_of(session, "grant", points) if points else {}
    spent = {grant_id for grant_id, value in points.items() if left.get(grant_id, 0) < value}
    gone = spent | promotions.used_of(session, grants) | _gifts_gone(session, grants)
    return {(row.scope_id, row.occurrence) for row in rows if row.id in gone}


def _gifts_gone(session: Session, grants: Collection[UUID]) -> set[UUID]:
    """Grants of gifts that have left the house, whose time is over, or that became a voucher which
    cannot be taken back."""
    columns = (GiftClaim.id, GiftClaim.grant_id, GiftClaim.status, GiftClaim.voucher_id)
    ended = (ClaimStatus.CHOSEN, ClaimStatus.CONVERTED, ClaimStatus.EXPIRED)
    rows = session.execute(
        select(*columns).where(GiftClaim.grant_id.in_(grants), GiftClaim.status.in_(ended))
    ).all()
    chosen = [row.id for row in rows if row.status == ClaimStatus.CHOSEN]
    vouchers = [row.voucher_id for row in rows if row.voucher_id]
    gone = orders.shipped_gifts(session, chosen) if chosen else set()
    gone |= {row.id for row in rows if row.status == ClaimStatus.EXPIRED}
    touched = promotions.touched_vouchers(session, vouchers) if vouchers else set()
    return {row.grant_id for row in rows if row.id in gone or row.voucher_id in touched}


# ---------------------------------------------------------------- caps


def _taken(session: Session, servings: Sequence[Serving]) -> dict[tuple[str, str, str, str], int]:
    """Of each share, by rule, cap, period and person: rewards of pots are takers of their own."""
    wanted = {
        (rule.id, cap.id, period_of(cap, day))
        for one in servings
        for rule, cap in shared_caps(one.rules)
        for day in one.days
    }
    if not wanted:
        return {}
    key = (CapShares.rule_id, CapShares.cap, CapShares.period)
    rows = session.execute(
        select(*key, CapShares.subject, CapShares.taken).where(tuple_(*key).in_(sorted(wanted)))
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def _left(
    serving: Serving, taken: Mapping[tuple[str, str, str, str], int]
) -> dict[tuple[str, str, str, str], CapFacts]:
    most = {(rule.id, cap.id): cap.most for rule, cap in shared_caps(serving.rules)}
    return {
        share: CapFacts(share[0], share[1], most[share[:2]] - amount, share[3], share[2])
        for share, amount in taken.items()
        if share[:2] in most
    }


def _share(one: CapFacts) -> tuple[str, str, str, str]:
    return one.rule_id, one.cap, one.period, one.subject
