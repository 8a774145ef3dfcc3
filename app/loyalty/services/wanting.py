"""Points that somebody wants to do something with: a whole number, and hers to use."""

from collections.abc import Iterable
from typing import Never
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.words import N_
from app.loyalty.domain import LotLeft
from app.loyalty.domain.settings import MAX_POINTS
from app.loyalty.errors import BalanceTooLow, PointsPendingUntil, PointsStillPending
from app.loyalty.queries import pending
from app.loyalty.services.books import spendable

WORDS = N_("Give a whole number from %(least)s to %(most)s.")


def must_be_points(points: int, *, least: int = 1) -> None:
    if not least <= points <= MAX_POINTS:
        raise Invalid({"points": [(WORDS, {"least": least, "most": MAX_POINTS})]})


def refuse_too_many(
    uow: UnitOfWork, customer_id: UUID, lots: Iterable[LotLeft], clock: Clock
) -> Never:
    """Says how many there are and, of pending ones, from when they can be used."""
    available = spendable(lots, clock())
    waiting = pending(uow.session, customer_id)
    if not waiting:
        raise BalanceTooLow(available=available)
    known = [one.due_at for one in waiting if one.due_at]
    told = {"available": available, "pending": sum(one.points for one in waiting)}
    if known:
        raise PointsPendingUntil(**told, from_when=min(known))
    raise PointsStillPending(**told)
