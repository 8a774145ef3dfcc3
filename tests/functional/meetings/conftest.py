"""A seller signed in with her phone, her book and her meetings behind her."""

from typing import Any

import pytest

from tests.support.browser import Browser
from tests.support.gathering import PASSWORD, Stage, set_stage


@pytest.fixture
def stage(uow: Any, brand: Any) -> Stage:
    return set_stage(uow, brand.id)


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
