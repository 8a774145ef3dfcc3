"""What is being bought, and what pricing may know of the circumstances."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    MEETING = "meeting"
    DIRECT = "direct"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class CartLine:
    """`id` is mandatory: odd cents of a spread go to the lowest one, however lines are ordered."""

    id: str
    product: str
    """Catalogue reference."""
    quantity: int
    unit_price_cents: int
    """List price, tax included."""
    vat_rate_bp: int
    categories: tuple[str, ...] = ()
    gift: bool = False
    """Won, not bought: the line costs nothing and counts in no basket threshold."""

    def __post_init__(self) -> None:
        if not self.id or self.quantity < 1 or self.unit_price_cents < 0 or self.vat_rate_bp < 0:
            raise ValueError(f"line {self.id!r} cannot be priced")


@dataclass(frozen=True, slots=True)
class Shipping:
    """The method chosen and its list price for this cart."""

    method: str = ""
    list_cents: int = 0
    vat_rate_bp: int = 2_000


@dataclass(frozen=True, slots=True)
class Cart:
    lines: tuple[CartLine, ...] = ()
    shipping: Shipping = Shipping()

    def __post_init__(self) -> None:
        twice = [line_id for line_id, n in Counter(line.id for line in self.lines).items() if n > 1]
        if twice:
            raise ValueError(f"lines need ids of their own: {', '.join(sorted(twice))}")


@dataclass(frozen=True, slots=True)
class Context:
    """Who buys, when and where: all that conditions may ask about, and nothing that moves."""

    at: datetime
    timezone: str = "Europe/Paris"
    currency: str = "EUR"
    channel: Channel = Channel.MEETING
    customer_id: str | None = None
    seller_id: str | None = None
    meeting_id: str | None = None
