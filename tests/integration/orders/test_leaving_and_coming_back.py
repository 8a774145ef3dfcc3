"""What is shipped, cancelled or returned, by line and quantity, and what goes back with it."""

from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text

from app.catalog import queries as catalog
from app.kernel.actor import Actor, system
from app.kernel.errors import ConviveError
from app.meetings.jobs import release_abandoned
from app.meetings.services import ordering
from app.orders import queries
from app.orders.errors import (
    NothingChosen,
    NotShippedYet,
    OrderIsCancelled,
    OrderIsShipped,
    OrderNotPaid,
    UnitsNotThere,
)
from app.orders.models import Reversal
from app.orders.queries import OrderView
from app.orders.services import RecordPayment
from app.reports.audit import audit
from app.rewards.services.settlement import close_and_settle
from tests.integration.orders.test_ordering import product
from tests.support.databases import plain
from tests.support.gathering import Stage


@pytest.fixture
def staff(stage: Stage) -> Actor:
    return system(stage.seller.brand_id)


@pytest.fixture
def pot(stage: Stage) -> UUID:
    """Counted, 10 in stock, 9.99 each."""
    return product(stage, "POT", price_cents=999, stock=10)


@pytest.fixture
def order_id(stage: Stage, pot: UUID) -> UUID:
    """Three pots and a wok, in a meeting, not paid."""
    meeting = stage.meeting()
    _, guest = stage.guest(meeting)
    found = stage.cart(meeting, guest)
    stage.do(ordering.add_line, found, pot, 3)
    stage.do(ordering.place_order, found)
    return found


@pytest.fixture
def paid(stage: Stage, order_id: UUID) -> UUID:
    stage.do(ordering.pay_order, order_id, RecordPayment("cash", 7_997))
    return order_id


def seen(stage: Stage, order_id: UUID) -> OrderView:
    with stage.uow() as work:
        return queries.order_page(work.session, stage.seller, order_id).order


def line_of(stage: Stage, order_id: UUID, reference: str) -> UUID:
    return next(one.id for one in seen(stage, order_id).lines if one.reference == reference)


def in_stock(stage: Stage, product_id: UUID) -> tuple[int, int]:
    """On hand, and free to sell."""
    with stage.uow() as work:
        found = catalog.product_view(work.session, product_id)
    return found.on_hand, found.available or 0


def books_balance(stage: Stage) -> None:
    with stage.uow() as work:
        assert list(audit(work.session)) == []


def test_what_is_shipped_has_left_the_house(stage, paid, pot) -> None:
    pots = line_of(stage, paid, "POT")
    stage.do(ordering.ship_order, paid, {pots: 2}, tracking="LP 1")
    assert seen(stage, paid).shipping_status == "partially_shipped"
    assert in_stock(stage, pot) == (8, 7)
    with pytest.raises(NotShippedYet):
        stage.do(ordering.deliver_order, paid)
    with pytest.raises(UnitsNotThere):
        stage.do(ordering.ship_order, paid, {pots: 2})

    stage.do(ordering.ship_order, paid)
    assert seen(stage, paid).shipping_status == "shipped"
    with pytest.raises(NothingChosen):
        stage.do(ordering.ship_order, paid)
    for _ in range(2):
        stage.do(ordering.deliver_order, paid)

    assert (seen(stage, paid).shipping_status, seen(stage, paid).status) == (
        "delivered",
        "completed",
    )
    assert in_stock(stage, pot) == (7, 7)
    books_balance(stage)


def test_units_that_did_not_leave_are_cancelled_and_paid_back(stage, paid, pot) -> None:
    pots = line_of(stage, paid, "POT")
    stage.do(ordering.cancel_units, paid, {pots: 1}, reason="broken")

    order = seen(stage, paid)
    assert (order.status, order.payment_status) == ("partially_cancelled", "paid")
    assert (order.refunded_cents, order.standing_cents, order.item_count) == (999, 6_998, 3)
    assert in_stock(stage, pot) == (10, 8)

    stage.do(ordering.cancel_units, paid)
    order = seen(stage, paid)
    assert (order.status, order.payment_status, order.refunded_cents) == (
        "cancelled",
        "refunded",
        7_997,
    )
    assert in_stock(stage, pot) == (10, 10)
    with pytest.raises(OrderIsCancelled):
        stage.do(ordering.cancel_units, paid)
    books_balance(stage)


@pytest.mark.parametrize(("restock", "left"), [(True, (10, 10)), (False, (8, 8))])
def test_what_came_back_is_sold_again_or_not(stage, paid, pot, restock, left) -> None:
    pots = line_of(stage, paid, "POT")
    stage.do(ordering.ship_order, paid, {pots: 2})
    with pytest.raises(UnitsNotThere):
        stage.do(ordering.take_back_order, paid, {pots: 3})
    stage.do(ordering.take_back_order, paid, {pots: 2}, restock=restock)
    stage.do(ordering.cancel_units, paid, {pots: 1})

    assert seen(stage, paid).refunded_cents == 3 * 999
    assert in_stock(stage, pot) == left
    books_balance(stage)


def test_an_order_not_paid_in_full_is_cancelled_whole_only(stage, order_id, pot) -> None:
    pots = line_of(stage, order_id, "POT")
    with pytest.raises(OrderNotPaid):
        stage.do(ordering.cancel_units, order_id, {pots: 1})
    stage.do(ordering.pay_order, order_id, RecordPayment("cash", 1_000))
    with pytest.raises(OrderNotPaid):
        stage.do(ordering.take_back_order, order_id, {pots: 1})
    stage.do(ordering.cancel_units, order_id)

    order = seen(stage, order_id)
    assert (order.status, order.payment_status, order.refunded_cents) == (
        "cancelled",
        "refunded",
        1_000,
    )
    assert in_stock(stage, pot) == (10, 10)
    books_balance(stage)


def test_what_was_shipped_unpaid_is_not_cancelled(stage, order_id, pot) -> None:
    stage.do(ordering.ship_order, order_id, {line_of(stage, order_id, "POT"): 1})
    with pytest.raises(OrderIsShipped):
        stage.do(ordering.cancel_units, order_id)
    stage.do(ordering.pay_order, order_id, RecordPayment("cash", 1_000))
    with pytest.raises(OrderIsShipped):
        stage.do(ordering.cancel_units, order_id)


def test_each_change_is_told_once_under_its_own_revision(stage, paid) -> None:
    pots = line_of(stage, paid, "POT")
    for _ in range(3):
        stage.do(ordering.cancel_units, paid, {pots: 1})

    told = (
        "SELECT revision FROM outbox WHERE topic = 'orders.order_changed'"
        " AND effect = 'orders.settle_points' ORDER BY revision"
    )
    with stage.uow() as work:
        revisions = list(work.session.scalars(text(told)))
        kept = work.session.scalars(select(Reversal.revision).order_by(Reversal.revision))
        assert revisions == list(kept)
    assert len(set(revisions)) == 3


@pytest.mark.usefixtures("app_context")
def test_an_order_nobody_pays_in_time_gives_all_back(
    stage: Stage, order_id: UUID, pot: UUID, database_url: str
) -> None:
    """Sold in somebody's home: it could be paid from the eighth day on, and 72 hours more."""
    brand_id = stage.seller.brand_id
    assert release_abandoned(brand_id) == 0
    with psycopg.connect(plain(database_url), autocommit=True) as connection:
        connection.execute("UPDATE orders SET placed_at = placed_at - interval '10 days 23 hours'")
        assert release_abandoned(brand_id) == 0
        connection.execute("UPDATE orders SET placed_at = placed_at - interval '2 hours'")

    assert release_abandoned(brand_id) == 1
    assert release_abandoned(brand_id) == 0
    assert seen(stage, order_id).status == "cancelled"
    assert in_stock(stage, pot) == (10, 10)
    books_balance(stage)


def test_of_a_closed_meeting_only_staff_takes_something_out(stage, paid, staff) -> None:
    meeting_id = seen(stage, paid).meeting_id
    assert meeting_id
    stage.do(close_and_settle, meeting_id)
    with pytest.raises(ConviveError):
        stage.do(ordering.cancel_units, paid)
    stage.do(ordering.ship_order, paid)
    with stage.uow() as work:
        ordering.take_back_order(work, staff, paid, reason="she withdrew", clock=work.clock)
    assert seen(stage, paid).status == "cancelled"
