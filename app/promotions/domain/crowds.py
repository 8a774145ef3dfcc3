"""Who belongs to a segment, judged customer by customer as `price()` would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.promotions.domain.advantages import segments_of
from app.promotions.domain.cart import Buyer, Cart, Context, Shipping
from app.promotions.domain.compiling import compile_plan
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import Segment


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer without an order: her own address stands for that of a delivery."""

    buyer: Buyer
    country: str | None = None
    city: str | None = None
    postcode: str | None = None


def members(
    segments: Sequence[Segment], plan: Plan, candidates: Iterable[Candidate], at: datetime
) -> dict[str, list[Candidate]]:
    """Of each segment those who belong to it, in the order given."""
    compiled = compile_plan(replace(plan, promotions=(), segments=tuple(segments)))
    found: dict[str, list[Candidate]] = {segment.id: [] for segment in segments}
    for one in candidates:
        address = Shipping(country=one.country, city=one.city, postcode=one.postcode)
        facts = CartFacts(Cart(shipping=address), compiled, Context(at=at, buyer=one.buyer))
        for segment_id in segments_of(facts):
            found[segment_id].append(one)
    return found
