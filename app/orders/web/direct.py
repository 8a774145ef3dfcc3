"""Ventes directes: an order for a customer of the seller's book, outside meetings."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from app.customers import queries as customers
from app.customers.errors import CustomerNotFound
from app.http.auth import current_actor
from app.http.forms import load, posted
from app.http.work import reading, writing
from app.kernel.errors import ConviveError, Invalid
from app.meetings.services import ordering
from app.orders.schemas import StartDirectOrderSchema
from app.orders.web.order import LONGEST_QUERY, bp, errors_of, status_of

SHOWN_CUSTOMERS = 20


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
