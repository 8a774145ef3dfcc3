"""Published rewards as lists show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.promotions.presenters.shelf import names_of_products
from app.rewards.domain.offers import OfferKind
from app.rewards.presenters.offers import offer_conditions, offer_sentences, offer_title
from app.rewards.queries.templates import Given, TemplateView, for_points

NEVER = Given()


@dataclass(frozen=True, slots=True)
class TemplateRow:
    id: UUID
    key: str
    kind: OfferKind
    name: str
    sentences: list[str]
    """The last one says whether it is for points."""
    cents: int
    price_points: int | None
    state: str
    revision: int
    given: Given


@dataclass(frozen=True, slots=True)
class ForPoints:
    """A reward that points can be exchanged for. `id` is that of the published reward."""

    id: UUID
    name: str
    title: str
    conditions: list[str]
    points: int
    missing: int
    """How many points she lacks; 0: it can be hers."""


def template_rows(
    session: Session, found: Sequence[TemplateView], given: Mapping[UUID, Given] | None = None
) -> list[TemplateRow]:
    """One statement, however many."""
    names = names_of_products(session, [dict(one.offer.values) for one in found])
    return [
        TemplateRow(
            id=one.id,
            key=one.key,
            kind=one.offer.kind,
            name=one.name,
            sentences=offer_sentences(one.offer, one.price_points, names),
            cents=one.cents,
            price_points=one.price_points,
            state=one.state,
            revision=one.revision,
            given=(given or {}).get(one.id, NEVER),
        )
        for one in found
    ]


def rewards_for_points(session: Session, available: int, day: date) -> list[ForPoints]:
    """For somebody with so many points to spend on that day. Two statements."""
    found = for_points(session, day)
    names = names_of_products(session, [dict(one.offer.values) for one in found])
    return [
        ForPoints(
            one.id,
            one.name,
            offer_title(one.offer, names),
            offer_conditions(one.offer, names),
            one.price_points,
            max(0, one.price_points - available),
        )
        for one in found
        if one.price_points
    ]
