"""Drafts: begun for a customer, priced again at every change, deleted without a trace."""

from uuid import UUID

from sqlalchemy import and_, delete, or_, select

from app.catalog.queries import product_view
from app.customers.queries import held
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.orders.domain.asked import Asked, Delivery, Place
from app.orders.domain.parcels import OWN_PARCEL, Parcel
from app.orders.errors import GiftAddsItself, OrderNotFound, ProductNotForSale
from app.orders.models import (
    Channel,
    Kind,
    Order,
    OrderLine,
    OrderStatus,
    PaymentStatus,
    ShippingStatus,
    is_visible,
)
from app.orders.queries import AWAITS_PAYMENT
from app.orders.repository import locked_cart, locked_open_cart, part_from
from app.orders.services.lines import append_line, must_be_orderable
from app.orders.services.pricing import reprice


def new_cart(
    uow: UnitOfWork,
    actor: Actor,
    *,
    seller_id: UUID,
    customer_id: UUID,
    meeting_id: UUID | None,
    by_link: bool = False,
    kind: Kind = Kind.SALE,
    parcel: Parcel = OWN_PARCEL,
    clock: Clock,
) -> Order:
    """A draft for this customer: the one already begun, if there is one, so that a double click
    begins one order only. Of a meeting, the caller has locked it and seen to it that she is there.

    Raises CustomerNotFound for somebody else's customer.
    """
    _must_be_hers_to_begin(actor, kind, by_link=by_link)
    if not is_visible(actor, seller_id, customer_id, meeting_id):
        raise OrderNotFound
    if meeting_id is None:
        held(uow.session, actor, customer_id)
    begun = locked_open_cart(
        uow.session,
        meeting_id=meeting_id,
        seller_id=seller_id,
        customer_id=customer_id,
        kind=kind,
        by_link=by_link,
        parcel=parcel,
    )
    if begun:
        return begun
    order = Order(
        brand_id=uow.brand_id,
        id=new_id(),
        number=None,
        meeting_id=meeting_id,
        seller_id=seller_id,
        customer_id=customer_id,
        goes_with_id=parcel.order_id,
        channel=_channel(meeting_id, by_link=by_link),
        kind=kind,
        status=OrderStatus.CART,
        payment_status=PaymentStatus.UNPAID,
        shipping_status=ShippingStatus.NOT_SHIPPED,
        products_cents=0,
        shipping_cents=0,
        total_cents=0,
        paid_cents=0,
        refunded_cents=0,
        returned_cents=0,
        asked=Asked(delivery=Delivery(Place.HOST)).to_json() if parcel.is_host else {},
        quote=None,
        created_at=clock(),
        lines=[],
        payments=[],
    )
    uow.session.add(order)
    uow.session.flush()
    return order


def _channel(meeting_id: UUID | None, *, by_link: bool) -> Channel:
    if by_link:
        return Channel.WEB
    return Channel.MEETING if meeting_id else Channel.DIRECT


def _must_be_hers_to_begin(actor: Actor, kind: Kind, *, by_link: bool) -> None:
    """A link begins gift orders for hosts, and sales online for customers."""
    if actor.role is Role.HOST and kind is not Kind.GIFT:
        raise NotAllowed
    if actor.role is Role.CUSTOMER and (kind is not Kind.SALE or not by_link):
        raise NotAllowed


def add_line(
    uow: UnitOfWork, actor: Actor, order_id: UUID, product_id: UUID, quantity: int, *, clock: Clock
) -> Order:
    """More of a product: on the line it already has, or on a new one at the end.

    Raises ProductNotFound, ProductNotForSale, QuantityOutOfRange, TooManyLines, AmountTooLarge.
    """
    order = locked_cart(uow.session, actor, order_id)
    product = product_view(uow.session, product_id, at=clock())
    if not product.on_sale:
        raise ProductNotForSale(name=product.name)
    line = next(
        (line for line in order.lines if line.product_id == product_id and not line.promotion), None
    )
    must_be_orderable(quantity, product.name)
    if line:
        must_be_orderable(line.quantity + quantity, product.name)
        line.quantity += quantity
    else:
        append_line(order, product, quantity)
    reprice(uow.session, order, clock=clock)
    return order


def set_quantity(
    uow: UnitOfWork, actor: Actor, order_id: UUID, line_id: UUID, quantity: int, *, clock: Clock
) -> Order:
    """None left: the line goes. Raises LineNotFound, QuantityOutOfRange, AmountTooLarge."""
    order = locked_cart(uow.session, actor, order_id)
    line = order.line(line_id)
    if line.is_automatic:
        raise GiftAddsItself(name=line.name)
    if quantity == 0:
        order.lines.remove(line)
    else:
        must_be_orderable(quantity, line.name)
        line.quantity = quantity
    reprice(uow.session, order, clock=clock)
    return order


def remove_line(
    uow: UnitOfWork, actor: Actor, order_id: UUID, line_id: UUID, *, clock: Clock
) -> Order:
    return set_quantity(uow, actor, order_id, line_id, 0, clock=clock)


def refresh_cart(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Order:
    """Today's prices on a draft whose prices have moved on."""
    order = locked_cart(uow.session, actor, order_id)
    reprice(uow.session, order, clock=clock)
    return order


def discard_cart(uow: UnitOfWork, actor: Actor, order_id: UUID) -> None:
    """A draft leaves no trace; an order that was placed is cancelled instead."""
    cart = locked_cart(uow.session, actor, order_id)
    part_from(uow.session, [cart.id])
    uow.session.delete(cart)
    uow.session.flush()


def discard_carts_of_meeting(uow: UnitOfWork, meeting_id: UUID) -> list[UUID]:
    """The drafts of a meeting that closes, which the caller has locked; gift orders stay.

    Answers the orders that were placed and wait for money, in the order of their numbers.
    """
    climb(uow.session, Rank.ORDER)
    drafts = and_(Order.kind == Kind.SALE, Order.status == OrderStatus.CART)
    unsettled = select(Order.id, Order.status, Order.number).where(
        Order.meeting_id == meeting_id, or_(drafts, AWAITS_PAYMENT)
    )
    found = uow.session.execute(unsettled.order_by(Order.id).with_for_update()).all()
    ids = [row.id for row in found if row.status == OrderStatus.CART]
    if ids:
        part_from(uow.session, ids)
        uow.session.execute(delete(OrderLine).where(OrderLine.order_id.in_(ids)))
        uow.session.execute(delete(Order).where(Order.id.in_(ids)))
    placed = [row for row in found if row.status != OrderStatus.CART]
    return [row.id for row in sorted(placed, key=lambda row: row.number)]
