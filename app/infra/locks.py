"""Row locks, always taken in one order, so that no two use cases can wait for each other.

idempotency key → meeting → pots → order → promotion → voucher → points account → goodwill
→ product stock → caps of rewards → outbox → counters → people of the team. Within one rank, ids
ascend. Asking for a lower rank after a higher one is a programming error and raises at once, in
production as in tests. Pots come first because what they give, and take back, lies behind all
that follows.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

M = TypeVar("M")


class Rank(IntEnum):
    IDEMPOTENCY = 0
    MEETING = 1
    POT = 2
    ORDER = 3
    PROMOTION = 4
    VOUCHER = 5
    ACCOUNT = 6
    GOODWILL = 7
    STOCK = 8
    CAP = 9
    OUTBOX = 10
    COUNTER = 11
    TEAM = 12


class LockOrderViolated(AssertionError):
    """A use case asked for its locks in an order that could deadlock."""


def lock(
    session: Session,
    rank: Rank,
    model: type[M],
    ids: Iterable[UUID],
    *,
    options: Sequence[Any] = (),
) -> list[M]:
    """Lock the rows of `model` with these ids (of the current brand) and return them fresh,
    in the order of their ids. Ids that do not exist, or are another brand's, are left out."""
    entity: Any = model
    return lock_where(session, rank, model, entity.id.in_(sorted(set(ids))), options=options)


def lock_where(
    session: Session,
    rank: Rank,
    model: type[M],
    *criteria: ColumnElement[bool],
    options: Sequence[Any] = (),
) -> list[M]:
    """The same for rows found by something other than their ids."""
    climb(session, rank)
    entity: Any = model
    statement = (
        select(entity)
        .where(*criteria)
        .order_by(entity.id)
        .with_for_update(of=entity)
        .execution_options(populate_existing=True)
        .options(*options)
    )
    return list(session.scalars(statement))


def climb(session: Session, rank: Rank) -> None:
    """Note that locks of `rank` are being taken, for guarded updates that lock by themselves."""
    session.connection()
    held = session.info.get("lock_rank", -1)
    if rank < held:
        raise LockOrderViolated(f"{rank.name} asked for after {Rank(held).name}")
    session.info["lock_rank"] = int(rank)


def start_over(session: Session) -> None:
    """Begin the order anew, within one transaction: only for a brand that nobody else can see
    yet, such as a demo being filled."""
    session.flush()
    session.info["lock_rank"] = -1
