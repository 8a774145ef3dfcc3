"""What stands around an order that its prices depend on, and since when it could be paid.

`meetings` stands to the right of this package: its table is named here, not imported.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Row, Text, Uuid, and_, bindparam, case, column, select, table
from sqlalchemy.orm import Session

from app.catalog.queries import CATEGORIES, category_lines
from app.customers.queries import CARDS
from app.infra.tenancy import brand_in
from app.kernel.clock import local_day
from app.orders.models import Kind, Order, OrderStatus, PaymentStatus, ShippingStatus
from app.orders.queries.buyers import BUYER, BUYERS, buyer_of
from app.promotions.domain.cart import Buyer, MeetingOfCart
from app.promotions.queries.records import RECORDS, records_asked

MEETINGS = table(
    "meetings",
    column("brand_id", Uuid),
    column("id", Uuid),
    column("host_id", Uuid),
    column("theme", Text),
    column("place", Text),
    column("starts_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    buyer: Buyer
    meeting: MeetingOfCart | None
    categories: Mapping[UUID, tuple[str, ...]]
    """With those above them."""
    records: Row[*tuple[Any, ...]]
    """With the columns RECORDS."""


def surroundings(
    session: Session, order: Order, *, codes: Collection[str], at: datetime, zone: str
) -> Surroundings:
    """Of a draft in which `codes` were typed. One statement."""
    parameters = {
        **records_asked(order.customer_id, order.seller_id, codes),
        "meeting": order.meeting_id,
        "but": order.id,
        "at": at,
    }
    row = session.execute(_SURROUNDINGS, parameters).one()
    buyer = replace(buyer_of(row, zone), is_host=row.host_id == order.customer_id)
    return Surroundings(buyer, _meeting(row, zone), category_lines(row.categories), row)


_SURROUNDINGS = (
    select(
        *BUYER,
        *RECORDS,
        CATEGORIES,
        MEETINGS.c.id.label("meeting_id"),
        MEETINGS.c.host_id,
        MEETINGS.c.theme,
        MEETINGS.c.place,
        MEETINGS.c.starts_at,
    )
    .select_from(
        BUYERS.outerjoin(
            MEETINGS,
            and_(
                MEETINGS.c.brand_id == CARDS.c.brand_id,
                MEETINGS.c.id == bindparam("meeting", type_=Uuid()),
            ),
        )
    )
    .where(CARDS.c.id == bindparam("customer", type_=Uuid()))
)


def _meeting(row: Row[*tuple[Any, ...]], zone: str) -> MeetingOfCart | None:
    if row.meeting_id is None:
        return None
    return MeetingOfCart(
        id=str(row.meeting_id),
        theme=row.theme or None,
        place=row.place.removesuffix("_home"),
        on=local_day(row.starts_at, zone),
    )


def host_of(session: Session, meeting_id: UUID | None) -> UUID | None:
    if meeting_id is None:
        return None
    wanted = (MEETINGS.c.brand_id == brand_in(session), MEETINGS.c.id == meeting_id)
    return session.scalar(select(MEETINGS.c.host_id).where(*wanted))


PAYABLE_LATER = timedelta(days=8)
"""Sold in somebody's home, no payment may be taken before seven full days have passed."""
AT_ONCE = ("seller_home", "virtual")
"""Places of meetings where payment may be taken at once."""


def abandoned(
    session: Session, *, hours: int, now: datetime, order_id: UUID | None = None
) -> tuple[UUID, ...]:
    """Placed sales of which nothing was paid `hours` after it was possible, and nothing shipped;
    of one order, whether it is one of them."""
    at_home = and_(MEETINGS.c.place.is_not(None), MEETINGS.c.place.not_in(AT_ONCE))
    payable = Order.placed_at + case((at_home, PAYABLE_LATER), else_=timedelta())
    statement = (
        select(Order.id)
        .outerjoin(
            MEETINGS,
            and_(MEETINGS.c.brand_id == Order.brand_id, MEETINGS.c.id == Order.meeting_id),
        )
        .where(
            Order.kind == Kind.SALE,
            Order.status == OrderStatus.PLACED,
            Order.payment_status == PaymentStatus.UNPAID,
            Order.paid_cents == 0,
            Order.consumed_at.is_(None),
            Order.shipping_status == ShippingStatus.NOT_SHIPPED,
            payable <= now - timedelta(hours=hours),
        )
        .order_by(Order.id)
    )
    if order_id is not None:
        statement = statement.where(Order.id == order_id)
    return tuple(session.scalars(statement))
