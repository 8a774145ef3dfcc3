"""Mes récompenses: what somebody has won and holds, for herself to see, choose and turn into codes.

A customer comes by the link she orders with, a seller from the menu of her portal.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_order_link, from_session
from app.http.auth import current_actor, open_to
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.words import money
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import Conflict, ConviveError, Invalid, NotFound, Refused
from app.kernel.ids import new_id
from app.orders import queries as orders
from app.orders.web.shop import CHANGES_BY_ONE_LINK, link_asking, stall_of
from app.promotions.services.converting import Converted, conversion_rate, convert_points
from app.promotions.services.plan import plan_of
from app.rewards.errors import GiftGone, NotAmongTheChoices
from app.rewards.presenters import CustomerRewards, customer_rewards
from app.rewards.presenters.points import worth_cents
from app.rewards.schemas.gifts import ChooseGiftSchema, ConvertSchema
from app.rewards.services import gift_choice

bp = Blueprint("my_rewards", __name__, url_prefix="/o/<token>/rewards")
open_to(bp, Role.CUSTOMER, via=from_order_link)

own_bp = Blueprint("own_rewards", __name__, url_prefix="/my-rewards")
open_to(own_bp, Role.SELLER, via=from_session)

MENDABLE = (Invalid, GiftGone, NotAmongTheChoices)
"""Refusals after which she may choose again on the same page."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What so many of her points would become."""

    points: int
    cents: int
    days: int
    id: str
    """Makes it happen once."""


# ------------------------------------------------------------------------------ by her own link


@bp.get("")
def index(token: str) -> Any:
    return _page_by_link(token)


@bp.post("/gifts/<uuid:claim_id>")
@limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking)
def choose(token: str, claim_id: UUID) -> Any:
    try:
        chosen = _choose(claim_id)
    except MENDABLE as refusal:
        return _page_by_link(token, refusal, claim_id)
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
    else:
        flash(gettext("Your gift is chosen: %(name)s.", name=chosen), "success")
    return redirect(url_for(".index", token=token), code=303)


@bp.post("/convert")
@limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking)
def convert(token: str) -> Any:
    try:
        if request.form.get("do") != "save":
            return _page_by_link(token)
        made = _convert()
    except (Invalid, Refused) as refusal:
        return _page_by_link(token, refusal)
    flash(_made_words(made), "success")
    return redirect(url_for(".index", token=token), code=303)


@bp.after_request
def keep_to_herself(response: Response) -> Response:
    """The address is the key: it is not told to other sites, nor kept by caches."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page_by_link(
    token: str, refusal: ConviveError | None = None, claim_id: UUID | None = None
) -> Any:
    with reading() as uow:
        stall = stall_of(uow, token)
        told = _told(uow)
    gifts = [
        replace(one, choose_url=url_for(".choose", token=token, claim_id=one.claim_id))
        for one in told["gifts"]
    ]
    page = render_template(
        "rewards/mine.html",
        layout="layouts/shop.html",
        shop=stall.shop,
        **{**told, "gifts": gifts},
        convert_url=url_for(".convert", token=token),
        chosen_claim=claim_id,
        values=request.form,
        errors=errors_of(refusal, "product_id" if claim_id else "points"),
    )
    return page, status_of(refusal)


# ------------------------------------------------------------------------------------- a seller


@own_bp.get("", endpoint="index")
def own() -> Any:
    return _own_page()


def _own_page(refusal: ConviveError | None = None, claim_id: UUID | None = None) -> Any:
    with reading() as uow:
        told = _told(uow)
    gifts = [
        replace(one, choose_url=url_for(".choose", claim_id=one.claim_id)) for one in told["gifts"]
    ]
    page = render_template(
        "rewards/mine.html",
        layout="layouts/seller.html",
        **{**told, "gifts": gifts},
        convert_url=url_for(".convert"),
        chosen_claim=claim_id,
        values=request.form,
        errors=errors_of(refusal, "product_id" if claim_id else "points"),
    )
    return page, status_of(refusal)


@own_bp.post("/convert", endpoint="convert")
def convert_own() -> Any:
    try:
        if request.form.get("do") != "save":
            return _own_page()
        made = _convert()
    except (Invalid, Refused) as refusal:
        return _own_page(refusal)
    flash(_made_words(made), "success")
    return redirect(url_for("own_rewards.index"), code=303)


@own_bp.post("/gifts/<uuid:claim_id>", endpoint="choose")
def choose_own(claim_id: UUID) -> Any:
    """Only what is on her own card: her customers' gifts have their own page."""
    try:
        chosen = _choose(claim_id)
    except MENDABLE as refusal:
        return _own_page(refusal, claim_id)
    except (Conflict, Refused) as refusal:
        flash_refusal(refusal)
    else:
        flash(gettext("Your gift is chosen: %(name)s.", name=chosen), "success")
    return redirect(url_for("own_rewards.index"), code=303)


# ------------------------------------------------------------------------------------------ how


def herself() -> UUID:
    """Raises NotFound for somebody without a card of her own."""
    customer_id = current_actor().customer_id
    if customer_id is None:
        raise NotFound
    return customer_id


def owner(actor: Actor) -> Actor:
    """Herself and no more: a seller's own card is read as by its owner."""
    return Actor(actor.brand_id, Role.CUSTOMER, actor.user_id, customer_id=herself())


def _told(uow: UnitOfWork) -> dict[str, Any]:
    """The same statements however much she has won."""
    customer_id = herself()
    bought = orders.orders_of_customer(uow.session, system(uow.brand_id), customer_id)
    statuses = {order.id: order.status for order in bought}
    won: CustomerRewards = customer_rewards(
        uow.session, owner(current_actor()), customer_id, statuses, at=uow.clock()
    )
    spending = plan_of(uow.session).spending
    return {
        "points": won,
        "codes": won.codes,
        "vouchers": won.vouchers,
        "gifts": won.gifts,
        "worth_cents": worth_cents(spending, current_actor().role, won.available),
        "conversion": _conversion(uow, customer_id, won.available),
    }


def _conversion(uow: UnitOfWork, customer_id: UUID, available: int) -> Conversion | None:
    """Of the number typed, else of all her points; None where there is nothing to convert."""
    rate = conversion_rate(uow, customer_id)
    if rate is None or available < rate.least_points:
        return None
    typed = request.form.get("points", "")
    asked = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else available
    chosen = min(max(asked, rate.least_points), available)
    cents = chosen * rate.cents // rate.points
    identity = request.form.get("conversion") or str(new_id())
    return Conversion(chosen, cents, rate.valid_days, identity) if cents else None


def _convert() -> Converted:
    form = {name: text for name, text in posted(request.form).items() if name != "do"}
    asked = load(ConvertSchema, form)
    name = gettext("Points turned into a code")
    return writing(
        lambda uow: convert_points(
            uow,
            current_actor(),
            herself(),
            asked["points"],
            name=name,
            conversion_id=asked["conversion"],
            clock=uow.clock,
        )
    )


def _made_words(made: Converted) -> str:
    words: str = gettext(
        "Your code %(code)s takes %(amount)s off an order.",
        code=made.code,
        amount=money(made.amount_cents),
    )
    return words


def _choose(claim_id: UUID) -> str:
    asking = owner(current_actor())

    def work(uow: UnitOfWork) -> str:
        product_id = load(ChooseGiftSchema, posted(request.form))["product_id"]
        chosen = gift_choice.choose_gift(uow, asking, claim_id, product_id, clock=uow.clock)
        return chosen.product_name

    return writing(work)
