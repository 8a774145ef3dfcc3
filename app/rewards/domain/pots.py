"""Pots: what counts over time for one person, and pays each time it is full.

`fill` feeds them with the orders, or the meeting, of the facts. What an order feeds is compared
with what it has fed before, so that only the difference moves a pot: told twice, nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from app.kernel.money import BASIS, spread
from app.rewards.domain.caps import Share, check_of, period_of, shares_taken
from app.rewards.domain.conditions import at_least, judge, lacks_of
from app.rewards.domain.counting import is_about, line_amount
from app.rewards.domain.facts import (
    CapFacts,
    Facts,
    FedFacts,
    MeetingFacts,
    MeetingStatus,
    OrderFacts,
    OrderKind,
    PotFacts,
    PotIssueFacts,
    ShareFacts,
)
from app.rewards.domain.gains import Gain, gain_of
from app.rewards.domain.outcome import (
    EARNED,
    Award,
    Check,
    Explanation,
    OrderLeftOut,
    PotFed,
    PotOutcome,
)
from app.rewards.domain.programme import Programme
from app.rewards.domain.scopes import MeetingScope, OrderScope, hosts_of
from app.rewards.domain.terms import Beneficiary, Pot, PotMeasure, Rule, Subject

Key = tuple[str, str, str]
"""Rule, period, customer."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What an order, or a meeting, has for the pot of one person."""

    customer_id: str
    amount: int
    lacks: tuple[Check, ...] = ()
    left_out: tuple[OrderLeftOut, ...] = ()
    checks: tuple[Check, ...] = ()
    """Conditions that hold."""


@dataclass(frozen=True, slots=True)
class Source:
    """An order, or a meeting, that feeds pots, as one rule sees it."""

    scope: OrderScope | MeetingScope
    day: date | None

    @property
    def id(self) -> str:
        return self.scope.id


@dataclass(slots=True)
class PotState:
    """A pot while it is fed."""

    rule: Rule
    version: str
    id: str
    period: str
    customer_id: str
    before: int = 0
    balance: int = 0
    issues: dict[int, PotIssueFacts] = field(default_factory=dict)
    fed: dict[str, int] = field(default_factory=dict)
    feedings: list[PotFed] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.rule.id, self.period, self.customer_id

    @property
    def pot(self) -> Pot:
        assert self.rule.pot is not None
        return self.rule.pot

    @classmethod
    def of(cls, rule: Rule, version: str, facts: PotFacts) -> PotState:
        return cls(
            rule=rule,
            version=version,
            id=facts.id or _made_up(rule, facts.period),
            period=facts.period,
            customer_id=facts.customer_id,
            before=facts.balance,
            balance=facts.balance,
            issues={one.number: one for one in facts.issued},
            fed={one.source_id: one.amount for one in facts.fed},
        )

    def outcome(self) -> PotOutcome:
        return PotOutcome(
            rule_id=self.rule.id,
            rule_name=self.rule.name,
            programme_version=self.version,
            beneficiary=self.rule.beneficiary.value,
            customer_id=self.customer_id,
            id=self.id,
            period=self.period,
            measure=self.pot.measure.value,
            unit=self.pot.unit,
            threshold=self.pot.threshold,
            before=self.before,
            feedings=tuple(self.feedings),
            after=self.balance,
            missing=max(0, self.pot.threshold - self.balance),
            rewards=tuple(reward.terms for reward in self.rule.rewards),
        )

    def facts(self) -> PotFacts:
        """As it stands now, to be fed further."""
        return PotFacts(
            rule_id=self.rule.id,
            customer_id=self.customer_id,
            id=self.id,
            period=self.period,
            balance=self.balance,
            issued=tuple(self.issues[number] for number in sorted(self.issues)),
            fed=tuple(FedFacts(source, amount) for source, amount in self.fed.items()),
        )


def _made_up(rule: Rule, period: str) -> str:
    return f"{rule.id}/{period}" if period else rule.id


@dataclass(frozen=True, slots=True)
class Filled:
    pots: tuple[PotOutcome, ...] = ()
    awards: tuple[Award, ...] = ()
    """What the pots gave."""
    after: tuple[PotFacts, ...] = ()
    """All of them, as they stand now."""
    caps: tuple[CapFacts, ...] = ()
    """What is left of caps now."""


def fill(facts: Facts, rules: Iterable[Rule], programme: Programme) -> Filled:
    """Feed the pots of these rules of the programme: orders by their days, then the meeting."""
    return _Filling(facts, rules, programme).run()


class _Filling:
    def __init__(self, facts: Facts, rules: Iterable[Rule], programme: Programme) -> None:
        self.facts = facts
        self.version = programme.version
        self.host_participates = programme.settings.host_participates
        self.rules = sorted((rule for rule in rules if rule.pot), key=lambda rule: rule.id)
        self.states: dict[Key, PotState] = {}
        self.awards: dict[tuple[Key, int], tuple[Award, ...]] = {}
        known = {rule.id: rule for rule in self.rules}
        for one in facts.pots or ():
            if one.rule_id in known:
                state = PotState.of(known[one.rule_id], self.version, one)
                self.states[one.rule_id, one.period, one.customer_id] = state
        self.room = _Room(facts.caps)

    def run(self) -> Filled:
        for order in sorted(self.facts.orders, key=lambda one: one.placed_on or date.max):
            if order.kind is not OrderKind.GIFT:
                for rule in self._fed_by("order"):
                    scope = OrderScope(self.facts, order, self._hosts(rule))
                    self._feed(rule, Source(scope, order.placed_on))
        meeting = self.facts.meeting
        if meeting is not None:
            whole = MeetingScope(self.facts, meeting, host_participates=self.host_participates)
            for rule in self._fed_by("meeting"):
                self._feed(rule, Source(whole, meeting.held_on))
        states = [self.states[key] for key in sorted(self.states)]
        touched = tuple(state.outcome() for state in states if state.feedings)
        awards = tuple(award for given in self.awards.values() for award in given)
        after = tuple(state.facts() for state in states)
        return Filled(touched, awards, after, tuple(self.room.facts()))

    def _fed_by(self, source: str) -> Iterator[Rule]:
        return (rule for rule in self.rules if rule.pot and rule.pot.fed_by == source)

    def _hosts(self, rule: Rule) -> frozenset[str]:
        """Turnover settings speak of the host's own orders: for her pots, not for her guests'."""
        if self.facts.meeting is None or rule.beneficiary is not Beneficiary.HOST:
            return frozenset()
        return hosts_of(self.facts.meeting)

    def _feed(self, rule: Rule, source: Source) -> None:
        assert rule.pot is not None
        period = rule.pot.period_of(source.day)
        due = {(rule.id, period, one.customer_id): one for one in portions_of(rule, source)}
        before = [
            key
            for key, state in self.states.items()
            if key[0] == rule.id and source.id in state.fed
        ]
        for key in sorted({*due, *before}):
            portion = due.get(key) or Portion(key[2], 0, (NOT_HERS,))
            self._pour(self._state(rule, key), portion, source)

    def _state(self, rule: Rule, key: Key) -> PotState:
        if key not in self.states:
            empty = PotFacts(rule.id, key[2], period=key[1])
            self.states[key] = PotState.of(rule, self.version, empty)
        return self.states[key]

    def _pour(self, state: PotState, portion: Portion, source: Source) -> None:
        change = portion.amount - state.fed.get(source.id, 0)
        state.fed[source.id] = portion.amount
        state.balance += change
        gone = tuple(_withdraw(state)) if change else ()
        for issue in gone:
            self.awards.pop((state.key, issue.number), None)
            self.room.give_back(state.rule, issue.shares)
        issued, held = self._issue(state, portion, source) if change > 0 else ((), ())
        state.feedings.append(
            PotFed(
                source_type=source.scope.type,
                source_id=source.id,
                on=source.day.isoformat() if source.day else None,
                amount=change,
                after=state.balance,
                lacks=portion.lacks,
                left_out=portion.left_out,
                issued=issued,
                withdrawn=tuple(issue.number for issue in gone),
                held_back=held,
            )
        )

    def _issue(
        self, state: PotState, portion: Portion, source: Source
    ) -> tuple[tuple[int, ...], tuple[Check, ...]]:
        """As often as it is full and no cap holds it back: what is left stays in it."""
        threshold = state.pot.threshold
        numbers: list[int] = []
        while state.balance >= threshold:
            number = _free_number(state.issues)
            awards = tuple(_awards(state, number, portion, source))
            if not awards:
                nothing = Check("rounds_to_something", passed=False, value=0, expected=1)
                return tuple(numbers), (nothing,)
            shares = self.room.take(state.rule, awards, source.day)
            if isinstance(shares, Check):
                return tuple(numbers), (shares,)
            state.balance -= threshold
            state.issues[number] = PotIssueFacts(number, threshold, shares=shares)
            self.awards[state.key, number] = awards
            numbers.append(number)
        return tuple(numbers), ()


NOT_HERS = Check("still_beneficiary", passed=False)


def _withdraw(state: PotState) -> Iterator[PotIssueFacts]:
    """The latest rewards that were not used, until the pot holds nothing less than nothing."""
    while state.balance < 0:
        unused = [number for number, issue in state.issues.items() if not issue.used]
        if not unused:
            return
        last = state.issues.pop(max(unused))
        state.balance += state.pot.threshold if last.taken is None else last.taken
        yield last


def _free_number(issues: Mapping[int, PotIssueFacts]) -> int:
    """What was withdrawn is won again under the same number."""
    return next(number for number in range(1, len(issues) + 2) if number not in issues)


@dataclass(slots=True)
class _Room:
    """What is left of caps, of each of their periods."""

    left: dict[tuple[Share, str], int]

    def __init__(self, caps: Iterable[CapFacts]) -> None:
        self.left = {((one.rule_id, one.cap, one.subject), one.period): one.left for one in caps}

    def facts(self) -> Iterator[CapFacts]:
        for ((rule_id, cap_id, subject), period), left in self.left.items():
            yield CapFacts(rule_id, cap_id, left, subject, period)

    def take(
        self, rule: Rule, awards: Sequence[Award], day: date | None
    ) -> tuple[ShareFacts, ...] | Check:
        """All of it or nothing: a pot is emptied for no part of a reward. Answers what it took, or
        what is full."""
        taken: list[ShareFacts] = []
        for cap in rule.caps:
            period = period_of(cap, day)
            alone = replace(rule, caps=(cap,))
            for share, amount in shares_taken(awards, [alone]).items():
                if self.left.setdefault((share, period), cap.most) < amount:
                    return check_of(awards[0], 0, cap)
                taken.append(ShareFacts(cap.id, amount, share[2], period))
        self._move(rule, taken, -1)
        return tuple(taken)

    def give_back(self, rule: Rule, shares: Iterable[ShareFacts]) -> None:
        """Of a cap not known here all is left as it is."""
        self._move(rule, shares, 1)

    def _move(self, rule: Rule, shares: Iterable[ShareFacts], sign: int) -> None:
        for one in shares:
            key = ((rule.id, one.cap, one.subject), one.period)
            if key in self.left:
                self.left[key] += sign * one.amount


# ---------------------------------------------------------------- what feeds whom


def portions_of(rule: Rule, source: Source) -> tuple[Portion, ...]:
    """Whose pots of the rule it feeds, and with how much; with nothing, why."""
    amount, lacks = _amount(rule, source)
    left_out = _left_out(rule, source.scope)
    portions = []
    for customer_id, part in _people(rule, source, amount):
        own = _judged(rule, source, customer_id)
        why = (*lacks, *(lack for check in own for lack in lacks_of(check)))
        portions.append(Portion(customer_id, 0 if why else part, why, left_out, own))
    return tuple(portions)


def _left_out(rule: Rule, scope: OrderScope | MeetingScope) -> tuple[OrderLeftOut, ...]:
    if isinstance(scope, MeetingScope):
        return ()
    left_out = scope.counted(rule.turnover).left_out
    if rule.pot and rule.pot.with_shipping:
        return tuple(one for one in left_out if one.code != "shipping")
    return left_out


def _people(rule: Rule, source: Source, amount: int) -> Iterator[tuple[str, int]]:
    """Her guests' spending is shared among the hosts as what they win is; counts are the host's."""
    scope, meeting = source.scope, source.scope.facts.meeting
    if rule.beneficiary is Beneficiary.SELLER:
        if scope.facts.seller_customer_id is not None:
            yield scope.facts.seller_customer_id, amount
    elif rule.beneficiary is Beneficiary.GUEST:
        assert isinstance(scope, OrderScope)
        yield scope.order.customer_id, amount
    elif meeting is not None:
        assert rule.pot is not None
        shared = meeting.co_hosts if rule.pot.measure is PotMeasure.SPEND else ()
        rest = BASIS - sum(one.share_bp for one in shared)
        people = [(meeting.host_customer_id, rest)]
        people += [(one.customer_id, one.share_bp) for one in shared]
        parts = spread(amount, [share for _, share in people])
        yield from zip((one for one, _ in people), parts, strict=True)


def _judged(rule: Rule, source: Source, customer_id: str) -> tuple[Check, ...]:
    if rule.conditions is None:
        return ()
    check = judge(rule.conditions, source.scope, rule, customer_id)
    return check.children if check.code == "all_of" else (check,)


def _amount(rule: Rule, source: Source) -> tuple[int, tuple[Check, ...]]:
    assert rule.pot is not None
    if not rule.pot.counts_on(source.day):
        return 0, (_outside(rule.pot, source.day),)
    if isinstance(source.scope, MeetingScope):
        return _of_meeting(rule, source.scope)
    return _of_order(rule, rule.pot, source.scope)


def _outside(pot: Pot, day: date | None) -> Check:
    return Check(
        "pot_runs",
        passed=False,
        value=day.isoformat() if day else None,
        expected=pot.starts_on.isoformat() if pot.starts_on else None,
        upper=pot.ends_on.isoformat() if pot.ends_on else None,
        unit="date",
    )


def _of_meeting(rule: Rule, scope: MeetingScope) -> tuple[int, tuple[Check, ...]]:
    """A meeting was held when it was not cancelled, and somebody bought something."""
    if _is_cancelled(scope.meeting):
        return 0, (Check("meeting_not_cancelled", passed=False),)
    if not scope.counted(rule.turnover).orders:
        return 0, (Check("guest_bought", passed=False),)
    return 1, ()


def _is_cancelled(meeting: MeetingFacts) -> bool:
    return meeting.status is MeetingStatus.CANCELLED


def _of_order(rule: Rule, pot: Pot, scope: OrderScope) -> tuple[int, tuple[Check, ...]]:
    meeting = scope.facts.meeting
    if rule.beneficiary is Beneficiary.HOST and meeting and _is_cancelled(meeting):
        return 0, (Check("meeting_not_cancelled", passed=False),)
    counted = scope.counted(rule.turnover)
    if not counted.orders:
        code = f"order_not_{counted.first_reason}"
        return 0, (Check(code, passed=False, subject=scope.id),)
    if counted.amount_cents < pot.basket_from_cents:
        lack = at_least("order_net", "cents", counted.amount_cents, pot.basket_from_cents)
        return 0, (lack,)
    if pot.measure is PotMeasure.BASKETS:
        return 1, ()
    amount = _put_in(rule, pot, scope.order, by_host=counted.orders[0].by_host)
    return amount, () if amount else (Check("pot_items", passed=False, subject=scope.id),)


def _put_in(rule: Rule, pot: Pot, order: OrderFacts, *, by_host: bool) -> int:
    about = Subject("quantity", products=pot.products, categories=pot.categories)
    lines = [
        line
        for line in order.lines
        if line.in_turnover and (not (pot.products or pot.categories) or is_about(line, about))
    ]
    if pot.measure is PotMeasure.UNITS:
        return sum(line.quantity for line in lines)
    spent = sum(line_amount(line, rule.turnover, by_host, order) for line in lines)
    return spent + order.shipping_cents if pot.with_shipping else spent


# ---------------------------------------------------------------- what it gives


def _awards(state: PotState, number: int, portion: Portion, source: Source) -> Iterator[Award]:
    """Percentages are of the basket, or meeting, that filled it; of too little, nothing."""
    rule, checks = state.rule, (_reached(state), *portion.checks)
    base = source.scope.counted(rule.turnover).amount_cents
    for reward in rule.rewards:
        gain = gain_of(reward, base)
        if gain.value == 0:
            continue
        yield Award(
            rule_id=rule.id,
            rule_name=rule.name,
            reward_id=reward.id,
            programme_version=state.version,
            beneficiary=rule.beneficiary.value,
            customer_id=state.customer_id,
            scope_type="pot",
            scope_id=state.id,
            occurrence=str(number),
            kind=reward.kind.value,
            value=gain.value,
            unit=reward.unit.value,
            status=EARNED,
            reward=reward.terms,
            why=partial(_explain, rule, source.scope, gain, checks, portion.left_out),
        )


def _explain(
    rule: Rule,
    scope: OrderScope | MeetingScope,
    gain: Gain,
    checks: tuple[Check, ...],
    left_out: tuple[OrderLeftOut, ...],
) -> Explanation:
    counted = scope.counted(rule.turnover)
    return Explanation(
        base=scope.base if gain.is_rate else "",
        base_cents=counted.amount_cents if gain.is_rate else None,
        orders_counted=counted.shown if isinstance(scope, OrderScope) else (),
        orders_left_out=left_out,
        checks=checks,
        rate_bp=gain.reward.rate_bp if gain.is_rate else None,
        exact=gain.exact,
        rounding=gain.reward.rounding.value if gain.is_rate else "",
    )


def _reached(state: PotState) -> Check:
    return Check(
        "pot_full",
        passed=True,
        value=state.balance,
        expected=state.pot.threshold,
        unit=state.pot.unit,
    )
