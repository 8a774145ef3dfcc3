"""Rewards of one's own, through three doors: a seller's token, a customer's link, a host's link."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext

from app.accounts.api import from_link_token, from_order_token
from app.accounts.web import from_token
from app.customers.api import CustomerRewardsAnswer, rewards_told
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_spec import LINK
from app.http.auth import card_owner, current_actor, open_to, own_card_id
from app.http.brand import current_brand
from app.http.work import reading
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import local_day
from app.loyalty.domain.settings import MAX_POINTS
from app.loyalty.queries import balances
from app.loyalty.services import Named, transfer_to_address
from app.promotions.services.converting import convert_points
from app.rewards.api.giving import GivenAnswer, given_told
from app.rewards.presenters.templates import rewards_for_points
from app.rewards.schemas.gifts import ChooseGiftSchema, WaitForGiftSchema
from app.rewards.services import gift_choice, gift_endings
from app.rewards.services.gift_choice import GiftWish
from app.rewards.services.giving import redeem

seller_bp = ApiBlueprint("api_own_rewards", "Points")
open_to(seller_bp, Role.SELLER, via=from_token)

shop_bp = ApiBlueprint("api_shop_rewards", "Shop", by=LINK)
open_to(shop_bp, Role.CUSTOMER, via=from_order_token)

host_bp = ApiBlueprint("api_host_rewards", "Host", by=LINK)
open_to(host_bp, Role.HOST, via=from_link_token)


class ConvertByAppSchema(fields.StrictSchema):
    points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)


class ExchangeByAppSchema(fields.StrictSchema):
    template_id = fields.Id(required=True)
    seen_points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)


class TransferByNameSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    last_name = fields.Text(required=True, maximum=80)
    points = fields.Count(required=True, minimum=1, maximum=MAX_POINTS)


class ConvertedAnswer(answers.Answer):
    code = answers.Text()
    points = answers.Number()
    amount_cents = answers.Number()
    valid_until = answers.Instant(allow_none=True)
    """The first instant at which it is too late."""


class ForPointsAnswer(answers.Answer):
    id = answers.Id()
    """To be sent as `template_id`."""
    name = answers.Text()
    title = answers.Text()
    conditions = answers.texts()
    points = answers.Number()
    missing = answers.Number()
    """How many points are lacking."""


class CatalogueAnswer(answers.Answer):
    items = answers.many(ForPointsAnswer)


class TransferredAnswer(answers.Answer):
    first_name = answers.Text()
    """Of whoever has the points now."""
    points = answers.Number()
    available = answers.Number()
    """What is left to the giver."""


def open_door(bp: ApiBlueprint, at: str) -> None:
    """The same routes below each address."""

    @bp.route(f"/{at}/rewards")
    @bp.doc(operationId=f"{at}_rewards")
    @bp.response(200, CustomerRewardsAnswer)
    def own_rewards() -> dict[str, Any]:
        """Points, codes, vouchers and gifts of one's own, each with its reasons."""
        with reading() as uow:
            return rewards_told(uow, card_owner(), own_card_id())

    @bp.route(f"/{at}/points/conversion", methods=["POST"])
    @bp.doc(operationId=f"{at}_convert_points")
    @takes_key
    @bp.arguments(ConvertByAppSchema)
    @bp.response(201, ConvertedAnswer)
    def convert(asked: dict[str, Any]) -> Response:
        """Turn points of one's own into a promo code."""
        actor, customer_id, points = current_actor(), own_card_id(), asked["points"]
        name = gettext("Points turned into a code")
        return writing_once(
            ConvertedAnswer,
            lambda uow: convert_points(uow, actor, customer_id, points, name=name, clock=uow.clock),
            status=201,
        )

    @bp.route(f"/{at}/points/transfer", methods=["POST"])
    @bp.doc(operationId=f"{at}_transfer_points")
    @takes_key
    @bp.arguments(TransferByNameSchema)
    @bp.response(200, TransferredAnswer)
    def transfer(asked: dict[str, Any]) -> Response:
        """Give points to whoever has this address and last name, where the brand allows it."""
        return writing_once(TransferredAnswer, lambda uow: _transfer(uow, asked))

    @bp.route(f"/{at}/rewards/for-points")
    @bp.doc(operationId=f"{at}_rewards_for_points")
    @bp.response(200, CatalogueAnswer)
    def for_points() -> dict[str, Any]:
        """What points can be exchanged for, the cheapest first; a hundred at most."""
        customer_id = own_card_id()
        with reading() as uow:
            zone = current_brand().timezone
            available = balances(uow.session, [customer_id])[customer_id].available
            return {
                "items": rewards_for_points(uow.session, available, local_day(uow.clock(), zone))
            }

    @bp.route(f"/{at}/rewards/exchange", methods=["POST"])
    @bp.doc(operationId=f"{at}_exchange_points")
    @takes_key
    @bp.arguments(ExchangeByAppSchema)
    @bp.response(201, GivenAnswer)
    def exchange(asked: dict[str, Any]) -> Response:
        """Exchange points for a reward, at the price that was shown."""
        return writing_once(GivenAnswer, lambda uow: _exchange(uow, asked), status=201)


def open_choice(bp: ApiBlueprint, at: str) -> None:
    @bp.route(f"/{at}/gifts/<uuid:claim_id>/choice", methods=["POST"])
    @bp.doc(operationId=f"{at}_choose_gift")
    @takes_key
    @bp.arguments(ChooseGiftSchema)
    @bp.response(200, CustomerRewardsAnswer)
    def choose(wish: GiftWish, claim_id: UUID) -> Response:
        """Choose one of one's own gifts: one unit goes onto a gift order."""
        return _of_gift(claim_id, gift_choice.choose_gift, wish)

    @bp.route(f"/{at}/gifts/<uuid:claim_id>/wait", methods=["POST"])
    @bp.doc(operationId=f"{at}_wait_for_gift")
    @takes_key
    @bp.arguments(WaitForGiftSchema)
    @bp.response(200, CustomerRewardsAnswer)
    def wait(asked: dict[str, Any], claim_id: UUID) -> Response:
        """Stand in line for a gift of one's own, while nothing offered can be had."""
        return _of_gift(claim_id, gift_endings.wait_for_gift, asked["product_id"])

    @bp.route(f"/{at}/gifts/<uuid:claim_id>/conversion", methods=["POST"])
    @bp.doc(operationId=f"{at}_convert_gift")
    @takes_key
    @bp.response(200, CustomerRewardsAnswer)
    def convert_gift(claim_id: UUID) -> Response:
        """A voucher in the place of one's own gift, while nothing offered can be had."""
        return _of_gift(claim_id, gift_endings.convert_gift)


open_door(seller_bp, "me")
open_choice(seller_bp, "me")
open_door(shop_bp, "shop")
open_choice(shop_bp, "shop")
open_door(host_bp, "host")


# ------------------------------------------------------------------------------------------- how


def _of_gift(claim_id: UUID, act: Callable[..., Any], *wished: Any) -> Response:
    owner, customer_id = card_owner(), own_card_id()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        act(uow, owner, claim_id, *wished, clock=uow.clock)
        uow.session.flush()
        return rewards_told(uow, owner, customer_id)

    return writing_once(CustomerRewardsAnswer, work)


def _transfer(uow: UnitOfWork, asked: dict[str, Any]) -> dict[str, Any]:
    customer_id, points = own_card_id(), asked["points"]
    named = Named(asked["email"], asked["last_name"])
    first_name = transfer_to_address(
        uow, current_actor(), customer_id, named, points, clock=uow.clock
    )
    left = balances(uow.session, [customer_id])[customer_id].available
    return {"first_name": first_name, "points": points, "available": left}


def _exchange(uow: UnitOfWork, asked: dict[str, Any]) -> dict[str, Any]:
    given = redeem(
        uow,
        current_actor(),
        own_card_id(),
        asked["template_id"],
        seen_points=asked["seen_points"],
        clock=uow.clock,
    )
    return given_told(uow, given)
