"""What was asked for on a draft, besides its lines, as `orders.asked` keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MOST_ASKED = 20
"""Codes, picks or vouchers on one order."""


class Place(StrEnum):
    """Where an order goes."""

    HAND_OVER = "hand_over"
    """Given at the meeting or in person: no shipping."""
    CUSTOMER = "customer"
    HOST = "host"
    SELLER = "seller"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Delivery:
    """By which method, and to whom: the address as it was when it was chosen."""

    place: str = Place.HAND_OVER
    method: str = ""
    """Its code; empty: none."""
    method_id: str = ""
    name: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    codes: tuple[str, ...] = ()
    """As typed, in the order of typing."""
    picked: tuple[str, ...] = ()
    """Ids of promotions or of what the customer holds."""
    declined: tuple[str, ...] = ()
    """Kinds of advantages and ids of promotions that are not wanted."""
    vouchers: tuple[str, ...] = ()
    """Ids, in the order in which they were chosen."""
    points: int = 0
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Promotion id → references chosen."""
    delivery: Delivery = Delivery()

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Asked:
        """What is stored, over the defaults."""
        return cls(
            codes=tuple(stored.get("codes", ())),
            picked=tuple(stored.get("picked", ())),
            declined=tuple(stored.get("declined", ())),
            vouchers=tuple(stored.get("vouchers", ())),
            points=stored.get("points", 0),
            choices={key: tuple(value) for key, value in stored.get("choices", {}).items()},
            delivery=Delivery(**stored.get("delivery", {})),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
