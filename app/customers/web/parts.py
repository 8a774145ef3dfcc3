"""What sellers and the brand's staff do with a card alike: each blueprint gets these routes."""

import secrets
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from marshmallow import Schema
from werkzeug import Response

from app.customers import presenters, queries, services
from app.customers.errors import CustomerAlreadyExists
from app.customers.queries import CustomerView
from app.customers.schemas import ConsentSchema, NewCustomerSchema, NoteSchema
from app.customers.services import NewCustomer
from app.http.auth import current_actor
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.locale import LANGUAGES
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused

LONGEST_KEY = 100


def install(bp: Blueprint, folder: str, editing: type[Schema]) -> None:
    """Create, edit, notes, consents; `folder` holds the pages, `editing` reads the form."""

    @bp.get("/new")
    def new() -> Any:
        return _form(folder, {})

    @bp.post("/new", endpoint="new_post")
    def create() -> Any:
        try:
            card = replace(load(NewCustomerSchema, posted(request.form)), key=_key())
            customer_id = writing(lambda uow: _create(uow, card))
        except (Invalid, Refused, Conflict) as refusal:
            return _form(folder, request.form.to_dict(), refusal), status_of(refusal)
        flash(gettext("The card of %(name)s is made.", name=_full_name(card)), "success")
        return redirect(url_for(".show", customer_id=customer_id), code=303)

    @bp.get("/<uuid:customer_id>/edit")
    def edit(customer_id: UUID) -> Any:
        with reading() as uow:
            card = queries.customer(uow.session, current_actor(), customer_id)
        return _form(folder, _values(card), card=card)

    @bp.post("/<uuid:customer_id>/edit", endpoint="edit_post")
    def save(customer_id: UUID) -> Any:
        with reading() as uow:
            card = queries.customer(uow.session, current_actor(), customer_id)
        try:
            changes = load(editing, posted(request.form))
            writing(lambda uow: services.edit_customer(uow, current_actor(), customer_id, changes))
        except (Invalid, Refused, Conflict) as refusal:
            return _form(folder, request.form.to_dict(), refusal, card), status_of(refusal)
        flash(gettext("The card is saved."), "success")
        return _to_card(customer_id)

    @bp.post("/<uuid:customer_id>/notes")
    def write_note(customer_id: UUID) -> Any:
        def work(uow: UnitOfWork) -> None:
            queries.customer(uow.session, current_actor(), customer_id)
            text = load(NoteSchema, posted(request.form))["text"]
            services.write_note(uow, current_actor(), customer_id, text, clock=uow.clock)

        return _done(work, customer_id, gettext("The note is on the card."), "notes")

    @bp.post("/<uuid:customer_id>/notes/<uuid:note_id>/remove")
    def remove_note(customer_id: UUID, note_id: UUID) -> Any:
        writing(lambda uow: services.remove_note(uow, current_actor(), customer_id, note_id))
        flash(gettext("The note is removed."), "success")
        return _to_card(customer_id, "notes")

    @bp.post("/<uuid:customer_id>/consents")
    def record_consents(customer_id: UUID) -> Any:
        def work(uow: UnitOfWork) -> None:
            queries.customer(uow.session, current_actor(), customer_id)
            answers = load(ConsentSchema, posted(request.form))
            language = str(get_locale() or "fr")
            services.record_consents(
                uow, current_actor(), customer_id, answers, locale=language, clock=uow.clock
            )

        return _done(work, customer_id, gettext("The answers are written down."), "consents")


def _create(uow: UnitOfWork, card: NewCustomer) -> UUID:
    return services.create_customer(uow, current_actor(), card, clock=uow.clock)


def _done(work: Any, customer_id: UUID, words: str, part: str) -> Response:
    """Short forms on the card itself: a refusal is told on top of it."""
    try:
        writing(work)
    except Invalid as refusal:
        flash_refusal(refusal)
    else:
        flash(words, "success")
    return _to_card(customer_id, part)


def _to_card(customer_id: UUID, part: str | None = None) -> Response:
    return redirect(url_for(".show", customer_id=customer_id, _anchor=part), code=303)


def _form(
    folder: str,
    values: dict[str, Any],
    refusal: ConviveError | None = None,
    card: CustomerView | None = None,
) -> str:
    with reading() as uow:
        known_roles = queries.own_roles(uow.session)
    return render_template(
        f"{folder}form.html",
        card=card,
        values=values,
        errors=errors_of(refusal, "roles", {CustomerAlreadyExists: "email"}),
        existing_url=_existing(refusal),
        countries=presenters.countries(),
        languages_of_mails=list(LANGUAGES.items()),
        known_roles=known_roles,
        request_key=secrets.token_urlsafe(16),
    )


def _existing(refusal: ConviveError | None) -> str | None:
    """Her card, when the reader may see it."""
    if isinstance(refusal, CustomerAlreadyExists) and refusal.customer_id:
        return url_for(".show", customer_id=refusal.customer_id)
    return None


def _values(card: CustomerView) -> dict[str, Any]:
    plain = {name: value or "" for name, value in asdict(card).items()}
    said = "" if card.professional is None else str(int(card.professional))
    return plain | {"roles": presenters.own_words(card.roles), "professional": said}


def _key() -> str:
    return request.form.get("request_key", "")[:LONGEST_KEY]


def _full_name(card: NewCustomer) -> str:
    return f"{card.first_name} {card.last_name}"
