"""The permission matrix, walked: every route as every role with everybody's objects."""

from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
import yaml
from flask import Flask

from app import create_app
from app.config import Settings
from app.http.auth import DOORS
from app.infra.extensions import limiter
from app.kernel.actor import BY_LINK
from tests.support.databases import wipe
from tests.support.matrix import ROLES, SCOPES, World, filled

SAFE = {"HEAD", "OPTIONS"}
READING = "GET"
OPENS_DRAFTS = {"GET orders.show", "GET shop.basket"}
"""Whose prices moved on, because of what others did before: opened, they are brought up to date."""
MATRIX = yaml.safe_load(Path(__file__).with_name("permissions.yaml").read_text("utf-8"))
plain_app = create_app(Settings(secret_key="only to list the routes, never to serve"))


def named_routes(app: Flask) -> dict[str, Any]:
    return {
        f"{method} {rule.endpoint}": rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - SAFE
    }


def terms(route: str) -> dict[str, Any]:
    """What the matrix says of a route, its shape written out."""
    told = MATRIX["routes"][route]
    told = {"shape": told} if isinstance(told, str) else told
    return {**MATRIX["shapes"].get(told.get("shape"), {}), **told}


def expected(route: str, role: str) -> dict[str, int]:
    told = terms(route)[role]
    return dict(zip(SCOPES, told if isinstance(told, list) else [told] * 4, strict=True))


@pytest.fixture(scope="module")
def world(built_app, database_url, redis_url):
    yield World(built_app, database_url)
    wipe(database_url)
    with redis_client.Redis.from_url(redis_url) as client:
        client.flushdb()
    limiter.reset()


def test_every_route_is_in_the_matrix_and_nothing_else():
    assert set(named_routes(plain_app)) == set(MATRIX["routes"])


@pytest.mark.parametrize("route", sorted(MATRIX["routes"]))
def test_every_role_is_named(route):
    assert set(ROLES) <= set(terms(route))


def address(app: Flask, rule: Any, things: Any, names: dict[str, str]) -> str:
    values = {part: getattr(things, names.get(part, part)) for part in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False))


def what_is_sent(told: dict[str, Any], own: Any) -> dict[str, dict[str, Any]]:
    """ "{product_id}" stands for one of her own."""
    return {
        name: {key: filled(value, own) for key, value in told[name].items()}
        for name in ("form", "json", "query")
        if name in told
    }


def knows_who_asks(rule: Any) -> bool:
    doors = plain_app.extensions[DOORS].get(rule.endpoint.rpartition(".")[0], frozenset())
    return bool(doors - BY_LINK)


def is_by_link(rule: Any) -> bool:
    doors = plain_app.extensions[DOORS].get(rule.endpoint.rpartition(".")[0], frozenset())
    return bool(doors) and doors <= BY_LINK


def is_refusal(role: str, status: int, rule: Any) -> bool:
    """Nobody behind a link is sent to sign in."""
    to_sign_in = role == "anonymous" and status == 303 and not is_by_link(rule)
    return status in {401, 403, 404} or to_sign_in


@pytest.mark.parametrize("route", sorted(set(MATRIX["routes"]) & set(named_routes(plain_app))))
def test_route_answers_each_role_as_the_matrix_says(world, built_app, route):
    method, rule = route.partition(" ")[0], named_routes(built_app)[route]
    told = terms(route)
    scopes = SCOPES if rule.arguments else SCOPES[:1]
    cases = [(role, scope, expected(route, role)[scope]) for role in ROLES for scope in scopes]
    harmless = [case for case in cases if is_refusal(case[0], case[2], rule) or method == READING]
    paths = {
        scope: address(built_app, rule, world.scopes[scope], told.get("object", {}))
        for scope in scopes
    }
    sent = what_is_sent(told, world.scopes["own"])
    visitors = {**world.visitors, "anonymous": world.passer_by()}
    limiter.reset()
    if route in OPENS_DRAFTS:
        for role, scope, _ in harmless:
            visitors[role].ask(method, paths[scope], **sent)
    before, refused_before = world.state(), world.refusals()
    found = [
        (role, scope, visitors[role].ask(method, paths[scope], **sent))
        for role, scope, _ in harmless
    ]

    assert found == harmless
    assert world.state() == before
    attempts = [case for case in harmless if case[0] != "anonymous" and case[2] in {403, 404}]
    if knows_who_asks(rule):
        assert world.refusals() - refused_before == len(attempts)
    for role, scope, status in [case for case in cases if case not in harmless]:
        _acts(world, built_app, route, role, scope, status)


def _acts(world: World, app: Flask, route: str, role: str, scope: str, status: int) -> None:
    """With objects made for this: it may change them."""
    told, method = terms(route), route.split(maxsplit=1)[0]
    own = world.things(world.brand)
    theirs = own if scope == "own" else world.things(world.brand)
    path = address(app, named_routes(app)[route], theirs, told.get("object", {}))

    answer = world.visitor(role, own).ask(method, path, **what_is_sent(told, own))

    assert (role, scope, answer) == (role, scope, status)
