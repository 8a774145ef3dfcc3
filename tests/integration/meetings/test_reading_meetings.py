"""What screens read: right figures, and the same number of statements whatever the size."""

from datetime import timedelta

import pytest

from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotFound
from app.meetings import queries
from app.meetings.domain import MeetingStatus
from app.meetings.services import guests, lifecycle
from app.meetings.services.closing import close_meeting
from tests.support.gathering import ZONE, Stage

SIZES = [1, 5, 20]


def fill(stage: Stage, meeting_id, size: int) -> None:
    for _ in range(size):
        participant_id, buyer = stage.guest(meeting_id)
        stage.order(meeting_id, buyer)
        stage.book(meeting_id, participant_id, days=60)


@pytest.mark.parametrize("size", SIZES)
def test_a_meeting_page_takes_the_same_statements(stage, count_queries, size) -> None:
    meeting_id = stage.meeting(days=-1)
    fill(stage, meeting_id, size)

    with stage.uow() as work, count_queries() as found:
        page = queries.meeting_page(work.session, stage.seller, meeting_id)

    assert (len(page.participants), len(page.sales), len(page.bookings)) == (size,) * 3
    assert found.count == 5, found.statements


@pytest.mark.parametrize("size", SIZES)
def test_rewards_read_a_meeting_in_three_statements(stage, count_queries, size) -> None:
    meeting_id = stage.meeting(days=-1)
    fill(stage, meeting_id, size)

    with stage.uow() as work:
        work.clock()
        with count_queries() as found:
            meeting = queries.meeting_for_rewards(work.session, meeting_id)

    assert (len(meeting.participants), len(meeting.bookings)) == (size, size)
    assert meeting.seller_customer_id == stage.seller.customer_id
    assert found.count == 3, found.statements


@pytest.mark.parametrize("size", SIZES)
def test_the_list_takes_the_same_statements(stage, count_queries, size) -> None:
    for number in range(size):
        meeting_id = stage.meeting(days=-1 - number)
        _, buyer = stage.guest(meeting_id)
        stage.order(meeting_id, buyer)

    with stage.uow() as work:
        work.clock()
        with count_queries() as found:
            listed = queries.meeting_list(work.session, stage.seller)

    assert len(listed.rows) == size
    assert {row.sales_cents for row in listed.rows} == {5_000}
    assert found.count == 5, found.statements


@pytest.mark.parametrize("size", SIZES)
def test_the_home_page_takes_the_same_statements(stage, count_queries, size) -> None:
    for number in range(size):
        stage.meeting(days=1 + number)
        meeting_id = stage.meeting(days=-1 - number)
        _, buyer = stage.guest(meeting_id)
        stage.order(meeting_id, buyer)

    with stage.uow() as work:
        now = work.clock()
        with count_queries() as found:
            home = queries.seller_home(work.session, stage.seller, zone=ZONE, now=now)

    assert home.months[-1].sales_cents == 5_000 * size
    assert home.months[-1].order_count == size
    assert len(home.next_meetings) == len(home.to_close) == min(size, 5)
    assert found.count == 10, found.statements


def test_months_are_without_gaps_and_end_with_this_one(stage) -> None:
    with stage.uow() as work:
        now = work.clock()
        home = queries.seller_home(work.session, stage.seller, zone=ZONE, now=now, months=14)

    months = [figures.month for figures in home.months]
    assert len(set(months)) == 14
    assert months == sorted(months)
    assert all(month.day == 1 for month in months)
    assert {figures.sales_cents for figures in home.months} == {0}


def test_the_list_is_filtered_and_counted(stage) -> None:
    open_id, planned_id, cancelled = (
        stage.meeting(days=-1),
        stage.meeting(days=3),
        stage.meeting(days=4),
    )
    stage.do(lifecycle.cancel_meeting, cancelled)

    with stage.uow() as work:
        whole = queries.meeting_list(work.session, stage.seller)
        planned = queries.meeting_list(
            work.session, stage.seller, queries.MeetingsWanted(status=MeetingStatus.PLANNED)
        )

    assert [row.id for row in whole.rows] == [cancelled, planned_id, open_id]
    assert [row.id for row in planned.rows] == [planned_id]
    assert whole.counts == {"open": 1, "planned": 1, "cancelled": 1}


def test_long_lists_go_on(stage) -> None:
    host_id = stage.customer()
    for number in range(5):
        stage.meeting(days=1 + number, host_id=host_id)

    with stage.uow() as work:
        pages = [
            queries.meeting_list(work.session, stage.seller, page=page, size=2)
            for page in (1, 2, 3, 4)
        ]

    assert [len(page.rows) for page in pages] == [2, 2, 1, 0]
    assert [page.has_more for page in pages] == [True, True, False, False]
    assert len({row.id for page in pages for row in page.rows}) == 5


def test_each_sees_her_own(stage, other) -> None:
    mine, theirs = stage.meeting(), other.meeting()
    host = Actor(stage.seller.brand_id, Role.HOST, meeting_id=mine)

    def listed(actor: Actor) -> set:
        with stage.uow() as work:
            return {row.id for row in queries.meeting_list(work.session, actor).rows}

    assert listed(stage.seller) == {mine}
    assert listed(other.seller) == {theirs}
    assert listed(host) == {mine}
    assert listed(system(stage.seller.brand_id)) == {mine, theirs}
    assert listed(Actor(stage.seller.brand_id, Role.FINANCE)) == set()


def test_another_brand_sees_nothing(stage, second_brand) -> None:
    meeting_id = stage.meeting()
    stranger = system(second_brand.id)

    with stage.uow(second_brand.id) as work:
        assert queries.meeting_list(work.session, stranger).rows == ()
        with pytest.raises(NotFound):
            queries.meeting_page(work.session, stranger, meeting_id)
        with pytest.raises(NotFound):
            queries.meeting_for_rewards(work.session, meeting_id)


def test_a_customers_meetings_say_her_part(stage) -> None:
    hers = stage.meeting(days=1, host_id=(customer_id := stage.customer()))
    another = stage.meeting(days=2)
    stage.do(guests.add_participant, another, customer_id)

    with stage.uow() as work:
        rows = queries.meetings_of_customer(work.session, stage.seller, customer_id)

    assert [(row.id, row.role) for row in rows] == [(another, "guest"), (hers, "host")]


def test_closing_checks_tell_what_stands_in_the_way(stage) -> None:
    meeting_id = stage.meeting(days=1)
    _, buyer = stage.guest(meeting_id, attended=True)
    unpaid = stage.order(meeting_id, buyer, paid=False)
    cart = stage.cart(meeting_id, buyer)

    with stage.uow() as work:
        page = queries.meeting_page(work.session, stage.seller, meeting_id)
        checks = queries.closing_checks(page, now=work.clock())
        later = queries.closing_checks(page, now=work.clock() + timedelta(days=2))

    assert [order.id for order in checks.awaiting] == [unpaid]
    assert [order.id for order in checks.carts] == [cart]
    assert (checks.paid, checks.attended) == (0, 1)
    assert (checks.date_passed, later.date_passed) == (False, True)


def test_cards_name_a_meeting(stage) -> None:
    meeting_id = stage.meeting(address="Lyon 7e")
    stage.do(close_meeting, meeting_id)

    with stage.uow() as work:
        card = queries.meeting_card(work.session, stage.seller, meeting_id)

    assert (card.host_name, card.status, card.address) == ("Sophie Marchand", "closed", "Lyon 7e")
