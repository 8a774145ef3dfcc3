"""Tokens: signing in from the app, staying signed in, signing out; and who is asking."""

import hashlib
from typing import Any

from flask import g, request
from flask_limiter.util import get_remote_address

from app.accounts import services
from app.accounts.app_tokens import Tokens, issue_tokens, revoke, rotate
from app.accounts.domain import LONGEST_PASSWORD, LinkPurpose
from app.accounts.errors import LinkNotUsable, SignInRefused, TokenNotUsable
from app.accounts.web import WRONG_LINKS_FROM_ONE_PLACE, from_token
from app.audit.services import masked, refused
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint
from app.http.auth import current_actor, open_to, open_to_anyone
from app.http.brand import current_brand
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.text import identity_key

tokens_bp = ApiBlueprint("api_tokens", "Tokens", about="Signing in and staying so.", by=None)
open_to_anyone(tokens_bp)

me_bp = ApiBlueprint("api_me", "Me", about="Who is asking.")
open_to(
    me_bp,
    Role.SELLER,
    Role.BRAND_ADMIN,
    Role.CUSTOMER_SERVICE,
    Role.FINANCE,
    via=from_token,
)

TRIES_FROM_ONE_PLACE = "50 per 10 minutes"
TRIES_ON_ONE_ACCOUNT = "10 per 10 minutes"


class SignInByAppSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    password = fields.Secret(required=True, maximum=LONGEST_PASSWORD)
    device = fields.Text(maximum=100, load_default="")


class RefreshSchema(fields.StrictSchema):
    refresh_token = fields.Text(required=True, maximum=100)


class TokensAnswer(answers.Answer):
    access_token = answers.Text()
    refresh_token = answers.Text()
    access_expires_at = answers.Instant()
    refresh_expires_at = answers.Instant()


class BrandAnswer(answers.Answer):
    name = answers.Text()
    currency = answers.Text()
    timezone = answers.Text()
    locale = answers.Text()


class MeAnswer(answers.Answer):
    name = answers.Text()
    role = answers.Word(Role)
    seller_id = answers.Id(allow_none=True)
    customer_id = answers.Id(allow_none=True)
    brand = answers.one(BrandAnswer)


def from_order_token() -> Actor | None:
    """The same of a link to order with."""
    return from_link_token(LinkPurpose.ORDER)


def from_link_token(purpose: LinkPurpose = LinkPurpose.HOST) -> Actor | None:
    """The holder of a personal link, whose token is in the `Authorization` header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    g.by_link = True
    try:
        with reading() as uow:
            return services.follow_link(uow, purpose, token.strip())
    except LinkNotUsable:
        with limiter.limit(WRONG_LINKS_FROM_ONE_PLACE, scope="links"):
            raise TokenNotUsable from None


def _account_asked_for() -> str:
    """Which account somebody tries to enter, without its address being kept."""
    sent = request.get_json(silent=True)
    email = sent.get("email") if isinstance(sent, dict) else ""
    asked = f"{current_brand().id}:{identity_key(str(email)[:254])}"
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()


@tokens_bp.route("/tokens", methods=["POST"])
@tokens_bp.arguments(SignInByAppSchema)
@tokens_bp.response(201, TokensAnswer)
@limiter.limit(TRIES_FROM_ONE_PLACE, key_func=get_remote_address)
@limiter.limit(TRIES_ON_ONE_ACCOUNT, key_func=_account_asked_for)
def sign_in(asked: dict[str, Any]) -> Tokens:
    """Sign in with an e-mail address and a password.

    Keep the refresh token where the device keeps secrets.
    """
    try:
        return writing(lambda uow: _enter(uow, asked))
    except SignInRefused:
        _note_refused(asked["email"])
        raise


@tokens_bp.route("/tokens/refresh", methods=["POST"])
@tokens_bp.arguments(RefreshSchema)
@tokens_bp.response(201, TokensAnswer)
def refresh(asked: dict[str, Any]) -> Tokens:
    """The next pair of tokens; the refresh token sent is used up.

    A refresh token that comes twice was copied: everything that descends from that sign-in ends.
    """
    tokens = writing(lambda uow: rotate(uow, asked["refresh_token"], clock=uow.clock))
    if tokens is None:
        raise TokenNotUsable
    return tokens


@me_bp.route("/tokens", methods=["DELETE"])
@me_bp.response(204)
def sign_out() -> None:
    """Sign this device out: its access and refresh tokens open nothing any more."""
    token = request.headers["Authorization"].partition(" ")[2].strip()
    writing(lambda uow: revoke(uow, token, clock=uow.clock))


@me_bp.route("/me")
@me_bp.response(200, MeAnswer)
def me() -> dict[str, Any]:
    """Whose token this is."""
    actor = current_actor()
    return {
        "name": g.reader_name,
        "role": actor.role,
        "seller_id": actor.seller_id,
        "customer_id": actor.customer_id,
        "brand": current_brand(),
    }


def _enter(uow: UnitOfWork, asked: dict[str, Any]) -> Tokens:
    user = services.sign_in(uow, asked["email"], asked["password"])
    return issue_tokens(uow, user, device=asked["device"], clock=uow.clock)


def _note_refused(email: str) -> None:
    """For whoever watches the log, after the attempt's own transaction was rolled back."""
    told = {"email": masked(email)}
    writing(
        lambda uow: refused(
            uow, None, "account.sign_in", SignInRefused.code, entity_type="user", told=told
        )
    )
