"""Loading one order whole and locked; whoever may not see it does not find it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.infra.locks import Rank, climb, lock, lock_where
from app.kernel.actor import Actor
from app.orders.domain.asked import Place
from app.orders.domain.parcels import OWN_PARCEL, Parcel
from app.orders.errors import OrderNotFound
from app.orders.models import Channel, Kind, Order, OrderStatus


def locked_order(session: Session, actor: Actor, order_id: UUID) -> Order:
    """With its lines and payments. A meeting's order: lock the meeting first.

    Raises OrderNotFound, also for what the actor may not act on.
    """
    order = _locked(session, order_id)
    order.must_be_run_by(actor)
    return order


def locked_cart(session: Session, actor: Actor, order_id: UUID) -> Order:
    """A draft of a sale, of which nothing can have been paid.

    Raises OrderAlreadyPlaced, OrderIsCancelled, GiftOrderIsFixed too.
    """
    found = lock(session, Rank.ORDER, Order, [order_id], options=[selectinload(Order.lines)])
    if not found:
        raise OrderNotFound
    (order,) = found
    order.must_be_run_by(actor)
    order.must_be_a_sale()
    order.must_be_a_cart()
    set_committed_value(order, "payments", [])
    return order


def seen_and_locked_order(session: Session, actor: Actor, order_id: UUID) -> Order:
    """For what a customer may do to an order of hers. Raises OrderNotFound."""
    order = _locked(session, order_id)
    order.must_be_seen_by(actor)
    return order


def seen_order(session: Session, actor: Actor, order_id: UUID) -> Order:
    """With its lines, not locked. Raises OrderNotFound."""
    whole = select(Order).where(Order.id == order_id).options(selectinload(Order.lines))
    order = session.scalars(whole).one_or_none()
    if order is None:
        raise OrderNotFound
    order.must_be_seen_by(actor)
    return order


def locked_open_cart(
    session: Session,
    *,
    meeting_id: UUID | None,
    seller_id: UUID,
    customer_id: UUID,
    kind: Kind,
    by_link: bool = False,
    parcel: Parcel = OWN_PARCEL,
) -> Order | None:
    """The draft already begun for this person, if any; `by_link`: the one she began herself, which
    is another; of gifts, the one that leaves in this parcel. The meeting is locked by the caller.
    """
    statement = (
        select(Order.id)
        .where(
            Order.meeting_id == meeting_id if meeting_id else Order.meeting_id.is_(None),
            Order.seller_id == seller_id,
            Order.customer_id == customer_id,
            Order.kind == kind,
            (Order.channel == Channel.WEB) == by_link,
            Order.status == OrderStatus.CART,
            *_leaving_in(parcel, kind),
        )
        .order_by(Order.id)
        .limit(1)
    )
    found = session.scalar(statement)
    return _locked(session, found) if found else None


def _leaving_in(parcel: Parcel, kind: Kind) -> list[ColumnElement[bool]]:
    if kind != Kind.GIFT:
        return []
    place = func.coalesce(Order.asked["delivery"]["place"].astext, Place.HAND_OVER)
    return [
        Order.goes_with_id.is_not_distinct_from(parcel.order_id),
        (place == Place.HOST) == parcel.is_host,
    ]


def locked_riders(session: Session, order: Order) -> list[Order]:
    """Gift orders that leave in the parcel of this one, which the caller has locked."""
    return lock_where(
        session,
        Rank.ORDER,
        Order,
        Order.goes_with_id == order.id,
        Order.shipped_at.is_(None),
        Order.status != OrderStatus.CANCELLED,
        options=[selectinload(Order.lines), selectinload(Order.payments)],
    )


def part_from(session: Session, order_ids: Collection[UUID]) -> None:
    """Gifts that were to leave with orders that will not be leave by themselves."""
    climb(session, Rank.ORDER)
    session.execute(
        update(Order).where(Order.goes_with_id.in_(order_ids)).values(goes_with_id=None)
    )


def _locked(session: Session, order_id: UUID) -> Order:
    options = [selectinload(Order.lines), selectinload(Order.payments)]
    found = lock(session, Rank.ORDER, Order, [order_id], options=options)
    if not found:
        raise OrderNotFound
    return found[0]
