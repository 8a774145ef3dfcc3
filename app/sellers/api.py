"""Sellers, for the staff of the brand: who sells, whether she may, with which address."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.accounts.web import from_token
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.api_pages import PageSchema, cursor_of, number_of
from app.http.auth import current_actor, open_to
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.sellers import presenters, queries, services
from app.sellers.schemas import (
    STATES,
    ChangeSellerSchema,
    NewSellerByAppSchema,
    SignInAddressSchema,
)
from app.sellers.services import NewSeller

bp = ApiBlueprint("api_sellers", "Sellers", about="For the staff of the brand.")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)


class FindSellersByAppSchema(PageSchema):
    q = fields.Text(minimum=0, maximum=100, load_default="")
    state = fields.Choice(STATES, load_default=None)


class SellerAnswer(answers.Answer):
    id = answers.Id()
    customer_id = answers.Id()
    """Her own card, on which she collects what she wins."""
    display_name = answers.Text()
    email = answers.Text(allow_none=True)
    """With which she signs in."""
    active = answers.Flag()
    has_joined = answers.Flag()
    book_size = answers.Number()
    last_seen_at = answers.Instant(allow_none=True)
    created_at = answers.Instant()


class SellersAnswer(answers.Answer):
    items = answers.many(SellerAnswer)
    total = answers.Number()
    next_cursor = answers.Text(allow_none=True)


@bp.route("/sellers")
@bp.arguments(FindSellersByAppSchema, location="query")
@bp.response(200, SellersAnswer)
def sellers(asked: dict[str, Any]) -> dict[str, Any]:
    """Sellers whose name or address holds every word of `q`; those who work first, by name."""
    start, limit = number_of(asked["cursor"]), asked["limit"]
    active = {"active": True, "suspended": False}.get(asked["state"])
    with reading() as uow:
        found = queries.all_sellers(uow.session, asked["q"], active)
        shown = found[start : start + limit]
        items = _told(uow.session, shown)
    further = cursor_of(start + limit) if start + limit < len(found) else None
    return {"items": items, "total": len(found), "next_cursor": further}


@bp.route("/sellers", methods=["POST"])
@takes_key
@bp.arguments(NewSellerByAppSchema)
@bp.response(201, SellerAnswer)
def add_seller(wish: NewSeller) -> Response:
    """A new seller with a card of her own; a link to choose a password goes to her address."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        seller_id = services.create_seller(uow, current_actor(), wish, clock=uow.clock)
        return _one(uow.session, seller_id)

    return writing_once(SellerAnswer, work, status=201)


@bp.route("/sellers/<uuid:seller_id>")
@bp.response(200, SellerAnswer)
def show_seller(seller_id: UUID) -> dict[str, Any]:
    """One seller. Her card is among the customers."""
    with reading() as uow:
        return _one(uow.session, seller_id)


@bp.route("/sellers/<uuid:seller_id>", methods=["PATCH"])
@bp.arguments(ChangeSellerSchema, required=False)
@bp.response(200, SellerAnswer)
def change_seller(parts: dict[str, Any], seller_id: UUID) -> dict[str, Any]:
    """Her name as customers know her, and whether she may sign in. For administrators."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        services.must_manage(actor)
        queries.seller(uow.session, seller_id)
        if "display_name" in parts:
            services.name_anew(uow, actor, seller_id, parts["display_name"])
        if parts.get("active") is False:
            services.suspend_seller(uow, actor, seller_id, clock=uow.clock)
        elif parts.get("active"):
            services.restore_seller(uow, actor, seller_id)
        return _one(uow.session, seller_id)

    return writing(work)


@bp.route("/sellers/<uuid:seller_id>/sign-in", methods=["PUT"])
@bp.arguments(SignInAddressSchema)
@bp.response(200, SellerAnswer)
def change_sign_in(asked: dict[str, Any], seller_id: UUID) -> dict[str, Any]:
    """Another address to sign in with: she is signed out everywhere, both addresses are told.

    For administrators.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        actor = current_actor()
        services.must_manage(actor)
        queries.seller(uow.session, seller_id)
        services.change_sign_in(uow, actor, seller_id, **asked, clock=uow.clock)
        return _one(uow.session, seller_id)

    return writing(work)


def _one(session: Session, seller_id: UUID) -> dict[str, Any]:
    session.flush()
    session.expire_all()
    return _told(session, [queries.seller(session, seller_id)])[0]


def _told(session: Session, found: list[queries.SellerView]) -> list[dict[str, Any]]:
    """Two statements more."""
    rows = presenters.rows(session, found)
    return [
        {
            "id": seller.id,
            "customer_id": seller.customer_id,
            "display_name": seller.display_name,
            "email": row.email,
            "active": seller.active,
            "has_joined": row.has_joined,
            "book_size": row.book_size,
            "last_seen_at": row.last_seen_at,
            "created_at": seller.created_at,
        }
        for seller, row in zip(found, rows, strict=True)
    ]
