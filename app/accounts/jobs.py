"""What the clock does about sign-ins and about what programs asked."""

from uuid import UUID

from app.accounts.services import forget_dead_tokens
from app.accounts.sessions import forget_expired
from app.infra.idempotency import forget_old_answers
from app.infra.uow import UnitOfWork, transact

NIGHT = 3
"""The hour (UTC) in which what is dead is swept: every minute of it some, at other hours none."""
MOST_AT_ONCE = 2_000


def forget_at_night(brand_id: UUID) -> int:
    """Delete sessions and tokens of the brand that can open nothing any more, and answers kept for
    programs that will not ask again; how many."""
    return transact(forget_now, brand_id)


def forget_now(uow: UnitOfWork) -> int:
    """Nothing unless it is night. What two workers find at once, each sweeps a part of."""
    if uow.clock().hour != NIGHT:
        return 0
    sweep = (forget_expired, forget_dead_tokens, forget_old_answers)
    return sum(forget(uow, most=MOST_AT_ONCE) for forget in sweep)
