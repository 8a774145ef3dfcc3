"""`evaluate(facts, programme)`: same facts, same programme, same outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.kernel.money import BASIS, spread
from app.rewards.domain.assigned import ASSIGNED, worth_of_code
from app.rewards.domain.caps import hold_to_caps
from app.rewards.domain.conditions import judge, lacks_of
from app.rewards.domain.counting import count_orders
from app.rewards.domain.facts import Channel, Facts, MeetingStatus, OrderFacts, OrderKind
from app.rewards.domain.gains import Gain, Gains, gains_of
from app.rewards.domain.outcome import (
    EARNED,
    Award,
    Check,
    Explanation,
    Miss,
    Outcome,
    Progress,
    missed_by,
)
from app.rewards.domain.programme import Programme
from app.rewards.domain.scopes import MeetingScope, OrderScope, Scope, hosts_of
from app.rewards.domain.terms import (
    SALES,
    Beneficiary,
    Rule,
    Trigger,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody a rule may pay, and why her: `checks` that fail are reasons why not."""

    customer_id: str | None
    occurrence: str = ""
    status: str = EARNED
    checks: tuple[Check, ...] = ()


def evaluate(facts: Facts, programme: Programme) -> Outcome:
    """Judge a meeting with its orders, or orders by themselves.

    Used to preview, settle, explain and simulate. The caller knows whether the meeting is closed,
    that is, whether the awards are projections.
    """
    found = [*_of_meeting(facts, programme), *_of_orders(facts, programme)]
    awards = tuple(one for one in found if isinstance(one, Award))
    misses = tuple(one for one in found if isinstance(one, Miss))
    held, beyond = hold_to_caps(awards, programme.rules, facts)
    kept, outdone = _settle_lanes(held, programme)
    missed = (*misses, *beyond, *outdone)
    return Outcome(tuple(sorted(kept, key=_award_order)), tuple(sorted(missed, key=_miss_order)))


def turnover_of(facts: Facts, programme: Programme) -> int:
    """The turnover of a meeting as the programme's own settings define it."""
    hosts = hosts_of(facts.meeting) if facts.meeting else frozenset()
    return count_orders(facts, facts.orders, hosts, programme.settings.turnover).amount_cents


def _award_order(award: Award) -> tuple[str, ...]:
    scope = (award.scope_type, award.scope_id, award.rule_id)
    return (*scope, award.customer_id, award.occurrence, award.reward_id)


def _miss_order(miss: Miss) -> tuple[str, ...]:
    scope = (miss.scope_type, miss.scope_id, miss.rule_id)
    return (*scope, miss.customer_id or "", miss.occurrence)


# ---------------------------------------------------------------- which rules, in which scope

OF_MEETING = tuple(trigger for trigger in Trigger if trigger not in SALES)


def _of_meeting(facts: Facts, programme: Programme) -> Iterator[Award | Miss]:
    if facts.meeting is None:
        return
    participates = programme.settings.host_participates
    scope = MeetingScope(facts, facts.meeting, host_participates=participates)
    for trigger in OF_MEETING:
        for rule in programme.by_trigger[trigger]:
            yield from _apply(rule, scope, _winners_of_meeting(rule, scope), programme)


def _of_orders(facts: Facts, programme: Programme) -> Iterator[Award | Miss]:
    for order in facts.orders:
        if order.kind is OrderKind.GIFT:
            continue
        rules = programme.by_trigger[_sale(facts, order)]
        scope = OrderScope(facts, order)
        for rule in rules:
            yield from _apply(rule, scope, _winners_of_order(rule, scope), programme)


def _sale(facts: Facts, order: OrderFacts) -> Trigger:
    """An order of a meeting is a meeting sale, also when it came by the party link."""
    in_meeting = facts.meeting is not None or order.channel is Channel.MEETING
    return Trigger.MEETING_SALE if in_meeting else Trigger.DIRECT_SALE


def _winners_of_meeting(rule: Rule, scope: MeetingScope) -> Sequence[Winner]:
    if _is_cancelled(scope):
        return (Winner(None, checks=(MEETING_CANCELLED,)),)
    if rule.trigger is Trigger.GUEST_BOOKING:
        return _winners_of_bookings(rule, scope)
    if rule.trigger is Trigger.REBOOKED_HOSTING:
        return (_winner_of_rebooking(rule, scope),)
    if rule.beneficiary is Beneficiary.GUEST:
        buyers = scope.buyers(rule.turnover)
        nobody = (Winner(None, checks=(Check("guest_bought", passed=False),)),)
        return [Winner(buyer) for buyer in buyers] or nobody
    return (_sole_winner(rule, scope),)


MEETING_CANCELLED = Check("meeting_not_cancelled", passed=False)


def _is_cancelled(scope: Scope) -> bool:
    meeting = scope.facts.meeting
    return meeting is not None and meeting.status is MeetingStatus.CANCELLED


def _winner_of_rebooking(rule: Rule, scope: MeetingScope) -> Winner:
    who, origin = _sole_winner(rule, scope), scope.meeting.booked_from
    born = Check("meeting_booked_in_another", passed=origin is not None, subject=origin or "")
    return replace(who, checks=(*who.checks, born))


def _sole_winner(rule: Rule, scope: MeetingScope) -> Winner:
    if rule.beneficiary is Beneficiary.HOST:
        return Winner(scope.meeting.host_customer_id)
    return _seller(scope)


def _seller(scope: Scope) -> Winner:
    seller = scope.facts.seller_customer_id
    return Winner(seller, checks=() if seller else (Check("seller_known", passed=False),))


def _winners_of_bookings(rule: Rule, scope: MeetingScope) -> Sequence[Winner]:
    judged = scope.bookings(rule.booking)
    if not judged:
        lack = Check(
            "guest_booked",
            passed=False,
            measure="bookings_made",
            op=">=",
            value=0,
            expected=1,
            missing=1,
            unit="count",
        )
        who = None if rule.beneficiary is Beneficiary.GUEST else _sole_winner(rule, scope)
        return (Winner(who.customer_id if who else None, checks=(lack,)),)
    winners = []
    for one in judged:
        who = (
            Winner(one.booking.customer_id)
            if rule.beneficiary is Beneficiary.GUEST
            else _sole_winner(rule, scope)
        )
        checks = (*who.checks, *one.checks, *_not_by_oneself(rule, who, one.booking.customer_id))
        winners.append(Winner(who.customer_id, one.booking.id, one.status, checks))
    return winners


def _not_by_oneself(rule: Rule, who: Winner, booker: str) -> tuple[Check, ...]:
    if rule.beneficiary is not Beneficiary.SELLER:
        return ()
    return (Check("not_by_oneself", who.customer_id != booker),)


def _winners_of_order(rule: Rule, scope: OrderScope) -> Sequence[Winner]:
    checks = _lacks_of_order(rule, scope)
    if rule.beneficiary is Beneficiary.GUEST:
        return (Winner(scope.order.customer_id, checks=checks),)
    who = _seller(scope)
    return (replace(who, checks=(*who.checks, *checks)),)


def _lacks_of_order(rule: Rule, scope: OrderScope) -> tuple[Check, ...]:
    if _is_cancelled(scope):
        return (MEETING_CANCELLED,)
    counted = scope.counted(rule.turnover)
    if counted.orders:
        return ()
    reason = counted.left_out[0].code
    return (Check(f"order_not_{reason}", passed=False, subject=scope.id),)


# ---------------------------------------------------------------- one rule


@dataclass(frozen=True, slots=True)
class Case:
    """One rule on one scope, for one person."""

    rule: Rule
    scope: Scope
    version: str
    winner: Winner
    gains: Gains
    checks: tuple[Check, ...]


def _apply(
    rule: Rule, scope: Scope, winners: Sequence[Winner], programme: Programme
) -> Iterator[Award | Miss]:
    gains = gains_of(rule, scope)
    conditions = () if rule.of_winner else _judged(rule, scope)
    for winner in winners:
        if rule.of_winner:
            conditions = _judged(rule, scope, winner.customer_id)
        lacks = (*(lack for check in conditions for lack in lacks_of(check)), *gains.lacks)
        own = tuple(check for check in winner.checks if not check.passed)
        checks = (*winner.checks, *conditions, *gains.lacks, *gains.score)
        case = Case(rule, scope, programme.version, winner, gains, checks)
        if own or lacks:
            yield _miss(case, (*own, *lacks), _explain(case))
        else:
            yield from _awards(case)


def _judged(rule: Rule, scope: Scope, winner: str | None = None) -> tuple[Check, ...]:
    if rule.conditions is None:
        return ()
    check = judge(rule.conditions, scope, rule, winner)
    return check.children if check.code == "all_of" else (check,)


def _explain(case: Case, gain: Gain | None = None, share_bp: int | None = None) -> Explanation:
    """Built in one go: `replace()` was a third of an evaluation."""
    counted = case.scope.counted(case.rule.turnover)
    tiers = case.rule.tiers
    rated = gain is not None and gain.exact != ""
    return Explanation(
        base=case.scope.base,
        base_cents=counted.amount_cents,
        orders_counted=counted.shown,
        orders_left_out=counted.left_out,
        checks=case.checks,
        tier_mode=tiers.mode.value if tiers else "",
        tier=gain.tier if gain else None,
        next_tier=case.gains.next_tier,
        slices=gain.slices if gain else (),
        rate_bp=gain.reward.rate_bp if gain and rated and not gain.slices else None,
        exact=gain.exact if gain else "",
        rounding=gain.reward.rounding.value if gain and rated else "",
        share_bp=share_bp,
        whole_value=gain.value if gain and share_bp is not None else None,
    )


def _miss(case: Case, lacks: tuple[Check, ...], why: Explanation) -> Miss:
    return Miss(
        rule_id=case.rule.id,
        rule_name=case.rule.name,
        programme_version=case.version,
        beneficiary=case.rule.beneficiary.value,
        customer_id=case.winner.customer_id,
        scope_type=case.scope.type,
        scope_id=case.scope.id,
        occurrence=case.winner.occurrence,
        rewards=tuple(reward.terms for reward in case.gains.wanted),
        lacks=lacks,
        explanation=why,
        progress=_progress(lacks),
    )


def _progress(lacks: Iterable[Check]) -> Progress | None:
    """The first thing that more of would help."""
    for lack in lacks:
        nearest = _progress(_failed(lack)) if lack.code in {"any_of", "all_of"} else _bar(lack)
        if nearest is not None:
            return nearest
    return None


def _failed(group: Check) -> list[Check]:
    return [part for part in group.children if not part.passed]


def _bar(lack: Check) -> Progress | None:
    if lack.missing is None or type(lack.value) is not int:
        return None
    return Progress(lack.measure or lack.code, lack.unit, lack.value, lack.value + lack.missing)


def _awards(case: Case) -> Iterator[Award | Miss]:
    for gain in case.gains.given:
        if gain.value == 0:
            yield _nothing(case, gain)
            continue
        for customer_id, value, share_bp in _shares(case, gain.value):
            yield Award(
                rule_id=case.rule.id,
                rule_name=case.rule.name,
                reward_id=gain.reward.id,
                programme_version=case.version,
                beneficiary=case.rule.beneficiary.value,
                customer_id=customer_id,
                scope_type=case.scope.type,
                scope_id=case.scope.id,
                occurrence=case.winner.occurrence,
                kind=gain.reward.kind.value,
                value=value,
                unit=gain.reward.unit.value,
                status=case.winner.status,
                reward=gain.reward.terms,
                explanation=_explain(case, gain, share_bp),
            )


def _nothing(case: Case, gain: Gain) -> Miss:
    """A percentage of too little."""
    lack = Check("rounds_to_something", passed=False, value=gain.exact, expected=1)
    wanting = replace(case.gains, wanted=(gain.reward,))
    missing = replace(case, gains=wanting, checks=(*case.checks, lack))
    return _miss(missing, (lack,), _explain(missing, gain))


def _shares(case: Case, value: int) -> Iterator[tuple[str, int, int | None]]:
    """What the hosts of a meeting win is shared among them; everybody else keeps her own."""
    scope, first_host = case.scope, case.winner.customer_id
    assert first_host is not None
    co_hosts = scope.meeting.co_hosts if isinstance(scope, MeetingScope) else ()
    if case.rule.beneficiary is not Beneficiary.HOST or not co_hosts:
        yield first_host, value, None
        return
    rest = BASIS - sum(co_host.share_bp for co_host in co_hosts)
    others = sorted((co_host.customer_id, co_host.share_bp) for co_host in co_hosts)
    people = [(first_host, rest), *others]
    parts = spread(value, [share for _, share in people])
    for (customer_id, share_bp), part in zip(people, parts, strict=True):
        if part:
            yield customer_id, part, share_bp


# ---------------------------------------------------------------- lanes


def _settle_lanes(awards: Sequence[Award], programme: Programme) -> tuple[list[Award], list[Miss]]:
    """In a lane only the rule worth most to a person pays her; ties go to the first rule id.

    The hosts of a meeting are one person here: what they share is compared whole.
    """
    lanes = {rule.id: rule.lane for rule in programme.rules if rule.lane}
    if not lanes:
        return list(awards), []
    worth: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for award in awards:
        if award.rule_id in lanes:
            worth[_lane_key(award, lanes)][award.rule_id] += _worth(award)
    best = {
        key: min(rules.items(), key=lambda item: (-item[1], item[0]))
        for key, rules in worth.items()
    }
    kept, outdone = [], []
    for award in awards:
        if award.rule_id not in lanes:
            kept.append(award)
            continue
        winner, value = best[_lane_key(award, lanes)]
        if winner == award.rule_id:
            kept.append(award)
        else:
            own = worth[_lane_key(award, lanes)][award.rule_id]
            outdone.append(_outdone(award, winner, value, own))
    return kept, outdone


def _lane_key(award: Award, lanes: dict[str, str]) -> tuple[str, ...]:
    scope = (award.scope_type, award.scope_id)
    person = "" if award.beneficiary == Beneficiary.HOST else award.customer_id
    return (lanes[award.rule_id], award.beneficiary, person, *scope)


def _worth(award: Award) -> int:
    return award.value * (worth_of_code(award.reward) if award.kind in ASSIGNED else 1)


def _outdone(award: Award, winner: str, value: int, own: int) -> Miss:
    unit = award.unit if award.unit != Unit.CODES else "worth"
    check = Check(
        "best_of_lane", passed=False, value=own, expected=value, unit=unit, subject=winner
    )
    return missed_by(award, check)
