"""What the brand's staff give one customer by hand: points, or a reward of her own."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response

from app.accounts.web import from_session
from app.customers import queries as customers
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.fields import Text
from app.http.form_tree import flat
from app.http.forms import errors_of, load, posted
from app.http.words import points
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import ConviveError, Invalid, Refused
from app.kernel.ids import new_id
from app.loyalty import queries as balances
from app.loyalty import services as loyalty
from app.promotions.presenters.shelf import shelf_of
from app.rewards.errors import ProductsUnknown
from app.rewards.presenters.templates import template_rows
from app.rewards.queries.templates import templates
from app.rewards.schemas.gifts import AdjustSchema, GivePublishedSchema, TransferByStaffSchema
from app.rewards.schemas.offer_form import OFFER_TREE, read_offer
from app.rewards.services.giving import Gesture, give_published, give_reward

bp = Blueprint("giving_console", __name__, url_prefix="/console/customers/<uuid:customer_id>")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)


# ------------------------------------------------------------------------------ Ajuster les points


@bp.get("/points")
def points_of(customer_id: UUID) -> str:
    return _points_page(customer_id)


@bp.post("/points", endpoint="points_post")
def adjust(customer_id: UUID) -> Any:
    """First what the balance would be, then, confirmed, the new balance."""
    try:
        _must_be_there(customer_id)
        form = {name: text for name, text in posted(request.form).items() if name != "do"}
        asked = load(AdjustSchema, form)
        if request.form.get("do") != "save":
            return _points_page(customer_id, change=asked["change"])
        writing(lambda uow: _adjust(uow, customer_id, asked))
    except (Invalid, Refused) as refusal:
        return _points_page(customer_id, refusal), 422
    words = gettext("Points adjusted: %(points)s.", points=_signed(asked["change"]))
    flash(words, "success")
    return _to_card(customer_id)


def _adjust(uow: UnitOfWork, customer_id: UUID, asked: dict[str, Any]) -> None:
    loyalty.adjust_points(
        uow,
        current_actor(),
        customer_id,
        asked["change"],
        reason=asked["reason"],
        adjustment_id=asked["adjustment"],
        clock=uow.clock,
    )


def _points_page(
    customer_id: UUID, refusal: ConviveError | None = None, *, change: int | None = None
) -> str:
    with reading() as uow:
        card = customers.customer(uow.session, current_actor(), customer_id)
        balance = balances.balances(uow.session, [customer_id])[customer_id]
        budget = loyalty.goodwill_left(uow, current_actor(), clock=uow.clock)
    return render_template(
        "console/customers/points.html",
        card=card,
        balance=balance,
        budget=budget,
        change=change,
        change_words=_signed(change) if change else "",
        adjustment=request.form.get("adjustment") or str(new_id()),
        values=request.form,
        errors=errors_of(refusal, "points"),
    )


def _signed(change: int) -> str:
    return f"{'+' if change > 0 else chr(0x2212)}{points(abs(change))}"


# ------------------------------------------------------------------- Donner des points à quelqu'un


@bp.get("/transfer")
def transfer_of(customer_id: UUID) -> str:
    return _transfer_page(customer_id)


@bp.post("/transfer", endpoint="transfer_post")
def transfer(customer_id: UUID) -> Any:
    try:
        _must_be_there(customer_id)
        asked = load(TransferByStaffSchema, posted(request.form))
        first_name = writing(lambda uow: _transfer(uow, customer_id, asked))
    except (Invalid, Refused) as refusal:
        return _transfer_page(customer_id, refusal), 422
    flash(gettext("%(name)s has the points.", name=first_name), "success")
    return _to_card(customer_id)


def _transfer(uow: UnitOfWork, customer_id: UUID, asked: dict[str, Any]) -> str:
    return loyalty.transfer_to_address(
        uow,
        current_actor(),
        customer_id,
        loyalty.Named(asked["email"], asked["last_name"]),
        asked["points"],
        reason=asked["reason"],
        transfer_id=asked["transfer"],
        clock=uow.clock,
    )


def _transfer_page(customer_id: UUID, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        card = customers.customer(uow.session, current_actor(), customer_id)
        balance = balances.balances(uow.session, [customer_id])[customer_id]
        allowed = loyalty.settings_of(uow).transfers
    return render_template(
        "console/customers/transfer.html",
        card=card,
        balance=balance,
        allowed=allowed,
        transfer=request.form.get("transfer") or str(new_id()),
        values=request.form,
        errors=errors_of(refusal, "points"),
    )


# -------------------------------------------------------------------------- Ajouter une récompense


@bp.get("/rewards/new")
def new_reward(customer_id: UUID) -> str:
    tree = {"kind": "voucher", "valid_days": "90"}
    return _reward_page(customer_id, {**tree, "gesture": str(new_id())})


@bp.post("/rewards/new", endpoint="new_reward_post")
def give(customer_id: UUID) -> Any:
    tree = OFFER_TREE.read(request.form.items())
    if request.form.get("do") != "save":
        return _reward_page(customer_id, tree)
    offer, out = read_offer(tree)
    reason = out.typed(Text(maximum=500), tree, "", "reason", "reason")
    if offer is None or not reason:
        return _reward_page(customer_id, tree, out.errors), 422
    gesture = Gesture(
        id=_minted(tree.get("gesture")),
        name=gettext("A present from %(brand)s", brand=current_brand().name),
        offer=offer,
        reason=reason,
    )
    try:
        writing(
            lambda uow: give_reward(uow, current_actor(), customer_id, gesture, clock=uow.clock)
        )
    except Refused as refusal:
        errors = errors_of(refusal, beside={ProductsUnknown: "products"})
        return _reward_page(customer_id, tree, errors), 422
    flash(gettext("The reward is on the card, and an e-mail is on its way."), "success")
    return _to_card(customer_id)


def _minted(typed: Any) -> UUID:
    """What makes a second click harmless."""
    try:
        return UUID(str(typed or ""))
    except ValueError:
        return new_id()


def _reward_page(
    customer_id: UUID, tree: dict[str, Any], errors: dict[str, list[str]] | None = None
) -> str:
    with reading() as uow:
        card = customers.customer(uow.session, current_actor(), customer_id)
        shelf = shelf_of(uow.session)
        budget = loyalty.goodwill_left(uow, current_actor(), clock=uow.clock)
    return render_template(
        "console/customers/reward.html",
        card=card,
        shelf=shelf,
        budget=budget,
        values={"buy": "2", "get": "1", "units": "1", **flat(tree)},
        errors=errors or {},
        here_url=url_for(".new_reward_post", customer_id=customer_id),
    )


@bp.get("/rewards/published")
def published(customer_id: UUID) -> str:
    return _published_page(customer_id)


@bp.post("/rewards/published", endpoint="published_post")
def give_existing(customer_id: UUID) -> Any:
    try:
        _must_be_there(customer_id)
        asked = load(GivePublishedSchema, posted(request.form))
        writing(lambda uow: _give_existing(uow, customer_id, asked))
    except (Invalid, Refused) as refusal:
        return _published_page(customer_id, refusal), 422
    flash(gettext("The reward is on the card."), "success")
    return _to_card(customer_id)


def _give_existing(uow: UnitOfWork, customer_id: UUID, asked: dict[str, Any]) -> None:
    give_published(
        uow,
        current_actor(),
        customer_id,
        asked["template_id"],
        reason=asked["reason"],
        giving_id=asked["giving"],
        clock=uow.clock,
    )


def _published_page(customer_id: UUID, refusal: ConviveError | None = None) -> str:
    with reading() as uow:
        card = customers.customer(uow.session, current_actor(), customer_id)
        offered = template_rows(uow.session, templates(uow.session, current_actor()))
        budget = loyalty.goodwill_left(uow, current_actor(), clock=uow.clock)
    return render_template(
        "console/customers/published.html",
        card=card,
        offered=offered,
        budget=budget,
        giving=request.form.get("giving") or str(new_id()),
        values=request.form,
        errors=errors_of(refusal),
    )


def _must_be_there(customer_id: UUID) -> None:
    """Before anything is said of the form. Raises CustomerNotFound."""
    with reading() as uow:
        customers.customer(uow.session, current_actor(), customer_id)


def _to_card(customer_id: UUID) -> Response:
    return redirect(url_for("customers_console.show", customer_id=customer_id), code=303)
