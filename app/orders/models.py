"""The order: three independent states, lines that snapshot what was sold, recorded payments."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.orm import Base, amount, belongs, bigint, brand_pk, cents, one_of, uuid_pk
from app.kernel.actor import Actor, Role
from app.orders.errors import (
    GiftOrderIsFixed,
    LineNotFound,
    MoneyGivenBack,
    NotAGiftOrder,
    NotShippedYet,
    OrderAlreadyPaid,
    OrderAlreadyPlaced,
    OrderHasPayments,
    OrderIsCancelled,
    OrderIsEmpty,
    OrderIsShipped,
    OrderNotFound,
    OrderNotPlaced,
    PaymentAlreadyRefused,
    PaymentDateNotPossible,
    PaymentNotFound,
    PaymentNotPositive,
    PaymentTooHigh,
)

MOST_LINES = 200
MOST_UNITS = 9_999
OLDEST_PAYMENT = timedelta(days=366)


class Channel(StrEnum):
    MEETING = "meeting"
    DIRECT = "direct"
    WEB = "web"


class Kind(StrEnum):
    SALE = "sale"
    GIFT = "gift"


class OrderStatus(StrEnum):
    CART = "cart"
    PLACED = "placed"
    COMPLETED = "completed"
    PARTIALLY_CANCELLED = "partially_cancelled"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    UNPAID = "unpaid"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    REFUNDED = "refunded"


class ShippingStatus(StrEnum):
    NOT_SHIPPED = "not_shipped"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    NOT_REQUIRED = "not_required"


class ReversalKind(StrEnum):
    CANCEL = "cancel"
    """Of units that had not left."""
    RETURN = "return"


class PaymentMethod(StrEnum):
    CARD = "card"
    TERMINAL = "terminal"
    CHEQUE = "cheque"
    CASH = "cash"
    TRANSFER = "transfer"
    OTHER = "other"


class Order(Base):
    """Orders of a meeting change only while the meeting is locked; `meetings` sees to it."""

    __tablename__ = "orders"
    __table_args__ = (
        belongs("meeting_id", "meetings"),
        belongs("seller_id", "sellers"),
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "number"),
        one_of("channel", Channel),
        one_of("kind", Kind),
        one_of("status", OrderStatus),
        one_of("payment_status", PaymentStatus),
        one_of("shipping_status", ShippingStatus),
        amount("products_cents"),
        amount("shipping_cents"),
        amount("total_cents"),
        amount("paid_cents"),
        CheckConstraint("total_cents = products_cents + shipping_cents", name="total_adds_up"),
        amount("refunded_cents"),
        amount("returned_cents"),
        CheckConstraint("paid_cents <= total_cents", name="not_overpaid"),
        CheckConstraint("refunded_cents <= paid_cents", name="not_over_refunded"),
        CheckConstraint("returned_cents <= products_cents", name="not_over_returned"),
        CheckConstraint("kind <> 'gift' OR total_cents = 0", name="gift_is_free"),
        belongs("goes_with_id", "orders"),
        CheckConstraint("goes_with_id IS NULL OR kind = 'gift'", name="gifts_go_with_others"),
        Index("ix_orders_goes_with", "brand_id", "goes_with_id"),
        CheckConstraint("status = 'cart' OR number IS NOT NULL", name="placed_has_number"),
        CheckConstraint(
            "CASE channel WHEN 'meeting' THEN meeting_id IS NOT NULL"
            " WHEN 'direct' THEN meeting_id IS NULL ELSE true END",
            name="meeting_channel",
        ),
        CheckConstraint(
            "(terms_version IS NULL) = (terms_accepted_at IS NULL)", name="terms_are_dated"
        ),
        Index("ix_orders_meeting", "brand_id", "meeting_id"),
        Index("ix_orders_customer", "brand_id", "customer_id"),
        Index("ix_orders_seller", "brand_id", "seller_id", "status"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    number: Mapped[bigint | None]
    meeting_id: Mapped[UUID | None]
    seller_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    goes_with_id: Mapped[UUID | None]
    """Of gifts: the order in whose parcel they leave, and with which they are finalised."""
    channel: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    payment_status: Mapped[str]
    shipping_status: Mapped[str]
    products_cents: Mapped[cents] = mapped_column(server_default="0")
    """Net of every discount, tax included, without shipping."""
    shipping_cents: Mapped[cents] = mapped_column(server_default="0")
    total_cents: Mapped[cents] = mapped_column(server_default="0")
    paid_cents: Mapped[cents] = mapped_column(server_default="0")
    refunded_cents: Mapped[cents] = mapped_column(server_default="0")
    """Of what was paid, given back."""
    returned_cents: Mapped[cents] = mapped_column(server_default="0")
    """Of `products_cents`, what was cancelled or returned: no sale any more."""
    asked: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """Codes, picks, vouchers, points, choices, delivery: `domain.asked.Asked`."""
    quote: Mapped[dict[str, Any] | None]
    """What `price()` answered last; frozen with its explanations when the order is placed."""
    revision: Mapped[int] = mapped_column(server_default="0")
    """How many things happened to it that others were told of: each event has its own."""
    terms_version: Mapped[int | None]
    """Of the terms of sale that the customer accepted herself, ordering by her link."""
    terms_accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    consumed_at: Mapped[datetime | None]
    """When it was first paid in full: what it held is used up since, also where a payment was
    refused later."""
    cancelled_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.position",
        cascade="all, delete-orphan",
        lazy="raise",
        back_populates="order",
    )
    payments: Mapped[list["Payment"]] = relationship(
        order_by="Payment.recorded_at, Payment.id", cascade="all, delete-orphan", lazy="raise"
    )

    @property
    def due_cents(self) -> int:
        return self.total_cents - self.paid_cents

    def must_be_seen_by(self, actor: Actor) -> None:
        if not is_visible(actor, self.seller_id, self.customer_id, self.meeting_id):
            raise OrderNotFound

    def must_be_run_by(self, actor: Actor) -> None:
        """Its customer may look, and fill the draft she began herself; only its seller, staff and
        the system act on the rest."""
        self.must_be_seen_by(actor)
        if actor.role is Role.HOST or (actor.role is Role.CUSTOMER and not self.is_own_draft):
            raise OrderNotFound

    @property
    def is_own_draft(self) -> bool:
        """Of a customer ordering by her link."""
        return self.channel == Channel.WEB and self.status == OrderStatus.CART

    def must_be_a_cart(self) -> None:
        if self.status == OrderStatus.CANCELLED:
            raise OrderIsCancelled
        if self.status != OrderStatus.CART:
            raise OrderAlreadyPlaced

    def must_be_a_sale(self) -> None:
        if self.kind != Kind.SALE:
            raise GiftOrderIsFixed

    def next_revision(self) -> int:
        """The revision under which what just happened is told."""
        self.revision += 1
        return self.revision

    def line(self, line_id: UUID) -> "OrderLine":
        for line in self.lines:
            if line.id == line_id:
                return line
        raise LineNotFound

    def place(self, number: int, at: datetime) -> None:
        """From here on, its quote is frozen. Nothing to pay: it is paid."""
        self.must_be_a_cart()
        if not self.lines:
            raise OrderIsEmpty
        self.status, self.number, self.placed_at = OrderStatus.PLACED, number, at
        if not self.due_cents:
            self._is_paid(at)

    def accept_terms(self, version: int, at: datetime) -> None:
        """By the customer herself, just before she places it."""
        self.must_be_a_cart()
        self.terms_version, self.terms_accepted_at = version, at

    def finalise(self, number: int, at: datetime) -> None:
        if self.kind != Kind.GIFT:
            raise NotAGiftOrder
        self.place(number, at)

    def must_await_payment(self) -> None:
        if self.status == OrderStatus.CART:
            raise OrderNotPlaced
        if self.status == OrderStatus.CANCELLED:
            raise OrderIsCancelled
        if not self.due_cents:
            raise OrderAlreadyPaid

    def receive(self, payment: "Payment") -> None:
        """Never more than is due."""
        self.must_await_payment()
        if payment.amount_cents <= 0:
            raise PaymentNotPositive
        if payment.amount_cents > self.due_cents:
            raise PaymentTooHigh(due_cents=self.due_cents)
        latest = payment.recorded_at.date() + timedelta(days=1)  # it is already tomorrow somewhere
        if not latest - OLDEST_PAYMENT <= payment.received_on <= latest:
            raise PaymentDateNotPossible
        self.payments.append(payment)
        self.paid_cents += payment.amount_cents
        if self.due_cents:
            self.payment_status = PaymentStatus.PARTIALLY_PAID
        else:
            self._is_paid(payment.recorded_at)
            self._complete(payment.recorded_at)

    def _is_paid(self, at: datetime) -> None:
        self.payment_status, self.paid_at = PaymentStatus.PAID, at
        self.consumed_at = self.consumed_at or at

    def refuse_payment(self, payment: "Payment", actor: str, reason: str, at: datetime) -> None:
        """The bank did not honour it. Raises PaymentAlreadyRefused, OrderIsCancelled,
        MoneyGivenBack."""
        self.must_stand()
        if payment.refused_at:
            raise PaymentAlreadyRefused
        if self.refunded_cents:
            raise MoneyGivenBack(refunded_cents=self.refunded_cents)
        payment.refused_at, payment.refused_by, payment.refusal = at, actor, reason
        self.paid_cents -= payment.amount_cents
        self.payment_status = (
            PaymentStatus.PARTIALLY_PAID if self.paid_cents else PaymentStatus.UNPAID
        )
        self.paid_at = None
        if self.status == OrderStatus.COMPLETED:
            self.status, self.completed_at = OrderStatus.PLACED, None

    def payment(self, payment_id: UUID) -> "Payment":
        for payment in self.payments:
            if payment.id == payment_id:
                return payment
        raise PaymentNotFound

    def must_stand(self) -> None:
        if self.status == OrderStatus.CART:
            raise OrderNotPlaced
        if self.status == OrderStatus.CANCELLED:
            raise OrderIsCancelled

    def ship(self, units: "Mapping[OrderLine, int]", at: datetime) -> None:
        """Of each line, never more than `to_ship`."""
        for line, count in units.items():
            line.shipped += count
        self._tell_shipping(at)

    def _tell_shipping(self, at: datetime) -> None:
        """From what left and what is still to leave."""
        if not any(line.shipped for line in self.lines):
            return
        if any(line.to_ship for line in self.lines):
            self.shipping_status = ShippingStatus.PARTIALLY_SHIPPED
        elif self.shipped_at is None:
            self.shipping_status, self.shipped_at = ShippingStatus.SHIPPED, at

    def deliver(self, at: datetime) -> bool:
        """False: it had arrived before."""
        if self.shipping_status == ShippingStatus.DELIVERED:
            return False
        if self.shipping_status != ShippingStatus.SHIPPED:
            raise NotShippedYet
        self.shipping_status, self.delivered_at = ShippingStatus.DELIVERED, at
        self._complete(at)
        return True

    def _complete(self, at: datetime) -> None:
        """Paid and arrived: nothing is left to be done."""
        done = self.payment_status == PaymentStatus.PAID and self.delivered_at is not None
        if done and self.status == OrderStatus.PLACED:
            self.status, self.completed_at = OrderStatus.COMPLETED, at

    def reverse(
        self,
        kind: "ReversalKind",
        units: "Mapping[OrderLine, int]",
        nets: "Mapping[OrderLine, int]",
        at: datetime,
    ) -> int:
        """Take units out of the sale. Answers the refund."""
        refund, whole = self.refund_for(units, nets)
        for line, count in units.items():
            if kind is ReversalKind.CANCEL:
                line.cancelled += count
            else:
                line.returned += count
            line.refunded_cents += nets[line]
            self.returned_cents += nets[line]
        self.refunded_cents += refund
        if whole:
            self.status, self.cancelled_at = OrderStatus.CANCELLED, at
            self.payment_status = PaymentStatus.REFUNDED
        else:
            self.status = OrderStatus.PARTIALLY_CANCELLED
        self._tell_shipping(at)
        return refund

    def refund_for(
        self, units: "Mapping[OrderLine, int]", nets: "Mapping[OrderLine, int]"
    ) -> tuple[int, bool]:
        """What goes back for these units, shipping with the last of them and never more than was
        paid and not yet given back; and whether nothing bought is left then."""
        bought = [line for line in self.lines if not line.is_automatic]
        whole = all(line.gone + units.get(line, 0) == line.quantity for line in bought)
        due = sum(nets.values()) + (self.shipping_cents if whole else 0)
        return min(due, self.paid_cents - self.refunded_cents), whole

    def cancel_gifts(self, lines: "Iterable[OrderLine]", at: datetime) -> None:
        """Won units that will not leave the house after all."""
        for line in lines:
            line.cancelled = line.quantity
        gone = all(line.gone == line.quantity for line in self.lines)
        self.status = OrderStatus.CANCELLED if gone else OrderStatus.PARTIALLY_CANCELLED
        self.cancelled_at = at if gone else None
        self._tell_shipping(at)

    def cancel(self, at: datetime) -> None:
        """A placed order that nobody has paid anything for; a cart is deleted instead."""
        self.must_be_a_sale()
        if self.status == OrderStatus.CART:
            raise OrderNotPlaced
        if self.status == OrderStatus.CANCELLED:
            raise OrderIsCancelled
        if self.paid_cents or not self.due_cents:
            raise OrderHasPayments(paid_cents=self.paid_cents)
        if any(line.shipped for line in self.lines):
            raise OrderIsShipped
        self.status, self.cancelled_at = OrderStatus.CANCELLED, at


def is_visible(actor: Actor, seller_id: UUID, customer_id: UUID, meeting_id: UUID | None) -> bool:
    """A seller sees her own orders, the holder of a link her own of that meeting, staff all."""
    if actor.role is Role.SELLER:
        return actor.seller_id == seller_id
    if actor.role is Role.HOST:
        return actor.customer_id == customer_id and actor.meeting_id == meeting_id
    if actor.role is Role.CUSTOMER:
        hers = actor.customer_id == customer_id and actor.meeting_id == meeting_id
        return hers and (meeting_id is not None or actor.seller_id == seller_id)
    return actor.role in {Role.SYSTEM, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE}


class OrderLine(Base):
    """One product, as it was called and priced when it was sold."""

    __tablename__ = "order_lines"
    __table_args__ = (
        belongs("order_id", "orders"),
        belongs("product_id", "products"),
        Index("ix_order_lines_order", "brand_id", "order_id"),
        Index(
            "uq_order_lines_gift_claim",
            "brand_id",
            "gift_claim_id",
            unique=True,
            postgresql_where=text("gift_claim_id IS NOT NULL AND cancelled = 0"),
        ),
        CheckConstraint("quantity BETWEEN 1 AND 9999", name="quantity_range"),
        amount("unit_price_cents"),
        amount("net_cents"),
        amount("vat_cents"),
        amount("points_cents"),
        amount("refunded_cents"),
        CheckConstraint("refunded_cents <= net_cents", name="not_over_refunded"),
        CheckConstraint(
            "shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity "
            "AND returned BETWEEN 0 AND shipped",
            name="units_in_range",
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    order_id: Mapped[UUID]
    position: Mapped[int]
    product_id: Mapped[UUID]
    reference: Mapped[str]
    name: Mapped[str]
    unit_price_cents: Mapped[cents]
    quantity: Mapped[int]
    vat_rate_bp: Mapped[int]
    in_turnover: Mapped[bool]
    net_cents: Mapped[cents]
    """Paid for the whole line, tax included, after every discount."""
    vat_cents: Mapped[cents]
    points_cents: Mapped[cents] = mapped_column(server_default="0")
    """Paid with points, beside `net_cents`."""
    gift_claim_id: Mapped[UUID | None]
    """Set when the line is a won gift: at 0 €, and only once per claim."""
    promotion: Mapped[str] = mapped_column(server_default="")
    """The promotion that put it here by itself, at 0 €; empty: somebody asked for it."""
    shipped: Mapped[int] = mapped_column(server_default="0")
    """Units that left the house."""
    cancelled: Mapped[int] = mapped_column(server_default="0")
    """Units that will not leave it."""
    returned: Mapped[int] = mapped_column(server_default="0")
    """Of those shipped, units that came back."""
    refunded_cents: Mapped[cents] = mapped_column(server_default="0")
    """Of `net_cents`, what went with the cancelled and the returned units."""

    order: Mapped[Order] = relationship(back_populates="lines", lazy="raise")

    @property
    def gone(self) -> int:
        return self.cancelled + self.returned

    @property
    def to_ship(self) -> int:
        return self.quantity - self.cancelled - self.shipped

    @property
    def is_automatic(self) -> bool:
        return bool(self.promotion)


class Payment(Base):
    """Money that the seller says she collected."""

    __tablename__ = "payments"
    __table_args__ = (
        belongs("order_id", "orders"),
        Index("ix_payments_order", "brand_id", "order_id"),
        one_of("method", PaymentMethod),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("(refused_at IS NULL) = (refused_by IS NULL)", name="refused_by_somebody"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    order_id: Mapped[UUID]
    method: Mapped[str]
    amount_cents: Mapped[cents]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    refused_at: Mapped[datetime | None]
    """By the bank: it counts no more."""
    refused_by: Mapped[str | None]
    """Who wrote that down."""
    refusal: Mapped[str] = mapped_column(server_default="")


class Shipment(Base):
    """Units that left together. Never altered."""

    __tablename__ = "shipments"
    __table_args__ = (
        belongs("order_id", "orders"),
        Index("ix_shipments_order", "brand_id", "order_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    order_id: Mapped[UUID]
    units: Mapped[dict[str, Any]]
    """Line id → units."""
    tracking: Mapped[str] = mapped_column(server_default="")
    shipped_at: Mapped[datetime]
    shipped_by: Mapped[str]


class Reversal(Base):
    """Units of a paid order that were cancelled or came back, and all that went back with them.
    Never altered."""

    __tablename__ = "order_reversals"
    __table_args__ = (
        belongs("order_id", "orders"),
        UniqueConstraint("brand_id", "order_id", "revision"),
        one_of("kind", ReversalKind),
        amount("refund_cents"),
        amount("products_cents"),
        amount("shipping_cents"),
        CheckConstraint("points >= 0", name="points_range"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    order_id: Mapped[UUID]
    revision: Mapped[int]
    """Of the order, once it was done."""
    kind: Mapped[str]
    units: Mapped[dict[str, Any]]
    """Line id → units."""
    refund_cents: Mapped[cents]
    """To give back to the customer, products and shipping."""
    products_cents: Mapped[cents]
    """What the units had cost her after every discount."""
    shipping_cents: Mapped[cents]
    points: Mapped[bigint]
    vouchers: Mapped[dict[str, Any]]
    """Voucher id → cents given back to it."""
    restocked: Mapped[bool]
    reason: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class Withdrawal(Base):
    """A customer's word that she withdraws from her contract, for so many units. Never altered;
    what comes of it is a reversal."""

    __tablename__ = "withdrawals"
    __table_args__ = (
        belongs("order_id", "orders"),
        Index("ix_withdrawals_order", "brand_id", "order_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    order_id: Mapped[UUID]
    units: Mapped[dict[str, Any]]
    """Line id → units."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
