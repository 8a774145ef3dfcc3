"""What the clock does about codes and vouchers."""

from functools import partial
from uuid import UUID

from app.infra.uow import UnitOfWork, transact
from app.kernel.actor import system
from app.promotions.services.converting import end_unused
from app.promotions.services.expiry import expire_holdings

NIGHT = 2
"""The hour (UTC) in which holdings expire: every minute of it some. By day, what is over is refused
all the same: its last instant is looked at wherever it could be used."""
MOST_AT_ONCE = 2_000


def expire_at_night(brand_id: UUID) -> int:
    return transact(expire_now, brand_id)


def expire_now(uow: UnitOfWork) -> int:
    if uow.clock().hour != NIGHT:
        return 0
    return expire_holdings(uow, most=MOST_AT_ONCE, clock=uow.clock)


def end_conversions(brand_id: UUID) -> int:
    """What became of points whose code nobody used."""
    return transact(partial(_end_now, brand_id), brand_id)


def _end_now(brand_id: UUID, uow: UnitOfWork) -> int:
    return end_unused(uow, system(brand_id), most=MOST_AT_ONCE, clock=uow.clock)
