"""Choosing gifts: the seller beside her guest, the host on her own page."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.errors import LinkNotUsable
from app.accounts.web import from_personal_link, from_session
from app.customers import queries as customers
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.fields import Id, StrictSchema
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.links import guests_url
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused
from app.meetings import queries as meetings
from app.meetings.services import order_links
from app.orders import queries as orders
from app.rewards.domain.imagined import WhatIf
from app.rewards.errors import GiftGone, GiftStillThere, NotAmongTheChoices, ParcelNotOffered
from app.rewards.presenters import (
    GiftLine,
    HostPage,
    Reader,
    Voice,
    gift_lines,
    host_page,
    present_grants,
    won_at,
    won_in,
)
from app.rewards.presenters.gifts import ways_of
from app.rewards.queries import ClaimView, claim_for, grants_by_id
from app.rewards.schemas.gifts import ChooseGiftSchema, WaitForGiftSchema
from app.rewards.schemas.what_if import HostFormSchema, read_wish, typed_wish
from app.rewards.services import gift_choice, gift_endings
from app.rewards.services.gift_choice import GiftChosen

bp = Blueprint("rewards", __name__, url_prefix="/gifts")
open_to(bp, Role.SELLER, via=from_session)

host_bp = Blueprint("host", __name__, url_prefix="/h/<token>")
open_to(host_bp, Role.HOST, via=from_personal_link)

LINKS_OF_ONE_HOST = "30 per hour"
MENDABLE = (Invalid, GiftGone, NotAmongTheChoices, GiftStillThere, ParcelNotOffered)
"""Refusals after which she may choose again on the same page."""
BESIDE: dict[type[ConviveError], str] = {ParcelNotOffered: "parcel"}


def host_asking() -> str:
    actor = current_actor()
    return f"{actor.brand_id}:{actor.meeting_id}"


# ---------------------------------------------------------------- the seller


@bp.get("/<uuid:claim_id>")
def choose_gift(claim_id: UUID) -> Any:
    return _gift_page(claim_id)


@bp.post("/<uuid:claim_id>", endpoint="choose_gift_post")
def try_to_choose_gift(claim_id: UUID) -> Any:
    try:
        chosen = _choose(current_actor(), claim_id)
    except MENDABLE as refusal:
        return _gift_page(claim_id, refusal)
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
        return redirect(url_for("rewards.choose_gift", claim_id=claim_id), code=303)
    flash(gettext("%(name)s is chosen and on the gift order.", name=chosen.product_name), "success")
    return redirect(_back_to(claim_id), code=303)


@bp.post("/<uuid:claim_id>/wait")
def wait(claim_id: UUID) -> Any:
    """For a gift that is out of stock."""
    return _otherwise(claim_id, gettext("She is on the waiting list."), wait_for)


@bp.post("/<uuid:claim_id>/convert")
def convert(claim_id: UUID) -> Any:
    """A voucher for a gift that is out of stock."""
    return _otherwise(claim_id, gettext("The gift has become a voucher."), convert_to_voucher)


def _otherwise(claim_id: UUID, done: str, act: Callable[[Actor, UUID], None]) -> Any:
    try:
        act(current_actor(), claim_id)
    except MENDABLE as refusal:
        return _gift_page(claim_id, refusal)
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
    else:
        flash(done, "success")
    return redirect(_back_to(claim_id), code=303)


def _gift_page(claim_id: UUID, refusal: ConviveError | None = None) -> Any:
    with reading() as uow:
        claim = claim_for(uow.session, current_actor(), claim_id)
        line = _gift_line(uow, claim)
        person = customers.people(uow.session, [claim.customer_id])[claim.customer_id]
    changing = line.can_change and ("change" in request.args or "instead_of" in request.form)
    if line.status not in {"to_choose", "waiting"} and not changing:
        return redirect(_where_it_is(line), code=303)
    page = render_template(
        "seller/gift_choose.html",
        claim={
            **asdict(line),
            "customer_name": person.name,
            "choose_url": url_for("rewards.choose_gift", claim_id=claim_id),
        },
        meeting_id=claim.meeting_id,
        beside=request.args.get("order", ""),
        values=request.form,
        errors=errors_of(refusal, "product_id", BESIDE),
    )
    return page, status_of(refusal)


def _gift_line(uow: UnitOfWork, claim: ClaimView) -> GiftLine:
    session = uow.session
    grants = grants_by_id(session, [claim.grant_id] if claim.grant_id else [])
    why = present_grants(session, list(grants.values()), Reader(Voice.SELLER), rules=True)
    earned = {}
    if claim.meeting_id:
        card = meetings.meeting_card(session, current_actor(), claim.meeting_id)
        earned[card.id] = won_at(card.starts_at)
    elif claim.grant_id:
        cards = orders.order_cards(session, [grants[claim.grant_id].scope_id])
        earned |= {source_id: won_in(card) for source_id, card in cards.items()}
    standing = orders.orders_by_id(session, [claim.order_id] if claim.order_id else [])
    return gift_lines(
        session,
        [claim],
        grants,
        why,
        order_status={order.id: order.status for order in standing.values()},
        earned=earned,
        ways=ways_of(session, current_actor(), claim.customer_id),
    )[0]


def _where_it_is(line: GiftLine) -> str:
    """A gift that is not to be chosen is on its order, or told of on the card."""
    if line.order_id:
        return url_for("orders.show", order_id=line.order_id)
    return url_for("customers.show", customer_id=line.customer_id)


def _back_to(claim_id: UUID) -> str:
    """To the order that is being taken meanwhile, or to the meeting, where the next guest may be
    waiting for hers."""
    beside = request.args.get("order", "")
    if Id.GRAMMAR.fullmatch(beside):
        return url_for("orders.show", order_id=beside)
    with reading() as uow:
        claim = claim_for(uow.session, current_actor(), claim_id)
    if claim.meeting_id:
        return url_for("meetings.show", meeting_id=claim.meeting_id)
    return url_for("customers.show", customer_id=claim.customer_id)


# ---------------------------------------------------------------- the host


@host_bp.get("")
def page(token: str) -> Any:
    return _host_page(token)


@host_bp.post("/guests-link")
@limiter.limit(LINKS_OF_ONE_HOST, key_func=host_asking)
def create_guests_link(token: str) -> Any:
    """For her guests, who order from home; shown in this answer and never again."""
    actor = current_actor()
    assert actor.meeting_id is not None
    meeting_id = actor.meeting_id
    try:
        made = writing(
            lambda uow: order_links.create_guests_link(uow, actor, meeting_id, clock=uow.clock)
        )
    except Conflict as refusal:
        flash_refusal(refusal)
        return redirect(url_for("host.page", token=token), code=303)
    page = render_template(
        "host/guests_link.html", token=token, link=guests_url(current_brand(), made)
    )
    return page, {"Cache-Control": "no-store"}


@host_bp.post("/gifts/<uuid:claim_id>")
def choose(token: str, claim_id: UUID) -> Any:
    return _hosts(token, claim_id, lambda: gift_chosen(_choose(current_actor(), claim_id)))


@host_bp.post("/gifts/<uuid:claim_id>/wait", endpoint="wait_for_gift")
def wait_by_link(token: str, claim_id: UUID) -> Any:
    """For a gift that is out of stock."""

    def work() -> str:
        wait_for(current_actor(), claim_id)
        words: str = gettext("You are on the waiting list.")
        return words

    return _hosts(token, claim_id, work)


@host_bp.post("/gifts/<uuid:claim_id>/convert", endpoint="convert_gift")
def convert_by_link(token: str, claim_id: UUID) -> Any:
    """A voucher for a gift that is out of stock."""

    def work() -> str:
        convert_to_voucher(current_actor(), claim_id)
        words: str = gettext("Your gift has become a voucher.")
        return words

    return _hosts(token, claim_id, work)


def _hosts(token: str, claim_id: UUID, work: Callable[[], str]) -> Any:
    try:
        flash(work(), "success")
    except MENDABLE as refusal:
        return _host_page(token, refusal, claim_id)
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
    return redirect(url_for("host.page", token=token), code=303)


def _host_page(
    token: str, refusal: ConviveError | None = None, claim_id: UUID | None = None
) -> Any:
    """With what was wondered in its address, and what was typed to choose a gift."""
    typed, wish = typed_wish(HostFormSchema, posted(request.args)), None
    try:
        wish = read_wish(HostFormSchema, typed)
    except Invalid as unclear:
        refusal = unclear
    with reading() as uow:
        read = _page_of(uow, current_actor(), token, wish)
    shown = render_template(
        "host/page.html",
        page=read,
        token=token,
        changing=changing(claim_id),
        chosen_claim=claim_id,
        values={**typed, **request.form},
        errors=errors_of(refusal, "product_id", BESIDE),
    )
    return shown, status_of(refusal)


def _page_of(uow: UnitOfWork, actor: Actor, token: str, wish: WhatIf | None) -> HostPage:
    """A link to somebody else's meeting is no link."""
    assert actor.meeting_id is not None

    def choose_url(claim_id: UUID) -> str:
        return url_for("host.choose", token=token, claim_id=claim_id)

    try:
        return host_page(
            uow.session,
            actor,
            actor.meeting_id,
            choose_url,
            wish=wish,
            today=local_day(uow.clock(), current_brand().timezone),
        )
    except NotFound:
        raise LinkNotUsable from None


# ---------------------------------------------------------------- both


def _choose(actor: Actor, claim_id: UUID) -> GiftChosen:
    wish = load(ChooseGiftSchema, posted(request.form))
    return writing(lambda uow: gift_choice.choose_gift(uow, actor, claim_id, wish, clock=uow.clock))


def changing(claim_id: UUID | None) -> str:
    """The gift of which she has changed her mind, as it says in the address or in her form."""
    return str(claim_id) if "instead_of" in request.form else request.args.get("change", "")


def gift_chosen(chosen: GiftChosen) -> str:
    """What the winner is told."""
    words: str = gettext("Your gift is chosen: %(name)s.", name=chosen.product_name)
    return words


def wait_for(actor: Actor, claim_id: UUID) -> None:
    product_id = load(WaitForGiftSchema, posted(request.form))["product_id"]
    writing(
        lambda uow: gift_endings.wait_for_gift(uow, actor, claim_id, product_id, clock=uow.clock)
    )


def convert_to_voucher(actor: Actor, claim_id: UUID) -> None:
    load(StrictSchema, posted(request.form))
    writing(lambda uow: gift_endings.convert_gift(uow, actor, claim_id, clock=uow.clock))
