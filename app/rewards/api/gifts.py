"""Gifts to choose: the seller beside her guest, the host by her personal link; the host's page."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, url_for
from sqlalchemy.orm import Session

from app.accounts.api import from_link_token
from app.accounts.web import from_token
from app.http import api_fields as answers
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_spec import LINK
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.work import reading
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.meetings import queries as meetings
from app.meetings.domain import MeetingStatus
from app.orders import queries as orders
from app.rewards.domain.imagined import WhatIf
from app.rewards.domain.reach import Reach
from app.rewards.errors import NothingToImagine
from app.rewards.presenters import (
    GiftLine,
    HostPage,
    Imagined,
    Reader,
    Voice,
    gift_lines,
    host_page,
    present_grants,
    won_at,
)
from app.rewards.presenters.gifts import ways_of
from app.rewards.queries import claim_for, grants_by_id
from app.rewards.schemas.gifts import ChooseGiftSchema, WaitForGiftSchema
from app.rewards.schemas.what_if import HostAsksSchema
from app.rewards.services import gift_choice, gift_endings
from app.rewards.services.gift_choice import GiftWish

bp = ApiBlueprint("api_gifts", "Gifts", about="Gifts won, to be chosen.")
open_to(bp, Role.SELLER, via=from_token)

host_bp = ApiBlueprint("api_host", "Host", about="By the token of a personal link.", by=LINK)
open_to(host_bp, Role.HOST, via=from_link_token)


GIFT_STATES = (
    *("to_choose", "waiting", "chosen", "ordered", "done"),
    *("converted", "expired", "reversed"),
)


class ChoiceAnswer(answers.Answer):
    id = answers.Id()
    name = answers.Text()
    image_url = answers.Text(allow_none=True)
    stock_text = answers.Text()
    available = answers.Flag()
    is_substitute = answers.Flag()
    """Offered because none of the gifts themselves can be had."""


class ParcelAnswer(answers.Answer):
    value = answers.Text()
    """To be sent as `parcel`."""
    label = answers.Text()


class GiftAnswer(answers.Answer):
    claim_id = answers.Id()
    title = answers.Text()
    status = answers.Word(GIFT_STATES)
    customer_id = answers.Id()
    meeting_id = answers.Id(allow_none=True)
    choose_by = answers.Day(allow_none=True)
    choices = answers.many(ChoiceAnswer)
    chosen_id = answers.Id(allow_none=True)
    chosen_name = answers.Text(allow_none=True)
    order_id = answers.Id(allow_none=True)
    earned_text = answers.Text(allow_none=True)
    why = answers.texts()
    notice = answers.texts()
    """Until when it is chosen and what happens otherwise, or what became of it."""
    can_wait = answers.Flag()
    can_convert = answers.Flag()
    can_change = answers.Flag()
    waits_for_id = answers.Id(allow_none=True)
    parcels = answers.many(ParcelAnswer)
    """Ways for it to leave; none where there is only one."""


class RewardAnswer(answers.Answer):
    """One reward of the host's, won or within reach; texts are in the reader's language."""

    kind = answers.Word(["points", "gift", "code", "voucher"])
    title = answers.Text()
    status = answers.Word(["projected", "promised", "granted", "reversed"])
    detail = answers.Text(allow_none=True)
    beneficiary = answers.Text(allow_none=True)
    current = answers.Text(allow_none=True)
    target = answers.Text(allow_none=True)
    ratio = answers.Number(allow_none=True)
    missing_text = answers.Text(allow_none=True)
    why = answers.texts()


class MissAnswer(answers.Answer):
    """What is not won: still within reach, or why it is not."""

    kind = answers.Word(["points", "gift", "code", "voucher"])
    beneficiary = answers.Text(allow_none=True)
    role = answers.Word(["host", "guest", "seller"])
    title = answers.Text()
    reach = answers.Word(Reach)
    missing_text = answers.Text()
    ratio = answers.Number(allow_none=True)
    why = answers.texts()


class ImaginedLineAnswer(answers.Answer):
    kind = answers.Word(["points", "gift", "code", "voucher"])
    title = answers.Text()
    change = answers.Word(["new", "more", "less", "gone"])
    beneficiary = answers.Text(allow_none=True)
    role = answers.Word(["host", "guest", "seller"])
    detail = answers.Text(allow_none=True)
    why = answers.texts()


class ImaginedAnswer(answers.Answer):
    """`changes`: what would be won more, or no longer; `ahead`: what would be nearest to the host
    then."""

    turnover_cents = answers.Number()
    imagined_turnover_cents = answers.Number()
    changes = answers.many(ImaginedLineAnswer)
    ahead = answers.many(RewardAnswer)


class HostMeetingAnswer(answers.Answer):
    title = answers.Text()
    starts_at = answers.Instant()
    status = answers.Word(MeetingStatus)
    place_label = answers.Text()
    closes_at = answers.Instant()
    closed_at = answers.Instant(allow_none=True)
    turnover_cents = answers.Number()
    order_count = answers.Number()
    booking_count = answers.Number()


class HostGuestAnswer(answers.Answer):
    first_name = answers.Text()
    ordered = answers.Flag()


class CoHostAnswer(answers.Answer):
    first_name = answers.Text()
    share_bp = answers.Number()


class HostPageAnswer(answers.Answer):
    host_first_name = answers.Text()
    seller_name = answers.Text(allow_none=True)
    meeting = answers.one(HostMeetingAnswer)
    rewards = answers.many(RewardAnswer)
    unreached = answers.many(MissAnswer)
    gifts = answers.many(GiftAnswer)
    guests = answers.many(HostGuestAnswer)
    shared_with = answers.many(CoHostAnswer)
    how = answers.texts()
    points_balance = answers.Number()


# ---------------------------------------------------------------------------------- the seller


@bp.route("/gifts/<uuid:claim_id>")
@bp.response(200, GiftAnswer)
def show_gift(claim_id: UUID) -> dict[str, Any]:
    """A gift with what may be chosen, and why it was won."""
    with reading() as uow:
        return _gift(uow.session, claim_id)


@bp.route("/gifts/<uuid:claim_id>/choice", methods=["POST"])
@takes_key
@bp.arguments(ChooseGiftSchema)
@bp.response(200, GiftAnswer)
def choose_gift(wish: GiftWish, claim_id: UUID) -> Response:
    """Choose for the winner: one unit goes onto her gift order. Of two, one gets the last unit."""
    return _answering(claim_id, gift_choice.choose_gift, wish)


@bp.route("/gifts/<uuid:claim_id>/wait", methods=["POST"])
@takes_key
@bp.arguments(WaitForGiftSchema)
@bp.response(200, GiftAnswer)
def wait_for_gift(asked: dict[str, Any], claim_id: UUID) -> Response:
    """Stand in line for a gift, while nothing offered can be had."""
    return _answering(claim_id, gift_endings.wait_for_gift, asked["product_id"])


@bp.route("/gifts/<uuid:claim_id>/conversion", methods=["POST"])
@takes_key
@bp.response(200, GiftAnswer)
def convert_gift(claim_id: UUID) -> Response:
    """A voucher in its place, while nothing offered can be had."""
    return _answering(claim_id, gift_endings.convert_gift)


def _answering(claim_id: UUID, act: Callable[..., Any], *wished: Any) -> Response:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        act(uow, current_actor(), claim_id, *wished, clock=uow.clock)
        uow.session.flush()
        return _gift(uow.session, claim_id)

    return writing_once(GiftAnswer, work)


# ------------------------------------------------------------------------------------ the host


@host_bp.route("/host")
@host_bp.response(200, HostPageAnswer)
def show_host_page() -> dict[str, Any]:
    """Her meeting live, her rewards and gifts; nobody else's amounts."""
    with reading() as uow:
        return _host_page(uow.session)


@host_bp.route("/host/what-if")
@host_bp.arguments(HostAsksSchema, location="query")
@host_bp.response(200, ImaginedAnswer)
def imagine_own_meeting(wish: WhatIf) -> dict[str, Any]:
    """What her meeting would bring her with more sales, dates taken or guests present. Nothing is
    written. Until it closes."""
    with reading() as uow:
        page = _page(uow.session, wish, today=local_day(uow.clock(), current_brand().timezone))
    return imagined_told(page.meeting.turnover_cents, page.imagined)


@host_bp.route("/host/gifts/<uuid:claim_id>/choice", methods=["POST"])
@takes_key
@host_bp.arguments(ChooseGiftSchema)
@host_bp.response(200, HostPageAnswer)
def choose_own_gift(wish: GiftWish, claim_id: UUID) -> Response:
    """Choose one of her own gifts."""
    return _answering_host(claim_id, gift_choice.choose_gift, wish)


@host_bp.route("/host/gifts/<uuid:claim_id>/wait", methods=["POST"])
@takes_key
@host_bp.arguments(WaitForGiftSchema)
@host_bp.response(200, HostPageAnswer)
def wait_for_own_gift(asked: dict[str, Any], claim_id: UUID) -> Response:
    """Stand in line for one of her own gifts, while nothing offered can be had."""
    return _answering_host(claim_id, gift_endings.wait_for_gift, asked["product_id"])


@host_bp.route("/host/gifts/<uuid:claim_id>/conversion", methods=["POST"])
@takes_key
@host_bp.response(200, HostPageAnswer)
def convert_own_gift(claim_id: UUID) -> Response:
    """A voucher in the place of her own gift, while nothing offered can be had."""
    return _answering_host(claim_id, gift_endings.convert_gift)


def _answering_host(claim_id: UUID, act: Callable[..., Any], *wished: Any) -> Response:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        act(uow, current_actor(), claim_id, *wished, clock=uow.clock)
        uow.session.flush()
        return _host_page(uow.session)

    return writing_once(HostPageAnswer, work)


# ----------------------------------------------------------------------------------------- how


def gift_told(line: GiftLine) -> dict[str, Any]:
    return {name: value for name, value in asdict(line).items() if name in GiftAnswer().fields}


def _gift(session: Session, claim_id: UUID) -> dict[str, Any]:
    claim = claim_for(session, current_actor(), claim_id)
    grants = grants_by_id(session, [claim.grant_id] if claim.grant_id else [])
    why = present_grants(session, list(grants.values()), Reader(Voice.SELLER), rules=True)
    earned = {}
    if claim.meeting_id:
        card = meetings.meeting_card(session, current_actor(), claim.meeting_id)
        earned[card.id] = won_at(card.starts_at)
    standing = orders.orders_by_id(session, [claim.order_id] if claim.order_id else [])
    lines = gift_lines(
        session,
        [claim],
        grants,
        why,
        order_status={order.id: order.status for order in standing.values()},
        earned=earned,
        ways=ways_of(session, current_actor(), claim.customer_id),
    )
    return gift_told(lines[0])


def imagined_told(turnover_cents: int | None, imagined: Imagined | None) -> dict[str, Any]:
    """Raises NothingToImagine."""
    if imagined is None:
        raise NothingToImagine
    return {
        "turnover_cents": turnover_cents or 0,
        "imagined_turnover_cents": imagined.turnover_cents,
        "changes": imagined.lines,
        "ahead": imagined.ahead,
    }


def _host_page(session: Session) -> dict[str, Any]:
    page = _page(session)
    told = {name: getattr(page, name) for name in HostPageAnswer().fields}
    return told | {"gifts": [gift_told(line) for line in page.gifts]}


def _page(session: Session, wish: WhatIf | None = None, *, today: date = date.min) -> HostPage:
    actor = current_actor()
    assert actor.meeting_id is not None

    def choose_url(claim_id: UUID) -> str:
        return url_for("api_host.choose_own_gift", claim_id=claim_id)

    return host_page(session, actor, actor.meeting_id, choose_url, wish=wish, today=today)
