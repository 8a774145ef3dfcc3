"""Files of customers: who is new, who is known, and who shares an address with somebody else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import people_of_team
from app.customers import queries
from app.customers.domain import GIVEN, own_roles, searchable, with_given
from app.customers.errors import CardIsAnothers, CardNotKnown, SellerNotKnown
from app.customers.queries import CustomerView, Wanted
from app.customers.schemas import CustomerRow
from app.customers.services import NewCustomer
from app.customers.services.cards import must_be_own_roles
from app.customers.services.filing import Filed, save_cards
from app.imports.checking import BadCell, Row, missing_for_new
from app.imports.kinds import Comparison, Kind
from app.imports.layout import Column, Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.kernel.text import digits_key, identity_key, search_key
from app.kernel.words import N_

STAFF = frozenset({Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE})

CUSTOMER_LAYOUT = Layout(
    schema=CustomerRow,
    key=("email",),
    columns=(
        Column("first_name", N_("First name"), ("Léa", "Inès")),
        Column("last_name", N_("Last name"), ("Martin", "Lefèvre")),
        Column(
            "email",
            N_("E-mail address"),
            ("lea.martin@example.org", ""),
            N_("Tells people apart: one address, one card."),
        ),
        Column("phone", N_("Telephone"), ("06 12 34 56 78", "")),
        Column("address", N_("Address"), ("12 rue des Lilas", "")),
        Column("postcode", N_("Postcode"), ("69003", "")),
        Column("city", N_("City"), ("Lyon", "Nantes")),
        Column("country", N_("Country"), ("FR", ""), N_("Two letters; blank: FR.")),
        Column("language", N_("Language"), ("fr", ""), N_("Of the mails sent; blank: fr.")),
        Column(
            "roles",
            N_("Roles"),
            ("VIP, Ambassadrice", ""),
            N_("Your own words, separated by commas."),
        ),
        Column("birth_date", N_("Date of birth"), ("17/05/1984", "")),
        Column(
            "professional",
            N_("Professional"),
            ("no", "yes"),
            N_("Yes or no; blank: as it is, and not known of a new card."),
        ),
        Column(
            "seller",
            N_("Seller"),
            ("", ""),
            N_("The address the seller signs in with; blank: as it is."),
        ),
        Column(
            "identifier",
            N_("Identifier"),
            ("", ""),
            N_("As an export gives it; blank: found by the address or, without one, the name."),
        ),
    ),
)
KEPT = tuple(part.name for part in fields(NewCustomer) if part.name != "key")


@dataclass(frozen=True, slots=True)
class Known:
    """The cards that rows may mean, and the sellers they may name."""

    by_id: dict[UUID, CustomerView]
    by_email: dict[str, CustomerView]
    by_name: dict[tuple[str, str], CustomerView]
    sellers: dict[str, UUID]
    principals: dict[UUID, UUID]


def compare_customers(uow: UnitOfWork, _actor: Actor, rows: Sequence[Row]) -> Comparison:
    known = _known(uow.session, rows)
    created, updated, unchanged, bad = [], [], [], []
    meant: dict[UUID, int] = {}
    for row in rows:
        there, wrong = _meant(row, known)
        wrong = wrong or list(_problems(row, there, known, meant))
        if wrong:
            bad += wrong
            continue
        filed = _filed(row, there, known)
        if there is None:
            created.append(replace(row, values=filed))
        elif _is_so(filed):
            unchanged.append(row)
        else:
            updated.append(replace(row, values=filed))
    return Comparison(tuple(created), tuple(updated), tuple(unchanged), tuple(bad))


def write_customers(uow: UnitOfWork, actor: Actor, found: Comparison, *, clock: Clock) -> None:
    filed = [row.values for row in (*found.created, *found.updated)]
    save_cards(uow, actor, filed, clock=clock)


def all_customers(uow: UnitOfWork, actor: Actor) -> Iterable[Mapping[str, Any]]:
    return customer_rows(uow.session, queries.cards(uow.session, actor, Wanted()))


def customer_rows(session: Session, cards: Sequence[CustomerView]) -> Iterator[Mapping[str, Any]]:
    """As the same columns read them back. Two statements."""
    principals = queries.principals(session, [card.id for card in cards])
    addresses = {person.seller_id: person.email for person in people_of_team(session)}
    for card in cards:
        yield {
            "identifier": str(card.id),
            "first_name": card.first_name,
            "last_name": card.last_name,
            "email": card.email,
            "phone": card.phone,
            "address": card.address,
            "postcode": card.postcode,
            "city": card.city,
            "country": card.country,
            "language": card.locale,
            "roles": ", ".join(role for role in card.roles if role not in GIVEN),
            "birth_date": card.birth_date,
            "professional": card.professional,
            "seller": addresses.get(principals[card.id]) if card.id in principals else None,
        }


# ---------------------------------------------------------------- which card a row means


def _known(session: Session, rows: Sequence[Row]) -> Known:
    """Four statements, however many rows."""
    told = [row.values for row in rows]
    cards = queries.cards_alike(
        session,
        [values["identifier"] for values in told if values.get("identifier")],
        [identity_key(values["email"]) for values in told if values.get("email")],
        [_name_key(values) for values in told if not values.get("email")],
    )
    return Known(
        by_id={card.id: card for card in cards},
        by_email={identity_key(card.email): card for card in cards if card.email},
        by_name={_full_name(card): card for card in cards if not card.email},
        sellers={
            identity_key(one.email): one.seller_id
            for one in people_of_team(session)
            if one.seller_id
        },
        principals=queries.principals(session, [card.id for card in cards]),
    )


def _meant(row: Row, known: Known) -> tuple[CustomerView | None, list[BadCell]]:
    values = row.values
    card_id, email = values.get("identifier"), values.get("email")
    holder = known.by_email.get(identity_key(email)) if email else None
    if card_id:
        card = known.by_id.get(card_id)
        if card is None:
            return None, [row.bad("identifier", CardNotKnown())]
        return card, _anothers(row, holder, card)
    if holder is not None:
        named = search_key(f"{values.get('first_name', '')} {values.get('last_name', '')}")
        is_she = not named or named == search_key(holder.name)
        return holder, [] if is_she else _anothers(row, holder, None)
    if email:
        return None, []
    return known.by_name.get((_name_key(values), digits_key(values.get("phone") or ""))), []


def _anothers(row: Row, holder: CustomerView | None, card: CustomerView | None) -> list[BadCell]:
    if holder is None or holder == card:
        return []
    return [row.bad("email", CardIsAnothers(name=holder.name, identifier=str(holder.id)))]


def _problems(
    row: Row, there: CustomerView | None, known: Known, meant: dict[UUID, int]
) -> Iterator[BadCell]:
    values = row.values
    if there is None:
        yield from missing_for_new(CUSTOMER_LAYOUT, row)
    elif meant.setdefault(there.id, row.line) != row.line:
        told = (N_("Line %(line)s of this file already tells this."), {"line": meant[there.id]})
        yield row.bad("identifier", told)
    if values.get("seller") and identity_key(values["seller"]) not in known.sellers:
        yield row.bad("seller", SellerNotKnown(email=values["seller"]))
    try:
        must_be_own_roles(own_roles(values.get("roles", "")))
    except Refused as refusal:
        yield row.bad("roles", refusal)


# ---------------------------------------------------------------- what it makes of the card


def _filed(row: Row, there: CustomerView | None, known: Known) -> Filed:
    told = {name: getattr(there, name) for name in KEPT} if there else {}
    given = {name: value for name, value in row.values.items() if name in KEPT}
    if "roles" in given:
        before = there.roles if there else ()
        given["roles"] = with_given(before, own_roles(given["roles"]))
    return NewCustomer(**told | given), there, _new_seller(row, there, known)


def _new_seller(row: Row, there: CustomerView | None, known: Known) -> UUID | None:
    """Whose she becomes; None when that stays as it is."""
    named = row.values.get("seller")
    seller_id = known.sellers[identity_key(named)] if named else None
    is_hers = there is not None and known.principals.get(there.id) == seller_id
    return None if is_hers else seller_id


def _is_so(filed: Filed) -> bool:
    card, there, seller_id = filed
    same = all(getattr(card, name) == getattr(there, name) for name in KEPT)
    return same and seller_id is None


def _name_key(values: Mapping[str, Any]) -> str:
    names = values.get("first_name", ""), values.get("last_name", "")
    return searchable(*names, None, values.get("city", ""))


def _full_name(card: CustomerView) -> tuple[str, str]:
    return searchable(card.first_name, card.last_name, None, card.city), digits_key(
        card.phone or ""
    )


CUSTOMERS = Kind(
    name="customers",
    title=N_("Customers"),
    layout=CUSTOMER_LAYOUT,
    compare=compare_customers,
    write=write_customers,
    export=all_customers,
    roles=STAFF,
)
KINDS = (CUSTOMERS,)
