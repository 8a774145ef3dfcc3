"""A brand's promotions, compiled once per configuration version."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Immutable and shared between requests. Without promotions, list prices apply."""

    version: int = 0


EMPTY_PLAN = Plan()
