"""However many points, orders and meetings somebody has, a page asks as often."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import pytest

from app.loyalty import services as loyalty
from app.promotions.services.converting import convert_points
from tests.conftest import PASSWORD
from tests.support.points import Ledger
from tests.support.rewards import percent, programme, rule
from tests.support.season import Season

PAGES = {
    "the seller's card of her": ("seller", "/customers/{customer}"),
    "the console's card of her": ("admin", "/console/customers/{customer}"),
    "the seller's own rewards": ("seller", "/my-rewards"),
    "adjusting her points": ("admin", "/console/customers/{customer}/points"),
    "loyalty": ("admin", "/console/loyalty"),
    "the life of points": ("admin", "/console/loyalty/points"),
    "points in circulation": ("admin", "/console/reports/points"),
    "the report as a file": ("admin", "/console/reports/points/points.csv"),
}

DAYS = count(1)


@pytest.fixture
def life(stage) -> Ledger:
    """A brand whose points are earned by orders and meetings, spent and turned into codes."""
    ledger = Ledger(stage)
    ledger.plan()
    Season(stage).publish(programme(rule(id="host", rewards=[percent(1_000)])))
    return ledger


def live(ledger: Ledger, customer: UUID, *, times: int) -> None:
    """Of everything that can happen to points, so many."""
    stage, staff = ledger.stage, ledger.staff
    season = Season(stage)
    for n in range(times):
        ledger.buy(customer)
        ledger.ship(ledger.buy(customer))
        until = datetime(2031, 1, 1 + n, tzinfo=UTC)
        ledger.give(customer, 20, until)
        with ledger.uow() as work:
            convert_points(work, staff, customer, 7, clock=work.clock)
            loyalty.adjust_points(work, staff, customer, 3, reason="Geste", clock=work.clock)
        meeting = stage.meeting(days=-next(DAYS), host_id=customer)
        stage.order(meeting, stage.guest(meeting, attended=True)[1])
        season.close(meeting)


@pytest.fixture
def house(stage, admin, new_client: Callable, brand):
    seller = new_client(brand)
    seller.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    return {"admin": admin, "seller": seller}


def test_pages_about_points_ask_as_often_for_a_long_life(
    house, stage, life: Ledger, count_queries: Callable
) -> None:
    customer, own = stage.customer("Zoé"), stage.seller.customer_id

    def asked() -> dict[str, int]:
        found = {}
        for name, (who, path) in PAGES.items():
            url = path.format(customer=customer)
            house[who].get(url)
            with count_queries() as counted:
                assert house[who].get(url).status_code == 200, name
            found[name] = counted.count
        return found

    for one in (customer, own):
        live(life, one, times=1)
    few = asked()
    for one in (customer, own):
        live(life, one, times=4)

    assert asked() == few
    assert life.findings() == []
