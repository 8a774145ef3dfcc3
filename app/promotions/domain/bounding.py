"""When less could be better than more, and by how much at most."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence

from app.promotions.domain.candidates import Candidate, by_turn
from app.promotions.domain.delivering import shipping_price, thresholds
from app.promotions.domain.effects import off_products, order_amount
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.judging import Left, holds, read_by, times_met
from app.promotions.domain.paying import is_for_products
from app.promotions.domain.ready import Step
from app.promotions.domain.steps import Pass, Wanted
from app.promotions.domain.terms import ALL_PRODUCTS, Base, EffectKind, Per


def rival_group(chosen: Sequence[Candidate]) -> str:
    """A group of which there is more than one."""
    seen: set[str] = set()
    for one in chosen:
        group = one.promotion.group
        if group and group in seen:
            return group
        seen.add(group)
    return ""


def undominated(
    rivals: Sequence[Candidate],
    company: Sequence[Candidate],
    sure: Callable[[Candidate], bool],
) -> list[Candidate]:
    """Without those of a group that another one of it beats in any company; only where nothing
    reads what they leave (`less_may_reach_more`).

    A larger percentage off the order beats a smaller one that comes later, a larger amount a
    smaller one that comes earlier; when is the same where nothing comes in between. `sure`:
    whether its threshold is met in any company.
    """
    turns = sorted(
        one.ready.order for one in company if one.ready.step is Step.ORDER and one not in rivals
    )
    champions: dict[tuple[object, ...], Candidate] = {}
    for one in rivals:
        if _is_plain(one) and sure(one):
            place = one.promotion.effect.kind, one.lines, bisect(turns, one.ready.order)
            champion = champions.get(place)
            if champion is None or _beats(one, champion, turns):
                champions[place] = one
    return [
        one
        for one in rivals
        if not (_is_plain(one) and any(_beats(other, one, turns) for other in champions.values()))
    ]


def less_may_reach_more(automatic: Sequence[Candidate], facts: CartFacts, wanted: Wanted) -> bool:
    """Whether anything after the discounts reads what they leave, so that a smaller discount may
    be worth more than a larger one."""
    shipping = facts.cart.shipping
    return (
        bool(wanted.offers or wanted.points)
        or any(0 < start <= facts.products for start in thresholds(shipping))
        or any(voucher.minimum_basket_cents for voucher in wanted.vouchers)
        or any(
            one.ready.moving and one.ready.step in {Step.GIFT, Step.SHIPPING}
            for one in (*automatic, *wanted.promotions)
        )
    )


def _is_plain(one: Candidate) -> bool:
    promotion = one.promotion
    return (
        one.ready.step is Step.ORDER
        and promotion.base is Base.REMAINING
        and promotion.effect.cap_cents is None
        and one.budget_cents is None
        and not (promotion.skip_discounted or promotion.stacking.itself)
    )


def _beats(other: Candidate, one: Candidate, turns: list[tuple[int, str]]) -> bool:
    its, mine = other.promotion.effect, one.promotion.effect
    if other is one or its.kind is not mine.kind or other.lines != one.lines:
        return False
    percent = its.kind is EffectKind.ORDER_PERCENT
    more = its.rate_bp - mine.rate_bp if percent else its.amount_cents - mine.amount_cents
    first = other.ready.order < one.ready.order
    if bisect(turns, other.ready.order) == bisect(turns, one.ready.order):
        return more > 0 or (more == 0 and first)
    return (more >= 0 and first) if percent else (more > 0 and not first)


def is_surely_met(one: Candidate, facts: CartFacts, least: Left, odd: int) -> bool:
    """Whether its threshold is met even where everything else applies; `odd`: by how many cents
    less than `least` may remain of anything."""
    condition = one.promotion.conditions
    if not one.ready.moving:
        return True
    if not one.ready.rising or (odd and read_by(condition, facts) != frozenset(facts.bought)):
        return False
    return holds(condition, facts, [max(0, left - odd) for left in least] if odd else least)


def suspects_of(
    done: Pass, free: Sequence[Candidate], facts: CartFacts, wanted: Wanted
) -> tuple[Candidate, ...]:
    """Promotions without which it might be cheaper: those on lines of which something fell short,
    or may have been rounded to its disadvantage."""
    together = sorted((*(taken.candidate for taken in done.taken), *free), key=by_turn)
    lines = done.regrets.union(*_odd_spreads(together, facts, wanted))
    suspected = (one for one in free if not lines.isdisjoint(one.lines))
    return tuple(suspected)


def odd_cents(facts: CartFacts, chosen: Sequence[Candidate], wanted: Wanted) -> int:
    """By how many cents rounding may make more promotions dearer than fewer."""
    return sum(map(len, _odd_spreads(chosen, facts, wanted)))


def odd_cents_of(one: Candidate, facts: CartFacts) -> int:
    """By how many cents one promotion more, after all others of its step, may shift them."""
    if one.ready.step is Step.PRODUCT:
        return len(one.lines) if len(one.lines) > 1 and _shifts_cents(one) else 0
    narrow = len(one.lines) < len(facts.discountable(ALL_PRODUCTS))
    return len(one.lines) if one.ready.step is Step.ORDER and narrow else 0


def _odd_spreads(
    chosen: Sequence[Candidate], facts: CartFacts, wanted: Wanted
) -> list[Sequence[int]]:
    """Lines, each time they share cents out otherwise when something makes some of them cheaper."""
    touched: set[int] = set()
    odd: list[Sequence[int]] = [facts.bought for _ in filter(is_for_products, wanted.vouchers)]
    whole = facts.discountable(ALL_PRODUCTS)
    for one in sorted((*chosen, *wanted.promotions), key=by_turn):
        if one.ready.step is Step.PRODUCT:
            if len(one.lines) > 1 and _shifts_cents(one) and not touched.isdisjoint(one.lines):
                odd.append(one.lines)
            touched.update(one.lines)
        elif one.ready.step is Step.ORDER and len(one.lines) < len(whole):
            odd.append(one.lines)
    return odd


def _shifts_cents(one: Candidate) -> bool:
    """Whether what it takes off one line depends on what the others cost."""
    effect = one.promotion.effect
    if effect.cap_cents is not None or effect.at_most_units is not None:
        return True
    if one.budget_cents is not None or effect.kind is EffectKind.BUY_X_GET_Y:
        return True
    return effect.kind is EffectKind.PRODUCT_AMOUNT and effect.per is Per.TOTAL


def chooses_lines(chosen: Sequence[Candidate], facts: CartFacts, wanted: Wanted) -> bool:
    """Whether it matters which lines remain to pay, and not only how much of them together."""
    whole = facts.discountable(ALL_PRODUCTS)
    return any(
        is_for_products(voucher) or not voucher.with_discounted for voucher in wanted.vouchers
    ) or any(
        one.ready.step is Step.ORDER and len(one.lines) < len(whole)
        for one in (*chosen, *wanted.promotions)
    )


def most_off(one: Candidate, facts: CartFacts) -> int:
    """More than it takes off in any company: what it takes off list prices, and odd cents."""
    if one.ready.step is Step.GIFT:
        return 0
    if one.ready.step is Step.SHIPPING:
        shipping = facts.cart.shipping
        brackets = (bracket.price_cents for bracket in shipping.brackets)
        return max(shipping.list_cents, shipping_price(shipping, 0), *brackets)
    times = 1
    if one.promotion.stacking.itself:
        times = times_met(one.promotion.conditions, facts, facts.start)
    if one.ready.step is Step.ORDER:
        return order_amount(one.promotion, facts, facts.start, one.lines, times)
    parts = off_products(one.promotion, facts, facts.start, one.lines, times)
    return sum(part.amount for part in parts) + (len(one.lines) if _shifts_cents(one) else 0)
