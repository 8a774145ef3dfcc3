"""Sellers' books: whose customer somebody is, and who else may see her."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.queries import accounts_of_sellers
from app.audit.services import masked, record
from app.customers.errors import BookIsHerOwn, CustomerNotFound
from app.customers.models import BookEntry, Customer
from app.customers.queries import BRAND_WIDE, customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id


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


def move_to_book(
    uow: UnitOfWork, actor: Actor, customer_id: UUID, seller_id: UUID, *, keep: bool = False
) -> None:
    """Her principal seller from now on. The one before no longer sees her, unless `keep`.

    What was sold stays with who sold it. Raises CustomerNotFound.
    """
    before = _held(uow, actor, customer_id)
    if before == seller_id:
        return
    hers = (BookEntry.customer_id == customer_id, BookEntry.principal)
    if keep:
        uow.session.execute(update(BookEntry).where(*hers).values(principal=False))
    else:
        uow.session.execute(delete(BookEntry).where(*hers))
    add_to_book(uow, seller_id, customer_id)
    make_principal(uow, seller_id, customer_id)
    names = _names(uow, [seller_id, *([before] if before else [])])
    told = {"seller": names.get(before)}, {"seller": names.get(seller_id), "kept": keep}
    record(uow, actor, "customer.move", "customer", customer_id, *told)


def follow_sale(uow: UnitOfWork, actor: Actor, customer_id: UUID, seller_id: UUID) -> None:
    """Who sold to her last is her principal seller from now on; whoever was before keeps seeing
    the card. Twice is once. Raises CustomerNotFound."""
    move_to_book(uow, actor, customer_id, seller_id, keep=True)


def share_with(uow: UnitOfWork, actor: Actor, customer_id: UUID, seller_id: UUID) -> None:
    """Another seller who may see her too. Raises CustomerNotFound."""
    _held(uow, actor, customer_id)
    add_to_book(uow, seller_id, customer_id)
    after = {"seller": _names(uow, [seller_id]).get(seller_id)}
    record(uow, actor, "customer.share", "customer", customer_id, after=after)


def take_from_book(uow: UnitOfWork, actor: Actor, customer_id: UUID, seller_id: UUID) -> None:
    """This seller no longer sees her; without a principal seller the brand looks after her.

    Raises CustomerNotFound.
    """
    _held(uow, actor, customer_id)
    gone = uow.session.scalar(
        delete(BookEntry)
        .where(BookEntry.customer_id == customer_id, BookEntry.seller_id == seller_id)
        .returning(BookEntry.id)
    )
    if gone:
        before = {"seller": _names(uow, [seller_id]).get(seller_id)}
        record(uow, actor, "customer.unshare", "customer", customer_id, before)


def move_book(uow: UnitOfWork, actor: Actor, from_id: UUID, to_id: UUID, *, but: UUID) -> int:
    """All whose principal seller one was become the other's; how many. `but` is her own card.

    The same statements whatever the size of the book.
    """
    if actor.role not in BRAND_WIDE:
        raise NotAllowed
    if from_id == to_id:
        raise BookIsHerOwn
    mine = (BookEntry.seller_id == from_id, BookEntry.principal, BookEntry.customer_id != but)
    moved = list(uow.session.scalars(select(BookEntry.customer_id).where(*mine).with_for_update()))
    if not moved:
        return 0
    theirs = (BookEntry.seller_id == to_id, BookEntry.customer_id.in_(moved))
    uow.session.execute(delete(BookEntry).where(*theirs))
    uow.session.execute(update(BookEntry).where(*mine).values(seller_id=to_id))
    after = {"seller": _names(uow, [to_id]).get(to_id), "number": len(moved)}
    record(uow, actor, "seller.move_book", "seller", from_id, after=after)
    return len(moved)


def _held(uow: UnitOfWork, actor: Actor, customer_id: UUID) -> UUID | None:
    """Her principal seller, while nobody else moves her."""
    customer(uow.session, actor, customer_id)
    if actor.role not in BRAND_WIDE:
        raise NotAllowed
    standing = (Customer.id == customer_id, Customer.merged_into_id.is_(None))
    locked = select(Customer.id).where(*standing).with_for_update()
    if uow.session.scalar(locked) is None:
        raise CustomerNotFound
    chief = select(BookEntry.seller_id).where(
        BookEntry.customer_id == customer_id, BookEntry.principal
    )
    return uow.session.scalar(chief)


def _names(uow: UnitOfWork, seller_ids: Sequence[UUID]) -> dict[UUID | None, str]:
    """As the log tells them: two of one name have different addresses."""
    found = accounts_of_sellers(uow.session, uow.brand_id, seller_ids)
    return {one: f"{who.display_name} ({masked(who.email)})" for one, who in found.items()}


def make_principal(uow: UnitOfWork, seller_id: UUID, customer_id: UUID) -> None:
    uow.session.execute(
        update(BookEntry)
        .where(BookEntry.customer_id == customer_id, BookEntry.seller_id == seller_id)
        .values(principal=True)
    )
