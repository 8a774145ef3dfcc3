"""`flask settle`: an operator repairs what was granted, and sees what that changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.brands.queries import BrandView
from app.kernel.ids import new_id
from tests.support.clock import StillClock
from tests.support.gathering import set_stage
from tests.support.season import Season, every_reward


@pytest.fixture
def season(uow: Callable, brand: BrandView, clock: StillClock) -> Season:
    season = Season(set_stage(uow, brand.id, clock))
    season.publish(every_reward("WOK-seller"))
    return season


@pytest.fixture
def settle(app: Flask) -> Callable[..., Any]:
    return lambda *arguments: app.test_cli_runner().invoke(
        args=["settle", *(str(one) for one in arguments)]
    )


def test_what_changed_is_printed_line_by_line_and_once(season: Season, settle: Callable) -> None:
    meeting_id = season.sold(2)
    season.close(meeting_id)
    twice_as_generous = every_reward("WOK-seller")
    twice_as_generous["rules"][0]["rewards"][0]["rate_bp"] = 2_000
    season.publish(twice_as_generous)

    first, second = settle("maison", meeting_id), settle("maison", meeting_id)

    (change,) = [json.loads(line) for line in first.output.splitlines()]
    told = {name: change[name] for name in ("change", "kind", "revision", "given_before", "given")}
    assert first.exit_code == second.exit_code == 0
    assert told == {
        "change": "changed",
        "kind": "points_percent_turnover",
        "revision": 2,
        "given_before": 10,
        "given": 20,
    }
    assert second.output == ""
    assert season.findings() == []


def test_the_audit_log_says_who_settled_again(season: Season, settle: Callable) -> None:
    meeting_id = season.sold(1)
    participant, _guest = season.stage.guest(meeting_id)
    season.stage.book(meeting_id, participant)

    settle("maison", meeting_id)
    settle("maison", meeting_id)

    with season.stage.uow(season.brand_id) as work:
        noted = work.session.execute(
            text("SELECT entity_id FROM audit_entries WHERE action = 'meeting.settle'")
        )
        assert noted.scalars().all() == [meeting_id]


@pytest.mark.parametrize(
    ("brand_name", "said"), [("maison", "could not find"), ("nobody", "no brand 'nobody'")]
)
def test_what_is_not_there_is_said(
    season: Season, settle: Callable, brand_name: str, said: str
) -> None:
    answer = settle(brand_name, new_id(), "--lang=en")

    assert answer.exit_code == 1
    assert said in answer.output


def test_something_that_is_no_id_is_refused(settle: Callable, season: Season) -> None:
    assert settle("maison", "not-an-id").exit_code == 2
