"""Clients: all cards of the brand, whose books they stand in, and what was done to them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response

from app.accounts.web import from_session
from app.audit import presenters as trail
from app.audit.queries import entries_of
from app.audit.services import record
from app.customers import presenters, queries, services
from app.customers.errors import CustomerNotFound, OwnCardStays
from app.customers.exchange import CUSTOMER_LAYOUT, customer_rows
from app.customers.queries import Wanted
from app.customers.schemas import ListSchema, MoveSchema, ShareSchema, StaffEditCustomerSchema
from app.customers.web import parts
from app.customers.web.merging import to_kept_card
from app.http.auth import current_actor, open_to
from app.http.filters import asked_of_list, day_begins, day_ends
from app.http.flashes import flash_refusal
from app.http.forms import load, posted
from app.http.navigation import here
from app.http.work import reading, writing
from app.imports.writing import TYPES
from app.imports.writing import export as written
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Invalid, Refused
from app.sellers import queries as sellers

bp = Blueprint("customers_console", __name__, url_prefix="/console/customers")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)
parts.install(bp, "console/customers/", StaffEditCustomerSchema)

PAGE = 30
LONGEST_EXPORT = 20_000
FORM = 'any("csv", "xlsx"):form'


@bp.get("")
def index() -> str:
    """The same statements, however many are found."""
    asked = asked_of_list(ListSchema)
    actor, wanted, offset = current_actor(), _wanted(asked), (asked["page"] - 1) * PAGE
    with reading() as uow:
        total = queries.how_many(uow.session, actor, wanted)
        found = queries.cards(
            uow.session, actor, wanted, sort=asked["sort"], limit=PAGE, offset=offset
        )
        rows = presenters.rows(uow.session, found)
        principals = queries.principals(uow.session, [one.id for one in found])
        names = sellers.names(uow.session)
        roles = queries.own_roles(uow.session)
    return render_template(
        "console/customers/index.html",
        rows=rows,
        total=total,
        asked=asked,
        principals=principals,
        sellers=names,
        role_options=[(role, role) for role in roles],
        next_url=here(page=str(asked["page"] + 1)) if offset + PAGE < total else None,
        first_url=here() if asked["page"] > 1 else None,
        export_urls=[
            (form, url_for(".export", form=form, **_filters(asked))) for form in ("csv", "xlsx")
        ],
    )


@bp.get(f"/customers.<{FORM}>")
def export(form: str) -> Response:
    """What the filters show, without paging; who took it with her is written down."""
    asked = asked_of_list(ListSchema)

    def work(uow: UnitOfWork) -> bytes:
        found = queries.cards(
            uow.session, current_actor(), _wanted(asked), sort=asked["sort"], limit=LONGEST_EXPORT
        )
        record(
            uow, current_actor(), "customer.export", "customer", None, after={"rows": len(found)}
        )
        return written(CUSTOMER_LAYOUT, customer_rows(uow.session, found), form)

    answer = Response(writing(work), content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="customers.{form}"'
    answer.cache_control.no_store = True
    return answer


@bp.get("/<uuid:customer_id>")
def show(customer_id: UUID) -> Any:
    actor = current_actor()
    try:
        with reading() as uow:
            card = presenters.card(uow.session, actor, customer_id, at=uow.clock())
            names = sellers.names(uow.session)
            book = queries.book_of(uow.session, customer_id)
            own_seller = sellers.seller_of_customer(uow.session, customer_id)
            entries = trail.lines(uow.session, entries_of(uow.session, "customer", customer_id))
    except CustomerNotFound:
        return to_kept_card(customer_id, ".show")
    return render_template(
        "console/customers/show.html",
        **card,
        book=book,
        sellers=names,
        own_seller=own_seller,
        entries=entries,
        errors={},
        values={},
    )


# ---------------------------------------------------------------- sellers' books


@bp.post("/<uuid:customer_id>/book/move")
def move(customer_id: UUID) -> Response:
    def work(uow: UnitOfWork) -> None:
        queries.customer(uow.session, current_actor(), customer_id)
        asked = load(MoveSchema, posted(request.form))
        chosen = sellers.seller(uow.session, asked["seller"])
        is_seller = sellers.seller_of_customer(uow.session, customer_id) is not None
        keep = asked["keep"] or is_seller  # her own card stays in her own book
        services.move_to_book(uow, current_actor(), customer_id, chosen.id, keep=keep)

    return _booked(work, customer_id, gettext("This customer has another seller from now on."))


@bp.post("/<uuid:customer_id>/book/share")
def share(customer_id: UUID) -> Response:
    def work(uow: UnitOfWork) -> None:
        queries.customer(uow.session, current_actor(), customer_id)
        chosen = sellers.seller(uow.session, load(ShareSchema, posted(request.form))["seller"])
        services.share_with(uow, current_actor(), customer_id, chosen.id)

    return _booked(work, customer_id, gettext("One more seller sees this card."))


@bp.post("/<uuid:customer_id>/book/<uuid:seller_id>/remove")
def unshare(customer_id: UUID, seller_id: UUID) -> Response:
    def work(uow: UnitOfWork) -> None:
        queries.customer(uow.session, current_actor(), customer_id)
        sellers.seller(uow.session, seller_id)
        if sellers.seller_of_customer(uow.session, customer_id) == seller_id:
            raise OwnCardStays
        services.take_from_book(uow, current_actor(), customer_id, seller_id)

    return _booked(work, customer_id, gettext("This seller no longer sees the card."))


def _booked(work: Any, customer_id: UUID, words: str) -> Response:
    try:
        writing(work)
    except (Invalid, Refused) as refusal:
        flash_refusal(refusal)
    else:
        flash(words, "success")
    back = url_for(".show", customer_id=customer_id, _anchor="book")
    return redirect(back, code=303)


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(
        text=asked["q"],
        role=asked["role"],
        seller_id=asked["seller"],
        since=day_begins(asked["since"]),
        until=day_ends(asked["until"]),
    )


def _filters(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in asked.items() if value and name != "page"}
