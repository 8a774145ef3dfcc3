"""Points for programs: one's own, turned into codes; the brand's staff adjust them."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext

from app.accounts.api import from_order_token
from app.accounts.web import from_token
from app.customers import queries as customers
from app.customers.api import CustomerRewardsAnswer, rewards_told
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_spec import LINK
from app.http.auth import current_actor, open_to
from app.http.work import reading
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import NotFound
from app.loyalty import queries
from app.loyalty.domain.settings import MAX_POINTS
from app.loyalty.services import adjust_points
from app.promotions.services.converting import convert_points

bp = ApiBlueprint("api_points", "Points", about="Points on a card, by hand.")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)

own_bp = ApiBlueprint("api_own_points", "Points")
open_to(own_bp, Role.SELLER, via=from_token)

shop_bp = ApiBlueprint("api_shop_rewards", "Shop", by=LINK)
open_to(shop_bp, Role.CUSTOMER, via=from_order_token)


class AdjustByAppSchema(fields.StrictSchema):
    points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)
    way = fields.Choice(("add", "take"), required=True)
    reason = fields.Text(required=True, maximum=500)


class ConvertByAppSchema(fields.StrictSchema):
    points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)


class BalanceAnswer(answers.Answer):
    available = answers.Number()
    pending = answers.Number()
    debt = answers.Number()


class ConvertedAnswer(answers.Answer):
    code = answers.Text()
    points = answers.Number()
    amount_cents = answers.Number()
    valid_until = answers.Instant(allow_none=True)
    """The first instant at which it is too late."""


@bp.route("/customers/<uuid:customer_id>/points", methods=["POST"])
@takes_key
@bp.arguments(AdjustByAppSchema)
@bp.response(200, BalanceAnswer)
def adjust(asked: dict[str, Any], customer_id: UUID) -> Response:
    """Give points or take them off, with a reason the customer reads; the new balance."""

    def work(uow: UnitOfWork) -> Any:
        actor = current_actor()
        customers.customer(uow.session, actor, customer_id)
        change = asked["points"] if asked["way"] == "add" else -asked["points"]
        adjust_points(uow, actor, customer_id, change, reason=asked["reason"], clock=uow.clock)
        return queries.balances(uow.session, [customer_id])[customer_id]

    return writing_once(BalanceAnswer, work)


@own_bp.route("/me/points/conversion", methods=["POST"])
@takes_key
@own_bp.arguments(ConvertByAppSchema)
@own_bp.response(201, ConvertedAnswer)
def convert_own(asked: dict[str, Any]) -> Response:
    """Turn points of the seller's own card into a promo code."""
    return _convert(asked["points"])


@shop_bp.route("/shop/rewards")
@shop_bp.response(200, CustomerRewardsAnswer)
def own_rewards() -> dict[str, Any]:
    """Points, codes, vouchers and gifts of whoever holds the link, each with its reasons."""
    actor = current_actor()
    if actor.customer_id is None:
        raise NotFound
    with reading() as uow:
        return rewards_told(uow, actor, actor.customer_id)


@shop_bp.route("/shop/points/conversion", methods=["POST"])
@takes_key
@shop_bp.arguments(ConvertByAppSchema)
@shop_bp.response(201, ConvertedAnswer)
def convert_by_link(asked: dict[str, Any]) -> Response:
    """Turn points of whoever holds the link into a promo code."""
    return _convert(asked["points"])


def _convert(points: int) -> Response:
    actor = current_actor()
    customer_id = actor.customer_id
    if customer_id is None:
        raise NotFound
    name = gettext("Points turned into a code")
    return writing_once(
        ConvertedAnswer,
        lambda uow: convert_points(uow, actor, customer_id, points, name=name, clock=uow.clock),
        status=201,
    )
