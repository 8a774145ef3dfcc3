"""The tree of categories: named, hung elsewhere, put in order."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.catalog import presenters, queries, services
from app.catalog.schemas import CategorySchema
from app.catalog.web.products import errors_of
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import load, posted
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused

bp = Blueprint("categories_console", __name__, url_prefix="/console/catalog/categories")
open_to(bp, Role.BRAND_ADMIN, via=from_session)


@bp.get("")
def index() -> str:
    return _list()


@bp.post("", endpoint="index_post")
def create() -> Any:
    def work(uow: UnitOfWork) -> UUID:
        wish = load(CategorySchema, posted(request.form))
        return services.create_category(uow, current_actor(), wish.name, parent_id=wish.parent_id)

    try:
        writing(work)
    except (Invalid, Conflict, Refused, NotFound) as refusal:
        return _list(refusal), 422
    flash(gettext("The category is created."), "success")
    return redirect(url_for(".index"), code=303)


@bp.get("/<uuid:category_id>")
def show(category_id: UUID) -> str:
    return _form(category_id)


@bp.post("/<uuid:category_id>", endpoint="show_post")
def change(category_id: UUID) -> Any:
    with reading() as uow:
        queries.category(uow.session, category_id)
    try:
        wish = load(CategorySchema, posted(request.form))
        writing(lambda uow: services.change_category(uow, current_actor(), category_id, wish))
    except (Invalid, Conflict, Refused, NotFound) as refusal:
        return _form(category_id, refusal), 422
    flash(gettext("The category is saved."), "success")
    return redirect(url_for(".index"), code=303)


@bp.post("/<uuid:category_id>/move")
def move(category_id: UUID) -> Any:
    up = request.form.get("to") == "up"
    writing(lambda uow: services.move_category(uow, current_actor(), category_id, up=up))
    return redirect(url_for(".index", _anchor=f"category-{category_id}"), code=303)


@bp.post("/<uuid:category_id>/delete")
def delete(category_id: UUID) -> Any:
    try:
        writing(lambda uow: services.delete_category(uow, current_actor(), category_id))
    except Refused as refusal:
        flash_refusal(refusal)
        return redirect(url_for(".show", category_id=category_id), code=303)
    flash(gettext("The category is deleted."), "success")
    return redirect(url_for(".index"), code=303)


def _list(refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        tree = queries.category_tree(uow.session)
    return render_template(
        "console/catalog/categories.html",
        tree=tree,
        parents=presenters.category_choices(tree, gettext("None: at the top")),
        values=request.form if refusal else {},
        errors=errors_of(refusal),
    )


def _form(category_id: UUID, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        category = queries.category(uow.session, category_id)
        tree = queries.category_tree(uow.session)
    others = [other for other in tree if other.id != category_id]
    return render_template(
        "console/catalog/category.html",
        category=category,
        parents=presenters.category_choices(others, gettext("None: at the top")),
        values=request.form if refusal else {},
        errors=errors_of(refusal),
    )
