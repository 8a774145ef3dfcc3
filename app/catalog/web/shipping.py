"""How orders are sent: methods, where they reach, what they cost."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.catalog import presenters, queries, services
from app.catalog.exchange.shipping import shipping_wish
from app.catalog.queries import ShippingMethodView
from app.catalog.schemas import ShippingRow, StepSchema
from app.catalog.services import ShippingWish
from app.catalog.web.products import errors_of
from app.http.auth import current_actor, open_to
from app.http.forms import load, posted
from app.http.work import reading, writing
from app.kernel.actor import Role
from app.kernel.errors import Conflict, ConviveError, Invalid

bp = Blueprint("shipping_console", __name__, url_prefix="/console/catalog/shipping")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

STEPS = 6
"""Rows of the form: more can be told by a file."""
FREE = "0:0"
"""Stands for steps that cannot be read, so that the other fields are."""
STEP_FIELDS = {f"{name}_{number}" for number in range(1, STEPS + 1) for name in ("start", "cost")}


@bp.get("")
def index() -> str:
    with reading() as uow:
        methods = queries.shipping_methods(uow.session)
    return render_template(
        "console/catalog/shipping.html",
        methods=[presenters.shipping_row(method) for method in methods],
    )


@bp.get("/new")
def new() -> str:
    return _form(None)


@bp.post("/new", endpoint="new_post")
def create() -> Any:
    try:
        wish = _wish(None)
        writing(lambda uow: services.create_shipping_method(uow, current_actor(), wish))
    except (Invalid, Conflict) as refusal:
        return _form(None, refusal), 422
    flash(gettext("The shipping method is created."), "success")
    return redirect(url_for(".index"), code=303)


@bp.get("/<uuid:method_id>")
def show(method_id: UUID) -> str:
    return _form(_read(method_id))


@bp.post("/<uuid:method_id>", endpoint="show_post")
def change(method_id: UUID) -> Any:
    method = _read(method_id)
    try:
        wish = _wish(method)
        writing(lambda uow: services.change_shipping_method(uow, current_actor(), method_id, wish))
    except (Invalid, Conflict) as refusal:
        return _form(method, refusal), 422
    flash(gettext("The shipping method is saved."), "success")
    return redirect(url_for(".index"), code=303)


@bp.post("/<uuid:method_id>/delete")
def delete(method_id: UUID) -> Any:
    writing(lambda uow: services.delete_shipping_method(uow, current_actor(), method_id))
    flash(gettext("The shipping method is deleted."), "success")
    return redirect(url_for(".index"), code=303)


def _wish(method: ShippingMethodView | None) -> ShippingWish:
    """The form's rows of steps, written in one line as files have them. Raises Invalid, with what
    is wrong of each step beside it."""
    given = posted(request.form)
    steps, wrong = _steps(given)
    rest = {name: value for name, value in given.items() if name not in STEP_FIELDS}
    told = steps or FREE
    try:
        values = load(ShippingRow, {"active": "0", **rest, "brackets": told})
    except Invalid as refusal:
        raise Invalid({**refusal.fields, **wrong}) from None
    if wrong:
        raise Invalid(wrong)
    return shipping_wish(values, method)


def _steps(given: Mapping[str, Any]) -> tuple[str, dict[str, list[Any]]]:
    """The steps that were filled in, and what is wrong with them by field; one at least."""
    told: list[str] = []
    wrong: dict[str, list[Any]] = {}
    for number in _rows():
        step = {name: given.get(f"{name}_{number}") for name in ("start", "cost")}
        if not any(step.values()) and (number > 1 or _any_step(given)):
            continue
        try:
            values = load(StepSchema, {name: text for name, text in step.items() if text})
            told.append(f"{_decimal(values['start'])}:{_decimal(values['cost'])}")
        except Invalid as refusal:
            wrong |= {f"{name}_{number}": words for name, words in refusal.fields.items()}
    return " | ".join(told), wrong


def _any_step(given: Mapping[str, Any]) -> bool:
    return any(given.get(name) for name in STEP_FIELDS)


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _read(method_id: UUID) -> ShippingMethodView:
    with reading() as uow:
        return queries.shipping_method(uow.session, method_id)


def _rows() -> range:
    return range(1, STEPS + 1)


def _form(method: ShippingMethodView | None, refusal: ConviveError | None = None) -> str:
    return render_template(
        "console/catalog/shipping_method.html",
        method=method,
        kept=presenters.kept_shipping(method),
        steps=list(_rows()),
        values=request.form if refusal else {},
        errors=errors_of(refusal),
    )
