"""How points live in a brand: when they can be used, for how long, and what may be done with them.

What orders earn and what points are worth stands in the pricing plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.kernel.clock import end_of_day, local_day
from app.kernel.money import MAX_CENTS
from app.kernel.shape import (
    BAD,
    Choice,
    Flag,
    Many,
    Problem,
    Problems,
    Record,
    Shape,
    Text,
    Whole,
    absent,
    maybe,
    optional,
)
from app.kernel.words import N_
from app.loyalty.domain.movements import Awaits

MAX_POINTS = 100_000_000
MAX_DAYS = 3_660
COMMON_YEAR = 2001
BENEFICIARIES = ("customer", "host", "seller")


class RewardsAvailable(StrEnum):
    """When points won at a meeting can be used."""

    CLOSE = "close"
    SHIPMENT = "shipment"
    """Of all its orders."""
    WITHDRAWAL = "withdrawal"
    """The last of its orders can no longer be sent back."""


class Unused(StrEnum):
    """What becomes of points whose code expires unused."""

    LOST = "lost"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Expiry:
    """So many days after they became available, or on a fixed day of the year (month, day), that
    day included."""

    days: int | None = None
    on: tuple[int, int] | None = None

    def instant(self, available_at: datetime, zone: str) -> datetime:
        """The first instant at which it is too late."""
        day = local_day(available_at, zone)
        if self.days is not None:
            return end_of_day(day + timedelta(days=self.days), zone)
        assert self.on is not None
        this_year = date(day.year, *self.on)
        return end_of_day(this_year if this_year >= day else date(day.year + 1, *self.on), zone)

    def to_json(self) -> dict[str, Any]:
        if self.days is not None:
            return {"days": self.days}
        assert self.on is not None
        return {"on": "{:02d}-{:02d}".format(*self.on)}

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Expiry | None:
        if not stored:
            return None
        if "days" in stored:
            return cls(days=stored["days"])
        month, day = stored["on"].split("-")
        return cls(on=(int(month), int(day)))


@dataclass(frozen=True, slots=True)
class Conversion:
    """Of points into a promo code of her own."""

    allowed: bool = True
    valid_days: int = 90
    unused: Unused = Unused.LOST
    least_points: int = 1


@dataclass(frozen=True, slots=True)
class Goodwill:
    """What one member of the staff may give by hand in a calendar month; None: no limit."""

    points_per_month: int | None = None
    cents_per_month: int | None = None
    below_zero: bool = False
    """Whether taking points by hand may leave a debt, as far as `debt_cap`."""


@dataclass(frozen=True, slots=True)
class LoyaltySettings:
    orders_available: Awaits = Awaits.SHIPMENT
    rewards_available: RewardsAvailable = RewardsAvailable.CLOSE
    withdrawal_days: int = 14
    expiry: Mapping[str, Expiry] = field(default_factory=dict)
    """By beneficiary (customer, host, seller); without one, points do not expire."""
    reminders_days: tuple[int, ...] = (30, 7, 1)
    ceiling: int | None = None
    """The most a customer may have, pending points included."""
    debt_cap: int = 0
    """How many points a customer may owe when what is taken back is spent already."""
    transfers: bool = False
    conversion: Conversion = Conversion()
    future_amount: bool = False
    """Whether a host may spend, in her own meeting, points that meeting will bring her."""
    goodwill: Goodwill = Goodwill()

    def expiry_of(self, beneficiary: str) -> Expiry | None:
        return self.expiry.get(beneficiary)

    def expires_at(self, beneficiary: str, available_at: datetime, zone: str) -> datetime | None:
        rule = self.expiry_of(beneficiary)
        return rule.instant(available_at, zone) if rule else None


# ---------------------------------------------------------------- the document


class YearDay(Shape):
    """A day that every year has, as MM-DD."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        text = Text(most=5).read(value, path, problems)
        if text is BAD:
            return BAD
        try:
            day = date.fromisoformat(f"{COMMON_YEAR}-{text}")
        except ValueError:
            words = N_("Write a day that every year has, as MM-DD: 12-31.")
            problems.append(Problem(path, "no_such_day", words))
            return BAD
        return (day.month, day.day)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$", "description": "MM-DD"}


def _expiry(values: dict[str, Any], path: str, problems: Problems) -> Any:
    if (values["days"] is None) == (values["on"] is None):
        words = N_("Give either days or on.")
        problems.append(Problem(path, "days_or_on", words))
        return BAD
    return Expiry(**values)


EXPIRY = Record(
    "expiry",
    {
        "days": absent(Whole(1, MAX_DAYS, "After the points became available.")),
        "on": absent(YearDay()),
    },
    "How long points last; the last day is included.",
    _expiry,
)
EXPIRIES = Record(
    "expiries",
    {name: absent(EXPIRY) for name in BENEFICIARIES},
    "By who won them. Left out: they do not expire.",
    lambda values, _path, _problems: {name: rule for name, rule in values.items() if rule},
)
CONVERSION = Record(
    "conversion",
    {
        "allowed": optional(Flag("Whether points may become a promo code."), default=True),
        "valid_days": optional(Whole(1, MAX_DAYS, "How long the code may be used."), 90),
        "unused": optional(
            Choice(tuple(Unused), "What becomes of the points of a code not used.", build=Unused),
            Unused.LOST,
        ),
        "least_points": optional(Whole(1, MAX_POINTS, "The fewest points at once."), 1),
    },
    "Of points into a promo code of her own; in mode “rate” only.",
    lambda values, _path, _problems: Conversion(**values),
)
GOODWILL = Record(
    "goodwill",
    {
        "points_per_month": maybe(Whole(0, MAX_POINTS, "One member of the staff, by hand.")),
        "cents_per_month": maybe(Whole(0, MAX_CENTS, "The same, of vouchers and codes.")),
        "below_zero": optional(Flag("Whether taking points may leave a debt."), default=False),
    },
    build=lambda values, _path, _problems: Goodwill(**values),
)


def _settings(values: dict[str, Any], _path: str, problems: Problems) -> Any:
    made = {
        **values,
        "expiry": values["expiry"] or {},
        "conversion": values["conversion"] or Conversion(),
        "goodwill": values["goodwill"] or Goodwill(),
        "reminders_days": tuple(sorted(values["reminders_days"], reverse=True)),
    }
    settings = LoyaltySettings(**made)
    if settings.goodwill.below_zero and not settings.debt_cap:
        words = N_("Say how many points may be owed: give debt_cap.")
        problems.append(Problem("debt_cap", "debt_cap_missing", words))
    if settings.ceiling is not None and settings.conversion.least_points > settings.ceiling:
        words = N_("Nobody could ever have so many: the ceiling is %(ceiling)s.")
        params = {"ceiling": settings.ceiling}
        problems.append(Problem("conversion.least_points", "above_ceiling", words, params))
    return settings


SETTINGS = Record(
    "loyalty_settings",
    {
        "orders_available": optional(
            Choice(tuple(Awaits), "When points of an order can be used.", build=Awaits),
            Awaits.SHIPMENT,
        ),
        "rewards_available": optional(
            Choice(
                tuple(RewardsAvailable),
                "When points of a meeting can be used.",
                build=RewardsAvailable,
            ),
            RewardsAvailable.CLOSE,
        ),
        "withdrawal_days": optional(Whole(0, 365, "After delivery, else after shipment."), 14),
        "expiry": absent(EXPIRIES),
        "reminders_days": optional(
            Many(Whole(1, 365), most=10, distinct=True, about="Days before they expire."),
            (30, 7, 1),
        ),
        "ceiling": maybe(Whole(1, MAX_POINTS, "The most a customer may have.")),
        "debt_cap": optional(Whole(0, MAX_POINTS, "The most a customer may owe."), 0),
        "transfers": optional(Flag("Whether customers may give points away."), default=False),
        "conversion": absent(CONVERSION),
        "future_amount": optional(
            Flag("Whether a host may spend, in her meeting, the points it will bring her."),
            default=False,
        ),
        "goodwill": absent(GOODWILL),
    },
    "How points live.",
    _settings,
)


def read_settings(document: Any, problems: Problems) -> LoyaltySettings | None:
    """None when something is wrong, which `problems` then name."""
    found = SETTINGS.read(document, "", problems)
    return found if isinstance(found, LoyaltySettings) and not problems else None
