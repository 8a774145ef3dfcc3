"""Points that a source gave and that went by themselves: beyond the ceiling, or expired."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.loyalty.domain import PointsKind
from app.loyalty.models import LedgerEntry, Lot, Posting


@dataclass(frozen=True, slots=True)
class Gone:
    """Taking back their source takes nothing for these."""

    beyond: int = 0
    expired: int = 0

    def less(self, beyond: int, expired: int) -> "Gone":
        return Gone(self.beyond - beyond, self.expired - expired)


NOTHING_GONE = Gone()


def gone_of(session: Session, sources: Collection[UUID]) -> dict[UUID, Gone]:
    """By source, less what earlier reversals have counted. Three statements."""
    wanted = sorted(sources)
    beyond, covered = _noted(session, wanted)
    expired = _expired(session, wanted)
    found = {}
    for source in {*beyond, *expired}:
        left = beyond.get(source, 0) - covered.get(source, 0)
        found[source] = Gone(max(0, left), max(0, expired.get(source, 0) + min(0, left)))
    return found


def _noted(session: Session, sources: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """What was beyond the ceiling, and what reversals have counted of all that was gone."""
    is_beyond = LedgerEntry.kind == PointsKind.BEYOND_CEILING
    counted = cast(LedgerEntry.reason["covered"].astext, BigInteger)
    beyond = session.execute(
        select(LedgerEntry.source_id, func.sum(Posting.points))
        .join(
            Posting,
            and_(Posting.brand_id == LedgerEntry.brand_id, Posting.entry_id == LedgerEntry.id),
        )
        .where(LedgerEntry.source_id.in_(sources), is_beyond)
        .group_by(LedgerEntry.source_id)
    )
    covered = session.execute(
        select(LedgerEntry.source_id, func.sum(counted))
        .where(LedgerEntry.source_id.in_(sources), LedgerEntry.reason.has_key("covered"))
        .group_by(LedgerEntry.source_id)
    )
    return _sums(beyond), _sums(covered)


def _expired(session: Session, sources: list[UUID]) -> dict[UUID, int]:
    """Of the lots these sources gave. An expiry's own source is its lot."""
    given, ended = aliased(LedgerEntry), aliased(LedgerEntry)
    rows = session.execute(
        select(given.source_id, func.sum(Posting.points))
        .join(Lot, and_(Lot.brand_id == given.brand_id, Lot.entry_id == given.id))
        .join(
            ended,
            and_(
                ended.brand_id == given.brand_id,
                ended.source_id == Lot.id,
                ended.kind == PointsKind.EXPIRED,
            ),
        )
        .join(Posting, and_(Posting.brand_id == ended.brand_id, Posting.entry_id == ended.id))
        .where(given.source_id.in_(sources))
        .group_by(given.source_id)
    )
    return _sums(rows)


def _sums(rows: Iterable[Any]) -> dict[UUID, int]:
    return {row[0]: int(row[1]) for row in rows}
