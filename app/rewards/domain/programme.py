"""The compiled programme of a brand: one immutable JSON document per version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Beneficiary(StrEnum):
    HOST = "host"
    GUEST = "guest"
    SELLER = "seller"


class Trigger(StrEnum):
    HOSTING = "hosting"
    DURING_MEETING = "during_meeting"
    GUEST_BOOKING = "guest_booking"
    DIRECT_SALE = "direct_sale"
    MEETING_SALE = "meeting_sale"


class RewardKind(StrEnum):
    POINTS_FIXED = "points_fixed"
    POINTS_PERCENT_TURNOVER = "points_percent_turnover"
    POINTS_PERCENT_ORDER = "points_percent_order"
    GIFT_PRODUCT = "gift_product"
    GIFT_CHOICE = "gift_choice"
    PROMO_CODE = "promo_code"
    VOUCHER = "voucher"


class TierMode(StrEnum):
    BEST = "best"
    CUMULATIVE = "cumulative"
    MARGINAL = "marginal"
    EVERY = "every"


class Rounding(StrEnum):
    HALF_UP = "half_up"
    FLOOR = "floor"
    CEIL = "ceil"


@dataclass(frozen=True, slots=True)
class TurnoverBase:
    """Which orders and which part of them make the base of a rule."""

    tax: str = "incl"
    points_used: str = "deducted"
    host_orders: str = "included"
    seller_orders: str = "excluded"


@dataclass(frozen=True, slots=True)
class BookingTerms:
    window_days: int | None = 60
    minimum_turnover_cents: int = 0


@dataclass(frozen=True, slots=True)
class Reward:
    id: str
    kind: RewardKind
    amount: int
    """points, units, codes or cents; 0 when it is a rate"""
    rate_bp: int
    unit: str
    rounding: Rounding
    terms: Mapping[str, Any]
    """As in the document, with its id."""


@dataclass(frozen=True, slots=True)
class Settings:
    turnover: TurnoverBase = TurnoverBase()
    booking: BookingTerms = BookingTerms()
    rounding: Rounding = Rounding.HALF_UP
    count_host_as_participant: bool = False


def compile_programme(document: Mapping[str, Any]) -> Any:
    """Turn a document into a programme, or raise `ProgrammeInvalid` with everything wrong in it."""
    raise NotImplementedError
