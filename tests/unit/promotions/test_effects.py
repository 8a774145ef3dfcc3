"""What each effect takes off, to the cent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from app.kernel.conditions import Not
from app.promotions.domain.cart import (
    Bracket,
    Buyer,
    GiftProduct,
    HeldPromotion,
    HeldVoucher,
    Shipping,
    Usage,
    VoucherKind,
)
from app.promotions.domain.quote import Quote
from app.promotions.domain.terms import (
    Base,
    Comparison,
    Earning,
    EffectKind,
    Entry,
    Hours,
    Limits,
    Per,
    Period,
    Pick,
    Promotion,
    Segment,
    Stacking,
)
from tests.unit.promotions.carts import at_least, coded, line, of, promotion, quote, voucher

AGAIN = Stacking(itself=True)
FREE = 10_000


def nets(priced: Quote) -> list[int]:
    return [one.net_cents for one in priced.lines]


def off(one: Promotion, *lines: object, **fields: object) -> list[int]:
    priced = quote(*lines, promotions=(one,), **fields)
    return [each.list_cents - each.net_cents for each in priced.lines]


def test_a_percentage_of_products_is_rounded_once_a_line() -> None:
    third = promotion("p", EffectKind.PRODUCT_PERCENT, rate_bp=3_333)

    assert off(third, line("a", 100, 3)) == [100]


def test_a_percentage_of_the_order_is_rounded_on_the_whole() -> None:
    half = promotion("p", EffectKind.ORDER_PERCENT, rate_bp=5_000)

    assert off(half, line("a", 1), line("b", 1), line("c", 1)) == [1, 1, 0]


def test_what_a_lowest_price_refuses_goes_to_the_other_lines() -> None:
    twenty = promotion("p", EffectKind.ORDER_AMOUNT, amount_cents=2_000)

    assert off(twenty, line("a", 5_000, minimum_price_cents=4_900), line("b", 5_000)) == [
        100,
        1_900,
    ]


def test_a_line_that_takes_no_discount_counts_in_thresholds() -> None:
    ten = promotion("p", EffectKind.ORDER_PERCENT, rate_bp=1_000, conditions=at_least(8_000))

    assert off(ten, line("a", 5_000, discountable=False), line("b", 5_000)) == [0, 500]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount_cents": 500}, [1_000, 500]),
        ({"amount_cents": 900, "per": Per.TOTAL}, [600, 300]),
        ({"amount_cents": 500, "at_most_units": 1}, [0, 500]),
        ({"amount_cents": 500, "at_most_units": 1, "pick": Pick.CHEAPEST}, [500, 0]),
    ],
)
def test_amounts_off_products(fields: dict[str, object], expected: list[int]) -> None:
    some = promotion("p", EffectKind.PRODUCT_AMOUNT, **fields)

    assert off(
        some, line("a", 1_000, 2), line("b", 1_001 if "at_most_units" in fields else 1_000)
    ) == (expected)


def test_a_fixed_price_never_makes_dearer() -> None:
    fixed = promotion("p", EffectKind.FIXED_PRICE, amount_cents=1_500)

    assert off(fixed, line("a", 2_000, 2), line("b", 1_000)) == [1_000, 0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [0, 1_000], id="one set, the cheapest of all"),
        pytest.param({"stacking": AGAIN}, [0, 2_000], id="every set"),
        pytest.param({"stacking": AGAIN, "rate_bp": 5_000}, [0, 1_000], id="at half price"),
        pytest.param({"stacking": AGAIN, "same_product": True}, [3_000, 1_000], id="by product"),
        pytest.param({"stacking": AGAIN, "get_scope": of("A")}, [9_000, 0], id="of another scope"),
    ],
)
def test_buy_two_get_one(fields: dict[str, object], expected: list[int]) -> None:
    two = promotion("p", EffectKind.BUY_X_GET_Y, **{"buy": 2, "get": 1, "rate_bp": FREE, **fields})

    assert off(two, line("a", 3_000, 4), line("b", 1_000, 3)) == expected


def test_a_percentage_of_the_list_price_does_not_compound() -> None:
    twice = (
        promotion("p", EffectKind.PRODUCT_PERCENT, rate_bp=1_000),
        promotion("q", EffectKind.PRODUCT_PERCENT, rate_bp=1_000, base=Base.LIST),
    )

    assert nets(quote(line("a", 12_000), promotions=twice)) == [9_600]


def test_with_itself_is_once_a_multiple_of_the_trigger() -> None:
    slices = promotion(
        "p", EffectKind.ORDER_AMOUNT, amount_cents=500, conditions=at_least(3_000), stacking=AGAIN
    )

    assert off(slices, line("a", 10_000)) == [1_500]


# ---------------------------------------------------------------- gifts


def gift(**fields: object) -> Promotion:
    return promotion("gift", EffectKind.FREE_PRODUCT, products=("TOTE",), **fields)


def tote(stock: int | None) -> dict[str, object]:
    return {"gifts": {"TOTE": GiftProduct("TOTE", unit_price_cents=900, stock=stock)}}


@pytest.mark.parametrize(("stock", "units"), [(None, 3), (2, 2), (0, 0)])
def test_a_gift_a_slice_as_far_as_stock_goes(stock: int | None, units: int) -> None:
    slices = gift(conditions=at_least(3_000), stacking=AGAIN)

    priced = quote(line("a", 9_500), promotions=(slices,), context=tote(stock))

    assert sum(one.quantity for one in priced.gifts) == units


def test_gifts_read_what_is_left_after_discounts() -> None:
    ten = coded("TEN", EffectKind.ORDER_PERCENT, rate_bp=1_000)

    priced = quote(
        line("a", 10_000),
        promotions=(gift(conditions=at_least(9_500)), ten),
        codes=("TEN",),
        context=tote(None),
    )

    assert priced.gifts == ()
    assert priced.missing[0].reasons[0].params["missing_cents"] == 500


def test_a_gift_is_chosen_among_what_is_offered() -> None:
    choice = promotion("choice", EffectKind.GIFT_CHOICE, products=("TOTE", "CUP"))

    def chosen(*products: str) -> Quote:
        return quote(
            line("a", 9_500),
            promotions=(choice,),
            context=tote(1),
            choices={"choice": products} if products else {},
        )

    assert (chosen().choices[0].products, chosen().gifts) == (("TOTE",), ())
    assert [one.product for one in chosen("TOTE").gifts] == ["TOTE"]
    assert chosen("WOK").refusals[0].reasons[0].code == "choice_not_offered"


@pytest.mark.parametrize(
    ("stock", "chosen", "given", "refused"),
    [
        ({"TOTE": 9, "CUP": 9}, ("CUP", "TOTE"), ["CUP"], ("TOTE", "choice_too_many")),
        ({"TOTE": 9, "CUP": 9}, ("CUP", "CUP"), ["CUP"], ("CUP", "choice_too_many")),
        ({"TOTE": 9, "CUP": 0}, ("CUP", "TOTE"), ["TOTE"], ("CUP", "choice_not_offered")),
    ],
)
def test_what_is_chosen_beyond_what_may_be_is_refused_by_name(
    stock: dict[str, int], chosen: tuple[str, ...], given: list[str], refused: tuple[str, str]
) -> None:
    choice = promotion("choice", EffectKind.GIFT_CHOICE, products=("TOTE", "CUP"))
    gifts = {name: GiftProduct(name, unit_price_cents=500, stock=n) for name, n in stock.items()}

    priced = quote(
        line("a", 9_500),
        promotions=(choice,),
        context={"gifts": gifts},
        choices={"choice": chosen},
    )

    assert [one.product for one in priced.gifts] == given
    assert list(priced.choices[0].chosen) == given
    refusal = priced.refusals[0]
    assert (refusal.kind, refusal.asked, refusal.reasons[0].code) == ("choice", *refused)
    if refused[1] == "choice_too_many":
        told = {"product": refused[0], "units": 1, "chosen": 2}
        assert refusal.reasons[0].params == told


def test_a_gift_chosen_more_often_than_it_is_there_is_refused_for_what_lacks() -> None:
    choice = promotion("choice", EffectKind.GIFT_CHOICE, products=("TOTE",), units=3)

    priced = quote(
        line("a", 9_500),
        promotions=(choice,),
        context=tote(2),
        choices={"choice": ("TOTE", "TOTE", "TOTE")},
    )

    assert [one.quantity for one in priced.gifts] == [2]
    assert [one.reasons[0].code for one in priced.refusals] == ["no_stock"]


# ---------------------------------------------------------------- why not


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"limits": Limits(uses=3)}, "exhausted"),
        ({"limits": Limits(per_customer=1)}, "exhausted_for_customer"),
        ({"limits": Limits(budget_cents=500)}, "budget_spent"),
        ({"period": Period(weekdays=frozenset({1}))}, "not_this_day"),
        ({"period": Period(hours=(Hours(time(9), time(10)),))}, "not_this_hour"),
        ({"conditions": Not(Comparison("segment", "has", "s"))}, None),
        ({"limits": Limits(uses=3), "public": False}, None),
    ],
)
def test_what_is_out_of_reach_says_why_after_what_is_near(
    fields: dict[str, object], reason: str | None
) -> None:
    gone = promotion("gone", EffectKind.ORDER_PERCENT, rate_bp=1_000, **fields)
    near = promotion("near", EffectKind.ORDER_AMOUNT, amount_cents=1, conditions=at_least(9_900))
    segment = Segment("s", "S", Comparison("past_orders", ">=", 0))

    priced = quote(
        line("a", 9_500),
        promotions=(gone, near),
        plan={"segments": (segment,)},
        context={"usage": {"gone": Usage(uses=3, by_customer=1, spent_cents=500)}},
    )

    told = [(one.promotion, one.reasons[0].code, one.is_near) for one in priced.missing]
    assert told == [("near", "amount_missing", True), *[("gone", reason, False)] * bool(reason)]


# ---------------------------------------------------------------- periods and limits


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        (Period(first=date(2026, 10, 10), last=date(2026, 10, 10)), None),
        (Period(first=date(2026, 10, 11)), "not_started"),
        (Period(last=date(2026, 10, 9)), "ended"),
        (Period(weekdays=frozenset({1})), "not_this_day"),
        (Period(hours=(Hours(time(14), time(15)),)), None),
        (Period(hours=(Hours(time(15), time(16)),)), "not_this_hour"),
        (Period(hours=(Hours(time(22), time(14)),)), "not_this_hour"),
        (Period(hours=(Hours(time(22), time(14, 30)),)), None),
        (Period(last=date(2026, 10, 9), hours=(Hours(time(22), time(14, 30)),)), None),
    ],
)
def test_a_code_says_when_it_runs(period: Period, reason: str | None) -> None:
    """Noon UTC is two in the afternoon in Paris."""
    code = coded("CODE", EffectKind.ORDER_PERCENT, rate_bp=1_000, period=period)

    priced = quote(line("a", 10_000), promotions=(code,), codes=("code",))

    assert [one.reasons[0].code for one in priced.refusals] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("limits", "usage", "reason"),
    [
        (Limits(uses=2), Usage(uses=1), None),
        (Limits(uses=2), Usage(uses=2), "exhausted"),
        (Limits(per_customer=1), Usage(by_customer=1), "exhausted_for_customer"),
        (Limits(per_seller=1), Usage(by_seller=1), "exhausted_for_seller"),
        (Limits(budget_cents=1_500), Usage(spent_cents=500), None),
        (Limits(budget_cents=1_500), Usage(spent_cents=501), "budget_spent"),
    ],
)
def test_a_code_says_that_it_is_used_up(limits: Limits, usage: Usage, reason: str | None) -> None:
    code = coded("CODE", EffectKind.ORDER_PERCENT, rate_bp=1_000, limits=limits)

    priced = quote(
        line("a", 10_000), promotions=(code,), codes=("code",), context={"usage": {"CODE": usage}}
    )

    assert [one.reasons[0].code for one in priced.refusals] == ([reason] if reason else [])


def test_a_budget_may_give_the_part_that_is_left() -> None:
    ten = promotion(
        "p",
        EffectKind.ORDER_PERCENT,
        rate_bp=1_000,
        limits=Limits(budget_cents=1_500, partial=True),
    )

    priced = quote(
        line("a", 10_000), promotions=(ten,), context={"usage": {"p": Usage(spent_cents=1_200)}}
    )

    assert priced.discount_cents == 300


# ---------------------------------------------------------------- holdings and unit vouchers


def test_a_held_promotion_applies_when_picked_or_typed() -> None:
    reward = promotion("reward", EffectKind.ORDER_PERCENT, rate_bp=1_000, entry=Entry.ASSIGNED)
    held = {"holdings": (HeldPromotion("h1", reward, code="R3WARD"),)}

    offered = quote(line("a", 10_000), context=held)
    typed = quote(line("a", 10_000), context=held, codes=("r3ward",))
    picked = quote(line("a", 10_000), context=held, picked=("h1",))

    assert [(one.promotion, one.saves_cents) for one in offered.available] == [("h1", 1_000)]
    assert (typed.total_cents, picked.total_cents) == (9_000, 9_000)
    assert typed.applied[0].holding == "h1"


@pytest.mark.parametrize(
    ("dead", "reason"),
    [
        ("used", "code_used"),
        ("of_another_customer", "code_of_another"),
        ("expired", "code_expired"),
    ],
)
def test_a_dead_code_says_why(dead: str, reason: str) -> None:
    priced = quote(line("a", 10_000), codes=("X1",), context={"dead_codes": {"x1": dead}})

    assert priced.refusals[0].reasons[0].code == reason


def test_a_unit_voucher_makes_the_dearest_units_free() -> None:
    units = HeldVoucher("v", VoucherKind.UNITS, units=2, scope=of("A", "B"))

    priced = quote(line("a", 3_000), line("b", 2_000, 2), line("c", 9_000), vouchers=(units,))

    assert (nets(priced), priced.vouchers[0].units) == ([0, 2_000, 9_000], 2)


# ---------------------------------------------------------------- shipping


@pytest.mark.parametrize(
    ("method", "net"),
    [pytest.param("home", 295, id="its method"), pytest.param("relay", 590, id="another")],
)
def test_shipping_promotions_are_for_their_methods(method: str, net: int) -> None:
    half = promotion(
        "half", EffectKind.SHIPPING_PERCENT, rate_bp=5_000, methods=frozenset({"home"})
    )

    priced = quote(line("a", 1_000), promotions=(half,), shipping=Shipping(method, 590))

    assert priced.shipping.net_cents == net


@pytest.mark.parametrize(("basket", "price"), [(3_999, 590), (4_000, 290), (10_000, 0)])
def test_shipping_brackets_read_the_basket(basket: int, price: int) -> None:
    brackets = (Bracket(0, 590), Bracket(4_000, 290))

    priced = quote(
        line("a", basket), shipping=Shipping("home", brackets=brackets, free_from_cents=10_000)
    )

    assert priced.shipping_cents == price


def test_brackets_may_read_the_weight() -> None:
    by_weight = Shipping(
        "home", brackets=(Bracket(0, 490), Bracket(500, 890)), by_weight=True, weight_grams=500
    )

    assert quote(line("a", 99_000), shipping=by_weight).shipping_cents == 890


# ---------------------------------------------------------------- explanations and points


def test_near_misses_say_what_is_missing_the_nearest_first() -> None:
    far = promotion("far", EffectKind.ORDER_PERCENT, rate_bp=900, conditions=at_least(20_000))
    near = promotion("near", EffectKind.ORDER_PERCENT, rate_bp=900, conditions=at_least(11_250))
    secret = promotion(
        "secret", EffectKind.ORDER_PERCENT, rate_bp=900, conditions=at_least(11_000), public=False
    )

    missing = quote(line("a", 10_000), promotions=(far, near, secret)).missing

    assert [one.promotion for one in missing] == ["near", "far"]
    assert missing[0].reasons[0].params["missing_cents"] == 1_250


def test_what_picking_would_change_is_told_without_doing_it() -> None:
    better = promotion("better", EffectKind.ORDER_PERCENT, rate_bp=2_000, entry=Entry.MANUAL)
    alone = promotion("ten", EffectKind.ORDER_PERCENT, rate_bp=1_000, stacking=Stacking(False))

    priced = quote(line("a", 10_000), promotions=(better, alone))

    offer = priced.available[0]
    assert (offer.promotion, offer.saves_cents, offer.replaces) == ("better", 1_000, ("ten",))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({}, None),
        ({"codes": ("TEN",)}, "no_points_with_code"),
        ({"vouchers": (voucher(100),)}, "no_points_with_voucher"),
    ],
)
def test_orders_with_codes_or_vouchers_earn_nothing_by_default(
    asked: dict[str, object], reason: str | None
) -> None:
    ten = coded("TEN", EffectKind.ORDER_PERCENT, rate_bp=1_000)

    priced = quote(line("a", 10_000), promotions=(ten,), plan={"earning": Earning()}, **asked)

    told = priced.points_not_earned.code if priced.points_not_earned else None
    assert (told, priced.points_earned) == (reason, 0 if reason else 100)


def test_points_round_down_once_for_the_order() -> None:
    priced = quote(line("a", 150), line("b", 150), line("c", 199), plan={"earning": Earning()})

    assert ([one.points for one in priced.lines], priced.points_earned) == ([1, 1, 2], 4)


@pytest.mark.parametrize(
    ("measure", "op", "value", "buyer", "holds"),
    [
        ("birthday", "=", True, Buyer(id="a", birth_date=date(1980, 10, 10)), True),
        ("birthday_month", "=", True, Buyer(id="a", birth_date=date(1980, 10, 31)), True),
        ("birthday", "=", True, Buyer(id="a"), False),
        ("past_orders", ">=", 5, Buyer(id="a", past_orders=5), True),
        ("past_orders", "!=", 5, Buyer(), False),
        ("product_bought", "has", "WOK", Buyer(id="a", products_bought=frozenset({"WOK"})), True),
        ("days_since_last_order", ">", 30, Buyer(id="a", last_order_on=date(2026, 9, 1)), True),
        ("on", "in", date(2026, 10, 1), Buyer(), True),
        ("channel", "=", "meeting", Buyer(), True),
        ("shipping_postcode", "starts", "75", Buyer(), True),
        ("shipping_city", "=", "PARIS", Buyer(), True),
        ("meeting_theme", "=", "wok", Buyer(), False),
    ],
)
def test_conditions_ask_about_customers_and_orders(
    measure: str, op: str, value: object, buyer: Buyer, holds: bool
) -> None:
    ten = promotion(
        "p",
        EffectKind.ORDER_PERCENT,
        rate_bp=1_000,
        conditions=Comparison(measure, op, value, upper=date(2026, 11, 1) if op == "in" else None),
    )

    priced = quote(
        line("a", 10_000),
        promotions=(ten,),
        context={"buyer": buyer, "at": datetime(2026, 10, 10, 12, tzinfo=UTC)},
        shipping=Shipping("home", city="Paris ", postcode="75011"),
    )

    assert bool(priced.applied) is holds
