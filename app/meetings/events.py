"""What happened to meetings that others act upon."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class MeetingPlanned(Event):
    """Also of a meeting that was booked in another one."""

    topic: ClassVar[str] = "meetings.meeting_planned"


@dataclass(frozen=True, slots=True)
class MeetingBooked(Event):
    """A guest took a date: `entity_id` is the booked meeting, `origin_id` where it was booked."""

    topic: ClassVar[str] = "meetings.meeting_booked"
    origin_id: UUID


@dataclass(frozen=True, slots=True)
class HostChanged(Event):
    """Somebody else holds the meeting; `entity_id` is the change itself, there may be several.
    `origin_id`: the meeting it was booked in, where it is now the new host's booking."""

    topic: ClassVar[str] = "meetings.host_changed"
    meeting_id: UUID
    origin_id: UUID | None


@dataclass(frozen=True, slots=True)
class MeetingClosed(Event):
    """`origin_id`: the meeting it was booked in, whose promises it now keeps or breaks."""

    topic: ClassVar[str] = "meetings.meeting_closed"
    origin_id: UUID | None


@dataclass(frozen=True, slots=True)
class MeetingReopened(Event):
    """Closed before, by mistake or too early: it closes again."""

    topic: ClassVar[str] = "meetings.meeting_reopened"


@dataclass(frozen=True, slots=True)
class MeetingCorrected(Event):
    """Something of a closed meeting was put right; `entity_id` is the correction, there may be
    several. `origin_id`: the meeting it was booked in."""

    topic: ClassVar[str] = "meetings.meeting_corrected"
    meeting_id: UUID
    origin_id: UUID | None


@dataclass(frozen=True, slots=True)
class MeetingCancelled(Event):
    topic: ClassVar[str] = "meetings.meeting_cancelled"
    origin_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderLinkWanted(Event):
    """`entity_id` is the wish; the link does not exist before the letter is written."""

    topic: ClassVar[str] = "meetings.order_link_wanted"
    meeting_id: UUID | None
    customer_id: UUID
    seller_id: UUID | None = None
    """Outside meetings."""


@dataclass(frozen=True, slots=True)
class OrderedByLink(Event):
    """A customer placed the order herself: `entity_id`."""

    topic: ClassVar[str] = "meetings.ordered_by_link"
