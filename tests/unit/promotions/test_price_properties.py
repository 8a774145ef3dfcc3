"""What must hold for any plan and any cart; the cheapest set compared with trying every one."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.promotions.domain.advantages import offers_to, segments_of
from app.promotions.domain.asking import asked_of, wanted
from app.promotions.domain.candidates import Candidate
from app.promotions.domain.cart import (
    Bracket,
    Buyer,
    Cart,
    CartLine,
    Context,
    GiftProduct,
    HeldVoucher,
    Shipping,
)
from app.promotions.domain.compiling import compile_plan
from app.promotions.domain.concerning import field_of
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.plan import Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.searching import choose, fits, key_of
from app.promotions.domain.steps import Pass
from app.promotions.domain.terms import (
    AdvantageTier,
    Base,
    Comparison,
    Earning,
    Effect,
    EffectKind,
    Entry,
    FirstOrder,
    Limits,
    Per,
    Pick,
    PlanSettings,
    PointValue,
    Promotion,
    Scope,
    Selection,
    Spending,
    SpendingMode,
    Stacking,
)
from tests.support.chance import SOAK
from tests.unit.promotions.carts import NOON

PRODUCTS = ("A", "B", "C")
cents = st.sampled_from([0, 1, 99, 333, 1_000, 1_999, 2_500, 4_000, 10_000])
rates = st.sampled_from([0, 333, 1_000, 2_500, 5_000, 10_000])
scopes = st.builds(
    Scope,
    products=st.frozensets(st.sampled_from(PRODUCTS), max_size=2),
    without_products=st.just(frozenset()),
)

carts_lines = st.lists(
    st.builds(
        CartLine,
        id=st.sampled_from("abcdef"),
        product=st.sampled_from(PRODUCTS),
        quantity=st.integers(1, 4),
        unit_price_cents=cents,
        vat_rate_bp=st.sampled_from([550, 2_000]),
        minimum_price_cents=st.sampled_from([0, 0, 0, 300]),
        discountable=st.sampled_from([True, True, True, False]),
        gift=st.sampled_from([False, False, False, True]),
        points_each=st.sampled_from([None, None, 7]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda line: line.id,
)

thresholds = st.none() | st.builds(
    Comparison,
    measure=st.sampled_from(["basket_net", "basket_net", "basket_list", "quantity"]),
    op=st.sampled_from([">=", ">=", ">=", "<", ">"]),
    value=st.sampled_from([2, 1_000, 3_000, 5_000, 8_000, 12_000]),
    scope=scopes,
)

effects = st.builds(
    Effect,
    kind=st.sampled_from(list(EffectKind)),
    rate_bp=rates,
    amount_cents=cents,
    cap_cents=st.sampled_from([None, None, 500]),
    scope=scopes,
    at_most_units=st.sampled_from([None, None, 2]),
    pick=st.sampled_from(list(Pick)),
    per=st.sampled_from(list(Per)),
    buy=st.integers(1, 2),
    get=st.just(1),
    products=st.just(("GIFT",)),
).map(lambda effect: replace(effect, scope=Scope()) if "order" in effect.kind.value else effect)


def promotions_of(entry: Entry) -> st.SearchStrategy[Promotion]:
    return st.builds(
        Promotion,
        id=st.sampled_from([f"{entry.value}{n}" for n in range(9)]),
        name=st.just("x"),
        effect=effects,
        entry=st.just(entry),
        priority=st.integers(0, 2),
        conditions=thresholds,
        limits=st.builds(
            Limits,
            budget_cents=st.sampled_from([None, None, None, 400]),
            partial=st.booleans(),
        ),
        stacking=st.builds(
            Stacking,
            promotions=st.sampled_from([True, True, True, False]),
            advantages=st.sampled_from([True, True, False]),
            points=st.sampled_from([True, True, False]),
            vouchers=st.sampled_from([True, True, False]),
            itself=st.booleans(),
        ),
        group=st.sampled_from(["", "", "", "g", "h"]),
        base=st.sampled_from([Base.REMAINING, Base.REMAINING, Base.LIST]),
        skip_discounted=st.sampled_from([False, False, True]),
    )


tiers = st.lists(
    st.builds(
        AdvantageTier,
        start=st.sampled_from([0, 2_000, 5_000, 9_000]),
        rate_bp=rates,
        free_shipping=st.sampled_from([None, frozenset()]),
    ),
    max_size=2,
).map(tuple)

plans = st.builds(
    Plan,
    promotions=st.lists(
        promotions_of(Entry.AUTOMATIC), max_size=6, unique_by=lambda one: one.id
    ).map(tuple),
    first_order=st.none() | st.builds(FirstOrder, tiers=tiers),
    earning=st.just(Earning(with_codes_or_vouchers=True)),
    spending=st.builds(
        Spending,
        mode=st.just(SpendingMode.RATE),
        value_customer=st.sampled_from([PointValue(1, 1), PointValue(1, 100)]),
        minimum_basket_cents=st.sampled_from([0, 3_000]),
        with_advantages=st.booleans(),
    ),
    settings=st.builds(
        PlanSettings,
        selection=st.sampled_from([Selection.BEST, Selection.BEST, Selection.PRIORITY]),
    ),
)

vouchers = st.builds(
    HeldVoucher,
    id=st.sampled_from(["v", "w"]),
    remaining_cents=cents,
    scope=scopes,
    minimum_basket_cents=st.sampled_from([0, 0, 4_000]),
    with_discounted=st.booleans(),
)

carts = st.builds(
    Cart,
    lines=carts_lines.map(tuple),
    shipping=st.sampled_from(
        [
            Shipping(),
            Shipping("home", 590, free_from_cents=6_000),
            Shipping("home", brackets=(Bracket(0, 590), Bracket(4_000, 290))),
        ]
    ),
    vouchers=st.lists(vouchers, max_size=2, unique_by=lambda one: one.id).map(tuple),
    points=st.sampled_from([0, 0, 10]),
)

CONTEXT = Context(
    at=NOON,
    buyer=Buyer(id="anna", points=50),
    gifts={"GIFT": GiftProduct("GIFT", unit_price_cents=500, stock=2)},
)


@given(carts, plans)
@settings(max_examples=100 * SOAK)
def test_parts_sum_to_the_whole_and_nothing_is_too_low(cart: Cart, plan: Plan) -> None:
    priced = price(cart, plan, CONTEXT)

    assert sum(line.net_cents for line in priced.lines) == priced.products_cents
    assert priced.products_cents + priced.shipping_cents == priced.total_cents
    assert sum(part.vat_cents for part in priced.vat) == priced.vat_cents
    assert sum(part.gross_cents for part in priced.vat) == priced.total_cents
    assert sum(line.points for line in priced.lines) == priced.points_earned
    assert priced.shipping_cents >= 0
    for line, sold in zip(priced.lines, cart.lines, strict=True):
        off = dict.fromkeys(("discounts", "paid"), 0)
        for adjustment in line.adjustments:
            kind = "paid" if adjustment.code in {"voucher", "points"} else "discounts"
            off[kind] += adjustment.amount_cents
            assert adjustment.amount_cents > 0
        assert line.list_cents - sum(off.values()) == line.net_cents >= 0
        if not sold.gift and off["discounts"]:
            assert sold.discountable
            assert line.list_cents - off["discounts"] >= sold.minimum_price_cents * sold.quantity


@given(carts, plans, st.randoms())
@settings(max_examples=40 * SOAK)
def test_the_order_of_lines_and_promotions_changes_nothing(
    cart: Cart, plan: Plan, random: object
) -> None:
    lines, promotions = list(cart.lines), list(plan.promotions)
    random.shuffle(lines)
    random.shuffle(promotions)
    shuffled = price(
        replace(cart, lines=tuple(lines)), replace(plan, promotions=tuple(promotions)), CONTEXT
    )

    straight = price(cart, plan, CONTEXT)

    by_id = tuple(sorted(straight.lines, key=lambda line: line.id))
    assert by_id == tuple(sorted(shuffled.lines, key=lambda line: line.id))
    assert replace(straight, lines=()) == replace(shuffled, lines=())


@given(carts, plans)
@settings(max_examples=40 * SOAK)
def test_a_promotion_that_concerns_nobody_changes_nothing(cart: Cart, plan: Plan) -> None:
    elsewhere = Promotion(
        id="zzz",
        name="zzz",
        effect=Effect(EffectKind.PRODUCT_PERCENT, rate_bp=5_000, scope=Scope(frozenset({"Z"}))),
        stacking=Stacking(promotions=False),
    )
    more = replace(plan, promotions=(*plan.promotions, elsewhere))

    assert price(cart, more, CONTEXT) == price(cart, plan, CONTEXT)


@given(carts, plans.map(lambda plan: replace(plan, settings=PlanSettings())))
@settings(max_examples=120 * SOAK)
def test_no_legal_combination_is_better_than_the_best(cart: Cart, plan: Plan) -> None:
    facts = CartFacts(cart, compile_plan(plan), CONTEXT)
    segments_of(facts)
    field = field_of(facts, offers_to(facts))
    asked = wanted(asked_of(facts), field.offers)

    found = choose(facts, field.automatic, asked).done

    fitting = [one for one in field.automatic if fits(one, asked)]
    every = [
        key_of(Pass(facts, chosen, asked, advantage=advantage))
        for chosen in every_set(fitting)
        for advantage in (True, False)
        if is_legal(chosen, advantage=advantage)
    ]
    assert key_of(found) == min(every)


@given(
    carts.map(lambda cart: replace(cart, vouchers=(), points=0)),
    plans,
    st.lists(promotions_of(Entry.MANUAL), min_size=1, max_size=3, unique_by=lambda one: one.id),
)
@settings(max_examples=60 * SOAK)
def test_what_is_available_saves_what_picking_it_saves(
    cart: Cart, plan: Plan, to_pick: list[Promotion]
) -> None:
    plan = replace(plan, promotions=(*plan.promotions, *to_pick))

    priced = price(cart, plan, CONTEXT)

    saved = {one.promotion: one.saves_cents for one in priced.available}
    for one in to_pick:
        picked = price(replace(cart, picked=(one.id,)), plan, CONTEXT)
        stood = not any(refusal.kind == "pick" for refusal in picked.refusals)
        gain = priced.total_cents - picked.total_cents if stood else None
        assert saved.get(one.id) == gain


def every_set(candidates: list[Candidate]) -> chain[tuple[Candidate, ...]]:
    sizes = range(len(candidates) + 1)
    return chain.from_iterable(combinations(candidates, size) for size in sizes)


def is_legal(chosen: tuple[Candidate, ...], *, advantage: bool) -> bool:
    groups = [one.promotion.group for one in chosen if one.promotion.group]
    if len(groups) != len(set(groups)):
        return False
    if advantage and not all(one.promotion.stacking.advantages for one in chosen):
        return False
    return len(chosen) < 2 or all(one.promotion.stacking.promotions for one in chosen)
