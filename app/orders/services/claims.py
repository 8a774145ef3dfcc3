"""What a placed order holds besides stock: uses of promotions and codes, vouchers, points.

Held when it is placed, consumed when it is paid, let go of when it is not; of a paid order, parts
go back with the units they belong to. Locks climb: promotions, vouchers, accounts.
"""

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.loyalty import services as loyalty
from app.loyalty.domain import GiveBack, OfOrder, OrderPoints, Release, Reserve, Spend
from app.orders.domain.frozen import quote_from_json
from app.orders.models import Order
from app.promotions.domain import Quote

KINDS: dict[type[OfOrder], OrderPoints] = {
    Reserve: OrderPoints.RESERVED,
    Spend: OrderPoints.SPENT,
    Release: OrderPoints.RELEASED,
    GiveBack: OrderPoints.GIVEN_BACK,
}


def points_held(quote: Quote) -> int:
    """Taken from the balance, in either mode of spending."""
    by_rate = quote.points.consumed if quote.points else 0
    return by_rate or (quote.advantage.points_used if quote.advantage else 0)


def hold(uow: UnitOfWork, actor: Actor, order: Order, quote: Quote, *, clock: Clock) -> None:
    """Raises NotEnoughPoints, PromotionExhausted, VoucherTaken: somebody else was quicker."""
    _move(uow, actor, order, Reserve, points_held(quote), clock=clock)


def consume(uow: UnitOfWork, actor: Actor, order: Order, *, clock: Clock) -> None:
    """The order is paid in full."""
    _move(uow, actor, order, Spend, points_held(frozen(order)), clock=clock)


def let_go(uow: UnitOfWork, actor: Actor, order: Order, *, clock: Clock) -> None:
    """The order was never paid in full: all it held is free again."""
    _move(uow, actor, order, Release, points_held(frozen(order)), clock=clock)


def frozen(order: Order) -> Quote:
    """The quote the order was placed with."""
    assert order.quote is not None
    return quote_from_json(order.quote)


def _move(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    movement: type[OfOrder],
    points: int,
    *,
    clock: Clock,
    part: int | None = None,
) -> None:
    if not points:
        return
    kind = KINDS[movement]
    key = f"order:{order.id}:{kind}" + (f":{part}" if part is not None else "")
    moved = movement(
        key, order.customer_id, points, kind, "order", order.id, {"order_id": str(order.id)}
    )
    loyalty.post(uow, actor, [moved], clock=clock)
