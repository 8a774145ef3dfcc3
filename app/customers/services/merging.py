"""Two cards of one person: what customers itself keeps of the one moves to the other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.customers.errors import CardsAreOne, CardWasMerged, CustomerNotFound
from app.customers.models import BookEntry, ConsentEntry, Customer, CustomerNote
from app.customers.queries import BRAND_WIDE, principals
from app.customers.services.books import make_principal
from app.customers.services.cards import NewCustomer, row_of
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id

REACHED = ("email", "phone")
LIVES = ("address", "postcode", "city", "country")


@dataclass(frozen=True, slots=True)
class Moved:
    notes: int
    consents: int


def hold_pair(uow: UnitOfWork, actor: Actor, kept_id: UUID, emptied_id: UUID) -> bool:
    """Both cards, until the transaction ends. False: they were put together already.

    Raises NotAllowed, CardsAreOne, CustomerNotFound, CardWasMerged.
    """
    if actor.role not in BRAND_WIDE:
        raise NotAllowed
    if kept_id == emptied_id:
        raise CardsAreOne
    pair = (
        select(Customer)
        .where(Customer.id.in_([kept_id, emptied_id]))
        .order_by(Customer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {card.id: card for card in uow.session.scalars(pair)}
    if len(found) < len((kept_id, emptied_id)):
        raise CustomerNotFound
    if found[emptied_id].merged_into_id == kept_id:
        return False
    if any(card.merged_into_id for card in found.values()):
        raise CardWasMerged
    return True


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID, *, clock: Clock) -> Moved:
    """Notes, answers and books, then the card itself: what the kept one lacks is taken from the
    other, which is empty afterwards and says where its things went."""
    notes = update(CustomerNote).where(CustomerNote.customer_id == from_id)
    moved = uow.session.execute(notes.values(customer_id=to_id).returning(CustomerNote.id)).all()
    consents = _copy_consents(uow, from_id, to_id)
    _move_books(uow, from_id, to_id)
    _move_card(uow, from_id, to_id, clock=clock)
    return Moved(len(moved), consents)


def _copy_consents(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> int:
    """Answers are never altered: they are said again of the kept card, as of the day they were
    given, so that of both cards the last answer counts."""
    theirs = select(ConsentEntry).where(ConsentEntry.customer_id == from_id)
    entries = list(uow.session.scalars(theirs.order_by(ConsentEntry.id)))
    uow.session.add_all(
        ConsentEntry(
            brand_id=uow.brand_id,
            id=new_id(),
            customer_id=to_id,
            channel=entry.channel,
            given=entry.given,
            text_version=entry.text_version,
            locale=entry.locale,
            user_id=entry.user_id,
            at=entry.at,
        )
        for entry in entries
    )
    return len(entries)


def _move_books(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """Whoever saw one of them sees the kept one; its principal seller stays, if it has one."""
    chiefs = principals(uow.session, [from_id, to_id])
    theirs = BookEntry.customer_id == from_id
    known = select(BookEntry.seller_id).where(BookEntry.customer_id == to_id)
    plain: dict[str, Any] = {"synchronize_session": False}
    for statement in (
        update(BookEntry).where(theirs).values(principal=False),
        delete(BookEntry).where(theirs, BookEntry.seller_id.in_(known)),
        update(BookEntry).where(theirs).values(customer_id=to_id),
    ):
        uow.session.execute(statement.execution_options(**plain))
    if to_id not in chiefs and from_id in chiefs:
        make_principal(uow, chiefs[from_id], to_id)


def _move_card(uow: UnitOfWork, from_id: UUID, to_id: UUID, *, clock: Clock) -> None:
    emptied = uow.session.get_one(Customer, (uow.brand_id, from_id))
    kept = uow.session.get_one(Customer, (uow.brand_id, to_id))
    told = _together(kept, emptied)
    since = min(kept.created_at, emptied.created_at)
    bare = NewCustomer(emptied.first_name, emptied.last_name, locale=emptied.locale)
    merged = {"merged_into_id": to_id, "merged_at": clock()}
    _write(uow, from_id, row_of(bare, from_id) | merged)
    _write(uow, to_id, row_of(told, to_id) | {"created_at": since})
    earlier = update(Customer).where(Customer.merged_into_id == from_id)
    uow.session.execute(earlier.values(merged_into_id=to_id))


def _together(kept: Customer, emptied: Customer) -> NewCustomer:
    told = {name: getattr(kept, name) for name in ("first_name", "last_name", "locale")}
    told |= {name: getattr(kept, name) or getattr(emptied, name) for name in REACHED}
    home = kept if kept.address or kept.postcode or kept.city else emptied
    told |= {name: getattr(home, name) for name in LIVES}
    roles = tuple(dict.fromkeys([*kept.roles, *emptied.roles]))
    told["birth_date"] = kept.birth_date or emptied.birth_date
    told["professional"] = emptied.professional if kept.professional is None else kept.professional
    return NewCustomer(**told, roles=roles)


def _write(uow: UnitOfWork, card_id: UUID, values: dict[str, Any]) -> None:
    uow.session.execute(update(Customer).where(Customer.id == card_id).values(**values))


def counts(uow: UnitOfWork, customer_id: UUID) -> Moved:
    """What would be moved."""
    found = [
        uow.session.scalar(
            select(func.count()).select_from(model).where(model.customer_id == customer_id)
        )
        or 0
        for model in (CustomerNote, ConsentEntry)
    ]
    return Moved(*found)
