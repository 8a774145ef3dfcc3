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
    All,
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


def promotion(number: int) -> Promotion:
    """One of ten kinds, in turn: about products, amounts, a segment, a code, some in groups."""
    kind, own = number % 10, about(product(number * 7), product(number * 7 + 3))
    effects = {
        0: Effect(EffectKind.PRODUCT_PERCENT, rate_bp=500 + number % 7 * 100, scope=own),
        1: Effect(EffectKind.PRODUCT_AMOUNT, amount_cents=150, scope=own),
        2: Effect(EffectKind.FIXED_PRICE, amount_cents=1_990, scope=own),
        3: Effect(EffectKind.BUY_X_GET_Y, buy=2, get=1, rate_bp=10_000, scope=own),
        4: Effect(EffectKind.ORDER_PERCENT, rate_bp=200 + number // 4),
        5: Effect(EffectKind.ORDER_AMOUNT, amount_cents=300 + number % 100),
        6: Effect(EffectKind.PRODUCT_PERCENT, rate_bp=1_000, scope=own, at_most_units=2),
        7: Effect(EffectKind.PRODUCT_PERCENT, rate_bp=2_000, scope=own),
        8: Effect(EffectKind.SHIPPING_PERCENT, rate_bp=5_000),
        9: Effect(EffectKind.ORDER_PERCENT, rate_bp=1_000),
    }
    conditions: dict[int, Condition] = {
        4: at_least(4_000 + number * 50),
        5: All((Comparison("quantity", ">=", 2, scope=own), at_least(5_000))),
        7: Comparison("quantity", ">=", 3, scope=own),
        8: Comparison("segment", "has", f"s{number}"),
    }
    return Promotion(
        id=f"p{number:05}",
        name=f"Promotion {number}",
        effect=effects[kind],
        entry=Entry.CODE if kind == 9 else Entry.AUTOMATIC,
        codes=(f"CODE{number}",) if kind == 9 else (),
        public=kind != 9,
        priority=number % 5,
        conditions=conditions.get(kind),
        stacking=Stacking(promotions=number % 40 != 7),
        group={4: "tiers", 5: "amounts", 16: f"own{number % 3}"}.get(
            number % 20 if kind == 6 else kind, ""
        ),
        period=Period(date(2026, 10, 1), date(2026, 10, 31)),
    )


def plan_of(promotions: int) -> Plan:
    return Plan(promotions=tuple(map(promotion, range(promotions))), earning=Earning())


def stranger(number: int) -> Promotion:
    """One that concerns no cart of these."""
    one = promotion(number * 10)
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
