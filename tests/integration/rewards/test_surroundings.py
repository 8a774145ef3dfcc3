"""What rules ask about the host's past and about people, read from the books."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.brands.queries import BrandView
from app.kernel.actor import system
from app.meetings.queries import meetings_for_rewards
from app.promotions.services.segments import create_segment
from app.rewards.domain.programme import compile_programme
from app.rewards.queries.facts import facts_of_meetings
from app.rewards.queries.surroundings import department_of
from tests.support.clock import StillClock
from tests.support.gathering import set_stage
from tests.support.rewards import at_least, points, programme, rule
from tests.support.season import Season


@pytest.fixture
def season(uow: Callable, brand: BrandView, clock: StillClock) -> Season:
    return Season(set_stage(uow, brand.id, clock))


def granted(season: Season, host_id, *rules, days: float = -1) -> list[str]:
    """The rules that pay the host of a meeting with one paid order."""
    season.publish(programme(*rules))
    meeting_id = season.stage.meeting(days=days, host_id=host_id)
    _guest, customer_id = season.stage.guest(meeting_id)
    season.stage.order(meeting_id, customer_id)
    season.close(meeting_id)
    return sorted(grant.rule_id for grant in season.grants(meeting_id))


def test_what_the_host_held_before_counts_when_it_was_held(season: Season) -> None:
    host = season.stage.customer("Ana")
    rules = [
        rule(id="again", conditions=at_least("meetings_held", 1), rewards=[points(1)]),
        rule(
            id="soon",
            conditions={"measure": "days_since_last_meeting", "op": "<=", "value": 5},
            rewards=[points(1)],
        ),
    ]

    assert granted(season, host, *rules, days=-9) == []
    assert granted(season, host, *rules, days=-2) == ["again"]
    assert granted(season, host, *rules, days=-1) == ["again", "soon"]


def test_who_would_be_paid_is_read_from_her_card(season: Season) -> None:
    host = season.stage.customer("Ana", country="FR", postcode="20167")
    newcomer = {"measure": "past_orders", "op": "=", "value": 0}
    with season.stage.uow(season.brand_id) as work:
        staff = system(season.brand_id)
        document = {"name": "Nouvelles", "conditions": newcomer}
        segment = create_segment(work, staff, document, clock=work.clock)
    rules = [
        rule(
            id=name, rewards=[points(1)], conditions={"measure": measure, "op": op, "value": value}
        )
        for name, measure, op, value in (
            ("corsica", "department", "=", "2A"),
            ("elsewhere", "country", "!=", "FR"),
            ("new", "segment", "has", segment),
            ("vip", "role", "has", "VIP"),
        )
    ]

    assert granted(season, host, *rules) == ["corsica", "new"]


def test_many_meetings_take_no_more_statements_than_one(
    season: Season, count_queries: Callable
) -> None:
    asking = rule(
        beneficiary="guest",
        trigger="during_meeting",
        rewards=[points(1)],
        conditions={
            "any": [
                at_least("meetings_held", 1),
                {"measure": "segment", "op": "has", "value": "loyal"},
            ]
        },
    )
    compiled = compile_programme(programme(asking))
    meetings = [season.sold(2, days=-1 - number) for number in range(3)]

    def cost(ids) -> int:
        with season.stage.uow(season.brand_id) as work:
            there = list(meetings_for_rewards(work.session, ids).values())
            with count_queries() as found:
                facts_of_meetings(work.session, there, compiled, "Europe/Paris")
        return found.count

    assert cost(meetings[:1]) == cost(meetings) <= 10


def test_what_was_granted_does_not_hang_on_what_happens_to_her_card_later(season: Season) -> None:
    host = season.stage.customer("Ana", country="FR", postcode="20167")
    corsican = {"measure": "department", "op": "=", "value": "2A"}
    first_time = {"measure": "meetings_held", "op": "=", "value": 0}
    season.publish(
        programme(
            rule(id="corsica", rewards=[points(1)], conditions=corsican),
            rule(id="first", rewards=[points(1)], conditions=first_time),
        )
    )
    meeting_id = season.stage.meeting(days=-1, host_id=host)
    _guest, customer_id = season.stage.guest(meeting_id)
    season.stage.order(meeting_id, customer_id)
    season.close(meeting_id)

    with season.stage.uow(season.brand_id) as work:
        work.session.execute(text("UPDATE customers SET postcode = '75011'"))
    earlier = season.stage.meeting(days=-9, host_id=host)
    season.stage.order(earlier, season.stage.guest(earlier)[1])
    season.close(earlier)

    assert season.settle(meeting_id).changes == ()
    assert {grant.status for grant in season.grants(meeting_id)} == {"granted"}


@pytest.mark.parametrize(
    ("postcode", "department"),
    [("75011", "75"), ("20000", "2A"), ("20290", "2B"), ("97410", "974"), ("7501", None)],
)
def test_department_of_a_postcode(postcode, department) -> None:
    assert department_of("FR", postcode) == department
