"""A plan made ready to price with, once: what each promotion needs to concern a cart."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum

from app.kernel.text import identity_key
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import (
    All,
    AnyOf,
    Comparison,
    Condition,
    EffectKind,
    Entry,
    Not,
    Promotion,
    Segment,
)


class Step(IntEnum):
    """When a promotion is applied. Advantages come between ORDER and GIFT; vouchers, points and
    the price of shipping between GIFT and SHIPPING."""

    PRODUCT = 0
    ORDER = 1
    GIFT = 2
    SHIPPING = 3


STEPS = {
    EffectKind.ORDER_PERCENT: Step.ORDER,
    EffectKind.ORDER_AMOUNT: Step.ORDER,
    EffectKind.FREE_PRODUCT: Step.GIFT,
    EffectKind.GIFT_CHOICE: Step.GIFT,
    EffectKind.SHIPPING_PERCENT: Step.SHIPPING,
    EffectKind.SHIPPING_AMOUNT: Step.SHIPPING,
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A promotion, and what about it does not depend on the cart."""

    promotion: Promotion
    step: Step
    order: tuple[int, str]
    """Ascending: highest priority first, then by id."""
    moving: bool
    """Whether its conditions read an amount that earlier steps lower."""
    rising: bool
    """Whether more of that amount can only help."""


def ready(promotion: Promotion) -> Ready:
    step = STEPS.get(promotion.effect.kind, Step.PRODUCT)
    reads = list(_net_reads(promotion.conditions))
    return Ready(
        promotion=promotion,
        step=step,
        order=(-promotion.priority, promotion.id),
        moving=bool(reads),
        rising=all(reads),
    )


def _net_reads(condition: Condition | None, plain: bool = True) -> list[bool]:
    """For each comparison of what remains to pay: whether more of it can only help."""
    if isinstance(condition, Comparison):
        if condition.measure != "basket_net":
            return []
        return [plain and condition.op in {">=", ">"}]
    if isinstance(condition, All | AnyOf):
        return [read for part in condition.parts for read in _net_reads(part, plain)]
    if isinstance(condition, Not):
        return _net_reads(condition.part, plain=False)
    return []


class CompiledPlan:
    """Immutable, but for what it remembers of the days it was used on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        everything = sorted((ready(one) for one in plan.promotions), key=lambda one: one.order)
        self.by_id = {one.promotion.id: one for one in everything}
        self.by_code = {
            identity_key(code): one for one in reversed(everything) for code in one.promotion.codes
        }
        self.automatic = [one for one in everything if one.promotion.entry is Entry.AUTOMATIC]
        self.to_pick = [
            one for one in everything if one.promotion.entry in {Entry.CODE, Entry.MANUAL}
        ]
        self.offering: tuple[Segment, ...] = plan.segments[: plan.settings.segments_used]
        """Segments that may carry an advantage."""


REMEMBERED = 64
_recent: OrderedDict[int, CompiledPlan] = OrderedDict()


def compile_plan(plan: Plan) -> CompiledPlan:
    """The same for the same plan object: callers keep plans, and need not keep what these become.

    A remembered plan is held, so that its identity is nobody else's.
    """
    compiled = _recent.get(id(plan))
    if compiled is None or compiled.plan is not plan:
        compiled = _recent[id(plan)] = CompiledPlan(plan)
        if len(_recent) > REMEMBERED:
            _recent.popitem(last=False)
    return compiled
