"""An administrator tells her draft against last season, leaves, and reads what it found."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.brands.queries import BrandView
from app.infra.jobs import drain
from app.kernel.actor import system
from app.rewards.services import programme_draft as drafts
from tests.support.gathering import set_stage
from tests.support.reading import text_of
from tests.support.rewards import at_least, percent, points, programme, rule
from tests.support.season import Season

HOME = "/console/programme/simulations"


@pytest.fixture
def work_off(app: Flask) -> Callable[[], None]:
    """What workers would do."""

    def drain_all() -> None:
        with app.app_context():
            drain.drain()

    return drain_all


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    found = Season(set_stage(uow, brand.id))
    found.publish(programme(rule(id="rate", name="Part", rewards=[percent(1000)])))
    for days in (3, 5):
        found.close(found.sold(2, days=-days))
    with uow() as work:
        document = programme(
            rule(id="rate", name="Part", rewards=[percent(500)]),
            rule(
                id="huge",
                name="Foule",
                conditions=at_least("buyers", 50),
                rewards=[points(9)],
                caps=[{"per": "person", "of": "times", "most": 1}],
            ),
        )
        staff = system(brand.id)
        drafts.import_draft(work, staff, document, revision=None, clock=work.clock)
    return found


def start(browser: Any, season: Season, **fields: str) -> Any:
    today = season.stage.now().date()
    usual = {"what": "draft", "from_on": str(today.replace(year=today.year - 1))}
    return browser.submit(HOME, **{**usual, "until_on": str(today), **fields})


def test_a_draft_is_simulated_left_found_again_and_read(
    admin: Any, season: Season, work_off: Callable[[], None], count_queries: Callable
) -> None:
    started = start(admin, season)
    running = text_of(admin.follow(started))
    assert "En cours 0 %" in running
    assert "0 parties sur 1 sont faites" in running
    assert "Non simulé" in text_of(admin.get("/console/programme/draft"))

    work_off()

    assert "Terminée" in text_of(admin.get(HOME))
    with count_queries() as found:
        page = text_of(admin.get(started.location))
    assert found.count <= 14
    assert re.search(r"Coût estimé 0,10\s€\s*aujourd’hui 0,20\s€", page)
    assert "Qui perd le plus Qui Où" in page
    assert "Sophie Marchand" in page
    assert "Jamais" in page
    assert "Les plafonds et les cagnottes sont comptés réunion après réunion" in page
    assert "Simulé" in text_of(admin.get("/console/programme/draft"))
    sheet = admin.get(f"{started.location}/differences.csv").get_data(as_text=True)
    assert len(sheet.strip().splitlines()) == 3


def test_it_is_stopped_and_gone_on_with(
    admin: Any, season: Season, work_off: Callable[[], None]
) -> None:
    started = start(admin, season)

    stopped = text_of(admin.follow(admin.submit(f"{started.location}/cancel")))
    assert "Arrêtée" in stopped
    work_off()
    assert "Arrêtée" in text_of(admin.get(started.location))
    admin.submit(f"{started.location}/resume")
    work_off()

    assert "Coût estimé" in text_of(admin.get(started.location))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until_on": "2001-01-01"}, "Le dernier jour vient après le premier"),
        ({"from_on": "2001-01-01", "until_on": "2001-01-02"}, "Aucune réunion n’a été tenue"),
        ({"from_on": "hier"}, "hier"),
    ],
)
def test_what_cannot_be_simulated_is_said_beside_the_field(
    admin: Any, season: Season, fields: dict[str, str], words: str
) -> None:
    answer = start(admin, season, **fields)

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_the_same_from_the_command_line(app: Flask, season: Season, brand: BrandView) -> None:
    today = season.stage.now().date()
    period = ["--from", str(today.replace(year=today.year - 1)), "--until", str(today)]

    told = app.test_cli_runner().invoke(args=["programme", "simulate", brand.slug, *period])

    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert found["never_fired"] == ["huge"]
    assert found["changes"]["host"]["loses"] == 2
