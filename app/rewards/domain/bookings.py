"""The fate of a booking: promised while it stands, earned once held in time and big enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.rewards.domain.facts import BookingFacts, BookingStatus, MeetingFacts
from app.rewards.domain.outcome import EARNED, PROMISED, Check
from app.rewards.domain.terms import BookingTerms


@dataclass(frozen=True, slots=True)
class JudgedBooking:
    booking: BookingFacts
    status: str
    """earned, promised, or empty when it gives nothing"""
    checks: tuple[Check, ...]

    @property
    def stands(self) -> bool:
        """Whether it counts as a booking made."""
        return self.checks[0].passed and self.checks[1].passed

    @property
    def lacks(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)


def judge_bookings(
    meeting: MeetingFacts, hosts: frozenset[str], terms: BookingTerms
) -> tuple[JudgedBooking, ...]:
    """Every booking of the meeting, in order of their ids."""
    deadline = _deadline(meeting, terms)
    bookings = sorted(meeting.bookings, key=lambda booking: booking.id)
    return tuple(_judge(booking, hosts, terms, deadline) for booking in bookings)


def _deadline(meeting: MeetingFacts, terms: BookingTerms) -> date | None:
    origin = meeting.first_planned_on or meeting.planned_on or meeting.held_on
    if origin is None or terms.window_days is None:
        return None
    return origin + timedelta(days=terms.window_days)


def _judge(
    booking: BookingFacts, hosts: frozenset[str], terms: BookingTerms, deadline: date | None
) -> JudgedBooking:
    by_guest = Check("booked_by_guest", booking.customer_id not in hosts, subject=booking.id)
    stands = Check(
        "booking_stands", booking.status is not BookingStatus.CANCELLED, subject=booking.id
    )
    if not (by_guest.passed and stands.passed):
        return JudgedBooking(booking, "", (by_guest, stands))
    if booking.status is BookingStatus.STANDING:
        waiting = _in_time(booking, terms, deadline, passed=True)
        return JudgedBooking(booking, PROMISED, (by_guest, stands, *waiting))
    held = (by_guest, stands, *_held_checks(booking, terms, deadline))
    status = EARNED if all(check.passed for check in held) else ""
    return JudgedBooking(booking, status, held)


def _held_checks(
    booking: BookingFacts, terms: BookingTerms, deadline: date | None
) -> tuple[Check, ...]:
    known = booking.held_on is not None and deadline is not None
    in_time = known and booking.held_on <= deadline  # type: ignore[operator]
    return (
        *_in_time(booking, terms, deadline, passed=in_time),
        *_big_enough(booking, terms),
    )


def _in_time(
    booking: BookingFacts, terms: BookingTerms, deadline: date | None, *, passed: bool
) -> tuple[Check, ...]:
    if terms.window_days is None:
        return ()
    check = Check(
        "booking_held_by",
        passed,
        op="<=",
        value=booking.held_on.isoformat() if booking.held_on else None,
        expected=deadline.isoformat() if deadline else None,
        unit="date",
        subject=booking.id,
    )
    return (check,)


def _big_enough(booking: BookingFacts, terms: BookingTerms) -> tuple[Check, ...]:
    least, reached = terms.minimum_turnover_cents, booking.turnover_cents
    if least == 0:
        return ()
    check = Check(
        "booking_turnover_at_least",
        reached is not None and reached >= least,
        op=">=",
        value=reached,
        expected=least,
        missing=None if reached is None else max(0, least - reached),
        unit="cents",
        subject=booking.id,
    )
    return (check,)
