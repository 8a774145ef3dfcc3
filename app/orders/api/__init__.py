"""Orders from the app: drafts, lines, placing, payments, gift orders; the pages' own services."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.accounts.web import from_token
from app.catalog import queries as catalog
from app.catalog.presenters import picture_of
from app.customers import queries as customers
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_pages import PageSchema, cursor_of, number_of
from app.http.auth import current_actor, open_to
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import NotFound
from app.meetings import queries as meetings
from app.meetings.services import ordering
from app.orders import queries
from app.orders.presenters import METHODS, PAYMENTS, STATUSES, orders_wanted
from app.orders.queries import LineView, OrderView
from app.orders.schemas import (
    AddLineSchema,
    PaymentReceivedSchema,
    PlaceSchema,
    QuantitySchema,
    StartDirectOrderSchema,
    StartOrderSchema,
)
from app.orders.services import RecordPayment

bp = ApiBlueprint("api_orders", "Orders", about="Drafts, orders, payments, gift orders.")
open_to(bp, Role.SELLER, via=from_token, looking=(Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE))

CHANNELS = ("meeting", "direct", "web")
KINDS = ("sale", "gift")
SHIPPING = ("not_shipped", "partially_shipped", "shipped", "delivered", "not_required")


class LineAnswer(answers.Answer):
    id = answers.Id()
    product_id = answers.Id()
    reference = answers.Text()
    name = answers.Text()
    image_url = answers.Text(allow_none=True)
    quantity = answers.Number()
    unit_price_cents = answers.Number()
    net_cents = answers.Number()
    vat_rate_bp = answers.Number()
    vat_cents = answers.Number()
    gift_claim_id = answers.Id(allow_none=True)
    promotion = answers.Text()
    points_cents = answers.Number()
    shipped = answers.Number()
    cancelled = answers.Number()
    returned = answers.Number()
    refunded_cents = answers.Number()


class PaymentAnswer(answers.Answer):
    id = answers.Id()
    method = answers.Word(METHODS)
    amount_cents = answers.Number()
    received_on = answers.Day()
    reference = answers.Text()
    recorded_at = answers.Instant()
    refused_at = answers.Instant(allow_none=True)
    refusal = answers.Text()


class OrderAnswer(answers.Answer):
    id = answers.Id()
    number = answers.Number(allow_none=True)
    meeting_id = answers.Id(allow_none=True)
    customer_id = answers.Id()
    customer_name = answers.Text()
    channel = answers.Word(CHANNELS)
    kind = answers.Word(KINDS)
    status = answers.Word(STATUSES)
    payment_status = answers.Word(PAYMENTS)
    shipping_status = answers.Word(SHIPPING)
    products_cents = answers.Number()
    shipping_cents = answers.Number()
    total_cents = answers.Number()
    paid_cents = answers.Number()
    due_cents = answers.Number()
    refunded_cents = answers.Number()
    created_at = answers.Instant()
    placed_at = answers.Instant(allow_none=True)
    paid_at = answers.Instant(allow_none=True)
    shipped_at = answers.Instant(allow_none=True)
    delivered_at = answers.Instant(allow_none=True)
    lines = answers.many(LineAnswer)
    payments = answers.many(PaymentAnswer)
    can_pay = answers.Flag()
    can_cancel = answers.Flag()
    can_finalise = answers.Flag()
    can_ship = answers.Flag()
    can_return = answers.Flag()


class OrdersByAppSchema(PageSchema):
    q = fields.Text(minimum=0, maximum=100, load_default="")
    channel = fields.Choice(CHANNELS, load_default="")
    kind = fields.Choice(KINDS, load_default="")
    status = fields.Choice(list(queries.STATES), load_default="")
    payment = fields.Choice(list(queries.PAYMENT_STATES), load_default="")
    seller = fields.Id(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class ListedOrderAnswer(answers.Answer):
    """Without its lines."""

    id = answers.Id()
    number = answers.Number(allow_none=True)
    meeting_id = answers.Id(allow_none=True)
    seller_id = answers.Id()
    customer_id = answers.Id()
    customer_name = answers.Text()
    channel = answers.Word(CHANNELS)
    kind = answers.Word(KINDS)
    status = answers.Word(STATUSES)
    payment_status = answers.Word(PAYMENTS)
    shipping_status = answers.Word(SHIPPING)
    item_count = answers.Number()
    total_cents = answers.Number()
    paid_cents = answers.Number()
    due_cents = answers.Number()
    refunded_cents = answers.Number()
    created_at = answers.Instant()
    placed_at = answers.Instant(allow_none=True)


class OrdersAnswer(answers.Answer):
    items = answers.many(ListedOrderAnswer)
    total = answers.Number()
    total_cents = answers.Number()
    """Of the sales among them that stand."""
    next_cursor = answers.Text(allow_none=True)


class WaitingAnswer(answers.Answer):
    items = answers.many(OrderAnswer)
    next_cursor = answers.Text(allow_none=True)


# ---------------------------------------------------------------------------------- beginning


@bp.route("/meetings/<uuid:meeting_id>/orders", methods=["POST"])
@takes_key
@bp.arguments(StartOrderSchema)
@bp.response(201, OrderAnswer)
def begin_order(asked: dict[str, Any], meeting_id: UUID) -> Response:
    """Begin an order of a guest, or of the host by her own id; the draft she has, if there is one.

    The first order opens the meeting.
    """
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        there = meetings.meeting_with_guests(uow.session, actor, meeting_id)
        wanted = asked["participant_id"]
        is_host = wanted == there.card.host_id
        customer_id = wanted if is_host else there.guest(wanted).customer_id
        order = ordering.start_order(uow, actor, meeting_id, customer_id, clock=uow.clock)
        return told(uow.session, order.id)

    return writing_once(OrderAnswer, work, status=201)


@bp.route("/orders", methods=["POST"])
@takes_key
@bp.arguments(StartDirectOrderSchema)
@bp.response(201, OrderAnswer)
def begin_direct_order(asked: dict[str, Any]) -> Response:
    """Begin an order outside meetings, for a customer of the seller's book."""
    actor = current_actor()
    if actor.seller_id is None:
        raise NotFound
    seller_id = actor.seller_id

    def work(uow: UnitOfWork) -> dict[str, Any]:
        order = ordering.start_direct_order(
            uow, actor, seller_id, asked["customer_id"], clock=uow.clock
        )
        return told(uow.session, order.id)

    return writing_once(OrderAnswer, work, status=201)


@bp.route("/orders")
@bp.arguments(OrdersByAppSchema, location="query")
@bp.response(200, OrdersAnswer)
def orders(asked: dict[str, Any]) -> dict[str, Any]:
    """Orders of the seller, for staff of every seller; the latest first.

    `status`: cart, done or cancelled. `payment`: due or paid. `q`: a customer or a number.
    """
    start, limit, actor = number_of(asked["cursor"]), asked["limit"], current_actor()
    with reading() as uow:
        wanted = orders_wanted(uow.session, actor, asked)
        found = queries.order_list(uow.session, actor, wanted, size=limit, start=start)
        people = customers.people(uow.session, {one.customer_id for one in found.rows})
    return {
        "items": [_row(one, people[one.customer_id].name) for one in found.rows],
        "total": found.total,
        "total_cents": found.total_cents,
        "next_cursor": cursor_of(start + limit) if found.has_more else None,
    }


@bp.route("/orders/waiting")
@bp.response(200, WaitingAnswer)
def waiting_orders() -> dict[str, Any]:
    """What waits for somebody, the oldest first: drafts, gift orders, orders to be paid."""
    with reading() as uow:
        found = queries.todo_orders(uow.session, current_actor(), limit=50)
        people = customers.people(uow.session, {one.customer_id for one in found})
        pictures = _pictures(uow.session, [line for one in found for line in one.lines])
    return {
        "items": [_order(one, (), people[one.customer_id].name, pictures) for one in found],
        "next_cursor": None,
    }


@bp.route("/orders/<uuid:order_id>")
@bp.response(200, OrderAnswer)
def show_order(order_id: UUID) -> dict[str, Any]:
    """One order with its lines and payments."""
    with reading() as uow:
        return told(uow.session, order_id)


@bp.route("/orders/<uuid:order_id>", methods=["DELETE"])
@bp.response(204)
def discard_order(order_id: UUID) -> None:
    """Delete a draft."""
    writing(lambda uow: ordering.discard_cart(uow, current_actor(), order_id))


# -------------------------------------------------------------------------------------- lines


@bp.route("/orders/<uuid:order_id>/lines", methods=["POST"])
@takes_key
@bp.arguments(AddLineSchema)
@bp.response(201, OrderAnswer)
def add_line(asked: dict[str, Any], order_id: UUID) -> Response:
    """Put units of a product on a draft; of a product that is there already, more of it."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        product_id, quantity = asked["product_id"], asked["quantity"]
        ordering.add_line(uow, actor, order_id, product_id, quantity, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work, status=201)


@bp.route("/orders/<uuid:order_id>/lines/<uuid:line_id>", methods=["PUT"])
@bp.arguments(QuantitySchema)
@bp.response(200, OrderAnswer)
def set_quantity(asked: dict[str, Any], order_id: UUID, line_id: UUID) -> dict[str, Any]:
    """So many units; none: the line goes."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor, quantity = current_actor(), asked["quantity"]
        ordering.set_quantity(uow, actor, order_id, line_id, quantity, clock=uow.clock)
        return told(uow.session, order_id)

    return writing(work)


@bp.route("/orders/<uuid:order_id>/prices", methods=["PUT"])
@bp.response(200, OrderAnswer)
def refresh_prices(order_id: UUID) -> dict[str, Any]:
    """Today's prices on a draft, after `cart_has_changed`."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.refresh_cart(uow, current_actor(), order_id, clock=uow.clock)
        return told(uow.session, order_id)

    return writing(work)


# --------------------------------------------------------------------------- placing, paying


@bp.route("/orders/<uuid:order_id>/checkout", methods=["POST"])
@takes_key
@bp.arguments(PlaceSchema, required=False)
@bp.response(200, OrderAnswer)
def place_order(asked: dict[str, Any], order_id: UUID) -> Response:
    """Place a draft, and record its payment with it when there is one: both or neither."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.place_order(
            uow,
            current_actor(),
            order_id,
            payment=asked["payment"],
            seen=asked["seen"],
            seen_cents=asked["seen_cents"],
            clock=uow.clock,
        )
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


@bp.route("/orders/<uuid:order_id>/payments", methods=["POST"])
@takes_key
@bp.arguments(PaymentReceivedSchema)
@bp.response(201, OrderAnswer)
def pay_order(payment: RecordPayment, order_id: UUID) -> Response:
    """Record a payment received, never more than is due."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.pay_order(uow, current_actor(), order_id, payment, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work, status=201)


@bp.route("/orders/<uuid:order_id>/finalisation", methods=["POST"])
@takes_key
@bp.response(200, OrderAnswer)
def finalise_gift_order(order_id: UUID) -> Response:
    """Finalise a gift order: it gets its number and is handed over. Also after closing."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ordering.finalise_gift_order(uow, current_actor(), order_id, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


# ---------------------------------------------------------------------------------------- how


def told(session: Session, order_id: UUID) -> dict[str, Any]:
    """The order as it stands in this transaction. Raises OrderNotFound."""
    session.flush()
    page = queries.order_page(session, current_actor(), order_id)
    person = customers.people(session, [page.order.customer_id])[page.order.customer_id]
    pictures = _pictures(session, page.order.lines)
    return _order(page.order, page.payments, person.name, pictures)


def _order(
    order: Any, payments: Any, name: str, pictures: dict[UUID, str | None]
) -> dict[str, Any]:
    kept = {field: getattr(order, field) for field in OrderAnswer().fields if hasattr(order, field)}
    return kept | {
        "customer_name": name,
        "lines": [
            {**asdict(one), "image_url": pictures.get(one.product_id)} for one in order.lines
        ],
        "payments": payments,
        "can_pay": order.awaits_payment,
        "can_cancel": order.can_be_cancelled or order.can_be_cut,
        "can_finalise": order.can_be_finalised,
        "can_ship": order.can_be_shipped,
        "can_return": order.can_be_returned,
    }


def _row(order: OrderView, name: str) -> dict[str, Any]:
    told = {field: getattr(order, field, None) for field in ListedOrderAnswer().fields}
    return told | {"customer_name": name}


def _pictures(session: Session, lines: Any) -> dict[UUID, str | None]:
    wanted: list[LineView] = list(lines)
    found = catalog.products(session, [line.product_id for line in wanted])
    return {product_id: picture_of(product) for product_id, product in found.items()}
