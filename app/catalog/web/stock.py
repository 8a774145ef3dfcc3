"""What is on hand: seen at a glance, corrected with a reason."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.catalog import presenters, queries, services
from app.catalog.queries import FindProducts, ProductView
from app.catalog.schemas import CorrectionSchema, FindProductsSchema
from app.catalog.web.products import errors_of
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list
from app.http.forms import load, posted
from app.http.navigation import here
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import ConviveError, Invalid, Refused

bp = Blueprint("stock_console", __name__, url_prefix="/console/catalog/stock")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

PAGE = 30
LATEST = 12


@bp.get("")
def index() -> str:
    asked = FindProducts(**asked_of_list(FindProductsSchema))
    with reading() as uow:
        found = queries.product_list(uow.session, asked, limit=PAGE)
        total = queries.count_products(uow.session, asked)
        latest = queries.stock_corrections(uow.session, limit=LATEST)
    more = asked.page * PAGE < total
    return render_template(
        "console/catalog/stock.html",
        products=[presenters.product_row(product) for product in found],
        total=total,
        asked=asked,
        corrections=[presenters.correction_row(made) for made in latest],
        next_url=here(page=str(asked.page + 1)) if more else None,
        first_url=here() if asked.page > 1 else None,
    )


@bp.get("/<uuid:product_id>")
def correct(product_id: UUID) -> str:
    return _form(product_id)


@bp.post("/<uuid:product_id>", endpoint="correct_post")
def save(product_id: UUID) -> Any:
    product = _read(product_id)

    def work(uow: UnitOfWork) -> int:
        wish = load(CorrectionSchema, posted(request.form))
        return services.correct_stock(uow, current_actor(), product_id, wish, clock=uow.clock)

    try:
        units = writing(work)
    except (Invalid, Refused) as refusal:
        return _form(product_id, refusal), 422
    words = gettext("%(name)s: %(units)s on hand now.", name=product.name, units=units)
    flash(words, "success")
    return redirect(url_for(".index"), code=303)


def _read(product_id: UUID) -> ProductView:
    with reading() as uow:
        return queries.product_view(uow.session, product_id)


def _form(product_id: UUID, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        product = queries.product_view(uow.session, product_id)
        history = queries.stock_corrections(uow.session, product_id=product_id)
    return render_template(
        "console/catalog/stock_correct.html",
        product=product,
        corrections=[presenters.correction_row(made) for made in history],
        reasons=presenters.reason_choices(),
        values=request.form if refusal else {},
        errors=errors_of(refusal),
    )
