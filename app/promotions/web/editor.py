"""The guided form of a discount: it grows by named buttons, reads the discount back as it is
typed, tries it on an example basket, and says what stands in its way."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from app.http.auth import current_actor
from app.http.form_tree import Tree, flat
from app.http.words import say
from app.http.work import reading, writing
from app.http.written import Errors, Written
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict
from app.kernel.strict_json import NotJson, read_json
from app.kernel.words import N_
from app.promotions.domain.conflicts import conflicts_of
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import Promotion
from app.promotions.errors import PlanInvalid
from app.promotions.presenters import choices
from app.promotions.presenters.example import (
    Example,
    basket_of,
    example_of,
    unknown_lines,
    usual_lines,
)
from app.promotions.presenters.findings import Finding, conflict_words, warnings
from app.promotions.presenters.rows import readable, where
from app.promotions.presenters.sentences import Names, promotion_sentences
from app.promotions.presenters.shelf import (
    Shelf,
    names_in,
    names_of_products,
    references_in,
    shelf_of,
    with_every_method,
)
from app.promotions.queries.promotions import Figures, PromotionView, figures, promotion
from app.promotions.schemas.example_form import wanted_of
from app.promotions.schemas.promotion_form import (
    PROMOTION_TREE,
    check,
    new_tree,
    tree_of,
    written,
)
from app.promotions.services import promotions as store
from app.promotions.services.plan import plan_of
from app.promotions.web.promotions import admin_bp, to_index, today

NEW = "new"
"""Stands for the id of a discount that is not stored yet."""
MOST_JSON = 100_000


@dataclass
class Desk:
    """One discount being written: the form, what it says so far, what it meets."""

    view: PromotionView | None
    """None for a new one."""
    tree: Tree
    out: Written
    promotion: Promotion | None
    plan: Plan
    shelf: Shelf
    names: Names
    used: Figures = field(default_factory=Figures)

    @property
    def id(self) -> UUID | None:
        return self.view.id if self.view else None

    @property
    def key(self) -> str:
        return self.view.key if self.view else NEW

    @property
    def state(self) -> str:
        return self.view.state if self.view else ""


def _desk(uow: UnitOfWork, view: PromotionView | None, tree: Tree) -> Desk:
    """In a constant number of statements."""
    session = uow.session
    plan, shelf = plan_of(session), shelf_of(session)
    tree["m"] = with_every_method(tree.get("m", []), shelf)
    out = written(tree, view.key if view else NEW)
    found = check(out, {segment.id for segment in plan.segments})
    names = names_in(plan, shelf, names_of_products(session, out.document))
    used = figures(session, [view.id])[view.id] if view else Figures()
    return Desk(view, tree, out, found, plan, shelf, names, used)


# ---------------------------------------------------------------- the form


@admin_bp.get("/new")
def new() -> Any:
    with reading() as uow:
        return _page(uow, _desk(uow, None, new_tree()))


@admin_bp.get("/<uuid:promotion_id>")
def edit(promotion_id: UUID) -> Any:
    with reading() as uow:
        view = promotion(uow.session, current_actor(), promotion_id)
        tree = tree_of(view.document)
        if view.is_archived or tree is None:
            return redirect(
                url_for("promotions_admin.document", promotion_id=promotion_id), code=303
            )
        return _page(uow, _desk(uow, view, tree))


@admin_bp.post("/new", endpoint="new_post")
def work_on_new() -> Any:
    return _work(None)


@admin_bp.post("/<uuid:promotion_id>", endpoint="edit_post")
def work_on(promotion_id: UUID) -> Any:
    return _work(promotion_id)


def _work(promotion_id: UUID | None) -> Any:
    """Each button of the form: rows added or taken away, told again, saved, published."""
    do = request.form.get("do", "")
    tree = PROMOTION_TREE.read(request.form.items())
    if do in {"save", "publish"}:
        return _save(promotion_id, tree, publish=do == "publish")
    with reading() as uow:
        view = _view(uow, promotion_id)
        tree = PROMOTION_TREE.changed_by(tree, do)
        return _page(uow, _desk(uow, view, tree), revision=_revision())


def _view(uow: UnitOfWork, promotion_id: UUID | None) -> PromotionView | None:
    if promotion_id is None:
        return None
    return promotion(uow.session, current_actor(), promotion_id)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _save(promotion_id: UUID | None, tree: Tree, *, publish: bool) -> Any:
    with reading() as uow:
        desk = _desk(uow, _view(uow, promotion_id), tree)
        if desk.promotion is None:
            return _page(uow, desk, blame=desk.out.errors, revision=_revision()), 422
    try:
        writing(lambda uow: _store(uow, desk, publish=publish))
    except PlanInvalid as invalid:
        desk.out.note(invalid.problems)
        return _again(promotion_id, tree, desk.out.errors, 422)
    except Conflict as refusal:
        return _again(promotion_id, tree, {"_form": [say(refusal)]}, 409)
    words = N_("“%(name)s” is live.") if publish else N_("“%(name)s” is saved.")
    flash(say(words, {"name": desk.promotion.name}), "success")
    return to_index()


def _store(uow: UnitOfWork, desk: Desk, *, publish: bool) -> None:
    actor, document = current_actor(), dict(desk.out.document)
    promotion_id = desk.id
    if promotion_id is None:
        document.pop("id")
        promotion_id = store.create_promotion(uow, actor, document, clock=uow.clock)
    else:
        store.update_promotion(
            uow, actor, promotion_id, document, revision=_revision(), clock=uow.clock
        )
    if publish:
        store.publish_promotion(uow, actor, promotion_id, clock=uow.clock)


def _again(promotion_id: UUID | None, tree: Tree, errors: Errors, status: int) -> Any:
    """With everything typed still there; saving again puts it over what somebody else saved."""
    with reading() as uow:
        desk = _desk(uow, _view(uow, promotion_id), tree)
        return _page(uow, desk, blame=errors), status


def _page(
    uow: UnitOfWork, desk: Desk, *, blame: Errors | None = None, revision: int | None = None
) -> str:
    if not desk.tree.get("p"):
        usual = usual_lines(uow.session, desk.out.document)
        desk.tree["p"] = [{"product": name, "units": str(units)} for name, units in usual]
    example, example_errors = _example(uow, desk)
    stored = desk.view.revision if desk.view else 0
    day = today(uow)
    return render_template(
        "console/promotions/form.html",
        desk=desk,
        now=where(desk.state, desk.promotion.period, day) if desk.promotion else desk.state,
        tree=desk.tree,
        values=flat(desk.tree),
        errors={**(blame or {}), **example_errors},
        missing={} if desk.promotion else desk.out.errors,
        sentences=promotion_sentences(desk.promotion, desk.names) if desk.promotion else [],
        findings=_findings(desk, uow),
        example=example,
        revision=stored if revision is None else revision,
        ask=choices,
        here_url=_here(desk.id),
        method_names=desk.shelf.methods,
        shelf=desk.shelf,
    )


def _here(promotion_id: UUID | None) -> str:
    if promotion_id is None:
        return url_for("promotions_admin.new_post")
    return url_for("promotions_admin.edit_post", promotion_id=promotion_id)


def _example(uow: UnitOfWork, desk: Desk) -> tuple[Example | None, Errors]:
    wanted, errors = wanted_of(desk.tree)
    if desk.promotion is None:
        return None, errors
    basket = basket_of(uow.session, wanted, desk.promotion)
    for position, row in enumerate(desk.tree["p"]):
        if row.get("product", "").strip() in unknown_lines(wanted, basket):
            errors[f"p.{position}.product"] = [say(N_("The catalogue has no such product."))]
    return example_of(desk.promotion, desk.plan, wanted, basket, desk.names, uow.clock()), errors


def _findings(desk: Desk, uow: UnitOfWork) -> list[Finding]:
    if desk.promotion is None:
        return []
    met = conflicts_of(desk.promotion, desk.plan.promotions, today(uow))
    unknown = sorted(one for one in references_in(desk.out.document) if one not in desk.names)
    return warnings(
        [
            *conflict_words(met),
            *(
                say(N_("The catalogue has no product “%(reference)s”."), {"reference": one})
                for one in unknown
            ),
        ]
    )


# ---------------------------------------------------------------- the same discount as JSON


@admin_bp.get("/<uuid:promotion_id>/json", endpoint="document")
def show_json(promotion_id: UUID) -> Any:
    with reading() as uow:
        view = promotion(uow.session, current_actor(), promotion_id)
        text = json.dumps(view.document, ensure_ascii=False, indent=2)
        return _json_page(uow, view, text)


@admin_bp.post("/<uuid:promotion_id>/json", endpoint="document_post")
def save_json(promotion_id: UUID) -> Any:
    text = request.form.get("document", "")[:MOST_JSON]
    try:
        document = read_json(text)
        if not isinstance(document, dict):
            document = {}
        writing(
            lambda uow: store.update_promotion(
                uow,
                current_actor(),
                promotion_id,
                document,
                revision=_revision(),
                clock=uow.clock,
            )
        )
    except NotJson as error:
        problems = [error.problem]
    except PlanInvalid as invalid:
        problems = list(invalid.problems)
    except Conflict as refusal:
        return _json_again(promotion_id, text, [("", say(refusal))]), 409
    else:
        flash(say(N_("The discount is saved.")), "success")
        return to_index()
    told = [(problem.path, say((problem.words, problem.params))) for problem in problems]
    return _json_again(promotion_id, text, told), 422


def _json_again(promotion_id: UUID, text: str, problems: list[tuple[str, str]]) -> str:
    with reading() as uow:
        view = promotion(uow.session, current_actor(), promotion_id)
        return _json_page(uow, view, text, problems)


def _json_page(
    uow: UnitOfWork,
    view: PromotionView,
    text: str,
    problems: list[tuple[str, str]] | None = None,
) -> str:
    plan, found = plan_of(uow.session), readable(view)
    names = names_in(plan, None, names_of_products(uow.session, view.document))
    return render_template(
        "console/promotions/document.html",
        view=view,
        text=text,
        problems=problems or [],
        sentences=promotion_sentences(found, names) if found else [],
        has_form=not view.is_archived and tree_of(view.document) is not None,
        now=where(view.state, found.period, today(uow)) if found else view.state,
    )
