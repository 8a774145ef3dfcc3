"""Of two versions, the brand says which day of a meeting chooses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.brands.queries import BrandView, brand_by_id
from app.brands.services import change_settings
from app.meetings.queries import meeting_for_rewards
from app.rewards.queries.programme import programmes_judging
from tests.support.clock import StillClock
from tests.support.gathering import set_stage
from tests.support.rewards import programme, rule
from tests.support.season import Season

OLD, NEW = 1, 2


@pytest.fixture
def clock() -> StillClock:
    """What is open is judged by the database's day, so that this clock starts there."""
    return StillClock(datetime.now(UTC))


@pytest.fixture
def season(uow: Callable, brand: BrandView, clock: StillClock) -> Season:
    """A second version takes effect three days from now."""
    found = Season(set_stage(uow, brand.id, clock))
    today = found.stage.now().date()
    found.publish(programme(rule(id="a")))
    found.publish(programme(rule(id="b")), today + timedelta(days=3))
    return found


@pytest.mark.parametrize(
    ("judged", "held_in_days", "closed", "version"),
    [
        ("held", 1, True, OLD),
        ("held", 5, False, NEW),
        ("closed", 1, False, OLD),
        ("closed", 1, True, NEW),
        ("booked", 5, False, OLD),
        ("booked", 5, True, OLD),
    ],
)
def test_the_day_the_brand_goes_by_chooses_the_version(
    season: Season, clock: StillClock, judged: str, held_in_days: int, closed: bool, version: int
) -> None:
    meeting_id = season.sold(1, days=held_in_days)
    with season.stage.uow(None) as work:
        change_settings(work, "maison", {"programme_judged": judged})
    if closed:
        clock.advance(days=6)
        season.close(meeting_id)

    with season.stage.uow(season.brand_id) as work:
        brand = brand_by_id(work.session, season.brand_id)
        assert brand is not None
        meeting = meeting_for_rewards(work.session, meeting_id)
        found = programmes_judging(work.session, [meeting], brand).get(meeting_id)

    assert found is not None
    assert found.version == version
