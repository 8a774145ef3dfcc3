"""What the clock does to points. Every step is taken under the locks of the accounts it moves:
killed anywhere or run twice at once, the ledger comes out the same."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from app.infra.uow import UnitOfWork, transact
from app.kernel.actor import system
from app.loyalty import services

MOST_AT_ONCE = 200
"""Lots in one transaction: as many accounts are held as they have owners."""
MOST_ROUNDS = 50

Step = Callable[..., int]


def release_due_points(brand_id: UUID) -> int:
    """Pending points whose date has come."""
    return _all_of(services.release_due, brand_id)


def expire_due_points(brand_id: UUID) -> int:
    """Points whose last day is over."""
    return _all_of(services.expire_due, brand_id)


def _all_of(step: Step, brand_id: UUID) -> int:
    """Some at a time; what is left after many rounds is for the next minute."""
    done = 0
    for _ in range(MOST_ROUNDS):
        some = transact(partial(_some, step, brand_id), brand_id)
        done += some
        if some < MOST_AT_ONCE:
            break
    return done


def _some(step: Step, brand_id: UUID, uow: UnitOfWork) -> int:
    return step(uow, system(brand_id), most=MOST_AT_ONCE, clock=uow.clock)
