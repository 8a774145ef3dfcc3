"""One order: the draft, the placed order, the gift order."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.catalog import queries as catalog
from app.customers.presenters import countries
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.words import money
from app.http.work import reading, writing
from app.kernel.actor import Role
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused
from app.meetings import queries as meetings
from app.meetings.presenters import present_meeting
from app.meetings.services import ordering
from app.orders import queries
from app.orders.domain.frozen import Difference
from app.orders.errors import CartHasChanged, PaymentTooHigh
from app.orders.presenters import found_product, payment_methods, withdrawals_told
from app.orders.presenters.quotes import changes_told, quote_told
from app.orders.queries import OrderPage
from app.orders.schemas import (
    PAY,
    AddLineSchema,
    CheckoutSchema,
    PaymentSchema,
    QuantitySchema,
    StartOrderSchema,
)
from app.orders.services import RecordPayment
from app.orders.web.papers import papers_of
from app.orders.web.quoted import (
    around_order,
    brought_up_to_date,
    names_on,
    price_anew,
    quote_shown,
)
from app.orders.web.shown import gifts_of, pots_ahead, shown_order
from app.orders.web.wishes import grant_wish, wish_errors
from app.promotions.domain.words import Voice

bp = Blueprint("orders", __name__)
open_to(bp, Role.SELLER, via=from_session)

T = TypeVar("T")

FOUND_PRODUCTS = 12
WINDOW_PRODUCTS = 8
WINDOW_BESIDE_LINES = 4
"""Of what is offered unasked: little once the order has lines, which she wants to see."""
LONGEST_QUERY = 100
LONGEST_KEY = 100
BESIDE: dict[type[ConviveError], str] = {PaymentTooHigh: "amount"}


# ------------------------------------------------------------------------------- a new order


@bp.get("/meetings/<uuid:meeting_id>/orders/new")
def new(meeting_id: UUID) -> Any:
    return _who_orders(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/orders/new", endpoint="new_post")
def start(meeting_id: UUID) -> Any:
    actor = current_actor()
    try:
        wanted = load(StartOrderSchema, posted(request.form))["participant_id"]
        customer_id = _customer_of(meeting_id, wanted)
        order = writing(
            lambda uow: ordering.start_order(uow, actor, meeting_id, customer_id, clock=uow.clock)
        )
    except (Invalid, Refused) as refusal:
        return _who_orders(meeting_id, refusal)
    except Conflict as refusal:
        flash_refusal(refusal)
        return redirect(url_for("meetings.show", meeting_id=meeting_id), code=303)
    return redirect(url_for("orders.show", order_id=order.id), code=303)


def _who_orders(meeting_id: UUID, refusal: ConviveError | None = None) -> Any:
    with reading() as uow:
        page = meetings.meeting_page(uow.session, current_actor(), meeting_id)
    asked = request.args.get("participant", "")
    meeting = present_meeting(page)
    people = sorted(meeting.participants, key=lambda person: str(person.id) != asked)
    shown = render_template(
        "seller/order_new.html",
        meeting=meeting,
        participants=people,
        values=request.form,
        errors=errors_of(refusal, "participant_id"),
    )
    return shown, status_of(refusal)


def _customer_of(meeting_id: UUID, participant_id: UUID) -> UUID:
    """The host stands on the list by her own id. Raises NotFound."""
    with reading() as uow:
        guests = meetings.meeting_with_guests(uow.session, current_actor(), meeting_id)
    if participant_id == guests.card.host_id:
        return participant_id
    return guests.guest(participant_id).customer_id


# --------------------------------------------------------------------------------- one order


@bp.get("/orders/<uuid:order_id>")
def show(order_id: UUID) -> Any:
    return _page(order_id, changes=brought_up_to_date(order_id))


@bp.post("/orders/<uuid:order_id>/lines")
def add_line(order_id: UUID) -> Any:
    actor = current_actor()

    def work() -> Any:
        wanted = load(AddLineSchema, posted(request.form))
        return writing(
            lambda uow: ordering.add_line(
                uow, actor, order_id, wanted["product_id"], wanted["quantity"], clock=uow.clock
            )
        )

    return _attempt(order_id, work)


@bp.post("/orders/<uuid:order_id>/lines/<uuid:line_id>/quantity")
def set_quantity(order_id: UUID, line_id: UUID) -> Any:
    actor = current_actor()

    def work() -> Any:
        quantity = load(QuantitySchema, posted(request.form))["quantity"]
        return writing(
            lambda uow: ordering.set_quantity(
                uow, actor, order_id, line_id, quantity, clock=uow.clock
            )
        )

    return _attempt(order_id, work)


@bp.post("/orders/<uuid:order_id>/wishes")
def wish(order_id: UUID) -> Any:
    """Codes, picks, vouchers, points, gifts, delivery: what is asked for besides products."""
    actor = current_actor()

    def work() -> Any:
        return writing(lambda uow: grant_wish(uow, actor, order_id))

    return _attempt(order_id, work)


@bp.post("/orders/<uuid:order_id>/checkout")
def checkout(order_id: UUID) -> Any:
    """Place the order, and take its payment with it unless it is paid later."""
    actor = current_actor()

    def work() -> Any:
        form = posted(request.form)
        typed = load(CheckoutSchema, form)
        payment = _typed_payment() if typed["action"] == PAY else None
        return writing(
            lambda uow: ordering.place_order(
                uow,
                actor,
                order_id,
                payment=payment,
                seen=typed["seen"],
                seen_cents=typed["seen_cents"],
                clock=uow.clock,
            )
        )

    def told(order: ordering.OrderNow) -> Any:
        flash(_placed_words(order), "success")
        return _back_to_meeting(order_id)

    return _attempt(order_id, work, told)


@bp.post("/orders/<uuid:order_id>/payments")
def pay(order_id: UUID) -> Any:
    actor = current_actor()

    def work() -> Any:
        payment = _typed_payment()
        return writing(
            lambda uow: ordering.pay_order(uow, actor, order_id, payment, clock=uow.clock)
        )

    def told(order: ordering.OrderNow) -> Any:
        left = order.due_cents
        flash(
            gettext("Payment recorded; %(amount)s is still to pay.", amount=money(left))
            if left
            else gettext("Payment recorded: the order is paid."),
            "success",
        )
        return redirect(url_for("orders.show", order_id=order_id), code=303)

    return _attempt(order_id, work, told)


@bp.post("/orders/<uuid:order_id>/deletion")
def discard(order_id: UUID) -> Any:
    actor = current_actor()
    customer_id = _read(order_id).order.customer_id

    def work() -> Any:
        return writing(lambda uow: ordering.discard_cart(uow, actor, order_id))

    def told(meeting_id: UUID | None) -> Any:
        flash(gettext("The draft is deleted."), "success")
        return redirect(_meeting_or_customer(meeting_id, customer_id), code=303)

    return _attempt(order_id, work, told)


@bp.post("/orders/<uuid:order_id>/finalisation")
def finalise(order_id: UUID) -> Any:
    actor = current_actor()

    def work() -> Any:
        return writing(
            lambda uow: ordering.finalise_gift_order(uow, actor, order_id, clock=uow.clock)
        )

    def told(order: ordering.OrderNow) -> Any:
        flash(gettext("The gift order is finalised (No. %(n)s).", n=order.number), "success")
        return redirect(url_for("orders.show", order_id=order_id), code=303)

    return _attempt(order_id, work, told)


# ------------------------------------------------------------------------------------- how


def _attempt(order_id: UUID, work: Callable[[], T], told: Callable[[T], Any] | None = None) -> Any:
    """Do it; or say on the same page what to mend, with what was typed."""
    try:
        done = work()
    except CartHasChanged as refusal:
        price_anew(order_id)
        return _page(order_id, refusal, refusal.changes)
    except (Conflict, Refused, Invalid) as refusal:
        return _page(order_id, refusal)
    return told(done) if told else redirect(url_for("orders.show", order_id=order_id), code=303)


def _typed_payment() -> RecordPayment:
    """As typed, and recognised when the same form arrives again."""
    checkout = CheckoutSchema().fields
    form = {name: value for name, value in posted(request.form).items() if name not in checkout}
    payment: RecordPayment = load(PaymentSchema, form)
    return replace(payment, key=request.form.get("request_key", "")[:LONGEST_KEY])


def _placed_words(order: ordering.OrderNow) -> str:
    if order.due_cents:
        words: str = gettext(
            "Order No. %(number)s is placed; %(amount)s is still to pay.",
            number=order.number,
            amount=money(order.due_cents),
        )
    else:
        words = gettext("Order No. %(number)s is placed and paid.", number=order.number)
    return words


def _back_to_meeting(order_id: UUID) -> Any:
    """Where the next guest waits for her turn."""
    order = _read(order_id).order
    return redirect(_meeting_or_customer(order.meeting_id, order.customer_id), code=303)


def _meeting_or_customer(meeting_id: UUID | None, customer_id: UUID) -> str:
    if meeting_id:
        return url_for("meetings.show", meeting_id=meeting_id, tab="orders")
    return url_for("customers.show", customer_id=customer_id)


def _read(order_id: UUID) -> OrderPage:
    with reading() as uow:
        return queries.order_page(uow.session, current_actor(), order_id)


def _page(
    order_id: UUID, refusal: ConviveError | None = None, changes: Sequence[Difference] = ()
) -> Any:
    """The draft with its product search, or the order as it was placed."""
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    with reading() as uow:
        session, actor = uow.session, current_actor()
        page = queries.order_page(session, actor, order_id)
        is_draft = page.order.is_cart and not page.order.is_gift
        order = shown_order(uow, actor, page)
        limit = _how_many(query, page)
        found = catalog.search_products(session, query, limit=limit) if is_draft else ()
        around = around_order(uow, page, Voice.SELLER)
        told = quote_told(quote_shown(page), around)
        papers = papers_of(session, page.order, "papers")
        withdrawn = withdrawals_told(session, page.order)
        pots = pots_ahead(uow, page)
        gifts = gifts_of(uow, actor, page.order) if is_draft else ()
    shown = render_template(
        "seller/order.html" if is_draft else "seller/order_view.html",
        order=order,
        papers=papers,
        withdrawn=withdrawn,
        query=query,
        products=[found_product(product, around.plan.earning) for product in found],
        told=told,
        pots=pots,
        gifts=gifts,
        changes=changes_told(changes, names_on(page)),
        countries=countries() if is_draft else (),
        payment_methods=payment_methods(),
        payment_allowed_from=None,
        request_key=secrets.token_urlsafe(16),
        values=request.form,
        errors=wish_errors(refusal, around) or errors_of(refusal, beside=BESIDE),
    )
    return shown, status_of(refusal)


def _how_many(query: str, page: OrderPage) -> int:
    if query:
        return FOUND_PRODUCTS
    return WINDOW_BESIDE_LINES if page.order.lines else WINDOW_PRODUCTS
