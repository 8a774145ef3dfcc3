"""Guests who host together with the host share what hosts win."""

from collections.abc import Mapping
from uuid import UUID

from app.customers.services import mark_host
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.money import BASIS
from app.meetings.domain import Part
from app.meetings.errors import SharesDoNotAddUp
from app.meetings.repository import run_meeting
from app.meetings.services.correcting import must_be_changeable, note_correction


def share_among_hosts(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    shares: Mapping[UUID, int],
    *,
    reason: str = "",
    clock: Clock,  # noqa: ARG001 -- every service is told the time
) -> None:
    """Basis points by customer, the host's own among them: together 100 %.

    Raises SharesDoNotAddUp, SharesLeaveNothing, CoHostIsNoGuest, and what correcting does.
    """
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    is_correction = must_be_changeable(uow, actor, meeting, Part.HOST, reason)
    total = sum(shares.values())
    if total != BASIS:
        raise SharesDoNotAddUp(total_bp=total)
    others = {one: share for one, share in shares.items() if share and one != meeting.host_id}
    before = meeting.shares
    meeting.share_among(others)
    if is_correction:
        mark_host(uow, others)
        told = {str(one): share for one, share in sorted(meeting.shares.items())}
        was = {str(one): share for one, share in sorted(before.items())}
        note_correction(uow, actor, meeting, {"shares": was}, {"shares": told}, reason)
