"""Vouchers, then points: they pay for products, never for shipping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.promotions.domain.cart import HeldVoucher, VoucherKind
from app.promotions.domain.effects import Part, Units, pick
from app.promotions.domain.facts import CartFacts, Where
from app.promotions.domain.judging import Left
from app.promotions.domain.portions import half_up, share
from app.promotions.domain.terms import ALL_PRODUCTS, Pick, PointValue


@dataclass(frozen=True, slots=True)
class Paid:
    """What a voucher pays."""

    voucher: HeldVoucher
    parts: tuple[Part, ...]
    units: int = 0

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)


def is_for_products(voucher: HeldVoucher) -> bool:
    """Used before those for the whole order."""
    return voucher.kind is VoucherKind.UNITS or voucher.scope != ALL_PRODUCTS


def in_turn(vouchers: Sequence[HeldVoucher]) -> list[HeldVoucher]:
    return sorted(vouchers, key=lambda voucher: not is_for_products(voucher))


def payable(voucher: HeldVoucher, facts: CartFacts, discounted: Left) -> Where:
    """Lines it may pay for; `discounted` is what they cost after promotions and advantages."""
    lines = facts.where(voucher.scope)
    if voucher.with_discounted:
        return lines
    return tuple(index for index in lines if discounted[index] == facts.start[index])


def pay(voucher: HeldVoucher, facts: CartFacts, left: Left, lines: Where) -> Paid:
    if voucher.kind is VoucherKind.UNITS:
        return _units_paid(voucher, facts, left, lines)
    if is_for_products(voucher):
        return Paid(voucher, tuple(_dearest_first(voucher.remaining_cents, left, lines)))
    return Paid(voucher, tuple(in_proportion(voucher.remaining_cents, left, lines)))


def _units_paid(voucher: HeldVoucher, facts: CartFacts, left: Left, lines: Where) -> Paid:
    costing = tuple(index for index in lines if left[index])
    chosen = pick(costing, facts, left, voucher.units, Pick.DEAREST)
    parts = tuple(_free(units, facts, left) for units in chosen)
    return Paid(voucher, parts, sum(units.number for units in chosen))


def _free(units: Units, facts: CartFacts, left: Left) -> Part:
    quantity = facts.quantities[units.line]
    worth = half_up(left[units.line] * units.number, quantity)
    return Part(units.line, worth, worth, None if units.number == quantity else units.number)


def _dearest_first(amount: int, left: Left, lines: Where) -> list[Part]:
    parts = []
    for index in sorted(lines, key=lambda index: (-left[index], index)):
        part = min(amount, left[index])
        if part:
            parts.append(Part(index, part, left[index]))
            amount -= part
    return parts


def in_proportion(amount: int, left: Left, lines: Where) -> list[Part]:
    remaining = [left[index] for index in lines]
    parts = share(amount, remaining, remaining)
    return [Part(i, part, left[i]) for i, part in zip(lines, parts, strict=True) if part]


# ---------------------------------------------------------------- points


def point_value(facts: CartFacts) -> PointValue:
    """By who buys: the host of this meeting, a seller, or any other customer."""
    spending, buyer = facts.plan.plan.spending, facts.context.buyer
    if buyer.is_host:
        return spending.value_host
    return spending.value_seller if buyer.is_seller else spending.value_customer


def worth(points: int, value: PointValue) -> int:
    return points * value.cents // value.points if value.points else 0


def most_points(balance: int, cents: int, value: PointValue) -> int:
    """How many of them this amount can take, none of which would be wasted."""
    if value.cents <= 0 or value.points <= 0:
        return 0
    return min(balance, cents * value.points // value.cents)
