"""Segments in the console: who belongs to one, how many today, what they get, which comes first."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.http.auth import current_actor
from app.http.flashes import flash_refusal
from app.http.form_tree import Tree, flat
from app.http.forms import load, posted
from app.http.words import say
from app.http.work import reading, writing
from app.http.written import Errors, Written
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict, Invalid, Refused
from app.kernel.words import N_
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import Segment
from app.promotions.errors import PlanInvalid
from app.promotions.presenters import choices
from app.promotions.presenters.advantages import advantage_sentences, who_words
from app.promotions.presenters.crowds import Crowd, crowds_of
from app.promotions.presenters.findings import Finding, warnings
from app.promotions.presenters.shelf import Shelf, names_in, shelf_of, with_every_method
from app.promotions.queries.promotions import SegmentView, segment, segments
from app.promotions.schemas.pages import MoveSchema
from app.promotions.schemas.segment_form import (
    SEGMENT_TREE,
    check_segment,
    new_segment,
    segment_tree,
    written_segment,
)
from app.promotions.services import segments as store
from app.promotions.services.plan import plan_of
from app.promotions.web.loyalty import bp, revision_sent, to_loyalty

NEW = "new"


@dataclass
class Desk:
    """One segment being written."""

    view: SegmentView | None
    tree: Tree
    out: Written
    segment: Segment | None
    plan: Plan
    shelf: Shelf
    place: int
    """Among the segments, from 1."""

    @property
    def key(self) -> str:
        return self.view.key if self.view else NEW


def _desk(uow: UnitOfWork, key: str | None, tree: Tree) -> Desk:
    session, actor = uow.session, current_actor()
    stored = segments(session, actor)
    view = segment(session, actor, key) if key else None
    plan, shelf = plan_of(session), shelf_of(session)
    for row in tree.get("t", []):
        row["m"] = with_every_method(row.get("m", []), shelf)
    out = written_segment(tree, view.key if view else NEW)
    keys = [one.key for one in stored]
    place = keys.index(view.key) + 1 if view else len(keys) + 1
    return Desk(view, tree, out, check_segment(out), plan, shelf, place)


@bp.get("/segments/new", endpoint="new_segment")
def new() -> Any:
    with reading() as uow:
        return _page(uow, _desk(uow, None, new_segment()))


@bp.post("/segments/new", endpoint="new_segment_post")
def work_on_new() -> Any:
    return _work(None)


@bp.get("/segments/<key>", endpoint="segment")
def edit(key: str) -> Any:
    with reading() as uow:
        view = segment(uow.session, current_actor(), key)
        tree = segment_tree(view.document)
        if tree is None:
            words = N_("“%(name)s” has conditions that the form cannot show: edit the plan's file.")
            flash(say(words, {"name": view.name}), "warning")
            return redirect(url_for("promotions_admin.plan_file"), code=303)
        return _page(uow, _desk(uow, key, tree))


@bp.post("/segments/<key>", endpoint="segment_post")
def work_on(key: str) -> Any:
    return _work(key)


def _work(key: str | None) -> Any:
    do = request.form.get("do", "")
    tree = SEGMENT_TREE.read(request.form.items())
    if do == "save":
        return _save(key, tree)
    with reading() as uow:
        changed = SEGMENT_TREE.changed_by(tree, do)
        return _page(uow, _desk(uow, key, changed), revision=revision_sent())


def _save(key: str | None, tree: Tree) -> Any:
    with reading() as uow:
        desk = _desk(uow, key, tree)
        if desk.segment is None:
            return _page(uow, desk, blame=desk.out.errors, revision=revision_sent()), 422
    try:
        writing(lambda uow: _store(uow, desk))
    except PlanInvalid as invalid:
        desk.out.note(invalid.problems)
        return _again(key, tree, desk.out.errors, 422)
    except Conflict as refusal:
        return _again(key, tree, {"_form": [say(refusal)]}, 409)
    flash(say(N_("The segment “%(name)s” is saved."), {"name": desk.segment.name}), "success")
    return to_loyalty()


def _store(uow: UnitOfWork, desk: Desk) -> None:
    actor, document = current_actor(), dict(desk.out.document)
    if desk.view is None:
        document.pop("id")
        store.create_segment(uow, actor, document, clock=uow.clock)
    else:
        store.update_segment(
            uow, actor, desk.view.key, document, revision=revision_sent(), clock=uow.clock
        )


def _again(key: str | None, tree: Tree, errors: Errors, status: int) -> Any:
    with reading() as uow:
        return _page(uow, _desk(uow, key, tree), blame=errors), status


def _page(
    uow: UnitOfWork, desk: Desk, *, blame: Errors | None = None, revision: int | None = None
) -> str:
    names = names_in(desk.plan, desk.shelf)
    stored = desk.view.revision if desk.view else 0
    told = desk.segment
    return render_template(
        "console/loyalty/segment.html",
        desk=desk,
        tree=desk.tree,
        values=flat(desk.tree),
        errors=blame or {},
        missing={} if told else desk.out.errors,
        sentences=[who_words(told, names), *advantage_sentences(told, names)] if told else [],
        crowd=_crowd(uow, desk),
        findings=_findings(desk),
        revision=stored if revision is None else revision,
        ask=choices,
        here_url=_here(desk.view),
        method_names=desk.shelf.methods,
        shelf=desk.shelf,
    )


def _here(view: SegmentView | None) -> str:
    if view is None:
        return url_for("loyalty_console.new_segment_post")
    return url_for("loyalty_console.segment_post", key=view.key)


def _crowd(uow: UnitOfWork, desk: Desk) -> Crowd | None:
    if desk.segment is None:
        return None
    found = crowds_of(uow.session, current_actor(), [desk.segment], desk.plan, uow.clock())
    return found[desk.segment.id]


def _findings(desk: Desk) -> list[Finding]:
    used = desk.plan.settings.segments_used
    if desk.segment is None or not desk.segment.tiers or desk.place <= used:
        return []
    words = N_(
        "It is number %(place)s, and only the first %(used)s carry an advantage: move it up, or "
        "raise that number in the settings of discounts."
    )
    return warnings([say(words, {"place": desk.place, "used": used})])


@bp.post("/segments/<key>/order", endpoint="order_segment")
def move(key: str) -> Any:
    """Up, down, delete."""
    try:
        asked = load(MoveSchema, posted(request.form))
        writing(lambda uow: _move(uow, key, asked["do"]))
    except (Invalid, Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return to_loyalty()
    done = N_("The segment is deleted.") if asked["do"] == "delete" else N_("The order is saved.")
    flash(say(done), "success")
    return to_loyalty()


def _move(uow: UnitOfWork, key: str, do: str) -> None:
    actor = current_actor()
    if do == "delete":
        store.remove_segment(uow, actor, key, clock=uow.clock)
    else:
        store.move_segment(uow, actor, key, -1 if do == "up" else 1, clock=uow.clock)
