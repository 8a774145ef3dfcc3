"""Published rewards, written by programs."""

from typing import Any
from uuid import UUID

from flask import Response

from app.accounts.web import from_token
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.auth import current_actor, open_to
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.loyalty.domain.settings import MAX_POINTS
from app.rewards.api.giving import OfferByAppSchema, TemplateAnswer, template_told
from app.rewards.domain.offers import TemplateState
from app.rewards.presenters.templates import template_rows
from app.rewards.queries.templates import template, times_given
from app.rewards.schemas.offer_form import offer_sent
from app.rewards.services import templates as store
from app.rewards.services.templates import Published

bp = ApiBlueprint("api_templates", "Rewards")
open_to(bp, Role.BRAND_ADMIN, via=from_token)

MOST_REVISIONS = 2_000_000_000


class TemplateByAppSchema(OfferByAppSchema):
    name = fields.Text(required=True, maximum=100)
    price_points = fields.Count(minimum=1, maximum=MAX_POINTS, allow_none=True)
    """What customers pay for it; null: it is only given."""


class SeenSchema(fields.StrictSchema):
    revision = fields.Count(required=True, minimum=1, maximum=MOST_REVISIONS)
    """The one that was read; 409 when somebody has changed it since."""


class ChangeTemplateSchema(TemplateByAppSchema, SeenSchema):
    """The whole of it: what is left out is as by default."""


@bp.route("/reward-templates", methods=["POST"])
@takes_key
@bp.arguments(TemplateByAppSchema)
@bp.response(201, TemplateAnswer)
def create(asked: dict[str, Any]) -> Response:
    """Publish a reward: to be given, exchanged for points, and named by rules."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        made = store.publish_template(uow, current_actor(), _wanted(asked), clock=uow.clock)
        return _told(uow, made)

    return writing_once(TemplateAnswer, work, status=201)


@bp.route("/reward-templates/<uuid:template_id>", methods=["PUT"])
@takes_key
@bp.arguments(ChangeTemplateSchema)
@bp.response(200, TemplateAnswer)
def change(asked: dict[str, Any], template_id: UUID) -> Response:
    """For what is given from now on, and for versions of the programme published from now on."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        seen = asked["revision"]
        wanted = _wanted({name: value for name, value in asked.items() if name != "revision"})
        store.change_template(
            uow, current_actor(), template_id, wanted, revision=seen, clock=uow.clock
        )
        return _told(uow, template_id)

    return writing_once(TemplateAnswer, work)


@bp.route("/reward-templates/<uuid:template_id>/publish", methods=["POST"])
@takes_key
@bp.arguments(SeenSchema)
@bp.response(200, TemplateAnswer)
def publish(asked: dict[str, Any], template_id: UUID) -> Response:
    """Again, after it was withdrawn."""
    return _put(template_id, TemplateState.ACTIVE, asked["revision"])


@bp.route("/reward-templates/<uuid:template_id>/withdraw", methods=["POST"])
@takes_key
@bp.arguments(SeenSchema)
@bp.response(200, TemplateAnswer)
def withdraw(asked: dict[str, Any], template_id: UUID) -> Response:
    """It is given no more; what was given stays, and so do versions that name it."""
    return _put(template_id, TemplateState.ARCHIVED, asked["revision"])


def _put(template_id: UUID, state: TemplateState, revision: int) -> Response:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        store.put_template(uow, actor, template_id, state, revision=revision, clock=uow.clock)
        return _told(uow, template_id)

    return writing_once(TemplateAnswer, work)


def _wanted(asked: dict[str, Any]) -> Published:
    offer = {name: value for name, value in asked.items() if name not in {"name", "price_points"}}
    return Published(asked["name"], offer_sent(offer), asked.get("price_points"))


def _told(uow: UnitOfWork, template_id: UUID) -> dict[str, Any]:
    uow.session.flush()
    view = template(uow.session, template_id)
    (row,) = template_rows(uow.session, [view], times_given(uow.session, [template_id]))
    return template_told(row)
