"""Reads of customer cards. A seller sees her own book, the holder of a link herself only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.orm import Session

from app.customers.domain import FEWEST_DIGITS, GIVEN, Channel, sought
from app.customers.errors import CustomerNotFound
from app.customers.models import BookEntry, ConsentEntry, Customer, CustomerNote
from app.kernel.actor import Actor, Role
from app.kernel.text import containing, digits_key, identity_key, search_key

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
    birth_date: date | None = None
    professional: bool | None = None
    """None: nobody has said."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cards; everything left out is not asked about."""

    text: str = ""
    role: str = ""
    seller_id: UUID | None = None
    """In whose book, as principal or not."""
    since: datetime | None = None
    until: datetime | None = None
    """This instant itself no longer."""


@dataclass(frozen=True, slots=True)
class BookView:
    seller_id: UUID
    principal: bool


@dataclass(frozen=True, slots=True)
class NoteView:
    id: UUID
    user_id: UUID | None
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentView:
    channel: Channel
    given: bool
    text_version: str
    locale: str
    user_id: UUID | None
    at: datetime


ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (Customer.search_key, Customer.id),
    "-name": (Customer.search_key.desc(), Customer.id.desc()),
    "city": (func.lower(Customer.city), Customer.search_key, Customer.id),
    "-city": (func.lower(Customer.city).desc(), Customer.search_key, Customer.id),
    "since": (Customer.created_at, Customer.id),
    "-since": (Customer.created_at.desc(), Customer.id.desc()),
}


def customer(session: Session, actor: Actor, customer_id: UUID) -> CustomerView:
    """Raises CustomerNotFound, also for somebody else's customer."""
    found = session.scalar(visible(actor).where(Customer.id == customer_id))
    if found is None:
        raise CustomerNotFound
    return _view(found)


def held(session: Session, actor: Actor, customer_id: UUID) -> CustomerView:
    """The same for whoever is about to refer to her: until the transaction ends, nobody puts her
    card together with another one. Raises CustomerNotFound."""
    statement = visible(actor).where(Customer.id == customer_id)
    found = session.scalar(statement.with_for_update(of=Customer, read=True, key_share=True))
    if found is None:
        raise CustomerNotFound
    return _view(found)


def standing(session: Session, customer_id: UUID) -> UUID:
    """The card that stands for this one now: another one, if they were put together."""
    return merged(session, [customer_id]).get(customer_id, customer_id)


def merged(session: Session, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of these cards, those that were put together with another one: which stands for each."""
    emptied = (Customer.id.in_(sorted(set(ids))), Customer.merged_into_id.is_not(None))
    found = session.execute(select(Customer.id, Customer.merged_into_id).where(*emptied))
    return {row[0]: row[1] for row in found if row[1]}


def search(
    session: Session, actor: Actor, text: str, limit: int = 20, *, offset: int = 0
) -> tuple[CustomerView, ...]:
    """Customers whose names, address, city or telephone hold what was typed, by name."""
    return cards(session, actor, Wanted(text), limit=limit, offset=offset)


def count(session: Session, actor: Actor, text: str = "") -> int:
    """How many `search` would find without a limit."""
    return how_many(session, actor, Wanted(text))


def cards(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    sort: str = "name",
    limit: int | None = None,
    offset: int = 0,
) -> tuple[CustomerView, ...]:
    """One statement."""
    statement = _wanted(actor, wanted).order_by(*ORDERS[sort]).limit(limit).offset(offset)
    return tuple(_view(found) for found in session.scalars(statement))


def how_many(session: Session, actor: Actor, wanted: Wanted) -> int:
    matching = _wanted(actor, wanted).with_only_columns(Customer.id).subquery()
    return session.scalar(select(func.count()).select_from(matching)) or 0


def cards_alike(
    session: Session, ids: Iterable[UUID], email_keys: Iterable[str], search_keys: Iterable[str]
) -> tuple[CustomerView, ...]:
    """For files: with one of these ids or addresses or, of those without an address, found by
    exactly this. One statement."""
    nameless = Customer.email_key.is_(None) & Customer.search_key.in_(sorted(set(search_keys)))
    by_key = Customer.email_key.in_(sorted(set(email_keys)))
    wanted = or_(Customer.id.in_(sorted(set(ids))), by_key, nameless)
    statement = select(Customer).where(wanted, Customer.merged_into_id.is_(None))
    return tuple(_view(found) for found in session.scalars(statement))


def card_named(session: Session, email: str, last_name: str) -> CustomerView | None:
    """For whoever knows both of somebody else; None when they do not go together."""
    hers = Customer.email_key == identity_key(email), Customer.merged_into_id.is_(None)
    found = session.scalar(select(Customer).where(*hers))
    if found is None or search_key(found.last_name) != search_key(last_name):
        return None
    return _view(found)


def own_roles(session: Session) -> tuple[str, ...]:
    """The words the brand has given roles of its own, for filters and suggestions."""
    each = select(func.unnest(Customer.roles).label("role")).subquery()
    statement = select(each.c.role).distinct().where(each.c.role.not_in(GIVEN))
    return tuple(session.scalars(statement.order_by(each.c.role)))


def book_of(session: Session, customer_id: UUID) -> tuple[BookView, ...]:
    """In whose books she stands, her principal seller first."""
    statement = (
        select(BookEntry.seller_id, BookEntry.principal)
        .where(BookEntry.customer_id == customer_id)
        .order_by(BookEntry.principal.desc(), BookEntry.seller_id)
    )
    return tuple(BookView(*row) for row in session.execute(statement))


def principals(session: Session, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whose customers these are, by customer; nobody's are missing."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement = select(BookEntry.customer_id, BookEntry.seller_id).where(
        BookEntry.customer_id.in_(wanted), BookEntry.principal
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def own_customer_ids(actor: Actor) -> Select[UUID]:
    """Those whose principal seller the actor is."""
    return select(BookEntry.customer_id).where(
        BookEntry.seller_id == actor.seller_id, BookEntry.principal
    )


def book_sizes(session: Session) -> dict[UUID, int]:
    """How many cards stand in each seller's book, her own among them."""
    statement = select(BookEntry.seller_id, func.count()).group_by(BookEntry.seller_id)
    return {row[0]: row[1] for row in session.execute(statement)}


def notes(session: Session, customer_id: UUID, limit: int = 50) -> tuple[NoteView, ...]:
    """Newest first. For whoever was shown to see the card."""
    statement = (
        select(CustomerNote.id, CustomerNote.user_id, CustomerNote.text, CustomerNote.written_at)
        .where(CustomerNote.customer_id == customer_id)
        .order_by(CustomerNote.id.desc())
        .limit(limit)
    )
    return tuple(NoteView(*row) for row in session.execute(statement))


def consent_log(session: Session, customer_id: UUID) -> tuple[ConsentView, ...]:
    """Every answer, newest first. For whoever was shown to see the card."""
    statement = (
        select(ConsentEntry)
        .where(ConsentEntry.customer_id == customer_id)
        .order_by(ConsentEntry.at.desc(), ConsentEntry.id.desc())
    )
    return tuple(_consent(entry) for entry in session.scalars(statement))


def consents(session: Session, customer_id: UUID) -> dict[Channel, ConsentView]:
    """The answers in force; a channel without one was never agreed to."""
    log = consent_log(session, customer_id)
    return {entry.channel: entry for entry in reversed(log)}


def people(session: Session, ids: Iterable[UUID]) -> dict[UUID, PersonView]:
    """For other packages, which have seen to it that the actor may know these people."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement = select(
        Customer.id, Customer.first_name, Customer.last_name, Customer.email, Customer.locale
    ).where(Customer.id.in_(wanted))
    return {row[0]: PersonView(*row) for row in session.execute(statement)}


def views(session: Session, ids: Iterable[UUID]) -> dict[UUID, CustomerView]:
    """Whole cards for packages to the right, which have seen to it that they may know."""
    found = session.scalars(select(Customer).where(Customer.id.in_(sorted(set(ids)))))
    return {one.id: _view(one) for one in found}


CARDS = select(
    Customer.brand_id,
    Customer.id,
    Customer.roles,
    Customer.professional,
    Customer.birth_date,
    Customer.created_at,
).subquery("cards")
"""For packages to the right, which read in one statement what else they know of these people."""


def visible(actor: Actor) -> Select[Any]:
    """The one place that says who sees which card. Emptied ones nobody does."""
    statement = select(Customer).where(Customer.merged_into_id.is_(None))
    if actor.role in BRAND_WIDE:
        return statement
    if actor.role is Role.SELLER and actor.seller_id:
        return statement.where(_in_book(actor.seller_id))
    if actor.customer_id:
        return statement.where(Customer.id == actor.customer_id)
    return statement.where(false())


def _in_book(seller_id: UUID) -> Any:
    return exists().where(BookEntry.customer_id == Customer.id, BookEntry.seller_id == seller_id)


def _wanted(actor: Actor, wanted: Wanted) -> Select[Any]:
    statement = _matching(visible(actor), wanted.text)
    if wanted.role:
        statement = statement.where(Customer.roles.contains([wanted.role]))
    if wanted.seller_id:
        statement = statement.where(_in_book(wanted.seller_id))
    if wanted.since:
        statement = statement.where(Customer.created_at >= wanted.since)
    if wanted.until:
        statement = statement.where(Customer.created_at < wanted.until)
    return statement


def _matching(statement: Select[Any], text: str) -> Select[Any]:
    """A telephone number is compared by its digits, however it is written."""
    words, digits = sought(text)
    if digits:
        words = ()
        by_phone = Customer.phone_key.like(containing(digits), escape="\\")
        by_words = Customer.search_key.like(containing(text.strip()), escape="\\")
        statement = statement.where(or_(by_phone, by_words))
    for word in words:
        statement = statement.where(_holds(word))
    return statement


def _holds(word: str) -> Any:
    found = Customer.search_key.like(containing(word), escape="\\")
    digits = digits_key(word)
    if len(digits) < FEWEST_DIGITS or not word.lstrip("+").isdigit():
        return found
    return or_(found, Customer.phone_key.like(containing(digits), escape="\\"))


def _consent(entry: ConsentEntry) -> ConsentView:
    return ConsentView(
        channel=Channel(entry.channel),
        given=entry.given,
        text_version=entry.text_version,
        locale=entry.locale,
        user_id=entry.user_id,
        at=entry.at,
    )


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
        birth_date=found.birth_date,
        professional=found.professional,
    )
