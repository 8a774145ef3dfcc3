"""How many customers a segment has today, and some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.customers.queries import CustomerView, Wanted
from app.kernel.actor import Actor
from app.orders.queries.buyers import buyers
from app.promotions.domain.crowds import Candidate, members
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import Segment

MOST = 10_000
"""Customers looked at for one page, by name; beyond them the count says so."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Crowd:
    count: int
    of: int
    """So many were looked at."""
    all_of: int
    """So many there are."""
    sample: list[Person]


def members_of(
    session: Session, actor: Actor, segment: Segment, plan: Plan, at: datetime
) -> list[UUID]:
    """Everybody of a segment, as far as customers are counted."""
    candidates = _candidates(
        session, customers.cards(session, actor, Wanted(), limit=MOST), plan, at
    )
    found = members([segment], plan, candidates, at)[segment.id]
    return [UUID(one.buyer.id) for one in found if one.buyer.id]


def crowds_of(
    session: Session, actor: Actor, segments: Sequence[Segment], plan: Plan, at: datetime
) -> dict[str, Crowd]:
    """By id of the segment. A constant number of statements."""
    cards = customers.cards(session, actor, Wanted(), limit=MOST)
    there = customers.how_many(session, actor, Wanted()) if len(cards) == MOST else None
    names = {str(card.id): card.name for card in cards}
    found = members(segments, plan, _candidates(session, cards, plan, at), at)
    return {
        key: Crowd(
            len(crowd),
            len(cards),
            len(cards) if there is None else there,
            [Person(one.buyer.id or "", names[one.buyer.id or ""]) for one in crowd[:SHOWN]],
        )
        for key, crowd in found.items()
    }


def _candidates(
    session: Session, cards: Sequence[CustomerView], plan: Plan, at: datetime
) -> list[Candidate]:
    zone = plan.settings.timezone
    known = buyers(session, [card.id for card in cards], at=at, zone=zone)
    return [Candidate(known[card.id], *_address(card)) for card in cards if card.id in known]


def _address(card: CustomerView) -> tuple[str | None, str | None, str | None]:
    return card.country or None, card.city or None, card.postcode or None
