"""Fifty meetings close at once under one cap: no more is granted than it says."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.brands.queries import BrandView
from app.infra.uow import UnitOfWork, transact
from app.rewards.services import capping
from app.rewards.services.settlement import close_and_settle
from tests.chaos.conftest import CLIENTS
from tests.support.databases import plain
from tests.support.gathering import set_stage
from tests.support.rewards import points, programme, rule
from tests.support.season import Season

MOST = 5


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    found = Season(set_stage(uow, brand.id))
    caps = [{"per": "all", "of": "times", "most": MOST}]
    found.publish(programme(rule(id="rare", caps=caps, rewards=[points(10)])))
    return found


def _closes(season: Season, meeting_ids: list[UUID]) -> str:
    def close(work: UnitOfWork) -> object:
        meeting_id = meeting_ids.pop()
        try:
            return close_and_settle(work, season.stage.seller, meeting_id, clock=work.clock)
        except BaseException:
            meeting_ids.append(meeting_id)
            raise

    try:
        return "closed" if transact(close, season.brand_id) else "found it closed"
    except Exception as error:  # noqa: BLE001 -- whatever went wrong is the finding
        return repr(error)


def _race(season: Season, crowd: Callable) -> None:
    meeting_ids = [season.sold(1) for _ in range(CLIENTS)]
    left = list(meeting_ids)

    answers = crowd(lambda: _closes(season, left))

    assert set(answers) == {"closed"}
    granted = [one for meeting_id in meeting_ids for one in season.grants(meeting_id)]
    assert [one.value for one in granted] == [10] * MOST
    assert season.findings() == []


def test_no_more_is_granted_than_the_cap_says(season: Season, crowd: Callable) -> None:
    _race(season, crowd)


def test_the_same_race_is_lost_without_the_guard(
    season: Season, crowd: Callable, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can see the defect it is there for."""
    unguarded: Any = capping._TAKE.text.replace(
        "AND (w.change < 0 OR s.taken + w.change <= w.most)", ""
    )
    monkeypatch.setattr(capping, "_TAKE", capping.text(unguarded))
    with psycopg.connect(plain(database_url), autocommit=True) as owner:
        owner.execute("ALTER TABLE cap_shares DROP CONSTRAINT ck_cap_shares_taken_in_range")
        try:
            with pytest.raises(AssertionError):
                _race(season, crowd)
        finally:
            owner.execute("TRUNCATE cap_shares CASCADE")
            owner.execute(
                "ALTER TABLE cap_shares ADD CONSTRAINT ck_cap_shares_taken_in_range"
                " CHECK (taken BETWEEN 0 AND most)"
            )
