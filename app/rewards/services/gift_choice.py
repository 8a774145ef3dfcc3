"""Choosing a gift: one unit from stock onto a gift order, once, however many try.

Locks: meeting, claim, order, stock. Two people may want the last unit at the same time; the one
who comes second learns that it is gone and keeps her claim.
"""

from dataclasses import dataclass
from uuid import UUID

from app.audit.services import record
from app.brands.queries import this_brand
from app.catalog import services as stock
from app.catalog.errors import OutOfStock
from app.catalog.queries import ProductView
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.orders import services as orders
from app.orders.domain.parcels import OWN_PARCEL, Parcel
from app.orders.queries import orders_not_shipped
from app.rewards.errors import (
    GiftAlreadyChosen,
    GiftGone,
    NotAmongTheChoices,
    ParcelNotOffered,
)
from app.rewards.models import ClaimStatus, GiftClaim
from app.rewards.queries.shelf import Shelf
from app.rewards.services.gift_claims import (
    acting,
    enter,
    locked,
    must_be_in_time,
    must_be_open,
    shelf_of,
)


@dataclass(frozen=True, slots=True)
class GiftChosen:
    claim_id: UUID
    order_id: UUID
    product_id: UUID
    product_name: str


@dataclass(frozen=True, slots=True)
class GiftWish:
    product_id: UUID
    instead_of: UUID | None = None
    """What she had chosen, and sees when she changes her mind."""
    parcel: Parcel | None = None
    """None: as before, or by itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """On whose order, in which parcel, and what goes back on the shelf for it."""

    seller_id: UUID
    parcel: Parcel = OWN_PARCEL
    given_up: UUID | None = None


def choose_gift(
    uow: UnitOfWork, actor: Actor, claim_id: UUID, wish: GiftWish | UUID, *, clock: Clock
) -> GiftChosen:
    """Put the product on the winner's gift order. Choosing the same one again changes nothing.

    Raises NotFound, GiftAlreadyChosen, GiftNoLongerOffered, NotAmongTheChoices, GiftGone,
    ParcelNotOffered.
    """
    wish = wish if isinstance(wish, GiftWish) else GiftWish(wish)
    _, seller_id = enter(uow, actor, claim_id)
    held = locked(uow, claim_id)
    shelf = shelf_of(uow, claim_id)
    product = _wanted(shelf, held, wish.product_id)
    if held.product_id == product.id and held.order_id and wish.instead_of is None:
        return GiftChosen(held.id, held.order_id, product.id, product.name)
    way = _way(uow, held, wish, seller_id, clock)
    if wish.parcel:
        _must_be_offered(uow, actor, held, wish.parcel)
    if way.given_up:
        held.open_again()
        uow.session.flush()
        orders.withdraw_gifts(uow, acting(actor), [held.id], clock=clock)
    return put_on_order(uow, actor, held, shelf, product, way, clock=clock)


def _wanted(shelf: Shelf, held: GiftClaim, product_id: UUID) -> ProductView:
    """What she has chosen already may be asked for again whatever became of it."""
    everything = [*shelf.choices, *shelf.substitutes]
    allowed = everything if held.product_id == product_id else shelf.offered
    for product in allowed:
        if product.id == product_id:
            return product
    raise NotAmongTheChoices


def _way(uow: UnitOfWork, held: GiftClaim, wish: GiftWish, seller_id: UUID, clock: Clock) -> Way:
    """What goes back on the shelf is only what she knows she had chosen, and while the gift order
    is a draft."""
    if held.status != ClaimStatus.CHOSEN or wish.instead_of is None:
        must_be_open(held, clock())
        return Way(seller_id, wish.parcel or OWN_PARCEL)
    must_be_in_time(held, clock())
    before = orders.hold_draft_parcel(uow, held.id)
    if held.product_id != wish.instead_of or before is None:
        raise GiftAlreadyChosen
    return Way(seller_id, wish.parcel or before, held.product_id)


def _must_be_offered(uow: UnitOfWork, actor: Actor, held: GiftClaim, parcel: Parcel) -> None:
    """Raises ParcelNotOffered when the brand does not allow it, or that order has left."""
    settings = this_brand(uow.session).settings
    if parcel.is_host and not (held.meeting_id and settings.gifts_with_host == "yes"):
        raise ParcelNotOffered
    if parcel.order_id is None:
        return
    leaving = orders_not_shipped(uow.session, held.customer_id, actor.seller_id)
    if settings.gifts_with_orders != "yes" or parcel.order_id not in {one.id for one in leaving}:
        raise ParcelNotOffered


def put_on_order(
    uow: UnitOfWork,
    actor: Actor,
    held: GiftClaim,
    shelf: Shelf,
    product: ProductView,
    way: Way,
    *,
    clock: Clock,
) -> GiftChosen:
    """With the claim locked, and whatever is before it. Raises GiftGone."""
    kept = way.given_up == product.id
    if not kept and not shelf.can_be_had(product):
        raise GiftGone(name=product.name)
    order = orders.gift_order_for(
        uow,
        acting(actor),
        customer_id=held.customer_id,
        meeting_id=held.meeting_id,
        seller_id=way.seller_id,
        parcel=way.parcel,
        clock=clock,
    )
    if not kept:
        _move_stock(uow, product, way.given_up)
    orders.add_gift_line(uow, order, product, held.id)  # after: the line's key holds the product
    held.choose(product.id, order.id, clock(), actor.label)
    uow.session.flush()
    chosen = {"product": product.reference, "order_id": order.id}
    record(uow, actor, "gift.choose", "claim", held.id, after=chosen)
    return GiftChosen(held.id, order.id, product.id, product.name)


def _move_stock(uow: UnitOfWork, product: ProductView, given_up: UUID | None) -> None:
    try:
        if given_up:
            stock.exchange_stock(uow, given_up, product.id)
        else:
            stock.take_stock(uow, {product.id: 1})
    except OutOfStock:
        raise GiftGone(name=product.name) from None
