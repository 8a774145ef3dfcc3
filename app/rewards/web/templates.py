"""Published rewards: the brand's list of what it gives by hand and for points, and their form."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list
from app.http.flashes import flash_refusal
from app.http.form_tree import Tree, flat
from app.http.forms import errors_of, load, posted, status_of
from app.http.words import say
from app.http.work import reading, writing
from app.http.written import Errors
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, Invalid, Refused
from app.kernel.words import N_
from app.promotions.presenters.shelf import names_of_products, shelf_of
from app.rewards.domain.offers import TemplateState
from app.rewards.errors import ProductsUnknown, TemplateMoved
from app.rewards.presenters.offers import offer_sentences
from app.rewards.presenters.templates import template_rows
from app.rewards.queries.templates import template, templates, times_given
from app.rewards.schemas.gifts import FindTemplatesSchema, TemplateActSchema
from app.rewards.schemas.offer_form import OFFER_TREE, read_template, template_tree
from app.rewards.services import templates as store
from app.rewards.services.templates import Published

bp = Blueprint("templates_console", __name__, url_prefix="/console/rewards")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

admin_bp = Blueprint("templates_admin", __name__, url_prefix="/console/rewards")
open_to(admin_bp, Role.BRAND_ADMIN, via=from_session)

STATES = {"archive": TemplateState.ARCHIVED, "restore": TemplateState.ACTIVE}
DONE = {
    "archive": N_("“%(name)s” is archived. Customers keep what they were given."),
    "restore": N_("“%(name)s” is published again."),
}
NEW: Tree = {"kind": "voucher", "valid_days": "90", "buy": "2", "get": "1", "units": "1"}


@bp.get("")
def index() -> str:
    asked = asked_of_list(FindTemplatesSchema)
    with reading() as uow:
        found = templates(uow.session, current_actor(), state=asked["state"])
        given = times_given(uow.session, [one.id for one in found])
        rows = template_rows(uow.session, found, given)
    return render_template("console/rewards/index.html", rows=rows, asked=asked)


@admin_bp.post("/<uuid:template_id>/state")
def act(template_id: UUID) -> Any:
    try:
        asked = load(TemplateActSchema, posted(request.form))
        do, seen = asked["do"], asked["revision"]
        name = writing(
            lambda uow: store.put_template(
                uow, current_actor(), template_id, STATES[do], revision=seen, clock=uow.clock
            )
        )
    except (Invalid, Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_index()
    flash(say(DONE[do], {"name": name}), "success")
    return _to_index()


# ---------------------------------------------------------------- the form


@admin_bp.get("/new")
def new() -> str:
    return _page(None, NEW)


@admin_bp.get("/<uuid:template_id>/copy")
def copy(template_id: UUID) -> str:
    """A new one that begins as this one is."""
    with reading() as uow:
        view = template(uow.session, template_id)
    tree = template_tree(view)
    return _page(None, tree | {"name": gettext("%(name)s (copy)", name=view.name)})


@admin_bp.get("/<uuid:template_id>")
def edit(template_id: UUID) -> str:
    with reading() as uow:
        view = template(uow.session, template_id)
    return _page(template_id, template_tree(view) | {"revision": str(view.revision)})


@admin_bp.post("/new", endpoint="new_post")
def save_new() -> Any:
    return _work(None)


@admin_bp.post("/<uuid:template_id>", endpoint="edit_post")
def save(template_id: UUID) -> Any:
    return _work(template_id)


def _work(template_id: UUID | None) -> Any:
    """Each button of the form: shown again with its fields and sentences, or saved."""
    if template_id is not None:
        with reading() as uow:
            template(uow.session, template_id)
    tree = OFFER_TREE.read(request.form.items())
    if request.form.get("do") != "save":
        return _page(template_id, tree)
    wanted, out = read_template(tree)
    if wanted is None:
        return _page(template_id, tree, out.errors), 422
    try:
        writing(lambda uow: _store(uow, template_id, wanted, tree))
    except (Invalid, ProductsUnknown, TemplateMoved) as refusal:
        errors = errors_of(refusal, beside={ProductsUnknown: "products"})
        return _page(template_id, tree, errors), status_of(refusal)
    flash(say(N_("“%(name)s” is published."), {"name": wanted.name}), "success")
    return _to_index()


def _store(uow: UnitOfWork, template_id: UUID | None, wanted: Published, tree: Tree) -> None:
    actor = current_actor()
    if template_id is None:
        store.publish_template(uow, actor, wanted, clock=uow.clock)
    else:
        seen = _number(tree.get("revision", ""))
        store.change_template(uow, actor, template_id, wanted, revision=seen, clock=uow.clock)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(template_id: UUID | None, tree: Tree, errors: Errors | None = None) -> str:
    wanted, _out = read_template(tree)
    here = ".new_post" if template_id is None else ".edit_post"
    with reading() as uow:
        shelf = shelf_of(uow.session)
        names = names_of_products(uow.session, dict(wanted.offer.values) if wanted else {})
    return render_template(
        "console/rewards/form.html",
        values={**NEW, **flat(tree)},
        errors=errors or {},
        sentences=offer_sentences(wanted.offer, wanted.price_points, names) if wanted else [],
        shelf=shelf,
        is_new=template_id is None,
        here_url=url_for(here, template_id=template_id),
    )


def _to_index() -> Any:
    return redirect(url_for("templates_console.index"), code=303)
