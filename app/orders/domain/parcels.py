"""How a gift leaves the house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Parcel:
    order_id: UUID | None = None
    """With this order, when it leaves."""
    is_host: bool = False
    """With what is sent to the host of the meeting for everybody."""


OWN_PARCEL = Parcel()
HOST_PARCEL = Parcel(is_host=True)
