"""The vocabulary of a programme: who, when, if, what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.kernel.conditions import Tree, Value
from app.kernel.money import Rounding


class Beneficiary(StrEnum):
    HOST = "host"
    GUEST = "guest"
    SELLER = "seller"


class Trigger(StrEnum):
    HOSTING = "hosting"
    DURING_MEETING = "during_meeting"
    GUEST_BOOKING = "guest_booking"
    REBOOKED_HOSTING = "rebooked_hosting"
    DIRECT_SALE = "direct_sale"
    MEETING_SALE = "meeting_sale"
    SPEND = "spend"
    """A pot is full."""


SALES = frozenset({Trigger.DIRECT_SALE, Trigger.MEETING_SALE})
"""Triggers judged order by order; the others judge a meeting, but for pots, which have their own
way (`Pot.fed_by`)."""

TRIGGERS_OF: Mapping[Beneficiary, tuple[Trigger, ...]] = {
    Beneficiary.HOST: (
        Trigger.HOSTING,
        Trigger.DURING_MEETING,
        Trigger.GUEST_BOOKING,
        Trigger.REBOOKED_HOSTING,
        Trigger.SPEND,
    ),
    Beneficiary.GUEST: (
        Trigger.DIRECT_SALE,
        Trigger.MEETING_SALE,
        Trigger.DURING_MEETING,
        Trigger.GUEST_BOOKING,
        Trigger.SPEND,
    ),
    Beneficiary.SELLER: tuple(Trigger),
}


class RewardKind(StrEnum):
    POINTS_FIXED = "points_fixed"
    POINTS_PERCENT_TURNOVER = "points_percent_turnover"
    POINTS_PERCENT_ORDER = "points_percent_order"
    GIFT_PRODUCT = "gift_product"
    GIFT_CHOICE = "gift_choice"
    PROMO_CODE = "promo_code"
    VOUCHER = "voucher"
    UNIT_VOUCHER = "unit_voucher"
    FREE_SHIPPING = "free_shipping"
    HALF_PRICE_ITEMS = "half_price_items"


class Unit(StrEnum):
    """What the value of an award counts; also the families a lane may hold."""

    POINTS = "points"
    UNITS = "units"
    CODES = "codes"
    CENTS = "cents"


UNIT_OF: Mapping[RewardKind, Unit] = {
    RewardKind.POINTS_FIXED: Unit.POINTS,
    RewardKind.POINTS_PERCENT_TURNOVER: Unit.POINTS,
    RewardKind.POINTS_PERCENT_ORDER: Unit.POINTS,
    RewardKind.GIFT_PRODUCT: Unit.UNITS,
    RewardKind.GIFT_CHOICE: Unit.UNITS,
    RewardKind.PROMO_CODE: Unit.CODES,
    RewardKind.VOUCHER: Unit.CENTS,
    RewardKind.UNIT_VOUCHER: Unit.UNITS,
    RewardKind.FREE_SHIPPING: Unit.CODES,
    RewardKind.HALF_PRICE_ITEMS: Unit.CODES,
}


class TierMode(StrEnum):
    BEST = "best"
    CUMULATIVE = "cumulative"
    MARGINAL = "marginal"
    EVERY = "every"


VOUCHERS = frozenset({RewardKind.VOUCHER, RewardKind.UNIT_VOUCHER})


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a condition may look at."""

    unit: str
    """cents, count, date, text, flag, or texts (a set: op `has`)"""
    of_meeting: bool = True
    of_order: bool = False
    of_winner: bool = False
    """Whether it is looked at for each person who may be paid."""
    known: bool = True
    """Whether facts always tell it, so that steps may climb it."""
    narrowed_by: tuple[str, ...] = ()
    """Fields that narrow it down."""
    about: str = ""

    @property
    def is_number(self) -> bool:
        return self.unit in {"cents", "count"}


MEASURES: Mapping[str, Measure] = {
    "turnover": Measure(
        "cents",
        narrowed_by=("without_products", "without_categories"),
        about="Turnover of the meeting by the rule's turnover settings, in cents.",
    ),
    "orders": Measure("count", narrowed_by=("of_at_least_cents",), about="Orders counted."),
    "orders_not_by_host": Measure(
        "count",
        narrowed_by=("of_at_least_cents",),
        about="Orders counted that neither the host nor a co-host placed.",
    ),
    "buyers": Measure("count", about="Distinct customers with an order counted."),
    "new_customers": Measure("count", about="Participants marked as new customers."),
    "participants": Measure("count", about="Guests invited, accepted or present."),
    "attended": Measure("count", about="Guests ticked as present."),
    "bookings_made": Measure("count", about="Bookings standing or held."),
    "bookings_confirmed": Measure("count", about="Bookings held that meet the booking settings."),
    "quantity": Measure(
        "count",
        of_order=True,
        narrowed_by=("products", "categories"),
        about="Units in the orders counted, of the products or categories named (default: all).",
    ),
    "sets": Measure(
        "count",
        of_order=True,
        narrowed_by=("sets",),
        about="Full sets in the orders counted: as many as the scarcest of their parts allows.",
    ),
    "score": Measure(
        "count",
        of_order=True,
        narrowed_by=("parts",),
        about="Points of several measures: `weight` for each full `per` of them.",
    ),
    "held_on": Measure("date", about="Day the meeting was held."),
    "created_on": Measure("date", about="Day the meeting was created."),
    "place": Measure("text", about="host, seller, other or virtual."),
    "theme": Measure("text", about="Theme of the meeting."),
    "catalogue": Measure(
        "text", of_order=True, about="Catalogue of the meeting; of a sale, that of the order."
    ),
    "virtual": Measure("flag", about="Whether the place of the meeting is virtual."),
    "seller_is_host": Measure("flag", about="Whether the seller hosts the meeting."),
    "order_net": Measure(
        "cents", of_meeting=False, of_order=True, about="Net amount of the order, in cents."
    ),
    "channel": Measure("text", of_meeting=False, of_order=True, about="meeting, direct or web."),
    "placed_on": Measure(
        "date", of_meeting=False, of_order=True, about="Day the order was placed."
    ),
    "first_order": Measure(
        "flag", of_meeting=False, of_order=True, about="Whether it is the customer's first order."
    ),
    "month": Measure(
        "text", of_order=True, about="Month of the meeting, of a sale that of the order: 1 to 12."
    ),
    "weekday": Measure(
        "text", of_order=True, about="Day of the week of the meeting, of a sale that of the order."
    ),
    "meetings_held": Measure(
        "count",
        known=False,
        narrowed_by=("with_this_seller", "held_from", "held_before", "within_days"),
        about="Meetings the host held as host on earlier days than this one.",
    ),
    "last_meeting_on": Measure(
        "date",
        narrowed_by=("with_this_seller",),
        about="Day of the last meeting she held as host before this one.",
    ),
    "days_since_last_meeting": Measure(
        "count",
        known=False,
        narrowed_by=("with_this_seller",),
        about="Days from the last meeting she held as host to this one.",
    ),
    "role": Measure(
        "texts", of_order=True, of_winner=True, about="Roles of the person who would be paid."
    ),
    "segment": Measure(
        "texts", of_order=True, of_winner=True, about="Segments the person who would be paid is in."
    ),
    "country": Measure(
        "text", of_order=True, of_winner=True, about="Her country, as two letters: FR."
    ),
    "department": Measure(
        "text", of_order=True, of_winner=True, about="Her department: 75, 2A, 974."
    ),
}


OF_HISTORY = frozenset(
    name for name, measure in MEASURES.items() if "with_this_seller" in measure.narrowed_by
)
"""Measures of what the host held before."""


@dataclass(frozen=True, slots=True)
class SetPart:
    """So many units of these products and categories together."""

    quantity: int
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScorePart:
    measure: str
    weight: int = 1
    per: int = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """A measure, narrowed down or not."""

    measure: str
    of_at_least_cents: int = 0
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    without: bool = False
    """Whether products and categories are those left out, rather than those looked at."""
    with_this_seller: bool = False
    held_from: date | None = None
    held_before: date | None = None
    within_days: int | None = None
    """Before the meeting itself."""
    sets: tuple[SetPart, ...] = ()
    parts: tuple[ScorePart, ...] = ()
    """Of a score."""

    @property
    def unit(self) -> str:
        return MEASURES[self.measure].unit


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: Subject
    op: str
    value: Value
    upper: int | date | None = None


Condition = Tree[Comparison]


@dataclass(frozen=True, slots=True)
class TurnoverBase:
    """Which orders and which part of them make the base of a rule."""

    tax: str = "incl"
    """incl or excl"""
    points_used: str = "deducted"
    """deducted or kept"""
    host_orders: str = "included"
    """included, excluded, excluded_from_counts or paid_part"""
    seller_orders: str = "excluded"
    """excluded or included"""


@dataclass(frozen=True, slots=True)
class BookingTerms:
    window_days: int | None = 60
    """Days after the origin's first planned date; None: no limit."""
    minimum_turnover_cents: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    turnover: TurnoverBase = TurnoverBase()
    booking: BookingTerms = BookingTerms()
    rounding: Rounding = Rounding.HALF_UP
    cents_per_100_points: int = 100
    """What points cost the brand, for caps in money."""
    host_participates: bool = False
    """Whether a host listed among the participants is counted as one."""


@dataclass(frozen=True, slots=True)
class Reward:
    id: str
    kind: RewardKind
    amount: int
    """points, units, codes or cents; 0 for a rate"""
    rate_bp: int
    unit: Unit
    rounding: Rounding
    terms: Mapping[str, Any]
    """As in the document, defaults filled in, with its id. Never changed after compiling."""

    @property
    def is_rate(self) -> bool:
        return self.amount == 0


@dataclass(frozen=True, slots=True)
class Step:
    start: int
    rewards: tuple[Reward, ...]


@dataclass(frozen=True, slots=True)
class Tiers:
    subject: Subject
    mode: TierMode
    steps: tuple[Step, ...]
    at_most: int | None = None
    """In mode every: how many slices pay at most."""


class CapPer(StrEnum):
    MEETING = "meeting"
    PERSON = "person"
    ALL = "all"


class CapOf(StrEnum):
    TIMES = "times"
    """How often the rule pays."""
    VALUE = "value"
    """Points, units, codes or cents."""
    MONEY = "money"
    """Cents of what it costs the brand."""


class Period(StrEnum):
    EVER = "ever"
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Cap:
    per: CapPer
    of: CapOf
    most: int
    period: Period = Period.EVER
    """Of the calendar, in which a share is taken; a meeting has its own."""

    @property
    def id(self) -> str:
        """Stable while the cap says the same but for how much: `person-month-times`."""
        return f"{self.per}-{self.period}-{self.of}"


class PotMeasure(StrEnum):
    SPEND = "spend"
    UNITS = "units"
    BASKETS = "baskets"
    MEETINGS = "meetings"


class Resets(StrEnum):
    NEVER = "never"
    YEARLY = "yearly"
    AT_END = "at_end"


@dataclass(frozen=True, slots=True)
class Pot:
    """What counts over time for one person; each time `threshold` is in it, it pays."""

    measure: PotMeasure
    threshold: int
    """Cents of what is spent, else a count."""
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    """Only these feed it; none named: everything does."""
    basket_from_cents: int = 0
    """Only baskets of at least this amount feed it."""
    with_shipping: bool = False
    resets: Resets = Resets.NEVER
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day that counts."""
    description: str = ""
    images: tuple[str, ...] = ()
    """Ids of the pictures of rewards that show it."""

    @property
    def unit(self) -> str:
        return "cents" if self.measure is PotMeasure.SPEND else "count"

    @property
    def fed_by(self) -> str:
        """order or meeting"""
        return "meeting" if self.measure is PotMeasure.MEETINGS else "order"

    def period_of(self, day: date | None) -> str:
        """Which of her pots a day feeds: each year has its own, or each run of the programme."""
        if self.resets is Resets.YEARLY and day is not None:
            return str(day.year)
        if self.resets is Resets.AT_END and self.starts_on is not None:
            return self.starts_on.isoformat()
        return ""

    def counts_on(self, day: date | None) -> bool:
        """A day that is not known is not between two others."""
        if day is None:
            return self.resets is not Resets.YEARLY and not (self.starts_on or self.ends_on)
        return (self.starts_on or day) <= day <= (self.ends_on or day)


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    name: str
    beneficiary: Beneficiary
    trigger: Trigger
    conditions: Condition | None
    rewards: tuple[Reward, ...]
    tiers: Tiers | None
    lane: str
    turnover: TurnoverBase
    booking: BookingTerms
    enabled: bool = True
    """Whether it takes part; one that does not is kept for later."""
    caps: tuple[Cap, ...] = ()
    cents_per_unit: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    """By reward id, what one unit of its value costs the brand, as far as it is known."""
    of_winner: bool = False
    """Whether its conditions look at the person who would be paid."""
    pot: Pot | None = None
    """Of a rule with the trigger spend."""

    @property
    def judges_orders(self) -> bool:
        return judges_orders(self.trigger, self.pot)

    @property
    def all_rewards(self) -> tuple[Reward, ...]:
        if self.tiers is None:
            return self.rewards
        return tuple(reward for step in self.tiers.steps for reward in step.rewards)


def judges_orders(trigger: Trigger, pot: Pot | None) -> bool:
    """Whether a rule looks at one order at a time, rather than at a meeting."""
    if trigger is Trigger.SPEND:
        return pot is not None and pot.fed_by == "order"
    return trigger in SALES
