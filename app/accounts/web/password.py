"""Forgotten passwords and invitations: the link comes by mail, the password is chosen here."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_limiter.util import get_remote_address

from app.accounts import services
from app.accounts.errors import PasswordLinkNotUsable
from app.accounts.schemas import ChoosePasswordSchema, ForgottenSchema
from app.accounts.services.choosing import LinkView
from app.accounts.web import TRIES_FROM_ONE_PLACE, WRONG_LINKS_FROM_ONE_PLACE, account_asked_for
from app.http.auth import open_to_anyone
from app.http.forms import load, posted, worded
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.kernel.errors import Invalid

bp = Blueprint("passwords", __name__, url_prefix="/password")
open_to_anyone(bp)

LETTERS_TO_ONE_ADDRESS = "5 per hour"


@bp.get("/forgotten")
def forgotten() -> Any:
    return render_template("accounts/forgotten.html", values={}, errors={})


@bp.post("/forgotten", endpoint="forgotten_post")
@limiter.limit(TRIES_FROM_ONE_PLACE, key_func=get_remote_address)
@limiter.limit(LETTERS_TO_ONE_ADDRESS, key_func=account_asked_for)
def ask() -> Any:
    """The same answer for every address."""
    try:
        asked = load(ForgottenSchema, posted(request.form))
    except Invalid as refusal:
        values = {"email": request.form.get("email", "")[:254]}
        page = render_template("accounts/forgotten.html", values=values, errors=worded(refusal))
        return page, 422
    writing(lambda uow: services.ask_for_reset(uow, asked["email"], clock=uow.clock))
    return redirect(url_for(".asked"), code=303)


@bp.get("/asked")
def asked() -> Any:
    return render_template("accounts/asked.html")


@bp.get("/<token>")
def choose(token: str) -> Any:
    """Looking consumes nothing: mail scanners look too."""
    return _form(token, _followed(token), {})


@bp.post("/<token>", endpoint="choose_post")
def take(token: str) -> Any:
    link = _followed(token)
    try:
        chosen = load(ChoosePasswordSchema, posted(request.form))["password"]
        writing(lambda uow: services.choose_password(uow, token, chosen, clock=uow.clock))
    except Invalid as refusal:
        return _form(token, link, worded(refusal)), 422
    flash(gettext("Your password is set. Sign in with it."), "success")
    return redirect(url_for("accounts.sign_in"), code=303)


def _followed(token: str) -> LinkView:
    g.by_link = True
    try:
        with reading() as uow:
            return services.password_link(uow, token)
    except PasswordLinkNotUsable:
        with limiter.limit(WRONG_LINKS_FROM_ONE_PLACE, scope="links"):
            raise


def _form(token: str, link: LinkView, errors: dict[str, list[Any]]) -> str:
    return render_template(
        "accounts/choose_password.html",
        token=token,
        name=link.user.display_name,
        email=link.user.email,
        is_invitation=link.purpose == "invitation",
        errors=errors,
        values={},
    )


def _not_usable(_refusal: PasswordLinkNotUsable) -> tuple[str, int]:
    g.saying_no = True
    return render_template("accounts/link_ended.html"), 404


@bp.record
def _register(state: BlueprintSetupState) -> None:
    state.app.register_error_handler(PasswordLinkNotUsable, _not_usable)
