"""What a host's own meeting would bring her if she paid part of her order with its points: the
calculator's own answer, on the facts as they stand and her order as paid."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache

from sqlalchemy.orm import Session

from app.kernel.money import spread
from app.loyalty.queries import balances
from app.orders.domain.future import Foresight, FutureWish
from app.promotions.domain.paying import most_points, worth
from app.promotions.domain.quote import Ahead
from app.rewards.domain.facts import OrderFacts, OrderStatus, Payment
from app.rewards.domain.future import Purse, ceiling_cents, points_ahead
from app.rewards.domain.outcome import EARNED, Award
from app.rewards.queries.grounds import Grounds, grounds_in

ALL_THERE_IS = 10**9


def future_points(session: Session, wish: FutureWish) -> Foresight:
    meeting, grounds = grounds_in(session, wish.meeting_id)
    if grounds is None or meeting.closed_at or meeting.reopened_at:
        return Foresight()
    owed = balances(session, [wish.customer_id])[wish.customer_id].debt
    most = most_points(ALL_THERE_IS, sum(wish.nets.values()), wish.value)
    purse = Purse(wish.spendable, owed, most)
    brought = cache(lambda used: _brought(grounds, wish, used))
    ahead = points_ahead(purse, lambda used: sum(award.value for award in brought(used)))
    is_simple = ahead and not (wish.spendable or owed)
    return Foresight(
        ahead, _formula(wish, brought(0), brought(ahead), ahead) if is_simple else None
    )


def _formula(
    wish: FutureWish, unspent: Sequence[Award], spent: Sequence[Award], used: int
) -> Ahead | None:
    """Where all she gets is one percentage of a turnover that each point she uses makes smaller."""
    if len(unspent) != 1 or len(spent) != 1:
        return None
    before, after = unspent[0].explanation, spent[0].explanation
    if before.base != "turnover" or before.base_cents is None or after.base_cents is None:
        return None
    is_capped = any(check.code.startswith("cap_") for check in (*before.checks, *after.checks))
    is_shared = before.tier_mode or before.share_bp is not None
    if is_capped or is_shared or not before.rate_bp or before.rate_bp != after.rate_bp:
        return None
    if before.base_cents - after.base_cents != worth(used, wish.value):
        return None
    each = Fraction(wish.value.cents, wish.value.points)
    ceiling = ceiling_cents(before.base_cents, before.rate_bp, each)
    return Ahead(before.base_cents, before.rate_bp, ceiling)


def _brought(grounds: Grounds, wish: FutureWish, used: int) -> tuple[Award, ...]:
    """Points, of all kinds, that the host gets."""
    paid = tuple(
        _paid_with(order, wish, used) if order.id == str(wish.order_id) else order
        for order in grounds.facts.orders
    )
    host = str(wish.customer_id)
    return tuple(
        award
        for award in grounds.judge(replace(grounds.facts, orders=paid)).awards
        if award.customer_id == host
        and award.status == EARNED
        and award.kind.startswith("points")
        and not award.occurrence
    )


def _paid_with(order: OrderFacts, wish: FutureWish, used: int) -> OrderFacts:
    nets = [wish.nets.get(line.id, 0) for line in order.lines]
    by_points = spread(worth(used, wish.value), nets) if nets else []
    lines = tuple(
        replace(line, net_cents=net, points_cents=points, net_excl_tax_cents=None)
        for line, net, points in zip(order.lines, nets, by_points, strict=True)
    )
    return replace(order, lines=lines, status=OrderStatus.PLACED, payment=Payment.PAID)
