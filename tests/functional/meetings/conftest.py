"""A seller signed in with her phone, her book and her meetings behind her."""

from datetime import date
from typing import Any

import pytest

from app.kernel.actor import system
from app.rewards.services.programme import publish_programme
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD, Stage, set_stage
from tests.support.rewards import points, programme, rule


@pytest.fixture
def other(uow: Any, brand: Any, stage: Stage) -> Stage:
    return set_stage(uow, brand.id, email="other")


@pytest.fixture
def seller(client: Browser, stage: Stage) -> Browser:
    answer = client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    assert answer.status_code == 303
    client.token = ""
    client.get("/")
    return client


@pytest.fixture
def rewarding(stage) -> None:
    """Ten percent for the host, twenty points for whoever takes a date."""
    booking = rule(id="r2", beneficiary="guest", trigger="guest_booking", rewards=[points(20)])
    with stage.uow() as work:
        publish_programme(
            work,
            system(stage.seller.brand_id),
            programme(rule(), booking),
            effective_on=date(2025, 1, 1),
            clock=work.clock,
        )
