"""Customers, and each part of a card: of a seller's book, or for staff of the brand."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.accounts.web import from_token
from app.customers import queries
from app.customers.queries import CustomerView
from app.customers.schemas import ChangeCustomerSchema, GiveToSellerSchema
from app.customers.services import (
    NewCustomer,
    change_customer,
    create_customer,
    move_to_book,
)
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_pages import PageSchema, cursor_of, number_of
from app.http.auth import current_actor, open_to, own_card_id
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.loyalty import queries as loyalty
from app.meetings import queries as meetings
from app.meetings.api import MeetingRowAnswer, OrderRowAnswer, WonAnswer, row_told
from app.meetings.presenters import order_row
from app.notifications import queries as notifications
from app.orders import queries as orders
from app.rewards.api import GiftAnswer, gift_told
from app.rewards.presenters import customer_rewards, ways_of
from app.sellers import queries as sellers

bp = ApiBlueprint("api_customers", "Customers", about="The book, each card, the seller's own.")
open_to(bp, Role.SELLER, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)

staff_bp = ApiBlueprint("api_customers_staff", "Customers")
open_to(staff_bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)


class FindCustomersByAppSchema(PageSchema):
    q = fields.Text(minimum=0, maximum=100, load_default="")


class NewCustomerSchema(fields.StrictSchema):
    first_name = fields.Text(required=True, maximum=80)
    last_name = fields.Text(required=True, maximum=80)
    email = fields.Email()
    phone = fields.Phone()
    address = fields.Text(maximum=300, multiline=True)
    postcode = fields.Text(maximum=20)
    city = fields.Text(maximum=100)


class CustomerAnswer(answers.Answer):
    id = answers.Id()
    first_name = answers.Text()
    last_name = answers.Text()
    email = answers.Text(allow_none=True)
    phone = answers.Text(allow_none=True)
    address = answers.Text()
    postcode = answers.Text()
    city = answers.Text()
    country = answers.Text()
    birth_date = answers.Day(allow_none=True)
    professional = answers.Flag(allow_none=True)
    roles = answers.texts()
    created_at = answers.Instant()
    points_available = answers.Number()
    points_pending = answers.Number()


class CustomersAnswer(answers.Answer):
    items = answers.many(CustomerAnswer)
    total = answers.Number()
    next_cursor = answers.Text(allow_none=True)


class PointsLineAnswer(answers.Answer):
    at = answers.Instant()
    text = answers.Text()
    points = answers.Number()
    status = answers.Text()
    why = answers.texts()


class PendingLineAnswer(answers.Answer):
    points = answers.Number()
    text = answers.Text()
    """What they come from."""
    when = answers.Text()
    """From when they can be used, or what they wait for."""


class ExpiryAnswer(answers.Answer):
    points = answers.Number()
    last_day = answers.Day()


class UsedInAnswer(answers.Answer):
    order_id = answers.Id()
    number = answers.Text()
    amount_cents = answers.Number()
    """What it took off, less what was given back since."""


class CodeAnswer(answers.Answer):
    code = answers.Text()
    title = answers.Text()
    conditions = answers.texts()
    valid_until = answers.Day(allow_none=True)
    status = answers.Text()
    why = answers.texts()
    used_in = answers.many(UsedInAnswer)


class VoucherAnswer(CodeAnswer):
    id = answers.Id()
    """Names it to an order: `use_voucher`."""
    amount_cents = answers.Number()
    remaining_cents = answers.Number(allow_none=True)
    """Only when something of it was used."""
    remaining_units = answers.Number(allow_none=True)
    """Of one for units of products, which has no amount."""


class FeedingAnswer(answers.Answer):
    text = answers.Text()
    at = answers.Instant()
    amount = answers.Number()
    """Cents of what was spent, else a count; less than nothing: it came back."""
    amount_text = answers.Text()
    order_id = answers.Id(allow_none=True)
    """Of an order the asker may open."""


class PotAnswer(answers.Answer):
    rule_id = answers.Text()
    name = answers.Text()
    description = answers.Text()
    image_url = answers.Text(allow_none=True)
    gives = answers.Text()
    measure = answers.Text()
    """spend, units, baskets or meetings"""
    balance = answers.Number()
    """Cents of what was spent, else a count."""
    threshold = answers.Number()
    progress = answers.Text()
    ratio = answers.Number()
    missing = answers.Text()
    """Empty: there is enough in it."""
    notes = answers.texts()
    why = answers.texts()
    times = answers.Number()
    """How often it has paid."""
    won = answers.many(WonAnswer)
    feedings = answers.many(FeedingAnswer)


class CustomerRewardsAnswer(answers.Answer):
    available = answers.Number()
    pending = answers.Number()
    debt = answers.Number()
    advance = answers.Number()
    """Of the debt, what a meeting not closed yet is to bring."""
    pending_lines = answers.many(PendingLineAnswer)
    expiries = answers.many(ExpiryAnswer)
    expiring_text = answers.Text(allow_none=True)
    history = answers.many(PointsLineAnswer)
    codes = answers.many(CodeAnswer)
    vouchers = answers.many(VoucherAnswer)
    gifts = answers.many(GiftAnswer)
    pots = answers.many(PotAnswer)


class MessageAnswer(answers.Answer):
    at = answers.Instant()
    subject = answers.Text()
    fate = answers.Text()


class HerOrdersAnswer(answers.Answer):
    items = answers.many(OrderRowAnswer)
    next_cursor = answers.Text(allow_none=True)


class HerMeetingsAnswer(answers.Answer):
    items = answers.many(MeetingRowAnswer)
    next_cursor = answers.Text(allow_none=True)


class HerMessagesAnswer(answers.Answer):
    items = answers.many(MessageAnswer)
    next_cursor = answers.Text(allow_none=True)


class CardAnswer(answers.Answer):
    customer = answers.one(CustomerAnswer)
    rewards = answers.one(CustomerRewardsAnswer)


# -------------------------------------------------------------------------------------- the book


@bp.route("/customers")
@bp.arguments(FindCustomersByAppSchema, location="query")
@bp.response(200, CustomersAnswer)
def customers(asked: dict[str, Any]) -> dict[str, Any]:
    """Customers of the book whose names or address hold every word of `q`, by name.

    For staff, of every book.
    """
    start, limit = number_of(asked["cursor"]), asked["limit"]
    actor = current_actor()
    with reading() as uow:
        total = queries.count(uow.session, actor, asked["q"])
        found = queries.search(uow.session, actor, asked["q"], limit, offset=start)
        items = _with_points(uow.session, found)
    further = cursor_of(start + limit) if start + limit < total else None
    return {"items": items, "total": total, "next_cursor": further}


@bp.route("/customers", methods=["POST"])
@takes_key
@bp.arguments(NewCustomerSchema)
@bp.response(201, CustomerAnswer)
def add_customer(asked: dict[str, Any]) -> Response:
    """A new customer, in the seller's book at once. One e-mail address, one card.

    Whoever staff add is in nobody's book yet.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        customer_id = create_customer(uow, actor, NewCustomer(**asked), clock=uow.clock)
        return _one(uow.session, customer_id)

    return writing_once(CustomerAnswer, work, status=201)


@bp.route("/customers/<uuid:customer_id>")
@bp.response(200, CustomerAnswer)
def show_customer(customer_id: UUID) -> dict[str, Any]:
    """Who they are, how to reach them, their points.

    Of a card that was merged into another one, that other card: its `id` says so.
    """
    with reading() as uow:
        return _one(uow.session, queries.standing(uow.session, customer_id))


@bp.route("/customers/<uuid:customer_id>", methods=["PATCH"])
@bp.arguments(ChangeCustomerSchema, required=False)
@bp.response(200, CustomerAnswer)
def change_customer_card(parts: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """Change the parts named; the others stay. Roles of the brand's own are for its staff."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        change_customer(uow, current_actor(), customer_id, parts)
        uow.session.expire_all()
        return _one(uow.session, customer_id)

    return writing(work)


@staff_bp.route("/customers/<uuid:customer_id>/seller", methods=["PUT"])
@staff_bp.arguments(GiveToSellerSchema)
@staff_bp.response(204)
def give_to_seller(asked: dict[str, Any], customer_id: UUID) -> None:
    """Give her to another seller, who is her principal seller from then on."""

    def work(uow: UnitOfWork) -> None:
        queries.customer(uow.session, current_actor(), customer_id)
        chosen = sellers.seller(uow.session, asked["seller_id"])
        is_seller = sellers.seller_of_customer(uow.session, customer_id) is not None
        keep = asked["keep"] or is_seller  # her own card stays in her own book
        move_to_book(uow, current_actor(), customer_id, chosen.id, keep=keep)

    writing(work)


# --------------------------------------------------------------------------- the parts of a card


@bp.route("/customers/<uuid:customer_id>/rewards")
@bp.response(200, CustomerRewardsAnswer)
def customer_rewards_of(customer_id: UUID) -> dict[str, Any]:
    """Points, codes, vouchers and gifts, each with its reasons."""
    with reading() as uow:
        queries.customer(uow.session, current_actor(), customer_id)
        return rewards_told(uow, current_actor(), customer_id)


@bp.route("/customers/<uuid:customer_id>/orders")
@bp.response(200, HerOrdersAnswer)
def customer_orders(customer_id: UUID) -> dict[str, Any]:
    """Orders with this seller, for staff with any; the newest first, a hundred at most."""
    actor = current_actor()
    with reading() as uow:
        queries.customer(uow.session, actor, customer_id)
        found = orders.orders_of_customer(uow.session, actor, customer_id)
        people = queries.people(uow.session, [customer_id])
    return _all([order_row(one, people) for one in found])


@bp.route("/customers/<uuid:customer_id>/meetings")
@bp.response(200, HerMeetingsAnswer)
def customer_meetings(customer_id: UUID) -> dict[str, Any]:
    """Meetings hosted or visited, the latest first; for a seller, of her own."""
    actor = current_actor()
    with reading() as uow:
        queries.customer(uow.session, actor, customer_id)
        found = meetings.meetings_of_customer(uow.session, actor, customer_id)
    return _all([row_told(one) for one in found])


@bp.route("/customers/<uuid:customer_id>/messages")
@bp.response(200, HerMessagesAnswer)
def customer_messages(customer_id: UUID) -> dict[str, Any]:
    """Mails we wrote to this customer, and what became of them."""
    with reading() as uow:
        queries.customer(uow.session, current_actor(), customer_id)
        found = notifications.emails_of(uow.session, customer_id)
    told = [
        {"at": mail.sent_at or mail.created_at, "subject": mail.subject, "fate": mail.fate}
        for mail in found
    ]
    return _all(told)


@bp.route("/me/card")
@bp.response(200, CardAnswer)
def own_card() -> dict[str, Any]:
    """The seller's own card of customer: her points, codes, vouchers and gifts."""
    actor, customer_id = current_actor(), own_card_id()
    with reading() as uow:
        herself = queries.customer(uow.session, system(actor.brand_id), customer_id)
        return {
            "customer": _with_points(uow.session, [herself])[0],
            "rewards": rewards_told(uow, actor, customer_id),
        }


# ------------------------------------------------------------------------------------------- how


def _one(session: Session, customer_id: UUID) -> dict[str, Any]:
    found = queries.customer(session, current_actor(), customer_id)
    return _with_points(session, [found])[0]


def _with_points(session: Session, found: Any) -> list[dict[str, Any]]:
    some: list[CustomerView] = list(found)
    balances = loyalty.balances(session, [one.id for one in some])
    return [
        {
            **{name: getattr(one, name, None) for name in CustomerAnswer().fields},
            "points_available": balances[one.id].available,
            "points_pending": balances[one.id].pending,
        }
        for one in some
    ]


def rewards_told(uow: UnitOfWork, actor: Actor, customer_id: UUID) -> dict[str, Any]:
    """For whoever was shown to see the card."""
    bought = orders.orders_of_customer(uow.session, system(uow.brand_id), customer_id)
    statuses = {order.id: order.status for order in bought}
    ways = ways_of(uow.session, actor, customer_id)
    won = customer_rewards(uow.session, actor, customer_id, statuses, ways=ways, at=uow.clock())
    return {
        "available": won.available,
        "pending": won.pending,
        "debt": won.debt,
        "advance": won.advance,
        "pending_lines": won.pending_lines,
        "expiries": won.expiries,
        "expiring_text": won.expiring_text,
        "history": won.history,
        "codes": won.codes,
        "vouchers": [asdict(one) for one in won.vouchers],
        "gifts": [gift_told(one) for one in won.gifts],
        "pots": won.pots,
    }


def _all(items: list[Any]) -> dict[str, Any]:
    return {"items": items, "next_cursor": None}
