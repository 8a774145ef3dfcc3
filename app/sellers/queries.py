"""Reads of seller profiles, for other packages."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.customers.queries import people
from app.kernel.errors import NotFound
from app.sellers.models import Seller


@dataclass(frozen=True, slots=True)
class SellerView:
    id: UUID
    customer_id: UUID
    """The card on which she collects her own rewards."""
    display_name: str
    user_email: str | None
    active: bool


def seller(session: Session, seller_id: UUID) -> SellerView:
    """Raises NotFound."""
    found = sellers(session, [seller_id])
    if seller_id not in found:
        raise NotFound
    return found[seller_id]


def sellers(session: Session, ids: Iterable[UUID]) -> dict[UUID, SellerView]:
    """Two statements for any number of sellers; the unknown ones are missing."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = session.scalars(select(Seller).where(Seller.id.in_(wanted))).all()
    cards = people(session, [one.customer_id for one in found])
    return {
        one.id: SellerView(
            id=one.id,
            customer_id=one.customer_id,
            display_name=one.display_name,
            user_email=cards[one.customer_id].email,
            active=one.active,
        )
        for one in found
    }
