"""What closing a meeting costs against its size, guests x orders x rules: statements, CPU time of
this side, time in all; then what its preview costs, settling it again when nothing changed, and
settling it after a return. The last row: a programme with every kind of reward.

On a throw-away database: TEST_DATABASE_URL names a server to make it on, otherwise one is started.
The numbers of statements must not depend on the size, the cost of a grant should not either.
`--json` prints numbers only.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
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
from app.kernel.actor import Actor, system
from app.meetings.services.ordering import cancel_units
from app.orders.queries import orders_of_meetings
from app.rewards.services.settlement import close_and_settle, preview, settle_meeting
from scripts.services import throwaway_services
from tests.support.databases import clone, sqlalchemy_url
from tests.support.gathering import set_stage
from tests.support.queries import counted
from tests.support.rewards import at_least, percent, points, programme, rule, tiers
from tests.support.season import Season, every_reward

GUESTS = (10, 30, 100)
ORDERS_TO_GUESTS = 4 / 3
RULES = (10, 60, 300)
ROUNDS = 3
COLUMNS = {
    "guests": "guests",
    "orders": "orders",
    "rules": "rules",
    "grants": "grants",
    "statements": "statements",
    "cpu_ms": "CPU ms",
    "grant_us": "µs/grant",
    "ms": "ms",
    "preview_ms": "preview",
    "again_statements": "again",
    "again_ms": "CPU ms",
    "returned_statements": "return",
    "returned_ms": "CPU ms",
    "revised": "revised",
}


class RolledBack(Exception):
    """Measured, and to be measured again."""


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

    return Season(set_stage(uow, brand_id))


def rules_of(number: int) -> list[dict[str, Any]]:
    """A third each: percentages by steps of turnover, conditions, what guests win."""
    found = []
    for n in range(number // 3):
        steps = {10_000 * (n + 1): points(5 + n), 90_000 * (n + 1): points(50 + n)}
        found.append(rule(id=f"steps{n}", tiers=tiers("best", steps)))
        wanted = {"all": [at_least("orders", n), at_least("turnover", 1_000 * n)]}
        given = [percent(10 * (n + 1)), points(n + 1)]
        found.append(rule(id=f"host{n}", conditions=wanted, rewards=given))
        wanted = at_least("turnover", 20_000 * (n % 20 + 1))
        by_guest = {"beneficiary": "guest", "trigger": "during_meeting"}
        found.append(rule(id=f"guest{n}", conditions=wanted, rewards=[points(1)], **by_guest))
    return found


@dataclass
class Cost:
    statements: int
    cpu_ms: float
    ms: float
    changes: int


def cost_of(season: Season, work: Callable[..., Any], *args: Any, keep: bool = True) -> Cost:
    """Of one unit of work. What is not kept leaves the meeting as it was."""
    began, cpu = perf_counter(), process_time()
    with (
        counted(db.engine) as found,
        suppress(RolledBack),
        season.stage.uow(season.brand_id) as uow,
    ):
        answer = work(uow, system(season.brand_id), *args, clock=uow.clock)
        if not keep:
            uow.session.flush()
            uow.write_down()
            raise RolledBack
    return Cost(
        found.count,
        round(1_000 * (process_time() - cpu), 1),
        round(1_000 * (perf_counter() - began), 1),
        len(getattr(answer, "changes", ())),
    )


def shown(uow: UnitOfWork, _actor: Actor, meeting_id: UUID, **_clock: Any) -> None:
    """As the closing screen does: with what is missing, and why."""
    outcome = preview(uow, meeting_id)
    assert [one.explanation for one in outcome.awards]
    assert isinstance(outcome.misses, tuple)


def measured(season: Season, guests: int, rules: int) -> dict[str, Any]:
    orders = round(guests * ORDERS_TO_GUESTS)
    meeting_id = season.sold(orders, guests=guests)
    gc.collect()
    gc.freeze()  # as the web server does
    previews = [cost_of(season, shown, meeting_id) for _ in range(ROUNDS)]
    closings = [cost_of(season, close_and_settle, meeting_id, keep=False) for _ in range(ROUNDS)]
    cost_of(season, close_and_settle, meeting_id)
    agains = [cost_of(season, settle_meeting, meeting_id) for _ in range(ROUNDS)]
    assert not any(one.changes for one in agains)
    with season.stage.uow(season.brand_id) as work:
        order = orders_of_meetings(work.session, [meeting_id])[0]
        staff = system(season.brand_id)
        cancel_units(work, staff, order.id, reason="broken", clock=work.clock)
    returned = [cost_of(season, settle_meeting, meeting_id, keep=False) for _ in range(ROUNDS)]
    cpu = median(one.cpu_ms for one in closings)
    return {
        "guests": guests,
        "orders": orders,
        "rules": rules,
        "grants": closings[0].changes,
        "statements": closings[0].statements,
        "cpu_ms": cpu,
        "grant_us": round(1_000 * cpu / closings[0].changes),
        "ms": median(one.ms for one in closings),
        "preview_ms": median(one.cpu_ms for one in previews),
        "again_statements": agains[0].statements,
        "again_ms": median(one.cpu_ms for one in agains),
        "returned_statements": returned[0].statements,
        "returned_ms": median(one.cpu_ms for one in returned),
        "revised": returned[0].changes,
    }


def table(season: Season) -> list[dict[str, Any]]:
    found = []
    for rules in RULES:
        season.publish(programme(*rules_of(rules)))
        measured(season, 1, rules)  # compiles the programme and the statements
        found += [measured(season, guests, rules) for guests in GUESTS]
    everything = every_reward("WOK-seller")
    season.publish(everything)
    return [*found, measured(season, 30, len(everything["rules"]))]


def main() -> None:
    with season() as stage:
        rows = table(stage)
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows))
        return
    print(" ".join(f"{head:>10}" for head in COLUMNS.values()))
    for row in rows:
        print(" ".join(f"{row[name]:>10}" for name in COLUMNS))


if __name__ == "__main__":
    main()
