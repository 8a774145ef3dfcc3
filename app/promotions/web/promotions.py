"""The brand's discounts: their list, what may be done with each, how combinations are chosen."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for

from app.accounts.web import from_session
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.filters import asked_of_list
from app.http.flashes import flash_refusal
from app.http.forms import load, posted, worded
from app.http.navigation import here
from app.http.words import say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, Invalid, Refused
from app.kernel.words import N_
from app.promotions.presenters import choices
from app.promotions.presenters.rows import promotion_rows
from app.promotions.presenters.shelf import names_in, names_of_products
from app.promotions.queries.plan import plan_settings
from app.promotions.queries.promotions import figures, promotion, promotions
from app.promotions.schemas.pages import (
    ActSchema,
    FindPromotionsSchema,
    SettingsSchema,
    settings_values,
)
from app.promotions.services import promotions as store
from app.promotions.services.plan import plan_of, save_settings

bp = Blueprint("promotions_console", __name__, url_prefix="/console/promotions")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

admin_bp = Blueprint("promotions_admin", __name__, url_prefix="/console/promotions")
open_to(admin_bp, Role.BRAND_ADMIN, via=from_session)

PAGE = 50
DONE = {
    "publish": N_("“%(name)s” is live."),
    "resume": N_("“%(name)s” is live again."),
    "pause": N_("“%(name)s” is paused: nobody gets it until you resume it."),
    "archive": N_("“%(name)s” is archived. Orders keep what it gave them."),
    "copy": N_("“%(name)s” is copied. The copy is a draft."),
}


def today(uow: UnitOfWork) -> date:
    return local_day(uow.clock(), current_brand().timezone)


def may_edit() -> bool:
    return current_actor().role is Role.BRAND_ADMIN


def to_index() -> Any:
    return redirect(url_for("promotions_console.index"), code=303)


# ---------------------------------------------------------------- the list


@bp.get("")
def index() -> str:
    asked = asked_of_list(FindPromotionsSchema)
    first = (asked["page"] - 1) * PAGE
    with reading() as uow:
        found = promotions(
            uow.session,
            current_actor(),
            states=[asked["state"]] if asked["state"] else (),
            entry=asked["entry"],
            text=asked["q"],
        )
        shown = found[first : first + PAGE]
        used = figures(uow.session, [one.id for one in shown])
        plan = plan_of(uow.session)
        products = names_of_products(uow.session, [one.document for one in shown])
        names = names_in(plan, None, products)
        rows = promotion_rows(shown, used, plan, names, today(uow))
    more = first + PAGE < len(found)
    return render_template(
        "console/promotions/index.html",
        rows=rows,
        total=len(found),
        asked=asked,
        states=[("", say(N_("All but archived"))), *choices.states()],
        entries=[("", say(N_("Any"))), *choices.entries()],
        next_url=here(page=str(asked["page"] + 1)) if more else None,
        first_url=here() if asked["page"] > 1 else None,
        can_edit=may_edit(),
    )


@admin_bp.post("/<uuid:promotion_id>/state")
def act(promotion_id: UUID) -> Any:
    """One of a discount's buttons: publish, pause, resume, copy, archive."""
    try:
        asked = load(ActSchema, posted(request.form))
        name, copied = writing(lambda uow: _do(uow, promotion_id, asked))
    except (Invalid, Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return to_index()
    flash(say(DONE[asked["do"]], {"name": name}), "success")
    if copied is not None:
        return redirect(url_for("promotions_admin.edit", promotion_id=copied), code=303)
    return to_index()


def _do(uow: UnitOfWork, promotion_id: UUID, asked: dict[str, Any]) -> tuple[str, UUID | None]:
    """The name, and the id of a copy."""
    actor, do = current_actor(), asked["do"]
    name = promotion(uow.session, actor, promotion_id).name
    if do == "copy":
        called = say(N_("%(name)s (copy)"), {"name": name})
        return name, store.copy_promotion(uow, actor, promotion_id, called, clock=uow.clock)
    services = {
        "publish": store.publish_promotion,
        "resume": store.publish_promotion,
        "pause": store.pause_promotion,
        "archive": store.archive_promotion,
    }
    services[do](uow, actor, promotion_id, revision=asked["revision"], clock=uow.clock)
    return name, None


# ---------------------------------------------------------------- settings


@admin_bp.get("/settings")
def settings() -> str:
    with reading() as uow:
        revision, document = plan_settings(uow.session)
    return _settings_page(settings_values(document), revision)


@admin_bp.post("/settings", endpoint="settings_post")
def change_settings() -> Any:
    try:
        asked = load(SettingsSchema, posted(request.form))
        writing(
            lambda uow: save_settings(
                uow,
                current_actor(),
                {"settings": asked["settings"]},
                revision=asked["revision"],
                clock=uow.clock,
            )
        )
    except Invalid as refusal:
        return _settings_page(request.form, request.form.get("revision"), worded(refusal)), 422
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return redirect(url_for("promotions_admin.settings"), code=303)
    flash(say(N_("The settings are saved: carts obey them at their next price.")), "success")
    return to_index()


def _settings_page(values: Any, revision: Any, errors: Any = None) -> str:
    return render_template(
        "console/promotions/settings.html",
        values=values,
        revision=revision,
        errors=errors or {},
        orders=choices.advantage_orders(),
        can_edit=True,
    )
