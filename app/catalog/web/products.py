"""Catalogue: the products of a brand, for its administrators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.audit.services import record
from app.catalog import presenters, queries, services
from app.catalog.errors import TooManyAtOnce
from app.catalog.exchange.products import PRODUCT_LAYOUT, product_rows
from app.catalog.queries import FindProducts, ProductView
from app.catalog.schemas import FindProductsSchema, PictureSchema, ProductSchema
from app.catalog.services import NewProduct, ProductCard
from app.catalog.services.pictures import MAX_PICTURE_BYTES
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list
from app.http.forms import load, posted
from app.http.navigation import here
from app.http.requests import takes_up_to
from app.http.words import say
from app.http.work import reading, writing
from app.imports import writing as files
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused
from app.rewards.services.renaming import change_product_card

bp = Blueprint("catalog_console", __name__, url_prefix="/console/catalog")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

PAGE = 30
ROOM_FOR_THE_FORM = 200_000
MOST_AT_ONCE = 3
BOXES = ("giftable", "in_turnover", "excluded_from_discounts", "active")
FORM = 'any("csv", "xlsx"):form'


@bp.get("")
def index() -> str:
    asked = FindProducts(**asked_of_list(FindProductsSchema))
    with reading() as uow:
        found = queries.product_list(uow.session, asked, limit=PAGE)
        total = queries.count_products(uow.session, asked)
        tree = queries.category_tree(uow.session)
    more = asked.page * PAGE < total
    return render_template(
        "console/catalog/index.html",
        products=[presenters.product_row(product) for product in found],
        total=total,
        asked=asked,
        categories=presenters.category_choices(tree, gettext("All")),
        next_url=here(page=str(asked.page + 1)) if more else None,
        first_url=here() if asked.page > 1 else None,
        export_csv=_export_url("csv"),
        export_xlsx=_export_url("xlsx"),
    )


@bp.get(f"/products.<{FORM}>")
def export(form: str) -> Response:
    """What the filters show, without paging, as a file that can be imported again."""
    asked = FindProducts(**asked_of_list(FindProductsSchema))
    with reading() as uow:
        rows = list(product_rows(queries.product_list(uow.session, asked)))
        record(uow, current_actor(), "export.products", "export", None, after={"rows": len(rows)})
    response = Response(files.export(PRODUCT_LAYOUT, rows, form), content_type=files.TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="products.{form}"'
    response.cache_control.no_store = True
    return response


@bp.get("/products/new")
def new() -> str:
    return _form(None)


@bp.post("/products/new", endpoint="new_post")
@takes_up_to(MOST_AT_ONCE * MAX_PICTURE_BYTES + ROOM_FOR_THE_FORM)
def create() -> Any:
    pictures = _sent_pictures()

    def work(uow: UnitOfWork) -> UUID:
        actor = current_actor()
        product_id = services.create_product(uow, actor, _wish(), clock=uow.clock)
        _add(uow, product_id, pictures)
        return product_id

    try:
        product_id = writing(work)
    except (Invalid, Conflict, Refused, NotFound) as refusal:
        return _form(None, refusal), 422
    flash(gettext("The product is in the catalogue."), "success")
    return redirect(url_for(".show", product_id=product_id), code=303)


@bp.get("/products/<uuid:product_id>")
def show(product_id: UUID) -> str:
    return _form(product_id)


@bp.post("/products/<uuid:product_id>", endpoint="show_post")
@takes_up_to(MOST_AT_ONCE * MAX_PICTURE_BYTES + ROOM_FOR_THE_FORM)
def change(product_id: UUID) -> Any:
    """The card, whether its units are counted and, when files came with them, more pictures."""
    _read(product_id)
    pictures = _sent_pictures()

    def work(uow: UnitOfWork) -> None:
        actor = current_actor()
        card = _card(_wish())
        change_product_card(uow, actor, product_id, card, clock=uow.clock)
        tracked = request.form.get("stock_tracked") == "1"
        services.count_stock(uow, actor, product_id, tracked=tracked)
        _add(uow, product_id, pictures)

    try:
        writing(work)
    except (Invalid, Conflict, Refused, NotFound) as refusal:
        return _form(product_id, refusal), 422
    flash(gettext("The product is saved."), "success")
    return redirect(url_for(".show", product_id=product_id), code=303)


@bp.post("/products/<uuid:product_id>/pictures/<uuid:image_id>")
def change_picture(product_id: UUID, image_id: UUID) -> Any:
    """What it shows in words, or its place among the others."""
    _read(product_id)
    asked = load(PictureSchema, posted(request.form))

    def work(uow: UnitOfWork) -> None:
        actor = current_actor()
        if "alt" in request.form:
            services.describe_picture(uow, actor, product_id, image_id, asked["alt"])
        if asked["position"] is not None:
            services.place_picture(uow, actor, product_id, image_id, asked["position"])

    writing(work)
    flash(gettext("The picture is saved."), "success")
    return _to_pictures(product_id)


@bp.post("/products/<uuid:product_id>/pictures/<uuid:image_id>/remove")
def remove_picture(product_id: UUID, image_id: UUID) -> Any:
    writing(lambda uow: services.remove_picture(uow, current_actor(), product_id, image_id))
    flash(gettext("The picture is removed."), "success")
    return _to_pictures(product_id)


def _to_pictures(product_id: UUID) -> Any:
    return redirect(url_for(".show", product_id=product_id, _anchor="pictures"), code=303)


def _wish() -> NewProduct:
    given = {name: value for name, value in posted(request.form).items() if name != "stock_tracked"}
    unticked = {name: "0" for name in BOXES if name not in given}
    wish: NewProduct = load(ProductSchema, given | unticked)
    return wish


def _card(wish: NewProduct) -> ProductCard:
    return ProductCard(**wish.card())


def _sent_pictures() -> list[bytes]:
    """One byte more than is allowed tells enough; the same of how many there are."""
    sent = [file for file in request.files.getlist("picture") if file.filename]
    return [file.stream.read(MAX_PICTURE_BYTES + 1) for file in sent[: MOST_AT_ONCE + 1]]


def _add(uow: UnitOfWork, product_id: UUID, pictures: list[bytes]) -> None:
    """Raises what `add_picture` raises."""
    if len(pictures) > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE)
    for picture in pictures:
        services.add_picture(uow, current_actor(), product_id, picture)


def _read(product_id: UUID) -> ProductView:
    with reading() as uow:
        return queries.product_view(uow.session, product_id)


def _form(product_id: UUID | None, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        tree = queries.category_tree(uow.session)
        product = queries.product_view(uow.session, product_id) if product_id else None
        pictures = queries.pictures(uow.session, [product_id]) if product_id else {}
        history = (
            queries.stock_corrections(uow.session, product_id=product_id) if product_id else ()
        )
    return render_template(
        "console/catalog/product.html",
        product=product,
        kept=presenters.kept_fields(product),
        pictures=[
            {"id": one.id, "url": presenters.image_url(one.id), "alt": one.alt}
            for found in pictures.values()
            for one in found
        ],
        categories=presenters.category_choices(tree, gettext("Choose…")),
        corrections=[presenters.correction_row(made) for made in history],
        reasons=presenters.reason_choices(),
        values=request.form if refusal else {},
        errors=errors_of(refusal),
    )


FIELD_OF = {
    "reference_taken": "reference",
    "category_not_found": "category_id",
    "picture_not_readable": "picture",
    "picture_too_large": "picture",
    "too_many_pictures": "picture",
    "too_many_at_once": "picture",
    "stock_promised": "stock_tracked",
    "gifts_await_reference": "reference",
    "programme_names_reference": "reference",
    "draft_names_reference": "reference",
    "price_cents": "price",
    "minimum_price_cents": "minimum_price",
}
"""Codes of refusals, and names of columns, by the fields that are to blame."""


def errors_of(refusal: ConviveError | None) -> Mapping[str, list[str]]:
    """By the names of the form's fields."""
    if refusal is None:
        return {}
    if isinstance(refusal, Invalid):
        return {
            FIELD_OF.get(name, name): [say(message) for message in messages]
            for name, messages in refusal.fields.items()
        }
    return {FIELD_OF.get(refusal.code, "_form"): [say(refusal)]}


def _export_url(form: str) -> str:
    wanted = {"q", "category", "active", "low", "sort"}
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in wanted and value
    }
    return url_for(".export", form=form, **kept)
