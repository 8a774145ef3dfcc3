"""Whatever is sent to the API: no failure of ours, and no answer the description does not name.

A few examples of each operation here; `make soak` sends many more.
"""

from typing import Any

import pytest
import redis as redis_client
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app import create_app
from app.config import Settings
from app.http.api import API
from app.infra.extensions import limiter
from app.kernel.actor import Role
from tests.support.chance import SOAK
from tests.support.databases import wipe
from tests.support.matrix import World

EXAMPLES = 3
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
plain_app = create_app(Settings(secret_key="only to describe the API, never to serve"))
api = schemathesis.openapi.from_dict(plain_app.extensions[API].spec.to_dict())
NAMES = (
    "meeting_id",
    "participant_id",
    "order_id",
    "line_id",
    "product_id",
    "customer_id",
    "claim_id",
)


@pytest.fixture(scope="module")
def world(built_app, database_url, redis_url):
    world = World(built_app, database_url)
    for name in NAMES:
        getattr(world.scopes["own"], name)
    yield world
    wipe(database_url)
    with redis_client.Redis.from_url(redis_url) as client:
        client.flushdb()
    limiter.reset()


@api.parametrize()
@settings(
    max_examples=EXAMPLES * SOAK,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: Any, world, built_app) -> None:
    limiter.reset()
    own = world.scopes["own"]
    for name in NAMES:
        if name in (case.path_parameters or {}) and _is_good(case.path_parameters[name]):
            case.path_parameters[name] = str(getattr(own, name))
    if case.operation.path.startswith("/api/host"):
        token = own.token
    elif _is_for_staff(case.operation.path):
        token = _staff_token(world)
        if _is_good(case.path_parameters.get("seller_id")):
            case.path_parameters["seller_id"] = str(world.scopes["same_brand_other"].seller_id)
    else:
        token = _token(world)
    host = f"{world.brand.slug}.localhost"
    headers = {"Authorization": f"Bearer {token}", "Host": host}

    answer = case.call(app=built_app, base_url=f"http://{host}", headers=headers)
    case.validate_response(answer, checks=CHECKS)


def _is_good(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 36


def _is_for_staff(path: str) -> bool:
    return path.startswith("/api/sellers") or path.endswith("/seller")


def _staff_token(world: World) -> str:
    """An administrator of her own."""
    return world._token(world.member(world.brand, Role.BRAND_ADMIN)[0])


def _token(world: World) -> str:
    """A new one each time: some requests end it."""
    return world._token(f"{world.scopes['own'].email}@example.org")
