"""The list of meetings with its filters, dates booked, the calendar and its files."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from app.meetings.queries import meeting_card
from app.meetings.services import lifecycle, planning
from app.meetings.services.planning import ChangeMeeting, Gathering
from tests.support.browser import Browser
from tests.support.gathering import SETTINGS, Stage, set_stage, wall


@pytest.fixture
def feed(seller: Browser) -> str:
    """The path of the seller's own calendar."""
    page = seller.submit("/meetings/calendar/link").text
    found = re.search(r"/calendar/[\w-]{43}/meetings\.ics", page)
    assert found
    return found[0]


def events(content: str) -> dict[str, object]:
    return {str(one["uid"]): one for one in Calendar.from_ical(content).walk("VEVENT")}


def test_list_finds_meetings_by_host_place_and_period(stage, seller):
    near = stage.meeting(days=3, host_id=stage.customer("Hélène", "Girard"), address="Salle Hugo")
    far = stage.meeting(days=60, host_id=stage.customer("Zoé", "Lefèvre"))
    day = wall(stage.now() + timedelta(days=10)).day.isoformat()

    assert shown(seller, "q=helene") == {near}
    assert shown(seller, "q=hugo") == {near}
    assert shown(seller, f"since={day}") == {far}
    assert shown(seller, f"until={day}&status=planned") == {near}
    assert shown(seller, "q=nobody") == set()


def shown(seller: Browser, query: str) -> set[UUID]:
    page = seller.get(f"/meetings?{query}").text
    return {UUID(one) for one in re.findall(r'href="/meetings/([0-9a-f-]{36})"', page)}


@pytest.mark.parametrize(
    "path",
    [
        "/meetings?status=ghost&page=-1",
        "/meetings?q=%25_%5C&since=never",
        "/bookings?fate=lost&page=x",
        "/meetings/calendar?month=2026-13-01",
        "/meetings/calendar?month=2199-12-31",
        "/meetings/calendar?month=1900-01-01",
    ],
)
def test_lists_answer_whatever_their_address_says(seller, path):
    assert seller.get(path).status_code == 200


def test_booked_date_is_listed_with_who_took_it_and_where(stage, seller):
    meeting_id = stage.meeting(days=-1)
    participant_id, _ = stage.guest(meeting_id, attended=True)
    booked = stage.book(meeting_id, participant_id)

    assert str(booked) in seller.get("/bookings?fate=coming").text
    assert str(booked) not in seller.get("/bookings?fate=held").text
    stage.do(lifecycle.cancel_meeting, booked)
    assert str(booked) in seller.get("/bookings?fate=cancelled").text


def test_month_shows_its_meetings_on_their_days(stage, seller):
    stage.meeting(days=40, host_id=stage.customer("Hélène", "Girard"))
    month = wall(stage.now() + timedelta(days=40)).day

    page = seller.get(f"/meetings/calendar?month={month.isoformat()}").text

    assert "Hélène Girard" in page


def test_meeting_keeps_its_identity_in_calendars_and_counts_its_changes(stage, seller, feed):
    meeting_id = stage.meeting(days=5)
    before = events(seller.get(feed).text)
    moved = Gathering(when=wall(stage.now() + timedelta(days=6)))
    host_id = host_of(stage, meeting_id)
    stage.do(planning.change_meeting, meeting_id, ChangeMeeting(host_id, moved), settings=SETTINGS)
    after = events(seller.get(feed).text)

    assert list(before) == list(after)
    [uid] = after
    assert after[uid]["sequence"] > before[uid]["sequence"]
    assert after[uid]["dtstart"].dt > before[uid]["dtstart"].dt
    assert after[uid]["dtstart"].params["TZID"] == "Europe/Paris"


def host_of(stage: Stage, meeting_id: UUID) -> UUID:
    with stage.uow(stage.seller.brand_id) as work:
        return meeting_card(work.session, stage.seller, meeting_id).host_id


def test_calendar_file_brings_its_own_time_zone(stage, seller):
    meeting_id = stage.meeting()

    answer = seller.get(f"/meetings/{meeting_id}/meeting.ics")

    assert answer.content_type == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.text)
    assert [str(one["tzid"]) for one in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert len(calendar.walk("VEVENT")) == 1


def test_cancelled_meeting_says_so_in_calendars(stage, seller, feed):
    meeting_id = stage.meeting()
    stage.do(lifecycle.cancel_meeting, meeting_id)

    [event] = events(seller.get(feed).text).values()

    assert event["status"] == "CANCELLED"


def test_calendar_address_needs_no_sign_in_until_it_ends(stage, seller, feed, new_client, brand):
    stage.meeting()
    stranger = new_client(brand)

    assert len(events(stranger.get(feed).text)) == 1
    seller.submit("/meetings/calendar/link/end")
    assert stranger.get(feed).status_code == 404


def test_new_calendar_address_ends_the_one_before(seller, feed):
    seller.submit("/meetings/calendar/link")

    assert seller.get(feed).status_code == 404


def test_calendar_address_of_another_brand_is_nobodys(feed, second_brand, new_client):
    assert new_client(second_brand).get(feed).status_code == 404


def test_calendar_shows_only_ones_own_meetings(stage, seller, feed, uow, brand):
    other = set_stage(uow, brand.id, email="other")
    other.meeting()

    assert events(seller.get(feed).text) == {}


def test_meeting_says_how_many_orders_are_to_be_paid(stage, seller):
    meeting_id = stage.meeting(days=-1)
    for paid in (True, True, False):
        _participant, customer_id = stage.guest(meeting_id)
        stage.order(meeting_id, customer_id, paid=paid)

    page = seller.get(f"/meetings/{meeting_id}").text
    assert "3 commandes, dont 1 à payer" in page
    figures = seller.get(f"/meetings/{meeting_id}?tab=infos").text
    assert "2 invités sur 3 ont une commande payée" in figures


@pytest.mark.parametrize("path", ["/meetings", "/bookings", "/meetings/calendar", "/"])
def test_lists_cost_the_same_however_long_they_are(stage, seller, count_queries, path):
    counts = []
    for _ in range(3):
        for _ in range(2):
            meeting_id = stage.meeting(days=-1)
            participant_id, customer_id = stage.guest(meeting_id)
            stage.order(meeting_id, customer_id)
            stage.book(meeting_id, participant_id, days=3)
        with count_queries() as found:
            seller.get(path)
        counts.append(found.count)

    assert len(set(counts)) == 1
