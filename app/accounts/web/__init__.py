"""Signing in and out, and how the other packages' pages learn who is asking."""

import hashlib
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_limiter.util import get_remote_address

from app.accounts import app_tokens, services
from app.accounts.devices import device_of
from app.accounts.domain import LinkPurpose
from app.accounts.errors import LinkNotUsable, SignInRefused, TokenNotUsable
from app.accounts.queries import UserView
from app.accounts.schemas import SignInSchema
from app.accounts.sessions import current_session
from app.audit.services import masked, refused
from app.http.auth import open_to_anyone
from app.http.brand import current_brand
from app.http.forms import load, posted, worded
from app.http.navigation import HOME, home_of, inside
from app.http.problems import http_refused
from app.http.throttle import seconds_to_wait
from app.http.words import say
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.text import identity_key

bp = Blueprint("accounts", __name__)
open_to_anyone(bp)

TRIES_FROM_ONE_PLACE = "50 per 10 minutes"
TRIES_ON_ONE_ACCOUNT = "10 per 10 minutes"
WRONG_LINKS_FROM_ONE_PLACE = "20 per hour"


def from_session() -> Actor | None:
    """Who is signed in in this browser, as her account stands now."""
    user = current_session().user
    if user is None:
        return None
    g.reader_name = user.display_name
    return user.actor


def from_token() -> Actor | None:
    """Who bears the access token of the `Authorization` header: for doors of the API."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    with reading() as uow:
        user = app_tokens.user_of_token(uow, token.strip())
    if user is None:
        raise TokenNotUsable
    g.reader_name = user.display_name
    return user.actor


def from_personal_link(purpose: LinkPurpose = LinkPurpose.HOST) -> Actor:
    """The holder of the link whose `token` is in the address. Looking consumes nothing."""
    g.by_link = True
    token = str((request.view_args or {}).get("token", ""))
    try:
        with reading() as uow:
            return services.follow_link(uow, purpose, token)
    except LinkNotUsable:
        with limiter.limit(WRONG_LINKS_FROM_ONE_PLACE, scope="links"):
            raise


def from_order_link() -> Actor:
    return from_personal_link(LinkPurpose.ORDER)


def from_guests_link() -> Actor:
    return from_personal_link(LinkPurpose.GUESTS)


def account_asked_for() -> str:
    """Which account somebody tries to enter, without its address being kept."""
    asked = f"{current_brand().id}:{identity_key(request.form.get('email', '')[:254])}"
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()


@bp.get("/sign-in")
def sign_in() -> Any:
    wish, user = inside(request.args.get("next")), current_session().user
    if user is not None:
        return redirect(wish or home_of(user.role), code=303)
    return render_template("accounts/sign_in.html", values={}, errors={}, next=wish)


@bp.post("/sign-in", endpoint="sign_in_post")
@limiter.limit(TRIES_FROM_ONE_PLACE, key_func=get_remote_address)
@limiter.limit(TRIES_ON_ONE_ACCOUNT, key_func=account_asked_for)
def try_to_sign_in() -> Any:
    try:
        asked = load(SignInSchema, posted(request.form))
        user = writing(lambda uow: _enter(uow, asked["email"], asked["password"]))
    except SignInRefused as refusal:
        note_refused_sign_in(request.form["email"])
        return _asked_again({"_form": [say(refusal)]}), 422
    except Invalid as refusal:
        return _asked_again(worded(refusal)), 422
    current_session().sign_in(user)
    return redirect(inside(asked.get("next")) or home_of(user.role), code=303)


@bp.post("/sign-out")
def sign_out() -> Any:
    """Ends this browser's session on the server: a copy of its cookie opens nothing."""
    current_session().sign_out()
    return redirect(HOME, code=303)


def note_refused_sign_in(email: str) -> None:
    """For whoever watches the log, after the attempt's own transaction was rolled back."""
    told = {"email": masked(email[:254])}
    writing(
        lambda uow: refused(
            uow, None, "account.sign_in", SignInRefused.code, entity_type="user", told=told
        )
    )


def _enter(uow: UnitOfWork, email: str, password: str) -> UserView:
    return services.sign_in(uow, email, password, device=device_of(request.user_agent.string))


@bp.errorhandler(RateLimitExceeded)
def tried_too_often(refusal: RateLimitExceeded) -> Any:
    """Who mistyped her password ten times keeps her form, and reads when it works again."""
    if request.endpoint != "accounts.sign_in_post":
        return http_refused(refusal)
    seconds = seconds_to_wait()
    minutes = -(-seconds // 60)
    words = gettext("Too many attempts. Try again in %(minutes)s min.", minutes=minutes)
    return _asked_again({"_form": [words]}), 429, {"Retry-After": str(seconds)}


def _asked_again(errors: dict[str, list[Any]]) -> str:
    return render_template(
        "accounts/sign_in.html",
        values={"email": request.form.get("email", "")[:254]},
        errors=errors,
        next=inside(request.form.get("next")),
    )


def _link_not_usable(_refusal: LinkNotUsable) -> tuple[str, int]:
    g.saying_no = True
    return render_template("host/expired.html"), 404


@bp.record
def _register(state: BlueprintSetupState) -> None:
    state.app.register_error_handler(LinkNotUsable, _link_not_usable)
