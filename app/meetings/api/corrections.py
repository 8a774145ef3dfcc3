"""What staff put right in a closed meeting, each time with a reason; its rewards follow."""

from typing import Any
from uuid import UUID

from flask import Response

from app.accounts.web import from_token
from app.http.api import ApiBlueprint, takes_key, writing_once
from app.http.auth import current_actor, open_to
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.meetings.api import MeetingAnswer, settings, told
from app.meetings.schemas import (
    CorrectBookingSchema,
    CorrectGuestSchema,
    CorrectHostsSchema,
    CorrectionSchema,
    CorrectMeetingSchema,
    CorrectPresenceSchema,
    LateOrderSchema,
    ReopenSchema,
)
from app.meetings.services import bookings, co_hosts, guests, lifecycle, planning
from app.meetings.services.late_orders import LateOrder, take_late_order
from app.meetings.services.planning import ChangeMeeting, Gathering
from app.meetings.services.reopening import Reopening, reopen_meeting

bp = ApiBlueprint("api_corrections", "Corrections", about="A closed meeting, put right by staff.")
open_to(bp, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, via=from_token)

AT = "/meetings/<uuid:meeting_id>"


@bp.route(f"{AT}/reopening", methods=["POST"])
@takes_key
@bp.arguments(ReopenSchema)
@bp.response(200, MeetingAnswer)
def reopen_closed_meeting(wish: Reopening, meeting_id: UUID) -> Response:
    """Open it again until a deadline: what it gave stands until it closes anew."""
    return _done(
        meeting_id,
        lambda uow: reopen_meeting(
            uow, current_actor(), meeting_id, wish, clock=uow.clock, settings=settings()
        ),
    )


@bp.route(f"{AT}/corrections/meeting", methods=["PUT"])
@takes_key
@bp.arguments(CorrectMeetingSchema)
@bp.response(200, MeetingAnswer)
def correct_meeting(wish: ChangeMeeting, meeting_id: UUID) -> Response:
    """Its host, date, place and theme; also of a booked meeting, whose origin is settled again."""
    return _done(
        meeting_id,
        lambda uow: planning.change_meeting(
            uow, current_actor(), meeting_id, wish, clock=uow.clock, settings=settings()
        ),
    )


@bp.route(f"{AT}/corrections/hosts", methods=["PUT"])
@takes_key
@bp.arguments(CorrectHostsSchema)
@bp.response(200, MeetingAnswer)
def correct_hosts(asked: tuple[dict[UUID, int], str], meeting_id: UUID) -> Response:
    """Who hosted with the host, and their shares."""
    shares, reason = asked
    return _done(
        meeting_id,
        lambda uow: co_hosts.share_among_hosts(
            uow, current_actor(), meeting_id, shares, reason=reason, clock=uow.clock
        ),
    )


@bp.route(f"{AT}/corrections/guests", methods=["POST"])
@takes_key
@bp.arguments(CorrectGuestSchema)
@bp.response(200, MeetingAnswer)
def correct_guests(asked: dict[str, Any], meeting_id: UUID) -> Response:
    """Somebody who was there and is not on the list."""
    person, reason = asked["customer_id"], asked["reason"]
    return _done(
        meeting_id,
        lambda uow: guests.add_participant(
            uow, current_actor(), meeting_id, person, reason=reason, clock=uow.clock
        ),
    )


@bp.route(f"{AT}/corrections/presence", methods=["PUT"])
@takes_key
@bp.arguments(CorrectPresenceSchema)
@bp.response(200, MeetingAnswer)
def correct_presence(asked: dict[str, Any], meeting_id: UUID) -> Response:
    """Who came: `present` names participants, all others were not there."""
    return _done(
        meeting_id,
        lambda uow: guests.correct_presence(
            uow,
            current_actor(),
            meeting_id,
            asked["present"],
            reason=asked["reason"],
            clock=uow.clock,
        ),
    )


@bp.route(f"{AT}/corrections/bookings", methods=["POST"])
@takes_key
@bp.arguments(CorrectBookingSchema)
@bp.response(200, MeetingAnswer)
def correct_bookings(asked: tuple[UUID, Gathering, str], meeting_id: UUID) -> Response:
    """A date that a guest took and nobody noted."""
    participant_id, wish, reason = asked
    return _done(
        meeting_id,
        lambda uow: bookings.book_meeting(
            uow,
            current_actor(),
            meeting_id,
            participant_id,
            wish,
            reason=reason,
            clock=uow.clock,
            settings=settings(),
        ),
    )


@bp.route(f"{AT}/corrections/orders", methods=["POST"])
@takes_key
@bp.arguments(LateOrderSchema)
@bp.response(200, MeetingAnswer)
def correct_orders(late: LateOrder, meeting_id: UUID) -> Response:
    """An order that was forgotten, placed and paid at once."""
    return _done(
        meeting_id,
        lambda uow: take_late_order(uow, current_actor(), meeting_id, late, clock=uow.clock),
    )


@bp.route(f"{AT}/corrections/cancellation", methods=["POST"])
@takes_key
@bp.arguments(CorrectionSchema)
@bp.response(200, MeetingAnswer)
def cancel_after_all(asked: dict[str, Any], meeting_id: UUID) -> Response:
    """It never was: of a meeting, closed or not, of which no order stands paid."""
    return _done(
        meeting_id,
        lambda uow: lifecycle.cancel_meeting(
            uow, current_actor(), meeting_id, reason=asked["reason"], clock=uow.clock
        ),
    )


def _done(meeting_id: UUID, work: Any) -> Response:
    """The meeting afterwards; its rewards follow within the minute."""

    def once(uow: UnitOfWork) -> dict[str, Any]:
        work(uow)
        return told(uow.session, meeting_id)

    return writing_once(MeetingAnswer, once)
