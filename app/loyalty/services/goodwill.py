"""What the brand's staff give by hand, within a budget for each of them and each month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.brands.queries import this_brand
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.ids import new_id
from app.loyalty.domain import Goodwill
from app.loyalty.errors import GoodwillCentsSpent, GoodwillSpent
from app.loyalty.models import GoodwillTally, GoodwillUnit
from app.loyalty.services.settings import settings_of

_SPENT: dict[GoodwillUnit, Callable[[int], GoodwillSpent]] = {
    GoodwillUnit.POINTS: lambda left: GoodwillSpent(left_points=left),
    GoodwillUnit.CENTS: lambda left: GoodwillCentsSpent(left_cents=left),
}


def take_goodwill(
    uow: UnitOfWork, actor: Actor, amount: int, unit: GoodwillUnit | str, *, clock: Clock
) -> None:
    """Count a gesture (points, or cents of vouchers and codes) against the budget of whoever makes
    it. The platform has none. Raises GoodwillSpent, with what is left."""
    if actor.user_id is None or amount <= 0:
        return
    climb(uow.session, Rank.GOODWILL)
    most = _budget(settings_of(uow).goodwill, GoodwillUnit(unit))
    month = month_of(uow, clock)
    if not _add(uow, actor.user_id, month, unit, amount, most):
        left = max(0, (most or 0) - _given(uow, actor.user_id, month, unit))
        raise _SPENT[GoodwillUnit(unit)](left)


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody may still give by hand this month; None: as much as she likes."""

    points: int | None
    cents: int | None


def goodwill_left(uow: UnitOfWork, actor: Actor, *, clock: Clock) -> Left:
    goodwill = settings_of(uow).goodwill
    if actor.user_id is None:
        return Left(None, None)
    month, user_id = month_of(uow, clock), actor.user_id

    def left(unit: GoodwillUnit) -> int | None:
        most = _budget(goodwill, unit)
        return None if most is None else max(0, most - _given(uow, user_id, month, unit))

    return Left(left(GoodwillUnit.POINTS), left(GoodwillUnit.CENTS))


def month_of(uow: UnitOfWork, clock: Clock) -> date:
    """Its first day, where the brand is."""
    brand = this_brand(uow.session)
    return local_day(clock(), brand.timezone).replace(day=1)


def _budget(goodwill: Goodwill, unit: GoodwillUnit) -> int | None:
    if unit is GoodwillUnit.POINTS:
        return goodwill.points_per_month
    return goodwill.cents_per_month


def _add(
    uow: UnitOfWork, user_id: UUID, month: date, unit: str, amount: int, most: int | None
) -> bool:
    """One statement looks at the budget as it adds."""
    if most is not None and amount > most:
        return False
    first = insert(GoodwillTally).values(
        brand_id=uow.brand_id, id=new_id(), user_id=user_id, month=month, unit=unit, given=amount
    )
    more = GoodwillTally.given + amount
    added = first.on_conflict_do_update(
        index_elements=["brand_id", "user_id", "month", "unit"],
        set_={"given": more},
        where=more <= literal(most, BigInteger) if most is not None else None,
    ).returning(GoodwillTally.given)
    return uow.session.execute(added).first() is not None


def _given(uow: UnitOfWork, user_id: UUID, month: date, unit: str) -> int:
    hers = (
        GoodwillTally.user_id == user_id,
        GoodwillTally.month == month,
        GoodwillTally.unit == unit,
    )
    return uow.session.scalar(select(GoodwillTally.given).where(*hers)) or 0
