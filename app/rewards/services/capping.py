"""A share of a cap is taken when something is granted, first come, first served, and kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.locks import Rank, climb
from app.infra.uow import StartOver, UnitOfWork
from app.kernel.ids import new_id
from app.rewards.models import CapShares, CapTaking

ShareKey = tuple[str, str, str, str]
"""Rule, cap, period, subject."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What a meeting, or an order outside meetings, takes of the caps that others take from."""

    scope_id: UUID
    wanted: Mapping[ShareKey, int]
    most: Mapping[ShareKey, int]
    rules: Collection[str]
    """Those that are judged: shares of others stay as they are."""


def take_shares(uow: UnitOfWork, shares: Shares) -> None:
    """Bring what it has taken in line; a second run writes nothing.

    Raises StartOver when somebody else has taken meanwhile what was still left when it was judged.
    """
    own = _taken(uow, shares)
    moved = {
        key: shares.wanted.get(key, 0) - (own[key].taken if key in own else 0)
        for key in sorted({*shares.wanted, *own})
    }
    moved = {key: change for key, change in moved.items() if change}
    if not moved:
        return
    climb(uow.session, Rank.CAP)
    ids = _opened(uow, shares, {key for key in moved if key not in own})
    ids |= {key: row.share_id for key, row in own.items()}
    rows = [
        {"id": ids[key], "change": change, "most": shares.most.get(key, 0)}
        for key, change in sorted(moved.items(), key=lambda item: ids[item[0]])
    ]
    _guarded(uow, rows)
    _note(uow, shares, {ids[key]: shares.wanted.get(key, 0) for key in moved})


@dataclass(frozen=True, slots=True)
class Own:
    share_id: UUID
    taken: int


def _taken(uow: UnitOfWork, shares: Shares) -> dict[ShareKey, Own]:
    rows = uow.session.execute(
        select(
            CapShares.rule_id,
            CapShares.cap,
            CapShares.period,
            CapShares.subject,
            CapShares.id,
            CapTaking.taken,
        )
        .join(CapTaking, CapTaking.share_id == CapShares.id)
        .where(CapTaking.scope_id == shares.scope_id, CapShares.rule_id.in_(shares.rules))
    )
    return {(row[0], row[1], row[2], row[3]): Own(row[4], row[5]) for row in rows}


def _opened(uow: UnitOfWork, shares: Shares, keys: set[ShareKey]) -> dict[ShareKey, UUID]:
    """The rows of shares that were not taken from before, by anybody or by this scope."""
    if not keys:
        return {}
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "rule_id": key[0],
            "cap": key[1],
            "period": key[2],
            "subject": key[3],
            "most": shares.most[key],
            "taken": 0,
        }
        for key in sorted(keys)
    ]
    opened = upsert(CapShares)
    opened = opened.on_conflict_do_update(
        constraint="uq_cap_shares", set_={"taken": CapShares.taken}
    )
    columns = (
        CapShares.rule_id,
        CapShares.cap,
        CapShares.period,
        CapShares.subject,
        CapShares.id,
    )
    found = uow.session.execute(opened.returning(*columns), rows)
    return {(row[0], row[1], row[2], row[3]): row[4] for row in found}


def _guarded(uow: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """All of them, or none."""
    given = {
        "brand": uow.brand_id,
        "ids": [row["id"] for row in rows],
        "changes": [row["change"] for row in rows],
        "most": [row["most"] for row in rows],
    }
    if len(uow.session.execute(_TAKE, given).all()) < len(rows):
        raise StartOver


_TAKE = text(
    """
    UPDATE cap_shares s
    SET taken = s.taken + w.change, most = greatest(w.most, s.taken + w.change)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:changes AS bigint[]), CAST(:most AS bigint[]))
        AS w (id, change, most)
    WHERE s.brand_id = :brand AND s.id = w.id AND (w.change < 0 OR s.taken + w.change <= w.most)
    RETURNING s.id
    """
)
"""Whoever comes second waits for the first, and sees what it has left."""


def _note(uow: UnitOfWork, shares: Shares, taken: Mapping[UUID, int]) -> None:
    rows = [
        {
            "brand_id": uow.brand_id,
            "id": new_id(),
            "scope_id": shares.scope_id,
            "share_id": share_id,
            "taken": amount,
        }
        for share_id, amount in sorted(taken.items())
    ]
    noted = upsert(CapTaking)
    noted = noted.on_conflict_do_update(
        constraint="uq_cap_takings", set_={"taken": noted.excluded.taken}
    )
    uow.session.execute(noted, rows)
