"""What pricing answers: every amount with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One reason why a line costs less than its list price. `code` is what words are found by."""

    code: str
    source: str
    """What took it off: an id, or the name of a built-in rule."""
    amount_cents: int
    """Taken off; never negative."""
    base_cents: int
    """What it was computed on."""
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


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[PricedLine, ...]
    list_cents: int
    products_cents: int
    """Net of every discount, without shipping."""
    shipping_cents: int
    total_cents: int
    vat_cents: int
    currency: str
    plan_version: int

    @property
    def discount_cents(self) -> int:
        return self.list_cents - self.products_cents

    def line(self, line_id: str) -> PricedLine:
        return next(line for line in self.lines if line.id == line_id)

    def to_json(self) -> dict[str, Any]:
        """As frozen on a placed order."""
        return asdict(self)
