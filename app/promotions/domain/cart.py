"""What is being bought, by whom, with what they typed and hold: everything `price()` may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.promotions.domain.quote import Ahead
from app.promotions.domain.terms import ALL_PRODUCTS, Promotion, Scope


class Channel(StrEnum):
    MEETING = "meeting"
    DIRECT = "direct"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class CartLine:
    """`id` is mandatory: odd cents of a spread go to the lowest one, however lines are ordered."""

    id: str
    product: str
    """Catalogue reference."""
    quantity: int
    unit_price_cents: int
    """List price, tax included."""
    vat_rate_bp: int
    categories: tuple[str, ...] = ()
    """The category of the product and those above it."""
    gift: bool = False
    """Won, not bought: the line costs nothing and counts in no basket threshold."""
    minimum_price_cents: int = 0
    """No promotion or advantage takes one unit below it."""
    discountable: bool = True
    """Whether promotions and advantages touch it; it counts in thresholds either way."""
    points_each: int | None = None
    """Points one unit earns instead of what its price would."""

    def __post_init__(self) -> None:
        if not self.id or self.quantity < 1 or self.unit_price_cents < 0 or self.vat_rate_bp < 0:
            raise ValueError(f"line {self.id!r} cannot be priced")


@dataclass(frozen=True, slots=True)
class Bracket:
    """From this many cents of basket or grams on, it costs that."""

    start: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class Shipping:
    """The method chosen. Its price is `list_cents`, or that of the bracket reached by the
    products after discounts (before vouchers and points), or by their weight."""

    method: str = ""
    list_cents: int = 0
    vat_rate_bp: int = 2_000
    brackets: tuple[Bracket, ...] = ()
    by_weight: bool = False
    weight_grams: int = 0
    free_from_cents: int | None = None
    country: str | None = None
    city: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class GiftProduct:
    """A product that a promotion may add by itself."""

    product: str
    name: str = ""
    unit_price_cents: int = 0
    vat_rate_bp: int = 2_000
    stock: int | None = None
    """Units left to promise; None: not counted."""


class VoucherKind(StrEnum):
    AMOUNT = "amount"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class HeldVoucher:
    """A voucher the customer wants to use, as it stands."""

    id: str
    kind: VoucherKind = VoucherKind.AMOUNT
    remaining_cents: int = 0
    units: int = 0
    """Of a unit voucher: so many of the dearest eligible units are free."""
    sort: str = ""
    """Vouchers of one sort come from the same reward."""
    most_per_order: int | None = None
    """Of its sort."""
    scope: Scope = ALL_PRODUCTS
    minimum_basket_cents: int = 0
    keeps_remainder: bool = False
    with_codes: bool = True
    with_points: bool = True
    with_vouchers: bool = True
    with_discounted: bool = True
    """Whether it pays for lines that are already cheaper."""
    valid_from: date | None = None
    valid_until: datetime | None = None
    """The first instant at which it is too late."""


@dataclass(frozen=True, slots=True)
class HeldPromotion:
    """A promotion this customer holds (entry `assigned`): one of the plan, or one of its own."""

    id: str
    """Of the holding: what picks, refusals and adjustments name."""
    promotion: Promotion
    code: str = ""
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a promotion stands used before this cart, and what it has cost."""

    uses: int = 0
    by_customer: int = 0
    by_seller: int = 0
    spent_cents: int = 0


@dataclass(frozen=True, slots=True)
class Buyer:
    """What segments and conditions may ask about. None: not known."""

    id: str | None = None
    roles: frozenset[str] = frozenset()
    professional: bool | None = None
    birth_date: date | None = None
    since: date | None = None
    past_orders: int = 0
    """Earlier sales that stand."""
    lifetime_spend_cents: int = 0
    last_order_on: date | None = None
    products_bought: frozenset[str] = frozenset()
    shipping_methods_used: frozenset[str] = frozenset()
    points: int = 0
    """Available."""
    future_points: int = 0
    """Of this very meeting, that its host may use before she has them."""
    ahead: Ahead | None = None
    """Why so many, where that is one formula."""
    is_seller: bool = False
    """A seller's own card."""
    is_host: bool = False
    """Hosts the meeting of this order."""


@dataclass(frozen=True, slots=True)
class MeetingOfCart:
    id: str
    theme: str | None = None
    place: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """The lines, and what was asked for: typed codes, picks, vouchers, points."""

    lines: tuple[CartLine, ...] = ()
    shipping: Shipping = Shipping()
    codes: tuple[str, ...] = ()
    """Typed, in the order of typing."""
    picked: tuple[str, ...] = ()
    """Ids of promotions or holdings chosen by hand."""
    declined: frozenset[str] = frozenset()
    """Kinds of advantage (segment, first_order, loyalty) and ids of promotions not wanted."""
    vouchers: tuple[HeldVoucher, ...] = ()
    """In the order in which they were chosen."""
    points: int = 0
    """To use, in mode `rate`."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Promotion id → references chosen (gift_choice)."""

    def __post_init__(self) -> None:
        twice = [line_id for line_id, n in Counter(line.id for line in self.lines).items() if n > 1]
        if twice:
            raise ValueError(f"lines need ids of their own: {', '.join(sorted(twice))}")


@dataclass(frozen=True, slots=True)
class Context:
    """Who buys, when and where: all that conditions may ask about, and nothing that moves."""

    at: datetime
    channel: Channel = Channel.MEETING
    buyer: Buyer = Buyer()
    seller_id: str | None = None
    meeting: MeetingOfCart | None = None
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """Promotion id → usage; absent: never used."""
    holdings: tuple[HeldPromotion, ...] = ()
    known_codes: Mapping[str, str] = field(default_factory=dict)
    """Case-folded code → promotion id, for codes too many to be in the plan; what a code's own
    limits refuse is left out and named in `dead_codes`."""
    dead_codes: Mapping[str, str] = field(default_factory=dict)
    """Case-folded code → why it cannot be used: used, expired, reserved, of_another_customer."""
    gifts: Mapping[str, GiftProduct] = field(default_factory=dict)
    """By reference: what free products are, and how many are left."""
