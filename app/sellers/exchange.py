"""Files of sellers: each new one gets a card, a book and an invitation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.errors import EmailTaken
from app.accounts.queries import people_of_team
from app.customers import queries as customers
from app.customers.errors import CardIsAnothers
from app.customers.queries import CustomerView
from app.customers.services import CardChanges
from app.imports.checking import BadCell, Row, missing_for_new
from app.imports.kinds import Comparison, Kind
from app.imports.layout import Column, Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.sellers import queries, services
from app.sellers.queries import SellerView
from app.sellers.schemas import PARTS, SellerRow
from app.sellers.services import NewSeller

SELLER_LAYOUT = Layout(
    schema=SellerRow,
    key=("email",),
    columns=(
        Column(
            "email",
            N_("E-mail address"),
            ("nadia.roux@example.org", "ines.faure@example.org"),
            N_("Where a new seller is invited to choose a password; tells sellers apart."),
        ),
        Column("first_name", N_("First name"), ("Nadia", "Inès")),
        Column("last_name", N_("Last name"), ("Roux", "Faure")),
        Column(
            "display_name",
            N_("Name shown"),
            ("", "Inès F."),
            N_("As customers know them; blank: first and last name."),
        ),
        Column("phone", N_("Telephone"), ("06 12 34 56 78", "")),
        Column("address", N_("Address"), ("12 rue des Lilas", "")),
        Column("postcode", N_("Postcode"), ("69003", "")),
        Column("city", N_("City"), ("Lyon", "Nantes")),
        Column("language", N_("Language"), ("fr", ""), N_("Of the mails sent; blank: fr.")),
        Column("active", N_("Active"), ("oui", ""), N_("No: they can no longer sign in.")),
    ),
)
OF_CARD = ("first_name", "last_name", "phone", "address", "postcode", "city", "locale")


@dataclass(frozen=True, slots=True)
class Filed:
    email: str
    told: Mapping[str, Any]
    there: SellerView | None
    card: CustomerView | None


@dataclass(frozen=True, slots=True)
class Known:
    sellers: dict[str, tuple[SellerView, CustomerView]]
    cards: dict[str, CustomerView]
    accounts: dict[str, UUID | None]


def compare_sellers(uow: UnitOfWork, _actor: Actor, rows: Sequence[Row]) -> Comparison:
    known = _known(uow.session, rows)
    created, updated, unchanged, bad = [], [], [], []
    for row in rows:
        key = identity_key(row.values["email"])
        seller, card = known.sellers.get(key, (None, None))
        wrong = [] if seller else list(_why_not(row, key, known))
        filed = Filed(row.values["email"], _told(row, seller, card), seller, card)
        if wrong:
            bad += wrong
        elif seller is None or card is None:
            created.append(replace(row, values=filed))
        elif filed.told == _of(seller, card):
            unchanged.append(row)
        else:
            updated.append(replace(row, values=filed))
    return Comparison(tuple(created), tuple(updated), tuple(unchanged), tuple(bad))


def write_sellers(uow: UnitOfWork, actor: Actor, found: Comparison, *, clock: Clock) -> None:
    """Row by row: a brand has dozens of sellers, and each gets an account."""
    for row in found.created:
        told = dict(row.values.told)
        active = told.pop("active", True)
        new = NewSeller(**told, email=row.values.email)
        seller_id = services.create_seller(uow, actor, new, clock=clock)
        if not active:
            services.suspend_seller(uow, actor, seller_id, clock=clock)
    for row in found.updated:
        _change(uow, actor, row.values, clock)


def all_sellers(uow: UnitOfWork, _actor: Actor) -> Iterable[Mapping[str, Any]]:
    found = queries.all_sellers(uow.session)
    cards = _cards(uow.session, found)
    for seller in found:
        told = _of(seller, cards[seller.customer_id])
        language = told.pop("locale")
        yield told | {"email": seller.user_email, "language": language}


def _known(session: Session, rows: Sequence[Row]) -> Known:
    """The same statements however many rows."""
    there = queries.all_sellers(session)
    cards = _cards(session, there)
    keys = [identity_key(row.values["email"]) for row in rows]
    alike = customers.cards_alike(session, [], keys, [])
    return Known(
        sellers={
            identity_key(one.user_email): (one, cards[one.customer_id])
            for one in there
            if one.user_email
        },
        cards={identity_key(card.email): card for card in alike if card.email},
        accounts={identity_key(one.email): one.seller_id for one in people_of_team(session)},
    )


def _cards(session: Session, found: Sequence[SellerView]) -> dict[UUID, CustomerView]:
    cards = customers.cards_alike(session, [one.customer_id for one in found], [], [])
    return {card.id: card for card in cards}


def _why_not(row: Row, key: str, known: Known) -> Iterator[BadCell]:
    yield from missing_for_new(SELLER_LAYOUT, row)
    if key in known.cards:
        card = known.cards[key]
        yield row.bad("email", CardIsAnothers(name=card.name, identifier=str(card.id)))
    elif key in known.accounts:
        yield row.bad("email", EmailTaken())


def _told(row: Row, seller: SellerView | None, card: CustomerView | None) -> dict[str, Any]:
    """The profile as it should be; her address is the key and stays."""
    there = _of(seller, card) if seller and card else {}
    given = {name: value for name, value in row.values.items() if name != "email"}
    told = there | given
    if not told.get("display_name"):
        names = told.get("first_name", ""), told.get("last_name", "")
        told["display_name"] = " ".join(names).strip()
    return told


def _of(seller: SellerView, card: CustomerView) -> dict[str, Any]:
    profile = {"display_name": seller.display_name, "active": seller.active}
    return {name: getattr(card, name) for name in OF_CARD} | profile


def _change(uow: UnitOfWork, actor: Actor, filed: Filed, clock: Clock) -> None:
    assert filed.there is not None
    assert filed.card is not None
    told, seller_id = filed.told, filed.there.id
    parts = {name: told.get(name, getattr(filed.card, name)) for name in PARTS}
    changes = CardChanges(**parts)
    services.edit_seller(uow, actor, seller_id, told["display_name"], changes)
    if told["active"]:
        services.restore_seller(uow, actor, seller_id)
    else:
        services.suspend_seller(uow, actor, seller_id, clock=clock)


SELLERS = Kind(
    name="sellers",
    title=N_("Sellers"),
    layout=SELLER_LAYOUT,
    compare=compare_sellers,
    write=write_sellers,
    export=all_sellers,
    roles=frozenset({Role.BRAND_ADMIN}),
    readers=frozenset({Role.CUSTOMER_SERVICE}),
)
KINDS = (SELLERS,)
