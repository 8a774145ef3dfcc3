"""A customer orders by the token of her own link: the pages of the shop, for apps."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.accounts.api import from_order_token
from app.brands.terms import terms_in_force
from app.catalog import queries as catalog
from app.catalog.api import FindProductsSchema, ProductAnswer, product_told
from app.http import api_fields as answers
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_pages import Page, cursor_of, number_of
from app.http.api_spec import LINK
from app.http.auth import current_actor, open_to
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import NotFound
from app.meetings.services import ordering, shopping
from app.orders import queries
from app.orders.api import OrderAnswer, told
from app.orders.api.prices import QuoteAnswer
from app.orders.api.prices import told as quote_answer
from app.orders.domain.wishes import Wish
from app.orders.errors import OrderNotFound
from app.orders.schemas import (
    AddLineSchema,
    AskSchema,
    OrderByAppSchema,
    QuantitySchema,
    UnitsSchema,
)
from app.orders.services import quote_of, withdraw
from app.promotions.domain.product_points import points_of_product
from app.promotions.services.plan import plan_of

bp = ApiBlueprint(
    "api_shop", "Shop", about="Ordering by the token of a customer's own link.", by=LINK
)
open_to(bp, Role.CUSTOMER, via=from_order_token)


class OfferedAnswer(ProductAnswer):
    earns_points = answers.Number()
    """Of one unit at its list price."""


class OfferedProductsAnswer(answers.Answer):
    items = answers.many(OfferedAnswer)
    next_cursor = answers.Text(allow_none=True)


class TermsAnswer(answers.Answer):
    version = answers.Number()
    text = answers.Text()
    published_at = answers.Instant()


@bp.route("/shop/products")
@bp.arguments(FindProductsSchema, location="query")
@bp.response(200, OfferedProductsAnswer)
def offered_products(asked: dict[str, Any]) -> Page:
    """Products on sale whose name or reference holds every word of `q`; without it, all."""
    start, limit = number_of(asked["cursor"]), asked["limit"]
    with reading() as uow:
        session = uow.session
        found = catalog.search_products(session, asked["q"], limit=limit + 1, offset=start)
        pictures = catalog.pictures(session, [one.id for one in found])
        earning = plan_of(session).earning
    items = [
        product_told(one, pictures.get(one.id, ()))
        | {"earns_points": points_of_product(earning, one.price_cents, one.points_override)}
        for one in found[:limit]
    ]
    return Page(items, cursor_of(start + limit) if len(found) > limit else None)


@bp.route("/shop/terms")
@bp.response(200, TermsAnswer)
def terms_of_sale() -> Any:
    """The terms of sale in force: placing an order names the version that was accepted."""
    with reading() as uow:
        found = terms_in_force(uow.session)
    if found is None:
        raise NotFound
    return found


@bp.route("/shop/basket")
@bp.response(200, OrderAnswer)
def show_basket() -> dict[str, Any]:
    """What she has begun to order."""
    with reading() as uow:
        return told(uow.session, _basket(uow.session))


@bp.route("/shop/basket/lines", methods=["POST"])
@takes_key
@bp.arguments(AddLineSchema)
@bp.response(201, OrderAnswer)
def put_in_basket(asked: dict[str, Any]) -> Response:
    """Put units of a product into the basket; the first ones begin it."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        order_id = shopping.put_in_basket(
            uow, current_actor(), asked["product_id"], asked["quantity"], clock=uow.clock
        )
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work, status=201)


@bp.route("/shop/basket/lines/<uuid:line_id>", methods=["PUT"])
@bp.arguments(QuantitySchema)
@bp.response(200, OrderAnswer)
def set_units(asked: dict[str, Any], line_id: UUID) -> dict[str, Any]:
    """So many units; none: the line goes."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        order_id, actor = _basket(uow.session), current_actor()
        ordering.set_quantity(uow, actor, order_id, line_id, asked["quantity"], clock=uow.clock)
        return told(uow.session, order_id)

    return writing(work)


@bp.route("/shop/basket/quote")
@bp.response(200, QuoteAnswer)
def show_basket_quote() -> dict[str, Any]:
    """What the basket costs, line by line and why; what it could have, and what is missing. As it
    was last priced: `PUT /shop/basket/prices` prices it again."""
    with reading() as uow:
        actor, order_id = current_actor(), _basket(uow.session)
        return quote_answer(uow.session, quote_of(uow.session, actor, order_id, at=uow.clock()))


@bp.route("/shop/basket/prices", methods=["PUT"])
@bp.response(200, QuoteAnswer)
def refresh_basket() -> dict[str, Any]:
    """Today's prices on what she has begun to order, after `cart_has_changed`."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor, order_id = current_actor(), _basket(uow.session)
        ordering.refresh_cart(uow, actor, order_id, clock=uow.clock)
        return quote_answer(uow.session, quote_of(uow.session, actor, order_id, at=uow.clock()))

    return writing(work)


@bp.route("/shop/basket/asked", methods=["POST"])
@takes_key
@bp.arguments(AskSchema)
@bp.response(200, QuoteAnswer)
def ask_for_basket(wish: Wish) -> Response:
    """Ask for one thing, or leave it; what cannot be had is refused with the code of the reason."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        order_id = _basket(uow.session)
        quote = ordering.ask(uow, current_actor(), order_id, wish, clock=uow.clock)
        return quote_answer(uow.session, quote)

    return writing_once(QuoteAnswer, work)


@bp.route("/shop/basket/checkout", methods=["POST"])
@takes_key
@bp.arguments(OrderByAppSchema)
@bp.response(200, OrderAnswer)
def order_basket(asked: dict[str, Any]) -> Response:
    """Order what is in the basket, having accepted the terms of this version. Paid later."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        order_id = _basket(uow.session)
        shopping.place_own_order(uow, current_actor(), order_id, **asked, clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


@bp.route("/shop/orders/<uuid:order_id>")
@bp.response(200, OrderAnswer)
def show_own_order(order_id: UUID) -> dict[str, Any]:
    """One of the orders taken in this meeting for her, or by herself."""
    with reading() as uow:
        return told(uow.session, order_id)


@bp.route("/shop/orders/<uuid:order_id>/withdrawal", methods=["POST"])
@takes_key
@bp.arguments(UnitsSchema, required=False)
@bp.response(200, OrderAnswer)
def withdraw_from_order(asked: dict[str, Any], order_id: UUID) -> Response:
    """She withdraws from the contract, for the units named or for all that is left. Her proof, with
    day and hour, is sent by e-mail."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        withdraw(uow, current_actor(), order_id, asked["units"], clock=uow.clock)
        return told(uow.session, order_id)

    return writing_once(OrderAnswer, work)


def _basket(session: Session) -> UUID:
    found = queries.own_draft(session, current_actor())
    if found is None:
        raise OrderNotFound
    return found
