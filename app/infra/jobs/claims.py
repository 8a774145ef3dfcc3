"""The life of an outbox row in SQL: new -> claimed -> (data ->) done, or failed.

Every statement names the token of its claim: a worker that was stopped beyond its lease and wakes
up finds that the row is no longer its own, and changes nothing. Leases use the database's clock.
"""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.jobs.effects import Claim

TRIES = 5
"""Attempts that may end badly before staff are asked to look."""
PATIENCE = timedelta(hours=72)
"""How long an unavailable outside is waited for."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_ERROR = 500

_COLUMNS = (
    "id, brand_id, effect, topic, entity_id, revision, payload, token, attempts, ambiguous,"
    " created_at, now() - created_at AS age"
)

_CLAIM = text(f"""
    UPDATE outbox
       SET status = 'claimed', token = :token, attempts = attempts + 1,
           ambiguous = ambiguous + (status = 'data')::int,
           lease_until = clock_timestamp() + :lease
     WHERE id = (
           SELECT id FROM outbox
            WHERE status IN ('new', 'claimed', 'data') AND next_at <= now()
              AND (status = 'new' OR (lease_until < now() AND attempts < :tries))
            ORDER BY next_at, id
              FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING {_COLUMNS}
""")  # noqa: S608 -- constants only

_IS_DUE = text("""
    SELECT EXISTS (
        SELECT FROM outbox
         WHERE status IN ('new', 'claimed', 'data') AND next_at <= now()
           AND (status = 'new' OR (lease_until < now() AND attempts < :tries)))
""")

_OURS = "id = :id AND token = :token AND status IN ('claimed', 'data')"
_ALIVE = "id = :id AND token = :token AND status = 'claimed' AND lease_until > clock_timestamp()"

_RENEW = text(f"UPDATE outbox SET lease_until = clock_timestamp() + :lease WHERE {_ALIVE}")  # noqa: S608
_INTEND = text(
    f"UPDATE outbox SET status = 'data', lease_until = clock_timestamp() + :lease WHERE {_ALIVE}"  # noqa: S608
)
_FINISH = text(f"UPDATE outbox SET status = 'done', done_at = now() WHERE {_ALIVE}")  # noqa: S608
_STAMP = text(f"UPDATE outbox SET status = 'done', done_at = now() WHERE {_OURS}")  # noqa: S608
_PUT_BACK = text(f"""
    UPDATE outbox
       SET status = CASE WHEN status = 'data' AND NOT :known THEN 'data' ELSE 'new' END,
           lease_until = clock_timestamp() + :after, next_at = clock_timestamp() + :after,
           attempts = attempts - CASE WHEN :counted THEN 0 ELSE 1 END, last_error = :error
     WHERE {_OURS}
""")  # noqa: S608
_FAIL = text(f"""
    UPDATE outbox
       SET status = 'failed', last_error = :error, token = NULL, lease_until = NULL
     WHERE {_OURS}
""")  # noqa: S608

_EXHAUSTED = "status IN ('claimed', 'data') AND lease_until < now() AND attempts >= :tries"
_LIST_EXHAUSTED = text(
    f"SELECT id, brand_id FROM outbox WHERE {_EXHAUSTED} ORDER BY id LIMIT 50"  # noqa: S608
)
_FAIL_EXHAUSTED = text(f"""
    UPDATE outbox
       SET status = 'failed', token = NULL, lease_until = NULL,
           last_error = coalesce(last_error, 'its worker died each time')
     WHERE id = :id AND {_EXHAUSTED}
    RETURNING {_COLUMNS}
""")  # noqa: S608


class LeaseLost(Exception):
    """Another worker has, or may have, this row now: whatever was being written is undone."""


def lease() -> timedelta:
    return timedelta(seconds=current_app.config.get("OUTBOX_LEASE_SECONDS", 30))


def claim(session: Session) -> Claim | None:
    """The row that has been due for longest, now ours; None when nothing is due."""
    values = {"token": uuid4(), "lease": lease(), "tries": TRIES}
    row = session.execute(_CLAIM, values).one_or_none()
    return Claim(*row) if row else None


def is_due(session: Session) -> bool:
    return bool(session.execute(_IS_DUE, {"tries": TRIES}).scalar_one())


def renew(session: Session, mine: Claim) -> None:
    """Still ours, with a full lease ahead. Raises LeaseLost."""
    _must_be_ours(session, _RENEW, mine, lease=lease())


def intend(session: Session, mine: Claim) -> None:
    """Written down just before something that cannot be taken back. Raises LeaseLost."""
    _must_be_ours(session, _INTEND, mine, lease=lease())


def finish(session: Session, mine: Claim) -> None:
    """Done, together with everything else in this transaction. Raises LeaseLost."""
    _must_be_ours(session, _FINISH, mine)


def stamp(session: Session, mine: Claim) -> None:
    """Done outside: true even when the lease ran out, unless someone else began again."""
    _must_be_ours(session, _STAMP, mine)


def put_back(
    session: Session,
    mine: Claim,
    error: str,
    *,
    after: timedelta,
    counted: bool = True,
    known: bool = False,
) -> None:
    """To be tried again. `known`: the outside has certainly not accepted. Otherwise a row in
    state `data` stays there, and whoever claims it next knows that this may be a repeat."""
    values = {"error": error[:LONGEST_ERROR], "after": after, "counted": counted, "known": known}
    _must_be_ours(session, _PUT_BACK, mine, **values)


def fail(session: Session, mine: Claim, error: str) -> None:
    _must_be_ours(session, _FAIL, mine, error=error[:LONGEST_ERROR])


def exhausted(session: Session) -> list[tuple[UUID, UUID]]:
    """Rows (id, brand) whose workers died at every try."""
    return [(row.id, row.brand_id) for row in session.execute(_LIST_EXHAUSTED, {"tries": TRIES})]


def fail_exhausted(session: Session, row_id: UUID) -> Claim | None:
    row = session.execute(_FAIL_EXHAUSTED, {"id": row_id, "tries": TRIES}).one_or_none()
    return Claim(*row) if row else None


def pause_after(attempts: int, *, longest: timedelta = timedelta(minutes=30)) -> timedelta:
    """Longer each time, and never the same for two rows."""
    exponential: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), longest)
    return exponential * random.uniform(1, 1.25)  # noqa: S311 -- jitter


def _must_be_ours(session: Session, statement: Any, mine: Claim, **values: Any) -> None:
    result: Any = session.execute(statement, {"id": mine.id, "token": mine.token, **values})
    if result.rowcount != 1:
        raise LeaseLost(mine.effect)
