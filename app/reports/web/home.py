"""The first page of the console: how the month goes, and what waits for somebody."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from app.accounts.web import from_session
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.work import reading, writing
from app.kernel.actor import Role
from app.reports import presenters, queries, services

bp = Blueprint("console", __name__, url_prefix="/console")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.FINANCE, via=from_session)


@bp.get("")
def home() -> str:
    brand = current_brand()
    with reading() as uow:
        found = queries.dashboard(uow.session, brand.id, zone=brand.timezone, now=uow.clock())
    return render_template(
        "console/home.html",
        steps=presenters.first_steps(found.steps),
        month_label=presenters.month_label(found.months),
        figures=presenters.figures(found.months),
        history=presenters.history(found.months),
        blocked=found.blocked,
        untold=found.untold,
        undone=found.undone,
        gift_orders=found.gift_orders,
        awaited_gifts=found.awaited_gifts,
        work_label=presenters.work_label,
        may_act=current_actor().role is not Role.FINANCE,
    )


@bp.post("/work/<uuid:work_id>/retry")
def retry(work_id: UUID) -> Any:
    writing(lambda uow: services.retry_work(uow, current_actor(), work_id))
    flash(gettext("It will be tried again in a moment."), "success")
    return redirect(url_for(".home"), code=303)
