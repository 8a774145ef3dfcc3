"""A brand's promotions, advantages and points, compiled once per configuration version."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.promotions.domain.terms import (
    Earning,
    FirstOrder,
    PlanSettings,
    Promotion,
    Segment,
    Spending,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Immutable and shared between requests. Without promotions, list prices apply."""

    version: int = 0
    settings: PlanSettings = field(default_factory=PlanSettings)
    promotions: tuple[Promotion, ...] = ()
    segments: tuple[Segment, ...] = ()
    """Highest priority first."""
    first_order: FirstOrder | None = None
    earning: Earning | None = None
    """None: orders earn nothing."""
    spending: Spending = field(default_factory=Spending)


EMPTY_PLAN = Plan()
