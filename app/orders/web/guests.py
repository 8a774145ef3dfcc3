"""A meeting's link, passed on among its guests: whoever holds it says who she is, and her own
link goes to the address she gives. The answer is the same whether we know the address or not."""

import hashlib
from typing import Any

from flask import Blueprint, render_template, request
from flask_limiter.util import get_remote_address

from app.accounts.web import from_guests_link
from app.customers.services import NewCustomer
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.forms import load, posted, worded
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.kernel.actor import Role
from app.kernel.errors import Invalid
from app.kernel.text import identity_key
from app.meetings import queries as meetings
from app.meetings.services import order_links
from app.orders.schemas import GuestSchema
from app.sellers import queries as sellers

bp = Blueprint("guests", __name__, url_prefix="/g/<token>")
open_to(bp, Role.CUSTOMER, via=from_guests_link)

FROM_ONE_PLACE = "30 per hour"
"""A meeting's guests share one network."""
FOR_ONE_ADDRESS = "5 per hour"


def address_asked_for() -> str:
    asked = f"{current_brand().id}:{identity_key(request.form.get('email', '')[:254])}"
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()


@bp.get("")
def who(token: str) -> str:
    return _page(token)


@bp.post("", endpoint="who_post")
@limiter.limit(FROM_ONE_PLACE, key_func=get_remote_address)
@limiter.limit(FOR_ONE_ADDRESS, key_func=address_asked_for)
def say_who(token: str) -> Any:
    try:
        person: NewCustomer = load(GuestSchema, posted(request.form))
    except Invalid as refusal:
        return _page(token, errors=worded(refusal)), 422
    writing(lambda uow: order_links.ask_for_order_link(uow, current_actor(), person))
    return render_template("shop/sent.html", email=person.email)


def _page(token: str, **given: Any) -> str:
    actor = current_actor()
    assert actor.meeting_id is not None
    with reading() as uow:
        card = meetings.meeting_card(uow.session, actor, actor.meeting_id)
        seller = sellers.seller(uow.session, card.seller_id)
    return render_template(
        "shop/who.html",
        token=token,
        meeting=card,
        is_open=card.status in meetings.ALIVE,
        seller_name=seller.display_name,
        values=request.form,
        **({"errors": {}} | given),
    )
