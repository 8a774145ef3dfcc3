"""Making a customer's card and keeping it right."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit.services import masked, record
from app.customers.domain import (
    HOST,
    MOST_ROLES,
    SELLER,
    is_given,
    searchable,
    with_given,
)
from app.customers.errors import (
    CustomerAlreadyExists,
    CustomerNotFound,
    CustomerStandsElsewhere,
    RoleIsGiven,
    TooManyRoles,
)
from app.customers.models import Customer
from app.customers.queries import BRAND_WIDE, customer, visible
from app.customers.services.books import add_to_book
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.kernel.text import digits_key, identity_key


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
    birth_date: date | None = None
    professional: bool | None = None
    """None: nobody has said."""
    key: str = ""
    """Sent along with the form: the same form sent twice is the same person."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What segments ask about her."""

    birth_date: date | None = None
    professional: bool | None = None


@dataclass(frozen=True, slots=True)
class CardChanges:
    """The card as it should be. `roles` are those of the brand's own; None leaves them, and what
    is known of the person too."""

    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    address: str
    postcode: str
    city: str
    country: str
    locale: str
    roles: tuple[str, ...] | None = None
    facts: PersonFacts | None = None


ROW = tuple(part.name for part in fields(NewCustomer) if part.name != "key")


def create_customer(uow: UnitOfWork, actor: Actor, new: NewCustomer, *, clock: Clock) -> UUID:
    """A new card; a seller's customers stand in her own book at once, as hers.

    Raises CustomerAlreadyExists: one address, one card, also when two people type it at once. The
    same form arriving again finds the card it made.
    """
    if actor.role not in BRAND_WIDE and actor.seller_id is None:
        raise NotAllowed
    card_id = _id_of(uow, actor, new)
    statement = (
        insert(Customer)
        .values(brand_id=uow.brand_id, **row_of(new, card_id), created_at=clock())
        .on_conflict_do_nothing()  # her address or, of a form sent twice, her id
        .returning(Customer.id)
    )
    customer_id = uow.session.scalar(statement)
    if customer_id is None and _is_there(uow, card_id):
        return card_id
    if customer_id is None:
        raise _already_exists(uow, actor, new.email or "")
    if actor.role is Role.SELLER and actor.seller_id:
        add_to_book(uow, actor.seller_id, customer_id, principal=True)
    return customer_id


def row_of(new: NewCustomer, card_id: UUID) -> dict[str, Any]:
    """What her row holds, with the keys she is found by."""
    return {
        "id": card_id,
        "first_name": new.first_name,
        "last_name": new.last_name,
        "search_key": searchable(new.first_name, new.last_name, new.email, new.city),
        "email": new.email or None,
        "email_key": identity_key(new.email) if new.email else None,
        "phone": new.phone,
        "phone_key": digits_key(new.phone or ""),
        "address": new.address,
        "postcode": new.postcode,
        "city": new.city,
        "country": new.country,
        "locale": new.locale,
        "roles": list(new.roles),
        "birth_date": new.birth_date,
        "professional": new.professional,
    }


def edit_customer(uow: UnitOfWork, actor: Actor, customer_id: UUID, changes: CardChanges) -> None:
    """The audit log keeps which parts changed, not the personal words in them.

    Raises CustomerNotFound, CustomerAlreadyExists, RoleIsGiven, TooManyRoles.
    """
    card = uow.session.scalar(visible(actor).where(Customer.id == customer_id).with_for_update())
    if card is None:
        raise CustomerNotFound
    wanted = _wanted(actor, card, changes)
    changed = [name for name, value in wanted.items() if getattr(card, name) != value]
    if not changed:
        return
    before = {"email": masked(card.email or "")} if "email" in changed else {}
    there = {name: getattr(card, name) for name in ROW}
    card_id, email = card.id, wanted["email"] or ""
    _rewrite(uow, actor, card_id, there | wanted)
    after = {"fields": changed} | ({"email": masked(email)} if before else {})
    record(uow, actor, "customer.edit", "customer", card_id, before, after)


def change_customer(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, parts: Mapping[str, Any]
) -> None:
    """Only the parts named, by the names of `CardChanges` and `PersonFacts`; her roles are for the
    brand's staff.

    Raises what `edit_customer` raises, and NotAllowed.
    """
    if "roles" in parts and actor.role not in BRAND_WIDE:
        raise NotAllowed
    hers = visible(actor).where(Customer.id == customer_id)
    card = uow.session.scalar(hers.with_for_update(of=Customer))
    if card is None:
        raise CustomerNotFound
    names = [part.name for part in fields(CardChanges) if part.name not in {"roles", "facts"}]
    there = {name: getattr(card, name) for name in names}
    told = dict(parts)
    known = {part.name: getattr(card, part.name) for part in fields(PersonFacts)}
    facts = PersonFacts(**{name: told.pop(name, value) for name, value in known.items()})
    edit_customer(uow, actor, customer_id, CardChanges(**there | told, facts=facts))


def mark_host(
    uow: UnitOfWork, customer_ids: Iterable[UUID], found: Select[UUID] | None = None
) -> None:
    """Whose first meeting has been held is a host from then on; `found` asks for more of them."""
    _give(uow, customer_ids, HOST, found)


def name_seller(uow: UnitOfWork, customer_id: UUID) -> None:
    """Who has become a seller keeps her card."""
    _give(uow, [customer_id], SELLER)


def _give(
    uow: UnitOfWork, customer_ids: Iterable[UUID], role: str, found: Select[UUID] | None = None
) -> None:
    whose = Customer.id.in_(sorted(set(customer_ids)))
    uow.session.execute(
        update(Customer)
        .where(
            whose if found is None else whose | Customer.id.in_(found),
            ~Customer.roles.contains([role]),
        )
        .values(roles=func.array_append(Customer.roles, role))
        .execution_options(synchronize_session=False)
    )


def _wanted(actor: Actor, card: Customer, changes: CardChanges) -> dict[str, Any]:
    wanted = {part.name: getattr(changes, part.name) for part in fields(changes)}
    roles, facts = wanted.pop("roles"), wanted.pop("facts")
    if facts is not None:
        wanted |= asdict(facts)
    if roles is not None and actor.role in BRAND_WIDE:
        must_be_own_roles(roles)
        wanted["roles"] = list(with_given(tuple(card.roles), roles))
    return wanted


def must_be_own_roles(roles: tuple[str, ...]) -> None:
    """Raises RoleIsGiven, TooManyRoles."""
    for role in roles:
        if is_given(role):
            raise RoleIsGiven(role=role)
    if len(roles) > MOST_ROLES:
        raise TooManyRoles(most=MOST_ROLES)


def _rewrite(uow: UnitOfWork, actor: Actor, card_id: UUID, told: dict[str, Any]) -> None:
    """Of two cards that take one address at once, one is told."""
    card = NewCustomer(**told | {"roles": tuple(told["roles"])})
    statement = update(Customer).where(Customer.id == card_id).values(**row_of(card, card_id))
    try:
        with uow.session.begin_nested():
            uow.session.execute(statement)
    except IntegrityError as error:
        if "uq_customers_email" not in str(error.orig):
            raise
        raise _already_exists(uow, actor, card.email or "") from None


def _is_there(uow: UnitOfWork, card_id: UUID) -> bool:
    return uow.session.get(Customer, (uow.brand_id, card_id)) is not None


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
        found = customer(uow.session, actor, existing).id if existing else None
    except CustomerNotFound:
        found = None
    return CustomerAlreadyExists(email, found) if found else CustomerStandsElsewhere(email, None)
