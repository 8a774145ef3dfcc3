"""Codes of discounts: made by the thousand, given to customers, looked up, switched off."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for

from app.audit.services import record
from app.customers import queries as customers
from app.http.auth import current_actor
from app.http.brand import current_brand
from app.http.filters import asked_of_list
from app.http.flashes import flash_refusal
from app.http.forms import load, posted, worded
from app.http.words import number, say
from app.http.work import reading, writing
from app.imports.writing import CSV_TYPE
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict, Invalid, NotFound, Refused
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.errors import CodeNotFound
from app.promotions.presenters.codes import FateTold, UseTold, batch_rows, codes_file, fate_told
from app.promotions.presenters.crowds import members_of
from app.promotions.queries.codes import all_codes_of_batch, batches, find_code
from app.promotions.queries.promotions import promotion, segments
from app.promotions.schemas.pages import (
    AssignSchema,
    FindCodeSchema,
    MakeCodesSchema,
    StopBatchSchema,
    StopCodeSchema,
)
from app.promotions.services import codes as store
from app.promotions.services.plan import plan_of
from app.promotions.web.promotions import admin_bp, bp, may_edit
from app.rewards.presenters.programme import names_of


def _to_codes(promotion_id: UUID) -> Any:
    return redirect(url_for("promotions_admin.codes", promotion_id=promotion_id), code=303)


@admin_bp.get("/<uuid:promotion_id>/codes", endpoint="codes")
def show(promotion_id: UUID) -> str:
    return _page(promotion_id)


def _page(promotion_id: UUID, values: Any = None, errors: Any = None) -> str:
    with reading() as uow:
        session, actor = uow.session, current_actor()
        view = promotion(session, actor, promotion_id)
        made = batches(session, actor, promotion_id)
        people = names_of(session, [batch.created_by for batch in made])
        known = segments(session, actor)
    return render_template(
        "console/promotions/codes.html",
        view=view,
        entry=view.entry,
        shared=view.document.get("codes", []),
        batches=batch_rows(made, people),
        segments=[(one.key, one.name) for one in known],
        values=values or {},
        errors=errors or {},
    )


@admin_bp.post("/<uuid:promotion_id>/codes/make")
def make_codes(promotion_id: UUID) -> Any:
    try:
        asked = load(MakeCodesSchema, posted(request.form))
        writing(
            lambda uow: store.generate_codes(
                uow,
                current_actor(),
                promotion_id,
                count=asked["count"],
                prefix=asked["prefix"],
                uses_limit=asked["uses"],
                valid_until=_end_of(asked["until"]),
                clock=uow.clock,
            )
        )
    except Invalid as refusal:
        return _page(promotion_id, request.form, worded(refusal)), 422
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_codes(promotion_id)
    flash(say(N_("%(count)s codes are made."), {"count": number(asked["count"])}), "success")
    return _to_codes(promotion_id)


def _end_of(day: date | None) -> datetime | None:
    """The first instant that is too late, when this day is the last one."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(current_brand().timezone))


@admin_bp.post("/<uuid:promotion_id>/codes/assign")
def assign(promotion_id: UUID) -> Any:
    try:
        asked = load(AssignSchema, posted(request.form))
        count = writing(lambda uow: _assign(uow, promotion_id, asked))
    except Invalid as refusal:
        return _page(promotion_id, request.form, worded(refusal)), 422
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_codes(promotion_id)
    flash(say(N_("%(count)s customers hold it from now on."), {"count": number(count)}), "success")
    return _to_codes(promotion_id)


def _assign(uow: UnitOfWork, promotion_id: UUID, asked: dict[str, Any]) -> int:
    actor = current_actor()
    chosen = _by_address(uow, asked["customers"]) if asked["customers"] else set()
    if asked["segment"]:
        chosen |= _of_segment(uow, asked["segment"])
    if not chosen:
        raise Invalid({"customers": [N_("Name at least one customer, or a segment.")]})
    store.assign_codes(
        uow,
        actor,
        promotion_id,
        chosen,
        valid_until=_end_of(asked["until"]),
        clock=uow.clock,
    )
    return len(chosen)


def _by_address(uow: UnitOfWork, text: str) -> set[UUID]:
    """Raises Invalid naming the addresses that no customer has."""
    typed = {identity_key(line): line.strip() for line in text.splitlines() if line.strip()}
    found = customers.cards_alike(uow.session, [], list(typed), [])
    known = {identity_key(card.email): card.id for card in found if card.email}
    unknown = sorted(line for key, line in typed.items() if key not in known)
    if unknown:
        words = N_("No customer has this address: %(addresses)s.")
        raise Invalid({"customers": [(words, {"addresses": ", ".join(unknown[:10])})]})
    return set(known.values())


def _of_segment(uow: UnitOfWork, key: str) -> set[UUID]:
    plan = plan_of(uow.session)
    found = [segment for segment in plan.segments if segment.id == key]
    if not found:
        raise Invalid({"segment": [N_("Choose one of the answers offered.")]})
    members = members_of(uow.session, current_actor(), found[0], plan, uow.clock())
    if not members:
        raise Invalid({"segment": [N_("Nobody belongs to this segment today.")]})
    return set(members)


# ---------------------------------------------------------------- files, and the end of a code


@admin_bp.get("/<uuid:promotion_id>/codes/<uuid:batch_id>.csv", endpoint="codes_file")
def export(promotion_id: UUID, batch_id: UUID) -> Response:
    with reading() as uow:
        session, actor = uow.session, current_actor()
        _must_be_of(uow, promotion_id, batch_id)
        found = list(all_codes_of_batch(session, actor, batch_id))
        owners = {code.customer_id for code in found if code.customer_id}
        emails = {card.id: card.email or "" for card in customers.views(session, owners).values()}
        record(uow, actor, "export.codes", "code_batch", batch_id, after={"rows": len(found)})
    response = Response(codes_file(found, emails), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="codes.csv"'
    response.cache_control.no_store = True
    return response


@admin_bp.post("/<uuid:promotion_id>/codes/stop")
def stop_codes(promotion_id: UUID) -> Any:
    try:
        asked = load(StopBatchSchema, posted(request.form))
        count = writing(lambda uow: _stop(uow, promotion_id, asked["batch"]))
    except (Invalid, Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return _to_codes(promotion_id)
    flash(say(N_("%(count)s codes are switched off."), {"count": number(count)}), "success")
    return _to_codes(promotion_id)


def _stop(uow: UnitOfWork, promotion_id: UUID, batch_id: UUID) -> int:
    _must_be_of(uow, promotion_id, batch_id)
    return store.deactivate_batch(uow, current_actor(), batch_id)


def _must_be_of(uow: UnitOfWork, promotion_id: UUID, batch_id: UUID) -> None:
    if batch_id not in {one.id for one in batches(uow.session, current_actor(), promotion_id)}:
        raise NotFound


@admin_bp.post("/codes/stop")
def stop_code() -> Any:
    try:
        asked = load(StopCodeSchema, posted(request.form))
        writing(lambda uow: store.deactivate_code(uow, current_actor(), asked["code"]))
        flash(say(N_("The code is switched off.")), "success")
    except (Invalid, Conflict, Refused) as refusal:
        flash_refusal(refusal)
    return redirect(url_for("promotions_console.find_code"), code=303)


@bp.get("/codes", endpoint="find_code")
def look_up() -> str:
    typed = asked_of_list(FindCodeSchema)["q"]
    with reading() as uow:
        fate, uses = _fate(uow, typed)
    return render_template(
        "console/promotions/find_code.html",
        q=typed,
        fate=fate,
        uses=uses,
        can_edit=may_edit(),
    )


def _fate(uow: UnitOfWork, typed: str) -> tuple[FateTold | None, list[UseTold]]:
    session, actor = uow.session, current_actor()
    if not typed:
        return None, []
    try:
        return fate_told(session, actor, *find_code(session, actor, typed))
    except CodeNotFound:
        return None, []
