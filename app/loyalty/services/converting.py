"""Points that become something else: they leave in the transaction that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.loyalty.domain import Convert, Forfeit, GiveBack, OfSource, PointsKind
from app.loyalty.queries import is_recorded
from app.loyalty.services.books import lots_left, open_books, spendable
from app.loyalty.services.posting import post, write
from app.loyalty.services.wanting import refuse_too_many

CONVERSION = "conversion"
REDEMPTION = "redemption"


def take_for_conversion(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    points: int,
    conversion_id: UUID,
    *,
    clock: Clock,
) -> None:
    """Once for each conversion. Raises BalanceTooLow, PointsStillPending."""
    key, stems = f"conversion:{conversion_id}", (CONVERSION, conversion_id)
    taken = Convert(key, customer_id, points, PointsKind.CONVERTED, *stems, {})
    _take(uow, actor, taken, clock)


def take_for_reward(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    points: int,
    redemption_id: UUID,
    *,
    name: str,
    clock: Clock,
) -> None:
    """What she exchanges for a reward of this name. Once for each redemption. Raises BalanceTooLow,
    PointsStillPending."""
    key, stems = f"redemption:{redemption_id}", (REDEMPTION, redemption_id)
    taken = Convert(key, customer_id, points, PointsKind.REDEEMED, *stems, {"note": name})
    _take(uow, actor, taken, clock)


def _take(uow: UnitOfWork, actor: Actor, taken: Convert, clock: Clock) -> None:
    books = open_books(uow, [taken.customer_id])
    if is_recorded(uow.session, taken.key):
        return
    lots = lots_left(uow.session, [taken.customer_id])[taken.customer_id]
    if taken.points > spendable(lots, clock()):
        refuse_too_many(uow, taken.customer_id, lots, clock)
    write(uow, actor, books, [taken], clock=clock)


@dataclass(frozen=True, slots=True)
class Ended:
    """What points had become was never used: they come back, or are lost."""

    conversion_id: UUID
    customer_id: UUID
    points: int
    returned: bool

    @property
    def movement(self) -> OfSource:
        kind = PointsKind.CONVERSION_RETURNED if self.returned else PointsKind.CONVERSION_LOST
        way = GiveBack if self.returned else Forfeit
        key = f"conversion:{self.conversion_id}:ended"
        return way(key, self.customer_id, self.points, kind, CONVERSION, self.conversion_id)


def end_conversions(uow: UnitOfWork, actor: Actor, ended: Sequence[Ended], *, clock: Clock) -> None:
    """Each once."""
    post(uow, actor, [one.movement for one in ended], clock=clock)
