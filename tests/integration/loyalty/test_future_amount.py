"""A host spends, in her own meeting, points that this meeting will bring her."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from app.loyalty.models import LedgerEntry
from app.meetings.services import ordering
from app.orders import queries as orders
from app.orders.domain.asked import Asked
from app.orders.models import Order
from app.orders.services import RecordPayment
from app.promotions.domain.quote_format import read_quote
from tests.integration.orders.test_ordering import product
from tests.support.points import Ledger
from tests.support.rewards import percent, programme, rule
from tests.support.season import Season

EURO = {"spending": {"mode": "rate", "value": {"customer": {"cents": 100}}}}


@dataclass
class Party:
    ledger: Ledger
    season: Season
    host: UUID
    meeting: UUID

    def wish(self, points: int, *, euros: int = 100) -> UUID:
        """The host's own draft."""
        stage = self.ledger.stage
        dear = product(stage, f"DEAR-{points}-{euros}", price_cents=100 * euros)
        order_id: UUID = stage.do(ordering.start_order, self.meeting, self.host).id
        stage.do(ordering.add_line, order_id, dear, 1)
        self.ask(order_id, points)
        return order_id

    def ask(self, order_id: UUID, points: int) -> None:
        with self.ledger.uow() as work:
            order = work.session.scalars(select(Order).where(Order.id == order_id)).one()
            order.asked = Asked(points=points).to_json()

    def order(self, points: int, *, euros: int = 100) -> UUID:
        """Placed and paid."""
        return self.place(self.wish(points, euros=euros))

    def place(self, order_id: UUID) -> UUID:
        stage = self.ledger.stage
        stage.do(ordering.refresh_cart, order_id)
        due = stage.do(ordering.place_order, order_id).due_cents
        if due:
            stage.do(ordering.pay_order, order_id, RecordPayment("cash", due))
        return order_id

    def usable(self, order_id: UUID) -> int:
        self.ledger.stage.do(ordering.refresh_cart, order_id)
        with self.ledger.uow() as work:
            order = work.session.scalars(select(Order).where(Order.id == order_id)).one()
            assert order.quote is not None
            points = read_quote(order.quote).points
        return points.usable if points else 0


@pytest.fixture
def party(ledger: Ledger, clock) -> Party:
    """Guests bought for 300 € at a meeting whose host gets 10 % in points of one euro."""
    season = Season(ledger.stage)
    season.publish(programme(rule(id="host", rewards=[percent(1_000)])))
    ledger.plan(EURO)
    ledger.rules(future_amount=True)
    host = ledger.stage.customer("Sophie")
    meeting = ledger.stage.meeting(days=1, host_id=host)
    for _ in range(6):
        _, guest = ledger.stage.guest(meeting, attended=True)
        ledger.stage.order(meeting, guest)
    clock.advance(days=2)
    return Party(ledger, season, host, meeting)


def test_of_300_euros_of_guests_and_100_of_her_own_she_may_use_36_points(party: Party) -> None:
    order_id = party.wish(0)
    assert party.usable(order_id) == 36
    party.ask(order_id, 36)
    party.place(order_id)
    found = party.ledger.see(orders.orders_by_id, [order_id])[order_id]
    assert found.total_cents == 6_400
    assert party.ledger.accounts(party.host) == {"spent": 36, "debt": -36}
    assert party.ledger.findings() == []

    party.season.close(party.meeting)
    assert party.ledger.accounts(party.host) == {"spent": 36}
    assert party.ledger.findings() == []


def test_not_a_point_where_the_brand_does_not_let_her(party: Party) -> None:
    party.ledger.rules(future_amount=False)
    assert party.usable(party.wish(10)) == 0


def test_a_second_order_finds_what_the_first_one_left(party: Party) -> None:
    party.order(30)
    second = party.wish(0, euros=101)
    left = party.usable(second)
    party.ask(second, left)
    party.place(second)
    owed = -party.ledger.accounts(party.host)["debt"]
    assert owed == 30 + left
    party.season.close(party.meeting)
    assert "debt" not in party.ledger.accounts(party.host)
    assert party.ledger.findings() == []


def test_points_given_back_before_closing_are_not_hers_to_keep(party: Party) -> None:
    order_id, stage = party.wish(36), party.ledger.stage
    stage.do(ordering.refresh_cart, order_id)
    stage.do(ordering.place_order, order_id)
    assert party.ledger.accounts(party.host) == {"reserved": 36, "debt": -36}
    stage.do(ordering.cancel_order, order_id)
    assert party.ledger.accounts(party.host) == {}
    assert party.ledger.findings() == []


@pytest.mark.parametrize(("cap", "left"), [(0, 0), (10, 10), (100, 20)])
def test_when_the_meeting_brings_less_the_brand_bears_what_is_beyond_its_cap(
    party: Party, cap: int, left: int
) -> None:
    party.ledger.rules(future_amount=True, debt_cap=cap)
    party.order(36)
    with party.ledger.uow() as work:
        guests = list(work.session.scalars(select(Order).where(Order.customer_id != party.host)))
        ids = [order.id for order in guests][:4]
    for order_id in ids:
        party.ledger.stage.do(ordering.cancel_units, order_id)
    party.season.close(party.meeting)

    expected = {"spent": 36} | ({"debt": -left} if left else {})
    assert party.ledger.accounts(party.host) == expected
    with party.ledger.uow() as work:
        kinds = list(work.session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.id)))
    assert ("debt_absorbed" in kinds) == (cap < 20)
    assert party.ledger.findings() == []
