"""`evaluate(facts, programme)`: same facts, same programme, same outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from app.kernel.money import BASIS, spread
from app.rewards.domain.assigned import ASSIGNED, worth_of_code
from app.rewards.domain.caps import hold_to_caps
from app.rewards.domain.conditions import judge, lacks_of
from app.rewards.domain.counting import count_orders
from app.rewards.domain.facts import Channel, Facts, MeetingStatus, OrderFacts, OrderKind
from app.rewards.domain.gains import (
    Gain,
    lacks_of_tiers,
    next_tier_of,
    score_of,
    slices_of,
    tier_of,
    wanted_of,
)
from app.rewards.domain.outcome import (
    EARNED,
    Award,
    Check,
    Explanation,
    Miss,
    Outcome,
    Progress,
    Why,
    missed_by,
)
from app.rewards.domain.plan import NO_RULES, Group, RulePlan
from app.rewards.domain.pots import Filled, fill
from app.rewards.domain.programme import Programme
from app.rewards.domain.scopes import MeetingScope, OrderScope, Scope, hosts_of
from app.rewards.domain.terms import Beneficiary, Rule, Trigger, Unit


@dataclass(slots=True)
class Winner:
    """Somebody a rule may pay, and why her: `checks` that fail are reasons why not."""

    customer_id: str | None
    occurrence: str = ""
    status: str = EARNED
    checks: tuple[Check, ...] = ()
    lacks: tuple[Check, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.lacks = tuple(check for check in self.checks if not check.passed)


def evaluate(facts: Facts, programme: Programme) -> Outcome:
    """Judge a meeting with its orders, or orders by themselves.

    Used to preview, settle, explain and simulate. The caller knows whether the meeting is closed,
    that is, whether the awards are projections.
    """
    plan = programme.plan
    found: list[Award] = []
    lacking: list[Lacking] = []
    for scope, group in _scopes(facts, programme):
        _apply(group, scope, programme.version, found, lacking)
    held, beyond = hold_to_caps(found, plan.capped, facts)
    kept, outdone = _settle_lanes(held, plan.lanes)

    def missed() -> Iterable[Miss]:
        return [*(_miss(*one) for one in lacking), *beyond, *outdone]

    filled = _fill_pots(facts, programme)
    awards = sorted([*kept, *filled.awards], key=_award_order)
    return Outcome(tuple(awards), missed, filled.pots)


def _fill_pots(facts: Facts, programme: Programme) -> Filled:
    rules = programme.by_trigger[Trigger.SPEND]
    if facts.pots is None or not rules:
        return Filled()
    return fill(facts, rules, programme)


def turnover_of(facts: Facts, programme: Programme) -> int:
    """The turnover of a meeting as the programme's own settings define it."""
    hosts = hosts_of(facts.meeting) if facts.meeting else frozenset()
    return count_orders(facts, facts.orders, hosts, programme.settings.turnover).amount_cents


def _award_order(award: Award) -> tuple[str, ...]:
    scope = (award.scope_type, award.scope_id, award.rule_id)
    return (*scope, award.customer_id, award.occurrence, award.reward_id)


# ---------------------------------------------------------------- which rules, in which scope


def _scopes(facts: Facts, programme: Programme) -> Iterator[tuple[Scope, Group]]:
    """The meeting, then each sale, with the rules that judge it."""
    plan = programme.plan
    if facts.meeting is not None and plan.meeting.rules:
        participates = programme.settings.host_participates
        scope = MeetingScope(facts, facts.meeting, host_participates=participates)
        yield scope, plan.meeting
    for order in facts.orders:
        group = NO_RULES if order.kind is OrderKind.GIFT else plan.sales[_sale(facts, order)]
        if group.rules:
            yield OrderScope(facts, order), group


def _sale(facts: Facts, order: OrderFacts) -> Trigger:
    """An order of a meeting is a meeting sale, also when it came by the party link."""
    in_meeting = facts.meeting is not None or order.channel is Channel.MEETING
    return Trigger.MEETING_SALE if in_meeting else Trigger.DIRECT_SALE


def _winners_of(rule: Rule, scope: Scope) -> Sequence[Winner]:
    if isinstance(scope, MeetingScope):
        return _winners_of_meeting(rule, scope)
    assert isinstance(scope, OrderScope)
    return _winners_of_order(rule, scope)


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
    return Winner(who.customer_id, checks=(*who.checks, born))


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
    return (Winner(who.customer_id, checks=(*who.checks, *checks)),)


def _lacks_of_order(rule: Rule, scope: OrderScope) -> tuple[Check, ...]:
    if _is_cancelled(scope):
        return (MEETING_CANCELLED,)
    counted = scope.counted(rule.turnover)
    if counted.orders:
        return ()
    return (Check(f"order_not_{counted.first_reason}", passed=False, subject=scope.id),)


# ---------------------------------------------------------------- one rule


class Case:
    """One rule on one scope, for one person."""

    def __init__(self, plan: RulePlan, scope: Scope, version: str, winner: Winner) -> None:
        self.plan = plan
        self.rule: Rule = plan.rule
        self.scope = scope
        self.version = version
        self.winner = winner

    @cached_property
    def conditions(self) -> tuple[Check, ...]:
        if self.rule.conditions is None:
            return ()
        check = judge(self.rule.conditions, self.scope, self.rule, self.winner.customer_id)
        return check.children if check.code == "all_of" else (check,)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        climbed = lacks_of_tiers(self.rule, self.scope), score_of(self.rule, self.scope)
        return (*self.winner.checks, *self.conditions, *climbed[0], *climbed[1])

    @property
    def lacks(self) -> tuple[Check, ...]:
        lacking = (lack for check in self.conditions for lack in lacks_of(check))
        return (*self.winner.lacks, *lacking, *lacks_of_tiers(self.rule, self.scope))


Lacking = tuple[Case, Gain | None]
"""Who lacks something; with a gain: she lacks nothing, but it comes to nothing."""

Whys = dict[tuple[int, int | None], Why]
"""By identity of the gain and by share: of all whom the same is told."""


def _apply(
    group: Group, scope: Scope, version: str, awards: list[Award], lacking: list[Lacking]
) -> None:
    """Every rule for everybody it may pay. What is told of each is worked out when it is asked."""
    for base in group.bases:
        scope.counted(base)
    winners: dict[int, Sequence[Winner]] = {}
    for plan in group.rules:
        here = winners.get(plan.who)
        if here is None:
            here = winners[plan.who] = _winners_of(plan.rule, scope)
        holds = plan.holds
        passed = holds is None or (not plan.of_winner and holds(scope, None))
        gains = plan.gains(scope) if passed or plan.of_winner else ()
        alike: Whys = {}
        for winner in here:
            case = Case(plan, scope, version, winner)
            if plan.of_winner and holds is not None:
                passed = holds(scope, winner.customer_id)
            if winner.lacks or not passed or not gains:
                lacking.append((case, None))
                continue
            for gain in gains:
                if gain.value:
                    _award(case, gain, awards, {} if plan.of_winner or winner.checks else alike)
                else:
                    lacking.append((case, gain))


def _explain(
    case: Case,
    gain: Gain | None = None,
    share_bp: int | None = None,
    besides: tuple[Check, ...] = (),
) -> Explanation:
    """Built in one go: `replace()` was a third of an evaluation."""
    rule, counted = case.rule, case.scope.counted(case.rule.turnover)
    slices = slices_of(rule, gain) if gain else ()
    rated = gain is not None and gain.is_rate
    return Explanation(
        base=case.scope.base,
        base_cents=counted.amount_cents,
        orders_counted=counted.shown,
        orders_left_out=counted.left_out,
        checks=(*case.checks, *besides) if besides else case.checks,
        tier_mode=rule.tiers.mode.value if rule.tiers else "",
        tier=tier_of(rule, gain) if gain else None,
        next_tier=next_tier_of(rule, case.scope),
        slices=slices,
        rate_bp=gain.reward.rate_bp if gain and rated and not slices else None,
        exact=gain.exact if gain else "",
        rounding=gain.reward.rounding.value if gain and rated else "",
        share_bp=share_bp,
        whole_value=gain.value if gain and share_bp is not None else None,
    )


def _miss(case: Case, gain: Gain | None) -> Miss:
    """With a gain: a percentage of too little."""
    lacks = case.lacks
    besides: tuple[Check, ...] = ()
    wanted = wanted_of(case.rule, case.plan.gains(case.scope))
    if gain is not None:
        besides = (Check("rounds_to_something", passed=False, value=gain.exact, expected=1),)
        lacks, wanted = besides, (gain.reward,)
    return Miss(
        rule_id=case.rule.id,
        rule_name=case.rule.name,
        programme_version=case.version,
        beneficiary=case.plan.beneficiary,
        customer_id=case.winner.customer_id,
        scope_type=case.scope.type,
        scope_id=case.scope.id,
        occurrence=case.winner.occurrence,
        rewards=tuple(reward.terms for reward in wanted),
        lacks=lacks,
        why=partial(_explain, case, gain, None, besides),
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


def _award(case: Case, gain: Gain, awards: list[Award], whys: Whys) -> None:
    reward = gain.reward
    kind, unit = case.plan.words[reward.id]
    for customer_id, value, share_bp in _shares(case, gain.value):
        awards.append(
            Award(
                rule_id=case.rule.id,
                rule_name=case.rule.name,
                reward_id=reward.id,
                programme_version=case.version,
                beneficiary=case.plan.beneficiary,
                customer_id=customer_id,
                scope_type=case.scope.type,
                scope_id=case.scope.id,
                occurrence=case.winner.occurrence,
                kind=kind,
                value=value,
                unit=unit,
                status=case.winner.status,
                reward=reward.terms,
                why=whys.setdefault((id(gain), share_bp), partial(_explain, case, gain, share_bp)),
            )
        )


def _shares(case: Case, value: int) -> Sequence[tuple[str, int, int | None]]:
    """What the hosts of a meeting win is shared among them; everybody else keeps her own."""
    scope, first_host = case.scope, case.winner.customer_id
    assert first_host is not None
    co_hosts = scope.co_hosts
    if not co_hosts or case.rule.beneficiary is not Beneficiary.HOST:
        return ((first_host, value, None),)
    rest = BASIS - sum(co_host.share_bp for co_host in co_hosts)
    others = sorted((co_host.customer_id, co_host.share_bp) for co_host in co_hosts)
    people = [(first_host, rest), *others]
    parts = spread(value, [share for _, share in people])
    return [
        (customer_id, part, share_bp)
        for (customer_id, share_bp), part in zip(people, parts, strict=True)
        if part
    ]


# ---------------------------------------------------------------- lanes


def _settle_lanes(
    awards: Sequence[Award], lanes: Mapping[str, str]
) -> tuple[Sequence[Award], list[Miss]]:
    """In a lane only the rule worth most to a person pays her; ties go to the first rule id.

    The hosts of a meeting are one person here: what they share is compared whole.
    """
    if not lanes:
        return awards, []
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


def _lane_key(award: Award, lanes: Mapping[str, str]) -> tuple[str, ...]:
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
