"""Gift orders: what was won, at 0 €, gathered per customer and meeting until it is finalised."""

from collections import Counter
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.audit.services import record
from app.catalog.queries import ProductView
from app.documents.services import ORDERS, next_number
from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.orders.domain.asked import Asked, Place
from app.orders.domain.parcels import OWN_PARCEL, Parcel
from app.orders.domain.shares import Share
from app.orders.errors import NotAGiftOrder, OrderIsEmpty
from app.orders.events import GiftOrderFinalised
from app.orders.models import Kind, Order, OrderLine, OrderStatus, ReversalKind
from app.orders.repository import locked_order
from app.orders.services.carts import new_cart
from app.orders.services.going import Going
from app.orders.services.lines import append_line
from app.orders.services.pricing import reprice
from app.orders.services.reversing import write_reversal


def gift_order_for(
    uow: UnitOfWork,
    actor: Actor,
    *,
    customer_id: UUID,
    meeting_id: UUID | None,
    seller_id: UUID,
    parcel: Parcel = OWN_PARCEL,
    clock: Clock,
) -> Order:
    """The open gift order of this customer in this meeting that leaves in this parcel, locked, or
    a new one.

    The caller has locked the meeting, which may be closed.
    """
    return new_cart(
        uow,
        actor,
        seller_id=seller_id,
        customer_id=customer_id,
        meeting_id=meeting_id,
        kind=Kind.GIFT,
        parcel=parcel,
        clock=clock,
    )


def add_gift_line(uow: UnitOfWork, order: Order, product: ProductView, claim_id: UUID) -> OrderLine:
    """One won unit, free of charge. Its stock is taken by whoever chose it, with `take_stock`."""
    if order.kind != Kind.GIFT:
        raise NotAGiftOrder
    order.must_be_a_cart()
    line = append_line(order, product, 1, gift_claim_id=claim_id)
    reprice(uow.session, order, clock=uow.clock)
    uow.session.flush()
    return line


def finalise_gift_order(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Order:
    """It gets its number and is on its way. Raises OrderAlreadyPlaced the second time."""
    order = locked_order(uow.session, actor, order_id)
    if order.kind != Kind.GIFT:
        raise NotAGiftOrder
    order.must_be_a_cart()
    if not order.lines:
        raise OrderIsEmpty
    reprice(uow.session, order, clock=clock)
    give_number(uow, actor, order, clock=clock)
    return order


def give_number(uow: UnitOfWork, actor: Actor, order: Order, *, clock: Clock) -> None:
    """The gift order, locked, is on its way. Stock is moved before: numbers are a later lock."""
    order.finalise(next_number(uow, ORDERS), clock())
    told = order.next_revision()
    uow.record(GiftOrderFinalised(order.id, told, order.customer_id, order.meeting_id))
    record(uow, actor, "order.finalise_gift", "order", order.id, after={"number": order.number})


def hold_draft_parcel(uow: UnitOfWork, claim_id: UUID) -> Parcel | None:
    """How what she chose is to leave, as long as it stands on a draft. Locks the draft, after the
    claim, which the caller has."""
    for order, _ in _carriers(uow, [claim_id]).values():
        if order.status == OrderStatus.CART:
            is_host = Asked.read(order.asked).delivery.place == Place.HOST
            return Parcel(order.goes_with_id, is_host)
    return None


def gift_lines(uow: UnitOfWork, claim_ids: Collection[UUID]) -> dict[UUID, OrderLine]:
    """By claim, on orders locked for whoever takes them back. The caller has locked the claims."""
    return {claim_id: line for claim_id, (_, line) in _carriers(uow, claim_ids).items()}


def withdraw_gifts(
    uow: UnitOfWork, actor: Actor, claim_ids: Collection[UUID], *, clock: Clock
) -> Counter[UUID]:
    """Won units that are not deserved any more, and have not left the house, leave their orders:
    drafts forget them, finalised orders have them cancelled. Answers products and units, whose
    stock the caller gives back."""
    going: dict[Order, list[OrderLine]] = {}
    for order, line in _carriers(uow, claim_ids).values():
        going.setdefault(order, []).append(line)
    for order, lines in going.items():
        if order.status == OrderStatus.CART:
            _forget(uow, order, lines, clock)
        else:
            order.cancel_gifts(lines, clock())
            order.next_revision()
            _write_down(uow, actor, order, lines, clock)
        taken = {"gifts": [line.reference for line in lines]}
        record(uow, actor, "order.gifts_withdrawn", "order", order.id, after=taken)
    uow.session.flush()
    return Counter(line.product_id for lines in going.values() for line in lines)


def _carriers(uow: UnitOfWork, claim_ids: Collection[UUID]) -> dict[UUID, tuple[Order, OrderLine]]:
    if not claim_ids:
        return {}
    on = select(OrderLine.order_id).where(OrderLine.gift_claim_id.in_(claim_ids))
    whole = [selectinload(Order.lines)]
    found = lock_where(uow.session, Rank.ORDER, Order, Order.id.in_(on), options=whole)
    return {
        line.gift_claim_id: (order, line)
        for order in found
        for line in order.lines
        if line.gift_claim_id and line.gift_claim_id in claim_ids and not line.gone
    }


def _write_down(
    uow: UnitOfWork, actor: Actor, order: Order, lines: Iterable[OrderLine], clock: Clock
) -> None:
    units = {line: line.quantity for line in lines}
    free = Going(units, dict.fromkeys(units, 0), Share(), 0, whole=False)
    kind = ReversalKind.CANCEL
    write_reversal(uow, actor, order, kind, free, restocked=True, reason="", clock=clock)


def _forget(uow: UnitOfWork, order: Order, lines: Iterable[OrderLine], clock: Clock) -> None:
    for line in lines:
        order.lines.remove(line)
    if order.lines:
        reprice(uow.session, order, clock=clock)
    else:
        uow.session.delete(order)
