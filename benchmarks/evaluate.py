"""CPU time of one evaluation, by number of rules and of orders. `--json` prints numbers only."""

from __future__ import annotations

import json
import sys
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts import Facts
from app.rewards.domain.facts_format import read_facts
from app.rewards.domain.programme import Programme, compile_programme

RULES = (1, 10, 30, 60)
ORDERS = (5, 40)
ROUNDS = 7
ROUND_SECONDS = 0.15


def at_least(measure: str, value: int) -> dict[str, Any]:
    return {"measure": measure, "op": ">=", "value": value}


def step(start: int, points: int) -> dict[str, Any]:
    return {"from": start, "rewards": [{"kind": "points_fixed", "points": points}]}


KINDS: list[dict[str, Any]] = [
    {
        "beneficiary": "host",
        "trigger": "hosting",
        "conditions": {"all": [at_least("turnover", 30_000), at_least("attended", 2)]},
        "rewards": [{"kind": "points_percent_turnover", "rate_bp": 1_000}],
    },
    {
        "beneficiary": "host",
        "trigger": "during_meeting",
        "tiers": {
            "measure": "turnover",
            "mode": "best",
            "steps": [step(20_000, 20), step(40_000, 50), step(900_000, 90)],
        },
    },
    {
        "beneficiary": "host",
        "trigger": "hosting",
        "conditions": {"any": [at_least("buyers", 50), at_least("bookings_made", 1)]},
        "lane": "voucher",
        "rewards": [{"kind": "voucher", "amount_cents": 1_500}],
    },
    {
        "beneficiary": "seller",
        "trigger": "hosting",
        "turnover": {"host_orders": "excluded"},
        "rewards": [{"kind": "points_percent_turnover", "rate_bp": 300}],
    },
    {
        "beneficiary": "host",
        "trigger": "guest_booking",
        "rewards": [{"kind": "points_fixed", "points": 20}],
    },
    {
        "beneficiary": "host",
        "trigger": "hosting",
        "conditions": at_least("orders", 60),
        "rewards": [{"kind": "gift_choice", "products": ["A", "B"]}],
    },
]


def programme_of(rules: int) -> Programme:
    listed = [{"id": f"r{i:03}", **kind} for i, kind in enumerate(islice(cycle(KINDS), rules))]
    return compile_programme({"format": "convive.programme/1", "rules": listed})


def facts_of(orders: int) -> Facts:
    return read_facts(
        {
            "seller_customer_id": "seller",
            "meeting": {
                "id": "m",
                "host_customer_id": "c0",
                "first_planned_on": "2026-03-02",
                "participants": [
                    {"customer_id": f"c{i}", "attended": i % 2 == 0} for i in range(orders)
                ],
                "bookings": [{"id": "b", "customer_id": "c1"}],
            },
            "orders": [
                {
                    "id": f"o{i}",
                    "customer_id": f"c{i}",
                    "lines": [{"product": f"P{n}", "net_cents": 2_990 + n} for n in range(3)],
                }
                for i in range(orders)
            ],
        }
    )


def microseconds(facts: Facts, programme: Programme) -> float:
    return median(_one_round(facts, programme) for _ in range(ROUNDS))


def _one_round(facts: Facts, programme: Programme) -> float:
    runs, began = 0, process_time()
    while process_time() - began < ROUND_SECONDS:
        evaluate(facts, programme)
        runs += 1
    return (process_time() - began) / runs * 1_000_000


def main() -> None:
    table = [
        {"rules": rules, "orders": orders, "microseconds": round(microseconds(facts, programme))}
        for rules in RULES
        for orders in ORDERS
        for facts, programme in [(facts_of(orders), programme_of(rules))]
    ]
    if "--json" in sys.argv[1:]:
        print(json.dumps(table))
        return
    print(f"{'rules':>6} {'orders':>7} {'µs per evaluate':>16}")
    for row in table:
        print(f"{row['rules']:>6} {row['orders']:>7} {row['microseconds']:>16,}")


if __name__ == "__main__":
    main()
