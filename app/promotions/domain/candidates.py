"""A promotion in front of a cart: what it would touch, and why it may not apply."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from app.promotions.domain.cart import HeldPromotion, Usage
from app.promotions.domain.facts import CartFacts, Where
from app.promotions.domain.judging import Left, holds, lacks, narrowed
from app.promotions.domain.periods import why_closed
from app.promotions.domain.quote import Reason
from app.promotions.domain.ready import Ready, Step, Turn
from app.promotions.domain.terms import Effect, EffectKind, Entry, Pick, Promotion

UNUSED = Usage()


@dataclass(slots=True, eq=False)
class Candidate:
    """Never changed once made."""

    ready: Ready
    promotion: Promotion
    lines: Where
    """Those it may make cheaper."""
    budget_cents: int | None
    """What its budget has left."""
    turn: Turn
    """Sorts by when each is applied."""
    asked: int | None = None
    """Its place among what was typed and picked; None: automatic."""
    code: str = ""
    """As typed."""
    holding: HeldPromotion | None = None

    @property
    def source(self) -> str:
        return self.holding.id if self.holding else self.ready.promotion.id

    @property
    def by_code(self) -> bool:
        """Whether advantages and points treat it as a promotion code."""
        return self.promotion.entry in {Entry.CODE, Entry.ASSIGNED}


by_turn = attrgetter("turn")


def candidate(
    ready: Ready,
    facts: CartFacts,
    *,
    asked: int | None = None,
    code: str = "",
    holding: HeldPromotion | None = None,
) -> Candidate:
    return Candidate(
        ready=ready,
        promotion=ready.promotion,
        lines=_touched(ready, facts),
        budget_cents=_budget_left(ready.promotion, facts) if ready.limited else None,
        turn=ready.turn if asked is None else (int(ready.step), True, asked, ready.order),
        asked=asked,
        code=code,
        holding=holding,
    )


def _touched(ready: Ready, facts: CartFacts) -> Where:
    effect = ready.promotion.effect
    if ready.step in {Step.GIFT, Step.SHIPPING}:
        return ()
    if effect.kind is EffectKind.FIXED_PRICE:
        return _dearer_than(effect, facts)
    got = effect.get_scope if effect.kind is EffectKind.BUY_X_GET_Y else None
    return facts.discountable(got or effect.scope)


def _dearer_than(effect: Effect, facts: CartFacts) -> Where:
    lines = facts.discountable(effect.scope)
    if effect.at_most_units is not None and effect.pick is Pick.CHEAPEST:
        return lines
    return tuple(i for i in lines if facts.lines[i].unit_price_cents > effect.amount_cents)


def usage_of(promotion: Promotion, facts: CartFacts) -> Usage:
    return facts.context.usage.get(promotion.id, UNUSED)


def _budget_left(promotion: Promotion, facts: CartFacts) -> int | None:
    budget = promotion.limits.budget_cents
    if budget is None:
        return None
    return max(0, budget - usage_of(promotion, facts).spent_cents)


def may_apply(one: Candidate, facts: CartFacts) -> bool:
    """Whether it could take something off, thresholds that depend on others put aside."""
    promotion = one.promotion
    if not promotion.enabled or not _has_anything_to_do(one, facts):
        return False
    if not _can_be_met(one.ready, facts):
        return False
    if one.ready.limited and _why_limited(promotion, facts):
        return False
    return why_closed(promotion.period, facts.local) is None


def _can_be_met(ready: Ready, facts: CartFacts) -> bool:
    """Amounts only go down: what list prices do not reach will never be reached."""
    movable = ready.moving and ready.step is not Step.PRODUCT
    if movable and not ready.rising:
        return True
    return holds(ready.promotion.conditions, facts, facts.start)


def why_not(one: Candidate, facts: CartFacts, left: Left) -> tuple[Reason, ...]:
    """Everything that stands in its way by itself, whatever else applies.

    `left` is what its thresholds read.
    """
    promotion = one.promotion
    if not promotion.enabled:
        return (Reason("disabled"),)
    closed = why_closed(promotion.period, facts.local)
    reasons: tuple[Reason, ...] = (closed,) if closed else ()
    if one.ready.limited:
        reasons += _why_limited(promotion, facts)
    reasons += lacks(promotion.conditions, facts, left)
    return reasons or _why_nothing_to_do(one, facts)


def _why_limited(promotion: Promotion, facts: CartFacts) -> tuple[Reason, ...]:
    limits = promotion.limits
    used = usage_of(promotion, facts)
    spent = limits.budget_cents is not None and used.spent_cents >= limits.budget_cents
    counted = (
        ("exhausted", limits.uses, used.uses),
        ("exhausted_for_customer", limits.per_customer, used.by_customer),
        ("exhausted_for_seller", limits.per_seller, used.by_seller),
    )
    reasons = [
        Reason(code, {"limit": limit})
        for code, limit, uses in counted
        if limit is not None and uses >= limit
    ]
    if spent:
        reasons.append(Reason("budget_spent", {"budget_cents": limits.budget_cents}))
    return tuple(reasons)


def _has_anything_to_do(one: Candidate, facts: CartFacts) -> bool:
    if one.ready.step is Step.GIFT:
        return True
    if one.ready.step is Step.SHIPPING:
        return concerns_shipping(one.promotion, facts)
    if one.promotion.effect.kind is EffectKind.BUY_X_GET_Y:
        return bool(one.lines) and units_bought(one.promotion, facts) >= units_needed(one.promotion)
    return bool(one.lines)


def _why_nothing_to_do(one: Candidate, facts: CartFacts) -> tuple[Reason, ...]:
    promotion = one.promotion
    if one.ready.step is Step.SHIPPING and not concerns_shipping(promotion, facts):
        return (Reason("wrong_method", {"methods": sorted(promotion.effect.methods)}),)
    if promotion.effect.kind is EffectKind.BUY_X_GET_Y:
        needed, bought = units_needed(promotion), units_bought(promotion, facts)
        if 0 < bought < needed:
            gap = {"missing": needed - bought, "threshold": needed}
            return (Reason("quantity_missing", gap | narrowed(promotion.effect.scope)),)
    return () if _has_anything_to_do(one, facts) else (Reason("nothing_to_discount"),)


def concerns_shipping(promotion: Promotion, facts: CartFacts) -> bool:
    methods = promotion.effect.methods
    return not methods or facts.cart.shipping.method in methods


def units_needed(promotion: Promotion) -> int:
    """Of a "buy X get Y", for its first set."""
    effect = promotion.effect
    return effect.buy + (effect.get if effect.get_scope is None else 0)


def units_bought(promotion: Promotion, facts: CartFacts) -> int:
    """Units that count towards its sets, of one product where they must be the same."""
    effect = promotion.effect
    if effect.get_scope is not None:
        return sum(facts.quantities[i] for i in facts.where(effect.scope))
    lines = facts.discountable(effect.scope)
    if not effect.same_product:
        return sum(facts.quantities[i] for i in lines)
    by_product: dict[str, int] = {}
    for i in lines:
        product = facts.lines[i].product
        by_product[product] = by_product.get(product, 0) + facts.quantities[i]
    return max(by_product.values(), default=0)
