"""Units of a paid order that are cancelled or come back, and all that goes back with them.

What belongs to units was settled when the order was placed: their part of the price, of vouchers
and of points. Parts given back in any number of steps add up to exactly what was taken.
"""

from uuid import UUID

from app.audit.services import record
from app.catalog.services import give_back_stock, put_back_stock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.orders.events import OrderCancelled, OrderChanged
from app.orders.models import Order, Reversal, ReversalKind
from app.orders.repository import locked_order, part_from
from app.orders.services import claims
from app.orders.services.going import Going, Wanted, cancelling, returning
from app.orders.services.invoicing import issue_credit_note
from app.orders.services.placing import cancel_unpaid_order
from app.orders.services.units import by_product, to_json


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
    paid in full is cancelled whole only. Raises what `cancelling` does.
    """
    order = locked_order(uow.session, actor, order_id)
    going = cancelling(order, units)
    if not going.consumed and not order.paid_cents:
        return cancel_unpaid_order(uow, actor, order, reason=reason, clock=clock)
    if going.whole:
        part_from(uow.session, [order.id])
    reversal = _reverse(uow, actor, order, ReversalKind.CANCEL, going, reason=reason, clock=clock)
    give_back_stock(uow, by_product(going.units))
    issue_credit_note(uow, actor, order, going, reversal, clock=clock)
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
    be sold again. Raises what `returning` does.
    """
    order = locked_order(uow.session, actor, order_id)
    back = returning(order, units)
    reversal = _reverse(
        uow, actor, order, ReversalKind.RETURN, back, restocked=restock, reason=reason, clock=clock
    )
    if restock:
        put_back_stock(uow, actor, by_product(back.units), note=reason, clock=clock)
    issue_credit_note(uow, actor, order, back, reversal, clock=clock)
    return order


def _reverse(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    kind: ReversalKind,
    going: Going,
    *,
    restocked: bool = True,
    reason: str,
    clock: Clock,
) -> Reversal:
    before = _state(order)
    order.reverse(kind, going.units, going.nets, clock())
    revision = order.next_revision()
    reversal = write_reversal(
        uow, actor, order, kind, going, restocked=restocked, reason=reason, clock=clock
    )
    record(uow, actor, f"order.{kind}", "order", order.id, before, _state(order), reason)
    if going.consumed:
        claims.give_back(uow, actor, order, going.share, clock=clock)
    else:
        claims.let_go(uow, actor, order, clock=clock)
    told = OrderChanged if going.consumed else OrderCancelled
    uow.record(told(order.id, revision, order.customer_id, order.meeting_id))
    return reversal


def _state(order: Order) -> dict[str, object]:
    return {"status": str(order.status), "refunded_cents": order.refunded_cents}


def write_reversal(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    kind: ReversalKind,
    going: Going,
    *,
    restocked: bool,
    reason: str,
    clock: Clock,
) -> Reversal:
    given = going.consumed
    reversal = Reversal(
        brand_id=uow.brand_id,
        id=new_id(),
        order_id=order.id,
        revision=order.revision,
        kind=kind,
        units=to_json(going.units),
        refund_cents=going.refund_cents,
        products_cents=going.products_cents,
        shipping_cents=going.shipping_cents,
        points=going.share.points if given else 0,
        vouchers=dict(going.share.vouchers) if given else {},
        restocked=restocked,
        reason=reason,
        made_at=clock(),
        made_by=actor.label,
    )
    uow.session.add(reversal)
    return reversal
