"""Ventes directes: an order for a customer of the seller's book, outside meetings."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.customers import queries as customers
from app.customers.errors import CustomerNotFound
from app.http.auth import current_actor
from app.http.brand import current_brand
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.links import shop_url
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.kernel.errors import ConviveError, Invalid, Refused
from app.meetings.services import order_links, ordering
from app.orders.schemas import StartDirectOrderSchema
from app.orders.web.order import LONGEST_QUERY, bp

SHOWN_CUSTOMERS = 20
LINKS_OF_ONE_SELLER = "60 per hour"


@bp.get("/orders/new")
def new_direct() -> Any:
    return _for_whom()


@bp.post("/orders/new", endpoint="new_direct_post")
def start_direct() -> Any:
    """The draft she already has outside meetings, or a new one."""
    try:
        order_id = _started(load(StartDirectOrderSchema, posted(request.form))["customer_id"])
    except (Invalid, CustomerNotFound) as refusal:
        return _for_whom(refusal)
    return redirect(url_for("orders.show", order_id=order_id), code=303)


def _started(customer_id: UUID) -> UUID:
    actor = current_actor()
    assert actor.seller_id is not None
    seller_id = actor.seller_id
    order = writing(
        lambda uow: ordering.start_direct_order(uow, actor, seller_id, customer_id, clock=uow.clock)
    )
    return order.id


def _for_whom(refusal: ConviveError | None = None) -> Any:
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    with reading() as uow:
        found = customers.search(uow.session, current_actor(), query, SHOWN_CUSTOMERS)
    page = render_template(
        "seller/order_direct.html",
        query=query,
        customers=found,
        values=request.form,
        errors=errors_of(refusal, "customer_id"),
    )
    return page, status_of(refusal)


# ------------------------------------------------------------------------------ her own link


def seller_asking() -> str:
    actor = current_actor()
    return f"{actor.brand_id}:{actor.seller_id}"


@bp.post("/customers/<uuid:customer_id>/order-link")
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=seller_asking)
def create_order_link(customer_id: UUID) -> Any:
    """With which she orders outside meetings; shown in this answer and never again."""
    actor = current_actor()
    token = writing(
        lambda uow: order_links.create_order_link(
            uow, actor, customer_id, meeting_id=None, clock=uow.clock
        )
    )
    with reading() as uow:
        person = customers.customer(uow.session, actor, customer_id)
    page = render_template(
        "seller/order_link.html",
        title=gettext("%(name)s's link to order", name=person.first_name),
        subtitle=gettext("Direct sale"),
        section="customers",
        back=url_for("customers.show", customer_id=customer_id),
        words=gettext(
            "Whoever holds it orders in the name of %(name)s: give it to nobody else.",
            name=person.first_name,
        ),
        link=shop_url(current_brand(), token),
        until=None,
    )
    return page, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@bp.post("/customers/<uuid:customer_id>/order-link/mail")
@limiter.limit(LINKS_OF_ONE_SELLER, key_func=seller_asking)
def mail_order_link(customer_id: UUID) -> Any:
    actor = current_actor()
    try:
        address = writing(
            lambda uow: order_links.send_order_link(uow, actor, customer_id, meeting_id=None)
        )
    except Refused as refusal:
        flash_refusal(refusal)
    else:
        flash(gettext("The link is on its way to %(address)s.", address=address), "success")
    return redirect(url_for("customers.show", customer_id=customer_id), code=303)
