"""Catalogues that follow one another, season by season."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.catalog import queries
from app.catalog.schemas import SeasonSchema
from app.catalog.services.seasons import add_season, remove_season
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.work import reading, writing
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused

bp = Blueprint("seasons_console", __name__, url_prefix="/console/catalog/seasons")
open_to(bp, Role.BRAND_ADMIN, via=from_session)


@bp.get("")
def index() -> str:
    return _page()


@bp.post("", endpoint="index_post")
def add() -> Any:
    try:
        wish = load(SeasonSchema, posted(request.form))
        writing(
            lambda uow: add_season(
                uow, current_actor(), wish["name"], wish["starts_on"], clock=uow.clock
            )
        )
    except (Invalid, Refused, Conflict) as refusal:
        return _page(refusal), status_of(refusal)
    flash(gettext("The catalogue “%(name)s” is added.", name=wish["name"]), "success")
    return redirect(url_for(".index"), code=303)


@bp.post("/<uuid:season_id>/delete")
def delete(season_id: UUID) -> Any:
    try:
        writing(lambda uow: remove_season(uow, current_actor(), season_id, clock=uow.clock))
        flash(gettext("The catalogue is removed."), "success")
    except Refused as refusal:
        flash_refusal(refusal)
    return redirect(url_for(".index"), code=303)


def _page(refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        found = queries.seasons(uow.session)
        today = local_day(uow.clock(), current_brand().timezone)
    return render_template(
        "console/catalog/seasons.html",
        seasons=found,
        current=queries.season_of(found, today),
        today=today,
        values=request.form,
        errors=errors_of(refusal, "name"),
    )
