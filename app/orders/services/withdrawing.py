"""A customer withdraws from her contract, for the whole order or some units, by her own link."""

from uuid import UUID

from app.audit.services import record
from app.brands.queries import this_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.ids import new_id
from app.orders.domain.withdrawing import last_day
from app.orders.errors import WithdrawalOver
from app.orders.events import OrderWithdrawn
from app.orders.models import Order, Withdrawal
from app.orders.queries.withdrawals import withdrawn_units
from app.orders.repository import seen_and_locked_order
from app.orders.services.going import Wanted
from app.orders.services.units import chosen, to_json


def withdraw(
    uow: UnitOfWork, actor: Actor, order_id: UUID, units: Wanted = None, *, clock: Clock
) -> UUID:
    """She says so, and that is all she has to do: it is written with its instant and acknowledged
    by e-mail. Units are taken off the order when they are cancelled or come back.

    None: all that is left. Raises OrderNotFound, OrderNotPlaced, OrderIsCancelled, WithdrawalOver,
    LineNotFound, UnitsNotThere, NothingChosen.
    """
    order = seen_and_locked_order(uow.session, actor, order_id)
    order.must_be_a_sale()
    order.must_stand()
    _must_be_in_time(uow, order, clock=clock)
    said = withdrawn_units(uow.session, order_id)
    going = chosen(order, units, lambda line: line.quantity - max(line.gone, said[line.id]))
    withdrawal = Withdrawal(
        brand_id=uow.brand_id,
        id=new_id(),
        order_id=order.id,
        units=to_json(going),
        asked_at=clock(),
        asked_by=actor.label,
    )
    uow.session.add(withdrawal)
    told = {"units": sum(going.values())}
    record(uow, actor, "order.withdraw", "order", order.id, after=told)
    uow.record(OrderWithdrawn(withdrawal.id, 1, order.id))
    return withdrawal.id


def _must_be_in_time(uow: UnitOfWork, order: Order, *, clock: Clock) -> None:
    """Until everything has come, there is time."""
    if order.delivered_at is None:
        return
    brand = this_brand(uow.session)
    last = last_day(local_day(order.delivered_at, brand.timezone), brand.country)
    if local_day(clock(), brand.timezone) > last:
        raise WithdrawalOver(last_day=last)
