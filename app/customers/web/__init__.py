"""Finding a customer of one's book, and reading on her card what she has and why."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from app.accounts.web import from_session
from app.customers import presenters, queries
from app.customers.errors import CustomerNotFound
from app.customers.presenters import Row
from app.customers.schemas import EditCustomerSchema, FindCustomers, FindCustomersSchema
from app.customers.web import parts
from app.customers.web.merging import to_kept_card
from app.http.auth import current_actor, open_to
from app.http.forms import load, posted
from app.http.work import reading
from app.kernel.actor import Role
from app.kernel.errors import Invalid

bp = Blueprint("customers", __name__, url_prefix="/customers")
open_to(bp, Role.SELLER, via=from_session)
parts.install(bp, "seller/customer_", EditCustomerSchema)

PAGE = 30


@bp.get("")
def index() -> Any:
    """Four statements, however many are found."""
    try:
        asked = posted(request.args)
        named = {name: value for name, value in asked.items() if name in {"q", "page"}}
        wanted = load(FindCustomersSchema, named)
    except Invalid as refusal:
        return _list([], 0, None, errors=refusal.fields), 422
    actor, offset = current_actor(), (wanted.page - 1) * PAGE
    with reading() as uow:
        total = queries.count(uow.session, actor, wanted.text)
        found = queries.search(uow.session, actor, wanted.text, PAGE, offset=offset)
        rows = presenters.rows(uow.session, found)
    more = wanted.page * PAGE < total
    return _list(rows, total, _next_url(wanted) if more else None)


@bp.get("/<uuid:customer_id>")
def show(customer_id: UUID) -> Any:
    try:
        with reading() as uow:
            card = presenters.card(uow.session, current_actor(), customer_id, at=uow.clock())
    except CustomerNotFound:
        return to_kept_card(customer_id, ".show")
    return render_template("seller/customer.html", **card)


def _list(
    rows: list[Row],
    total: int,
    next_url: str | None,
    errors: dict[str, list[Any]] | None = None,
) -> str:
    return render_template(
        "seller/customers.html",
        query=request.args.get("q", "")[:200],
        customers=rows,
        total=total,
        next_url=next_url,
        errors=errors or {},
        values={},
    )


def _next_url(wanted: FindCustomers) -> str:
    return url_for("customers.index", q=wanted.text or None, page=wanted.page + 1)
