"""What some movements amount to, written to the ledger: one statement for any number of rows."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writing:
    """Rows without what is common to all: whose brand, who, when."""

    entries: list[Row] = field(default_factory=list)
    lots: list[Row] = field(default_factory=list)
    postings: list[Row] = field(default_factory=list)
    taken: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    """Points, by lot that stood before."""
    begun: dict[UUID, datetime | None] = field(default_factory=dict)
    """Such lots that became available, and when they expire."""


def save(
    uow: UnitOfWork, actor: Actor, rows: Writing, moved: dict[UUID, int], now: datetime
) -> None:
    """`moved`: points that come to an account or, below zero, leave it."""
    common = {"brand_id": uow.brand_id, "actor": actor.label, "occurred_at": now}
    changed = [
        {
            "id": lot_id,
            "taken": rows.taken.get(lot_id, 0),
            "begins": lot_id in rows.begun,
            "until": rows.begun.get(lot_id),
        }
        for lot_id in {**rows.taken, **rows.begun}
    ]
    parameters = {
        "common": _json(common),
        "entries": _json(rows.entries),
        "lots": _json(rows.lots),
        "postings": _json(rows.postings),
        "moved": _json([{"id": account, "points": points} for account, points in moved.items()]),
        "changed": _json(changed),
        "brand": uow.brand_id,
        "now": now,
    }
    uow.session.execute(_SAVE, parameters)


def _json(rows: Row | list[Row]) -> str:
    return json.dumps(rows, default=str)


_SAVE = text(
    """
    WITH entered AS (
        INSERT INTO ledger_entries
        SELECT * FROM jsonb_populate_recordset(
            jsonb_populate_record(CAST(NULL AS ledger_entries), :common), :entries)
    ), added AS (
        INSERT INTO lots
        SELECT * FROM jsonb_populate_recordset(
            jsonb_populate_record(CAST(NULL AS lots), :common), :lots)
    ), posted AS (
        INSERT INTO postings
        SELECT * FROM jsonb_populate_recordset(
            jsonb_populate_record(CAST(NULL AS postings), :common), :postings)
    ), shifted AS (
        UPDATE points_accounts a SET balance = a.balance + w.points
        FROM jsonb_to_recordset(:moved) AS w (id uuid, points bigint)
        WHERE a.brand_id = :brand AND a.id = w.id
    )
    UPDATE lots l
    SET remaining = l.remaining - w.taken,
        available_at = CASE WHEN w.begins THEN :now ELSE l.available_at END,
        expires_at = CASE WHEN w.begins THEN w.until ELSE l.expires_at END
    FROM jsonb_to_recordset(:changed)
        AS w (id uuid, taken bigint, begins boolean, until timestamptz)
    WHERE l.brand_id = :brand AND l.id = w.id
    """
)
