"""Gifts to choose: what to choose among, how many are left, what became of the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.catalog.presenters import picture_of, stock_words
from app.catalog.queries import ProductView
from app.kernel.text import identity_key
from app.rewards.presenters.holdings import last_day, noted
from app.rewards.presenters.shapes import Choice, GiftLine, Won
from app.rewards.presenters.titles import Terms, reward_title
from app.rewards.queries import ClaimView, GrantView

Products = Mapping[str, ProductView]

ORDER_STEPS = {"cart": "chosen", "placed": "ordered", "completed": "done"}


def gift_lines(
    session: Session,
    claims: Sequence[ClaimView],
    grants: Mapping[UUID, GrantView],
    why: Mapping[UUID, Won],
    *,
    order_status: Mapping[UUID, str],
    earned: Mapping[UUID, str],
) -> list[GiftLine]:
    """Claims with what may be chosen now. One statement, however many claims.

    `why` by grant id, `order_status` by order id, `earned` (where it was won) by the
    id of the meeting or, outside meetings, of the order.
    """
    references = [reference for claim in claims for reference in claim.choices]
    products = catalog.products_by_reference(session, references)
    lines = []
    for claim in claims:
        order = order_status.get(claim.order_id) if claim.order_id else None
        grant = grants[claim.grant_id] if claim.grant_id else None
        if grant is None:
            line = _line(claim, claim.terms or {}, products, noted(claim.terms or {}), order)
        else:
            line = _line(claim, grant.reward, products, why[grant.id].why, order)
            line = replace(line, earned_text=earned.get(claim.meeting_id or grant.scope_id))
        lines.append(line)
    return lines


def _line(
    claim: ClaimView, terms: Terms, products: Products, why: list[str], order_status: str | None
) -> GiftLine:
    choices = choices_of(claim, products)
    names = {key: product.name for key, product in products.items()}
    return GiftLine(
        claim_id=claim.id,
        title=reward_title(terms, names, 1),
        status=gift_status(claim, order_status),
        customer_id=claim.customer_id,
        meeting_id=claim.meeting_id,
        choose_by=last_day(claim.choose_before),
        choices=choices,
        chosen_id=claim.product_id,
        chosen_name=next((c.name for c in choices if c.id == claim.product_id), None),
        order_id=claim.order_id,
        earned_text=None,
        why=why,
    )


def choices_of(claim: ClaimView, products: Products) -> list[Choice]:
    """In the programme's order, without those that left the catalogue; her choice stays."""
    found = (products.get(identity_key(reference)) for reference in claim.choices)
    return [
        _choice(product)
        for product in found
        if product and (product.active or product.id == claim.product_id)
    ]


def _choice(product: ProductView) -> Choice:
    return Choice(
        id=product.id,
        name=product.name,
        image_url=picture_of(product),
        stock_text=stock_words(product.available),
        available=product.can_be_had,
    )


def gift_status(claim: ClaimView, order_status: str | None) -> str:
    """to_choose, chosen, ordered, done, expired or reversed."""
    if claim.status == "open":
        return "to_choose"
    if claim.status == "chosen":
        return ORDER_STEPS.get(order_status or "cart", "chosen")
    return claim.status
