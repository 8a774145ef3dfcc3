"""CPU time of one quote, explanations included, by live promotions and lines; and what a plan
costs to compile and keep. `--json` prints numbers only."""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.promotions.domain.advantages import offers_to
from app.promotions.domain.asking import asked_of
from app.promotions.domain.cart import Buyer, Cart, CartLine, Context, Shipping
from app.promotions.domain.compiling import CompiledPlan, compile_plan
from app.promotions.domain.concerning import field_of
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.plan import Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quoting import Others, quote_of
from app.promotions.domain.solving import solve
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
PROMOTIONS = (10, 100, 1_000, 5_000)
PICKS = (10, 100)
CATALOGUE = 600
"""Products on sale: live promotions are about some of them each."""
ROUNDS = 5
ROUND_SECONDS = 0.05
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


def to_pick(number: int) -> Promotion:
    """One that the seller may pick, about the products of every cart or the whole order."""
    effects = (
        Effect(EffectKind.ORDER_PERCENT, rate_bp=300 + number % 9 * 100),
        Effect(EffectKind.PRODUCT_PERCENT, rate_bp=1_000, scope=about(product(number % 5 * 11))),
        Effect(EffectKind.ORDER_AMOUNT, amount_cents=300 + number * 10),
        Effect(EffectKind.SHIPPING_PERCENT, rate_bp=5_000),
    )
    return Promotion(
        id=f"m{number:05}",
        name=f"Pick {number}",
        effect=effects[number % len(effects)],
        entry=Entry.MANUAL,
        conditions=at_least(1_000) if number % 3 else None,
    )


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


def microseconds(work: Callable[[], object]) -> float:
    work()
    return median(_one_round(work) for _ in range(ROUNDS))


def _one_round(work: Callable[[], object]) -> float:
    runs, began = 0, process_time()
    while process_time() - began < ROUND_SECONDS:
        work()
        runs += 1
    return (process_time() - began) / runs * 1_000_000


def alone(cart: Cart, plan: Plan) -> None:
    """The price without what else could be had."""
    facts = CartFacts(cart, compile_plan(plan), CONTEXT)
    field = field_of(facts, offers_to(facts))
    solved = solve(facts, field.automatic, asked_of(facts), field.offers)
    quote_of(facts, solved, [*field.automatic], Others((), (), None))


def by_product(plan: Plan) -> dict[str, list[Promotion]]:
    """The index of the smallest loop that could be called pricing."""
    index: dict[str, list[Promotion]] = defaultdict(list)
    for one in plan.promotions:
        for named in one.effect.scope.products:
            index[named].append(one)
    return index


def loop(cart: Cart, index: dict[str, list[Promotion]]) -> int:
    """Looks up what concerns each line and takes it off in order of priority: no thresholds, no
    exclusions, no choice between them, no explanations. What any engine does at least."""
    total = 0
    for line in cart.lines:
        left = line.unit_price_cents * line.quantity
        for one in sorted(index.get(line.product, ()), key=lambda one: (-one.priority, one.id)):
            effect = one.effect
            if effect.rate_bp:
                left -= (left * effect.rate_bp + 5_000) // 10_000
            else:
                left -= min(left, effect.amount_cents)
        total += left
    return total


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


def row_of(lines: int, promotions: int, plan: Plan) -> dict[str, float]:
    cart, index = cart_of(lines), by_product(plan)
    spent = microseconds(lambda: price(cart, plan, CONTEXT))
    bare = microseconds(lambda: alone(cart, plan))
    smallest = microseconds(lambda: loop(cart, index))
    return {
        "promotions": promotions,
        "lines": lines,
        "applied": len(price(cart, plan, CONTEXT).applied),
        "microseconds": round(spent),
        "alone": round(bare),
        "explained_to_alone": round(spent / bare, 2),
        "loop": round(smallest, 1),
        "to_loop": round(spent / smallest, 1),
    }


def picking(lines: int, number: int) -> dict[str, float]:
    """With so many promotions to pick from, each told with what it would change."""
    more = tuple(map(to_pick, range(number)))
    plan, cart = Plan(promotions=(*plan_of(1_000).promotions, *more)), cart_of(lines)
    spent = microseconds(lambda: price(cart, plan, CONTEXT))
    bare = microseconds(lambda: alone(cart, plan))
    return {
        "to_pick": number,
        "lines": lines,
        "available": len(price(cart, plan, CONTEXT).available),
        "microseconds": round(spent),
        "alone": round(bare),
        "explained_to_alone": round(spent / bare, 2),
    }


def strangers(number: int) -> int:
    cart, plan = cart_of(5), Plan(promotions=tuple(map(stranger, range(number))))
    return round(microseconds(lambda: price(cart, plan, CONTEXT)))


def main() -> None:
    plans = {promotions: plan_of(promotions) for promotions in PROMOTIONS}
    table = [
        row_of(lines, promotions, plan) for promotions, plan in plans.items() for lines in LINES
    ]
    picks = [picking(lines, number) for number in PICKS for lines in (5, 20)]
    unconcerned = {number: strangers(number) for number in (100, 10_000)}
    compiled = {promotions: compiling(plan) for promotions, plan in plans.items()}
    if "--json" in sys.argv[1:]:
        told = {"quotes": table, "picks": picks, "strangers": unconcerned, "compiling": compiled}
        print(json.dumps(told))
        return
    _print(table, picks, unconcerned, compiled)


def _print(
    table: list[dict[str, float]],
    picks: list[dict[str, float]],
    unconcerned: dict[int, int],
    compiled: dict[int, tuple[float, float]],
) -> None:
    print("µs of CPU per quote; alone: without explanations; loop: the smallest that looks up")
    print(
        f"{'promotions':>10} {'lines':>6} {'applied':>8} {'µs':>8} {'alone':>8} {'ratio':>6}"
        f" {'loop':>7} {'ratio':>6} {'growth':>7}"
    )
    fewest = {row["lines"]: row["microseconds"] for row in reversed(table)}
    for row in table:
        print(
            f"{row['promotions']:>10,} {row['lines']:>6} {row['applied']:>8}"
            f" {row['microseconds']:>8,} {row['alone']:>8,} {row['explained_to_alone']:>6.2f}"
            f" {row['loop']:>7,} {row['to_loop']:>6.1f}"
            f" {row['microseconds'] / fewest[row['lines']]:>7.1f}"
        )
    print("\nbeside 1,000 promotions, so many to pick from")
    print(f"{'to pick':>10} {'lines':>6} {'µs':>8} {'alone':>8} {'ratio':>6}")
    for row in picks:
        print(
            f"{row['to_pick']:>10,} {row['lines']:>6} {row['microseconds']:>8,}"
            f" {row['alone']:>8,} {row['explained_to_alone']:>6.2f}"
        )
    few, many = unconcerned.values()
    print(f"\npromotions that do not concern the cart: {few} µs with 100, {many} with 10,000")
    print(f"growth {many / few:.2f}")
    print(f"\n{'promotions':>10} {'ms to compile':>14} {'kB kept':>9}")
    for promotions, (spent_ms, kilobytes) in compiled.items():
        print(f"{promotions:>10,} {spent_ms:>14.1f} {kilobytes:>9,.0f}")


if __name__ == "__main__":
    main()
