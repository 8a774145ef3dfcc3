"""Sellers as lists tell them: the profile, the way in, the book."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import TeamMember, accounts_of_sellers
from app.customers import queries as customers
from app.http.brand import current_brand
from app.sellers.queries import SellerView


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    name: str
    email: str | None
    active: bool
    has_joined: bool
    book_size: int
    last_seen_at: datetime | None
    since: datetime


def rows(session: Session, found: list[SellerView]) -> list[Row]:
    """Two statements more."""
    sizes = customers.book_sizes(session)
    ids = [one.id for one in found]
    accounts = accounts_of_sellers(session, current_brand().id, ids) if ids else {}
    return [_row(one, sizes.get(one.id, 0), accounts.get(one.id)) for one in found]


def _row(seller: SellerView, book_size: int, account: TeamMember | None) -> Row:
    return Row(
        id=seller.id,
        name=seller.display_name,
        email=account.email if account else seller.user_email,
        active=seller.active,
        has_joined=account.has_joined if account else False,
        book_size=book_size,
        last_seen_at=account.last_seen_at if account else None,
        since=seller.created_at,
    )
