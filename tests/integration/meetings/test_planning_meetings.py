"""Planning, typing in late, changing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.customers.errors import CustomerAlreadyExists, CustomerNotFound
from app.customers.services import NewCustomer
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import Invalid, NotAllowed, NotFound
from app.meetings import queries
from app.meetings.errors import (
    AlreadyPlanned,
    HostIsGuest,
    MeetingIsClosed,
    MeetingWasCancelled,
    NoSeller,
)
from app.meetings.services import lifecycle, planning
from app.meetings.services.closing import close_meeting
from app.meetings.services.planning import ChangeMeeting, Gathering, PlanMeeting
from tests.support.clock import StillClock
from tests.support.gathering import SETTINGS, Stage, set_stage, wall


def read(stage: Stage, meeting_id):
    with stage.uow(stage.seller.brand_id) as work:
        return queries.meeting_page(work.session, stage.seller, meeting_id)


def full(stage: Stage, meeting_id):
    with stage.uow(stage.seller.brand_id) as work:
        return queries.meeting_for_rewards(work.session, meeting_id)


def test_a_meeting_to_come_is_planned_and_closes_two_days_after_its_date(stage) -> None:
    meeting = full(stage, stage.meeting(days=7))

    assert meeting.status == "planned"
    assert meeting.opened_at is None
    assert meeting.first_starts_at == meeting.starts_at


def test_a_meeting_typed_in_late_is_open_and_stays_so_48_hours(stage) -> None:
    before = stage.now()
    meeting = full(stage, stage.meeting(days=-20))

    assert meeting.status == "open"
    assert meeting.closes_at - before >= timedelta(hours=48)
    assert meeting.closes_at - meeting.created_at == timedelta(hours=48)


@pytest.mark.parametrize(
    ("saturday", "hours"),
    [(datetime(2026, 3, 28, 13, tzinfo=UTC), 95), (datetime(2026, 10, 24, 12, tzinfo=UTC), 97)],
    ids=["spring", "autumn"],
)
def test_a20_open_until_wednesday_14h_across_a_clock_change(uow, brand, saturday, hours) -> None:
    """Ninety-six hours on the wall are 95 or 97 on a stopwatch when the clocks change."""
    stage = set_stage(uow, brand.id, StillClock(saturday - timedelta(days=3)))
    settings = planning.MeetingSettings(zone="Europe/Paris", closing_delay_hours=96)
    wish = PlanMeeting(host=stage.customer(), gathering=Gathering(when=wall(saturday)))

    meeting = full(stage, stage.do(planning.plan_meeting, wish, settings=settings))

    assert wall(meeting.closes_at).at == wall(saturday).at
    assert meeting.closes_at - meeting.starts_at == timedelta(hours=hours)


def test_a_new_host_is_put_into_the_book(stage) -> None:
    gathering = Gathering(when=wall(stage.now() + timedelta(days=3)))
    wish = PlanMeeting(NewCustomer("Maud", "Bernard", "maud@example.org"), gathering)

    page = read(stage, stage.do(planning.plan_meeting, wish, settings=SETTINGS))

    assert page.card.host_name == "Maud Bernard"


def test_a_new_host_with_a_known_address_is_refused_and_nothing_is_planned(stage) -> None:
    stage.customer(email="maud@example.org")
    gathering = Gathering(when=wall(stage.now() + timedelta(days=3)))
    wish = PlanMeeting(NewCustomer("Maud", "Bernard", "MAUD@example.org "), gathering)

    with pytest.raises(CustomerAlreadyExists):
        stage.do(planning.plan_meeting, wish, settings=SETTINGS)

    with stage.uow() as work:
        assert queries.meeting_list(work.session, stage.seller).rows == ()


def test_the_host_comes_from_the_sellers_own_book(stage, other) -> None:
    stranger = other.customer()

    for host_id in (stranger, uuid4()):
        with pytest.raises(CustomerNotFound):
            stage.meeting(host_id=host_id)


def test_the_same_host_and_instant_is_one_meeting(stage) -> None:
    host_id = stage.customer()
    first = stage.meeting(host_id=host_id)

    with pytest.raises(AlreadyPlanned) as refusal:
        stage.meeting(host_id=host_id)

    assert refusal.value.meeting_id == first
    stage.do(lifecycle.cancel_meeting, first)
    assert stage.meeting(host_id=host_id) != first


def test_another_date_counts_its_bookings_from_the_first(stage) -> None:
    meeting_id = stage.meeting(days=7)
    before = full(stage, meeting_id)
    wish = ChangeMeeting(
        before.host_id, Gathering(when=wall(stage.now() + timedelta(days=14)), theme="Woks")
    )

    stage.do(planning.change_meeting, meeting_id, wish, settings=SETTINGS)

    after = full(stage, meeting_id)
    assert after.first_starts_at == before.starts_at
    assert after.starts_at - before.starts_at >= timedelta(days=6)
    assert after.closes_at > before.closes_at
    assert after.theme == "Woks"


def test_a_guest_does_not_become_the_host(stage) -> None:
    meeting_id = stage.meeting()
    _, customer_id = stage.guest(meeting_id)
    wish = ChangeMeeting(customer_id, Gathering(when=wall(stage.now() + timedelta(days=7))))

    with pytest.raises(HostIsGuest):
        stage.do(planning.change_meeting, meeting_id, wish, settings=SETTINGS)


def test_a_closed_or_cancelled_meeting_is_not_changed(stage) -> None:
    closed, cancelled = stage.meeting(days=-1), stage.meeting()
    stage.do(close_meeting, closed)
    stage.do(lifecycle.cancel_meeting, cancelled)
    wish = ChangeMeeting(stage.customer(), Gathering(when=wall(stage.now())))

    with pytest.raises(MeetingIsClosed):
        stage.do(planning.change_meeting, closed, wish, settings=SETTINGS)
    with pytest.raises(MeetingWasCancelled):
        stage.do(planning.change_meeting, cancelled, wish, settings=SETTINGS)


def test_staff_say_whose_meeting_it_is(stage) -> None:
    gathering = Gathering(when=wall(stage.now() + timedelta(days=1)))
    staff = system(stage.seller.brand_id)
    host_id = stage.customer()
    with stage.uow() as work, pytest.raises(NoSeller):
        planning.plan_meeting(
            work, staff, PlanMeeting(host_id, gathering), clock=work.clock, settings=SETTINGS
        )
    wish = PlanMeeting(host_id, gathering, seller_id=stage.seller.seller_id)
    with stage.uow() as work:
        meeting_id = planning.plan_meeting(work, staff, wish, clock=work.clock, settings=SETTINGS)

    assert full(stage, meeting_id).seller_id == stage.seller.seller_id


def test_a_host_plans_nothing(stage) -> None:
    host = Actor(stage.seller.brand_id, Role.HOST, customer_id=stage.customer())
    wish = PlanMeeting(host.customer_id, Gathering(when=wall(stage.now())))

    with stage.uow() as work, pytest.raises(NotAllowed):
        planning.plan_meeting(work, host, wish, clock=work.clock, settings=SETTINGS)


def test_a_date_far_away_plans_nothing(stage) -> None:
    with pytest.raises(Invalid):
        stage.meeting(days=5_000)


def test_another_sellers_meeting_is_not_found(stage, other) -> None:
    meeting_id = stage.meeting()

    with pytest.raises(NotFound):
        other.do(lifecycle.open_meeting, meeting_id)
    with other.uow() as work, pytest.raises(NotFound):
        queries.meeting_page(work.session, other.seller, meeting_id)
