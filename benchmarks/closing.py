"""What closing a meeting costs, by its number of orders: statements, CPU time, time in all, and
what settling it again costs when nothing changed. The last rows: under sixty rules.

On a throw-away database: TEST_DATABASE_URL names a server to make it on, otherwise one is started.
The number of statements must not depend on the number of orders. `--json` prints numbers only.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
from tests.support.databases import clone, sqlalchemy_url
from tests.support.gathering import set_stage
from tests.support.queries import counted
from tests.support.rewards import at_least, percent, points, programme, rule, tiers
from tests.support.season import Season, every_reward

ORDERS = (5, 20, 40, 80)
RULES, GUESTS = 60, 30
ROUNDS = 3


@contextmanager
def season() -> Iterator[Season]:
    with ExitStack() as stack:
        server = os.environ.get("TEST_DATABASE_URL")
        server = server or stack.enter_context(throwaway_services()).database
        database = stack.enter_context(clone(server, "benchmark"))
        app = create_app(Settings(database_url=sqlalchemy_url(database), argon2_cheap=True))
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        yield _season()


def _season() -> Season:
    with unit_of_work(None) as work:
        brand_id = create_brand(work, slug="banc", name="Banc", clock=work.clock).id

    @contextmanager
    def uow(brand: UUID = brand_id, clock: Any = None) -> Iterator[UnitOfWork]:
        with unit_of_work(brand, clock) as work:
            yield work

    found = Season(set_stage(uow, brand_id))
    found.publish(every_reward("WOK-seller"))
    return found


def measured(season: Season, orders: int, guests: int | None = None) -> dict[str, Any]:
    """The median of a few meetings; making them is not counted."""
    rounds = [_one_closing(season, orders, guests) for _ in range(ROUNDS)]
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    return {"orders": orders} | middle


def sixty_rules() -> dict[str, Any]:
    """A third each: percentages by steps of turnover, conditions, what guests win."""
    found = []
    for n in range(RULES // 3):
        steps = {10_000 * (n + 1): points(5 + n), 90_000 * (n + 1): points(50 + n)}
        found.append(rule(id=f"steps{n}", tiers=tiers("best", steps)))
        wanted = {"all": [at_least("orders", n), at_least("turnover", 1_000 * n)]}
        given = [percent(10 * (n + 1)), points(n + 1)]
        found.append(rule(id=f"host{n}", conditions=wanted, rewards=given))
        wanted = at_least("turnover", 20_000 * (n + 1))
        by_guest = {"beneficiary": "guest", "trigger": "during_meeting"}
        found.append(rule(id=f"guest{n}", conditions=wanted, rewards=[points(1)], **by_guest))
    return programme(*found)


def _one_closing(season: Season, orders: int, guests: int | None = None) -> dict[str, float]:
    meeting_id = season.sold(orders, guests=guests)
    began, cpu = perf_counter(), process_time()
    with counted(db.engine) as found:
        settled = season.close(meeting_id)
    assert settled is not None
    cost = {
        "statements": found.count,
        "grants": len(settled.changes),
        "cpu_ms": round(1_000 * (process_time() - cpu), 1),
        "ms": round(1_000 * (perf_counter() - began), 1),
    }
    cpu = process_time()
    assert not season.settle(meeting_id).changes
    return cost | {"again_ms": round(1_000 * (process_time() - cpu), 1)}


def main() -> None:
    with season() as stage:
        _one_closing(stage, 1)  # compiles the programme and the statements
        table = [measured(stage, orders) for orders in ORDERS]
        stage.publish(sixty_rules())
        _one_closing(stage, 1)
        table += [measured(stage, 40, GUESTS)]
    if "--json" in sys.argv[1:]:
        print(json.dumps(table))
        return
    print(f"{'orders':>7} {'grants':>7} {'statements':>11} {'CPU ms':>8} {'ms':>8} {'again':>8}")
    for row in table:
        print(
            f"{row['orders']:>7} {row['grants']:>7} {row['statements']:>11}"
            f" {row['cpu_ms']:>8} {row['ms']:>8} {row['again_ms']:>8}"
        )


if __name__ == "__main__":
    main()
