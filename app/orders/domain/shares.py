"""What belongs to some units of a line: money, points, vouchers, in whatever parts they come back.

A share is always counted from the first unit gone to the last, so that the parts of a line add
up to exactly what was taken, whoever gives them back, in however many steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LineTaken:
    """What a whole line cost its buyer."""

    quantity: int
    net_cents: int
    points: int = 0
    vouchers: Mapping[str, int] = field(default_factory=dict)
    """Voucher id → cents it paid of this line."""
    promotions: Mapping[str, int] = field(default_factory=dict)
    """Promotion, as the quote names it → cents it took off this line."""


@dataclass(frozen=True, slots=True)
class Share:
    net_cents: int = 0
    points: int = 0
    vouchers: Mapping[str, int] = field(default_factory=dict)
    promotions: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Share) -> Share:
        return Share(
            self.net_cents + other.net_cents,
            self.points + other.points,
            summed(self.vouchers, other.vouchers),
            summed(self.promotions, other.promotions),
        )


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Cents by name, together."""
    return {key: one.get(key, 0) + other.get(key, 0) for key in sorted({*one, *other})}


def upto(whole: int, units: int, quantity: int) -> int:
    """Of what a line of `quantity` units has, what belongs to the first `units` of them."""
    return (whole * units + quantity // 2) // quantity


def share_of(line: LineTaken, gone: int, going: int) -> Share:
    """What belongs to the next `going` units, when `gone` units went before them."""

    def part(whole: int) -> int:
        return upto(whole, gone + going, line.quantity) - upto(whole, gone, line.quantity)

    if not 0 <= gone < gone + going <= line.quantity:
        raise ValueError("more units than the line has")
    return Share(
        part(line.net_cents),
        part(line.points),
        {key: part(cents) for key, cents in line.vouchers.items()},
        {key: part(cents) for key, cents in line.promotions.items()},
    )
