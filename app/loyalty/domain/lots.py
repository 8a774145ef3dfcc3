"""Which lots a movement takes from, and how much of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LotLeft:
    id: UUID
    source_id: UUID | None
    expires_at: datetime | None
    remaining: int
    pending: bool = False


def taken_from(lots: Iterable[LotLeft], source_id: UUID, points: int) -> list[tuple[UUID, int]]:
    """(lot, points) of what this source gave, what is pending first; possibly too few."""
    own = (lot for lot in lots if lot.source_id == source_id)
    return _parts(sorted(own, key=lambda lot: (not lot.pending, *_expiry(lot), lot.id)), points)


def first_to_expire(lots: Iterable[LotLeft], points: int) -> list[tuple[UUID, int]]:
    """(lot, points) to take, earliest expiry first; possibly too few."""
    return _parts(sorted(lots, key=lambda lot: (*_expiry(lot), lot.id)), points)


def last_to_expire(lots: Iterable[LotLeft], points: int) -> list[tuple[UUID, int]]:
    """(lot, points) to put back, latest expiry first; possibly too few."""
    by_expiry = sorted(lots, key=lambda lot: (*_expiry(lot), lot.id), reverse=True)
    return _parts(by_expiry, points)


def _parts(lots: Iterable[LotLeft], points: int) -> list[tuple[UUID, int]]:
    taken = []
    for lot in lots:
        part = min(points, lot.remaining)
        if part > 0:
            taken.append((lot.id, part))
            points -= part
    return taken


def _expiry(lot: LotLeft) -> tuple[bool, str]:
    return (lot.expires_at is None, lot.expires_at.isoformat() if lot.expires_at else "")
