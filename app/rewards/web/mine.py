"""Mes récompenses: what somebody has won and holds, for herself to see, choose, exchange and give.

Three doors lead to one page: the link a customer orders with, the link of a host, and the menu of a
seller's portal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.web import from_order_link, from_personal_link, from_session
from app.http.auth import card_owner, current_actor, open_to, own_card_id
from app.http.brand import current_brand
from app.http.flashes import flash_refusal
from app.http.forms import errors_of, load, posted, status_of
from app.http.words import money
from app.http.work import reading, writing
from app.infra.extensions import limiter
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role, system
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, ConviveError, Invalid, Refused
from app.kernel.ids import new_id
from app.loyalty.services import Named, settings_of, transfer_to_address
from app.orders import queries as orders
from app.orders.web.shop import CHANGES_BY_ONE_LINK, link_asking, stall_of
from app.promotions.services.converting import conversion_rate, convert_points
from app.promotions.services.plan import plan_of
from app.rewards.presenters import CustomerRewards, customer_rewards
from app.rewards.presenters.gifts import ways_of
from app.rewards.presenters.points import worth_cents
from app.rewards.presenters.templates import rewards_for_points
from app.rewards.queries.templates import template
from app.rewards.schemas.gifts import (
    ChooseGiftSchema,
    ConvertSchema,
    RedeemSchema,
    TransferSchema,
)
from app.rewards.services import gift_choice
from app.rewards.services.giving import redeem
from app.rewards.web.gifts import (
    BESIDE,
    MENDABLE,
    changing,
    convert_to_voucher,
    gift_chosen,
    wait_for,
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What so many of her points would become."""

    points: int
    cents: int
    days: int
    id: str
    """Makes it happen once."""


Place = Mapping[str, Any]
"""What of the address leads to her: the token of a link, or nothing."""


def _counted(view: Callable[..., Any]) -> Callable[..., Any]:
    def within_limits(**named: Any) -> Any:
        with limiter.limit(CHANGES_BY_ONE_LINK, key_func=link_asking):
            return view(**named)

    return within_limits


class Door:
    """The page and its forms, behind one way of coming in."""

    def __init__(
        self,
        bp: Blueprint,
        layout: str,
        frame: Callable[[UnitOfWork, Place], dict[str, Any]],
        *,
        by_link: bool,
        basket: str = "",
    ) -> None:
        """`frame`: what the layout reads; `basket`: the page that leads here and is led back to."""
        self.basket = basket
        self.bp, self.layout, self.frame = bp, layout, frame
        bp.add_url_rule("", "index", self.index)
        posts: dict[str, tuple[str, Callable[..., Any]]] = {
            "choose": ("/gifts/<uuid:claim_id>", self.choose),
            "wait": ("/gifts/<uuid:claim_id>/wait", self.wait),
            "convert_gift": ("/gifts/<uuid:claim_id>/convert", self.convert_gift),
            "convert": ("/convert", self.convert),
            "redeem": ("/exchange/<uuid:template_id>", self.redeem),
            "transfer": ("/transfer", self.transfer),
        }
        for endpoint, (rule, view) in posts.items():
            counted = _counted(view) if by_link else view
            bp.add_url_rule(rule, endpoint, counted, methods=["POST"])

    # ------------------------------------------------------------------ what she may do

    def index(self, **place: Any) -> Any:
        return self._page(place)

    def choose(self, claim_id: UUID, **place: Any) -> Any:
        """Only what is on her own card: a seller's customers have their gifts elsewhere."""
        return self._of_gift(place, claim_id, lambda: _choose(claim_id))

    def wait(self, claim_id: UUID, **place: Any) -> Any:
        def work() -> str:
            wait_for(card_owner(), claim_id)
            words: str = gettext("You are on the waiting list.")
            return words

        return self._of_gift(place, claim_id, work)

    def convert_gift(self, claim_id: UUID, **place: Any) -> Any:
        def work() -> str:
            convert_to_voucher(card_owner(), claim_id)
            words: str = gettext("Your gift has become a voucher.")
            return words

        return self._of_gift(place, claim_id, work)

    def _of_gift(self, place: Place, claim_id: UUID, work: Callable[[], str]) -> Any:
        try:
            done = work()
        except MENDABLE as refusal:
            errors = errors_of(refusal, "product_id", BESIDE)
            return self._page(place, errors, claim_id), status_of(refusal)
        except (Conflict, Refused) as refusal:
            return self._told(place, refusal)
        if self.basket and request.args.get("back") == "basket":
            flash(done, "success")
            return redirect(url_for(self.basket, **place), code=303)
        return self._done(place, done)

    def convert(self, **place: Any) -> Any:
        try:
            if request.form.get("do") != "save":
                return self._page(place)
            return self._done(place, _convert())
        except (Invalid, Refused) as refusal:
            return self._page(place, errors_of(refusal, "points")), 422

    def redeem(self, template_id: UUID, **place: Any) -> Any:
        try:
            _redeem(template_id)
        except (Invalid, Conflict, Refused) as refusal:
            return self._told(place, refusal)
        return self._done(place, gettext("It is yours: you find it below."))

    def transfer(self, **place: Any) -> Any:
        try:
            return self._done(place, _transfer())
        except Invalid as refusal:
            return self._page(place, _beside_transfer(errors_of(refusal))), 422
        except Refused as refusal:
            return self._page(place, errors_of(refusal, "given_points")), 422

    # ------------------------------------------------------------------ how it is answered

    def _page(
        self,
        place: Place,
        errors: Mapping[str, list[str]] | None = None,
        claim_id: UUID | None = None,
    ) -> str:
        with reading() as uow:
            frame = self.frame(uow, place)
            told = _told(uow)
        told["gifts"] = [
            replace(one, choose_url=self._url("choose", place, claim_id=one.claim_id))
            for one in told["gifts"]
        ]
        return render_template(
            "rewards/mine.html",
            layout=self.layout,
            **frame,
            **told,
            convert_url=self._url("convert", place),
            transfer_url=self._url("transfer", place),
            redeem_urls={
                one.id: self._url("redeem", place, template_id=one.id) for one in told["exchange"]
            },
            redemptions={one.id: str(new_id()) for one in told["exchange"]},
            transfer=request.form.get("transfer") or str(new_id()),
            chosen_claim=claim_id,
            changing=changing(claim_id),
            values=request.form,
            errors=errors or {},
        )

    def _done(self, place: Place, words: str) -> Any:
        flash(words, "success")
        return redirect(self._url("index", place), code=303)

    def _told(self, place: Place, refusal: ConviveError) -> Any:
        flash_refusal(refusal)
        return redirect(self._url("index", place), code=303)

    def _url(self, endpoint: str, place: Place, **named: Any) -> str:
        return url_for(f"{self.bp.name}.{endpoint}", **place, **named)


# -------------------------------------------------------------------------------- the three doors


def _in_the_shop(uow: UnitOfWork, place: Place) -> dict[str, Any]:
    shop = stall_of(uow, place["token"]).shop
    return {"shop": shop, "back": url_for("shop.index", token=shop.token)}


def _at_the_host(_uow: UnitOfWork, place: Place) -> dict[str, Any]:
    return {"back": url_for("host.page", **place)}


bp = Blueprint("my_rewards", __name__, url_prefix="/o/<token>/rewards")
open_to(bp, Role.CUSTOMER, via=from_order_link)
Door(bp, "layouts/shop.html", _in_the_shop, by_link=True, basket="shop.basket")

host_bp = Blueprint("host_rewards", __name__, url_prefix="/h/<token>/rewards")
open_to(host_bp, Role.HOST, via=from_personal_link)
Door(host_bp, "layouts/host.html", _at_the_host, by_link=True)

own_bp = Blueprint("own_rewards", __name__, url_prefix="/my-rewards")
open_to(own_bp, Role.SELLER, via=from_session)
Door(own_bp, "layouts/seller.html", lambda _uow, _place: {}, by_link=False)


# ------------------------------------------------------------------------------------------ how


def _told(uow: UnitOfWork) -> dict[str, Any]:
    """The same statements however much she has won."""
    customer_id = own_card_id()
    bought = orders.orders_of_customer(uow.session, system(uow.brand_id), customer_id)
    statuses = {order.id: order.status for order in bought}
    won: CustomerRewards = customer_rewards(
        uow.session,
        card_owner(),
        customer_id,
        statuses,
        ways=ways_of(uow.session, card_owner(), customer_id),
        at=uow.clock(),
    )
    spending = plan_of(uow.session).spending
    day = local_day(uow.clock(), current_brand().timezone)
    return {
        "points": won,
        "codes": won.codes,
        "vouchers": won.vouchers,
        "gifts": won.gifts,
        "worth_cents": worth_cents(spending, current_actor().role, won.available),
        "conversion": _conversion(uow, customer_id, won.available),
        "exchange": rewards_for_points(uow.session, won.available, day),
        "may_give": settings_of(uow).transfers and won.available > 0,
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


def _typed() -> dict[str, Any]:
    return {name: text for name, text in posted(request.form).items() if name != "do"}


def _convert() -> str:
    """What she is told of it."""
    asked = load(ConvertSchema, _typed())
    name = gettext("Points turned into a code")
    made = writing(
        lambda uow: convert_points(
            uow,
            current_actor(),
            own_card_id(),
            asked["points"],
            name=name,
            conversion_id=asked["conversion"],
            clock=uow.clock,
        )
    )
    words: str = gettext(
        "Your code %(code)s takes %(amount)s off an order.",
        code=made.code,
        amount=money(made.amount_cents),
    )
    return words


def _redeem(template_id: UUID) -> None:
    with reading() as uow:
        template(uow.session, template_id)
    asked = load(RedeemSchema, _typed())
    writing(
        lambda uow: redeem(
            uow,
            current_actor(),
            own_card_id(),
            template_id,
            seen_points=asked["seen_points"],
            redemption_id=asked["redemption"],
            clock=uow.clock,
        )
    )


def _transfer() -> str:
    """What she is told of it."""
    asked = load(TransferSchema, _typed())
    first_name = writing(
        lambda uow: transfer_to_address(
            uow,
            current_actor(),
            own_card_id(),
            Named(asked["email"], asked["last_name"]),
            asked["given_points"],
            transfer_id=asked["transfer"],
            clock=uow.clock,
        )
    )
    words: str = gettext("%(name)s has your points.", name=first_name)
    return words


def _beside_transfer(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The form's number has a name of its own: the page has another one for converting."""
    return {"given_points" if name == "points" else name: some for name, some in errors.items()}


def _choose(claim_id: UUID) -> str:
    """What she is told of it."""
    asking, wish = card_owner(), load(ChooseGiftSchema, posted(request.form))
    return gift_chosen(
        writing(lambda uow: gift_choice.choose_gift(uow, asking, claim_id, wish, clock=uow.clock))
    )
