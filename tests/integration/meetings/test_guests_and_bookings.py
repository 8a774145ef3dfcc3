"""Who is invited, who came, who takes a date."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.customers.errors import CustomerAlreadyExists, CustomerNotFound
from app.customers.services import NewCustomer
from app.kernel.errors import ConviveError
from app.meetings import queries
from app.meetings.errors import (
    AlreadyBooked,
    AlreadyInvited,
    BookedByHost,
    BookingTooEarly,
    HostIsNoGuest,
    MeetingIsClosed,
    MeetingWasCancelled,
    ParticipantNotFound,
)
from app.meetings.services import guests, lifecycle
from app.meetings.services.closing import close_meeting
from tests.support.gathering import Stage


def page_of(stage: Stage, meeting_id):
    with stage.uow() as work:
        return queries.meeting_page(work.session, stage.seller, meeting_id)


def effects_of(stage: Stage, topic: str) -> list[tuple]:
    statement = text(
        "SELECT effect, entity_id, revision, payload FROM outbox WHERE topic = :t ORDER BY id"
    )
    with stage.uow() as work:
        return [tuple(row) for row in work.session.execute(statement, {"t": topic})]


def test_guests_come_from_the_book_or_are_new(stage) -> None:
    meeting_id = stage.meeting()
    stage.guest(meeting_id)
    stage.do(guests.add_participant, meeting_id, NewCustomer("Zoé", "Lefèvre"))

    page = page_of(stage, meeting_id)

    assert {page.people[one.customer_id].last_name for one in page.participants} == {
        "Petit",
        "Lefèvre",
    }


def test_one_person_is_on_the_list_once(stage) -> None:
    meeting_id = stage.meeting()
    _, customer_id = stage.guest(meeting_id)

    with pytest.raises(AlreadyInvited):
        stage.do(guests.add_participant, meeting_id, customer_id)


def test_one_address_is_one_person(stage) -> None:
    meeting_id = stage.meeting()
    stage.do(guests.add_participant, meeting_id, NewCustomer("Zoé", "L", "zoe@example.org"))

    with pytest.raises(CustomerAlreadyExists) as refusal:
        stage.do(guests.add_participant, meeting_id, NewCustomer("Zoé", "L", "Zoe@Example.org"))

    assert refusal.value.customer_id is not None
    assert len(page_of(stage, meeting_id).participants) == 1


def test_the_host_is_no_guest(stage) -> None:
    host_id = stage.customer()
    meeting_id = stage.meeting(host_id=host_id)

    with pytest.raises(HostIsNoGuest):
        stage.do(guests.add_participant, meeting_id, host_id)


def test_somebody_elses_customer_is_not_found(stage, other) -> None:
    meeting_id = stage.meeting()

    for customer_id in (other.customer(), uuid4()):
        with pytest.raises(CustomerNotFound):
            stage.do(guests.add_participant, meeting_id, customer_id)


def test_presence_is_ticked_and_unticked(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)

    for attended in (True, True, False):
        stage.do(guests.set_attended, meeting_id, participant_id, attended)
        assert [one.attended for one in page_of(stage, meeting_id).participants] == [attended]


def test_presence_of_a_stranger_is_not_found(stage) -> None:
    meeting_id, elsewhere = stage.meeting(), stage.meeting()
    participant_id, _ = stage.guest(elsewhere)

    with pytest.raises(ParticipantNotFound):
        stage.do(guests.set_attended, meeting_id, participant_id, True)


def test_a_closed_meeting_keeps_its_list(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    participant_id, _ = stage.guest(meeting_id)
    stage.do(close_meeting, meeting_id)

    for change in (
        lambda: stage.guest(meeting_id),
        lambda: stage.do(guests.set_attended, meeting_id, participant_id, True),
        lambda: stage.book(meeting_id, participant_id),
    ):
        with pytest.raises(MeetingIsClosed):
            change()


def test_a_booking_is_linked_both_ways_and_told_once(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, customer_id = stage.guest(meeting_id)

    booked_id = stage.book(meeting_id, participant_id)

    (booking,) = page_of(stage, meeting_id).bookings
    booked = page_of(stage, booked_id)
    assert (booking.meeting_id, booking.customer_id) == (booked_id, customer_id)
    assert booked.card.host_id == customer_id
    assert booked.origin == queries.Origin(
        meeting_id, page_of(stage, meeting_id).card.host_id, customer_id
    )
    told = effects_of(stage, "meetings.meeting_booked")
    assert [(row[1], row[2]) for row in told] == [(booked_id, 1)]
    assert told[0][3]["origin_id"] == str(meeting_id)


def test_nobody_books_one_date_twice(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)
    first = stage.book(meeting_id, participant_id)

    with pytest.raises(AlreadyBooked):
        stage.book(meeting_id, participant_id)

    stage.do(lifecycle.cancel_meeting, first)
    assert stage.book(meeting_id, participant_id) != first


def test_one_guest_may_book_two_dates(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)

    stage.book(meeting_id, participant_id, days=30)
    stage.book(meeting_id, participant_id, days=60)

    assert len(page_of(stage, meeting_id).bookings) == 2


def test_the_host_books_nothing_in_her_own_meeting(stage) -> None:
    host_id = stage.customer()
    meeting_id = stage.meeting(host_id=host_id)

    with pytest.raises(BookedByHost):
        stage.book(meeting_id, host_id)


def test_a_booked_date_comes_after_the_meeting(stage) -> None:
    meeting_id = stage.meeting(days=7)
    participant_id, _ = stage.guest(meeting_id)

    for days in (-3, 5):
        with pytest.raises(BookingTooEarly):
            stage.book(meeting_id, participant_id, days=days)


def test_a_cancelled_meeting_takes_no_bookings(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)
    stage.do(lifecycle.cancel_meeting, meeting_id)

    with pytest.raises(MeetingWasCancelled):
        stage.book(meeting_id, participant_id)


def test_a_cancelled_booking_is_told_to_where_it_was_booked(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)
    booked_id = stage.book(meeting_id, participant_id)

    stage.do(lifecycle.cancel_meeting, booked_id)
    stage.do(lifecycle.cancel_meeting, booked_id)

    told = effects_of(stage, "meetings.meeting_cancelled")
    assert [(row[1], row[2], row[3]["origin_id"]) for row in told] == [
        (booked_id, 2, str(meeting_id))
    ] * 3
    assert {row[0] for row in told} == {
        "rewards.settle_cancelled",
        "rewards.settle_origin",
        "rewards.feed_pots_of_meeting",
    }


def test_a_booking_was_held_once_it_is_closed_with_a_paid_order(stage) -> None:
    meeting_id = stage.meeting(days=-40)
    participant_id, _ = stage.guest(meeting_id)
    booked_id = stage.book(meeting_id, participant_id, days=-2)
    empty_id = stage.book(meeting_id, participant_id, days=-1)
    _, buyer = stage.guest(booked_id)
    stage.order(booked_id, buyer)
    assert page_of(stage, meeting_id).held == frozenset()

    stage.do(close_meeting, booked_id)
    stage.do(close_meeting, empty_id)

    assert page_of(stage, meeting_id).held == {booked_id}


def test_twelve_clicks_at_once_book_one_date(stage) -> None:
    meeting_id = stage.meeting()
    participant_id, _ = stage.guest(meeting_id)
    start, refused = Barrier(12), []

    def click() -> None:
        start.wait()
        try:
            stage.book(meeting_id, participant_id)
        except ConviveError as refusal:
            refused.append(refusal.code)

    threads = [Thread(target=click) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=timedelta(seconds=60).total_seconds())

    assert len(page_of(stage, meeting_id).bookings) == 1
    assert refused == ["already_booked"] * 11
