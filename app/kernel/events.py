"""What happened, said in the past tense; written to the outbox with the change it tells of."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """`entity_id` and `revision` make the event unique: one outbox row per effect, ever."""

    topic: ClassVar[str]
    entity_id: UUID
    revision: int
