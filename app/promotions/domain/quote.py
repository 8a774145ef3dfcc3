"""What pricing answers: every amount with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One reason why something costs less. `code` is what words are found by."""

    code: str
    """The kind of effect, or gift_won, voucher, points, segment, first_order, loyalty."""
    source: str
    """What took it off: id of a promotion, holding, segment or voucher; else a built-in name."""
    amount_cents: int
    """Taken off; never negative."""
    base_cents: int
    """What it was computed on."""
    name: str = ""
    units: int | None = None
    """How many units it was for, when not all."""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PricedLine:
    id: str
    list_cents: int
    net_cents: int
    """To pay for the whole line, tax included."""
    vat_cents: int
    """Contained in `net_cents`."""
    adjustments: tuple[Adjustment, ...] = ()
    product: str = ""
    quantity: int = 1
    points: int = 0
    """What it will earn; the lines sum to the total."""


@dataclass(frozen=True, slots=True)
class GiftLine:
    """A product that added itself, at 0 €."""

    promotion: str
    product: str
    quantity: int
    list_cents: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class GiftToChoose:
    promotion: str
    name: str
    products: tuple[str, ...]
    """In stock."""
    units: int
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion that took something off, over the whole order."""

    promotion: str
    name: str
    entry: str
    kind: str
    amount_cents: int
    """Gifts: their list price."""
    times: int = 1
    code: str = ""
    """Typed."""
    holding: str = ""


@dataclass(frozen=True, slots=True)
class AdvantageApplied:
    kind: str
    """segment, first_order or loyalty"""
    source: str
    name: str
    amount_cents: int
    start: int
    """Of the tier reached."""
    points_used: int = 0
    free_shipping: bool = False


@dataclass(frozen=True, slots=True)
class VoucherUsed:
    id: str
    amount_cents: int
    remaining_cents: int
    """Kept for later."""
    lost_cents: int
    units: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """Why a host may use so many points of her own meeting and no more, where it brings her one
    percentage of its turnover and nothing else: `ceiling = rate × (turnover − ceiling)`."""

    turnover_cents: int
    """Her order included."""
    rate_bp: int
    ceiling_cents: int


@dataclass(frozen=True, slots=True)
class PointsUsed:
    points: int
    """Worth `amount_cents` in this order."""
    amount_cents: int
    consumed: int
    """Taken from the balance, by the brand's policy."""
    usable: int
    """The most that could be used here."""
    future: int = 0
    """Of those consumed, what she does not have yet: her own meeting will bring them."""
    ahead: Ahead | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not. `code` is one of `words.REASONS`; params hold what is missing."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Available:
    """A promotion not applied that works for this basket, and what picking it would change."""

    promotion: str
    name: str
    entry: str
    saves_cents: int
    """Off the total; negative when what it pushes out is worth more."""
    replaces: tuple[str, ...] = ()


OUT_OF_REACH = frozenset(
    {
        "budget_spent",
        "exhausted",
        "exhausted_for_customer",
        "exhausted_for_seller",
        "not_in_segment",
        "not_this_day",
        "not_this_hour",
    }
)
"""Reasons that nothing in the basket mends."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A promotion that does not apply, and why: near misses, and others."""

    promotion: str
    name: str
    reasons: tuple[Reason, ...]

    @property
    def is_near(self) -> bool:
        return all(reason.code not in OUT_OF_REACH for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something asked for that could not be had."""

    kind: str
    """code, pick, voucher, points or choice"""
    asked: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PricedShipping:
    method: str
    list_cents: int
    net_cents: int
    vat_cents: int
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class VatPart:
    rate_bp: int
    gross_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[PricedLine, ...]
    list_cents: int
    products_cents: int
    """Net of every discount, voucher and point, without shipping."""
    shipping_cents: int
    total_cents: int
    vat_cents: int
    currency: str
    plan_version: int
    basket_cents: int = 0
    """Products after promotions and advantages, before vouchers and points."""
    shipping: PricedShipping = PricedShipping("", 0, 0, 0)
    vat: tuple[VatPart, ...] = ()
    gifts: tuple[GiftLine, ...] = ()
    choices: tuple[GiftToChoose, ...] = ()
    applied: tuple[Applied, ...] = ()
    advantage: AdvantageApplied | None = None
    vouchers: tuple[VoucherUsed, ...] = ()
    points: PointsUsed | None = None
    points_earned: int = 0
    points_not_earned: Reason | None = None
    available: tuple[Available, ...] = ()
    missing: tuple[Missing, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    best_total_cents: int | None = None
    """The total without what was typed or picked by hand, when that would be lower."""
    search_complete: bool = True
    """False: so many promotions were in play that not every combination was tried; a cheaper one
    may exist."""

    @property
    def discount_cents(self) -> int:
        return self.list_cents - self.products_cents

    def line(self, line_id: str) -> PricedLine:
        return next(line for line in self.lines if line.id == line_id)
