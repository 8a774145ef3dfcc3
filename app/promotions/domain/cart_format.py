"""The cart file: what is bought, by whom, and what was typed, picked and held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from app.kernel.money import BASIS, MAX_CENTS
from app.kernel.shape import (
    BAD,
    Choice,
    Day,
    Flag,
    Instant,
    Keyed,
    Many,
    Problem,
    Problems,
    Record,
    Shape,
    Text,
    Whole,
    absent,
    json_schema,
    maybe,
    optional,
    required,
)
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.domain.cart import (
    Bracket,
    Buyer,
    Cart,
    CartLine,
    Channel,
    Context,
    GiftProduct,
    HeldPromotion,
    HeldVoucher,
    MeetingOfCart,
    Shipping,
    Usage,
    VoucherKind,
)
from app.promotions.domain.condition_format import CATEGORIES, MAX_COUNT, PLACES, SCOPE
from app.promotions.domain.plan import EMPTY_PLAN, Plan
from app.promotions.domain.promotion_format import PROMOTION
from app.promotions.domain.terms import ALL_PRODUCTS, Entry, Promotion
from app.promotions.domain.validation import refuse_impossible_promotion, refuse_repeated
from app.promotions.errors import CartInvalid

CART_FORMAT = "convive.cart/1"
CART_SCHEMA_ID = "urn:convive:cart:1"

MAX_POINTS = 100_000_000
VAT = 2_000
NOON = time(12)
DEAD = ("used", "expired", "reserved", "disabled", "of_another_customer")

CENTS = (0, MAX_CENTS)

# ---------------------------------------------------------------- lines


def _line(values: dict[str, Any], path: str, problems: Problems) -> CartLine | None:
    if values["minimum_price_cents"] > values["unit_price_cents"]:
        words = N_("A minimum price is at most the price (%(most_cents)s).")
        most = {"most_cents": values["unit_price_cents"]}
        at = f"{path}.minimum_price_cents"
        problems.append(Problem(at, "minimum_over_price", words, most))
        return None
    return CartLine(**values)


LINE = Record(
    "cart_line",
    {
        "id": required(Text("Its own: odd cents of a spread go to the lowest one.")),
        "product": required(Text("Catalogue reference.")),
        "quantity": optional(Whole(1, MAX_COUNT), 1),
        "unit_price_cents": required(Whole(*CENTS, "List price of one unit, tax included.")),
        "vat_rate_bp": optional(Whole(0, BASIS, "2000 = 20 %."), VAT),
        "categories": optional(CATEGORIES, ()),
        "gift": optional(Flag("Won: costs nothing and counts in no threshold."), default=False),
        "minimum_price_cents": optional(
            Whole(*CENTS, "No promotion or advantage takes one unit below it."), 0
        ),
        "discountable": optional(
            Flag("false: counts, but no promotion or advantage touches it."), default=True
        ),
        "points_each": maybe(Whole(0, MAX_POINTS, "Instead of what the price would earn.")),
    },
    build=_line,
)

# ---------------------------------------------------------------- shipping

BRACKET = Record(
    "bracket",
    {
        "from": required(Whole(*CENTS, "Cents of products after discounts, or grams.")),
        "price_cents": required(Whole(*CENTS)),
    },
    build=lambda values, _path, _problems: Bracket(values["from"], values["price_cents"]),
)


def _shipping(values: dict[str, Any], path: str, problems: Problems) -> Shipping:
    brackets = values["brackets"]
    if brackets and values["price_cents"] is not None:
        words = N_("Give the price or the brackets, not both.")
        problems.append(Problem(f"{path}.price_cents", "given_twice", words))
    if brackets and brackets[0].start != 0:
        words = N_("The first bracket must begin at 0: else nothing says what is below it.")
        problems.append(Problem(f"{path}.brackets[0].from", "no_first_bracket", words))
    for position, (one, following) in enumerate(pairwise(brackets), 1):
        if following.start <= one.start:
            words = N_("Steps must rise: write more than %(previous)s, the step before.")
            at, params = f"{path}.brackets[{position}].from", {"previous": one.start}
            problems.append(Problem(at, "brackets_not_rising", words, params))
    kept = {name: values[name] for name in SHIPPING_KEPT}
    return Shipping(
        list_cents=values["price_cents"] or 0, by_weight=values["by"] == "weight", **kept
    )


SHIPPING_KEPT = (
    "method",
    "vat_rate_bp",
    "brackets",
    "weight_grams",
    "free_from_cents",
    "country",
    "city",
    "postcode",
)
SHIPPING = Record(
    "shipping",
    {
        "method": optional(Text("Code of the method chosen.", least=0), ""),
        "price_cents": absent(Whole(*CENTS, "What it costs, or:")),
        "brackets": optional(Many(BRACKET, most=100, about="Rising from 0."), ()),
        "by": optional(Choice(("basket", "weight"), "What brackets are of."), "basket"),
        "weight_grams": optional(Whole(0, 10**9, "Of the whole parcel."), 0),
        "free_from_cents": maybe(Whole(*CENTS, "Products from which nothing is charged.")),
        "vat_rate_bp": optional(Whole(0, BASIS), VAT),
        "country": maybe(Text("Two letters, FR.", 2, 2)),
        "city": maybe(Text()),
        "postcode": maybe(Text()),
    },
    "The method chosen; left out: nothing is charged.",
    _shipping,
)

# ---------------------------------------------------------------- who buys


def _buyer(values: dict[str, Any], _path: str, _problems: Problems) -> Buyer:
    sets = {name: frozenset(values[name]) for name in BUYER_SETS}
    return Buyer(**values | sets)


BUYER_SETS = ("roles", "products_bought", "shipping_methods_used")
CUSTOMER = Record(
    "customer",
    {
        "id": required(Text()),
        "roles": optional(Many(Text(), distinct=True), ()),
        "professional": maybe(Flag()),
        "birth_date": maybe(Day()),
        "since": maybe(Day("Day the card was made.")),
        "past_orders": optional(Whole(0, MAX_COUNT, "Earlier sales that stand."), 0),
        "lifetime_spend_cents": optional(Whole(*CENTS), 0),
        "last_order_on": maybe(Day()),
        "products_bought": optional(Many(Text(), distinct=True), ()),
        "shipping_methods_used": optional(Many(Text(), distinct=True), ()),
        "points": optional(Whole(0, MAX_POINTS, "Available."), 0),
        "is_seller": optional(Flag("A seller's own card."), default=False),
        "is_host": optional(Flag("Hosts the meeting of this order."), default=False),
    },
    build=_buyer,
)
MEETING = Record(
    "meeting_of_cart",
    {
        "id": required(Text()),
        "theme": maybe(Text()),
        "place": maybe(Choice(PLACES)),
        "on": maybe(Day()),
    },
    build=lambda values, _path, _problems: MeetingOfCart(**values),
)

# ---------------------------------------------------------------- what is held and used


def _voucher(values: dict[str, Any], path: str, problems: Problems) -> HeldVoucher:
    needed = "remaining_cents" if values["kind"] is VoucherKind.AMOUNT else "units"
    if not values[needed]:
        words = N_("Say what is left of this voucher.")
        problems.append(Problem(f"{path}.{needed}", "voucher_empty", words))
    return HeldVoucher(**values | {"scope": values["scope"] or ALL_PRODUCTS})


VOUCHER = Record(
    "voucher",
    {
        "id": required(Text()),
        "kind": optional(Choice(tuple(VoucherKind), build=VoucherKind), VoucherKind.AMOUNT),
        "remaining_cents": optional(Whole(*CENTS, "Kind amount: what is left."), 0),
        "units": optional(Whole(0, MAX_COUNT, "Kind units: so many are free."), 0),
        "sort": optional(Text("Vouchers of one sort come from the same reward.", least=0), ""),
        "most_per_order": absent(Whole(1, MAX_COUNT, "Of its sort.")),
        "scope": absent(SCOPE),
        "minimum_basket_cents": optional(Whole(*CENTS), 0),
        "keeps_remainder": optional(Flag("Else what is not used is lost."), default=False),
        "with_codes": optional(Flag(), default=True),
        "with_points": optional(Flag(), default=True),
        "with_vouchers": optional(Flag(), default=True),
        "with_discounted": optional(Flag("Pays for lines already cheaper."), default=True),
        "valid_from": maybe(Day()),
        "valid_until": maybe(Instant("The first moment that is too late.")),
    },
    build=_voucher,
)


class PromotionHeld(Shape):
    """The id of a promotion of the plan, or a promotion of the customer's own."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not dict:
            return Text().read(value, path, problems)
        found = PROMOTION.read(value, path, problems)
        return BAD if found is BAD else replace(found, entry=Entry.ASSIGNED)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [Text().schema(defs), PROMOTION.schema(defs)]}


HOLDING = Record(
    "holding",
    {
        "id": required(Text("Of the holding: what picks name.")),
        "promotion": required(PromotionHeld()),
        "code": optional(Text("Which she may type.", least=0), ""),
        "valid_until": maybe(Instant("The first moment that is too late.")),
    },
)
USAGE = Record(
    "usage",
    {
        "uses": optional(Whole(0, MAX_COUNT), 0),
        "by_customer": optional(Whole(0, MAX_COUNT), 0),
        "by_seller": optional(Whole(0, MAX_COUNT), 0),
        "spent_cents": optional(Whole(*CENTS), 0),
    },
    "What stands used before this cart.",
    lambda values, _path, _problems: Usage(**values),
)
GIFT = Record(
    "gift_product",
    {
        "name": optional(Text(least=0), ""),
        "unit_price_cents": optional(Whole(*CENTS), 0),
        "vat_rate_bp": optional(Whole(0, BASIS), VAT),
        "stock": maybe(Whole(0, MAX_COUNT, "Units left to promise; null: not counted.")),
    },
)


class Moment(Shape):
    """A day, or a moment with its distance from UTC."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        is_day = type(value) is str and len(value) <= len("YYYY-MM-DD")
        return (Day() if is_day else Instant()).read(value, path, problems)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        about = "A day stands for its noon in the plan's time zone."
        return {"anyOf": [Day().schema(defs), Instant().schema(defs)], "description": about}


# ---------------------------------------------------------------- the whole

CODE = Text(most=60)

CART = Record(
    "cart",
    {
        "format": optional(Choice((CART_FORMAT,)), CART_FORMAT),
        "at": required(Moment()),
        "channel": absent(
            Choice(tuple(Channel), "Default: meeting with a meeting, else direct.", build=Channel)
        ),
        "customer": maybe(CUSTOMER),
        "seller": maybe(Text("Id of the seller.")),
        "meeting": maybe(MEETING),
        "lines": optional(Many(LINE, most=1_000), ()),
        "shipping": absent(SHIPPING),
        "codes": optional(Many(CODE, most=50, about="Typed, in this order."), ()),
        "picked": optional(
            Many(Text(), most=50, distinct=True, about="Ids of promotions or holdings."), ()
        ),
        "declined": optional(
            Many(Text(), distinct=True, about="Ids of promotions; segment, first_order, loyalty."),
            (),
        ),
        "vouchers": optional(Many(VOUCHER, most=50, about="To use, in this order."), ()),
        "points": optional(Whole(0, MAX_POINTS, "To use, mode rate."), 0),
        "choices": optional(
            Keyed(Many(Text(), most=100), about="Promotion id → references chosen."), {}
        ),
        "usage": optional(Keyed(USAGE, about="Promotion id → what stands used."), {}),
        "holdings": optional(Many(HOLDING, most=1_000), ()),
        "known_codes": optional(
            Keyed(Text(), about="Code → promotion id: codes that are not in the plan."), {}
        ),
        "dead_codes": optional(Keyed(Choice(DEAD), about="Code → why it cannot be used."), {}),
        "gifts": optional(Keyed(GIFT, about="Reference → a product given for free."), {}),
    },
    "What is bought, by whom and when.",
)


def cart_schema() -> dict[str, Any]:
    return json_schema(CART, "Cart to be priced", CART_SCHEMA_ID)


def read_cart(document: Any, plan: Plan = EMPTY_PLAN) -> tuple[Cart, Context]:
    """Read a cart strictly, or raise `CartInvalid` with everything wrong in it.

    The plan says in which zone a day is, and which promotions there are.
    """
    problems: Problems = []
    values = CART.read(document, "", problems)
    if values is BAD:
        raise CartInvalid(problems)
    holdings = _holdings(values["holdings"], plan, problems)
    _refuse_contradictions(values, plan, problems)
    if problems:
        raise CartInvalid(problems)
    return _cart(values), _context(values, holdings, plan)


def _refuse_contradictions(values: Mapping[str, Any], plan: Plan, problems: Problems) -> None:
    for name in ("lines", "vouchers"):
        refuse_repeated((one.id for one in values[name]), f"{name}[%s].id", problems)
    refuse_repeated((one["id"] for one in values["holdings"]), "holdings[%s].id", problems)
    if values["meeting"] is not None and values["channel"] is Channel.DIRECT:
        words = N_("A direct sale is of no meeting: take the meeting out, or change the channel.")
        problems.append(Problem("channel", "direct_in_meeting", words))
    known = {promotion.id for promotion in plan.promotions}
    known |= {one["promotion"].id for one in values["holdings"] if _is_own(one["promotion"])}
    held = {one["id"] for one in values["holdings"]}
    for name, ids in (("usage", known), ("choices", known | held)):
        _refuse_unknown(((f"{name}.{key[:40]}", key) for key in values[name]), ids, problems)
    codes = ((f"known_codes.{key[:40]}", found) for key, found in values["known_codes"].items())
    _refuse_unknown(codes, known, problems)


def _refuse_unknown(named: Iterable[tuple[str, str]], known: set[str], problems: Problems) -> None:
    for path, name in named:
        if name not in known:
            words = N_("There is no promotion “%(promotion)s” in this plan.")
            params = {"promotion": name[:40]}
            problems.append(Problem(path, "unknown_promotion", words, params))


def _is_own(held: Promotion | str) -> bool:
    return isinstance(held, Promotion)


def _holdings(
    given: Iterable[Mapping[str, Any]], plan: Plan, problems: Problems
) -> tuple[HeldPromotion, ...]:
    promotions = {promotion.id: promotion for promotion in plan.promotions}
    segments = {segment.id for segment in plan.segments}
    made = []
    for position, values in enumerate(given):
        at, held = f"holdings[{position}].promotion", values["promotion"]
        if isinstance(held, Promotion):
            refuse_impossible_promotion(held, at, problems, segments)
        else:
            _refuse_unknown([(at, held)], set(promotions), problems)
        promotion = held if isinstance(held, Promotion) else promotions.get(held)
        if promotion is not None:
            made.append(HeldPromotion(**{**values, "promotion": promotion}))
    return tuple(made)


def _cart(values: Mapping[str, Any]) -> Cart:
    asked = {name: values[name] for name in ("lines", "codes", "picked", "vouchers", "points")}
    return Cart(
        shipping=values["shipping"] or Shipping(),
        declined=frozenset(values["declined"]),
        choices=values["choices"],
        **asked,
    )


def _context(values: Mapping[str, Any], holdings: tuple[HeldPromotion, ...], plan: Plan) -> Context:
    meeting = values["meeting"]
    return Context(
        at=_instant(values["at"], plan),
        channel=values["channel"] or (Channel.DIRECT if meeting is None else Channel.MEETING),
        buyer=values["customer"] or Buyer(),
        seller_id=values["seller"],
        meeting=meeting,
        usage=values["usage"],
        holdings=holdings,
        known_codes={identity_key(code): one for code, one in values["known_codes"].items()},
        dead_codes={identity_key(code): why for code, why in values["dead_codes"].items()},
        gifts={name: GiftProduct(product=name, **gift) for name, gift in values["gifts"].items()},
    )


def _instant(at: date, plan: Plan) -> datetime:
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, NOON, ZoneInfo(plan.settings.timezone))
