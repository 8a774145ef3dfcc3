"""Nobody has to remember who may enter: every route says so, and every form is guarded."""

import re

import pytest

from app import create_app
from app.config import Settings
from app.http.auth import DOORS, OPEN_ENDPOINTS

SAFE = {"GET", "HEAD", "OPTIONS"}
SOME_ID = "01890000-0000-7000-8000-000000000000"

plain_app = create_app(Settings(secret_key="only to list the routes, never to serve"))
ROUTES = list(plain_app.url_map.iter_rules())
CHANGING = [rule for rule in ROUTES if (rule.methods or set()) - SAFE]


def is_api(rule) -> bool:
    """Its doors look for a token of their own, and at no cookie."""
    return rule.rule.startswith("/api/")


def address(rule) -> str:
    """The route with something plausible in each place."""
    return re.sub(
        r"<(?:(\w+)(?:\([^>]*\))?:)?\w+>",
        lambda found: SOME_ID if found.group(1) == "uuid" else "x" * 43,
        rule.rule,
    )


@pytest.mark.parametrize("rule", ROUTES, ids=lambda rule: rule.endpoint)
def test_route_says_who_may_enter(rule):
    blueprint = rule.endpoint.rpartition(".")[0]

    assert rule.endpoint in OPEN_ENDPOINTS or blueprint in plain_app.extensions[DOORS]


@pytest.mark.parametrize("rule", CHANGING, ids=lambda rule: rule.endpoint)
def test_changing_anything_needs_a_token(client, rule):
    method = next(iter((rule.methods or set()) - SAFE))

    answer = client.open(address(rule), method=method, data={"name": "x"})

    assert answer.status_code in ({401, 415, 422} if is_api(rule) else {303, 403})
    if answer.status_code == 303:
        assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "rule",
    [rule for rule in ROUTES if plain_app.extensions[DOORS].get(rule.endpoint.rpartition(".")[0])],
    ids=lambda rule: f"{rule.endpoint} {sorted((rule.methods or set()) & {'GET', 'POST'})}",
)
def test_stranger_enters_no_door_that_names_a_role(client, rule):
    method = "GET" if "GET" in (rule.methods or set()) else "POST"
    send = client.get if method == "GET" else client.submit

    if is_api(rule):
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        answer = client.open(address(rule), method=method)
    else:
        answer = send(address(rule))

    assert answer.status_code in ({401} if is_api(rule) else {303, 404})
    if answer.status_code == 303:
        assert answer.location.startswith("/sign-in")
