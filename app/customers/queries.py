"""Reads of customer cards. A seller sees her own book, the holder of a link herself only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, false, func, select
from sqlalchemy.orm import Session

from app.customers.errors import CustomerNotFound
from app.customers.models import BookEntry, Customer
from app.kernel.actor import Actor, Role
from app.kernel.text import containing, search_words

BRAND_WIDE = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class PersonView:
    """As much of a customer as other packages need to speak of and to her."""

    id: UUID
    first_name: str
    last_name: str
    email: str | None
    locale: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class CustomerView:
    id: UUID
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    address: str
    postcode: str
    city: str
    country: str
    locale: str
    roles: tuple[str, ...]
    created_at: datetime

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def customer(session: Session, actor: Actor, customer_id: UUID) -> CustomerView:
    """Raises CustomerNotFound, also for somebody else's customer."""
    found = session.scalar(_visible(actor).where(Customer.id == customer_id))
    if found is None:
        raise CustomerNotFound
    return _view(found)


def search(
    session: Session, actor: Actor, text: str, limit: int = 20, *, offset: int = 0
) -> tuple[CustomerView, ...]:
    """Customers whose names or address hold every word of `text`, by name."""
    statement = _matching(_visible(actor), text).order_by(Customer.search_key, Customer.id)
    return tuple(_view(found) for found in session.scalars(statement.limit(limit).offset(offset)))


def count(session: Session, actor: Actor, text: str = "") -> int:
    """How many `search` would find without a limit."""
    matching = _matching(_visible(actor), text).subquery()
    return session.scalar(select(func.count()).select_from(matching)) or 0


def people(session: Session, ids: Iterable[UUID]) -> dict[UUID, PersonView]:
    """For other packages, which have seen to it that the actor may know these people."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement = select(
        Customer.id, Customer.first_name, Customer.last_name, Customer.email, Customer.locale
    ).where(Customer.id.in_(wanted))
    return {row[0]: PersonView(*row) for row in session.execute(statement)}


def _visible(actor: Actor) -> Select[Any]:
    statement = select(Customer)
    if actor.role in BRAND_WIDE:
        return statement
    if actor.role is Role.SELLER and actor.seller_id:
        in_book = exists().where(
            BookEntry.customer_id == Customer.id, BookEntry.seller_id == actor.seller_id
        )
        return statement.where(in_book)
    if actor.customer_id:
        return statement.where(Customer.id == actor.customer_id)
    return statement.where(false())


def _matching(statement: Select[Any], text: str) -> Select[Any]:
    for word in search_words(text):
        statement = statement.where(Customer.search_key.like(containing(word), escape="\\"))
    return statement


def _view(found: Customer) -> CustomerView:
    return CustomerView(
        id=found.id,
        first_name=found.first_name,
        last_name=found.last_name,
        email=found.email,
        phone=found.phone,
        address=found.address,
        postcode=found.postcode,
        city=found.city,
        country=found.country,
        locale=found.locale,
        roles=tuple(found.roles),
        created_at=found.created_at,
    )
