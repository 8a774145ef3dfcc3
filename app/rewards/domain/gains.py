"""From a rule and its measures to rewards with their values: tiers, rates, rounding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.kernel.money import BASIS, round_fraction
from app.rewards.domain.conditions import at_least
from app.rewards.domain.outcome import Check, NextTier, Slice, TierReached
from app.rewards.domain.scopes import Scope
from app.rewards.domain.terms import MEASURES, Reward, Rule, Step, TierMode, Tiers, Unit

CENTS_PER_POINT = 100
"""A percentage in points gives one point per euro of it."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One reward and how much of it, before it is shared among co-hosts."""

    reward: Reward
    value: int
    base_cents: int | None = None
    exact: str = ""
    tier: TierReached | None = None
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Gains:
    given: tuple[Gain, ...]
    wanted: tuple[Reward, ...]
    """What the rule would give when something is still missing."""
    lacks: tuple[Check, ...] = ()
    next_tier: NextTier | None = None
    score: tuple[Check, ...] = ()
    """Where the points of a score come from."""


def gains_of(rule: Rule, scope: Scope) -> Gains:
    base = scope.counted(rule.turnover).amount_cents
    if rule.tiers is None:
        given = tuple(_gain(reward, base) for reward in rule.rewards)
        return Gains(given, rule.rewards)
    value = scope.value(rule.tiers.subject, rule)
    assert isinstance(value, int)
    return replace(_tiered(rule.tiers, value, base), score=_score(rule.tiers, rule, scope))


def _score(tiers: Tiers, rule: Rule, scope: Scope) -> tuple[Check, ...]:
    return tuple(
        Check(
            "score_part",
            passed=True,
            measure=part.measure,
            value=value,
            expected=points,
            unit=MEASURES[part.measure].unit,
        )
        for part, value, points in scope.score(tiers.subject, rule)
    )


def _tiered(tiers: Tiers, value: int, base: int) -> Gains:
    reached = [step for step in tiers.steps if step.start <= value]
    following = _next_tier(tiers, value)
    if not reached:
        first = tiers.steps[0]
        lack = at_least(tiers.subject.measure, tiers.subject.unit, value, first.start)
        return Gains((), first.rewards, (lack,), following)
    given = tuple(_reached(tiers, reached, value, base))
    wanted = tuple(gain.reward for gain in given)
    return Gains(given, wanted, (), following)


def _reached(tiers: Tiers, reached: list[Step], value: int, base: int) -> Iterable[Gain]:
    if tiers.mode is TierMode.MARGINAL:
        yield _marginal(tiers, reached, value)
    elif tiers.mode is TierMode.EVERY:
        yield from _every(tiers, reached[0], value, base)
    else:
        steps = reached[-1:] if tiers.mode is TierMode.BEST else reached
        for step in steps:
            tier = TierReached(tiers.subject.measure, step.start, value)
            for reward in step.rewards:
                yield _gain(reward, base, tier=tier)


def _every(tiers: Tiers, step: Step, value: int, base: int) -> Iterable[Gain]:
    times = value // step.start
    if tiers.at_most is not None:
        times = min(times, tiers.at_most)
    tier = TierReached(tiers.subject.measure, step.start, value, times)
    for reward in step.rewards:
        yield _gain(reward, base, times, tier)


def _marginal(tiers: Tiers, reached: list[Step], value: int) -> Gain:
    """Each slice at its own rate; rounded once, on the sum."""
    ends = [step.start for step in reached[1:]] + [value]
    slices = tuple(
        Slice(step.start, end - step.start, step.rewards[0].rate_bp)
        for step, end in zip(reached, ends, strict=True)
    )
    product = sum(piece.amount_cents * piece.rate_bp for piece in slices)
    reward = reached[-1].rewards[0]
    exact = _exact(reward, product)
    tier = TierReached(tiers.subject.measure, reached[-1].start, value)
    rounded = round_fraction(exact, reward.rounding)
    return Gain(reward, rounded, value, _decimal(exact), tier, slices)


def _gain(reward: Reward, base: int, times: int = 1, tier: TierReached | None = None) -> Gain:
    if not reward.is_rate:
        return Gain(reward, reward.amount * times, tier=tier)
    exact = _exact(reward, base * reward.rate_bp)
    return Gain(reward, round_fraction(exact, reward.rounding), base, _decimal(exact), tier)


def _exact(reward: Reward, cents_times_bp: int) -> Fraction:
    per_unit = CENTS_PER_POINT if reward.unit is Unit.POINTS else 1
    return Fraction(cents_times_bp, BASIS * per_unit)


def _decimal(exact: Fraction) -> str:
    """Exact, since its denominator divides a power of ten."""
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"


def _next_tier(tiers: Tiers, value: int) -> NextTier | None:
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


def _next_step(tiers: Tiers, value: int) -> tuple[int, tuple[Reward, ...]] | None:
    if tiers.mode is TierMode.EVERY:
        step = tiers.steps[0]
        times = value // step.start + 1
        if tiers.at_most is not None and times > tiers.at_most:
            return None
        return times * step.start, step.rewards
    return next(((step.start, step.rewards) for step in tiers.steps if step.start > value), None)
