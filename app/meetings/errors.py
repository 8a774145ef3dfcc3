"""What meetings refuse, and what to do about it."""

from datetime import datetime
from uuid import UUID

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class ParticipantNotFound(NotFound):
    code = "participant_not_found"
    words = N_("This person is not on the list of guests.")


class MeetingIsClosed(Conflict):
    code = "meeting_is_closed"
    words = N_("This meeting was closed on %(closed_at)s: nothing in it can be changed any more.")


class MeetingWasCancelled(Conflict):
    code = "meeting_was_cancelled"
    words = N_("This meeting was cancelled: plan a new one.")


class MeetingNotClosed(Conflict):
    code = "meeting_not_closed"
    words = N_("Only a closed meeting can be reopened.")


class ReasonNeeded(Refused):
    """Staff change what is locked, and say why."""

    code = "reason_needed"
    words = N_("Say why this closed meeting is corrected: the reason is kept.")


class ClosedBefore(Refused):
    code = "closed_before"
    words = N_("This meeting was closed on %(closed_at)s: choose a date before that.")


class CoHostIsNoGuest(Refused):
    code = "co_host_is_no_guest"
    words = N_("A co-host is one of the guests: add this person as a guest first.")


class SharesLeaveNothing(Refused):
    code = "shares_leave_nothing"
    words = N_("Leave the host a share too.")


class SharesDoNotAddUp(Refused):
    code = "shares_do_not_add_up"
    words = N_("The shares add up to %(total_bp)s: together they have to make 100 %%.")


class AlreadyInvited(Conflict):
    code = "already_invited"
    words = N_("%(name)s is already on the list of guests.")


class AlreadyPlanned(Conflict):
    """`meeting_id`: the one that stands there, when it is the asking seller's own."""

    code = "already_planned"
    words = N_("A meeting with this host on %(starts_at)s is already planned.")

    def __init__(self, starts_at: datetime, meeting_id: UUID | None) -> None:
        super().__init__(starts_at=starts_at)
        self.meeting_id = meeting_id


class HostIsNoGuest(Refused):
    code = "host_is_no_guest"
    words = N_("%(name)s is the host of this meeting, and needs not be added as a guest.")


class HostIsGuest(Refused):
    """The rewards of a guest and of a host are not the same: one person cannot be both."""

    code = "host_is_guest"
    words = N_("%(name)s is a guest of this meeting: choose somebody who is not.")


class TwoMeetingsAtOnce(Refused):
    """Two cards that are to be one each host at the same instant."""

    code = "two_meetings_at_once"
    words = N_(
        "Both cards host a meeting on %(starts_at)s. Move one of the meetings or cancel it first."
    )


class BookedWithHerself(Refused):
    """Of two cards that are to be one, the one booked a date in the meeting the other hosts."""

    code = "booked_with_herself"
    words = N_(
        "In the meeting of %(starts_at)s the one card is the host and the other one booked a date, "
        "which hosts cannot do in their own meeting. Cancel the meeting that was booked first."
    )


class BookedByHost(Refused):
    code = "booked_by_host"
    words = N_(
        "The host cannot book a date in the meeting they host: plan a new meeting with them."
    )


class AlreadyBooked(Conflict):
    code = "already_booked"
    words = N_("%(name)s has already booked %(day)s in this meeting: choose another date.")


class BookingTooEarly(Refused):
    code = "booking_too_early"
    words = N_("Choose a date after this meeting's own, %(starts_at)s.")


class ClosingBlocked(Refused):
    code = "closing_blocked"
    words = N_("Before closing, collect the payment of these orders or cancel them: %(orders)s.")


class CancellingBlocked(Refused):
    code = "cancelling_blocked"
    words = N_("A meeting with a paid order cannot be cancelled: close it instead.")


class CancellingAwaits(Refused):
    code = "cancelling_awaits"
    words = N_("Before cancelling the meeting, cancel these orders: %(orders)s.")


class NoSeller(Refused):
    code = "no_seller"
    words = N_("Say which seller holds this meeting.")


class NotInThisMeeting(Refused):
    code = "not_in_this_meeting"
    words = N_("Only the host and the guests order in a meeting: add this person as a guest first.")


class GuestHasNoAddress(Refused):
    code = "guest_has_no_address"
    words = N_("There is no e-mail address on %(name)s's card: add one, or pass the link on.")


class TermsNotPublished(Refused):
    code = "terms_not_published"
    words = N_("Orders cannot be placed online yet: please ask your adviser.")


class TermsHaveChanged(Conflict):
    code = "terms_have_changed"
    words = N_("The terms of sale have changed meanwhile: read them again, then confirm.")


class CalendarLinkNotUsable(NotFound):
    """The same for unknown and ended, and for those of a seller who sells no more."""

    code = "calendar_link_not_usable"
    words = N_("This calendar address no longer works. Make a new one on the calendar's page.")


class PreviewOutdated(Conflict):
    code = "preview_outdated"
    words = N_("What would be won has changed since this page was shown. Please look again.")
