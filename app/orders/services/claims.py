"""What a placed order holds besides stock: uses of promotions and codes, vouchers, points.

Held when it is placed, consumed when it is paid, let go of when it is not; of a paid order, parts
go back with the units they belong to. Locks climb: promotions, vouchers, accounts.
"""

from typing import Any
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.loyalty import services as loyalty
from app.loyalty.domain import GiveBack, OfSource, OrderPoints, Release, Reserve, Spend
from app.orders.domain.shares import Share
from app.orders.models import Order, OrderStatus
from app.promotions.domain import Quote
from app.promotions.domain.quote_format import read_quote
from app.promotions.services.plan import BrandPlan
from app.promotions.services.uses import (
    consume_uses,
    give_back_uses,
    release_uses,
    reserve_uses,
)
from app.promotions.services.voucher_uses import (
    consume_vouchers,
    give_back_vouchers,
    release_vouchers,
    reserve_vouchers,
)

KINDS: dict[type[OfSource], OrderPoints] = {
    Reserve: OrderPoints.RESERVED,
    Spend: OrderPoints.SPENT,
    Release: OrderPoints.RELEASED,
    GiveBack: OrderPoints.GIVEN_BACK,
}


def points_held(quote: Quote) -> int:
    """Taken from the balance, in either mode of spending."""
    by_rate = quote.points.consumed if quote.points else 0
    return by_rate or (quote.advantage.points_used if quote.advantage else 0)


def hold(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    quote: Quote,
    plan: BrandPlan,
    *,
    paid: bool,
    clock: Clock,
) -> None:
    """All that the quote uses, or nothing. `plan`: held, and what it was priced by; `paid`: it is
    paid in full at once, and consumed.

    Raises PromotionExhausted, CodeTaken, VoucherTaken, NotEnoughPoints: somebody else was quicker.
    """
    customer_id = order.customer_id
    reserve_uses(
        uow,
        order.id,
        quote,
        plan=plan,
        customer_id=customer_id,
        seller_id=order.seller_id,
        clock=clock,
    )
    if paid and quote.applied:
        consume_uses(uow, order.id, clock=clock)
    reserve_vouchers(uow, order.id, quote, customer_id=customer_id, clock=clock)
    if paid and quote.vouchers:
        consume_vouchers(uow, order.id, clock=clock)
    points = points_held(quote)
    if points:
        future = quote.points.future if quote.points else 0
        wanted = Reserve(*_said(order, Reserve, points))
        loyalty.reserve(uow, actor, wanted, future=future, clock=clock)
    if paid:
        _move(uow, actor, order, Spend, points, clock=clock)


def consume(uow: UnitOfWork, actor: Actor, order: Order, *, clock: Clock) -> None:
    """The order is paid in full."""
    consume_uses(uow, order.id, clock=clock)
    consume_vouchers(uow, order.id, clock=clock)
    _move(uow, actor, order, Spend, points_held(frozen(order)), clock=clock)


def let_go(uow: UnitOfWork, actor: Actor, order: Order, *, clock: Clock) -> None:
    """The order was never paid in full: all it held is free again."""
    release_uses(uow, order.id, clock=clock)
    release_vouchers(uow, order.id, clock=clock)
    _move(uow, actor, order, Release, points_held(frozen(order)), clock=clock)


def give_back(uow: UnitOfWork, actor: Actor, order: Order, share: Share, *, clock: Clock) -> None:
    """What belongs to units of a paid order that are cancelled or came back; of an order of which
    nothing is left, all that it still has."""
    if order.status == OrderStatus.CANCELLED:
        release_uses(uow, order.id, clock=clock)
        release_vouchers(uow, order.id, clock=clock)
    else:
        give_back_uses(uow, order.id, share.promotions)
        vouchers = {UUID(key): cents for key, cents in share.vouchers.items()}
        give_back_vouchers(uow, order.id, vouchers, clock=clock)
    _move(uow, actor, order, GiveBack, share.points, clock=clock, part=order.revision)


def frozen(order: Order) -> Quote:
    """The quote the order was placed with."""
    assert order.quote is not None
    return read_quote(order.quote)


def _move(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    movement: type[OfSource],
    points: int,
    *,
    clock: Clock,
    part: int | None = None,
) -> None:
    if not points:
        return
    moved = movement(*_said(order, movement, points, part))
    loyalty.post(uow, actor, [moved], clock=clock)


def _said(
    order: Order, movement: type[OfSource], points: int, part: int | None = None
) -> tuple[str, UUID, int, str, str, UUID, dict[str, Any]]:
    kind = KINDS[movement]
    key = f"order:{order.id}:{kind}" + (f":{part}" if part is not None else "")
    of = {"order_id": str(order.id)}
    return (key, order.customer_id, points, kind, "order", order.id, of)
