"""One use case, one transaction. The only module that commits or rolls back."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.infra import outbox
from app.infra.extensions import db
from app.infra.tenancy import database_now
from app.kernel.clock import Clock
from app.kernel.events import Event

T = TypeVar("T")

RETRYABLE = {"40001", "40P01"}
"""SQLSTATE of serialization failure and deadlock: the whole use case may be tried again."""
TRIES = 5


class StartOver(Exception):
    """What was read has changed meanwhile: the whole use case is to be tried again."""


class UnitOfWorkNested(AssertionError):
    """A unit of work was opened inside another one of the same thread."""


class UnitOfWork:
    """The transaction a use case runs in. Events ride in it as outbox rows."""

    def __init__(self, session: Session, brand_id: UUID | None, clock: Clock | None = None) -> None:
        self.session = session
        self._brand_id = brand_id
        self._clock = clock
        self._happened: list[Event] = []

    @property
    def brand_id(self) -> UUID:
        assert self._brand_id is not None, "this unit of work belongs to no brand"
        return self._brand_id

    def clock(self) -> datetime:
        """The same instant throughout: the database's, unless a test brought its own."""
        return self._clock() if self._clock else database_now(self.session)

    def record(self, event: Event) -> None:
        """What happened is written down with the change, at its end."""
        self._happened.append(event)

    def write_down(self) -> None:
        """All that was recorded: one outbox row for each effect subscribed to it."""
        if self._happened:
            outbox.write(self.session, self.brand_id, self._happened, at=database_now(self.session))
            self._happened.clear()


@contextmanager
def unit_of_work(brand_id: UUID | None, clock: Clock | None = None) -> Iterator[UnitOfWork]:
    """Commit at the end, roll back on any exception. `None`: platform tables only.

    One within another would commit half of it, and let go of its locks: that raises.
    """
    session = db.session()
    if session.info.get("in_unit"):
        raise UnitOfWorkNested
    session.info.update(brand=str(brand_id or ""), in_unit=True)
    try:
        uow = UnitOfWork(session, brand_id, clock)
        yield uow
        session.flush()
        uow.write_down()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_unit"] = False


def transact(
    work: Callable[[UnitOfWork], T], brand_id: UUID | None, clock: Clock | None = None
) -> T:
    """Run `work` in a unit of work; start it over when the database asks for that."""
    for attempt in range(1, TRIES + 1):
        try:
            with unit_of_work(brand_id, clock) as uow:
                return work(uow)
        except (DBAPIError, StartOver) as error:
            if attempt == TRIES or not _is_retryable(error):
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 -- jitter
    raise AssertionError("unreachable")


def _is_retryable(error: DBAPIError | StartOver) -> bool:
    if isinstance(error, StartOver):
        return True
    return getattr(error.orig, "sqlstate", None) in RETRYABLE
