"""What orders use of promotions, for packages that have already checked the actor."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.promotions.models import PromotionUse, UseState


def coming_back(session: Session, order_id: UUID) -> frozenset[str]:
    """Promotions, as quotes name them, whose use is free again once the order is cancelled."""
    there = select(PromotionUse.promotion).where(
        PromotionUse.order_id == order_id,
        PromotionUse.state != UseState.RELEASED,
        PromotionUse.gives_back,
    )
    return frozenset(session.scalars(there))
