"""The vocabulary of a pricing plan: what a brand configures, as `plan_format` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from app.kernel.conditions import Tree, Value
from app.kernel.money import Rounding


class Entry(StrEnum):
    """How a promotion comes into a cart."""

    AUTOMATIC = "automatic"
    CODE = "code"
    """By a typed code, or picked from the available ones."""
    MANUAL = "manual"
    """Picked by the seller."""
    ASSIGNED = "assigned"
    """Only for customers who hold it; applies when they pick it or type their code."""


class Selection(StrEnum):
    BEST = "best"
    PRIORITY = "priority"


class EffectKind(StrEnum):
    ORDER_PERCENT = "order_percent"
    ORDER_AMOUNT = "order_amount"
    PRODUCT_PERCENT = "product_percent"
    PRODUCT_AMOUNT = "product_amount"
    FIXED_PRICE = "fixed_price"
    BUY_X_GET_Y = "buy_x_get_y"
    FREE_PRODUCT = "free_product"
    GIFT_CHOICE = "gift_choice"
    SHIPPING_PERCENT = "shipping_percent"
    SHIPPING_AMOUNT = "shipping_amount"


class Pick(StrEnum):
    """Which units first, when only some of them are discounted."""

    DEAREST = "dearest"
    CHEAPEST = "cheapest"


class Per(StrEnum):
    """What an amount off products is taken from."""

    UNIT = "unit"
    TOTAL = "total"
    """Once, spread over the products in proportion to their remaining price."""


class Base(StrEnum):
    """What a percentage is of."""

    REMAINING = "remaining"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which products. Nothing named: all of them; what is left out wins over what is named."""

    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    without_products: frozenset[str] = frozenset()
    without_categories: frozenset[str] = frozenset()


ALL_PRODUCTS = Scope()


# ---------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class Comparison:
    """`op`: = != < <= > >= in (a ≤ x < b: `value`, `upper`) has (a set holds `value`)."""

    measure: str
    op: str
    value: Value
    upper: int | date | None = None
    scope: Scope = ALL_PRODUCTS
    """Narrows basket_net, basket_list, quantity."""


Condition = Tree[Comparison]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a condition may look at."""

    unit: str
    """cents, count, date, text, flag, or texts (a set: op `has`)"""
    of: str
    """cart, order, customer, meeting: a segment may ask about the customer and order ones only"""
    narrowed: bool = False
    about: str = ""


MEASURES: Mapping[str, Measure] = {
    "basket_net": Measure(
        "cents",
        "cart",
        narrowed=True,
        about="Products after the earlier steps, before this promotion, vouchers and points.",
    ),
    "basket_list": Measure(
        "cents", "cart", narrowed=True, about="Products at list prices (gross)."
    ),
    "quantity": Measure("count", "cart", narrowed=True, about="Units bought; gifts do not count."),
    "channel": Measure("text", "order", about="meeting, direct or web."),
    "seller": Measure("text", "order", about="Id of the seller."),
    "on": Measure("date", "order", about="Day of the order, in the brand's time zone."),
    "shipping_method": Measure("text", "order", about="Code of the method chosen."),
    "shipping_country": Measure("text", "order", about="Country of delivery, FR."),
    "shipping_city": Measure("text", "order", about="City of delivery, compared case-folded."),
    "shipping_postcode": Measure(
        "text", "order", about="Postcode of delivery; `=` compares whole, `starts` its beginning."
    ),
    "role": Measure("texts", "customer", about="Roles on the card."),
    "segment": Measure("texts", "customer", about="Segments of the plan the customer is in."),
    "professional": Measure("flag", "customer", about="Whether the customer is a professional."),
    "lifetime_spend": Measure("cents", "customer", about="Paid for orders that stand."),
    "past_orders": Measure("count", "customer", about="Earlier sales that stand."),
    "first_order": Measure("flag", "customer", about="Whether there is no earlier one."),
    "last_order_on": Measure("date", "customer", about="Day of the last earlier order."),
    "days_since_last_order": Measure("count", "customer", about="Days from it to this one."),
    "product_bought": Measure("texts", "customer", about="References bought before."),
    "shipping_method_used": Measure("texts", "customer", about="Methods used before."),
    "birthday": Measure("flag", "customer", about="Whether it is the day of the order."),
    "birthday_month": Measure("flag", "customer", about="Whether it is in the month of the order."),
    "customer_since": Measure("date", "customer", about="Day the card was made."),
    "is_host": Measure("flag", "meeting", about="Whether the customer hosts the meeting."),
    "meeting_theme": Measure("text", "meeting", about="Theme of the meeting."),
    "meeting_place": Measure("text", "meeting", about="host, seller, other or virtual."),
    "meeting_on": Measure("date", "meeting", about="Day of the meeting."),
}
"""What is not known satisfies no comparison, `!=` included."""


# ---------------------------------------------------------------- promotions


@dataclass(frozen=True, slots=True)
class Effect:
    """One record for every kind; the format says which fields go with which kind."""

    kind: EffectKind
    rate_bp: int = 0
    amount_cents: int = 0
    """Off, or the price of one unit for fixed_price."""
    cap_cents: int | None = None
    scope: Scope = ALL_PRODUCTS
    at_most_units: int | None = None
    pick: Pick = Pick.DEAREST
    per: Per = Per.UNIT
    buy: int = 0
    get: int = 0
    get_scope: Scope | None = None
    """None: what is got is of the same scope, and `buy + get` units make one set."""
    same_product: bool = False
    """What is got is the product bought, product by product; else the cheapest of the set."""
    products: tuple[str, ...] = ()
    """References given (free_product) or to choose among (gift_choice)."""
    units: int = 1
    """Of each free product, or how many may be chosen, each time."""
    methods: frozenset[str] = frozenset()
    """Codes of shipping methods; none: every one."""


@dataclass(frozen=True, slots=True)
class Hours:
    start: time
    end: time
    """The first minute that is too late; before `start`: on the next day."""


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive days in the brand's time zone; open-ended where None."""

    first: date | None = None
    last: date | None = None
    weekdays: frozenset[int] = frozenset()
    """1 Monday … 7 Sunday; none: every day."""
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Usage counts what still stands."""

    uses: int | None = None
    per_customer: int | None = None
    per_seller: int | None = None
    budget_cents: int | None = None
    partial: bool = False
    """A budget too small for the whole discount gives what is left instead of nothing."""


@dataclass(frozen=True, slots=True)
class Stacking:
    promotions: bool = True
    """With other promotions."""
    advantages: bool = True
    points: bool = True
    vouchers: bool = True
    itself: bool = False
    """Once per full multiple of its trigger, rather than once."""


@dataclass(frozen=True, slots=True)
class Promotion:
    id: str
    name: str
    effect: Effect
    entry: Entry = Entry.AUTOMATIC
    codes: tuple[str, ...] = ()
    """Shared codes, as shown; compared case-folded."""
    codes_elsewhere: bool = False
    """Whether there are more codes than those listed: batches of unguessable ones."""
    enabled: bool = True
    public: bool = True
    """Whether near misses are shown to customers."""
    priority: int = 0
    period: Period = Period()
    conditions: Condition | None = None
    limits: Limits = Limits()
    stacking: Stacking = Stacking()
    group: str = ""
    """Of the promotions of a group, at most one applies."""
    base: Base = Base.REMAINING
    skip_discounted: bool = False
    """Leaves out lines that an earlier promotion made cheaper."""
    gives_back_use: bool = True
    """Whether a cancelled order gives its use back."""

    @property
    def is_open(self) -> bool:
        """Whether anybody may pick it: of a code only when it is public and shared. Who holds a
        single code of a batch must type it."""
        if self.entry is Entry.CODE:
            return self.public and bool(self.codes)
        return self.entry is not Entry.ASSIGNED


# ---------------------------------------------------------------- advantages and points


@dataclass(frozen=True, slots=True)
class AdvantageTier:
    """From this basket (basket_net) or balance on; each ends where the next begins."""

    start: int
    """Cents of basket, or points of the balance in `PointTiers`."""
    rate_bp: int = 0
    amount_cents: int = 0
    every_points: int = 0
    """Loyalty only: `amount_cents` for each full block of so many points."""
    free_shipping: frozenset[str] | None = None
    """Codes of methods; the empty set: every one; None: no free shipping."""


@dataclass(frozen=True, slots=True)
class FirstOrder:
    tiers: tuple[AdvantageTier, ...] = ()
    earns_points: bool = True
    with_codes: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A set of customers; the first of the list (highest priority) that matches serves."""

    id: str
    name: str
    conditions: Condition
    tiers: tuple[AdvantageTier, ...] = ()
    earns_points: bool = True
    with_codes: bool = False


class AdvantageKind(StrEnum):
    SEGMENT = "segment"
    FIRST_ORDER = "first_order"
    LOYALTY = "loyalty"


class EarningMode(StrEnum):
    NONE = "none"
    PER_ORDER = "per_order"
    PER_AMOUNT = "per_amount"


@dataclass(frozen=True, slots=True)
class Earning:
    mode: EarningMode = EarningMode.PER_AMOUNT
    points: int = 1
    per_cents: int = 100
    """`points` for each so many cents of products actually paid, exact before rounding."""
    rounding: Rounding = Rounding.FLOOR
    with_codes_or_vouchers: bool = False
    with_advantages: bool = False
    product_points: bool = True
    """Per-product values override the rate."""


class SpendingMode(StrEnum):
    NONE = "none"
    RATE = "rate"
    TIERS = "tiers"


class Consumption(StrEnum):
    USED = "used"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PointValue:
    """`points` are worth `cents`."""

    points: int = 1
    cents: int = 1


@dataclass(frozen=True, slots=True)
class Spending:
    mode: SpendingMode = SpendingMode.NONE
    value_host: PointValue = PointValue()
    value_seller: PointValue = PointValue()
    value_customer: PointValue = PointValue()
    tiers: tuple[AdvantageTier, ...] = ()
    consumption: Consumption = Consumption.USED
    from_order: int = 1
    """From the customer's Nth order on."""
    minimum_basket_cents: int = 0
    with_codes: bool = False
    with_advantages: bool = False
    """In mode `rate`: with a segment or first-order advantage."""


@dataclass(frozen=True, slots=True)
class PlanSettings:
    timezone: str = "Europe/Paris"
    currency: str = "EUR"
    selection: Selection = Selection.BEST
    advantage_order: tuple[AdvantageKind, ...] = (
        AdvantageKind.SEGMENT,
        AdvantageKind.FIRST_ORDER,
        AdvantageKind.LOYALTY,
    )
    segments_used: int = 3
    """How many segments may carry an advantage."""
