"""What telling a programme of thirty rules against a season costs, by its size.

On a throw-away database: TEST_DATABASE_URL names a server to make it on, otherwise one is started.
Meetings of five guests, each with an order of two lines, are written by statements of their own
(`--meetings=1000,10000,100000`; default 1000,5000). The draft changes eight rules of the thirty in
force; at last it also caps one over time, so that meetings follow one another on one worker. Told:
seconds with one worker and with two, meetings a second, CPU of the workers for one meeting, their
memory after the first chunks and at the end, and what the second worker brought. `--json` prints
numbers only.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from app import create_app
from app.brands.services import create_brand
from app.config import Settings
from app.infra.extensions import db
from app.infra.jobs import drain
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.actor import system
from app.rewards.queries.simulations import simulation
from app.rewards.services.programme import publish_programme
from app.rewards.services.simulation import start_simulation
from benchmarks.evaluate import KINDS
from scripts.services import throwaway_services
from tests.support.databases import clone, plain, sqlalchemy_url
from tests.support.gathering import Stage, set_stage

RULES, CHANGED = 30, 8
PEOPLE = 50_000
A_DAY = 288
LONGEST = 1_800

FILL = """
CREATE FUNCTION pg_temp.key(kind text, g bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT md5(kind || g)::uuid $$;
INSERT INTO customers (brand_id, id, first_name, last_name, search_key, created_at)
SELECT %(brand)s, pg_temp.key('person', g), 'Zoé', 'Petit ' || g, 'zoe petit ' || g, now()
  FROM generate_series(0, %(people)s - 1) g;
INSERT INTO meetings (brand_id, id, seller_id, host_id, starts_at, first_starts_at, place, status,
                      closes_at, opened_at, closed_at, created_at)
SELECT %(brand)s, pg_temp.key('meeting', g), %(seller)s, pg_temp.key('person', g %% %(people)s),
       at, at, 'host_home', 'closed', at + interval '48 hours', at, at + interval '48 hours', at
  FROM (SELECT g, now() - interval '3 days' - g * interval '5 minutes' AS at
          FROM generate_series(0, %(meetings)s - 1) g) made;
INSERT INTO participants (brand_id, id, meeting_id, customer_id, invitation, attended, added_at)
SELECT %(brand)s, pg_temp.key('guest', g * 5 + n), pg_temp.key('meeting', g),
       pg_temp.key('person', (g * 5 + n + 1) %% %(people)s), 'accepted', n %% 2 = 0, now()
  FROM generate_series(0, %(meetings)s - 1) g, generate_series(0, 4) n;
INSERT INTO orders (brand_id, id, number, meeting_id, seller_id, customer_id, channel, kind, status,
                    payment_status, shipping_status, products_cents, total_cents, paid_cents,
                    created_at, placed_at, paid_at)
SELECT %(brand)s, pg_temp.key('order', g * 5 + n), 1000 + g * 5 + n, pg_temp.key('meeting', g),
       %(seller)s, pg_temp.key('person', (g * 5 + n + 1) %% %(people)s), 'meeting', 'sale',
       'placed', 'paid', 'not_shipped', cents, cents, cents, now(), now(), now()
  FROM (SELECT g, n, 4000 + (g * 37 + n * 911) %% 12000 * 2 AS cents
          FROM generate_series(0, %(meetings)s - 1) g, generate_series(0, 4) n) made;
INSERT INTO order_lines (brand_id, id, order_id, position, product_id, reference, name,
                         unit_price_cents, quantity, vat_rate_bp, in_turnover, net_cents, vat_cents)
SELECT %(brand)s, pg_temp.key('line', number * 2 + n), o.id, n, %(product)s, 'WOK', 'Wok',
       total_cents / 2, 1, 2000, true, total_cents / 2, total_cents / 12
  FROM orders o, generate_series(0, 1) n WHERE o.brand_id = %(brand)s;
"""


def programme(*, draft: bool, capped: bool = False) -> dict[str, Any]:
    rules = [{"id": f"r{i:03}", **kind} for i, kind in enumerate(islice(cycle(KINDS), RULES))]
    if draft:
        for rule in rules[:CHANGED]:
            rule["conditions"] = {"measure": "buyers", "op": ">=", "value": 3}
    if capped:
        rules[0]["caps"] = [{"per": "person", "of": "times", "most": 1, "period": "year"}]
    return {"format": "convive.programme/1", "rules": rules}


def fill(database: str, stage: Stage, meetings: int) -> None:
    """Past triggers and foreign keys: nothing of what they would check can be wrong here."""
    values = {
        "brand": stage.seller.brand_id,
        "seller": stage.seller.seller_id,
        "product": stage.product_id,
        "meetings": meetings,
        "people": PEOPLE,
    }
    with psycopg.connect(plain(database), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        for statement in FILL.split(";\n"):
            if statement.strip():
                owner.execute(statement, values if "%(" in statement else None)  # type: ignore[arg-type]
        owner.execute("VACUUM ANALYZE customers, meetings, participants, orders, order_lines")


def begin(brand_id: UUID, meetings: int, *, capped: bool = False) -> UUID:
    """Over about so many of the latest meetings."""
    with unit_of_work(brand_id) as work:
        today = work.clock().date()
        return start_simulation(
            work,
            system(brand_id),
            from_on=today - timedelta(days=3 + meetings // A_DAY),
            until_on=today,
            document=programme(draft=True, capped=capped),
            clock=work.clock,
        )


def measured(
    database: str, brand_id: UUID, meetings: int, workers: int, *, capped: bool = False
) -> dict[str, Any]:
    crew = [_worker(database) for _ in range(workers)]
    for one in crew:
        assert one.stdout is not None
        one.stdout.readline()
    began = time.perf_counter()
    simulation_id = begin(brand_id, meetings, capped=capped)
    found = _wait(brand_id, simulation_id)
    seconds = time.perf_counter() - began
    told = [json.loads(one.communicate(input="\n", timeout=60)[0]) for one in crew]
    judged = found["scopes"]["meetings"]
    return {
        "workers": workers,
        "capped": capped,
        "meetings": judged,
        "seconds": round(seconds, 1),
        "a_second": round(judged / seconds),
        "cpu_us": round(1_000_000 * sum(one["cpu"] for one in told) / judged),
        "early_mb": [one["early_mb"] for one in told],
        "peak_mb": [one["peak_mb"] for one in told],
    }


def _worker(database: str) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--work", database]
    pipe = subprocess.PIPE
    silence = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=silence, text=True)  # noqa: S603 -- itself


def _wait(brand_id: UUID, simulation_id: UUID) -> dict[str, Any]:
    for _ in range(LONGEST * 10):
        time.sleep(0.1)
        with unit_of_work(brand_id) as work:
            view = simulation(work.session, simulation_id)
        assert view.line.status in {"running", "done"}, view.line.status
        if view.result is not None:
            return view.result
    raise TimeoutError


def work(database: str) -> None:
    """Drains until somebody presses return."""
    app = create_app(Settings(database_url=database, argon2_cheap=True))
    with app.app_context():
        drain.drain()
        gc.freeze()
        print("ready", flush=True)
        began, early = time.process_time(), 0
        os.set_blocking(sys.stdin.fileno(), False)
        while not sys.stdin.read(1):
            fates = drain.drain(budget=5)
            early = early or (_peak_mb() if fates else 0)
            time.sleep(0.2)
        cpu = round(time.process_time() - began, 3)
        print(json.dumps({"cpu": cpu, "early_mb": early, "peak_mb": _peak_mb()}), flush=True)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def stage_on() -> Stage:
    with unit_of_work(None) as started:
        brand_id = create_brand(started, slug="banc", name="Banc", clock=started.clock).id

    def uow(brand: UUID = brand_id, clock: Any = None) -> Any:
        return unit_of_work(brand, clock)

    stage = set_stage(uow, brand_id)
    with unit_of_work(brand_id) as published:
        _publish(published)
    return stage


def _publish(uow: UnitOfWork) -> None:
    staff, day = system(uow.brand_id), uow.clock().date()
    publish_programme(uow, staff, programme(draft=False), effective_on=day, clock=uow.clock)


def main(options: Namespace) -> None:
    with ExitStack() as stack:
        server = os.environ.get("TEST_DATABASE_URL")
        server = server or stack.enter_context(throwaway_services()).database
        database = stack.enter_context(clone(server, "benchmark"))
        app = create_app(Settings(database_url=sqlalchemy_url(database), argon2_cheap=True))
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        stage = stage_on()
        sizes = sorted(int(size) for size in options.meetings.split(","))
        fill(database, stage, sizes[-1])
        brand_id, address = stage.seller.brand_id, sqlalchemy_url(database)
        table = [measured(address, brand_id, size, crew) for size in sizes for crew in (1, 2)]
        table.append(measured(address, brand_id, sizes[-1], 1, capped=True))
    if options.json:
        print(json.dumps(table))
        return
    head = (
        "meetings",
        "workers",
        "seconds",
        "a second",
        "CPU µs each",
        "MB at first",
        "MB at most",
    )
    print("".join(f"{word:>13}" for word in head))
    for row, before in zip(table, [None, *table], strict=False):
        print(
            f"{row['meetings']:>13,}{row['workers']:>13}{row['seconds']:>13}{row['a_second']:>13,}"
            f"{row['cpu_us']:>13,}{max(row['early_mb']):>13}{max(row['peak_mb']):>13}"
            f"{_remark(row, before)}"
        )


def _remark(row: dict[str, Any], before: dict[str, Any] | None) -> str:
    if row["capped"]:
        return "   with a cap over time"
    if before is None or row["workers"] == 1:
        return ""
    return f"   {before['seconds'] / row['seconds']:.2f} times as fast"


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--meetings", default="1000,5000")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--work", help="the address of the database; for the workers themselves")
    asked = parser.parse_args()
    work(asked.work) if asked.work else main(asked)
