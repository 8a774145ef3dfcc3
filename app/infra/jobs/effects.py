"""From the names in `app.subscriptions` to the functions they stand for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Protocol
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Claim:
    """One outbox row in the hands of one worker, until its lease runs out."""

    id: UUID
    brand_id: UUID
    effect: str
    topic: str
    entity_id: UUID
    revision: int
    payload: dict[str, Any]
    token: UUID | None
    attempts: int
    ambiguous: int
    created_at: datetime
    age: timedelta
    """Since the row was written, by the database's clock."""


class Effect(Protocol):
    """Runs in the transaction that also marks its row done: what it writes happens once."""

    def __call__(self, uow: UnitOfWork, message: Claim, *, clock: Clock) -> None: ...


@dataclass(frozen=True, slots=True)
class Outside:
    """An effect on the world outside: it opens short transactions around what it waits for,
    and stamps its row itself."""

    run: Callable[[Claim], None]
    given_up: Callable[[UnitOfWork, Claim, str], None]
    """Told, in the transaction that marks the row failed, that there will be no more tries."""


class EffectUnknown(LookupError):
    """This code does not know the name. Newer code may: the row is kept for it."""


class TryLater(Exception):
    """The outside is not available and has accepted nothing. Does not use up a try."""

    def __init__(self, reason: str, after: timedelta) -> None:
        super().__init__(reason)
        self.after = after


def resolve(name: str) -> Effect | Outside:
    """`notifications.tell_winner` is the function `tell_winner` of `app.notifications.jobs`."""
    effect: Effect | Outside = named(name)
    return effect


def named(name: str) -> Any:
    package, _, function = name.partition(".")
    try:
        return getattr(import_module(f"app.{package}.jobs"), function)
    except (ImportError, AttributeError, ValueError):
        raise EffectUnknown(name) from None
