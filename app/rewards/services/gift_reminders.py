"""Gifts whose deadline comes near while nobody has chosen them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.rewards.domain.gift_terms import REMINDERS
from app.rewards.models import ClaimStatus, GiftClaim


@dataclass(frozen=True, slots=True)
class GiftReminder:
    """All that one person won in one place and has to choose by one day."""

    customer_id: UUID
    meeting_id: UUID | None
    choose_before: datetime
    days: int
    claim_ids: tuple[UUID, ...]


def take_gift_reminders(uow: UnitOfWork, *, most: int, clock: Clock) -> list[GiftReminder]:
    """So many gifts at most: whoever takes them tells them, in this transaction. Of reminders that
    were missed only the latest is given; none whose day had passed when the gift was won."""
    climb(uow.session, Rank.ORDER)
    found: list[GiftReminder] = []
    left = most
    for days in sorted(REMINDERS):
        due = _due(uow, days, left, clock())
        left -= sum(len(one.claim_ids) for one in due)
        found += due
    return found


def _due(uow: UnitOfWork, days: int, most: int, now: datetime) -> list[GiftReminder]:
    if most <= 0:
        return []
    notice = timedelta(days=days)
    soon = (
        select(GiftClaim.id)
        .where(
            GiftClaim.status == ClaimStatus.OPEN,
            GiftClaim.choose_before > now,
            GiftClaim.choose_before <= now + notice,
            GiftClaim.created_at <= GiftClaim.choose_before - notice,
            or_(GiftClaim.reminded_days.is_(None), GiftClaim.reminded_days > days),
        )
        .order_by(GiftClaim.choose_before, GiftClaim.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(uow.session.scalars(soon))
    if not ids:
        return []
    columns = (GiftClaim.customer_id, GiftClaim.meeting_id, GiftClaim.choose_before, GiftClaim.id)
    told = uow.session.execute(
        update(GiftClaim)
        .where(GiftClaim.id.in_(ids))
        .values(reminded_days=days)
        .returning(*columns)
        .execution_options(synchronize_session=False)
    )
    return _gathered(told.all(), days)


def _gathered(rows: Sequence[Any], days: int) -> list[GiftReminder]:
    by_letter: dict[tuple[UUID, UUID | None, datetime], list[UUID]] = {}
    for customer_id, meeting_id, until, claim_id in rows:
        by_letter.setdefault((customer_id, meeting_id, until), []).append(claim_id)
    letters = sorted(by_letter.items(), key=lambda item: (item[0][2], item[1]))
    return [GiftReminder(*key, days, tuple(sorted(ids))) for key, ids in letters]
