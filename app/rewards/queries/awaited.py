"""What gifts that nobody has chosen yet are called."""

from datetime import datetime

from sqlalchemy import cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.rewards.domain.references import references_of
from app.rewards.models import ClaimStatus, GiftClaim, Grant, GrantStatus


def references_awaited(session: Session, at: datetime) -> set[str]:
    """References offered by open claims and by gifts promised for bookings; for other services."""
    in_time = or_(GiftClaim.choose_before.is_(None), GiftClaim.choose_before > at)
    is_open = GiftClaim.status.in_([ClaimStatus.OPEN, ClaimStatus.WAITING])
    substitutes = func.coalesce(GiftClaim.fallback["substitutes"], cast([], JSONB))
    offered = select(GiftClaim.choices + substitutes).where(is_open, in_time).distinct()
    promised = select(Grant.reward).where(Grant.status == GrantStatus.PROMISED).distinct()
    found = {reference for choices in session.scalars(offered) for reference in choices}
    for reward in session.scalars(promised):
        found |= references_of(reward)
    return found
