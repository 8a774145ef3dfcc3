"""What belongs to some units of a line: money, points, vouchers, in whatever parts they come back.

A share is always counted from the first unit gone to the last, so that the parts of a line add
up to exactly what was taken, whoever gives them back, in however many steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.kernel.money import spread


@dataclass(frozen=True, slots=True)
class LineTaken:
    """What a whole line cost its buyer."""

    quantity: int
    net_cents: int
    points: int = 0
    vouchers: Mapping[str, int] = field(default_factory=dict)
    """Voucher id → cents it paid of this line."""


@dataclass(frozen=True, slots=True)
class Share:
    net_cents: int = 0
    points: int = 0
    vouchers: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Share) -> Share:
        ids = sorted({*self.vouchers, *other.vouchers})
        return Share(
            self.net_cents + other.net_cents,
            self.points + other.points,
            {key: self.vouchers.get(key, 0) + other.vouchers.get(key, 0) for key in ids},
        )


def share_of(line: LineTaken, gone: int, going: int) -> Share:
    """What belongs to the next `going` units, when `gone` units went before them."""

    def upto(whole: int, units: int) -> int:
        return (whole * units + line.quantity // 2) // line.quantity

    def part(whole: int) -> int:
        return upto(whole, gone + going) - upto(whole, gone)

    if not 0 <= gone < gone + going <= line.quantity:
        raise ValueError("more units than the line has")
    vouchers = {key: part(cents) for key, cents in line.vouchers.items()}
    return Share(
        part(line.net_cents),
        part(line.points),
        {key: cents for key, cents in vouchers.items() if cents},
    )


def points_of_lines(points: int, paid_cents: Sequence[int]) -> list[int]:
    """The points consumed, spread over the lines as what they paid of each."""
    return spread(points, paid_cents) if paid_cents else []
