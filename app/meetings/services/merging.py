"""Two cards of one person: meetings of the one become the other's, guest lists have her once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import aliased

from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.errors import ConviveError
from app.meetings.domain import Invitation, MeetingStatus
from app.meetings.errors import BookedWithHerself, TwoMeetingsAtOnce
from app.meetings.models import Meeting, Participant

PLAIN: dict[str, Any] = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Moved:
    hosted: int
    visited: int
    shared: tuple[UUID, ...]
    """Meetings in which both took part, to be judged again."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of one of the two cards in one meeting."""

    id: UUID
    meeting_id: UUID
    customer_id: UUID
    attended: bool
    invitation: str
    share_bp: int | None


def hold_meetings(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """All in which either takes part, the first lock of putting two cards together."""
    pair = [from_id, to_id]
    visited = select(Participant.meeting_id).where(Participant.customer_id.in_(pair))
    theirs = or_(Meeting.host_id.in_(pair), Meeting.id.in_(visited))
    lock_where(uow.session, Rank.MEETING, Meeting, theirs)


def obstacles(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> tuple[ConviveError, ...]:
    """Why these two cannot be one in their meetings, and what to do about each."""
    return (*_at_once(uow, from_id, to_id), *_with_herself(uow, from_id, to_id))


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> Moved:
    """For whoever holds the meetings and met no obstacles."""
    parts = _parts(uow, [from_id, to_id])
    hosted = _hosted(uow, [from_id, to_id])
    theirs = [part for part in parts if part.customer_id == from_id]
    hers = {part.meeting_id: part for part in parts if part.customer_id == to_id}
    twice = [part for part in theirs if part.meeting_id in hers]
    beside = [part for part in parts if part.meeting_id in hosted]
    for part in twice:
        _fold(uow, part, hers[part.meeting_id])
    _forget_cancelled(uow, [part.id for part in beside])
    gone = [*(part.id for part in twice), *(part.id for part in beside)]
    uow.session.execute(
        delete(Participant).where(Participant.id.in_(gone)).execution_options(**PLAIN)
    )
    moved = update(Participant).where(Participant.customer_id == from_id)
    uow.session.execute(moved.values(customer_id=to_id).execution_options(**PLAIN))
    mine = update(Meeting).where(Meeting.host_id == from_id)
    uow.session.execute(mine.values(host_id=to_id).execution_options(**PLAIN))
    uow.session.expire_all()
    shared = {part.meeting_id for part in (*twice, *beside)}
    hosted_by_her = [meeting_id for meeting_id, host_id in hosted.items() if host_id == from_id]
    return Moved(len(hosted_by_her), len(theirs), tuple(sorted(shared)))


def counts(uow: UnitOfWork, customer_id: UUID) -> Moved:
    """What would be moved."""
    hosted, visited = _hosted(uow, [customer_id]), _parts(uow, [customer_id])
    return Moved(len(hosted), len(visited), ())


def _fold(uow: UnitOfWork, part: Part, into: Part) -> None:
    """She was there if either was; what was booked by the one was booked by the other, and what
    each won of a host's part is hers."""
    attended = part.attended or into.attended
    accepted = Invitation.ACCEPTED in {part.invitation, into.invitation}
    invitation = Invitation.ACCEPTED if accepted else into.invitation
    share_bp = ((part.share_bp or 0) + (into.share_bp or 0)) or None
    kept = update(Participant).where(Participant.id == into.id)
    booked = update(Meeting).where(Meeting.booked_from_participant_id == part.id)
    for statement in (
        kept.values(attended=attended, invitation=invitation, share_bp=share_bp),
        booked.values(booked_from_participant_id=into.id),
    ):
        uow.session.execute(statement.execution_options(**PLAIN))


def _forget_cancelled(uow: UnitOfWork, participant_ids: list[UUID]) -> None:
    """Of who leaves the list of guests: what she booked there was cancelled, or is an obstacle."""
    booked = update(Meeting).where(Meeting.booked_from_participant_id.in_(participant_ids))
    free = {"booked_from_meeting_id": None, "booked_from_participant_id": None}
    uow.session.execute(booked.values(**free).execution_options(**PLAIN))


def _parts(uow: UnitOfWork, customer_ids: list[UUID]) -> list[Part]:
    columns = (getattr(Participant, name) for name in Part.__dataclass_fields__)
    found = select(*columns).where(Participant.customer_id.in_(customer_ids))
    return [Part(*row) for row in uow.session.execute(found)]


def _hosted(uow: UnitOfWork, customer_ids: list[UUID]) -> dict[UUID, UUID]:
    """The host of each meeting that one of them hosts."""
    found = select(Meeting.id, Meeting.host_id).where(Meeting.host_id.in_(customer_ids))
    return {row[0]: row[1] for row in uow.session.execute(found)}


def _at_once(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> Iterator[ConviveError]:
    other = aliased(Meeting)
    found = (
        select(Meeting.starts_at)
        .join(other, other.starts_at == Meeting.starts_at)
        .where(Meeting.host_id == from_id, other.host_id == to_id)
        .where(Meeting.status != MeetingStatus.CANCELLED, other.status != MeetingStatus.CANCELLED)
    )
    for starts_at in uow.session.scalars(found.order_by(Meeting.starts_at)):
        yield TwoMeetingsAtOnce(starts_at=starts_at)


def _with_herself(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> Iterator[ConviveError]:
    """Bookings that stand, made in a meeting of the other card."""
    booked, pair = aliased(Meeting), [from_id, to_id]
    found = (
        select(Meeting.starts_at)
        .join(Participant, Participant.meeting_id == Meeting.id)
        .join(booked, booked.booked_from_participant_id == Participant.id)
        .where(Meeting.host_id.in_(pair), Participant.customer_id.in_(pair))
        .where(booked.status != MeetingStatus.CANCELLED)
        .distinct()
    )
    for starts_at in uow.session.scalars(found.order_by(Meeting.starts_at)):
        yield BookedWithHerself(starts_at=starts_at)
