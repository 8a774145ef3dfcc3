"""The published worked numbers that prices alone can show."""

import pytest

from app.promotions.domain.cart import Buyer, GiftProduct
from app.promotions.domain.terms import (
    AdvantageTier,
    Consumption,
    Earning,
    EffectKind,
    FirstOrder,
    PointValue,
    Spending,
    SpendingMode,
)
from tests.unit.promotions.carts import (
    at_least,
    coded,
    line,
    of,
    promotion,
    quote,
    voucher,
)

ONE_EURO = PointValue(1, 100)


def member(points: int = 0, past_orders: int = 3) -> dict[str, object]:
    return {"buyer": Buyer(id="anna", points=points, past_orders=past_orders)}


def test_a3_points_are_worth_what_the_brand_says() -> None:
    spending = Spending(SpendingMode.RATE, value_customer=PointValue(1, 50))

    priced = quote(
        line("a", 10_000), plan={"spending": spending}, context=member(points=120), points=120
    )

    assert (priced.points.amount_cents, priced.total_cents) == (6_000, 4_000)


def test_a6_discount_voucher_points_and_shipping() -> None:
    priced = quote(
        line("a", 12_000),
        promotions=(promotion("ten", EffectKind.ORDER_PERCENT, rate_bp=1_000),),
        plan={"spending": Spending(SpendingMode.RATE, value_customer=ONE_EURO)},
        context=member(points=40),
        vouchers=(voucher(1_000),),
        points=40,
        shipping=590,
    )

    assert priced.total_cents == 6_390


def test_a7_a_code_a_voucher_and_shipping() -> None:
    priced = quote(
        line("a", 8_000),
        promotions=(coded("HUIT", EffectKind.ORDER_AMOUNT, amount_cents=800),),
        codes=("huit",),
        vouchers=(voucher(1_000),),
        shipping=490,
    )

    assert priced.total_cents == 6_690


def test_a8_product_then_order_then_voucher_then_free_shipping() -> None:
    priced = quote(
        line("a", 5_000),
        line("b", 5_000),
        promotions=(
            promotion("twenty", EffectKind.PRODUCT_PERCENT, rate_bp=2_000, scope=of("A")),
            promotion("five", EffectKind.ORDER_PERCENT, rate_bp=500),
            promotion("free", EffectKind.SHIPPING_PERCENT, rate_bp=10_000),
        ),
        vouchers=(voucher(1_000),),
        shipping=590,
    )

    assert priced.total_cents == 7_550


@pytest.mark.parametrize(("keeps", "kept", "lost"), [(True, 800, 0), (False, 0, 800)])
def test_a14_a_voucher_never_pays_shipping(keeps: bool, kept: int, lost: int) -> None:
    priced = quote(
        line("a", 2_200), vouchers=(voucher(3_000, keeps_remainder=keeps),), shipping=500
    )

    used = priced.vouchers[0]
    assert (priced.total_cents, used.remaining_cents, used.lost_cents) == (500, kept, lost)


def test_a15_a_product_voucher_pays_for_its_product() -> None:
    wok, pan = line("wok", 4_500), line("pan", 3_000)

    assert quote(wok, pan, vouchers=(voucher(2_000, scope=of("WOK")),)).total_cents == 5_500


def test_a16_an_amount_is_shared_in_proportion() -> None:
    twenty = promotion("twenty", EffectKind.ORDER_AMOUNT, amount_cents=2_000)

    priced = quote(line("a", 6_000), line("b", 4_000), promotions=(twenty,))

    assert [one.net_cents for one in priced.lines] == [4_800, 3_200]


def test_a17_at_most_so_many_units() -> None:
    some = promotion("two", EffectKind.PRODUCT_PERCENT, rate_bp=2_000, at_most_units=2)

    assert quote(line("a", 5_000, 3), promotions=(some,)).discount_cents == 2_000


def test_a18_every_third_the_cheapest_free() -> None:
    third = promotion("third", EffectKind.BUY_X_GET_Y, buy=2, get=1, rate_bp=10_000)
    every = third.__class__(
        id="third",
        name="third",
        effect=third.effect,
        stacking=third.stacking.__class__(itself=True),
    )

    priced = quote(line("a", 3_000, 4), line("b", 1_000, 3), promotions=(every,))

    assert priced.discount_cents == 2_000


@pytest.mark.parametrize(("basket", "gifts"), [(7_200, []), (8_700, ["TOTE"])])
def test_a19_a_gift_comes_and_goes_with_its_threshold(basket: int, gifts: list[str]) -> None:
    gift = promotion(
        "gift", EffectKind.FREE_PRODUCT, products=("TOTE",), conditions=at_least(8_000)
    )
    stocked = {"TOTE": GiftProduct("TOTE", unit_price_cents=900, stock=3)}

    priced = quote(line("a", basket), promotions=(gift,), context={"gifts": stocked})

    assert [one.product for one in priced.gifts] == gifts
    assert priced.total_cents == basket


def test_a24_successive_percentages_compound() -> None:
    twice = tuple(
        promotion(name, EffectKind.ORDER_PERCENT, rate_bp=1_000) for name in ("one", "two")
    )

    assert quote(line("a", 12_000), promotions=twice).total_cents == 9_720


def test_a25_a_percentage_has_its_cap() -> None:
    capped = promotion("capped", EffectKind.ORDER_PERCENT, rate_bp=1_500, cap_cents=6_000)

    assert quote(line("a", 90_000), promotions=(capped,)).discount_cents == 6_000


@pytest.mark.parametrize(
    ("policy", "consumed"),
    [(Consumption.USED, 60), (Consumption.ALL, 64), (Consumption.NONE, 0)],
)
def test_a26_every_ten_points_are_worth_one_euro(policy: Consumption, consumed: int) -> None:
    tier = AdvantageTier(10, amount_cents=100, every_points=10)
    spending = Spending(SpendingMode.TIERS, tiers=(tier,), consumption=policy)

    priced = quote(line("a", 5_000), plan={"spending": spending}, context=member(points=64))

    assert (priced.advantage.amount_cents, priced.advantage.points_used) == (600, consumed)


def test_a27_an_order_earns_a_point_a_euro() -> None:
    assert quote(line("a", 38_900), plan={"earning": Earning()}).points_earned == 389


def test_a28_products_have_points_of_their_own() -> None:
    priced = quote(
        line("m", 13_990, points_each=130),
        line("l", 14_990, points_each=138),
        plan={"earning": Earning()},
    )

    assert (priced.points_earned, [one.points for one in priced.lines]) == (268, [130, 138])


def test_a29_an_order_may_consume_every_point() -> None:
    spending = Spending(SpendingMode.RATE, value_customer=ONE_EURO, consumption=Consumption.ALL)

    priced = quote(
        line("a", 10_000), plan={"spending": spending}, context=member(points=60), points=45
    )

    assert (priced.points.amount_cents, priced.points.consumed) == (4_500, 60)


@pytest.mark.parametrize(
    ("basket", "total"),
    [
        pytest.param(4_999, 4_999 + 590, id="nothing below the first tier"),
        pytest.param(5_000, 5_000, id="free shipping from 50"),
        pytest.param(15_000, 13_500, id="ten percent and free shipping from 150"),
    ],
)
def test_a30_the_first_order_has_tiers(basket: int, total: int) -> None:
    first = FirstOrder(
        tiers=(
            AdvantageTier(5_000, free_shipping=frozenset()),
            AdvantageTier(15_000, rate_bp=1_000, free_shipping=frozenset({"home"})),
        )
    )

    priced = quote(
        line("a", basket), plan={"first_order": first}, context=member(past_orders=0), shipping=590
    )

    assert priced.total_cents == total
