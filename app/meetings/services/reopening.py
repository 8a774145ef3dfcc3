"""A closed meeting is opened again, to put right what was wrong with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.audit.services import record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock, local_day
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.words import N_
from app.meetings.domain import MeetingSettings, WallTime
from app.meetings.events import MeetingReopened
from app.meetings.repository import run_meeting
from app.meetings.services.correcting import STAFF

LONGEST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Reopening:
    until: WallTime
    """When it closes again by itself."""
    reason: str


def reopen_meeting(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    wish: Reopening,
    *,
    clock: Clock,
    settings: MeetingSettings,
) -> datetime:
    """By the brand's staff. What it gave stands until it closes again, at the latest at the
    deadline, which is answered; nothing closes it before.

    Raises NotAllowed, Invalid, MeetingNotClosed.
    """
    if actor.role not in STAFF:
        raise NotAllowed
    now = clock()
    meeting = run_meeting(uow.session, actor, meeting_id)
    until = wish.until.instant(settings.zone, today=local_day(now, settings.zone))
    if until <= now:
        raise Invalid({"date": [N_("Choose a deadline that lies ahead.")]})
    if (until - now).days >= LONGEST_DAYS:
        words = N_("Choose a deadline within %(days)s days.")
        raise Invalid({"date": [(words, {"days": LONGEST_DAYS})]})
    before = {"status": meeting.status, "closed_at": meeting.closed_at}
    meeting.reopen(now, until=until)
    after = {"status": meeting.status, "closes_at": until}
    record(uow, actor, "meeting.reopen", "meeting", meeting.id, before, after, wish.reason)
    uow.record(MeetingReopened(entity_id=meeting.id, revision=meeting.revision))
    return until
