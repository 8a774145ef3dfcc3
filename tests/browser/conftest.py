"""A demo installation with all its processes, and a Chromium to visit it with."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import Visitor, running_chromium
from tests.support.databases import clone
from tests.support.household import Household, keeping_house, other_database


@pytest.fixture(scope="package")
def house(
    server_url: str,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Household]:
    """The demo, on a database and a queue that no other test knows."""
    redis = other_database(redis_url, 15)
    folder = tmp_path_factory.mktemp("house")
    with clone(server_url, f"browser_{worker_id}") as url, keeping_house(url, redis, folder) as it:
        yield it


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Browser, house: Household) -> Iterator[Callable[..., Visitor]]:
    """`visit(width=…, language=…, scripts=…)`: a browser window of its own.

    What it showed last is printed for the one who reads a failure.
    """
    visitors: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        visitors.append(Visitor(chromium, house.origin, **options))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        print(visitor.page.url, visitor.page.locator("body").inner_text(), sep="\n")
        visitor.context.close()
