"""Reads of orders, with their lines, in a constant number of statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Exists,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.catalog.queries import category_name_of
from app.kernel.actor import Actor, Role
from app.orders.domain.asked import Place
from app.orders.errors import OrderNotFound
from app.orders.models import (
    Channel,
    Kind,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    ShippingStatus,
    is_visible,
)

UNPAID = (PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID)
MOST_LISTED = 100

SOLD = and_(Order.kind == Kind.SALE, Order.status.not_in([OrderStatus.CART, OrderStatus.CANCELLED]))
PAID_SALE = and_(SOLD, Order.payment_status == PaymentStatus.PAID)
STANDING_CENTS = Order.products_cents - Order.returned_cents
"""Products, net, less what was cancelled or returned."""
AWAITS_PAYMENT = and_(SOLD, Order.payment_status.in_(UNPAID))


@dataclass(frozen=True, slots=True)
class LineView:
    id: UUID
    product_id: UUID
    reference: str
    name: str
    category: str
    quantity: int
    unit_price_cents: int
    """List price at the time."""
    net_cents: int
    """For the whole line, tax included, after every discount."""
    vat_rate_bp: int
    vat_cents: int
    in_turnover: bool
    gift_claim_id: UUID | None
    promotion: str
    """The one that put it here by itself; empty: none."""
    points_cents: int
    """Paid with points, beside `net_cents`."""
    shipped: int
    cancelled: int
    returned: int
    refunded_cents: int
    """Of `net_cents`, what went with the cancelled and the returned units."""

    @property
    def is_gift(self) -> bool:
        return self.gift_claim_id is not None or bool(self.promotion)

    @property
    def list_cents(self) -> int:
        return self.unit_price_cents * self.quantity

    @property
    def gone(self) -> int:
        return self.cancelled + self.returned

    @property
    def standing(self) -> int:
        """Units neither cancelled nor returned."""
        return self.quantity - self.gone

    @property
    def standing_cents(self) -> int:
        return self.net_cents - self.refunded_cents

    @property
    def to_ship(self) -> int:
        return self.quantity - self.cancelled - self.shipped

    @property
    def returnable(self) -> int:
        return self.shipped - self.returned


@dataclass(frozen=True, slots=True)
class OrderView:
    """States are the words of the models' enumerations."""

    id: UUID
    number: int | None
    meeting_id: UUID | None
    seller_id: UUID
    customer_id: UUID
    channel: str
    kind: str
    status: str
    payment_status: str
    shipping_status: str
    products_cents: int
    shipping_cents: int
    total_cents: int
    paid_cents: int
    refunded_cents: int
    returned_cents: int
    """Of `products_cents`, what was cancelled or returned."""
    created_at: datetime
    placed_at: datetime | None
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    terms_version: int | None
    """Of the terms of sale she accepted, ordering by her link."""
    goes_with_id: UUID | None
    """Of gifts: the order in whose parcel they leave."""
    goes_to_host: bool
    """In the parcel of the meeting's host."""
    is_handed_over: bool
    """By its seller, rather than sent."""
    lines: tuple[LineView, ...]

    @property
    def due_cents(self) -> int:
        return self.total_cents - self.paid_cents

    @property
    def standing_cents(self) -> int:
        """Products, net, less what was cancelled or returned."""
        return self.products_cents - self.returned_cents

    @property
    def item_count(self) -> int:
        return sum(line.standing for line in self.lines)

    @property
    def is_gift(self) -> bool:
        return self.kind == Kind.GIFT

    @property
    def is_cart(self) -> bool:
        return self.status == OrderStatus.CART

    @property
    def is_own_draft(self) -> bool:
        """Begun by the customer herself, by her link."""
        return self.is_cart and self.channel == Channel.WEB

    @property
    def is_cancelled(self) -> bool:
        return self.status == OrderStatus.CANCELLED

    @property
    def is_sold(self) -> bool:
        """Placed, standing, and bought rather than won."""
        return not (self.is_gift or self.is_cart or self.is_cancelled)

    @property
    def awaits_payment(self) -> bool:
        """What keeps a meeting from closing."""
        return self.is_sold and self.payment_status in UNPAID

    @property
    def counts_as_sale(self) -> bool:
        return self.is_sold and self.payment_status == PaymentStatus.PAID

    @property
    def can_be_cancelled(self) -> bool:
        shipped = any(line.shipped for line in self.lines)
        return self.awaits_payment and not self.paid_cents and not shipped

    @property
    def can_be_returned(self) -> bool:
        return self.counts_as_sale and any(line.returnable for line in self.lines)

    @property
    def can_be_cut(self) -> bool:
        """Units may be cancelled one by one: money goes back with them."""
        return self.counts_as_sale and any(line.to_ship for line in self.lines)

    @property
    def can_be_shipped(self) -> bool:
        placed = not (self.is_cart or self.is_cancelled)
        return placed and any(line.to_ship for line in self.lines)

    @property
    def can_be_handed_over(self) -> bool:
        """It waits for nothing but somebody's hands."""
        is_paid = self.payment_status == PaymentStatus.PAID
        return self.is_handed_over and is_paid and self.can_be_shipped

    @property
    def can_be_delivered(self) -> bool:
        return not self.is_cancelled and self.shipping_status == ShippingStatus.SHIPPED

    @property
    def can_be_finalised(self) -> bool:
        return self.is_gift and self.is_cart and bool(self.lines)


@dataclass(frozen=True, slots=True)
class PaymentView:
    id: UUID
    method: str
    amount_cents: int
    received_on: date
    reference: str
    recorded_at: datetime
    refused_at: datetime | None
    """By the bank: it counts no more."""
    refusal: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    order: OrderView
    payments: tuple[PaymentView, ...]
    explained: dict[str, Any] | None
    """What it was priced at last; frozen once placed."""
    asked: dict[str, Any] = field(default_factory=dict)
    """As `domain.asked` reads it."""
    goes_with: int | None = None
    """The number of the order in whose parcel these gifts leave; None: of none, or of a draft."""
    gifts_along: tuple[str, ...] = ()
    """Names of gifts that leave with this order."""


def orders_of_meetings(session: Session, meeting_ids: Iterable[UUID]) -> tuple[OrderView, ...]:
    """All orders in all states, oldest first, in one statement. For other packages, which have
    seen to it that the actor may see these meetings."""
    wanted = sorted(set(meeting_ids))
    if not wanted:
        return ()
    return _views(session, select(Order.id).where(Order.meeting_id.in_(wanted)))


def orders_by_id(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, OrderView]:
    """For other packages, which have seen to it that the asker may know. One statement."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return {}
    found = _views(session, select(Order.id).where(Order.id.in_(wanted)))
    return {order.id: order for order in found}


@dataclass(frozen=True, slots=True)
class OrderCard:
    """Enough to name an order in a sentence."""

    id: UUID
    number: int | None
    seller_id: UUID
    meeting_id: UUID | None


def order_cards(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, OrderCard]:
    """For other packages, which have seen to it that the asker may know. One statement."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return {}
    columns = (Order.id, Order.number, Order.seller_id, Order.meeting_id)
    found = session.execute(select(*columns).where(Order.id.in_(wanted)))
    return {row[0]: OrderCard(*row) for row in found}


def order_page(session: Session, actor: Actor, order_id: UUID) -> OrderPage:
    """Raises OrderNotFound, also for somebody else's order."""
    found = _views(session, select(Order.id).where(Order.id == order_id))
    if not found or not _sees(actor, found[0]):
        raise OrderNotFound
    quote, asked, number, along = session.execute(
        select(Order.quote, Order.asked, _number_gone_with(), _gifts_along()).where(
            Order.id == order_id
        )
    ).one()
    payments = _payments(session, order_id)
    return OrderPage(found[0], payments, quote, asked, number, tuple(along or ()))


def _number_gone_with() -> ScalarSelect[Any]:
    other = aliased(Order)
    return select(other.number).where(other.id == Order.goes_with_id).scalar_subquery()


def _gifts_along() -> ScalarSelect[Any]:
    """Names on gift orders that leave with this one."""
    other = aliased(Order)
    names = aggregate_order_by(OrderLine.name, OrderLine.id)
    return (
        select(func.array_agg(names))
        .join(other, other.id == OrderLine.order_id)
        .where(other.goes_with_id == Order.id, OrderLine.cancelled < OrderLine.quantity)
        .correlate(Order)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A sale in whose parcel gifts may still leave."""

    id: UUID
    number: int | None
    """None: a draft."""
    created_at: datetime


def orders_not_shipped(
    session: Session, customer_id: UUID, seller_id: UUID | None = None
) -> tuple[OpenOrder, ...]:
    """Of this customer, with this seller or any, the newest first. For other packages."""
    going = select(Order.id, Order.number, Order.created_at).where(
        Order.customer_id == customer_id,
        Order.seller_id == seller_id if seller_id else true(),
        Order.kind == Kind.SALE,
        Order.status != OrderStatus.CANCELLED,
        Order.shipping_status == ShippingStatus.NOT_SHIPPED,
        exists().where(OrderLine.order_id == Order.id),
    )
    rows = session.execute(going.order_by(Order.created_at.desc(), Order.id).limit(MOST_LISTED))
    return tuple(OpenOrder(*row) for row in rows)


def orders_of_customer(
    session: Session, actor: Actor, customer_id: UUID, *, limit: int = MOST_LISTED
) -> tuple[OrderView, ...]:
    """Hers that the actor may see, newest first."""
    statement = _visible(actor).where(Order.customer_id == customer_id)
    newest = statement.order_by(Order.created_at.desc(), Order.id.desc()).limit(limit)
    return tuple(reversed(_views(session, newest)))


def own_draft(session: Session, actor: Actor) -> UUID | None:
    """What the holder of a link has begun to order by herself."""
    drafts = _visible(actor).where(
        Order.channel == Channel.WEB, Order.kind == Kind.SALE, Order.status == OrderStatus.CART
    )
    return session.scalar(drafts.order_by(Order.created_at.desc(), Order.id.desc()).limit(1))


def todo_orders(
    session: Session, actor: Actor, *, limit: int = MOST_LISTED
) -> tuple[OrderView, ...]:
    """What waits for somebody: drafts, gift orders to finalise, orders to be paid; oldest first."""
    waiting = _visible(actor).where(or_(Order.status == OrderStatus.CART, AWAITS_PAYMENT))
    return _views(session, waiting.order_by(Order.created_at, Order.id).limit(limit))


def last_seller(session: Session, customer_id: UUID) -> UUID | None:
    """Who took the last paid sale of this customer that stands. For other packages."""
    hers = select(Order.seller_id).where(Order.customer_id == customer_id, PAID_SALE)
    return session.scalar(hers.order_by(Order.paid_at.desc(), Order.id.desc()).limit(1))


def first_order_ids(session: Session, customer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of each customer, the first sale that stands. For other packages."""
    statement = (
        select(Order.customer_id, Order.id)
        .ext(distinct_on(Order.customer_id))
        .where(Order.customer_id.in_(sorted(set(customer_ids))), SOLD)
        .order_by(Order.customer_id, Order.placed_at, Order.id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def meetings_with_sales(session: Session, meeting_ids: Iterable[UUID]) -> set[UUID]:
    """Those with a paid sale that stands. For other packages."""
    ids = sorted(set(meeting_ids))
    sold = select(Order.meeting_id).where(Order.meeting_id.in_(ids), PAID_SALE).distinct()
    return {one for one in session.scalars(sold) if one is not None} if ids else set()


def meeting_of(session: Session, actor: Actor, order_id: UUID) -> UUID | None:
    """Which meeting to lock before this order; None for an order outside meetings.

    Raises OrderNotFound, also for somebody else's order.
    """
    row = session.execute(_MEETING_OF, {"id": order_id}).one_or_none()
    if row is None or not is_visible(actor, row[0], row[1], row[2]):
        raise OrderNotFound
    return row[2]


def was_paid_before(session: Session, order_id: UUID) -> bool:
    """A payment was refused since."""
    first_paid = select(Order.consumed_at).where(Order.id == order_id)
    return session.scalar(first_paid) is not None


_MEETING_OF = select(Order.seller_id, Order.customer_id, Order.meeting_id).where(
    Order.id == bindparam("id", type_=Uuid())
)


# --------------------------------------------------------------------------------------- lists

STATES = {
    "cart": Order.status == OrderStatus.CART,
    "done": Order.status.in_(
        [OrderStatus.PLACED, OrderStatus.COMPLETED, OrderStatus.PARTIALLY_CANCELLED]
    ),
    "cancelled": Order.status == OrderStatus.CANCELLED,
}
"""What people tell apart; finer states show on each order."""
PAYMENT_STATES = {"due": AWAITS_PAYMENT, "paid": PAID_SALE}
dated = func.coalesce(Order.placed_at, Order.created_at)


@dataclass(frozen=True, slots=True)
class OrdersWanted:
    """Which orders; empty: all."""

    channel: str = ""
    kind: str = ""
    status: str = ""
    """A key of STATES."""
    payment: str = ""
    """A key of PAYMENT_STATES."""
    number: int | None = None
    customer_ids: tuple[UUID, ...] | None = None
    """With a number: the orders of these customers, and the order of that number."""
    since: datetime | None = None
    until: datetime | None = None
    seller_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrderList:
    rows: tuple[OrderView, ...]
    total: int
    total_cents: int
    """Of the sales among them that stand, on every page."""
    has_more: bool


def order_list(
    session: Session,
    actor: Actor,
    wanted: OrdersWanted,
    *,
    page: int = 1,
    size: int,
    start: int | None = None,
) -> OrderList:
    """The latest first, from a page or after `start` of them. Four statements, however many
    orders."""
    chosen = _visible(actor).where(*_conditions(wanted))
    of_all = select(
        func.count(),
        func.coalesce(func.sum(Order.total_cents - Order.refunded_cents).filter(SOLD), 0),
    ).where(Order.id.in_(chosen.scalar_subquery()))
    total, cents = session.execute(of_all).one()
    paged = chosen.order_by(dated.desc(), Order.id.desc())
    offset = (page - 1) * size if start is None else start
    ids = list(session.scalars(paged.limit(size + 1).offset(offset)))
    found = orders_by_id(session, ids[:size])
    return OrderList(tuple(found[one] for one in ids[:size]), total, int(cents), len(ids) > size)


def _conditions(wanted: OrdersWanted) -> list[ColumnElement[bool]]:
    plain = {Order.channel: wanted.channel, Order.kind: wanted.kind}
    found = [column == value for column, value in plain.items() if value]
    if wanted.status:
        found.append(STATES[wanted.status])
    if wanted.payment:
        found.append(PAYMENT_STATES[wanted.payment])
    if wanted.seller_id:
        found.append(Order.seller_id == wanted.seller_id)
    if wanted.since:
        found.append(dated >= wanted.since)
    if wanted.until:
        found.append(dated < wanted.until)
    if wanted.customer_ids is not None:
        hers = Order.customer_id.in_(wanted.customer_ids)
        found.append(or_(hers, Order.number == wanted.number) if wanted.number else hers)
    return found


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    due: int
    drafts: int
    gifts: int


def waiting_counts(session: Session, actor: Actor) -> WaitingCounts:
    cart = Order.status == OrderStatus.CART
    counts = [
        func.count().filter(condition)
        for condition in (
            AWAITS_PAYMENT,
            and_(cart, Order.kind == Kind.SALE),
            and_(cart, Order.kind == Kind.GIFT),
        )
    ]
    visible = Order.id.in_(_visible(actor).scalar_subquery())
    row = session.execute(select(*counts).where(visible)).one()
    return WaitingCounts(row[0], row[1], row[2])


# ------------------------------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class Sales:
    """Of paid sale orders that stand."""

    products_cents: int
    order_count: int


def sales_of_meetings(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, Sales]:
    """Meetings without any are missing. For other packages."""
    wanted = sorted(set(meeting_ids))
    if not wanted:
        return {}
    statement = (
        select(Order.meeting_id, func.sum(STANDING_CENTS), func.count())
        .where(Order.meeting_id.in_(wanted), PAID_SALE)
        .group_by(Order.meeting_id)
    )
    return {row[0]: Sales(int(row[1]), row[2]) for row in session.execute(statement) if row[0]}


def sales_by_month(
    session: Session, actor: Actor, *, since: datetime, zone: str
) -> dict[date, Sales]:
    """By the first day of the month in which they were placed, as calendars in `zone` show it."""
    month = func.date_trunc("month", func.timezone(zone, Order.placed_at)).label("month")
    statement = (
        select(month, func.sum(STANDING_CENTS), func.count())
        .where(Order.id.in_(_visible(actor).scalar_subquery()), PAID_SALE)
        .where(Order.placed_at >= since)
        .group_by(month)
    )
    return {row[0].date(): Sales(int(row[1]), row[2]) for row in session.execute(statement)}


def awaited_payments(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many placed orders are not wholly paid; meetings without any are missing. For other
    packages."""
    wanted = sorted(set(meeting_ids))
    if not wanted:
        return {}
    statement = (
        select(Order.meeting_id, func.count())
        .where(Order.meeting_id.in_(wanted), AWAITS_PAYMENT)
        .group_by(Order.meeting_id)
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[0]}


def has_paid_sale(
    brand_id: InstrumentedAttribute[UUID], meeting_id: InstrumentedAttribute[UUID]
) -> Exists:
    """A condition for queries on meetings: something was sold there and paid for."""
    return exists().where(Order.brand_id == brand_id, Order.meeting_id == meeting_id, PAID_SALE)


def has_awaited_payment(
    brand_id: InstrumentedAttribute[UUID], meeting_id: InstrumentedAttribute[UUID]
) -> Exists:
    """A condition for queries on meetings: a placed order there is not wholly paid."""
    return exists().where(
        Order.brand_id == brand_id, Order.meeting_id == meeting_id, AWAITS_PAYMENT
    )


# -------------------------------------------------------------------------------------- reading


def _place() -> ColumnElement[str]:
    return func.coalesce(Order.asked["delivery"]["place"].astext, Place.HAND_OVER.value)


ORDER_COLUMNS = (
    Order.id,
    Order.number,
    Order.meeting_id,
    Order.seller_id,
    Order.customer_id,
    Order.channel,
    Order.kind,
    Order.status,
    Order.payment_status,
    Order.shipping_status,
    Order.products_cents,
    Order.shipping_cents,
    Order.total_cents,
    Order.paid_cents,
    Order.refunded_cents,
    Order.returned_cents,
    Order.created_at,
    Order.placed_at,
    Order.paid_at,
    Order.shipped_at,
    Order.delivered_at,
    Order.terms_version,
    Order.goes_with_id,
    (_place() == Place.HOST.value).label("goes_to_host"),
    (_place() == Place.HAND_OVER.value).label("is_handed_over"),
)
HEAD_FIELDS = tuple(column.key for column in ORDER_COLUMNS)
LINE_COLUMNS = (
    OrderLine.id,
    OrderLine.product_id,
    OrderLine.reference,
    OrderLine.name,
    category_name_of(OrderLine.product_id),
    OrderLine.quantity,
    OrderLine.unit_price_cents,
    OrderLine.net_cents,
    OrderLine.vat_rate_bp,
    OrderLine.vat_cents,
    OrderLine.in_turnover,
    OrderLine.gift_claim_id,
    OrderLine.promotion,
    OrderLine.points_cents,
    OrderLine.shipped,
    OrderLine.cancelled,
    OrderLine.returned,
    OrderLine.refunded_cents,
)


def _views(session: Session, ids: Select[UUID]) -> tuple[OrderView, ...]:
    """Orders with their lines: one statement."""
    statement = (
        select(*ORDER_COLUMNS, *LINE_COLUMNS)
        .outerjoin(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.id.in_(ids.scalar_subquery()))
        .order_by(Order.created_at, Order.id, OrderLine.position, OrderLine.id)
    )
    rows: list[Sequence[Any]] = [tuple(row) for row in session.execute(statement)]
    width = len(ORDER_COLUMNS)
    heads: dict[UUID, Sequence[Any]] = {}
    lines: dict[UUID, list[LineView]] = {}
    for row in rows:
        heads.setdefault(row[0], row[:width])
        held = lines.setdefault(row[0], [])
        if row[width] is not None:
            held.append(LineView(*row[width:]))
    return tuple(_order(head, lines[key]) for key, head in heads.items())


def _order(head: Sequence[Any], lines: Iterable[LineView]) -> OrderView:
    values = dict(zip(HEAD_FIELDS, head, strict=True))
    return OrderView(**values, lines=tuple(lines))


def _payments(session: Session, order_id: UUID) -> tuple[PaymentView, ...]:
    statement = (
        select(
            Payment.id,
            Payment.method,
            Payment.amount_cents,
            Payment.received_on,
            Payment.reference,
            Payment.recorded_at,
            Payment.refused_at,
            Payment.refusal,
        )
        .where(Payment.order_id == order_id)
        .order_by(Payment.recorded_at, Payment.id)
    )
    return tuple(PaymentView(*row) for row in session.execute(statement))


def _sees(actor: Actor, order: OrderView) -> bool:
    return is_visible(actor, order.seller_id, order.customer_id, order.meeting_id)


def _visible(actor: Actor) -> Select[UUID]:
    """The same rule as `is_visible`, for lists."""
    statement = select(Order.id)
    if actor.role is Role.SELLER:
        return statement.where(Order.seller_id == actor.seller_id)
    if actor.role is Role.HOST:
        return statement.where(
            Order.customer_id == actor.customer_id, Order.meeting_id == actor.meeting_id
        )
    if actor.role is Role.CUSTOMER:
        return statement.where(Order.customer_id == actor.customer_id, _of_her_link(actor))
    if actor.role in {Role.SYSTEM, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE}:
        return statement
    return statement.where(false())


def _of_her_link(actor: Actor) -> ColumnElement[bool]:
    if actor.meeting_id is not None:
        return Order.meeting_id == actor.meeting_id
    return and_(Order.meeting_id.is_(None), Order.seller_id == actor.seller_id)


def shipped_gifts(session: Session, claim_ids: Collection[UUID]) -> set[UUID]:
    """Of these gifts, those that have left the house."""
    left = OrderLine.gift_claim_id.in_(claim_ids), OrderLine.shipped > 0
    return set(session.scalars(select(OrderLine.gift_claim_id).where(*left)))
