"""Points of orders: promised when paid, usable when the brand says, less what came back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.infra.jobs.drain import drain
from app.kernel.clock import end_of_day
from app.loyalty import queries
from app.loyalty.errors import PointsPendingUntil, PointsStillPending
from app.meetings.services import ordering
from app.orders import queries as orders
from app.orders.services import RecordPayment
from app.promotions.services.converting import convert_points
from tests.support.points import Ledger


def line_of(ledger: Ledger, order_id: UUID) -> UUID:
    return ledger.see(orders.orders_by_id, [order_id])[order_id].lines[0].id


def test_points_of_an_order_wait_for_its_shipment(ledger: Ledger, zoe: UUID) -> None:
    order = ledger.buy(zoe)
    assert ledger.accounts(zoe) == {"pending": 50}
    waiting = ledger.see(queries.pending, zoe)
    assert [(one.points, one.awaits, one.due_at) for one in waiting] == [(50, "shipment", None)]
    with pytest.raises(PointsStillPending):
        ledger.do(convert_points, zoe, 10)

    ledger.ship(order)
    ledger.settle(order)
    assert ledger.accounts(zoe) == {"available": 50}
    assert ledger.findings() == []


def test_by_default_the_worker_does_it(ledger: Ledger, zoe: UUID, app_context) -> None:
    draft = ledger.draft(zoe)
    placed = ledger.stage.do(ordering.place_order, draft)
    drain()
    assert ledger.accounts(zoe) == {}, "not paid yet"
    ledger.stage.do(ordering.pay_order, draft, RecordPayment("cash", placed.due_cents))
    drain()
    assert ledger.accounts(zoe) == {"pending": 50}
    ledger.stage.do(ordering.ship_order, draft)
    drain()
    assert ledger.accounts(zoe) == {"available": 50}


@pytest.mark.parametrize(
    ("when", "paid", "shipped"),
    [
        ("payment", "available", "available"),
        ("shipment", "pending", "available"),
        ("withdrawal", "pending", "pending"),
    ],
)
def test_the_brand_says_from_when(ledger, zoe, when, paid, shipped) -> None:
    ledger.rules(orders_available=when)
    order = ledger.buy(zoe)
    assert ledger.accounts(zoe) == {paid: 50}
    ledger.ship(order)
    assert ledger.accounts(zoe) == {shipped: 50}


def test_the_end_of_withdrawal_is_counted_from_delivery_once_it_is_known(ledger, zoe) -> None:
    ledger.rules(orders_available="withdrawal")
    order = ledger.buy(zoe)
    ledger.ship(order)
    shipped = ledger.clock()
    (waiting,) = ledger.see(queries.pending, zoe)
    assert waiting.due_at == end_of_day(shipped.date() + timedelta(days=14), "Europe/Paris")
    with pytest.raises(PointsPendingUntil):
        ledger.do(convert_points, zoe, 10)

    ledger.later(days=3)
    ledger.deliver(order)
    over = end_of_day(shipped.date() + timedelta(days=17), "Europe/Paris")
    ledger.clock.now = over - timedelta(microseconds=1)
    assert ledger.release() == 0
    ledger.clock.now = over
    assert (ledger.release(), ledger.release()) == (1, 0)
    assert ledger.accounts(zoe) == {"available": 50}
    assert ledger.findings() == []


def test_what_comes_back_does_not_make_the_rest_wait_longer(ledger, zoe) -> None:
    ledger.rules(orders_available="withdrawal")
    order = ledger.buy(zoe, quantity=2)
    ledger.ship(order)
    (waiting,) = ledger.see(queries.pending, zoe)
    ledger.later(days=3)
    ledger.send_back(order, {line_of(ledger, order): 1})
    (still,) = ledger.see(queries.pending, zoe)
    assert (still.points, still.due_at) == (50, waiting.due_at)


def test_what_comes_back_takes_its_points_with_it_and_never_more(ledger, zoe) -> None:
    order = ledger.buy(zoe, quantity=3)
    line = line_of(ledger, order)
    ledger.cancel(order, {line: 1})
    assert ledger.accounts(zoe) == {"pending": 100, "reversed": 50}
    ledger.ship(order)
    ledger.give(zoe, 500)
    ledger.send_back(order, {line: 1})
    ledger.settle(order)
    assert ledger.accounts(zoe) == {"available": 550, "reversed": 100}
    ledger.send_back(order, {line: 1})
    assert ledger.accounts(zoe) == {"available": 500, "reversed": 150}
    assert ledger.findings() == []


@pytest.mark.parametrize(("cap", "left"), [(0, {}), (30, {"debt": -30}), (100, {"debt": -40})])
def test_points_spent_already_become_debt_up_to_the_brand_s_cap(ledger, zoe, cap, left) -> None:
    ledger.rules(debt_cap=cap, orders_available="payment")
    order = ledger.buy(zoe)
    ledger.do(convert_points, zoe, 40)
    ledger.ship(order)
    ledger.send_back(order)

    owed = -left.get("debt", 0)
    assert ledger.accounts(zoe) == {"spent": 40, "reversed": 10 + owed, **left}
    assert ledger.findings() == []

    ledger.give(zoe, 35)
    expected = {"available": 35 - min(35, owed), "debt": min(0, 35 - owed)}
    assert {name: n for name, n in ledger.accounts(zoe).items() if name in expected} == {
        name: n for name, n in expected.items() if n
    }
    assert ledger.findings() == []


def test_nothing_is_credited_beyond_the_ceiling_and_the_ledger_says_so(ledger, zoe) -> None:
    ledger.rules(ceiling=60, orders_available="payment")
    ledger.give(zoe, 40)
    order = ledger.buy(zoe)
    assert ledger.accounts(zoe) == {"available": 60, "reversed": 30}
    said = [line for line in ledger.see(queries.history, zoe) if line.kind == "beyond_ceiling"]
    assert [(line.points, line.reason["ceiling"]) for line in said] == [(-30, 60)]

    ledger.ship(order)
    ledger.send_back(order)
    assert ledger.accounts(zoe) == {"available": 40, "reversed": 50}
    assert ledger.findings() == []


def test_points_that_expired_are_not_taken_a_second_time(ledger, zoe) -> None:
    ledger.rules(orders_available="payment", expiry={"customer": {"days": 10}})
    order = ledger.buy(zoe)
    ledger.ship(order)
    ledger.later(days=12)
    assert ledger.expire() == 1
    ledger.give(zoe, 70)
    ledger.send_back(order)
    assert ledger.accounts(zoe) == {"available": 70, "expired": 50}
    assert ledger.findings() == []


def test_points_of_389_euros_are_worth_three_euros_and_eighty_nine_after_shipment(
    ledger, zoe
) -> None:
    """1 € = 1 point, 1 point = 0.01 €."""
    from tests.integration.orders.test_ordering import product

    ledger.stage.product_id = product(ledger.stage, "BAG", price_cents=38_900)
    order = ledger.buy(zoe)
    assert ledger.spendable(zoe) == 0
    ledger.ship(order)
    assert ledger.spendable(zoe) == 389
    assert ledger.do(convert_points, zoe, 389).amount_cents == 389


def test_how_long_points_last_is_settled_when_they_are_given(ledger, zoe) -> None:
    ledger.rules(expiry={"customer": {"on": "12-31"}})
    order = ledger.buy(zoe)
    ledger.rules()
    ledger.ship(order)
    assert ledger.lots(zoe) == [(50, datetime(2026, 12, 31, 23, tzinfo=UTC))]
