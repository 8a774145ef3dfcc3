"""Lines put on an order, still to be priced."""

from uuid import UUID

from app.catalog.queries import ProductView
from app.kernel.ids import new_id
from app.orders.errors import QuantityOutOfRange, TooManyLines
from app.orders.models import MOST_LINES, MOST_UNITS, Order, OrderLine


def append_line(
    order: Order,
    product: ProductView,
    quantity: int,
    *,
    gift_claim_id: UUID | None = None,
    promotion: str = "",
) -> OrderLine:
    """At the end of the order. Raises TooManyLines, except for what adds itself."""
    if len(order.lines) >= MOST_LINES and not promotion:
        raise TooManyLines(most=MOST_LINES)
    line = OrderLine(
        brand_id=order.brand_id,
        id=new_id(),
        position=max((line.position for line in order.lines), default=0) + 1,
        product_id=product.id,
        reference=product.reference,
        name=product.name,
        unit_price_cents=product.price_cents,
        quantity=quantity,
        vat_rate_bp=product.vat_rate_bp,
        in_turnover=product.in_turnover,
        net_cents=0,
        vat_cents=0,
        points_cents=0,
        gift_claim_id=gift_claim_id,
        promotion=promotion,
        shipped=0,
        cancelled=0,
        returned=0,
        refunded_cents=0,
    )
    order.lines.append(line)
    return line


def must_be_orderable(quantity: int, name: str) -> None:
    if not 1 <= quantity <= MOST_UNITS:
        raise QuantityOutOfRange(most=MOST_UNITS, name=name)
