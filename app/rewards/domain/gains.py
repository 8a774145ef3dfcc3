"""From a rule and its measures to rewards with their values: tiers, rates, rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import BASIS, round_ratio
from app.rewards.domain.conditions import at_least
from app.rewards.domain.outcome import Check, NextTier, Slice, TierReached
from app.rewards.domain.scopes import Gauge, Scope, gauge_of
from app.rewards.domain.terms import (
    MEASURES,
    SALES,
    Reward,
    Rule,
    Step,
    Subject,
    TierMode,
    Tiers,
    Unit,
)

CENTS_PER_POINT = 100
"""A percentage in points gives one point per euro of it."""


@dataclass(slots=True)
class Gain:
    """One reward and how much of it, before it is shared among co-hosts. Never changed."""

    reward: Reward
    value: int
    reached: Reached | None = None
    cents_times_bp: int | None = None
    """Of a percentage, before rounding."""

    @property
    def is_rate(self) -> bool:
        return self.cents_times_bp is not None

    @property
    def exact(self) -> str:
        """Before rounding, as a decimal number: the divisor is a power of ten."""
        if self.cents_times_bp is None:
            return ""
        return f"{Decimal(self.cents_times_bp) / Decimal(_divisor(self.reward)):f}"


@dataclass(slots=True)
class Reached:
    """A step of a scale."""

    step: Step
    value: int
    times: int = 1


Gaining = Callable[[Scope], Sequence[Gain]]
"""What a rule gives in a scope; nothing as long as no step is reached."""


def gaining(rule: Rule) -> Gaining:
    """The rule's rewards, worked out as far as they do not depend on the scope."""
    base = base_of(rule)
    if rule.tiers is None:
        return _by_rewards(rule.rewards, base)
    tiers, gauge = rule.tiers, gauge_of(rule.tiers.subject, rule.turnover, rule.booking)

    def tiered(scope: Scope) -> Sequence[Gain]:
        value: int = scope.read(gauge)  # type: ignore[assignment]
        reached = [step for step in tiers.steps if step.start <= value]
        if not reached:
            return ()
        if tiers.mode is TierMode.MARGINAL:
            return (_marginal(reached, value),)
        cents: int = scope.read(base)  # type: ignore[assignment]
        return list(_reached(tiers, reached, value, cents))

    return tiered


def base_of(rule: Rule) -> Gauge:
    """The amount that percentages are of."""
    name = "order_net" if rule.trigger in SALES else "turnover"
    return gauge_of(Subject(name), rule.turnover, rule.booking)


def _by_rewards(rewards: Sequence[Reward], base: Gauge) -> Gaining:
    fixed = [gain_of(reward, 0) for reward in rewards]
    if not any(reward.is_rate for reward in rewards):
        return lambda _scope: fixed

    def rated(scope: Scope) -> Sequence[Gain]:
        cents: int = scope.read(base)  # type: ignore[assignment]
        return [gain_of(reward, cents) for reward in rewards]

    return rated


def _reached(tiers: Tiers, reached: list[Step], value: int, base: int) -> Iterator[Gain]:
    if tiers.mode is TierMode.EVERY:
        times = value // reached[0].start
        if tiers.at_most is not None:
            times = min(times, tiers.at_most)
        at = Reached(reached[0], value, times)
        for reward in reached[0].rewards:
            yield gain_of(reward, base, at)
        return
    for step in reached[-1:] if tiers.mode is TierMode.BEST else reached:
        at = Reached(step, value)
        for reward in step.rewards:
            yield gain_of(reward, base, at)


def _marginal(reached: list[Step], value: int) -> Gain:
    """Each slice at its own rate; rounded once, on the sum."""
    product = sum(cents * rate_bp for _start, cents, rate_bp in _slices(reached, value))
    reward = reached[-1].rewards[0]
    rounded = round_ratio(product, _divisor(reward), reward.rounding)
    return Gain(reward, rounded, Reached(reached[-1], value), product)


def _slices(reached: Sequence[Step], value: int) -> Iterator[tuple[int, int, int]]:
    """From where, how much, and its rate."""
    ends = [step.start for step in reached[1:]] + [value]
    for step, end in zip(reached, ends, strict=True):
        yield step.start, end - step.start, step.rewards[0].rate_bp


def gain_of(reward: Reward, base: int, at: Reached | None = None) -> Gain:
    if not reward.is_rate:
        return Gain(reward, reward.amount * at.times if at else reward.amount, at)
    product = base * reward.rate_bp
    return Gain(reward, round_ratio(product, _divisor(reward), reward.rounding), at, product)


def _divisor(reward: Reward) -> int:
    return BASIS * (CENTS_PER_POINT if reward.unit is Unit.POINTS else 1)


# ---------------------------------------------------------------- what explanations tell of them


def wanted_of(rule: Rule, gains: Sequence[Gain]) -> tuple[Reward, ...]:
    """What the rule would give when something is still missing."""
    if rule.tiers is None:
        return rule.rewards
    return tuple(gain.reward for gain in gains) or rule.tiers.steps[0].rewards


def lacks_of_tiers(rule: Rule, scope: Scope) -> tuple[Check, ...]:
    if rule.tiers is None:
        return ()
    value, first = _climbed(rule.tiers, rule, scope), rule.tiers.steps[0]
    if first.start <= value:
        return ()
    subject = rule.tiers.subject
    return (at_least(subject.measure, subject.unit, value, first.start),)


def score_of(rule: Rule, scope: Scope) -> tuple[Check, ...]:
    """Where the points of a score come from."""
    if rule.tiers is None:
        return ()
    gauge = gauge_of(rule.tiers.subject, rule.turnover, rule.booking)
    return tuple(
        Check(
            "score_part",
            passed=True,
            measure=part.measure,
            value=value,
            expected=points,
            unit=MEASURES[part.measure].unit,
        )
        for part, value, points in scope.score(gauge)
    )


def tier_of(rule: Rule, gain: Gain) -> TierReached | None:
    if rule.tiers is None or gain.reached is None:
        return None
    at = gain.reached
    return TierReached(rule.tiers.subject.measure, at.step.start, at.value, at.times)


def slices_of(rule: Rule, gain: Gain) -> tuple[Slice, ...]:
    """Of a marginal scale."""
    tiers, at = rule.tiers, gain.reached
    if tiers is None or at is None or tiers.mode is not TierMode.MARGINAL:
        return ()
    reached = [step for step in tiers.steps if step.start <= at.value]
    return tuple(Slice(*each) for each in _slices(reached, at.value))


def next_tier_of(rule: Rule, scope: Scope) -> NextTier | None:
    tiers = rule.tiers
    if tiers is None:
        return None
    value = _climbed(tiers, rule, scope)
    step = _next_step(tiers, value)
    if step is None:
        return None
    start, rewards = step
    return NextTier(
        measure=tiers.subject.measure,
        unit=tiers.subject.unit,
        start=start,
        value=value,
        missing=start - value,
        rewards=tuple(reward.terms for reward in rewards),
    )


def _climbed(tiers: Tiers, rule: Rule, scope: Scope) -> int:
    value = scope.value(tiers.subject, rule)
    assert isinstance(value, int)
    return value


def _next_step(tiers: Tiers, value: int) -> tuple[int, tuple[Reward, ...]] | None:
    if tiers.mode is TierMode.EVERY:
        step = tiers.steps[0]
        times = value // step.start + 1
        if tiers.at_most is not None and times > tiers.at_most:
            return None
        return times * step.start, step.rewards
    return next(((step.start, step.rewards) for step in tiers.steps if step.start > value), None)
