"""A seller with a phone, her meetings behind her, and another seller beside her."""

from datetime import timedelta
from typing import Any

import pytest

from app.kernel.actor import Role
from tests.conftest import PASSWORD as STAFF_PASSWORD
from tests.support.api import Phone
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD, Stage, set_stage, wall
from tests.support.season import Season, every_reward


@pytest.fixture
def other(uow: Any, brand: Any, stage: Stage) -> Stage:
    return set_stage(uow, brand.id, email="other")


@pytest.fixture
def season(stage: Stage) -> Season:
    season = Season(stage)
    season.publish(every_reward("WOK-seller"))
    return season


@pytest.fixture
def phone(client: Browser, stage: Stage) -> Phone:
    phone = Phone(client)
    phone.sign_in("seller@example.org", PASSWORD)
    return phone


@pytest.fixture
def when(stage: Stage) -> Any:
    def at(days: float = 7) -> dict[str, str]:
        moment = wall(stage.now() + timedelta(days=days))
        return {"date": moment.day.isoformat(), "time": moment.at.strftime("%H:%M")}

    return at


@pytest.fixture
def bearer(make_user: Any, new_client: Any, brand: Any) -> Any:
    def sign_in(role: Role) -> Phone:
        make_user(f"{role}@example.org", role)
        phone = Phone(new_client(brand))
        phone.sign_in(f"{role}@example.org", STAFF_PASSWORD)
        return phone

    return sign_in
