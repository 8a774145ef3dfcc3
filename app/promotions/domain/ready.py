"""A promotion made ready: what about it depends on no cart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from app.kernel.conditions import All, AnyOf, Not
from app.promotions.domain.terms import Comparison, Condition, EffectKind, Limits, Promotion


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


Turn = tuple[int, bool, int, tuple[int, str]]
"""Step, whether it was asked for, when it was, and its order."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A promotion, and what about it does not depend on the cart."""

    promotion: Promotion
    step: Step
    order: tuple[int, str]
    """Ascending: highest priority first, then by id."""
    turn: Turn
    """When it is applied, where it applies by itself."""
    limited: bool
    """Whether uses or a budget may stand in its way."""
    moving: bool
    """Whether its conditions read an amount that earlier steps lower."""
    rising: bool
    """Whether more of that amount can only help."""


UNLIMITED = Limits()


def ready(promotion: Promotion) -> Ready:
    step = STEPS.get(promotion.effect.kind, Step.PRODUCT)
    order = -promotion.priority, promotion.id
    reads = list(_net_reads(promotion.conditions))
    return Ready(
        promotion=promotion,
        step=step,
        order=order,
        turn=(int(step), False, 0, order),
        limited=promotion.limits != UNLIMITED,
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
