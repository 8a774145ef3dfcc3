"""The outbox table: what has to be done because of what happened, one row per effect.

PostgreSQL is the record and the queue only a doorbell. A row is claimed with a lease and a
fencing token (database clock), its effect is carried out, its outcome is stamped: see
`app.infra.jobs`.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

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

    @classmethod
    def of(cls, event: Event, effect: str, *, brand_id: UUID, at: datetime) -> "OutboxMessage":
        payload = {one.name: _plain(getattr(event, one.name)) for one in fields(event)}
        return cls(
            id=new_id(),
            brand_id=brand_id,
            effect=effect,
            topic=event.topic,
            entity_id=event.entity_id,
            revision=event.revision,
            payload=payload,
            status=OutboxStatus.NEW,
            next_at=at,
            created_at=at,
        )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


_effects: dict[type[Event], tuple[str, ...]] = {}


def subscribe(effects: Mapping[type[Event], tuple[str, ...]]) -> None:
    """Told once by the composition root, from `app.subscriptions`."""
    _effects.update(effects)


def effects_of(event: type[Event]) -> tuple[str, ...]:
    return _effects[event]
