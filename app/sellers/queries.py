"""Reads of seller profiles, for other packages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.customers.queries import people
from app.kernel.text import search_key, search_words
from app.sellers.errors import SellerNotFound
from app.sellers.models import Seller


@dataclass(frozen=True, slots=True)
class SellerView:
    id: UUID
    customer_id: UUID
    """The card on which she collects her own rewards."""
    display_name: str
    user_email: str | None
    """Of her card."""
    active: bool
    created_at: datetime


def seller(session: Session, seller_id: UUID) -> SellerView:
    """Raises SellerNotFound."""
    found = sellers(session, [seller_id])
    if seller_id not in found:
        raise SellerNotFound
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
            created_at=one.created_at,
        )
        for one in found
    }


def cards_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The customer card of each seller, for other packages."""
    wanted = select(Seller.id, Seller.customer_id).where(Seller.id.in_(sorted(set(ids))))
    return {row[0]: row[1] for row in session.execute(wanted)}


def all_sellers(session: Session, text: str = "", active: bool | None = None) -> list[SellerView]:
    """By name, those who work first. Accents do not matter. Two statements."""
    statement = select(Seller.id)
    if active is not None:
        statement = statement.where(Seller.active == active)
    found = sellers(session, session.scalars(statement))
    words = search_words(text)
    kept = [one for one in found.values() if _holds(one, words)]
    return sorted(kept, key=lambda one: (not one.active, search_key(one.display_name), one.id))


def names(session: Session) -> dict[UUID, str]:
    """Of every seller, for lists and filters. One statement."""
    statement = select(Seller.id, Seller.display_name).order_by(
        Seller.active.desc(), func.lower(Seller.display_name), Seller.id
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def seller_of_customer(session: Session, customer_id: UUID) -> UUID | None:
    """Whose own card it is, when it is a seller's."""
    return session.scalar(select(Seller.id).where(Seller.customer_id == customer_id))


def _holds(one: SellerView, words: tuple[str, ...]) -> bool:
    told = search_key(f"{one.display_name} {one.user_email or ''}")
    return all(word in told for word in words)
