"""Team and rights: whom the brand's administrators let into the console, and as what."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts import queries, services
from app.accounts.domain import STAFF
from app.accounts.errors import EmailTaken, UserNotFound
from app.accounts.presenters import RIGHTS, ROLES
from app.accounts.queries import UserView
from app.accounts.schemas import InviteSchema, RoleSchema
from app.accounts.web import from_session
from app.audit import presenters as trail
from app.audit.queries import entries_of
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.forms import load, posted, worded
from app.http.words import say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Invalid

bp = Blueprint("team_console", __name__, url_prefix="/console/team")
open_to(bp, Role.BRAND_ADMIN, via=from_session)


@bp.get("")
def index() -> Any:
    with reading() as uow:
        found = queries.team(uow.session, current_brand().id)
    return render_template(
        "console/team/index.html", people=found, roles=ROLES, me=current_actor().user_id
    )


@bp.get("/invite")
def invite() -> Any:
    return _form({}, {})


@bp.post("/invite", endpoint="invite_post")
def send_invitation() -> Any:
    try:
        typed = load(InviteSchema, posted(request.form))
        writing(lambda uow: _invite(uow, typed))
    except Invalid as refusal:
        return _form(request.form.to_dict(), worded(refusal)), 422
    except EmailTaken as refusal:
        return _form(request.form.to_dict(), {"email": [say(refusal)]}), 422
    told = gettext("An invitation is on its way to %(email)s.", email=typed["email"])
    flash(told, "success")
    return redirect(url_for(".index"), code=303)


@bp.get("/<uuid:user_id>")
def show(user_id: UUID) -> Any:
    return _page(user_id, {})


@bp.post("/<uuid:user_id>/role", endpoint="change_role")
def change_role(user_id: UUID) -> Any:
    try:
        role = Role(load(RoleSchema, posted(request.form))["role"])
    except Invalid as refusal:
        return _page(user_id, worded(refusal)), 422
    writing(lambda uow: services.change_role(uow, current_actor(), user_id, role, clock=uow.clock))
    flash(gettext("The role is changed. This person signs in again."), "success")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/<uuid:user_id>/suspension")
def suspend(user_id: UUID) -> Any:
    writing(lambda uow: services.suspend(uow, current_actor(), user_id, clock=uow.clock))
    flash(gettext("This account is suspended and signed out everywhere."), "success")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/<uuid:user_id>/restoration")
def restore(user_id: UUID) -> Any:
    writing(lambda uow: services.restore(uow, current_actor(), user_id))
    flash(gettext("This account may sign in again."), "success")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/<uuid:user_id>/invitation")
def invite_again(user_id: UUID) -> Any:
    writing(lambda uow: services.invite_again(uow, current_actor(), user_id, clock=uow.clock))
    flash(gettext("A new invitation is on its way."), "success")
    return redirect(url_for(".show", user_id=user_id), code=303)


def _invite(uow: UnitOfWork, typed: dict[str, Any]) -> UUID:
    return services.invite(
        uow,
        current_actor(),
        email=typed["email"],
        display_name=typed["display_name"],
        role=Role(typed["role"]),
        clock=uow.clock,
    )


def _form(values: dict[str, Any], errors: dict[str, list[Any]]) -> str:
    return render_template(
        "console/team/invite.html",
        values=values,
        errors=errors,
        roles=[(role, say(ROLES[role])) for role in STAFF],
        rights=[(say(ROLES[role]), say(RIGHTS[role])) for role in STAFF],
    )


def _page(user_id: UUID, errors: dict[str, list[Any]]) -> str:
    with reading() as uow:
        person = _member(queries.user(uow.session, user_id))
        member = next(
            one for one in queries.team(uow.session, current_brand().id) if one.id == user_id
        )
        entries = trail.lines(uow.session, entries_of(uow.session, "user", user_id))
    return render_template(
        "console/team/show.html",
        member=member,
        role_label=say(ROLES[person.role]),
        roles=[(role, say(ROLES[role])) for role in STAFF],
        rights=[(say(ROLES[role]), say(RIGHTS[role])) for role in STAFF],
        is_me=user_id == current_actor().user_id,
        entries=entries,
        errors=errors,
        values=request.form.to_dict(),
    )


def _member(found: UserView | None) -> UserView:
    """Sellers have a page of their own."""
    if found is None or found.role not in STAFF:
        raise UserNotFound
    return found
