"""The points an order earns: what it deserves as it stands, against what the ledger says.

Only the difference is written, so any number of runs, in any order, leads to the same ledger.
"""

from uuid import UUID

from app.brands.queries import this_brand
from app.customers.queries import views
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.loyalty import services as loyalty
from app.loyalty.domain import (
    Awaits,
    Credit,
    LoyaltySettings,
    Movement,
    OrderPoints,
    PendingCredit,
    TakeBack,
)
from app.loyalty.queries import given_by
from app.orders.domain.points_due import Dates, Progress, points_due
from app.orders.domain.shares import upto
from app.orders.models import Kind, Order, PaymentStatus
from app.orders.queries.surroundings import host_of
from app.orders.repository import locked_order
from app.promotions.domain.quote_format import read_quote

COUNTED = {OrderPoints.EARNED.value: 1, OrderPoints.EARNING_REVERSED.value: -1}
PAID = {PaymentStatus.PAID, PaymentStatus.REFUNDED}


def settle_points(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> None:
    """What it earns once paid, by line, less what belongs to units that were cancelled or came
    back; available from when the brand says."""
    order = locked_order(uow.session, actor, order_id)
    deserved = by_line(order)
    given = given_by(uow.session, "order", order.id, COUNTED)
    more = sum(deserved.values()) - given
    if not more and not given:
        return
    settings, zone = loyalty.settings_of(uow), _zone(uow)
    dates = dates_of(order, settings, zone)
    if more > 0:
        credit = _credit(uow, order, more, deserved, (settings, dates, zone), clock=clock)
        loyalty.post(uow, actor, [credit], clock=clock)
    elif more < 0:
        loyalty.post(uow, actor, [_take_back(order, -more)], clock=clock)
    loyalty.set_due(uow, actor, "order", {order.id: dates}, clock=clock)


def by_line(order: Order) -> dict[str, int]:
    """Line id → points it deserves: those it was promised, less those of units that are gone."""
    if order.kind != Kind.SALE or order.payment_status not in PAID or order.quote is None:
        return {}
    lines = {str(line.id): line for line in order.lines}
    deserved = {}
    for priced in read_quote(order.quote).lines:
        line = lines.get(priced.id)
        if line is not None and priced.points:
            gone = upto(priced.points, line.gone, line.quantity)
            deserved[priced.id] = priced.points - gone
    return {line_id: points for line_id, points in deserved.items() if points}


def dates_of(order: Order, settings: LoyaltySettings, zone: str) -> Dates:
    progress = Progress(order.paid_at, order.shipped_at, order.delivered_at)
    return points_due(progress, withdrawal_days=settings.withdrawal_days, zone=zone)


def _credit(
    uow: UnitOfWork,
    order: Order,
    points: int,
    by_line: dict[str, int],
    rules: tuple[LoyaltySettings, Dates, str],
    *,
    clock: Clock,
) -> Movement:
    settings, dates, zone = rules
    whose, awaits = _beneficiary(uow, order), Awaits(settings.orders_available)
    common = (
        _key(order),
        order.customer_id,
        points,
        OrderPoints.EARNED,
        "order",
        order.id,
        {"order_id": str(order.id), "number": order.number, "lines": by_line},
    )
    due, now = dates[awaits], clock()
    if due is not None and due <= now:
        return Credit(*common, settings.expires_at(whose, now, zone))
    rule = settings.expiry_of(whose)
    return PendingCredit(*common, awaits, due, rule.to_json() if rule else None)


def _take_back(order: Order, points: int) -> TakeBack:
    reason = {"order_id": str(order.id), "number": order.number, "revision": order.revision}
    kind = OrderPoints.EARNING_REVERSED
    return TakeBack(_key(order), order.customer_id, points, kind, "order", order.id, reason)


def _key(order: Order) -> str:
    return f"order:{order.id}:earning:{order.revision}"


def _beneficiary(uow: UnitOfWork, order: Order) -> str:
    """In which capacity she buys."""
    if host_of(uow.session, order.meeting_id) == order.customer_id:
        return "host"
    card = views(uow.session, [order.customer_id])[order.customer_id]
    return "seller" if "SELLER" in card.roles else "customer"


def _zone(uow: UnitOfWork) -> str:
    brand = this_brand(uow.session)
    return brand.timezone
