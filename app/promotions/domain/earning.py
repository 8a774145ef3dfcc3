"""The points an order will earn, per line and in total."""

from __future__ import annotations

from fractions import Fraction

from app.kernel.money import round_fraction, spread
from app.promotions.domain.advantages import serving_segment
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.quote import Reason
from app.promotions.domain.steps import Pass
from app.promotions.domain.terms import AdvantageKind, Earning, EarningMode


def points_earned(facts: CartFacts, done: Pass) -> tuple[list[int], Reason | None]:
    """By line, on what is really paid for it; and why there are none where there would be some."""
    earning = facts.plan.plan.earning
    none = [0] * len(facts.lines)
    if earning is None or earning.mode is EarningMode.NONE:
        return none, None
    points = _by_line(earning, facts, done)
    reason = _why_none(earning, facts, done) if any(points) else None
    return (none, reason) if reason else (points, None)


def _by_line(earning: Earning, facts: CartFacts, done: Pass) -> list[int]:
    if earning.mode is EarningMode.PER_ORDER:
        paid = list(done.left)
        return spread(earning.points, paid) if any(paid) else [0] * len(paid)
    exact = [_numerator(earning, facts, done, index) for index in range(len(facts.lines))]
    total = round_fraction(Fraction(sum(exact), earning.per_cents), earning.rounding)
    return _share_out(total, exact, earning.per_cents)


def _numerator(earning: Earning, facts: CartFacts, done: Pass, index: int) -> int:
    """What a line earns, in parts of `per_cents`."""
    line, net = facts.lines[index], done.left[index]
    if earning.product_points and line.points_each is not None:
        return line.points_each * line.quantity * earning.per_cents if net else 0
    return earning.points * net


def _share_out(total: int, exact: list[int], per: int) -> list[int]:
    """Whole points stay where they were earned; the others go to the largest remainders."""
    parts = [amount // per for amount in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (-(exact[i] % per), i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def _why_none(earning: Earning, facts: CartFacts, done: Pass) -> Reason | None:
    first_order, segment = facts.plan.plan.first_order, serving_segment(facts)
    if first_order and not first_order.earns_points and facts.value("first_order"):
        return Reason("no_points_on_first_order")
    if segment and not segment.earns_points:
        return Reason("no_points_in_segment", {"segment": segment.id, "name": segment.name})
    if not earning.with_codes_or_vouchers:
        if any(taken.candidate.by_code for taken in done.taken):
            return Reason("no_points_with_code")
        if done.paid:
            return Reason("no_points_with_voucher")
    loyalty = done.advantage and done.advantage.offer.kind is AdvantageKind.LOYALTY
    if loyalty and not earning.with_advantages:
        return Reason("no_points_with_advantage")
    return None
