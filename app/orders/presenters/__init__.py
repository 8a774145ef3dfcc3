"""Orders in the reader's words: what the seller's pages are given."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.catalog.presenters import picture_of, stock_words
from app.catalog.queries import ProductView
from app.customers import queries as customers
from app.customers.queries import PersonView
from app.http.filters import day_begins, day_ends
from app.http.words import points
from app.kernel.actor import Actor
from app.kernel.text import search_words
from app.kernel.words import N_
from app.orders.models import (
    Channel,
    Kind,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    ShippingStatus,
)
from app.orders.queries import LineView, OrderPage, OrdersWanted, OrderView, PaymentView
from app.orders.queries.withdrawals import withdrawals_of
from app.promotions.domain.product_points import points_of_product
from app.promotions.domain.terms import Earning

IS_NUMBER = re.compile(r"[0-9]{1,12}")
MOST_NAMED = 1_000
"""Customers a search may stand for."""

METHODS = {
    PaymentMethod.CARD: N_("Card by link"),
    PaymentMethod.TERMINAL: N_("Card terminal"),
    PaymentMethod.CHEQUE: N_("Cheque"),
    PaymentMethod.CASH: N_("Cash"),
    PaymentMethod.TRANSFER: N_("Transfer"),
    PaymentMethod.OTHER: N_("Other"),
}
STATUSES = {
    OrderStatus.CART: N_("Draft"),
    OrderStatus.PLACED: N_("Placed"),
    OrderStatus.COMPLETED: N_("Completed"),
    OrderStatus.PARTIALLY_CANCELLED: N_("Partly cancelled"),
    OrderStatus.CANCELLED: N_("Cancelled"),
}
PAYMENTS = {
    PaymentStatus.UNPAID: N_("To be paid"),
    PaymentStatus.PARTIALLY_PAID: N_("Partly paid"),
    PaymentStatus.PAID: N_("Paid"),
    PaymentStatus.REFUNDED: N_("Refunded"),
}
SHIPPINGS = {
    ShippingStatus.NOT_SHIPPED: N_("Not shipped yet"),
    ShippingStatus.PARTIALLY_SHIPPED: N_("Partly shipped"),
    ShippingStatus.SHIPPED: N_("Shipped"),
    ShippingStatus.DELIVERED: N_("Delivered"),
    ShippingStatus.NOT_REQUIRED: N_("Nothing to send"),
}
CHANNELS = {
    Channel.MEETING: N_("In a meeting"),
    Channel.DIRECT: N_("Direct sale"),
    Channel.WEB: N_("Online"),
}
KINDS = {Kind.SALE: N_("Sale"), Kind.GIFT: N_("Gift")}


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    name: str
    reference: str
    image_url: str | None
    quantity: int
    unit_price_cents: int
    total_cents: int
    list_total_cents: int | None
    note: str | None
    is_gift: bool
    gift_claim_id: UUID | None
    """Of a gift that was won, which one."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    method_label: str
    amount_cents: int
    paid_at: date
    reference: str
    id: UUID
    refused_at: datetime | None
    refusal: str


@dataclass(frozen=True, slots=True)
class ShownOrder:
    id: UUID
    number: int | None
    kind: str
    status: str
    payment: str
    status_label: str
    payment_label: str
    shipping_label: str
    channel_label: str
    customer_id: UUID
    customer_name: str
    customer_first_name: str
    meeting_id: UUID | None
    meeting_title: str | None
    lines: list[Line]
    payments: list[PaymentLine]
    subtotal_cents: int
    discount_cents: int
    shipping_cents: int | None
    total_cents: int
    paid_cents: int
    due_cents: int
    created_at: datetime
    placed_at: datetime | None
    terms_version: int | None
    is_direct: bool
    earned: str
    """What it brings, to whom, as one sentence; empty: nothing."""
    why: Sequence[str]
    ahead: Sequence[str]
    """What more in it would bring, as long as it can be added to."""
    can_pay: bool
    can_cancel: bool
    can_finalise: bool
    refunded_cents: int
    can_ship: bool
    can_deliver: bool
    can_cut: bool
    """Units may be cancelled one by one, or, by staff, the whole of what waits for its payment."""
    can_return: bool
    parcel: str
    """Of gifts, with what they leave; of a sale, the gifts that leave with it; empty: by itself."""


@dataclass(frozen=True, slots=True)
class FoundProduct:
    id: UUID
    reference: str
    name: str
    price_cents: int
    image_url: str | None
    stock_text: str
    available: bool
    earns: str = ""
    """80 points; empty: nothing."""


def present_order(
    page: OrderPage,
    person: PersonView,
    products: Mapping[UUID, ProductView],
    *,
    meeting_title: str | None,
    earned: str = "",
    why: Sequence[str] = (),
    ahead: Sequence[str] = (),
) -> ShownOrder:
    order = page.order
    listed = sum(line.list_cents for line in order.lines)
    subtotal = 0 if order.is_gift else listed
    return ShownOrder(
        id=order.id,
        number=order.number,
        kind=order.kind,
        status=order.status,
        payment=order.payment_status,
        status_label=status_label(order.status),
        payment_label=payment_label(order.payment_status),
        shipping_label=shipping_label(order.shipping_status),
        channel_label=channel_label(order.channel),
        customer_id=order.customer_id,
        customer_name=person.name,
        customer_first_name=person.first_name,
        meeting_id=order.meeting_id,
        meeting_title=meeting_title,
        lines=[_line(line, products.get(line.product_id)) for line in order.lines],
        payments=[_payment(payment) for payment in page.payments],
        subtotal_cents=subtotal,
        discount_cents=subtotal - order.products_cents,
        shipping_cents=_shipping(order),
        total_cents=order.total_cents,
        paid_cents=order.paid_cents,
        due_cents=order.due_cents,
        created_at=order.created_at,
        placed_at=order.placed_at,
        terms_version=order.terms_version,
        is_direct=order.channel == Channel.DIRECT,
        earned=earned,
        why=why,
        ahead=ahead,
        can_pay=order.awaits_payment,
        can_cancel=order.can_be_cancelled,
        can_finalise=order.can_be_finalised,
        refunded_cents=order.refunded_cents,
        can_ship=order.can_be_shipped,
        can_deliver=order.can_be_delivered,
        can_cut=order.can_be_cut or (order.awaits_payment and order.paid_cents > 0),
        can_return=order.can_be_returned,
        parcel=_parcel(page),
    )


def _parcel(page: OrderPage) -> str:
    words: str = ""
    if page.gifts_along:
        words = gettext("Gifts that leave with it: %(names)s", names=", ".join(page.gifts_along))
    elif page.goes_with is not None:
        words = gettext("Leaves with order No. %(number)s", number=page.goes_with)
    elif page.order.goes_with_id is not None:
        words = gettext("Leaves with an order that is still a draft")
    elif page.order.is_gift and page.order.goes_to_host:
        words = gettext("Leaves in the parcel of the meeting’s host")
    return words


def found_product(product: ProductView, earning: Earning | None = None) -> FoundProduct:
    earned = points_of_product(earning, product.price_cents, product.points_override)
    return FoundProduct(
        id=product.id,
        reference=product.reference,
        name=product.name,
        price_cents=product.price_cents,
        image_url=picture_of(product),
        stock_text=stock_words(product.available),
        available=product.can_be_had,
        earns=points(earned) if earned else "",
    )


def channel_label(channel: str) -> str:
    return str(gettext(CHANNELS[Channel(channel)]))


def kind_label(kind: str) -> str:
    return str(gettext(KINDS[Kind(kind)]))


def status_label(status: str) -> str:
    return str(gettext(STATUSES[OrderStatus(status)]))


def payment_label(payment: str) -> str:
    return str(gettext(PAYMENTS[PaymentStatus(payment)]))


def shipping_label(shipping: str) -> str:
    return str(gettext(SHIPPINGS[ShippingStatus(shipping)]))


def list_choices() -> dict[str, list[tuple[str, str]]]:
    """What each filter of the list offers."""
    every = ("", gettext("All"))
    any_of_them = ("", gettext("Any"))
    return {
        "channel": [every, *((str(one), channel_label(one)) for one in CHANNELS)],
        "kind": [every, *((str(one), kind_label(one)) for one in KINDS)],
        "status": [
            any_of_them,
            ("cart", gettext("Draft")),
            ("done", gettext("Placed")),
            ("cancelled", gettext("Cancelled")),
        ],
        "payment": [any_of_them, ("due", gettext("To be paid")), ("paid", gettext("Paid"))],
    }


def orders_wanted(session: Session, actor: Actor, asked: Mapping[str, Any]) -> OrdersWanted:
    """From the filters of a list, in a page or a program."""
    return OrdersWanted(
        channel=asked["channel"],
        kind=asked["kind"],
        status=asked["status"],
        payment=asked["payment"],
        number=int(asked["q"]) if IS_NUMBER.fullmatch(asked["q"]) else None,
        customer_ids=_named(session, actor, asked["q"]),
        since=day_begins(asked["since"]),
        until=day_ends(asked["until"]),
        seller_id=asked.get("seller"),
    )


def _named(session: Session, actor: Actor, text: str) -> tuple[UUID, ...] | None:
    """Whom the search names; None: nobody was searched."""
    if not text:
        return None
    if not search_words(text):
        return ()
    found = customers.search(session, actor, text, MOST_NAMED)
    return tuple(person.id for person in found)


def payment_methods() -> list[tuple[str, str]]:
    return [(str(method), gettext(words)) for method, words in METHODS.items()]


def _line(line: LineView, product: ProductView | None) -> Line:
    lowered = line.net_cents < line.list_cents
    return Line(
        id=line.id,
        name=line.name,
        reference=line.reference,
        image_url=picture_of(product),
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        total_cents=line.net_cents,
        list_total_cents=line.list_cents if lowered else None,
        note=_gone_words(line),
        is_gift=line.is_gift,
        gift_claim_id=line.gift_claim_id,
    )


def _gone_words(line: LineView) -> str | None:
    """2 cancelled · 1 returned"""
    cancelled, returned = line.cancelled, line.returned
    parts = [
        ngettext("%(num)s cancelled", "%(num)s cancelled", cancelled) if cancelled else "",
        ngettext("%(num)s returned", "%(num)s returned", returned) if returned else "",
    ]
    return " · ".join(part for part in parts if part) or None


def _payment(payment: PaymentView) -> PaymentLine:
    return PaymentLine(
        method_label=gettext(METHODS[PaymentMethod(payment.method)]),
        amount_cents=payment.amount_cents,
        paid_at=payment.received_on,
        reference=payment.reference,
        id=payment.id,
        refused_at=payment.refused_at,
        refusal=payment.refusal,
    )


def _shipping(order: OrderView) -> int | None:
    """Said only when there is something to say."""
    return order.shipping_cents or (0 if order.kind == Kind.GIFT else None)


@dataclass(frozen=True, slots=True)
class WithdrawalTold:
    at: datetime
    lines: list[tuple[str, int]]
    """Name and units."""


def withdrawals_told(session: Session, order: OrderView) -> list[WithdrawalTold]:
    """One statement."""
    return [
        WithdrawalTold(
            one.asked_at,
            [(line.name, one.units[line.id]) for line in order.lines if line.id in one.units],
        )
        for one in withdrawals_of(session, order.id)
    ]
