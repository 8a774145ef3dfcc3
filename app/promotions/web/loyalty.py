"""Loyalty in the console: what customers earn and spend, and what they get for who they are."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from app.accounts.web import from_session
from app.http.auth import current_actor, open_to
from app.http.form_tree import Tree, flat
from app.http.words import say
from app.http.work import reading, writing
from app.http.written import Errors, Written
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict
from app.kernel.words import N_
from app.loyalty import presenters as living_words
from app.loyalty import services as loyalty
from app.loyalty.domain import LoyaltySettings
from app.loyalty.errors import LoyaltySettingsInvalid
from app.loyalty.queries import stored_settings
from app.loyalty.schemas import check_life, life_tree, written_life
from app.promotions.domain.plan import Plan
from app.promotions.errors import PlanInvalid
from app.promotions.presenters import choices
from app.promotions.presenters.advantages import (
    earning_sentences,
    example_of_points,
    first_order_sentences,
    segment_rows,
    spending_sentences,
)
from app.promotions.presenters.crowds import crowds_of
from app.promotions.presenters.shelf import Shelf, names_in, shelf_of, with_every_method
from app.promotions.queries.plan import plan_settings
from app.promotions.queries.promotions import segments
from app.promotions.schemas.plan_part import check_part
from app.promotions.schemas.points_form import POINTS_TREE, points_tree, written_points
from app.promotions.schemas.segment_form import (
    FIRST_ORDER_TREE,
    first_order_tree,
    written_first_order,
)
from app.promotions.services.plan import plan_of, save_settings

bp = Blueprint("loyalty_console", __name__, url_prefix="/console/loyalty")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

SAVED = N_("The settings are saved: carts obey them at their next price.")


def to_loyalty() -> Any:
    return redirect(url_for("loyalty_console.index"), code=303)


def revision_sent() -> int:
    return number_sent("revision")


def number_sent(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@bp.get("")
def index() -> str:
    with reading() as uow:
        session, actor = uow.session, current_actor()
        plan, shelf = plan_of(session), shelf_of(session)
        stored = segments(session, actor)
        names = names_in(plan, shelf)
        crowds = crowds_of(session, actor, plan.segments, plan, uow.clock())
    return render_template(
        "console/loyalty/index.html",
        earning=earning_sentences(plan),
        spending=spending_sentences(plan, names),
        first_order=first_order_sentences(plan, names),
        segments=segment_rows(stored, plan, crowds, names),
        segments_used=plan.settings.segments_used,
    )


# ---------------------------------------------------------------- points


@bp.get("/points")
def points() -> str:
    with reading() as uow:
        revision, document = plan_settings(uow.session)
        plan, shelf = plan_of(uow.session), shelf_of(uow.session)
        life = stored_settings(uow.session)
    tree = {
        **points_tree(document.get("points", {})),
        **life_tree(life.settings),
        "life_revision": str(life.revision),
    }
    return _points_page(tree, plan, shelf, revision, life=life.settings)


@bp.post("/points", endpoint="points_post")
def change_points() -> Any:
    tree = POINTS_TREE.read(request.form.items())
    do = request.form.get("do", "")
    with reading() as uow:
        plan, shelf = plan_of(uow.session), shelf_of(uow.session)
    if do != "save":
        tree = POINTS_TREE.changed_by(tree, do)
    out, living = written_points(tree), written_life(tree)
    tried, life = check_part(out, plan, "points"), check_life(living)
    if do != "save":
        return _points_page(tree, tried, shelf, life=life)
    if tried is None or life is None:
        return _points_page(tree, None, shelf, errors=out.errors | living.errors), 422
    errors, status = _save(out, {"points": out.document or None}, living)
    if status:
        return _points_page(tree, tried, shelf, errors=errors, life=life), status
    return to_loyalty()


def _save(
    out: Written, document: dict[str, Any], living: Written | None = None
) -> tuple[Errors, int]:
    """What stands in the way, with the status of the page that says so; 0 when it is saved.
    `living`: how points live, saved along with it."""

    def work(uow: UnitOfWork) -> None:
        actor = current_actor()
        save_settings(uow, actor, document, revision=revision_sent(), clock=uow.clock)
        if living is not None:
            revision = number_sent("life_revision")
            loyalty.save_settings(uow, actor, living.document, revision=revision, clock=uow.clock)

    try:
        writing(work)
    except PlanInvalid as invalid:
        out.note(invalid.problems)
        return out.errors, 422
    except LoyaltySettingsInvalid as invalid:
        assert living is not None
        living.note(invalid.problems)
        return living.errors, 422
    except Conflict as refusal:
        return {"_form": [say(refusal)]}, 409
    flash(say(SAVED), "success")
    return {}, 0


def _points_page(
    tree: Tree,
    plan: Plan | None,
    shelf: Shelf,
    revision: int | None = None,
    errors: Errors | None = None,
    life: LoyaltySettings | None = None,
) -> str:
    with reading() as uow:
        now = uow.clock()
    _tick_methods(tree, shelf)
    return render_template(
        "console/loyalty/points.html",
        example=example_of_points(plan, life, now) if plan and life else "",
        living=living_words,
        tree=tree,
        values=flat(tree),
        errors=errors or {},
        earning=earning_sentences(plan) if plan else [],
        spending=spending_sentences(plan, names_in(plan, shelf)) if plan else [],
        revision=revision_sent() if revision is None else revision,
        ask=choices,
        here_url=url_for("loyalty_console.points_post"),
        method_names=shelf.methods,
    )


def _tick_methods(tree: Tree, shelf: Shelf) -> None:
    for row in tree.get("t", []):
        row["m"] = with_every_method(row.get("m", []), shelf)


# ---------------------------------------------------------------- the first order


@bp.get("/first-order")
def first_order() -> str:
    with reading() as uow:
        revision, document = plan_settings(uow.session)
        plan, shelf = plan_of(uow.session), shelf_of(uow.session)
    return _first_page(first_order_tree(document.get("first_order")), plan, shelf, revision)


@bp.post("/first-order", endpoint="first_order_post")
def change_first_order() -> Any:
    tree = FIRST_ORDER_TREE.read(request.form.items())
    do = request.form.get("do", "")
    with reading() as uow:
        plan, shelf = plan_of(uow.session), shelf_of(uow.session)
    if do != "save":
        tree = FIRST_ORDER_TREE.changed_by(tree, do)
    out = written_first_order(tree)
    tried = check_part(out, plan, "first_order")
    if do != "save":
        return _first_page(tree, tried, shelf)
    if tried is None:
        return _first_page(tree, None, shelf, errors=out.errors), 422
    wanted = {"first_order": out.document if tree.get("offered") == "1" else None}
    errors, status = _save(out, wanted)
    if status:
        return _first_page(tree, tried, shelf, errors=errors), status
    return to_loyalty()


def _first_page(
    tree: Tree,
    plan: Plan | None,
    shelf: Shelf,
    revision: int | None = None,
    errors: Errors | None = None,
) -> str:
    _tick_methods(tree, shelf)
    return render_template(
        "console/loyalty/first_order.html",
        tree=tree,
        values=flat(tree),
        errors=errors or {},
        sentences=first_order_sentences(plan, names_in(plan, shelf)) if plan else [],
        revision=revision_sent() if revision is None else revision,
        ask=choices,
        here_url=url_for("loyalty_console.first_order_post"),
        method_names=shelf.methods,
    )
