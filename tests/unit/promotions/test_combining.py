"""Which promotions apply together: switches, groups, priorities, what was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.promotions.domain import searching
from app.promotions.domain.cart import Buyer, Shipping
from app.promotions.domain.quote import Quote
from app.promotions.domain.terms import (
    AdvantageKind,
    AdvantageTier,
    Comparison,
    EffectKind,
    Entry,
    FirstOrder,
    PlanSettings,
    PointValue,
    Promotion,
    Segment,
    Selection,
    Spending,
    SpendingMode,
    Stacking,
)
from app.promotions.domain.words import Voice, tell_quote
from tests.unit.promotions.carts import at_least, coded, line, of, promotion, quote, voucher

ALONE = Stacking(promotions=False)
IN_SEQUENCE = {"settings": PlanSettings(selection=Selection.PRIORITY)}
RATE = Spending(SpendingMode.RATE, value_customer=PointValue(1, 100))


def percent(name: str, rate_bp: int, **fields: object) -> Promotion:
    return promotion(name, EffectKind.ORDER_PERCENT, rate_bp=rate_bp, **fields)


def amount(name: str, cents: int, **fields: object) -> Promotion:
    return promotion(name, EffectKind.ORDER_AMOUNT, amount_cents=cents, **fields)


def names(priced: Quote) -> list[str]:
    return sorted(applied.promotion for applied in priced.applied)


def reasons(priced: Quote) -> list[str]:
    return [reason.code for refusal in priced.refusals for reason in refusal.reasons]


# ---------------------------------------------------------------- the cheapest legal set


@pytest.mark.parametrize(("rate", "winner"), [(1_500, ["ten", "three"]), (2_500, ["alone"])])
def test_an_exclusive_promotion_competes_with_the_others(rate: int, winner: list[str]) -> None:
    alone = percent("alone", rate, stacking=ALONE)

    priced = quote(
        line("a", 10_000), promotions=(alone, percent("ten", 1_000), amount("three", 1_000))
    )

    assert names(priced) == sorted(winner)


def test_one_of_a_group_applies() -> None:
    rivals = (percent("five", 500, group="g"), percent("ten", 1_000, group="g"))

    assert names(quote(line("a", 10_000), promotions=rivals)) == ["ten"]


@pytest.mark.parametrize(("priorities", "winner"), [((0, 0), "a"), ((0, 1), "b")])
def test_ties_go_by_priority_then_by_id(priorities: tuple[int, int], winner: str) -> None:
    a, b = (
        percent(name, 1_000, stacking=ALONE, priority=priority)
        for name, priority in zip("ab", priorities, strict=True)
    )

    assert names(quote(line("x", 10_000), promotions=(b, a))) == [winner]


def test_a_discount_gives_way_to_a_greater_one_that_it_would_prevent() -> None:
    small = promotion("small", EffectKind.PRODUCT_AMOUNT, amount_cents=100, scope=of("A"))
    great = amount("great", 2_000, conditions=at_least(10_000))

    priced = quote(line("a", 10_000), promotions=(small, great))

    assert (names(priced), priced.total_cents) == (["great"], 8_000)


def test_a_discount_may_break_its_own_threshold() -> None:
    great = amount("great", 2_000, conditions=at_least(10_000))

    assert quote(line("a", 10_000), promotions=(great,)).total_cents == 8_000


def test_shipping_from_a_basket_is_part_of_the_total() -> None:
    tiny = amount("tiny", 100)
    free_from = Shipping("home", 590, free_from_cents=6_000)

    priced = quote(line("a", 6_050), promotions=(tiny,), shipping=free_from)

    assert (names(priced), priced.total_cents) == ([], 6_050)


def test_the_smaller_of_a_group_wins_where_it_keeps_shipping_free() -> None:
    rivals = (amount("five", 500, group="g"), amount("six", 600, group="g"))
    free_from = Shipping("home", 590, free_from_cents=6_000)

    priced = quote(line("a", 6_550), promotions=rivals, shipping=free_from)

    assert (names(priced), priced.total_cents) == (["five"], 6_050)


def test_many_small_discounts_make_room_for_a_tier_exactly() -> None:
    lines = [line(f"l{n:02}", 1_000) for n in range(20)]
    small = [
        promotion(f"p{n:02}", EffectKind.PRODUCT_AMOUNT, amount_cents=50 + n, scope=of(f"L{n:02}"))
        for n in range(20)
    ]
    tier = amount("tier", 1_000, conditions=at_least(19_000))

    priced = quote(*lines, promotions=(*small, tier))

    kept = 20_000 - 19_000
    assert priced.total_cents == 20_000 - kept - 1_000
    assert "tier" in names(priced)


@pytest.mark.parametrize(
    ("priorities", "kept"), [((0, 0), "pa"), ((0, 1), "pb"), ((1, 0), "pa"), ((2, 1), "pa")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_equal_discounts_the_one_that_ranks_lower_makes_room_for_a_tier(
    priorities: tuple[int, int], kept: str, turned: bool
) -> None:
    small = [
        promotion(
            name, EffectKind.PRODUCT_AMOUNT, amount_cents=100, scope=of(product), priority=priority
        )
        for name, product, priority in zip(("pa", "pb"), "AB", priorities, strict=True)
    ]
    tier = amount("tier", 500, conditions=at_least(1_900))
    lines, promotions = [line("a", 1_000), line("b", 1_000)], [*small, tier]
    if turned:
        lines.reverse()
        promotions.reverse()

    priced = quote(*lines, promotions=tuple(promotions))

    assert (names(priced), priced.total_cents) == ([kept, "tier"], 1_400)


def test_a_search_that_is_broken_off_says_so_and_is_legal(monkeypatch: pytest.MonkeyPatch) -> None:
    small = promotion("small", EffectKind.PRODUCT_AMOUNT, amount_cents=100, scope=of("A"))
    rivals = [
        amount(f"tier{n}", 2_000 + n, conditions=at_least(10_000 - n), group="g") for n in range(3)
    ]
    asked = {"promotions": (small, *rivals)}

    whole = quote(line("a", 10_000), **asked)
    monkeypatch.setattr(searching, "MOST_WORK", 1)
    broken_off = quote(line("a", 10_000), **asked)

    assert (whole.search_complete, whole.total_cents) == (True, 7_998)
    assert (broken_off.search_complete, broken_off == quote(line("a", 10_000), **asked)) == (
        False,
        True,
    )
    assert 7_998 <= broken_off.total_cents <= 10_000
    assert dict(tell_quote(broken_off, Voice.BRAND))["search_complete"]
    assert "search_complete" not in dict(tell_quote(broken_off))


def test_promotions_already_discounted_lines_may_be_left_out() -> None:
    first = promotion("first", EffectKind.PRODUCT_PERCENT, rate_bp=1_000, scope=of("A"), priority=1)
    rest = promotion("rest", EffectKind.PRODUCT_PERCENT, rate_bp=500, skip_discounted=True)

    priced = quote(line("a", 10_000), line("b", 10_000), promotions=(first, rest))

    assert [one.net_cents for one in priced.lines] == [9_000, 9_500]


# ---------------------------------------------------------------- in sequence by priority


def test_by_priority_an_eligible_exclusive_one_applies_alone() -> None:
    alone = percent("alone", 500, stacking=ALONE)

    priced = quote(line("a", 10_000), promotions=(alone, percent("ten", 1_000)), plan=IN_SEQUENCE)

    assert names(priced) == ["alone"]


def test_by_priority_each_is_tested_on_what_the_one_before_left() -> None:
    first = amount("first", 2_000, priority=9)
    second = amount("second", 1_000, conditions=at_least(9_000))

    in_turn = quote(line("a", 10_000), promotions=(first, second), plan=IN_SEQUENCE)
    at_best = quote(line("a", 10_000), promotions=(first, second))

    assert (names(in_turn), names(at_best)) == (["first"], ["first", "second"])


# ---------------------------------------------------------------- codes and picks


def test_a_code_is_kept_though_it_costs_and_says_what() -> None:
    code = replace(coded("FIVE", EffectKind.ORDER_PERCENT, rate_bp=500), stacking=ALONE)

    priced = quote(line("a", 10_000), promotions=(code, percent("ten", 1_000)), codes=(" five ",))

    assert (priced.total_cents, priced.best_total_cents) == (9_500, 9_000)


def test_a_voucher_and_points_worth_less_than_what_they_push_out_say_so() -> None:
    neither = amount("half", 2_000, stacking=Stacking(vouchers=False, points=False))
    asked = {"promotions": (neither,), "vouchers": (voucher(1_000),)}
    rich = {"buyer": Buyer(id="anna", points=50, past_orders=1)}

    by_voucher = quote(line("a", 5_000), **asked)
    by_both = quote(line("a", 5_000), **asked, plan={"spending": RATE}, context=rich, points=5)

    assert (by_voucher.total_cents, by_voucher.best_total_cents) == (4_000, 3_000)
    assert (by_both.total_cents, by_both.best_total_cents) == (3_500, 3_000)


def test_the_first_of_two_codes_that_exclude_each_other_stays() -> None:
    one, two = (coded(name, EffectKind.ORDER_PERCENT, rate_bp=500) for name in ("ONE", "TWO"))
    one = replace(one, stacking=ALONE)

    priced = quote(line("a", 10_000), promotions=(one, two), codes=("one", "two", "one", "nope"))

    assert names(priced) == ["ONE"]
    assert reasons(priced) == ["not_with_promotion", "already_applied", "unknown_code"]


def test_a_code_that_takes_nothing_off_is_in_nobodys_way() -> None:
    code = coded("WOK", EffectKind.PRODUCT_PERCENT, rate_bp=500, scope=of("WOK"), stacking=ALONE)

    priced = quote(line("a", 10_000), promotions=(code, percent("ten", 1_000)), codes=("wok",))

    assert (names(priced), reasons(priced)) == (["ten"], ["nothing_to_discount"])


def test_a_code_says_how_much_is_missing() -> None:
    code = coded("BIG", EffectKind.ORDER_PERCENT, rate_bp=500, conditions=at_least(12_000))

    refusal = quote(line("a", 10_000), promotions=(code,), codes=("BIG",)).refusals[0]

    assert refusal.reasons[0].code == "amount_missing"
    assert refusal.reasons[0].params["missing_cents"] == 2_000


@pytest.mark.parametrize(
    ("offered", "refused"),
    [
        pytest.param(percent("p", 500, entry=Entry.MANUAL), [], id="a manual one"),
        pytest.param(percent("p", 500, entry=Entry.ASSIGNED), ["not_held"], id="not hers"),
        pytest.param(
            percent("p", 500, entry=Entry.CODE, codes=("X",), public=False),
            ["not_held"],
            id="a secret code must be typed",
        ),
    ],
)
def test_what_may_be_picked(offered: Promotion, refused: list[str]) -> None:
    priced = quote(line("a", 10_000), promotions=(offered,), picked=("p",))

    assert reasons(priced) == refused


# ---------------------------------------------------------------- advantages, points, vouchers


FIRST = FirstOrder(tiers=(AdvantageTier(0, rate_bp=1_000),))
VIP = Segment(
    "vip", "VIP", Comparison("role", "has", "vip"), tiers=(AdvantageTier(5_000, rate_bp=2_000),)
)
NEW_VIP = {"buyer": Buyer(id="anna", roles=frozenset({"vip"}), points=100)}


@pytest.mark.parametrize(
    ("basket", "declined", "order", "kind"),
    [
        pytest.param(10_000, (), None, "segment", id="the segment first"),
        pytest.param(4_000, (), None, "first_order", id="no tier reached: the next kind"),
        pytest.param(10_000, ("segment",), None, "first_order", id="declined"),
        pytest.param(
            10_000, (), (AdvantageKind.FIRST_ORDER,), "first_order", id="the brand's order"
        ),
    ],
)
def test_at_most_one_advantage_serves(
    basket: int, declined: tuple[str, ...], order: tuple[AdvantageKind, ...] | None, kind: str
) -> None:
    settings = PlanSettings(advantage_order=order) if order else PlanSettings()

    priced = quote(
        line("a", basket),
        plan={"first_order": FIRST, "segments": (VIP,), "settings": settings},
        context=NEW_VIP,
        declined=frozenset(declined),
    )

    assert priced.advantage.kind == kind


def test_an_advantage_gives_way_to_a_code_it_does_not_combine_with() -> None:
    code = coded("FIVE", EffectKind.ORDER_PERCENT, rate_bp=500)

    priced = quote(
        line("a", 10_000), promotions=(code,), plan={"first_order": FIRST}, codes=("FIVE",)
    )

    assert (priced.advantage, priced.total_cents, priced.best_total_cents) == (None, 9_500, 9_000)


def test_a_promotion_that_bars_the_advantage_competes_with_it() -> None:
    bars = percent("bars", 1_500, stacking=Stacking(advantages=False))

    priced = quote(line("a", 10_000), promotions=(bars,), plan={"first_order": FIRST})

    assert (names(priced), priced.advantage) == (["bars"], None)


def test_points_are_refused_beside_a_code_by_default() -> None:
    code = coded("FIVE", EffectKind.ORDER_PERCENT, rate_bp=500)

    priced = quote(
        line("a", 10_000),
        promotions=(code,),
        plan={"spending": RATE},
        context={"buyer": Buyer(id="anna", points=50, past_orders=1)},
        codes=("FIVE",),
        points=10,
    )

    assert (reasons(priced), priced.points) == (["not_with_code"], None)


def test_an_automatic_promotion_gives_way_to_points_it_does_not_combine_with() -> None:
    priced = quote(
        line("a", 10_000),
        promotions=(percent("ten", 1_000, stacking=Stacking(points=False)),),
        plan={"spending": RATE},
        context={"buyer": Buyer(id="anna", points=50, past_orders=1)},
        points=1,
    )

    assert (names(priced), priced.total_cents, priced.best_total_cents) == ([], 9_900, 9_000)


def test_more_points_than_the_price_are_not_used() -> None:
    priced = quote(
        line("a", 950),
        plan={"spending": RATE},
        context={"buyer": Buyer(id="anna", points=50, past_orders=1)},
        points=20,
        shipping=500,
    )

    assert (priced.points.points, priced.points.usable, priced.total_cents) == (9, 9, 550)
    assert reasons(priced) == ["points_more_than_price"]


def test_a_voucher_leaves_discounted_lines_alone_where_it_says_so() -> None:
    first = promotion("first", EffectKind.PRODUCT_PERCENT, rate_bp=1_000, scope=of("A"))

    priced = quote(
        line("a", 5_000),
        line("b", 3_000),
        promotions=(first,),
        vouchers=(voucher(2_000, with_discounted=False),),
    )

    assert [one.net_cents for one in priced.lines] == [4_500, 1_000]


@pytest.mark.parametrize(
    ("sorts", "paid"),
    [
        pytest.param(("r", "r", "r"), ["a", "b"], id="of one reward"),
        pytest.param(("r", "s", "r"), ["a", "b", "c"], id="of two rewards"),
    ],
)
def test_only_so_many_vouchers_of_one_reward_go_with_an_order(
    sorts: tuple[str, ...], paid: list[str]
) -> None:
    held = tuple(
        voucher(1_000, id=name, sort=sort, most_per_order=2)
        for name, sort in zip("abc", sorts, strict=True)
    )
    priced = quote(line("a", 10_000), vouchers=held)

    assert [one.id for one in priced.vouchers] == paid
    codes = [one.reasons[0].code for one in priced.refusals]
    assert codes == ["voucher_most_per_order"] * (3 - len(paid))
