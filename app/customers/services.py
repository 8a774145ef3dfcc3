"""What people do with customer cards."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.customers.errors import CustomerAlreadyExists, CustomerNotFound
from app.customers.models import HOST, SELLER, BookEntry, Customer
from app.customers.queries import BRAND_WIDE, customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.kernel.text import identity_key, search_key

__all__ = [
    "SELLER",
    "NewCustomer",
    "add_to_book",
    "create_customer",
    "mark_host",
]


@dataclass(frozen=True, slots=True)
class NewCustomer:
    first_name: str
    last_name: str
    email: str | None = None
    phone: str | None = None
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    locale: str = "fr"
    roles: tuple[str, ...] = ()
    key: str = ""
    """Sent along with the form: the same form sent twice is the same person."""


def create_customer(uow: UnitOfWork, actor: Actor, new: NewCustomer, *, clock: Clock) -> UUID:
    """A new card; a seller's customers stand in her own book at once, as hers.

    Raises CustomerAlreadyExists: one address, one card, also when two people type it at once. The
    same form arriving again, with nothing to know her by but its key, finds the card it made.
    """
    if actor.role not in BRAND_WIDE and actor.seller_id is None:
        raise NotAllowed
    email_key = identity_key(new.email) if new.email else None
    card_id = _id_of(uow, actor, new)
    statement = (
        insert(Customer)
        .values(
            brand_id=uow.brand_id,
            id=card_id,
            first_name=new.first_name,
            last_name=new.last_name,
            search_key=search_key(f"{new.first_name} {new.last_name} {new.email or ''}"),
            email=new.email or None,
            email_key=email_key,
            phone=new.phone,
            address=new.address,
            postcode=new.postcode,
            city=new.city,
            country=new.country,
            locale=new.locale,
            roles=list(new.roles),
            created_at=clock(),
        )
        .on_conflict_do_nothing()  # her address or, of a form sent twice, her id
        .returning(Customer.id)
    )
    customer_id = uow.session.scalar(statement)
    if customer_id is None and new.email:
        raise _already_exists(uow, actor, new.email)
    if customer_id is None:
        return card_id
    if actor.role is Role.SELLER and actor.seller_id:
        add_to_book(uow, actor.seller_id, customer_id, principal=True)
    return customer_id


def add_to_book(
    uow: UnitOfWork, seller_id: UUID, customer_id: UUID, *, principal: bool = False
) -> None:
    """Let this seller see the customer; twice is once. A customer has one principal seller at
    most: the first one keeps her."""
    others = exists().where(BookEntry.customer_id == customer_id, BookEntry.principal)
    chief: bool | ColumnElement[bool] = select(~others).scalar_subquery() if principal else False
    uow.session.execute(
        insert(BookEntry)
        .values(
            brand_id=uow.brand_id,
            id=new_id(),
            seller_id=seller_id,
            customer_id=customer_id,
            principal=chief,
        )
        .on_conflict_do_nothing(index_elements=["brand_id", "seller_id", "customer_id"])
    )


def mark_host(uow: UnitOfWork, customer_ids: Iterable[UUID]) -> None:
    """Whose first meeting has been held is a host from then on."""
    uow.session.execute(
        update(Customer)
        .where(Customer.id.in_(sorted(set(customer_ids))), ~Customer.roles.contains([HOST]))
        .values(roles=func.array_append(Customer.roles, HOST))
        .execution_options(synchronize_session=False)
    )


def _id_of(uow: UnitOfWork, actor: Actor, new: NewCustomer) -> UUID:
    """Of the key and what was typed: other words in the same form are another person."""
    if not new.key:
        return new_id()
    typed = (new.key, new.first_name, new.last_name, new.email, new.phone)
    return uuid5(actor.seller_id or uow.brand_id, repr(typed))


def _already_exists(uow: UnitOfWork, actor: Actor, email: str) -> CustomerAlreadyExists:
    key = identity_key(email)
    existing = uow.session.scalar(select(Customer.id).where(Customer.email_key == key))
    try:
        visible = customer(uow.session, actor, existing).id if existing else None
    except CustomerNotFound:
        visible = None
    return CustomerAlreadyExists(email, visible)
