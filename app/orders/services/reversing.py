"""Units of a paid order that are cancelled or come back, and all that goes back with them.

What belongs to units was settled when the order was placed: their part of the price, of vouchers
and of points. Parts given back in any number of steps add up to exactly what was taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from uuid import UUID

from app.audit.services import record
from app.catalog.services import give_back_stock, put_back_stock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.orders.domain.shares import Share, share_of
from app.orders.errors import OrderIsShipped, OrderNotPaid
from app.orders.events import OrderCancelled, OrderChanged
from app.orders.models import Order, PaymentStatus, Reversal, ReversalKind
from app.orders.repository import locked_order
from app.orders.services import claims
from app.orders.services.placing import cancel_unpaid_order
from app.orders.services.taken import lines_taken
from app.orders.services.units import Units, by_product, chosen, to_json

Wanted = Mapping[UUID, int] | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a reversal gave back."""

    refund_cents: int
    products_cents: int
    points: int
    vouchers: Mapping[str, int]


def cancel(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    units: Wanted = None,
    *,
    reason: str = "",
    clock: Clock,
) -> Order:
    """Units that have not left the house; all of them, when nothing is said. An order that is not
    paid in full is cancelled whole only.

    Raises OrderNotPlaced, OrderIsCancelled, OrderNotPaid, LineNotFound, UnitsNotThere,
    NothingChosen.
    """
    order = locked_order(uow.session, actor, order_id)
    order.must_be_a_sale()
    order.must_stand()
    if order.payment_status in {PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID}:
        if units is not None and not _is_whole(order, units):
            raise OrderNotPaid
        if not order.paid_cents:
            return cancel_unpaid_order(uow, actor, order, reason=reason, clock=clock)
        return _cancel_half_paid(uow, actor, order, reason=reason, clock=clock)
    going = _with_gifts(order, chosen(order, units, lambda line: line.to_ship))
    _reverse(uow, actor, order, ReversalKind.CANCEL, going, reason=reason, clock=clock)
    give_back_stock(uow, by_product(going))
    return order


def take_back(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    units: Wanted = None,
    *,
    restock: bool = True,
    reason: str = "",
    clock: Clock,
) -> Order:
    """Units that had been shipped came back; all of them, when nothing is said. `restock`: they can
    be sold again.

    Raises OrderNotPlaced, OrderIsCancelled, OrderNotPaid, LineNotFound, UnitsNotThere,
    NothingChosen.
    """
    order = locked_order(uow.session, actor, order_id)
    order.must_be_a_sale()
    order.must_stand()
    if order.payment_status != PaymentStatus.PAID:
        raise OrderNotPaid
    back = chosen(order, units, lambda line: line.shipped - line.returned)
    _reverse(
        uow, actor, order, ReversalKind.RETURN, back, restocked=restock, reason=reason, clock=clock
    )
    if restock:
        put_back_stock(uow, actor, by_product(back), note=reason, clock=clock)
    return order


def _is_whole(order: Order, units: Mapping[UUID, int]) -> bool:
    bought = (line for line in order.lines if not line.is_automatic)
    return all(units.get(line.id, 0) == line.quantity for line in bought)


def _with_gifts(order: Order, going: Units) -> Units:
    """When nothing that was bought is left, gifts that added themselves do not leave either."""
    bought = [line for line in order.lines if not line.is_automatic]
    if any(line.gone + going.get(line, 0) < line.quantity for line in bought):
        return going
    gifts = {line: line.to_ship for line in order.lines if line.is_automatic and line.to_ship}
    return {**going, **gifts}


def _reverse(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    kind: ReversalKind,
    units: Units,
    *,
    restocked: bool = True,
    reason: str,
    clock: Clock,
) -> None:
    taken = lines_taken(order)
    shares = {line: share_of(taken[line.id], line.gone, count) for line, count in units.items()}
    share = reduce(Share.plus, shares.values(), Share())
    before = {"status": str(order.status), "refunded_cents": order.refunded_cents}
    refund = order.reverse(
        kind, units, {line: one.net_cents for line, one in shares.items()}, clock()
    )
    revision = order.next_revision()
    given = Given(refund, share.net_cents, share.points, share.vouchers)
    _write(uow, actor, order, (kind, units, given), restocked=restocked, reason=reason, clock=clock)
    after = {"status": str(order.status), "refunded_cents": order.refunded_cents}
    record(uow, actor, f"order.{kind}", "order", order.id, before, after, reason)
    claims.give_back(uow, actor, order, share, clock=clock)
    uow.record(OrderChanged(order.id, revision, order.customer_id, order.meeting_id))


def _cancel_half_paid(
    uow: UnitOfWork, actor: Actor, order: Order, *, reason: str, clock: Clock
) -> Order:
    """What was received is given back; nothing was consumed yet."""
    if any(line.shipped for line in order.lines):
        raise OrderIsShipped
    units = {line: line.to_ship for line in order.lines}
    nets = {line: line.net_cents for line in units}
    before = {"status": str(order.status), "paid_cents": order.paid_cents}
    refund = order.reverse(ReversalKind.CANCEL, units, nets, clock())
    revision = order.next_revision()
    given = Given(refund, order.products_cents, 0, {})
    made = (ReversalKind.CANCEL, units, given)
    _write(uow, actor, order, made, restocked=True, reason=reason, clock=clock)
    after = {"status": str(order.status), "refunded_cents": order.refunded_cents}
    record(uow, actor, "order.cancel", "order", order.id, before, after, reason)
    claims.let_go(uow, actor, order, clock=clock)
    give_back_stock(uow, by_product(units))
    uow.record(OrderCancelled(order.id, revision, order.customer_id, order.meeting_id))
    return order


def _write(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    made: tuple[ReversalKind, Units, Given],
    *,
    restocked: bool,
    reason: str,
    clock: Clock,
) -> None:
    kind, units, given = made
    uow.session.add(
        Reversal(
            brand_id=uow.brand_id,
            id=new_id(),
            order_id=order.id,
            revision=order.revision,
            kind=kind,
            units=to_json(units),
            refund_cents=given.refund_cents,
            products_cents=given.products_cents,
            shipping_cents=max(given.refund_cents - given.products_cents, 0),
            points=given.points,
            vouchers=dict(given.vouchers),
            restocked=restocked,
            reason=reason,
            made_at=clock(),
            made_by=actor.label,
        )
    )
