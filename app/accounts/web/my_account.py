"""One's own account: where one is signed in, and one's password."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts import queries, services
from app.accounts.schemas import ChangePasswordSchema
from app.accounts.sessions import current_session
from app.accounts.web import TRIES_ON_ONE_ACCOUNT, from_session
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.forms import load, posted, worded
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Invalid

bp = Blueprint("my_account", __name__, url_prefix="/account")
open_to(
    bp,
    Role.SELLER,
    Role.BRAND_ADMIN,
    Role.CUSTOMER_SERVICE,
    Role.FINANCE,
    via=from_session,
)


def whoever_is_signed_in() -> str:
    return str(current_actor().user_id)


@bp.get("")
def devices() -> Any:
    return _page({})


@bp.post("/devices/<uuid:device_id>/end")
def end_device(device_id: UUID) -> Any:
    writing(lambda uow: services.end_device(uow, current_actor(), device_id, clock=uow.clock))
    if device_id == current_session().id:
        return _signed_out()
    flash(gettext("This device is signed out."), "success")
    return redirect(url_for(".devices"), code=303)


@bp.post("/devices/end-all")
def end_everything() -> Any:
    writing(lambda uow: services.end_everything(uow, current_actor(), clock=uow.clock))
    return _signed_out()


@bp.post("/password", endpoint="change_password")
@limiter.limit(TRIES_ON_ONE_ACCOUNT, key_func=whoever_is_signed_in)
def change_password() -> Any:
    """This browser stays signed in, every other device is out."""
    try:
        typed = load(ChangePasswordSchema, posted(request.form))
        writing(lambda uow: _change(uow, typed))
    except Invalid as refusal:
        return _page(worded(refusal)), 422
    flash(gettext("Your password is changed; your other devices are signed out."), "success")
    return redirect(url_for(".devices"), code=303)


def _change(uow: UnitOfWork, typed: dict[str, str]) -> None:
    services.change_password(
        uow,
        current_actor(),
        typed["present"],
        typed["password"],
        but=current_session().id,
        clock=uow.clock,
    )


def _page(errors: dict[str, list[Any]]) -> str:
    actor, user = current_actor(), current_session().user
    assert user is not None
    with reading() as uow:
        found = queries.devices_of(uow.session, current_brand().id, user.id, uow.clock())
    layout = "layouts/seller.html" if actor.role is Role.SELLER else "layouts/console.html"
    return render_template(
        "accounts/my_account.html",
        layout=layout,
        email=user.email,
        devices=found,
        here_id=current_session().id,
        errors=errors,
        values={},
    )


def _signed_out() -> Any:
    current_session().sign_out()
    return redirect(url_for("accounts.sign_in"), code=303)
