"""The console's pages about simulations: start one, leave it, find it again, read what it found."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from app.accounts.web import from_session
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted
from app.http.work import reading, writing
from app.imports.writing import csv_bytes
from app.kernel.actor import Role
from app.kernel.errors import Conflict, Invalid, Refused
from app.rewards.domain.programme import ProgrammeInvalid
from app.rewards.presenters.programme import names_of
from app.rewards.presenters.simulation import difference_rows, difference_titles, simulation_page
from app.rewards.presenters.tongue import gettext
from app.rewards.queries.drafts import programme_draft, version_lines
from app.rewards.queries.simulations import differences_of, simulation, simulations
from app.rewards.schemas.programme import SimulationSchema
from app.rewards.services import simulation as simulating
from app.rewards.web.programme import today

bp = Blueprint("simulations_console", __name__, url_prefix="/console/programme/simulations")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

SEASON = timedelta(days=365)


@bp.get("")
def index() -> Any:
    return _index_page({}, {})


@bp.post("", endpoint="start")
def start() -> Any:
    try:
        asked = load(SimulationSchema, posted(request.form))
        what = asked["what"]
        simulation_id = writing(
            lambda uow: simulating.start_simulation(
                uow,
                current_actor(),
                from_on=asked["from_on"],
                until_on=asked["until_on"],
                version=int(what) if what.isdigit() else None,
                clock=uow.clock,
            )
        )
    except (Invalid, Refused) as refusal:
        errors = errors_of(refusal, "from_on", beside={ProgrammeInvalid: "what"})
        return _index_page(request.form, errors), 422
    except Conflict as refusal:
        flash_refusal(refusal)
        return redirect(url_for(".index"), code=303)
    return redirect(url_for(".show", simulation_id=simulation_id), code=303)


@bp.get("/<uuid:simulation_id>")
def show(simulation_id: UUID) -> Any:
    with reading() as uow:
        view = simulation(uow.session, simulation_id)
        people = names_of(uow.session, [view.line.asked_by])
        page = simulation_page(uow.session, view) if view.result else None
    return render_template(
        "console/programme/simulation.html",
        line=view.line,
        asked_by=people[view.line.asked_by],
        page=page,
    )


@bp.post("/<uuid:simulation_id>/cancel")
def cancel(simulation_id: UUID) -> Any:
    writing(lambda uow: simulating.cancel_simulation(uow, current_actor(), simulation_id))
    flash(gettext("The simulation is stopped. What is done is kept."), "success")
    return redirect(url_for(".show", simulation_id=simulation_id), code=303)


@bp.post("/<uuid:simulation_id>/resume")
def resume(simulation_id: UUID) -> Any:
    try:
        writing(lambda uow: simulating.resume_simulation(uow, current_actor(), simulation_id))
    except Conflict as refusal:
        flash_refusal(refusal)
    return redirect(url_for(".show", simulation_id=simulation_id), code=303)


@bp.get("/<uuid:simulation_id>/differences.csv")
def export(simulation_id: UUID) -> Response:
    """Everybody who would have won something else, meeting by meeting."""
    with reading() as uow:
        simulation(uow.session, simulation_id)
        rows = difference_rows(differences_of(uow.session, simulation_id))
        content = csv_bytes(difference_titles(), rows)
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="simulation.csv"'
    return answer


def _index_page(values: Any, errors: dict[str, list[str]]) -> str:
    with reading() as uow:
        day = today(uow)
        lines = simulations(uow.session)
        people = names_of(uow.session, [line.asked_by for line in lines])
        versions = version_lines(uow.session)
        has_draft = programme_draft(uow.session) is not None
    return render_template(
        "console/programme/simulations.html",
        lines=lines,
        people=people,
        choices=_choices(has_draft, [line.version for line in versions]),
        from_on=day - SEASON,
        until_on=day,
        values=values,
        errors=errors,
    )


def _choices(has_draft: bool, versions: list[int]) -> list[tuple[str, str]]:
    draft = [("draft", gettext("The draft as it is now"))] if has_draft else []
    told = [(str(one), gettext("Version %(version)s", version=one)) for one in versions]
    return [*draft, *told]
