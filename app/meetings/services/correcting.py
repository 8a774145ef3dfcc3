"""A closed meeting is put right without opening it again, part by part."""

from collections.abc import Mapping
from typing import Any

from app.audit.services import changed, record
from app.brands.queries import this_brand
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.ids import new_id
from app.meetings.domain import MeetingStatus, Part
from app.meetings.errors import MeetingIsClosed, ReasonNeeded
from app.meetings.events import MeetingCorrected
from app.meetings.models import Meeting

STAFF = frozenset({Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM})


def must_be_changeable(
    uow: UnitOfWork, actor: Actor, meeting: Meeting, part: Part, reason: str = ""
) -> bool:
    """Whether it is closed, so that the change corrects what was settled.

    Raises MeetingWasCancelled; of a closed meeting MeetingIsClosed for sellers whose brand keeps
    this part locked, ReasonNeeded for staff who do not say why.
    """
    if meeting.status != MeetingStatus.CLOSED:
        meeting.must_be_alive()
        return False
    if actor.role in STAFF:
        if not (reason or actor.is_system):
            raise ReasonNeeded
    elif not this_brand(uow.session).settings.leaves_open(part):
        raise MeetingIsClosed(closed_at=meeting.closed_at)
    return True


def note_correction(
    uow: UnitOfWork,
    actor: Actor,
    meeting: Meeting,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str,
) -> None:
    """Audited, and settled again with the meeting it was booked in; nothing changed, nothing
    noted."""
    was, now = changed(before, after)
    if not now:
        return
    record(uow, actor, "meeting.correct", "meeting", meeting.id, was, now, reason)
    origin_id = meeting.booked_from_meeting_id
    uow.record(MeetingCorrected(new_id(), 1, meeting.id, origin_id))
