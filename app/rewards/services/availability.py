"""From when points that were won can be used, where the brand makes them wait for the orders."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, exists, select

from app.brands.queries import this_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.loyalty import services as loyalty
from app.loyalty.domain import Awaits
from app.loyalty.queries import awaited
from app.meetings import queries as meetings
from app.orders import queries as orders
from app.orders.domain.points_due import Progress, last_of, points_due
from app.orders.queries import OrderView
from app.rewards.models import Grant, PotReward

WAITING = (Awaits.SHIPMENT, Awaits.WITHDRAWAL)


def release_meeting(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    granted: Collection[UUID] | None = None,
    *,
    clock: Clock,
) -> int:
    """Points of a meeting become available when its last order has gone as far as the brand says,
    or when none is left to wait for. How many lots did. `granted`: the grants that may wait, when
    they are known."""
    if granted is None:
        granted = _granted(uow, Grant.meeting_id == meeting_id)
    if not (granted and awaited(uow.session, "grant", granted)):
        return 0
    meeting = meetings.meeting_for_rewards(uow.session, meeting_id)
    its_orders = orders.orders_of_meetings(uow.session, [meeting_id])
    counted = [order for order in its_orders if order.counts_as_sale]
    return _release(uow, actor, granted, counted, meeting.closed_at, clock=clock)


def release_sale(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    granted: Collection[UUID] | None = None,
    *,
    clock: Clock,
) -> int:
    """The same for what an order outside meetings won."""
    if granted is None:
        granted = _granted(uow, (Grant.scope_type == "order") & (Grant.scope_id == order_id))
    if not (granted and awaited(uow.session, "grant", granted)):
        return 0
    order = orders.orders_by_id(uow.session, [order_id])[order_id]
    return _release(uow, actor, granted, [order], order.paid_at, clock=clock)


def release_source(
    uow: UnitOfWork, actor: Actor, source_type: str, source_id: UUID, *, clock: Clock
) -> int:
    """The same for what pots gave that this order, or meeting, filled."""
    filled = exists().where(
        PotReward.pot_id == Grant.scope_id,
        cast(PotReward.number, Text) == Grant.occurrence,
        PotReward.source_id == source_id,
        PotReward.stands,
    )
    granted = _granted(uow, (Grant.scope_type == "pot") & filled)
    if source_type == "meeting":
        return release_meeting(uow, actor, source_id, granted, clock=clock)
    return release_sale(uow, actor, source_id, granted, clock=clock)


def _granted(uow: UnitOfWork, which: ColumnElement[bool]) -> list[UUID]:
    points = Grant.kind.like("points%")
    return list(uow.session.scalars(select(Grant.id).where(which, points)))


def _release(
    uow: UnitOfWork,
    actor: Actor,
    granted: Collection[UUID],
    counted: Collection[OrderView],
    otherwise: datetime | None,
    *,
    clock: Clock,
) -> int:
    brand = this_brand(uow.session)
    days = loyalty.settings_of(uow).withdrawal_days
    each = [
        points_due(
            Progress(order.paid_at, order.shipped_at, order.delivered_at),
            withdrawal_days=days,
            zone=brand.timezone,
        )
        for order in counted
    ]
    due: dict[str, datetime | None] = {
        awaits: last_of(each, awaits) if each else otherwise for awaits in WAITING
    }
    return loyalty.set_due(uow, actor, "grant", dict.fromkeys(granted, due), clock=clock)
