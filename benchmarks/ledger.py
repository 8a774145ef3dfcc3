"""What the ledger costs as it grows: postings a second, and reading one customer's card.

On a throw-away database: TEST_DATABASE_URL names a server to make it on, otherwise one is started.
The ledger is filled by statements of its own (`--entries 5000000`; default 200000), balances, lots
and seals with it, so that it is what posting would have left; then a customer's points are posted
to and read as a page does, and the report is read of one month. None of it may depend on how long
the ledger is. The audit reads all of it. `--json` prints numbers only.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from app import create_app
from app.brands.services import create_brand
from app.config import Settings
from app.infra.extensions import db
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.actor import system
from app.kernel.ids import new_id
from app.loyalty import queries, services
from app.loyalty.domain import Credit, Reserve, Spend
from app.reports.audit import audit
from app.reports.points import points_report
from scripts.services import throwaway_services
from tests.support.databases import clone, plain, sqlalchemy_url
from tests.support.gathering import Stage, set_stage
from tests.support.queries import counted

PEOPLE = 20_000
ROUNDS = 40
MONTH = date(2025, 1, 1)
CARD = ("balances", "pending", "expiries", "history")

ID_OF = """
CREATE FUNCTION pg_temp.id_of(g bigint) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex(1735689600000 + g * 20000), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$
"""
"""Ordered by time, as ours are."""

FILL = """
WITH people AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM customers WHERE brand_id = %(brand)s
), made AS MATERIALIZED (
    SELECT g, p.id AS customer, gen_random_uuid() AS source,
           pg_temp.id_of(g) AS credited, pg_temp.id_of(g) AS used, pg_temp.id_of(g) AS lot,
           pg_temp.id_of(g) AS come, pg_temp.id_of(g) AS gone,
           timestamptz '2025-01-01' + g * interval '20 seconds' AS at
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) g
    JOIN people p ON p.n = g %% (SELECT count(*) FROM people)
), said AS (
    SELECT credited AS id, 'given' AS kind, g, customer, source, at, format('"expires_at": "%%s", ',
           to_char((at + interval '365 days') AT TIME ZONE 'UTC',
                   'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')) AS until, 'Credit' AS type FROM made
    UNION ALL
    SELECT used, 'converted', g, customer, source, at + interval '1 minute', '', 'Convert' FROM made
), entries AS (
    INSERT INTO ledger_entries (brand_id, id, key, content_hash, customer_id, kind, source_type,
                                source_id, reason, actor, occurred_at)
    SELECT %(brand)s, id, format('fill:%%s:%%s', g, kind),
           encode(sha256(convert_to(format(
               '{"customer_id": "%%s", %%s"key": "fill:%%s:%%s", "kind": "%%s", "points": "1", '
               || '"source_id": "%%s", "source_type": "test", "type": "%%s"}',
               customer, until, g, kind, kind, source, type), 'UTF8')), 'hex'),
           customer, kind, 'test', source, '{}', 'bench', at
    FROM said
), lots AS (
    INSERT INTO lots (brand_id, id, customer_id, entry_id, points, remaining, available_at,
                      expires_at)
    SELECT %(brand)s, lot, customer, credited, 1, 0, at, at + interval '365 days' FROM made
), postings AS (
    INSERT INTO postings (brand_id, id, entry_id, source_id, destination_id, points, lot_id)
    SELECT %(brand)s, way.id, way.entry, s.id, d.id, 1, m.lot
    FROM made m
    CROSS JOIN LATERAL (VALUES (m.come, m.credited, 'issued', 'available'),
                               (m.gone, m.used, 'available', 'spent')) way(id, entry, source, into_)
    JOIN points_accounts s ON s.customer_id = m.customer AND s.kind = way.source
    JOIN points_accounts d ON d.customer_id = m.customer AND d.kind = way.into_
)
UPDATE points_accounts a
SET balance = balance + CASE kind WHEN 'issued' THEN -n.points ELSE n.points END
FROM (SELECT customer, count(*) AS points FROM made GROUP BY 1) n
WHERE a.customer_id = n.customer AND a.kind IN ('issued', 'spent')
"""
"""Pairs of entries: points long given and long spent, what a ledger mostly consists of."""


@contextmanager
def house() -> Iterator[tuple[Stage, str]]:
    with ExitStack() as stack:
        server = os.environ.get("TEST_DATABASE_URL")
        server = server or stack.enter_context(throwaway_services()).database
        database = stack.enter_context(clone(server, "benchmark"))
        app = create_app(Settings(database_url=sqlalchemy_url(database), argon2_cheap=True))
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        yield _stage(), database


def _stage() -> Stage:
    with unit_of_work(None) as work:
        brand_id = create_brand(work, slug="banc", name="Banc", clock=work.clock).id

    @contextmanager
    def uow(brand: UUID = brand_id, clock: Any = None) -> Iterator[UnitOfWork]:
        with unit_of_work(brand, clock) as work:
            yield work

    return set_stage(uow, brand_id)


def fill(database: str, brand_id: UUID, first: int, last: int) -> None:
    """Past triggers and foreign keys: nothing of what they would check can be wrong here."""
    with psycopg.connect(plain(database), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(ID_OF)
        for start in range(first, last + 1, 50_000):
            some = {"brand": brand_id, "first": start, "last": min(last, start + 49_999)}
            owner.execute(FILL, some)  # type: ignore[arg-type]
        owner.execute("VACUUM ANALYZE ledger_entries, lots, postings, points_accounts")


def people(stage: Stage, database: str) -> UUID:
    """One to look at, and many others with accounts."""
    one = stage.customer("Zoé")
    brand_id = stage.seller.brand_id
    with psycopg.connect(plain(database), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO customers SELECT (jsonb_populate_record(c, jsonb_build_object("
            "'id', gen_random_uuid(), 'email_key', NULL, 'email', NULL))).* "
            "FROM customers c, generate_series(1, %s) WHERE c.id = %s",
            (PEOPLE, one),
        )
        owner.execute(
            "INSERT INTO points_accounts (brand_id, id, customer_id, kind) "
            "SELECT c.brand_id, gen_random_uuid(), c.id, k.kind FROM customers c, "
            "unnest(ARRAY['issued','pending','available','reserved','spent','expired',"
            "'reversed','debt']) k(kind) WHERE c.brand_id = %s",
            (brand_id,),
        )
    return one


def postings_a_second(stage: Stage, customer: UUID) -> float:
    """Credits, reservations and spendings, each in a transaction of its own."""
    began = perf_counter()
    for _ in range(ROUNDS):
        order = new_id()
        said = (customer, 5, "bench", "order", order)
        _post(stage, Credit(f"{order}:c", *said))
        _post(stage, Reserve(f"{order}:r", *said))
        _post(stage, Spend(f"{order}:s", *said))
    return round(3 * ROUNDS / (perf_counter() - began), 1)


def _post(stage: Stage, movement: Any) -> None:
    with stage.uow() as work:
        services.post(work, system(stage.seller.brand_id), [movement], clock=work.clock)


def card(stage: Stage, customer: UUID) -> dict[str, float]:
    """All that a customer's card says of points."""
    rounds = [_read(stage, customer) for _ in range(ROUNDS)]
    return {name: round(median(one[name] for one in rounds), 2) for name in rounds[0]}


def _read(stage: Stage, customer: UUID) -> dict[str, float]:
    with stage.uow() as work:
        with counted(db.engine) as found:
            began, cpu = perf_counter(), process_time()
            queries.balances(work.session, [customer])
            for name in CARD[1:]:
                getattr(queries, name)(work.session, customer)
            done, used = perf_counter() - began, process_time() - cpu
        return {
            "statements": found.count,
            "card_cpu_ms": 1_000 * used,
            "card_ms": 1_000 * done,
        }


def whole(stage: Stage) -> dict[str, float]:
    """What reads more than one customer: a month's report, and the audit."""
    with stage.uow() as work:
        began = perf_counter()
        points_report(work.session, zone="Europe/Paris", first=MONTH, last=MONTH)
        reported = perf_counter()
        findings = list(audit(work.session))
        assert not findings, findings[0]
        done = perf_counter()
    return {
        "report_ms": round(1_000 * (reported - began), 1),
        "audit_s": round(done - reported, 1),
    }


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    sizes = sorted({0, wanted.entries // 20, wanted.entries // 4, wanted.entries})
    table = []
    with house() as (stage, database):
        one = people(stage, database)
        postings_a_second(stage, one)
        card(stage, one)
        for before, size in zip([0, *sizes], sizes, strict=False):
            fill(database, stage.seller.brand_id, before // 2 + 1, size // 2)
            speed = postings_a_second(stage, one)
            row = {"entries": size, "movements_a_second": speed}
            table.append(row | card(stage, one) | whole(stage))
    if wanted.json:
        print(json.dumps(table))
        return
    print(
        f"{'entries':>9} {'moves/s':>8} {'statements':>11} {'CPU ms':>7} {'ms':>7}"
        f" {'report ms':>10} {'audit s':>8}"
    )
    for row in table:
        print(
            f"{row['entries']:>9} {row['movements_a_second']:>8} {row['statements']:>11}"
            f" {row['card_cpu_ms']:>7} {row['card_ms']:>7}"
            f" {row['report_ms']:>10} {row['audit_s']:>8}"
        )


if __name__ == "__main__":
    main()
