"""Cards written by the file: few statements, however many rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from app.customers.models import BookEntry, Customer
from app.customers.queries import CustomerView
from app.customers.services.books import move_to_book
from app.customers.services.cards import NewCustomer, row_of
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import Conflict
from app.kernel.ids import new_id

Filed = tuple[NewCustomer, CustomerView | None, UUID | None]
"""The card as it should be, the one that is there, whose customer she becomes."""


def save_cards(uow: UnitOfWork, actor: Actor, filed: Sequence[Filed], *, clock: Clock) -> None:
    """Raises Conflict when somebody took one of the addresses meanwhile."""
    new = [(new_id(), card, seller_id) for card, there, seller_id in filed if there is None]
    known = [(card, there, seller_id) for card, there, seller_id in filed if there is not None]
    brand = {"brand_id": uow.brand_id}
    try:
        if known:
            changed = [brand | row_of(card, there.id) for card, there, _ in known]
            uow.session.execute(update(Customer), changed)
        if new:
            now = {"created_at": clock()}
            uow.session.execute(
                insert(Customer), [brand | now | row_of(card, card_id) for card_id, card, _ in new]
            )
    except IntegrityError:
        raise Conflict from None
    entries = [_entry(brand, card_id, seller_id) for card_id, _, seller_id in new if seller_id]
    if entries:
        uow.session.execute(insert(BookEntry), entries)
    for _, there, seller_id in known:
        if seller_id:
            move_to_book(uow, actor, there.id, seller_id)


def _entry(brand: dict[str, Any], customer_id: UUID, seller_id: UUID) -> dict[str, Any]:
    named = {"id": new_id(), "customer_id": customer_id, "seller_id": seller_id}
    return brand | named | {"principal": True}
