"""Vendeuses: who sells for the brand, her book, her meetings, her way in."""

import secrets
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug import Response

from app.accounts.errors import EmailTaken
from app.accounts.web import from_session
from app.audit import presenters as trail
from app.audit.queries import entries_of
from app.customers import queries as customers
from app.customers.errors import CustomerAlreadyExists
from app.customers.presenters import countries
from app.customers.queries import CustomerView, Wanted
from app.customers.services import move_book
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.locale import LANGUAGES
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused
from app.meetings import presenters as meeting_words
from app.reports.meetings import Wanted as WantedMeetings
from app.reports.meetings import meetings as meetings_of_all
from app.sellers import presenters, queries, services
from app.sellers.queries import SellerView
from app.sellers.schemas import (
    EditSellerSchema,
    FindSellersSchema,
    HireSchema,
    MoveBookSchema,
    NewSellerSchema,
    SignInAddressSchema,
)

bp = Blueprint("sellers_console", __name__, url_prefix="/console/sellers")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

MEETINGS_SHOWN = 10
CUSTOMERS_SHOWN = 10
BESIDE = {CustomerAlreadyExists: "email", EmailTaken: "email"}


@bp.get("")
def index() -> str:
    """The same statements, however many sellers."""
    asked = asked_of_list(FindSellersSchema)
    active = {"active": True, "suspended": False}.get(asked["state"])
    with reading() as uow:
        found = queries.all_sellers(uow.session, asked["q"], active)
        rows = presenters.rows(uow.session, found)
    return render_template(
        "console/sellers/index.html", rows=rows, asked=asked, may_manage=_may_manage()
    )


@bp.get("/<uuid:seller_id>")
def show(seller_id: UUID) -> str:
    with reading() as uow:
        page = _page(uow.session, current_actor(), seller_id)
    return render_template(
        "console/sellers/show.html", **page, may_manage=_may_manage(), values={}, errors={}
    )


@bp.get("/new")
def new() -> str:
    services.must_manage(current_actor())
    return _new_form({})


@bp.post("/new", endpoint="new_post")
def create() -> Any:
    services.must_manage(current_actor())
    try:
        wish = load(NewSellerSchema, posted(request.form))
        seller_id = writing(
            lambda uow: services.create_seller(uow, current_actor(), wish, clock=uow.clock)
        )
    except (Invalid, Refused, Conflict) as refusal:
        kept = {name: text for name, text in request.form.items() if name != "password"}
        return _new_form(kept, refusal), status_of(refusal)
    _tell_hired(wish.email, invited=wish.password is None)
    return _to(seller_id)


@bp.get("/hire/<uuid:customer_id>")
def hire(customer_id: UUID) -> str:
    services.must_manage(current_actor())
    return _hire_form(customer_id, {})


@bp.post("/hire/<uuid:customer_id>", endpoint="hire_post")
def hire_customer(customer_id: UUID) -> Any:
    """A customer becomes a seller, with the card she has."""
    services.must_manage(current_actor())

    def work(uow: UnitOfWork) -> UUID:
        customers.customer(uow.session, current_actor(), customer_id)
        name = load(HireSchema, posted(request.form))["display_name"]
        return services.hire_customer(
            uow, current_actor(), customer_id, display_name=name, clock=uow.clock
        )

    try:
        seller_id = writing(work)
    except (Invalid, Refused, Conflict) as refusal:
        return _hire_form(customer_id, request.form.to_dict(), refusal), status_of(refusal)
    with reading() as uow:
        hired = queries.seller(uow.session, seller_id)
    _tell_hired(hired.user_email or "", invited=True)
    return _to(seller_id)


@bp.get("/<uuid:seller_id>/edit")
def edit(seller_id: UUID) -> str:
    services.must_manage(current_actor())
    seller, card = _seller_and_card(seller_id)
    plain = {name: value or "" for name, value in asdict(card).items()}
    return _edit_form(seller, plain | {"display_name": seller.display_name})


@bp.post("/<uuid:seller_id>/edit", endpoint="edit_post")
def save(seller_id: UUID) -> Any:
    services.must_manage(current_actor())
    seller, _ = _seller_and_card(seller_id)
    try:
        name, card = load(EditSellerSchema, posted(request.form))
        writing(lambda uow: services.edit_seller(uow, current_actor(), seller_id, name, card))
    except (Invalid, Refused, Conflict) as refusal:
        return _edit_form(seller, request.form.to_dict(), refusal), status_of(refusal)
    flash(gettext("The profile is saved."), "success")
    return _to(seller_id)


# ---------------------------------------------------------------- her way in, her book


@bp.get("/<uuid:seller_id>/sign-in")
def address(seller_id: UUID) -> str:
    services.must_manage(current_actor())
    return _address_form(seller_id, {})


@bp.post("/<uuid:seller_id>/sign-in", endpoint="address_post")
def change_address(seller_id: UUID) -> Any:
    services.must_manage(current_actor())

    def work(uow: UnitOfWork) -> None:
        queries.seller(uow.session, seller_id)
        wish = load(SignInAddressSchema, posted(request.form))
        services.change_sign_in(uow, current_actor(), seller_id, **wish, clock=uow.clock)

    try:
        writing(work)
    except (Invalid, Refused, Conflict) as refusal:
        return _address_form(seller_id, request.form.to_dict(), refusal), status_of(refusal)
    flash(gettext("The address is changed, and both addresses are told."), "success")
    return _to(seller_id)


@bp.post("/<uuid:seller_id>/suspension")
def suspend(seller_id: UUID) -> Response:
    writing(lambda uow: services.suspend_seller(uow, current_actor(), seller_id, clock=uow.clock))
    flash(gettext("Suspended and signed out everywhere; the book stays."), "success")
    return _to(seller_id)


@bp.post("/<uuid:seller_id>/restoration")
def restore(seller_id: UUID) -> Response:
    writing(lambda uow: services.restore_seller(uow, current_actor(), seller_id))
    flash(gettext("This seller may sign in again."), "success")
    return _to(seller_id)


@bp.post("/<uuid:seller_id>/invitation")
def invite_again(seller_id: UUID) -> Response:
    try:
        writing(lambda uow: services.invite_again(uow, current_actor(), seller_id, clock=uow.clock))
        flash(gettext("A new invitation is on its way."), "success")
    except Refused as refusal:
        flash_refusal(refusal)
    return _to(seller_id)


@bp.post("/<uuid:seller_id>/book", endpoint="move_book")
def give_book(seller_id: UUID) -> Response:
    """Everybody whose principal seller she was."""

    def work(uow: UnitOfWork) -> int:
        there = queries.seller(uow.session, seller_id)
        other = queries.seller(uow.session, load(MoveBookSchema, posted(request.form))["seller"])
        return move_book(uow, current_actor(), there.id, other.id, but=there.customer_id)

    try:
        moved = writing(work)
        words = ngettext(
            "%(num)s customer has another seller.", "%(num)s customers have another seller.", moved
        )
        flash(words, "success")
    except (Invalid, Refused) as refusal:
        flash_refusal(refusal)
    return _to(seller_id)


# ---------------------------------------------------------------- pages


def _page(session: Session, actor: Actor, seller_id: UUID) -> dict[str, Any]:
    seller = queries.seller(session, seller_id)
    book = Wanted(seller_id=seller_id)
    held = meetings_of_all(
        session, WantedMeetings(seller_id=seller_id), sort="-date", page=1, size=MEETINGS_SHOWN
    )
    return {
        "seller": seller,
        "row": presenters.rows(session, [seller])[0],
        "card": customers.customer(session, actor, seller.customer_id),
        "book_size": customers.how_many(session, actor, book),
        "book": customers.cards(session, actor, book, sort="-since", limit=CUSTOMERS_SHOWN),
        "meetings": held.rows,
        "meeting_count": held.total,
        "closed": _closed(session, seller_id),
        "others": [
            (other_id, name)
            for other_id, name in queries.names(session).items()
            if other_id != seller_id
        ],
        "entries": trail.lines(session, entries_of(session, "seller", seller_id)),
        "title_of": meeting_words.title_of,
        "place_label": meeting_words.place_label,
    }


def _closed(session: Session, seller_id: UUID) -> dict[str, int]:
    """Her figures: meetings held, what they sold."""
    wanted = WantedMeetings(seller_id=seller_id, status="closed")
    found = meetings_of_all(session, wanted, sort="-date", page=1, size=10_000)
    sales = sum(row.sales_cents for row in found.rows)
    return {
        "count": found.total,
        "sales_cents": sales,
        "average_cents": sales // found.total if found.total else 0,
    }


def _new_form(values: dict[str, Any], refusal: ConviveError | None = None) -> str:
    existing = isinstance(refusal, CustomerAlreadyExists) and refusal.customer_id
    return render_template(
        "console/sellers/new.html",
        values=values,
        errors=errors_of(refusal, beside=BESIDE),
        existing_id=existing or None,
        languages_of_mails=list(LANGUAGES.items()),
        request_key=secrets.token_urlsafe(16),
    )


def _hire_form(
    customer_id: UUID, values: dict[str, Any], refusal: ConviveError | None = None
) -> str:
    with reading() as uow:
        card = customers.customer(uow.session, current_actor(), customer_id)
    return render_template(
        "console/sellers/hire.html",
        card=card,
        values=values,
        errors=errors_of(refusal, beside=BESIDE),
    )


def _address_form(
    seller_id: UUID, values: dict[str, Any], refusal: ConviveError | None = None
) -> str:
    with reading() as uow:
        seller = queries.seller(uow.session, seller_id)
        row = presenters.rows(uow.session, [seller])[0]
    return render_template(
        "console/sellers/address.html",
        seller=seller,
        row=row,
        values=values,
        errors=errors_of(refusal, beside=BESIDE),
    )


def _edit_form(
    seller: SellerView, values: dict[str, Any], refusal: ConviveError | None = None
) -> str:
    return render_template(
        "console/sellers/edit.html",
        seller=seller,
        values=values,
        errors=errors_of(refusal, beside=BESIDE),
        countries=countries(),
        languages_of_mails=list(LANGUAGES.items()),
    )


def _seller_and_card(seller_id: UUID) -> tuple[SellerView, CustomerView]:
    with reading() as uow:
        seller = queries.seller(uow.session, seller_id)
        return seller, customers.customer(uow.session, current_actor(), seller.customer_id)


def _tell_hired(email: str, *, invited: bool) -> None:
    if invited:
        flash(gettext("An invitation is on its way to %(email)s.", email=email), "success")
    else:
        flash(gettext("They may sign in with %(email)s.", email=email), "success")


def _may_manage() -> bool:
    return current_actor().role is Role.BRAND_ADMIN


def _to(seller_id: UUID) -> Response:
    return redirect(url_for(".show", seller_id=seller_id), code=303)
