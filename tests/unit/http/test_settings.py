"""What the environment says, and what follows from it."""

import pytest

from app.config import Settings


@pytest.mark.parametrize(
    ("environment", "secure"),
    [
        ({}, False),
        ({"PUBLIC_URL": "http://localhost:8000"}, False),
        ({"SECURE_COOKIES": "1"}, True),
        ({"PUBLIC_URL": "https://convive.example"}, True),
        ({"PUBLIC_URL": "https://convive.example", "SECURE_COOKIES": "0"}, True),
    ],
)
def test_cookies_are_secure_where_pages_live_behind_tls(environment, secure) -> None:
    assert Settings.from_environment(environment).secure_cookies is secure
