"""CPU time of one quote, explanations included, by live promotions and lines; and what a plan
costs to compile and keep. `--json` prints numbers only."""

from __future__ import annotations

import json
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.promotions.domain.cart import Buyer, Cart, CartLine, Context, Shipping
from app.promotions.domain.compiling import CompiledPlan
from app.promotions.domain.plan import Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.terms import (
    Comparison,
    Condition,
    Earning,
    Effect,
    EffectKind,
    Entry,
    Period,
    Promotion,
    Scope,
    Stacking,
)

LINES = (1, 5, 20, 50)
PROMOTIONS = (1, 10, 100, 1_000, 5_000)
CATALOGUE = 600
"""Products on sale: live promotions are about some of them each."""
ROUNDS = 5
ROUND_SECONDS = 0.1
NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
TODAY = date(2026, 10, 10)


def product(number: int) -> str:
    return f"P{number % CATALOGUE:04}"


def about(*products: str) -> Scope:
    return Scope(products=frozenset(products))


def at_least(cents: int, scope: Scope | None = None) -> Comparison:
    return Comparison("basket_net", ">=", cents, scope=scope or Scope())


def effect(number: int) -> Effect:
    """One of twenty kinds, in turn."""
    kind, own = number % 20, about(product(number * 7), product(number * 7 + 3))
    if kind in {4, 5}:
        return Effect(EffectKind.ORDER_PERCENT, rate_bp=200 + min(number * 2, 2_000))
    if kind == 6:
        return Effect(EffectKind.SHIPPING_PERCENT, rate_bp=5_000)
    if kind in {7, 8}:
        return Effect(EffectKind.ORDER_AMOUNT, amount_cents=500)
    if kind in {9, 10}:
        return Effect(EffectKind.BUY_X_GET_Y, buy=2, get=1, rate_bp=10_000, scope=own)
    if kind in {11, 12}:
        return Effect(EffectKind.FIXED_PRICE, amount_cents=1_990, scope=own)
    if kind in {13, 14}:
        return Effect(EffectKind.PRODUCT_AMOUNT, amount_cents=150, scope=own)
    if kind == 15:
        return Effect(EffectKind.PRODUCT_PERCENT, rate_bp=1_500, scope=own, at_most_units=2)
    return Effect(EffectKind.PRODUCT_PERCENT, rate_bp=500 + number % 7 * 100, scope=own)


def condition(number: int) -> Condition | None:
    """Tiers on the basket, segments, and quantities of the products themselves."""
    own = about(product(number * 7), product(number * 7 + 3))
    return {
        4: at_least(2_000 + number * 200),
        5: Comparison("segment", "has", f"s{number}"),
        6: Comparison("segment", "has", f"s{number}"),
        16: Comparison("quantity", ">=", 3, scope=own),
    }.get(number % 20)


def promotion(number: int) -> Promotion:
    """Most are about products; some about the basket, in one group of tiers; some are alone; two
    in twenty need a code."""
    kind = number % 20
    coded = kind in {7, 8}
    return Promotion(
        id=f"p{number:05}",
        name=f"Promotion {number}",
        effect=effect(number),
        entry=Entry.CODE if coded else Entry.AUTOMATIC,
        codes=(f"CODE{number}",) if coded else (),
        public=not coded,
        priority=number % 5,
        conditions=condition(number),
        stacking=Stacking(promotions=kind != 17),
        group="tiers" if kind == 4 else "",
        period=Period(date(2026, 10, 1), date(2026, 10, 31)),
    )


def plan_of(promotions: int) -> Plan:
    return Plan(promotions=tuple(map(promotion, range(promotions))), earning=Earning())


def stranger(number: int) -> Promotion:
    """One that concerns no cart of these."""
    one = promotion(number * 20 + 13)
    return replace(one, effect=replace(one.effect, scope=about(f"Q{number}")))


def cart_of(lines: int) -> Cart:
    return Cart(
        lines=tuple(
            CartLine(
                id=f"l{number:03}",
                product=product(number * 11),
                quantity=1 + number % 3,
                unit_price_cents=1_490 + number * 130,
                vat_rate_bp=2_000,
                categories=(f"c{number % 8}",),
            )
            for number in range(lines)
        ),
        shipping=Shipping("home", 590),
    )


CONTEXT = Context(at=NOW, buyer=Buyer(id="anna", past_orders=3))


def microseconds(cart: Cart, plan: Plan) -> float:
    price(cart, plan, CONTEXT)
    return median(_one_round(cart, plan) for _ in range(ROUNDS))


def _one_round(cart: Cart, plan: Plan) -> float:
    runs, began = 0, process_time()
    while process_time() - began < ROUND_SECONDS:
        price(cart, plan, CONTEXT)
        runs += 1
    return (process_time() - began) / runs * 1_000_000


def compiling(plan: Plan) -> tuple[float, float]:
    """Milliseconds to compile it, and kilobytes that the result keeps."""
    began = process_time()
    CompiledPlan(plan).on(TODAY)
    spent = (process_time() - began) * 1_000
    tracemalloc.start()
    kept = CompiledPlan(plan)
    kept.on(TODAY)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return spent, size / 1_000


def main() -> None:
    plans = {promotions: plan_of(promotions) for promotions in PROMOTIONS}
    table = [
        {
            "promotions": promotions,
            "lines": lines,
            "applied": len(price(cart_of(lines), plan, CONTEXT).applied),
            "microseconds": round(microseconds(cart_of(lines), plan)),
        }
        for promotions, plan in plans.items()
        for lines in LINES
    ]
    strangers = {
        number: round(
            microseconds(cart_of(5), Plan(promotions=tuple(map(stranger, range(number)))))
        )
        for number in (100, 10_000)
    }
    compiled = {promotions: compiling(plan) for promotions, plan in plans.items()}
    if "--json" in sys.argv[1:]:
        print(json.dumps({"quotes": table, "strangers": strangers, "compiling": compiled}))
        return
    print(f"{'promotions':>10} {'lines':>6} {'applied':>8} {'µs per quote':>13}")
    for row in table:
        print(
            f"{row['promotions']:>10,} {row['lines']:>6} {row['applied']:>8}"
            f" {row['microseconds']:>13,}"
        )
    print("\npromotions that do not concern the cart: µs per quote")
    for number, spent in strangers.items():
        print(f"{number:>10,} {spent:>13,}")
    print(f"\n{'promotions':>10} {'ms to compile':>14} {'kB kept':>9}")
    for promotions, (spent_ms, kilobytes) in compiled.items():
        print(f"{promotions:>10,} {spent_ms:>14.1f} {kilobytes:>9,.0f}")


if __name__ == "__main__":
    main()
