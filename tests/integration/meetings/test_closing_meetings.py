"""Opening, closing, cancelling: by hand, at the first order, because the time has come."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from app.customers import queries as customers
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotAllowed, NotFound
from app.meetings import jobs, queries
from app.meetings.errors import (
    CancellingAwaits,
    CancellingBlocked,
    ClosingBlocked,
    MeetingIsClosed,
    MeetingWasCancelled,
)
from app.meetings.services import lifecycle, ordering
from app.meetings.services.closing import close_meeting, hold_for_closing
from tests.support.clock import StillClock
from tests.support.gathering import Stage, set_stage


def read(stage: Stage, meeting_id):
    with stage.uow() as work:
        return queries.meeting_for_rewards(work.session, meeting_id)


def closings_told(stage: Stage) -> int:
    with stage.uow() as work:
        statement = text(
            "SELECT count(DISTINCT (entity_id, revision)) FROM outbox"
            " WHERE topic = 'meetings.meeting_closed'"
        )
        return work.session.scalar(statement)


def test_it_opens_when_the_seller_says_so(stage) -> None:
    meeting_id = stage.meeting()

    stage.do(lifecycle.open_meeting, meeting_id)
    opened_at = read(stage, meeting_id).opened_at
    stage.do(lifecycle.open_meeting, meeting_id)

    assert read(stage, meeting_id).status == "open"
    assert read(stage, meeting_id).opened_at == opened_at


def test_it_opens_at_its_first_order(stage) -> None:
    meeting_id = stage.meeting()
    _, customer_id = stage.guest(meeting_id)

    stage.cart(meeting_id, customer_id)

    assert read(stage, meeting_id).status == "open"


def test_it_opens_at_its_date(uow, brand) -> None:
    clock = StillClock()
    stage = set_stage(uow, brand.id, clock)
    soon, later = stage.meeting(days=1), stage.meeting(days=9)
    clock.advance(days=2)

    with uow(brand.id, clock=clock) as work:
        opened = lifecycle.open_due_meetings(work, system(brand.id), clock=work.clock)
    with uow(brand.id, clock=clock) as work:
        again = lifecycle.open_due_meetings(work, system(brand.id), clock=work.clock)

    assert (opened, again) == (1, 0)
    assert (read(stage, soon).status, read(stage, later).status) == ("open", "planned")


def test_the_clock_opens_brand_by_brand(app, stage, second_brand) -> None:
    meeting_id = stage.meeting(days=1)
    backdate(stage, meeting_id, days=2)

    with app.app_context():
        assert jobs.open_due_meetings(second_brand.id) == 0
        assert jobs.open_due_meetings(stage.seller.brand_id) == 1
        assert jobs.open_due_meetings(stage.seller.brand_id) == 0

    assert read(stage, meeting_id).status == "open"


def test_opening_what_is_due_is_the_systems_errand(stage) -> None:
    with pytest.raises(NotAllowed):
        stage.do(lifecycle.open_due_meetings)


def test_closing_freezes_tells_and_makes_a_host(stage) -> None:
    host_id = stage.customer()
    meeting_id = stage.meeting(days=-1, host_id=host_id)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    stage.cart(meeting_id, buyer)

    assert stage.do(close_meeting, meeting_id)

    closed = read(stage, meeting_id)
    assert (closed.status, closed.revision) == ("closed", 1)
    with stage.uow() as work:
        page = queries.meeting_page(work.session, stage.seller, meeting_id)
        host = customers.customer(work.session, stage.seller, host_id)
    assert [order.status for order in page.orders] == ["placed"]
    assert host.roles == ("HOST",)
    assert closings_told(stage) == 1


def test_closing_again_changes_nothing(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    assert stage.do(close_meeting, meeting_id)
    first = read(stage, meeting_id)

    assert not stage.do(close_meeting, meeting_id)
    assert read(stage, meeting_id).closed_at == first.closed_at
    assert read(stage, meeting_id).revision == 1
    assert closings_told(stage) == 1


def test_an_unpaid_order_keeps_it_open_and_is_named(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    order_id = stage.order(meeting_id, buyer, paid=False)

    with pytest.raises(ClosingBlocked) as refusal:
        stage.do(close_meeting, meeting_id)

    (named,) = refusal.value.params["orders"]
    assert named.startswith("1 (Chloé")
    assert read(stage, meeting_id).status == "open"
    stage.do(ordering.cancel_order, order_id)
    assert stage.do(close_meeting, meeting_id)


def test_a_refused_closing_keeps_its_carts(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer, paid=False)
    stage.cart(meeting_id, buyer)

    with pytest.raises(ClosingBlocked):
        stage.do(close_meeting, meeting_id)

    with stage.uow() as work:
        page = queries.meeting_page(work.session, stage.seller, meeting_id)
    assert sorted(order.status for order in page.orders) == ["cart", "placed"]


def test_a_closed_meeting_takes_no_order(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.do(close_meeting, meeting_id)

    with pytest.raises(MeetingIsClosed):
        stage.cart(meeting_id, buyer)
    with pytest.raises(MeetingIsClosed):
        stage.do(lifecycle.cancel_meeting, meeting_id)


def test_a_cancelled_meeting_does_not_close(stage) -> None:
    meeting_id = stage.meeting()
    stage.do(lifecycle.cancel_meeting, meeting_id)

    with pytest.raises(MeetingWasCancelled):
        stage.do(close_meeting, meeting_id)


def test_only_without_paid_or_awaited_orders_it_is_cancelled(stage) -> None:
    meeting_id = stage.meeting()
    _, buyer = stage.guest(meeting_id)
    unpaid = stage.order(meeting_id, buyer, paid=False)
    with pytest.raises(CancellingAwaits):
        stage.do(lifecycle.cancel_meeting, meeting_id)
    stage.do(ordering.cancel_order, unpaid)
    stage.order(meeting_id, buyer)

    with pytest.raises(CancellingBlocked):
        stage.do(lifecycle.cancel_meeting, meeting_id)

    assert read(stage, meeting_id).status == "open"


def test_cancelling_removes_drafts(stage) -> None:
    meeting_id = stage.meeting()
    _, buyer = stage.guest(meeting_id)
    stage.cart(meeting_id, buyer)

    stage.do(lifecycle.cancel_meeting, meeting_id)

    with stage.uow() as work:
        page = queries.meeting_page(work.session, stage.seller, meeting_id)
    assert (page.card.status, page.orders) == ("cancelled", ())


def test_others_do_not_find_it(stage, other) -> None:
    meeting_id = stage.meeting(days=-1)
    host = Actor(stage.seller.brand_id, Role.HOST, meeting_id=meeting_id)

    for stranger in (other.seller, host):
        with stage.uow() as work, pytest.raises(NotFound):
            close_meeting(work, stranger, meeting_id, clock=work.clock)


def test_closing_takes_the_same_statements_whatever_its_size(stage, count_queries) -> None:
    def cost(size: int) -> int:
        meeting_id = stage.meeting(days=-1 - size)
        for _ in range(size):
            _, buyer = stage.guest(meeting_id)
            stage.order(meeting_id, buyer)
            stage.cart(meeting_id, buyer)
        with count_queries() as found:
            stage.do(close_meeting, meeting_id)
        return found.count

    assert cost(1) == cost(5) == cost(20) <= 12


@pytest.mark.chaos
def test_fifty_closings_at_once_close_once(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    start, closed = Barrier(50), []

    def close() -> None:
        start.wait()
        closed.append(stage.do(close_meeting, meeting_id))

    threads = [Thread(target=close) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=100)

    assert len(closed) == 50
    assert sum(closed) == 1
    assert closings_told(stage) == 1


def test_holding_for_closing_says_whether_it_still_can_be(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    with stage.uow() as work:
        assert hold_for_closing(work, stage.seller, meeting_id)
    stage.do(close_meeting, meeting_id)
    with stage.uow() as work:
        assert not hold_for_closing(work, stage.seller, meeting_id)


# ------------------------------------------------------------------------- closing by itself


def due(stage: Stage) -> set:
    with stage.uow() as work:
        return set(queries.due_to_close(work.session))


def backdate(stage: Stage, meeting_id, **passed) -> None:
    """As if everything had happened earlier; due dates are judged by the database's clock."""
    statement = text(
        "UPDATE meetings SET starts_at = starts_at - :by, closes_at = closes_at - :by"
        " WHERE id = :id"
    )
    with stage.uow() as work:
        work.session.execute(statement, {"by": timedelta(**passed), "id": meeting_id})


def test_a_held_meeting_past_its_delay_is_due(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    assert due(stage) == set()

    backdate(stage, meeting_id, hours=47)
    assert due(stage) == set()
    backdate(stage, meeting_id, hours=2)

    assert due(stage) == {meeting_id}


def test_never_held_or_awaiting_money_is_not_due(stage) -> None:
    empty, awaiting, only_cart = (stage.meeting(days=-1) for _ in range(3))
    _, buyer = stage.guest(awaiting)
    stage.order(awaiting, buyer)
    stage.order(awaiting, buyer, paid=False)
    _, browser = stage.guest(only_cart)
    stage.cart(only_cart, browser)
    for meeting_id in (empty, awaiting, only_cart):
        backdate(stage, meeting_id, days=9)

    assert due(stage) == set()


def test_an_unplaced_cart_does_not_hold_it_up(stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    stage.cart(meeting_id, buyer)
    backdate(stage, meeting_id, days=9)

    assert due(stage) == {meeting_id}
