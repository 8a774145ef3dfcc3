"""Workers die and crowd around a simulation: each part of it is counted once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.brands.queries import BrandView
from app.infra.extensions import db
from app.infra.jobs.drain import drain
from app.rewards.errors import SimulationRunning
from app.rewards.queries.simulations import simulation, simulations
from app.rewards.services import simulation as simulating
from tests.support.dying import DeathAtAnyStep, lives_through
from tests.support.gathering import set_stage
from tests.support.rewards import percent, points, programme, rule
from tests.support.season import Season

pytestmark = pytest.mark.usefixtures("app_context")

ONCE = {"per": "person", "of": "times", "most": 1}
SIDE_BY_SIDE = programme(rule(rewards=[percent(2000)]), rule(id="more", rewards=[points(3)]))
IN_TIME = programme(rule(rewards=[percent(2000)]), rule(id="more", caps=[ONCE]))


@pytest.fixture
def season(uow: Callable, brand: BrandView, monkeypatch: pytest.MonkeyPatch) -> Season:
    monkeypatch.setattr(simulating, "CHUNK", 1)
    found = Season(set_stage(uow, brand.id))
    found.publish(programme(rule(rewards=[percent(1000)])))
    for days in (2, 3, 4):
        found.close(found.sold(1, days=-days))
    return found


def _result(season: Season, simulation_id: UUID) -> Any:
    with season.stage.uow(season.brand_id) as work:
        return simulation(work.session, simulation_id).result


def _leases_run_out(season: Season) -> None:
    with season.stage.uow(season.brand_id) as work:
        over = "UPDATE outbox SET lease_until = now() - interval '1 second', attempts = 1"
        work.session.execute(text(f"{over} WHERE status = 'claimed'"))


@pytest.mark.parametrize("document", [SIDE_BY_SIDE, IN_TIME])
def test_a_worker_killed_at_any_step_loses_only_what_it_had_in_hand(
    app: Flask, season: Season, document: Any
) -> None:
    calm = season.simulate(document)
    drain()
    expected, deaths = _result(season, calm), 0
    for step in range(2, 200, 9):
        simulation_id = season.simulate(document)
        db.engine.dispose()
        lived = lives_through(app, DeathAtAnyStep(step), drain)
        _leases_run_out(season)
        drain()
        assert _result(season, simulation_id) == expected, step
        if lived:
            break
        deaths += 1
    assert deaths > 3


def test_what_a_killed_command_began_is_ended_by_workers(
    app: Flask, season: Season, brand: BrandView, tmp_path: Path
) -> None:
    file = tmp_path / "programme.json"
    file.write_text(json.dumps(SIDE_BY_SIDE))
    today = season.stage.now().date()
    period = ["--from", str(today - timedelta(days=10)), "--until", str(today)]
    command = ["programme", "simulate", brand.slug, str(file), *period]
    db.engine.dispose()

    def run() -> None:
        app.test_cli_runner().invoke(args=command)

    assert not lives_through(app, DeathAtAnyStep(45), run)

    with season.stage.uow(season.brand_id) as work:
        (line,) = simulations(work.session)
    assert line.status == "running"
    assert line.done < line.chunks
    drain()
    assert _result(season, line.id)["scopes"]["meetings"] == 3


def _all_at_once(app: Flask, works: list[Callable[[], object]]) -> None:
    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            work()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


@pytest.mark.parametrize("document", [SIDE_BY_SIDE, IN_TIME])
def test_started_by_several_at_once_it_runs_once_and_nothing_is_counted_twice(
    app: Flask, season: Season, document: Any
) -> None:
    started: list[UUID] = []
    refused: list[SimulationRunning] = []

    def start() -> None:
        try:
            started.append(season.simulate(document))
        except SimulationRunning as refusal:
            refused.append(refusal)

    _all_at_once(app, [start] * 3)
    assert (len(started), len(refused)) == (1, 2)
    _all_at_once(app, [drain] * 3)

    found = _result(season, started[0])
    assert found["scopes"] == {"meetings": 3, "turnover_cents": 15_000}
    assert found["before"]["rules"]["r1"]["awards"] == 3
