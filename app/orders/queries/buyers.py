"""What conditions may ask about customers: their orders so far, set by set for any number."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session

from app.kernel.clock import local_day
from app.orders.models import Kind, Order, OrderLine, OrderStatus, PaymentStatus

STANDS = and_(
    Order.kind == Kind.SALE,
    Order.status.not_in([OrderStatus.CART, OrderStatus.CANCELLED]),
)
METHOD = Order.asked[("delivery", "method")].astext


@dataclass(frozen=True, slots=True)
class Past:
    """Earlier sales of a customer that stand."""

    orders: int = 0
    spend_cents: int = 0
    """Products paid for, less what came back."""
    last_on: date | None = None
    methods: frozenset[str] = frozenset()
    """Codes of shipping methods used."""
    products: frozenset[str] = field(default_factory=frozenset)
    """References bought."""


def pasts(
    session: Session, customer_ids: Collection[UUID], *, zone: str, but: UUID | None = None
) -> dict[UUID, Past]:
    """Of each customer asked for; `but` is an order that is not past. One statement."""
    ids = sorted(set(customer_ids))
    hers = and_(Order.customer_id.in_(ids), STANDS)
    if but is not None:
        hers = and_(hers, Order.id != but)
    statement = (
        select(
            Order.customer_id,
            func.count(),
            func.coalesce(func.sum(_spent()).filter(_paid()), 0),
            func.max(Order.placed_at),
            func.array_agg(METHOD.distinct()).filter(func.coalesce(METHOD, "") != ""),
            func.array_agg(_references()),
        )
        .where(hers)
        .group_by(Order.customer_id)
    )
    found = {row[0]: _past(row, zone) for row in session.execute(statement)}
    return {customer_id: found.get(customer_id, Past()) for customer_id in ids}


def _past(row: Any, zone: str) -> Past:
    _customer_id, orders, cents, last, methods, references = row
    return Past(
        orders=orders,
        spend_cents=int(cents),
        last_on=local_day(last, zone) if isinstance(last, datetime) else None,
        methods=frozenset(methods or ()),
        products=frozenset("\n".join(one for one in references if one).splitlines()),
    )


def _references() -> Any:
    """What was bought on one order, a line each; gifts that added themselves were not."""
    return (
        select(func.string_agg(OrderLine.reference, literal("\n")))
        .where(
            OrderLine.brand_id == Order.brand_id,
            OrderLine.order_id == Order.id,
            OrderLine.promotion == "",
        )
        .correlate(Order)
        .scalar_subquery()
    )


def _spent() -> ColumnElement[int]:
    return Order.products_cents - Order.returned_cents


def _paid() -> ColumnElement[bool]:
    return Order.payment_status == PaymentStatus.PAID
