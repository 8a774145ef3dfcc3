"""The outbox table: what has to be done because of what happened, one row per effect.

PostgreSQL is the record and the queue only a doorbell. A row is claimed with a lease and a
fencing token (database clock), its effect is carried out, its outcome is stamped: see
`app.infra.jobs`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.orm import Base, one_of, uuid_pk
from app.kernel.events import Event
from app.kernel.ids import new_id


class OutboxStatus(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    DATA = "data"
    """Something irrevocable (a mail's DATA) may have left; its answer is awaited."""
    DONE = "done"
    FAILED = "failed"
    """Given up after the last try; staff see it and can ask for it again."""


class OutboxMessage(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("brand_id", "effect", "entity_id", "revision"),
        one_of("status", OutboxStatus),
        Index(
            "ix_outbox_due",
            "next_at",
            postgresql_where=text("status IN ('new', 'claimed', 'data')"),
        ),
    )

    id: Mapped[uuid_pk]
    brand_id: Mapped[UUID]
    effect: Mapped[str]
    """Name of the job in `app.subscriptions`, e.g. `notifications.tell_winner`."""
    topic: Mapped[str]
    entity_id: Mapped[UUID]
    revision: Mapped[int]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default=OutboxStatus.NEW)
    token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    ambiguous: Mapped[int] = mapped_column(server_default="0")
    """How often an attempt ended without anyone knowing whether the outside had accepted."""
    next_at: Mapped[datetime]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


def write(session: Session, brand_id: UUID, events: Iterable[Event], *, at: datetime) -> None:
    """One row for each effect of each event, all in one statement."""
    rows = [
        {
            "id": new_id(),
            "effect": effect,
            "topic": event.topic,
            "entity_id": event.entity_id,
            "revision": event.revision,
            "payload": {one.name: getattr(event, one.name) for one in fields(event)},
        }
        for event in events
        for effect in effects_of(type(event))
    ]
    if rows:
        given = {"brand": brand_id, "at": at, "rows": json.dumps(rows, default=_plain)}
        session.execute(_WRITE, given)


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value))


_WRITE = text(
    """
    INSERT INTO outbox (id, brand_id, effect, topic, entity_id, revision, payload, status,
        next_at, created_at)
    SELECT e.id, :brand, e.effect, e.topic, e.entity_id, e.revision, e.payload, 'new', :at, :at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS e (
        id uuid, effect text, topic text, entity_id uuid, revision int, payload jsonb)
    """
)


_effects: dict[type[Event], tuple[str, ...]] = {}


def subscribe(effects: Mapping[type[Event], tuple[str, ...]]) -> None:
    """Told once by the composition root, from `app.subscriptions`."""
    _effects.update(effects)


def effects_of(event: type[Event]) -> tuple[str, ...]:
    return _effects[event]
