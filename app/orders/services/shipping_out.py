"""What leaves the house, by line and quantity, and that it arrived."""

from collections.abc import Mapping
from uuid import UUID

from app.audit.services import record
from app.catalog.services import consume_stock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.orders.events import OrderDelivered, OrderShipped
from app.orders.models import Order, Shipment
from app.orders.repository import locked_order
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
    """Units by line; all that is left to ship, when nothing is said.

    Raises OrderNotPlaced, OrderIsCancelled, LineNotFound, UnitsNotThere, NothingChosen.
    """
    order = locked_order(uow.session, actor, order_id)
    order.must_stand()
    leaving: Units = chosen(order, units, lambda line: line.to_ship)
    order.ship(leaving, clock())
    uow.session.add(
        Shipment(
            brand_id=uow.brand_id,
            id=new_id(),
            order_id=order.id,
            units=to_json(leaving),
            tracking=tracking,
            shipped_at=clock(),
            shipped_by=actor.label,
        )
    )
    told = {"units": to_json(leaving), "shipping_status": str(order.shipping_status)}
    record(uow, actor, "order.ship", "order", order.id, after=told)
    consume_stock(uow, by_product(leaving))
    complete = order.shipped_at is not None
    revision = order.next_revision()
    uow.record(OrderShipped(order.id, revision, order.customer_id, order.meeting_id, complete))
    return order


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
