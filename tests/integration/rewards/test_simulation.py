"""A programme told against what happened: by workers, in parts, any number of times the same."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.brands.queries import BrandView
from app.infra.jobs import drain
from app.kernel.actor import Role, system
from app.kernel.errors import NotAllowed
from app.rewards import jobs
from app.rewards.errors import NothingToSimulate, SimulationRunning
from app.rewards.queries.simulations import SimulationView, differences_of, simulation
from app.rewards.services import simulation as simulating
from tests.support.gathering import set_stage
from tests.support.rewards import at_least, percent, points, programme, rule
from tests.support.season import LONG_AGO, Season

pytestmark = pytest.mark.usefixtures("app_context")

OLD = programme(
    rule(id="rate", rewards=[percent(1000)]),
    rule(id="seller", beneficiary="seller", rewards=[points(15)]),
)
NEW = programme(
    rule(id="rate", rewards=[percent(2000)]),
    rule(id="seller", beneficiary="seller", rewards=[points(15)]),
    rule(id="crowd", conditions=at_least("buyers", 2), rewards=[points(5)]),
    rule(id="huge", conditions=at_least("buyers", 50), rewards=[points(500)]),
)


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    """Three meetings held and closed under the old programme: of one, two and three orders."""
    found = Season(set_stage(uow, brand.id))
    found.publish(OLD, LONG_AGO)
    for orders in (1, 2, 3):
        found.close(found.sold(orders, days=-orders))
    return found


def start(season: Season, document: Any = NEW, **given: Any) -> UUID:
    today = season.stage.now().date()
    with season.stage.uow(season.brand_id) as work:
        return simulating.start_simulation(
            work,
            system(season.brand_id),
            from_on=today - timedelta(days=10),
            until_on=today,
            document=document,
            clock=work.clock,
            **given,
        )


def view(season: Season, simulation_id: UUID) -> SimulationView:
    with season.stage.uow(season.brand_id) as work:
        return simulation(work.session, simulation_id)


def result(season: Season, simulation_id: UUID) -> dict[str, Any]:
    found = view(season, simulation_id)
    assert found.line.status == "done"
    assert found.result is not None
    return found.result


def test_it_says_what_the_new_programme_would_have_cost(season: Season) -> None:
    simulation_id = start(season)
    drain.drain()

    found = result(season, simulation_id)
    assert found["scopes"] == {"meetings": 3, "turnover_cents": 30_000}
    assert found["before"]["rules"]["rate"]["points"] == 30
    assert found["after"]["rules"]["rate"]["points"] == 60
    assert found["after"]["rules"]["seller"] == found["before"]["rules"]["seller"]
    assert found["after"]["rules"]["crowd"]["awards"] == 2
    assert found["never_fired"] == ["huge"]
    assert found["changes"] == {"host": {"gains": 3, "gains_cents": 40}}
    assert found["overlaps"]["crowd\nrate\nhost\npoints"]["times"] == 2
    assert sum(found["after"]["spread"].values()) == 3
    assert len(found["gainers"]) == 3
    assert found["losers"] == []


def test_rules_judged_once_for_both_give_what_each_programme_gives_alone(season: Season) -> None:
    """The same, told with other settings, which keep the two apart."""
    together = start(season)
    drain.drain()
    apart = start(season, {**NEW, "settings": {"participants": {"host": "included"}}})
    drain.drain()

    one, other = result(season, together), result(season, apart)
    assert one == other


def test_what_a_dead_worker_left_is_done_by_another(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "CHUNK", 1)
    simulation_id = start(season)
    with season.stage.uow(season.brand_id) as work:
        bench = simulating.Bench(work, simulation_id)
        assert simulating.judge_next_chunk(work, bench, clock=work.clock)
    with pytest.raises(RuntimeError), season.stage.uow(season.brand_id) as work:
        assert simulating.judge_next_chunk(work, bench, clock=work.clock)
        raise RuntimeError("the worker dies before it commits")
    assert view(season, simulation_id).line.done == 1

    drain.drain()

    found = result(season, simulation_id)
    assert found["scopes"]["meetings"] == 3


def test_a_turn_that_is_over_is_gone_on_with_by_whoever_is_free(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "CHUNK", 1)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    simulation_id = start(season)

    fates = drain.drain()

    assert result(season, simulation_id)["scopes"]["meetings"] == 3
    assert fates[drain.Fate.DONE] > 2


def test_stopped_it_keeps_what_is_done_and_can_be_taken_up_again(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "CHUNK", 1)
    simulation_id, staff = start(season), system(season.brand_id)
    with season.stage.uow(season.brand_id) as work:
        simulating.judge_next_chunk(work, simulating.Bench(work, simulation_id), clock=work.clock)
        simulating.cancel_simulation(work, staff, simulation_id)
    drain.drain()
    assert (view(season, simulation_id).line.status, view(season, simulation_id).line.done) == (
        "cancelled",
        1,
    )

    with season.stage.uow(season.brand_id) as work:
        simulating.resume_simulation(work, staff, simulation_id)
    drain.drain()

    assert result(season, simulation_id)["scopes"]["meetings"] == 3


def test_every_difference_can_be_read_one_by_one(season: Season) -> None:
    simulation_id = start(season)
    drain.drain()

    with season.stage.uow(season.brand_id) as work:
        found = list(differences_of(work.session, simulation_id))

    assert sorted(one.after[0] - one.before[0] for one in found) == [5, 15, 20]
    assert {one.beneficiary for one in found} == {"host"}


def test_one_at_a_time_and_only_over_what_happened(season: Season, actor: Callable) -> None:
    start(season)
    with pytest.raises(SimulationRunning):
        start(season)
    drain.drain()
    day = LONG_AGO
    with pytest.raises(NothingToSimulate), season.stage.uow(season.brand_id) as work:
        simulating.start_simulation(
            work, system(season.brand_id), from_on=day, until_on=day, document=NEW, clock=work.clock
        )
    with pytest.raises(NotAllowed), season.stage.uow(season.brand_id) as work:
        simulating.start_simulation(
            work, actor(Role.SELLER), from_on=day, until_on=day, document=NEW, clock=work.clock
        )
