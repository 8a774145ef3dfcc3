"""Fifty people close one meeting; the process dies at every statement of closing."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from app.brands.queries import BrandView
from app.infra import locks
from app.infra.extensions import db
from app.infra.uow import UnitOfWork, transact
from app.rewards.services.settlement import close_and_settle, settle_meeting
from tests.chaos.conftest import CLIENTS
from tests.support.dying import Death, lives_through
from tests.support.gathering import set_stage
from tests.support.guards import without_guards
from tests.support.season import Season, every_reward

ROUNDS = 5


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    found = Season(set_stage(uow, brand.id))
    found.publish(every_reward("WOK-seller"))
    return found


def _closed(season: Season, meeting_id: UUID) -> str:
    def close(work: UnitOfWork) -> object:
        return close_and_settle(work, season.stage.seller, meeting_id, clock=work.clock)

    return _answer(close, season, "closed", "found it closed")


def _settled(season: Season, meeting_id: UUID) -> str:
    def settle(work: UnitOfWork) -> object:
        return settle_meeting(work, season.stage.seller, meeting_id, clock=work.clock).changes

    return _answer(settle, season, "settled", "found it settled")


def _answer(do: Callable[[UnitOfWork], object], season: Season, done: str, found: str) -> str:
    try:
        return done if transact(do, season.brand_id) else found
    except Exception as error:  # noqa: BLE001 -- whatever went wrong is the finding
        return repr(error)


def _closes_once(season: Season, crowd: Callable) -> None:
    meeting_id = season.sold(4)

    answers = crowd(lambda: _closed(season, meeting_id))

    assert sorted(answers) == ["closed", *["found it closed"] * (CLIENTS - 1)]
    assert len(season.grants(meeting_id)) == 4 + 4 + 3 + 1 + 1
    assert season.findings() == []


def _promises_once(season: Season, crowd: Callable) -> None:
    origin = season.sold(1)
    participant, _customer = season.stage.guest(origin)
    season.stage.book(origin, participant)

    answers = crowd(lambda: _settled(season, origin))

    assert sorted(answers) == [*["found it settled"] * (CLIENTS - 1), "settled"]
    assert len(season.grants(origin)) == 1
    assert season.findings() == []


RACES = [
    pytest.param(_closes_once, id="closing"),
    pytest.param(_promises_once, id="settling a promise"),
]


@pytest.mark.parametrize("race", RACES)
def test_fifty_at_once_grant_once(season: Season, crowd: Callable, race: Callable) -> None:
    for _ in range(ROUNDS):
        race(season, crowd)


GUARDS = {
    "grants": "uq_grants_once",
    "outbox": "uq_outbox_brand_id_effect_entity_id_revision",
}
"""Beside the lock on the meeting: the unique keys of grants and of outbox rows."""


@pytest.mark.parametrize("race", RACES)
def test_the_same_race_is_lost_without_the_guards(
    season: Season,
    crowd: Callable,
    race: Callable,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves that the test above can see the defect it is there for."""
    guards = without_guards(database_url, monkeypatch, locks, GUARDS)
    with guards, pytest.raises(AssertionError):
        for _ in range(ROUNDS):
            race(season, crowd)


# ---------------------------------------------------------------- death at every statement


def _close_in_a_child(app: Flask, season: Season, meeting_id: UUID, at: int | str) -> bool:
    """Whether the child lived to the end."""

    def close() -> None:
        assert _closed(season, meeting_id) in {"closed", "found it closed"}

    return lives_through(app, Death(at), close)


def _shape(season: Season, meeting_id: UUID) -> list[tuple[object, ...]]:
    granted = season.grants(meeting_id)
    return sorted((g.rule_id, g.reward_id, g.kind, g.value, g.status, g.revision) for g in granted)


def test_a_death_at_any_statement_of_closing_leaves_all_or_nothing(
    app: Flask, season: Season
) -> None:
    calm = season.sold(2)
    season.close(calm)
    whole = _shape(season, calm)
    with app.app_context():
        db.engine.dispose()
    deaths = 0
    moments: list[int | str] = [*range(1, 200), "before commit", "after commit"]
    meeting_id = season.sold(2)
    while moments:
        moment = moments.pop(0)
        lived = _close_in_a_child(app, season, meeting_id, moment)
        granted = _shape(season, meeting_id)
        assert granted in ([], whole), f"half a closing is left of a death at {moment}"
        assert season.findings() == []
        if lived:  # no statement is left to die at: on to the commit
            moments = [m for m in moments if isinstance(m, str)]
        deaths += not lived
        if granted:
            meeting_id = season.sold(2)

    assert deaths > 15
    season.close(meeting_id)
    assert _shape(season, meeting_id) == whole
    assert season.findings() == []
