"""Customers as conditions and segments see them: their card, their orders so far, their points."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.customers.queries import CARDS
from app.kernel.clock import local_day
from app.loyalty.queries import spendable_of
from app.orders.models import Kind, Order, OrderLine, OrderStatus, PaymentStatus
from app.promotions.domain.cart import Buyer

METHOD = Order.asked[("delivery", "method")].astext


def _references() -> ColumnElement[str]:
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


_STANDS = and_(
    Order.customer_id == CARDS.c.id,
    Order.kind == Kind.SALE,
    Order.status.not_in([OrderStatus.CART, OrderStatus.CANCELLED]),
    Order.id.is_distinct_from(bindparam("but", type_=Uuid())),
)
_SPENT = func.sum(Order.products_cents - Order.returned_cents).filter(
    Order.payment_status == PaymentStatus.PAID
)
_PAST = (
    select(
        func.count().label("orders"),
        func.coalesce(_SPENT, 0).label("spend_cents"),
        func.max(Order.placed_at).label("last_at"),
        func.array_agg(METHOD.distinct()).filter(func.coalesce(METHOD, "") != "").label("methods"),
        func.array_agg(_references()).label("references"),
    )
    .where(_STANDS)
    .lateral("past")
)
"""Earlier sales that stand."""

BUYER = (*CARDS.c, *_PAST.c, spendable_of(CARDS.c.id).label("points"))
"""Columns. Parameters: `at`, and `but`, an order that is not past."""
BUYERS = CARDS.join(_PAST, true())
"""The table that has them."""


def buyers(
    session: Session, customer_ids: Collection[UUID], *, at: datetime, zone: str
) -> dict[UUID, Buyer]:
    """Any number of them in one statement. The caller has seen to it that the actor may know
    them."""
    parameters = {"customers": list(customer_ids), "at": at, "but": None}
    return {row.id: buyer_of(row, zone) for row in session.execute(_BUYERS, parameters)}


_BUYERS = (
    select(*BUYER)
    .select_from(BUYERS)
    .where(CARDS.c.id == any_(bindparam("customers", type_=ARRAY(Uuid()))))
)


def buyer_of(row: Row[*tuple[Any, ...]], zone: str) -> Buyer:
    """`row`: the columns BUYER, whatever else is in it."""
    return Buyer(
        id=str(row.id),
        roles=frozenset(row.roles),
        professional=row.professional,
        birth_date=row.birth_date,
        since=local_day(row.created_at, zone),
        past_orders=row.orders,
        lifetime_spend_cents=int(row.spend_cents),
        last_order_on=_day(row.last_at, zone),
        products_bought=frozenset("\n".join(filter(None, row.references or ())).splitlines()),
        shipping_methods_used=frozenset(row.methods or ()),
        points=row.points,
        is_seller="SELLER" in row.roles,
    )


def _day(at: datetime | None, zone: str) -> date | None:
    return local_day(at, zone) if at else None
