"""Points that become a promo code of her own, and what becomes of them when it is never used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.services import record
from app.customers.queries import views
from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock, end_of_day, local_day
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.loyalty.domain import Unused
from app.loyalty.services import settings_of
from app.loyalty.services.converting import Ended, end_conversions, take_for_conversion
from app.loyalty.services.wanting import must_be_points
from app.promotions.domain.paying import worth
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import PointValue, SpendingMode
from app.promotions.errors import ConversionNotOffered, PointsWorthNothing
from app.promotions.models import CodeKind, HoldingStatus, PromoCode
from app.promotions.services.holdings import NewCode, row_of
from app.promotions.services.plan import plan_of

STAFF = {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Converted:
    code_id: UUID
    code: str
    points: int
    amount_cents: int
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a customer's points are worth as a code."""

    points: int
    cents: int
    least_points: int
    valid_days: int


def conversion_rate(uow: UnitOfWork, customer_id: UUID) -> Rate | None:
    """None where the brand does not offer it. For whoever may see her card."""
    settings, plan = settings_of(uow), plan_of(uow.session)
    if plan.spending.mode is not SpendingMode.RATE or not settings.conversion.allowed:
        return None
    value, rules = _value(uow, plan, customer_id), settings.conversion
    return Rate(value.points, value.cents, rules.least_points, rules.valid_days)


def convert_points(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    points: int,
    *,
    name: str = "",
    conversion_id: UUID | None = None,
    clock: Clock,
) -> Converted:
    """Available points for a code of her own that takes their worth off one order. By herself or
    by the brand's staff. `name` is how the code is called; `conversion_id`, minted by whoever
    asks, makes it happen once, and is the id of the code.

    Raises NotFound for somebody else's card, ConversionNotOffered, Invalid, PointsWorthNothing,
    BalanceTooLow, PointsStillPending.
    """
    if actor.role not in STAFF and actor.customer_id != customer_id:
        raise NotFound
    rate = conversion_rate(uow, customer_id)
    if rate is None:
        raise ConversionNotOffered
    must_be_points(points, least=rate.least_points)
    cents = worth(points, PointValue(rate.points, rate.cents))
    if not cents:
        raise PointsWorthNothing(least_points=-(-rate.points // rate.cents))
    code_id = conversion_id or new_id()
    zone = plan_of(uow.session).settings.timezone
    until = end_of_day(local_day(clock(), zone) + timedelta(days=rate.valid_days), zone)
    made = _issue(uow, code_id, customer_id, points, cents, name=name, until=until, clock=clock)
    take_for_conversion(uow, actor, customer_id, points, code_id, clock=clock)
    told = {"points": points, "amount_cents": cents, "code": code_id}
    if made:
        record(uow, actor, "points.convert", "customer", customer_id, after=told)
    return _converted(uow, code_id, customer_id)


def end_unused(uow: UnitOfWork, actor: Actor, *, most: int, clock: Clock) -> int:
    """Codes made of points whose time is over, so many at most: the points are lost or come back,
    as was settled when they became a code. What another worker has in hand is left to it."""
    climb(uow.session, Rank.PROMOTION)
    over = (
        select(PromoCode.id, PromoCode.customer_id, PromoCode.points, PromoCode.points_return)
        .where(
            PromoCode.points.is_not(None),
            PromoCode.points_ended_at.is_(None),
            PromoCode.status == HoldingStatus.EXPIRED,
        )
        .order_by(PromoCode.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    codes = uow.session.execute(over).all()
    if not codes:
        return 0
    uow.session.execute(
        update(PromoCode)
        .where(PromoCode.id.in_([code.id for code in codes]))
        .values(points_ended_at=clock())
        .execution_options(synchronize_session=False)
    )
    ended = [Ended(one.id, one.customer_id, one.points, one.points_return) for one in codes]
    end_conversions(uow, actor, ended, clock=clock)
    return len(codes)


def _value(uow: UnitOfWork, plan: Plan, customer_id: UUID) -> PointValue:
    card = views(uow.session, [customer_id]).get(customer_id)
    if card is None:
        raise NotFound
    is_seller = "SELLER" in card.roles
    return plan.spending.value_seller if is_seller else plan.spending.value_customer


def _issue(
    uow: UnitOfWork,
    code_id: UUID,
    customer_id: UUID,
    points: int,
    cents: int,
    *,
    name: str,
    until: datetime,
    clock: Clock,
) -> bool:
    """False: it was made before."""
    climb(uow.session, Rank.PROMOTION)
    terms: dict[str, Any] = {"effect": {"kind": "amount_off_order", "amount_cents": cents}}
    new = NewCode(customer_id, None, name, terms, until)
    unused = settings_of(uow).conversion.unused
    row = row_of(uow, new, clock) | {
        "id": code_id,
        "kind": CodeKind.PERSONAL,
        "points": points,
        "points_return": unused is Unused.RETURNED,
    }
    made = insert(PromoCode).values(row).on_conflict_do_nothing(index_elements=["brand_id", "id"])
    return uow.session.execute(made.returning(PromoCode.id)).first() is not None


def _converted(uow: UnitOfWork, code_id: UUID, customer_id: UUID) -> Converted:
    hers = (PromoCode.id == code_id, PromoCode.customer_id == customer_id)
    code = uow.session.scalars(select(PromoCode).where(*hers)).one_or_none()
    if code is None or code.points is None:
        raise NotFound
    amount: int = code.terms["effect"]["amount_cents"]
    return Converted(code.id, code.code, code.points, amount, code.valid_until)
