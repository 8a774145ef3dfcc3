"""Without Redis people still sign in, and guessing still ends in a pause."""

from dataclasses import replace

import pytest

from app import create_app
from app.infra.extensions import db, limiter
from tests.conftest import PASSWORD
from tests.support.browser import Browser


@pytest.fixture
def browser(settings, brand):
    """An application of its own whose Redis is away; the shared throttle is put back after."""
    before = dict(vars(limiter))
    app = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    app.test_client_class = Browser
    browser = app.test_client()
    browser.origin = "http://maison.localhost"
    yield browser
    with app.app_context():
        db.engine.dispose()
    vars(limiter).update(before)


def test_throttle_falls_back_to_memory(browser, make_user):
    make_user()

    tries = [
        browser.submit("/sign-in", email="sophie@example.org", password="not this").status_code
        for _ in range(12)
    ]

    assert tries == [422] * 10 + [429] * 2


def test_people_still_sign_in(browser, make_user):
    make_user("other@example.org")

    answer = browser.submit("/sign-in", email="other@example.org", password=PASSWORD)

    assert answer.status_code == 303
