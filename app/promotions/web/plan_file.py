"""The whole plan as a file: out, and in once its differences were seen."""

import json
from typing import Any

from flask import Response, flash, render_template, request

from app.audit.services import record
from app.http.auth import current_actor
from app.http.brand import current_brand
from app.http.documents.sent import document_sent
from app.http.requests import takes_up_to
from app.http.words import say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict
from app.kernel.strict_json import NotJson, read_json
from app.kernel.words import N_
from app.promotions.domain.plan_format import read_plan
from app.promotions.domain.words import names_of
from app.promotions.errors import PlanInvalid
from app.promotions.presenters.plan_changes import ChangeTold, told_changes
from app.promotions.queries.plan import plan_head
from app.promotions.services.plan import plan_of
from app.promotions.services.plan_files import compare_plan, export_plan, import_plan
from app.promotions.web.promotions import admin_bp, to_index

MOST_JSON = 4_000_000
"""Characters: five thousand discounts fit."""
ROOM = 4 * MOST_JSON + 100_000
MOST_ERRORS = 200


@admin_bp.get("/plan.json", endpoint="export_plan")
def export() -> Response:
    with reading() as uow:
        document = export_plan(uow.session)
        record(uow, current_actor(), "export.plan", "pricing_plan", None)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    response = Response(f"{text}\n", mimetype="application/json")
    name = f"plan-{current_brand().slug}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.cache_control.no_store = True
    return response


@admin_bp.get("/plan", endpoint="plan_file")
def show() -> str:
    return _page("")


@admin_bp.post("/plan", endpoint="plan_file_post")
@takes_up_to(ROOM)
def import_document() -> Any:
    """`do`: compare, or import what was compared at `revision`."""
    text, problem = document_sent(MOST_JSON)
    if problem:
        return _page(text, [("", problem)]), 422
    try:
        document = read_json(text)
        if request.form.get("do") != "import":
            return _compared(text, document)
        writing(lambda uow: _import(uow, document))
    except NotJson as error:
        return _page(text, [(error.problem.path, _words(error.problem))]), 422
    except PlanInvalid as invalid:
        return _page(text, [(one.path, _words(one)) for one in invalid.problems]), 422
    except Conflict as refusal:
        return _page(text, [("", say(refusal))]), 409
    flash(say(N_("The plan is imported: carts obey it at their next price.")), "success")
    return to_index()


def _words(problem: Any) -> str:
    return say((problem.words, problem.params))


def _import(uow: UnitOfWork, document: Any) -> None:
    text = request.form.get("revision", "")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    import_plan(uow, current_actor(), document, revision=revision, clock=uow.clock)


def _compared(text: str, document: Any) -> str:
    with reading() as uow:
        changes = compare_plan(uow.session, document)
        names = {**names_of(plan_of(uow.session)), **names_of(read_plan(document))}
        revision = plan_head(uow.session).revision
    return _page(text, changes=told_changes(changes, names), revision=revision)


def _page(
    text: str,
    problems: list[tuple[str, str]] | None = None,
    changes: list[ChangeTold] | None = None,
    revision: int | None = None,
) -> str:
    return render_template(
        "console/promotions/plan_file.html",
        text=text,
        problems=(problems or [])[:MOST_ERRORS],
        changes=changes,
        revision=revision,
    )
