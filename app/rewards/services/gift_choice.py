"""Choosing a gift: one unit from stock onto a gift order, once, however many try.

Locks: meeting, claim, order, stock. Two people may want the last unit at the same time; the one
who comes second learns that it is gone and keeps her claim.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.audit.services import record
from app.catalog import queries as catalog
from app.catalog import services as stock
from app.catalog.errors import OutOfStock
from app.catalog.queries import ProductView
from app.customers.queries import held as held_card
from app.customers.queries import principals
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.kernel.clock import Clock
from app.kernel.text import identity_key
from app.meetings.repository import locked_meeting
from app.orders import services as orders
from app.orders.queries import order_page
from app.rewards.errors import (
    GiftAlreadyChosen,
    GiftGone,
    GiftNeedsSeller,
    GiftNoLongerOffered,
    NotAmongTheChoices,
)
from app.rewards.models import ClaimStatus, GiftClaim
from app.rewards.queries import ClaimView, claim, grant, must_be_hers


@dataclass(frozen=True, slots=True)
class GiftChosen:
    claim_id: UUID
    order_id: UUID
    product_id: UUID
    product_name: str


def choose_gift(
    uow: UnitOfWork, actor: Actor, claim_id: UUID, product_id: UUID, *, clock: Clock
) -> GiftChosen:
    """Put the product on the winner's gift order. Choosing the same one again changes nothing.

    A customer's link may open another meeting than the one her gift comes from: once it is shown
    to be hers, it is put on the order in the platform's name.

    Raises NotFound, GiftAlreadyChosen, GiftNoLongerOffered, NotAmongTheChoices, GiftGone.
    """
    seen = claim(uow.session, claim_id)
    must_be_hers(actor, seen.customer_id)
    inside = system(actor.brand_id) if actor.role is Role.CUSTOMER else actor
    seller_id = _enter(uow, inside, seen)
    held = _locked(uow, claim_id)
    product = _offered(uow, held, product_id)
    if held.product_id == product.id and held.order_id:
        return GiftChosen(held.id, held.order_id, product.id, product.name)
    _must_be_open(held, clock())
    order_id = _onto_gift_order(uow, inside, held, product, seller_id, clock)
    held.status, held.product_id, held.order_id = ClaimStatus.CHOSEN, product.id, order_id
    held.chosen_at, held.chosen_by = clock(), actor.label
    uow.session.flush()
    chosen = {"product": product.reference, "order_id": order_id}
    record(uow, actor, "gift.choose", "claim", held.id, after=chosen)
    return GiftChosen(held.id, order_id, product.id, product.name)


def _enter(uow: UnitOfWork, actor: Actor, seen: ClaimView) -> UUID:
    """Through the meeting or the order the gift was won in, which also says whose order it
    becomes; of one given to her, or by a pot of hers, through her card."""
    if seen.meeting_id:
        return locked_meeting(uow.session, actor, seen.meeting_id).seller_id
    won = grant(uow.session, seen.grant_id) if seen.grant_id else None
    if won is None or won.scope_type == "pot":
        return _seller_of(uow, actor, seen.customer_id)
    return order_page(uow.session, actor, won.scope_id).order.seller_id


def _seller_of(uow: UnitOfWork, actor: Actor, customer_id: UUID) -> UUID:
    """Whoever chooses for her, else her principal seller. Raises CustomerNotFound,
    GiftNeedsSeller."""
    held_card(uow.session, actor, customer_id)
    seller_id = actor.seller_id or principals(uow.session, [customer_id]).get(customer_id)
    if seller_id is None:
        raise GiftNeedsSeller
    return seller_id


def _locked(uow: UnitOfWork, claim_id: UUID) -> GiftClaim:
    """A claim stands or falls with its order, hence at the orders' rank and before them."""
    return lock(uow.session, Rank.ORDER, GiftClaim, [claim_id])[0]


def _offered(uow: UnitOfWork, held: GiftClaim, product_id: UUID) -> ProductView:
    product = catalog.products(uow.session, [product_id]).get(product_id)
    offered = {identity_key(reference) for reference in held.choices}
    if product is None or identity_key(product.reference) not in offered:
        raise NotAmongTheChoices
    return product


def _must_be_open(held: GiftClaim, now: datetime) -> None:
    if held.status == ClaimStatus.CHOSEN:
        raise GiftAlreadyChosen
    if held.status != ClaimStatus.OPEN:
        raise GiftNoLongerOffered
    if held.choose_before is not None and now >= held.choose_before:
        raise GiftNoLongerOffered


def _onto_gift_order(
    uow: UnitOfWork,
    actor: Actor,
    held: GiftClaim,
    product: ProductView,
    seller_id: UUID,
    clock: Clock,
) -> UUID:
    if not product.active:
        raise GiftGone(name=product.name)
    order = orders.gift_order_for(
        uow,
        actor,
        customer_id=held.customer_id,
        meeting_id=held.meeting_id,
        seller_id=seller_id,
        clock=clock,
    )
    try:
        stock.take_stock(uow, {product.id: 1})
    except OutOfStock:
        raise GiftGone(name=product.name) from None
    orders.add_gift_line(uow, order, product, held.id)  # after: the line's key holds the product
    return order.id
