"""Renoncer au contrat: what the law wants on every order, in two steps (Code de la consommation,
art. L221-21 and D221-5): a button that leads here, and one that confirms."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.http.auth import current_actor
from app.http.forms import errors_of, status_of
from app.http.work import reading, writing
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused
from app.orders import queries, services
from app.orders.queries import LineView, OrderView
from app.orders.queries.withdrawals import withdrawn_units
from app.orders.web.leaving import units_typed
from app.orders.web.shop import bp, stall_of

__all__ = ["bp"]


@bp.get("/orders/<uuid:order_id>/withdrawal")
def withdrawal(token: str, order_id: UUID) -> Any:
    return _page(token, order_id)


@bp.post("/orders/<uuid:order_id>/withdrawal", endpoint="withdrawal_post")
def withdraw(token: str, order_id: UUID) -> Any:
    try:
        order, said = _read(order_id)
        units = units_typed(order, lambda line: _left(line, said))
        writing(
            lambda uow: services.withdraw(uow, current_actor(), order_id, units, clock=uow.clock)
        )
    except (Invalid, Refused, Conflict) as refusal:
        return _page(token, order_id, refusal)
    flash(gettext("Your withdrawal is received: you are sent a message that proves it."), "success")
    return redirect(url_for(".order", token=token, order_id=order_id), code=303)


def _page(token: str, order_id: UUID, refusal: ConviveError | None = None) -> Any:
    with reading() as uow:
        stall = stall_of(uow, token)
        order, said = _order_and_said(uow.session, order_id)
        person = customers.people(uow.session, [order.customer_id])[order.customer_id]
    rows = [(line, _left(line, said)) for line in order.lines]
    page = render_template(
        "shop/withdrawal.html",
        shop=stall.shop,
        order=order,
        person=person,
        rows=[(line, left) for line, left in rows if left > 0],
        values=request.form,
        errors=errors_of(refusal),
    )
    return page, status_of(refusal)


def _left(line: LineView, said: Mapping[UUID, int]) -> int:
    return line.quantity - max(line.gone, said[line.id])


def _read(order_id: UUID) -> tuple[OrderView, Counter[UUID]]:
    with reading() as uow:
        return _order_and_said(uow.session, order_id)


def _order_and_said(session: Session, order_id: UUID) -> tuple[OrderView, Counter[UUID]]:
    """And what she withdrew from already, by line. Raises NotFound, OrderNotFound."""
    order = queries.order_page(session, current_actor(), order_id).order
    if not order.is_sold:
        raise NotFound
    return order, withdrawn_units(session, order_id)
