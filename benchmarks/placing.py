"""What placing an order costs, by its lines and by the discounts in force: statements, CPU time,
time in all.

Every order has a typed code, discounts that apply by themselves, a voucher and points. On a
throw-away database: TEST_DATABASE_URL names a server to make it on, otherwise one is started. The
number of statements must depend on neither. `--json` prints numbers only; `--statements` what one
order of five lines sends.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))

from app import create_app
from app.brands.services import create_brand
from app.config import Settings
from app.infra.extensions import db
from app.infra.uow import UnitOfWork, unit_of_work
from scripts.services import throwaway_services
from tests.support.checkout import Checkout, set_checkout
from tests.support.databases import clone, sqlalchemy_url
from tests.support.queries import Counted, counted

SIZES = ((1, 10), (5, 10), (20, 10), (5, 100), (5, 1_000))
"""Lines of the order, discounts in force."""
ROUNDS = 9
MOST_STATEMENTS, MOST_CPU_MS, MOST_GROWTH = 16, 10, 2.5
"""Of five lines; how much more twenty may cost than one."""

_brands = count(1)


@contextmanager
def application() -> Iterator[None]:
    with ExitStack() as stack:
        server = os.environ.get("TEST_DATABASE_URL")
        server = server or stack.enter_context(throwaway_services()).database
        database = stack.enter_context(clone(server, "benchmark"))
        app = create_app(Settings(database_url=sqlalchemy_url(database), argon2_cheap=True))
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        yield


def checkout(promotions: int) -> Checkout:
    """Of a brand of its own."""
    slug = f"banc-{next(_brands)}"
    with unit_of_work(None) as work:
        brand_id = create_brand(work, slug=slug, name=slug, clock=work.clock).id

    @contextmanager
    def uow(brand: UUID = brand_id, clock: Any = None) -> Iterator[UnitOfWork]:
        with unit_of_work(brand, clock) as work:
            yield work

    return set_checkout(uow, brand_id, promotions)


def measured(shop: Checkout, lines: int, promotions: int) -> dict[str, Any]:
    """The median of a few orders; making them is not counted."""
    place_one(shop, lines)  # compiles the plan and the statements
    rounds = [place_one(shop, lines)[1] for _ in range(ROUNDS)]
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    return {"lines": lines, "promotions": promotions} | middle


def place_one(shop: Checkout, lines: int) -> tuple[Counted, dict[str, float]]:
    order_id = shop.filled(lines)
    began, cpu = perf_counter(), process_time()
    with counted(db.engine) as found:
        shop.place(order_id)
    return found, {
        "statements": found.count,
        "cpu_ms": round(1_000 * (process_time() - cpu), 1),
        "ms": round(1_000 * (perf_counter() - began), 1),
    }


def main() -> None:
    words = sys.argv[1:]
    with application():
        if "--statements" in words:
            print("\n".join(place_one(checkout(10), 5)[0].statements))
            return
        table = [measured(checkout(number), lines, number) for lines, number in SIZES]
    if "--json" in words:
        print(json.dumps(table))
        return
    print(f"{'lines':>7} {'discounts':>10} {'statements':>11} {'CPU ms':>8} {'ms':>8}")
    for row in table:
        print(
            f"{row['lines']:>7} {row['promotions']:>10} {row['statements']:>11}"
            f" {row['cpu_ms']:>8} {row['ms']:>8}"
        )
    print("\n".join(_verdict(table)))


def _verdict(table: list[dict[str, Any]]) -> Iterator[str]:
    one, five, twenty = table[:3]
    yield f"statements: at most {MOST_STATEMENTS}, for any size: {_said(_steady(table))}"
    yield f"CPU of five lines: at most {MOST_CPU_MS} ms: {_said(five['cpu_ms'] <= MOST_CPU_MS)}"
    grown = twenty["cpu_ms"] / one["cpu_ms"]
    yield f"twenty lines: {grown:.1f} times one: {_said(grown <= MOST_GROWTH)}"


def _steady(table: list[dict[str, Any]]) -> bool:
    found = {row["statements"] for row in table}
    return len(found) == 1 and max(found) <= MOST_STATEMENTS


def _said(kept: bool) -> str:
    return "kept" if kept else "NOT KEPT"


if __name__ == "__main__":
    main()
