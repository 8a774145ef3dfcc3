"""The order: three independent states, lines that snapshot what was sold, recorded payments."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.orm import Base, amount, belongs, bigint, brand_pk, cents, one_of, uuid_pk


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
        CheckConstraint("paid_cents <= total_cents", name="not_overpaid"),
        CheckConstraint("kind <> 'gift' OR total_cents = 0", name="gift_is_free"),
        CheckConstraint("status = 'cart' OR number IS NOT NULL", name="placed_has_number"),
        CheckConstraint("(channel = 'meeting') = (meeting_id IS NOT NULL)", name="meeting_channel"),
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
    quote: Mapped[dict[str, Any] | None]
    """What `price()` answered when the order was placed, frozen with its explanations."""
    created_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.position",
        cascade="all, delete-orphan",
        lazy="raise",
        back_populates="order",
    )
    payments: Mapped[list["Payment"]] = relationship(
        order_by="Payment.recorded_at", cascade="all, delete-orphan", lazy="raise"
    )


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
            postgresql_where=text("gift_claim_id IS NOT NULL"),
        ),
        CheckConstraint("quantity BETWEEN 1 AND 9999", name="quantity_range"),
        amount("unit_price_cents"),
        amount("net_cents"),
        amount("vat_cents"),
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
    gift_claim_id: Mapped[UUID | None]
    """Set when the line is a won gift: at 0 €, and only once per claim."""

    order: Mapped[Order] = relationship(back_populates="lines", lazy="raise")


class Payment(Base):
    """Money that the seller says she collected."""

    __tablename__ = "payments"
    __table_args__ = (
        belongs("order_id", "orders"),
        Index("ix_payments_order", "brand_id", "order_id"),
        one_of("method", PaymentMethod),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
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


class Counter(Base):
    """The last number given out in a series of a brand; always the last lock of a transaction."""

    __tablename__ = "counters"

    brand_id: Mapped[brand_pk]
    series: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bigint]
