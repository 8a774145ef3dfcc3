"""What rewards do because of what happened elsewhere. Each may run more than once."""

from uuid import UUID

from app.infra.outbox import OutboxMessage
from app.infra.uow import UnitOfWork
from app.kernel.actor import system
from app.kernel.clock import Clock
from app.rewards.services.settlement import settle_meeting


def settle_origin(uow: UnitOfWork, message: OutboxMessage, *, clock: Clock) -> None:
    """A booked meeting was planned, cancelled or closed: its origin's promises follow."""
    origin = message.payload.get("origin_id")
    if origin is not None:
        settle_meeting(uow, system(uow.brand_id), UUID(origin), clock=clock)
