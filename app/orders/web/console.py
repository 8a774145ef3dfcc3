"""Commandes: those of all sellers, found and read by the brand's staff."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.audit import presenters as trail
from app.audit.queries import entries_of
from app.customers import queries as customers
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list
from app.http.flashes import flash_refusal
from app.http.forms import load, posted
from app.http.navigation import here
from app.http.work import reading, writing
from app.kernel.actor import Role
from app.kernel.errors import Conflict, Invalid, Refused
from app.meetings.presenters import order_row
from app.meetings.services import ordering
from app.orders import presenters, queries
from app.orders.presenters.quotes import quote_told
from app.orders.schemas import AllOrdersSchema, PaymentRefusedSchema
from app.orders.web.lists import (
    LONGEST_EXPORT,
    cells,
    filters_of,
    orders_file,
    titles,
)
from app.orders.web.papers import papers_of
from app.orders.web.quoted import around_order, quote_shown
from app.orders.web.shown import shown_order
from app.promotions.domain.words import Voice
from app.sellers import queries as sellers

bp = Blueprint("orders_console", __name__, url_prefix="/console/orders")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

PAGE = 30


@bp.get("")
def index() -> str:
    """The same statements, however many are found."""
    asked, actor = asked_of_list(AllOrdersSchema), current_actor()
    with reading() as uow:
        found = queries.order_list(
            uow.session,
            actor,
            presenters.orders_wanted(uow.session, actor, asked),
            page=asked["page"],
            size=PAGE,
        )
        people = customers.people(uow.session, {order.customer_id for order in found.rows})
        names = sellers.names(uow.session)
    return render_template(
        "console/orders/index.html",
        rows=[(order_row(order, people), order.seller_id) for order in found.rows],
        total=found.total,
        total_cents=found.total_cents,
        asked=asked,
        choices=presenters.list_choices(),
        sellers=names,
        next_url=here(page=str(asked["page"] + 1)) if found.has_more else None,
        first_url=here() if asked["page"] > 1 else None,
        export_url=url_for(".export", **filters_of(asked)),
    )


@bp.get("/orders.csv")
def export() -> Response:
    """What the filters show, without paging."""
    asked, actor = asked_of_list(AllOrdersSchema), current_actor()
    with reading() as uow:
        found = queries.order_list(
            uow.session,
            actor,
            presenters.orders_wanted(uow.session, actor, asked),
            page=1,
            size=LONGEST_EXPORT,
        )
        people = customers.people(uow.session, {order.customer_id for order in found.rows})
        names = sellers.names(uow.session)
    rows = [[*cells(order, people), names.get(order.seller_id, "")] for order in found.rows]
    return orders_file([*titles(), gettext("Seller")], rows)


@bp.get("/<uuid:order_id>")
def show(order_id: UUID) -> str:
    actor = current_actor()
    with reading() as uow:
        page = queries.order_page(uow.session, actor, order_id)
        order = shown_order(uow, actor, page)
        told = quote_told(quote_shown(page), around_order(uow, page, Voice.BRAND))
        seller = sellers.seller(uow.session, page.order.seller_id)
        withdrawn = presenters.withdrawals_told(uow.session, page.order)
        papers = papers_of(uow.session, page.order, "papers_console")
        entries = trail.lines(uow.session, entries_of(uow.session, "order", order_id))
    return render_template(
        "console/orders/show.html",
        order=order,
        told=told,
        seller=seller,
        papers=papers,
        withdrawn=withdrawn,
        entries=entries,
    )


@bp.post("/<uuid:order_id>/payments/<uuid:payment_id>/refusal")
def refuse_payment(order_id: UUID, payment_id: UUID) -> Any:
    """The bank did not honour it."""
    actor = current_actor()
    try:
        typed = load(PaymentRefusedSchema, posted(request.form))
        writing(
            lambda uow: ordering.refuse_payment(
                uow, actor, order_id, payment_id, reason=typed["reason"], clock=uow.clock
            )
        )
        flash(gettext("The payment is marked as refused: the order waits for its money again."))
    except (Invalid, Refused, Conflict) as refusal:
        flash_refusal(refusal)
    return redirect(url_for(".show", order_id=order_id), code=303)
