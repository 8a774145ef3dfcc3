"""What the clock does to meetings."""

from functools import partial
from uuid import UUID

from app.infra.uow import UnitOfWork, transact
from app.kernel.actor import system
from app.meetings.services import lifecycle


def open_due_meetings(brand_id: UUID) -> int:
    """Those of the brand whose date has come; how many they were."""
    return transact(partial(_open, brand_id), brand_id)


def _open(brand_id: UUID, uow: UnitOfWork) -> int:
    return lifecycle.open_due_meetings(uow, system(brand_id), clock=uow.clock)
