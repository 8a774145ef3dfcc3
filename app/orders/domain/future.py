"""What is asked of whoever can tell what a host's own meeting will bring her."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.promotions.domain.quote import Ahead
from app.promotions.domain.terms import PointValue


@dataclass(frozen=True, slots=True)
class FutureWish:
    """A host's own order in her meeting, and the points she has."""

    order_id: UUID
    meeting_id: UUID
    customer_id: UUID
    nets: Mapping[str, int]
    """Line id → cents it costs if she uses no point."""
    spendable: int
    value: PointValue


@dataclass(frozen=True, slots=True)
class Foresight:
    """Points she may use beyond those she has, and why where that is one formula."""

    points: int = 0
    ahead: Ahead | None = None


Foresee = Callable[[Any, FutureWish], Foresight]
"""Of a session and a wish."""


def nothing(_session: Any, _wish: FutureWish) -> Foresight:
    return Foresight()
