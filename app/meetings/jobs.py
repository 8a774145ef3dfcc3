"""What the clock does to meetings."""

from functools import partial
from uuid import UUID

from app.brands.queries import brand_by_id
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.kernel.actor import system
from app.meetings.services import lifecycle, ordering
from app.orders.queries.surroundings import abandoned


def open_due_meetings(brand_id: UUID) -> int:
    """Those of the brand whose date has come; how many they were."""
    return transact(partial(_open, brand_id), brand_id)


def _open(brand_id: UUID, uow: UnitOfWork) -> int:
    return lifecycle.open_due_meetings(uow, system(brand_id), clock=uow.clock)


def release_abandoned(brand_id: UUID) -> int:
    """Orders that nobody paid in time, one transaction each; how many they were."""
    with unit_of_work(brand_id) as uow:
        brand = brand_by_id(uow.session, brand_id)
        assert brand is not None
        hours = brand.settings.abandoned_after_hours
        waiting = abandoned(uow.session, hours=hours, now=uow.clock())
    return sum(transact(partial(_release, one, hours), brand_id) for one in waiting)


def _release(order_id: UUID, hours: int, uow: UnitOfWork) -> bool:
    actor = system(uow.brand_id)
    return ordering.release_abandoned(uow, actor, order_id, hours=hours, clock=uow.clock)
