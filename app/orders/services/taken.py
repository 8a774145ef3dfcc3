"""What every line of a placed order took from its buyer: money, vouchers, points."""

from collections.abc import Collection, Mapping
from uuid import UUID

from app.kernel.money import spread
from app.orders.domain.shares import LineTaken
from app.orders.models import Order
from app.orders.services.claims import frozen, points_held
from app.promotions.domain.quote import PricedLine
from app.promotions.domain.terms import EffectKind

EFFECTS = {kind.value for kind in EffectKind}


def lines_taken(order: Order) -> dict[UUID, LineTaken]:
    """Points are spread over the lines as they paid for them; those of a tier as its discount."""
    quote = frozen(order)
    priced = {line.id: line for line in quote.lines}
    lines = sorted(order.lines, key=lambda line: str(line.id))
    weights = [_paid_by(priced.get(str(line.id)), ("points", "loyalty")) for line in lines]
    points = spread(points_held(quote), weights) if lines else []
    return {
        line.id: LineTaken(
            quantity=line.quantity,
            net_cents=line.net_cents,
            points=share,
            vouchers=_by_source(priced.get(str(line.id)), {"voucher"}),
            promotions=_by_source(priced.get(str(line.id)), EFFECTS),
        )
        for line, share in zip(lines, points, strict=True)
    }


def _paid_by(line: PricedLine | None, codes: tuple[str, ...]) -> int:
    parts = line.adjustments if line else ()
    return sum(one.amount_cents for one in parts if one.code in codes)


def _by_source(line: PricedLine | None, codes: Collection[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in line.adjustments if line else ():
        if one.code in codes:
            found[one.source] = found.get(one.source, 0) + one.amount_cents
    return found
