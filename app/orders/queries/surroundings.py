"""The meeting around an order: what prices depend on, and since when it could be paid.

`meetings` stands to the right of this package: its table is named here, not imported.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, and_, case, column, select, table
from sqlalchemy.orm import Session

from app.infra.tenancy import brand_in
from app.kernel.clock import local_day
from app.orders.models import Kind, Order, OrderStatus, PaymentStatus, ShippingStatus
from app.promotions.domain.cart import MeetingOfCart

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
class MeetingAround:
    host_id: UUID
    theme: str
    place: str
    starts_at: datetime

    def of_cart(self, meeting_id: UUID, zone: str) -> MeetingOfCart:
        return MeetingOfCart(
            id=str(meeting_id),
            theme=self.theme or None,
            place=self.place.removesuffix("_home"),
            on=local_day(self.starts_at, zone),
        )


def meeting_around(session: Session, meeting_id: UUID | None) -> MeetingAround | None:
    if meeting_id is None:
        return None
    wanted = (MEETINGS.c.brand_id == brand_in(session), MEETINGS.c.id == meeting_id)
    columns = (MEETINGS.c.host_id, MEETINGS.c.theme, MEETINGS.c.place, MEETINGS.c.starts_at)
    row = session.execute(select(*columns).where(*wanted)).one_or_none()
    return MeetingAround(*row) if row else None


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
            Order.shipping_status == ShippingStatus.NOT_SHIPPED,
            payable <= now - timedelta(hours=hours),
        )
        .order_by(Order.id)
    )
    if order_id is not None:
        statement = statement.where(Order.id == order_id)
    return tuple(session.scalars(statement))
