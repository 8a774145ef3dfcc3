"""What a brand gives by itself: to a segment, on a first order, for a balance of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.money import BASIS
from app.promotions.domain.effects import Part, amount_off
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.judging import Left, holds
from app.promotions.domain.portions import half_up
from app.promotions.domain.terms import (
    ALL_PRODUCTS,
    AdvantageKind,
    AdvantageTier,
    Consumption,
    Segment,
    SpendingMode,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An advantage this customer is entitled to, once one of its tiers is reached."""

    kind: AdvantageKind
    source: str
    name: str
    tiers: tuple[AdvantageTier, ...]
    """Rising."""
    with_codes: bool
    with_points: bool = True
    minimum_basket_cents: int = 0
    points: int | None = None
    """The balance that tiers are read by; None: they are read by the basket."""

    def reached(self, basket_cents: int) -> AdvantageTier | None:
        if basket_cents < self.minimum_basket_cents:
            return None
        height = basket_cents if self.points is None else self.points
        reached = [tier for tier in self.tiers if tier.start <= height]
        return reached[-1] if reached else None

    def reachable(self, basket_cents: int) -> tuple[AdvantageTier, ...]:
        """Tiers that a basket of at most that much may be in."""
        if self.points is not None:
            tier = self.reached(basket_cents)
            return (tier,) if tier else ()
        if basket_cents < self.minimum_basket_cents:
            return ()
        return tuple(tier for tier in self.tiers if tier.start <= basket_cents)


@dataclass(frozen=True, slots=True)
class Advantage:
    """The one that serves a cart."""

    offer: Offer
    tier: AdvantageTier
    parts: tuple[Part, ...]
    free_shipping: bool

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)

    def points_used(self) -> int:
        """Whole blocks, partly used ones included; otherwise where the tier begins."""
        if self.offer.points is None:
            return 0
        if self.tier.every_points and self.tier.amount_cents:
            return -(-self.amount // self.tier.amount_cents) * self.tier.every_points
        return self.tier.start


def consumed(used: int, balance: int, policy: Consumption) -> int:
    """Points taken from the balance when so many were of use."""
    if policy is Consumption.NONE or not used:
        return 0
    return max(balance, used) if policy is Consumption.ALL else used


def segments_of(facts: CartFacts) -> frozenset[str]:
    """Segments the buyer is in."""
    for segment in facts.plan.plan.segments:
        if holds(segment.conditions, facts, facts.start):
            facts.segments |= {segment.id}
    return facts.segments


def serving_segment(facts: CartFacts) -> Segment | None:
    """The first of those in use that the buyer is in."""
    return next((one for one in facts.plan.offering if one.id in facts.segments), None)


def offers_to(facts: CartFacts) -> tuple[Offer, ...]:
    """Advantages the buyer is entitled to and has not declined, in the brand's order."""
    made = {
        AdvantageKind.SEGMENT: _for_segment,
        AdvantageKind.FIRST_ORDER: _for_first_order,
        AdvantageKind.LOYALTY: _for_points,
    }
    offers = [
        made[kind](facts)
        for kind in facts.plan.plan.settings.advantage_order
        if kind.value not in facts.cart.declined
    ]
    return tuple(offer for offer in offers if offer is not None and offer.tiers)


def _for_segment(facts: CartFacts) -> Offer | None:
    segment = serving_segment(facts)
    if segment is None:
        return None
    return Offer(
        kind=AdvantageKind.SEGMENT,
        source=segment.id,
        name=segment.name,
        tiers=_rising(segment.tiers),
        with_codes=segment.with_codes,
        with_points=facts.plan.plan.spending.with_advantages,
    )


def _for_first_order(facts: CartFacts) -> Offer | None:
    terms = facts.plan.plan.first_order
    if terms is None or not facts.value("first_order"):
        return None
    return Offer(
        kind=AdvantageKind.FIRST_ORDER,
        source=AdvantageKind.FIRST_ORDER.value,
        name="",
        tiers=_rising(terms.tiers),
        with_codes=terms.with_codes,
        with_points=facts.plan.plan.spending.with_advantages,
    )


def _for_points(facts: CartFacts) -> Offer | None:
    spending, buyer = facts.plan.plan.spending, facts.context.buyer
    if spending.mode is not SpendingMode.TIERS or buyer.id is None:
        return None
    if buyer.past_orders + 1 < spending.from_order:
        return None
    return Offer(
        kind=AdvantageKind.LOYALTY,
        source=AdvantageKind.LOYALTY.value,
        name="",
        tiers=_rising(spending.tiers),
        with_codes=spending.with_codes,
        minimum_basket_cents=spending.minimum_basket_cents,
        points=buyer.points,
    )


def _rising(tiers: tuple[AdvantageTier, ...]) -> tuple[AdvantageTier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.start))


def serve(offers: Sequence[Offer], facts: CartFacts, left: Left) -> Advantage | None:
    """The first offer of which a tier is reached; None also when it would give nothing."""
    basket = sum(left[index] for index in facts.bought)
    for offer in offers:
        tier = offer.reached(basket)
        if tier is not None:
            served = _served(offer, tier, facts, left)
            return served if served.parts or served.free_shipping else None
    return None


def _served(offer: Offer, tier: AdvantageTier, facts: CartFacts, left: Left) -> Advantage:
    lines = facts.discountable(ALL_PRODUCTS)
    amount = _worth(offer, tier, sum(left[index] for index in lines))
    return Advantage(
        offer=offer,
        tier=tier,
        parts=tuple(amount_off(amount, facts, left, lines)),
        free_shipping=frees_shipping(tier, facts),
    )


def _worth(offer: Offer, tier: AdvantageTier, remaining: int) -> int:
    percent = half_up(remaining * tier.rate_bp, BASIS)
    if tier.every_points and offer.points is not None:
        return percent + tier.amount_cents * (offer.points // tier.every_points)
    return percent + tier.amount_cents


def frees_shipping(tier: AdvantageTier, facts: CartFacts) -> bool:
    if tier.free_shipping is None:
        return False
    return not tier.free_shipping or facts.cart.shipping.method in tier.free_shipping


def most(offers: Sequence[Offer], facts: CartFacts, left: Left) -> tuple[list[Part], bool]:
    """More than any of them could ever give here: the dearest amount, and shipping if any."""
    reachable = [
        _served(offer, tier, facts, left)
        for offer in offers
        for tier in offer.reachable(facts.products)
    ]
    best = max(reachable, key=lambda served: served.amount, default=None)
    return list(best.parts) if best else [], any(served.free_shipping for served in reachable)
