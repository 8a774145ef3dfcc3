"""Fusionner: the other card of the same person is found, compared, and emptied into this one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response

from app.accounts.web import from_session
from app.customers import presenters, queries
from app.customers.schemas import MergeSchema
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import load, posted, worded
from app.http.words import say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused
from app.merging import Preview, merge_cards, preview

bp = Blueprint("merging_console", __name__, url_prefix="/console/customers")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

SHOWN = 20
LONGEST_QUERY = 100


@bp.get("/<uuid:customer_id>/merge")
def choose(customer_id: UUID) -> str:
    """Who the other card might be: unless asked otherwise, those of the same name."""
    with reading() as uow:
        kept = queries.customer(uow.session, current_actor(), customer_id)
        query = request.args.get("q", kept.name)[:LONGEST_QUERY].strip()
        found = queries.search(uow.session, current_actor(), query, SHOWN + 1)
        others = [one for one in found if one.id != kept.id][:SHOWN]
        rows = presenters.rows(uow.session, others)
    return render_template(
        "console/customers/merge.html", card=kept, query=query, rows=rows, values={}, errors={}
    )


@bp.get("/<uuid:customer_id>/merge/<uuid:other_id>")
def compare(customer_id: UUID, other_id: UUID) -> Any:
    return _page(customer_id, other_id)


@bp.post("/<uuid:customer_id>/merge/<uuid:other_id>", endpoint="merge")
def put_together(customer_id: UUID, other_id: UUID) -> Any:
    def work(uow: UnitOfWork) -> bool:
        queries.customer(uow.session, current_actor(), customer_id)
        kept = queries.standing(uow.session, other_id) == customer_id
        note = "" if kept else _left_over(preview(uow, current_actor(), customer_id, other_id))
        return merge_cards(uow, current_actor(), customer_id, other_id, note=note, clock=uow.clock)

    try:
        load(MergeSchema, posted(request.form))
        writing(work)
    except (Invalid, Refused) as refusal:
        return _page(customer_id, other_id, refusal), 422
    except Conflict as refusal:
        flash_refusal(refusal)
        return _to_card(customer_id)
    flash(gettext("Both cards are one now."), "success")
    return _to_card(customer_id)


def to_kept_card(customer_id: UUID, endpoint: str) -> Response:
    """From a card that was emptied to the one that stands for it now, if the reader may see that.

    Raises CustomerNotFound.
    """
    with reading() as uow:
        kept = queries.customer(
            uow.session, current_actor(), queries.standing(uow.session, customer_id)
        )
    flash(gettext("The card asked for was merged into this one."), "success")
    return redirect(url_for(endpoint, customer_id=kept.id), code=303)


def _page(customer_id: UUID, other_id: UUID, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        found = preview(uow, current_actor(), customer_id, other_id)
    if isinstance(refusal, Invalid):
        errors = worded(refusal)
    else:
        errors = {"_form": [say(refusal)]} if refusal else {}
    return render_template(
        "console/customers/merge_compare.html",
        preview=found,
        facts=presenters.side_by_side(found.kept, found.emptied),
        left_over=_left_over(found),
        obstacles=[say(one) for one in found.obstacles],
        values=request.form,
        errors=errors,
    )


def _left_over(found: Preview) -> str:
    """What the kept card has no room for, as a note on it."""
    parts = presenters.left_over(found.kept, found.emptied)
    if not parts:
        return ""
    told = ", ".join(parts)
    words: str = gettext(
        "From the merged card of %(name)s: %(parts)s", name=found.emptied.name, parts=told
    )
    return words


def _to_card(customer_id: UUID) -> Response:
    return redirect(url_for("customers_console.show", customer_id=customer_id), code=303)
