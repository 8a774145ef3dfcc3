"""A programme told against what happened: by workers, in parts, any number of times the same."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from app.brands.queries import BrandView
from app.infra.jobs import drain
from app.kernel.actor import Role, system
from app.kernel.errors import NotAllowed
from app.rewards import jobs
from app.rewards.errors import NothingToSimulate, SimulationRunning
from app.rewards.queries import grants_of_customer
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


def view(season: Season, simulation_id: UUID) -> SimulationView:
    with season.stage.uow(season.brand_id) as work:
        return simulation(work.session, simulation_id)


def result(season: Season, simulation_id: UUID) -> dict[str, Any]:
    found = view(season, simulation_id)
    assert found.line.status == "done"
    assert found.result is not None
    return found.result


def test_it_says_what_the_new_programme_would_have_cost(season: Season) -> None:
    simulation_id = season.simulate(NEW)
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
    assert [one[5] - one[4] for one in found["gainers"]] == [20, 15, 5]
    assert found["losers"] == []


def test_rules_judged_once_for_both_give_what_each_programme_gives_alone(season: Season) -> None:
    """The same, told with other settings, which keep the two apart."""
    together = season.simulate(NEW)
    drain.drain()
    apart = season.simulate({**NEW, "settings": {"participants": {"host": "included"}}})
    drain.drain()

    one, other = result(season, together), result(season, apart)
    assert one == other


def test_what_a_dead_worker_left_is_done_by_another(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "CHUNK", 1)
    simulation_id = season.simulate(NEW)
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
    simulation_id = season.simulate(NEW)

    fates = drain.drain()

    assert result(season, simulation_id)["scopes"]["meetings"] == 3
    assert fates[drain.Fate.DONE] > 2


def test_stopped_it_keeps_what_is_done_and_can_be_taken_up_again(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "CHUNK", 1)
    simulation_id, staff = season.simulate(NEW), system(season.brand_id)
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
    simulation_id = season.simulate(NEW)
    drain.drain()

    with season.stage.uow(season.brand_id) as work:
        found = list(differences_of(work.session, simulation_id))

    assert sorted(one.after[0] - one.before[0] for one in found) == [5, 15, 20]
    assert {one.beneficiary for one in found} == {"host"}


def test_one_at_a_time_and_only_over_what_happened(season: Season, actor: Callable) -> None:
    season.simulate(NEW)
    with pytest.raises(SimulationRunning):
        season.simulate(NEW)
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


def in_time(*rules: Any) -> Any:
    return {**programme(*rules), "name": "told again in the order of time"}


def test_caps_and_pots_give_over_time_what_was_granted(
    uow: Callable, brand: BrandView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One host, four meetings: her caps and pots are the same ones from meeting to meeting."""
    season, monthly = Season(set_stage(uow, brand.id)), {"per": "person", "of": "times", "most": 2}
    spend = {"measure": "spend", "threshold": 15_000}
    document = in_time(
        rule(id="twice", rewards=[points(10)], caps=[monthly], lane="best"),
        rule(id="else", rewards=[points(4)], lane="best"),
        rule(id="all", rewards=[percent(1000)], caps=[{"per": "all", "of": "value", "most": 25}]),
        rule(id="pot", trigger="spend", pot=spend, rewards=[points(7)]),
        rule(id="crowd", conditions=at_least("buyers", 2), rewards=[points(1)]),
    )
    season.publish(document, LONG_AGO)
    host = season.stage.customer("Ana")
    for days in (8, 6, 4, 2):
        meeting_id = season.stage.meeting(days=-days, host_id=host)
        for _ in range(2):
            season.stage.order(meeting_id, season.stage.guest(meeting_id)[1])
        season.close(meeting_id)
    drain.drain()
    granted = Counter()
    with season.stage.uow(season.brand_id) as work:
        for grant in grants_of_customer(work.session, host):
            granted[grant.rule_id] += grant.value

    monkeypatch.setattr(simulating, "CHUNK", 1)
    draft = {**document, "rules": [*document["rules"], rule(id="new", rewards=[points(1)])]}
    simulation_id = season.simulate(draft)
    with season.stage.uow(season.brand_id) as work:
        bench = simulating.Bench(work, simulation_id)
    for dies in (False, True, False):
        with suppress(RuntimeError), season.stage.uow(season.brand_id) as work:
            assert simulating.judge_next_chunk(work, bench, clock=work.clock)
            if dies:
                raise RuntimeError("what was learnt of this chunk is not true")
    drain.drain()

    found = result(season, simulation_id)
    assert found["runs_on"]
    assert granted == {"twice": 20, "else": 8, "all": 25, "pot": 14, "crowd": 4}
    for side in ("before", "after"):
        told = {name: sums["points"] for name, sums in found[side]["rules"].items()}
        assert {name: told[name] for name in granted} == granted
    assert found["changes"] == {"host": {"gains": 4, "gains_cents": 4}}
