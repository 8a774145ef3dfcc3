"""What leaves the house, by line and quantity, and that it arrived."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from app.audit.services import record
from app.catalog.services import consume_stock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.orders.events import OrderDelivered, OrderShipped
from app.orders.models import Kind, Order, OrderStatus, Shipment
from app.orders.repository import locked_order, locked_riders
from app.orders.services.gifts import give_number
from app.orders.services.units import Units, by_product, chosen, to_json


def ship(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    units: Mapping[UUID, int] | None = None,
    *,
    tracking: str = "",
    clock: Clock,
) -> Order:
    """Units by line; all that is left to ship, when nothing is said. With the last of them leave
    the gifts that go with the order.

    Raises OrderNotPlaced, OrderIsCancelled, LineNotFound, UnitsNotThere, NothingChosen.
    """
    order = locked_order(uow.session, actor, order_id)
    order.must_stand()
    leaving: Units = chosen(order, units, lambda line: line.to_ship)
    order.ship(leaving, clock())
    riders = _riders(uow, order)
    parcels = {order: leaving, **riders}
    consume_stock(uow, sum((Counter(by_product(one)) for one in parcels.values()), Counter()))
    for rider, gifts in riders.items():
        if rider.status == OrderStatus.CART:
            give_number(uow, actor, rider, clock=clock)
        rider.ship(gifts, clock())
    for one, gone in parcels.items():
        _write_down(uow, actor, one, gone, tracking, clock)
    return order


def _riders(uow: UnitOfWork, order: Order) -> dict[Order, Units]:
    if order.shipped_at is None or order.kind == Kind.GIFT:
        return {}
    found = locked_riders(uow.session, order)
    return {one: {line: line.to_ship for line in one.lines if line.to_ship} for one in found}


def _write_down(
    uow: UnitOfWork, actor: Actor, order: Order, units: Units, tracking: str, clock: Clock
) -> None:
    uow.session.add(
        Shipment(
            brand_id=uow.brand_id,
            id=new_id(),
            order_id=order.id,
            units=to_json(units),
            tracking=tracking,
            shipped_at=clock(),
            shipped_by=actor.label,
        )
    )
    told = {"units": to_json(units), "shipping_status": str(order.shipping_status)}
    record(uow, actor, "order.ship", "order", order.id, after=told)
    complete = order.shipped_at is not None
    revision = order.next_revision()
    uow.record(OrderShipped(order.id, revision, order.customer_id, order.meeting_id, complete))


def deliver(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> Order:
    """All of it arrived. Raises NotShippedYet, OrderNotPlaced, OrderIsCancelled; the second time
    nothing happens."""
    order = locked_order(uow.session, actor, order_id)
    order.must_stand()
    if not order.deliver(clock()):
        return order
    record(uow, actor, "order.deliver", "order", order.id)
    revision = order.next_revision()
    uow.record(OrderDelivered(order.id, revision, order.customer_id, order.meeting_id))
    return order
