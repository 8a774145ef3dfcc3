"""What the brand's staff give one customer by hand: points, or a reward of her own."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response

from app.accounts.web import from_session
from app.catalog import queries as catalog
from app.customers import queries as customers
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.form_tree import flat
from app.http.forms import errors_of, load, posted
from app.http.words import points, say
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import ConviveError, Invalid, Refused
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.loyalty import queries as balances
from app.loyalty import services as loyalty
from app.promotions.presenters.shelf import shelf_of
from app.rewards.schemas.gesture_form import GESTURE_TREE, Wanted, read_gesture
from app.rewards.schemas.gifts import AdjustSchema
from app.rewards.services.giving import Gesture, give_reward

bp = Blueprint("giving_console", __name__, url_prefix="/console/customers/<uuid:customer_id>")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_session)

NO_PRODUCT = N_("No product of the catalogue has this reference.")


# ------------------------------------------------------------------------------ Ajuster les points


@bp.get("/points")
def points_of(customer_id: UUID) -> str:
    return _points_page(customer_id)


@bp.post("/points", endpoint="points_post")
def adjust(customer_id: UUID) -> Any:
    """First what the balance would be, then, confirmed, the new balance."""
    try:
        with reading() as uow:
            customers.customer(uow.session, current_actor(), customer_id)
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
    return render_template(
        "console/customers/points.html",
        card=card,
        balance=balance,
        change=change,
        change_words=_signed(change) if change else "",
        adjustment=request.form.get("adjustment") or str(new_id()),
        values=request.form,
        errors=errors_of(refusal, "points"),
    )


def _signed(change: int) -> str:
    return f"{'+' if change > 0 else chr(0x2212)}{points(abs(change))}"


# -------------------------------------------------------------------------- Ajouter une récompense


@bp.get("/rewards/new")
def new_reward(customer_id: UUID) -> str:
    tree = {"kind": "voucher", "valid_days": "90"}
    return _reward_page(customer_id, {**tree, "gesture": str(new_id())})


@bp.post("/rewards/new", endpoint="new_reward_post")
def give(customer_id: UUID) -> Any:
    tree = GESTURE_TREE.read(request.form.items())
    if request.form.get("do") != "save":
        return _reward_page(customer_id, tree)
    wanted, out = read_gesture(tree)
    if wanted is not None:
        with reading() as uow:
            customers.customer(uow.session, current_actor(), customer_id)
            wanted = _priced(uow, wanted)
        if wanted is None:
            out.wrong("product", NO_PRODUCT)
    if wanted is None:
        return _reward_page(customer_id, tree, out.errors), 422
    gesture = Gesture(
        id=_gesture_id(tree),
        name=gettext("A present from %(brand)s", brand=current_brand().name),
        terms=wanted.terms,
        cents=wanted.cents,
        valid_days=wanted.valid_days,
        reason=wanted.reason,
    )
    try:
        writing(
            lambda uow: give_reward(uow, current_actor(), customer_id, gesture, clock=uow.clock)
        )
    except Refused as refusal:
        return _reward_page(customer_id, tree, {"_form": [say(refusal)]}), 422
    flash(gettext("The reward is on the card, and an e-mail is on its way."), "success")
    return _to_card(customer_id)


def _priced(uow: UnitOfWork, wanted: Wanted) -> Wanted | None:
    """What a product that is given costs at most; None when there is no such product."""
    if not wanted.product:
        return wanted
    key = identity_key(wanted.product)
    product = catalog.products_by_reference(uow.session, [wanted.product]).get(key)
    if product is None:
        return None
    return replace(wanted, cents=wanted.cents or product.price_cents)


def _gesture_id(tree: dict[str, Any]) -> UUID:
    try:
        return UUID(str(tree.get("gesture", "")))
    except ValueError:
        return new_id()


def _reward_page(
    customer_id: UUID, tree: dict[str, Any], errors: dict[str, list[str]] | None = None
) -> str:
    with reading() as uow:
        card = customers.customer(uow.session, current_actor(), customer_id)
        shelf = shelf_of(uow.session)
    return render_template(
        "console/customers/reward.html",
        card=card,
        shelf=shelf,
        values={"buy": "2", "get": "1", **flat(tree)},
        errors=errors or {},
        here_url=url_for(".new_reward_post", customer_id=customer_id),
    )


def _to_card(customer_id: UUID) -> Response:
    return redirect(url_for("customers_console.show", customer_id=customer_id), code=303)
