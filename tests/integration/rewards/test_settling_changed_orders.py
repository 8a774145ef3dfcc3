"""What is taken out of a paid order counts no longer: rewards follow, once; points that paid for
products are told apart from money."""

from typing import Any
from uuid import UUID

import pytest

from app.infra.jobs.drain import drain
from app.kernel.actor import system
from app.meetings import queries as meetings
from app.meetings.services import ordering
from app.orders.domain.wishes import UsePoints
from app.orders.queries import orders_of_meetings
from app.rewards.queries.live import judge_meeting
from tests.support.rewards import percent, programme, rule
from tests.support.season import Season
from tests.support.till import Till, set_till


@pytest.fixture
def till(uow, brand) -> Till:
    return set_till(uow, brand.id)


@pytest.fixture
def season(till: Till) -> Season:
    season = Season(till.stage)
    season.publish(programme(rule(id="host", rewards=[percent(1000)])))
    return season


def points_of(season: Season, meeting_id: UUID) -> list[tuple[int, str, int]]:
    return [(one.value, str(one.status), one.revision) for one in season.grants(meeting_id)]


@pytest.mark.usefixtures("app_context")
def test_what_comes_back_after_closing_is_settled_once(season: Season, till: Till) -> None:
    meeting_id = season.sold(4)
    season.close(meeting_id)
    assert points_of(season, meeting_id) == [(20, "granted", 1)]
    with till.stage.uow() as work:
        order_id = orders_of_meetings(work.session, [meeting_id])[0].id
        staff = system(work.brand_id)
        ordering.cancel_units(work, staff, order_id, reason="broken", clock=work.clock)

    for _ in range(2):
        drain()
        assert points_of(season, meeting_id) == [(15, "granted", 2)]
    assert season.findings() == []


def test_points_used_are_no_money_of_the_meeting(season: Season, till: Till) -> None:
    till.points(100)
    meeting_id = till.stage.meeting()
    with till.stage.uow() as work:
        host_id = meetings.meeting_card(work.session, till.staff, meeting_id).host_id
    assert host_id != till.customer
    _, guest = till.stage.guest(meeting_id)
    till.customer = guest
    till.points(30)
    order_id: Any = till.stage.cart(meeting_id, guest)
    till.ask(order_id, UsePoints(30))
    till.place(order_id, paid=True)

    with till.stage.uow() as work:
        counted = judge_meeting(work.session, meeting_id).counted
        assert counted is not None
        (line,) = counted.orders[0].order.lines
    assert (line.net_cents, line.points_cents) == (5_000, 3_000)
    assert counted.amount_cents == 2_000
