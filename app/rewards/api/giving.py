"""Rewards given by hand, by the brand's staff, and the ones the brand publishes."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext

from app.accounts.web import from_token
from app.customers import queries as customers
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_pages import PageSchema, cursor_of, id_of
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.work import reading
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.ids import new_id
from app.kernel.money import BASIS
from app.promotions.queries import code_held
from app.rewards.domain.gift_terms import OutOfStock, Unchosen
from app.rewards.domain.offers import Holding, OfferKind, TemplateState
from app.rewards.domain.programme_format import MOST_PER_ORDER
from app.rewards.presenters.templates import TemplateRow, template_rows
from app.rewards.queries.templates import GivenView, templates, times_given
from app.rewards.schemas.offer_form import MAX_CHOICES, MAX_DAYS, MAX_UNITS, offer_sent
from app.rewards.services.giving import Gesture, give_published, give_reward

bp = ApiBlueprint("api_giving", "Rewards", about="Rewards published, and given by hand.")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)


class FindTemplatesByAppSchema(PageSchema):
    state = fields.Choice(tuple(TemplateState), load_default=TemplateState.ACTIVE)


class OfferByAppSchema(fields.StrictSchema):
    """`kind`, what it needs, and what it may have."""

    kind = fields.Choice(tuple(OfferKind))
    amount_cents = fields.Cents(minimum=1)
    cap_cents = fields.Cents(minimum=1)
    minimum_basket_cents = fields.Cents()
    rate_bp = fields.Count(minimum=1, maximum=BASIS)
    products = fields.ListOf(fields.Text(maximum=100), maximum=MAX_CHOICES)
    categories = fields.ListOf(fields.Text(maximum=100), maximum=MAX_CHOICES)
    without_products = fields.ListOf(fields.Text(maximum=100), maximum=MAX_CHOICES)
    without_categories = fields.ListOf(fields.Text(maximum=100), maximum=MAX_CHOICES)
    units = fields.Count(minimum=1, maximum=MAX_UNITS)
    remainder = fields.Choice(("lost", "kept"))
    most_per_order = fields.Count(minimum=1, maximum=MOST_PER_ORDER)
    with_codes = fields.Flag()
    with_points = fields.Flag()
    with_vouchers = fields.Flag()
    with_discounted = fields.Flag()
    buy = fields.Count(minimum=1, maximum=MAX_UNITS)
    get = fields.Count(minimum=1, maximum=MAX_UNITS)
    unchosen = fields.Choice(tuple(Unchosen))
    substitutes = fields.ListOf(fields.Text(maximum=100), maximum=MAX_CHOICES)
    out_of_stock = fields.Choice(tuple(OutOfStock))
    wait_at_most_days = fields.Count(minimum=1, maximum=MAX_DAYS)
    voucher_cents = fields.Cents(minimum=1)
    voucher_days = fields.Count(minimum=1, maximum=MAX_DAYS)
    valid_days = fields.Count(minimum=1, maximum=MAX_DAYS)
    valid_from = fields.Date()
    valid_until = fields.Date()


class GiveByAppSchema(OfferByAppSchema):
    """Either a published reward (`template_id`), or one made for her (`kind` and what it needs)."""

    reason = fields.Text(required=True, maximum=500)
    template_id = fields.Id()


class TemplateAnswer(answers.Answer):
    id = answers.Id()
    key = answers.Text()
    """What rules of the programme call it."""
    name = answers.Text()
    kind = answers.Word(OfferKind)
    sentences = answers.texts()
    cents = answers.Number()
    """What one costs at most."""
    price_points = answers.Number(allow_none=True)
    state = answers.Word(TemplateState)
    revision = answers.Number()
    given_count = answers.Number()
    exchanged_count = answers.Number()


class TemplatesAnswer(answers.Answer):
    items = answers.many(TemplateAnswer)
    next_cursor = answers.Text(allow_none=True)


class GivenAnswer(answers.Answer):
    id = answers.Id()
    customer_id = answers.Id()
    template_id = answers.Id(allow_none=True)
    holding = answers.Word(Holding)
    holding_id = answers.Id()
    code = answers.Text(allow_none=True)
    """Of a code or voucher."""
    price_points = answers.Number(allow_none=True)
    given_at = answers.Instant()


@bp.route("/reward-templates")
@bp.arguments(FindTemplatesByAppSchema, location="query")
@bp.response(200, TemplatesAnswer)
def list_templates(asked: dict[str, Any]) -> dict[str, Any]:
    """Rewards the brand publishes, the newest first."""
    limit, after = asked["limit"], id_of(asked["cursor"])
    with reading() as uow:
        found = templates(
            uow.session, current_actor(), state=asked["state"], after=after, limit=limit + 1
        )
        shown = found[:limit]
        given = times_given(uow.session, [one.id for one in shown])
        rows = template_rows(uow.session, shown, given)
    more = cursor_of(shown[-1].id) if len(found) > limit else None
    return {"items": [template_told(row) for row in rows], "next_cursor": more}


@bp.route("/customers/<uuid:customer_id>/rewards", methods=["POST"])
@takes_key
@bp.arguments(GiveByAppSchema)
@bp.response(201, GivenAnswer)
def give(asked: dict[str, Any], customer_id: UUID) -> Response:
    """Give a reward within the budget of whoever gives: a published one silently and without
    points, one made for her with an e-mail."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        customers.customer(uow.session, current_actor(), customer_id)
        return given_told(uow, _given(uow, customer_id, dict(asked)))

    return writing_once(GivenAnswer, work, status=201)


def _given(uow: UnitOfWork, customer_id: UUID, asked: dict[str, Any]) -> GivenView:
    actor, reason = current_actor(), asked.pop("reason")
    template_id = asked.pop("template_id", None)
    if template_id is not None:
        return give_published(uow, actor, customer_id, template_id, reason=reason, clock=uow.clock)
    name = gettext("A present from %(brand)s", brand=current_brand().name)
    gesture = Gesture(new_id(), name, offer_sent(asked), reason)
    return give_reward(uow, actor, customer_id, gesture, clock=uow.clock)


def given_told(uow: UnitOfWork, given: GivenView) -> dict[str, Any]:
    uow.session.flush()
    told = {name: getattr(given, name) for name in GivenView.__dataclass_fields__}
    return {**told, "code": code_held(uow.session, given.holding_id)}


def template_told(row: TemplateRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in TemplateRow.__dataclass_fields__}
    return told | {"given_count": row.given.presents, "exchanged_count": row.given.for_points}
