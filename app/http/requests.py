"""Each request has an id and leaves one line in the log: the route, never the address typed."""

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, request

from app.infra.logging import get_logger
from app.infra.origin import Origin, came_from

log = get_logger(__name__)
SANE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
LARGER = "convive_larger_body"
"""Attribute of views that take more than forms do."""
V = TypeVar("V", bound=Callable[..., Any])

QUIET = {"static", "health.live", "health.ready"}


def install(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(let_go)


def begin() -> None:
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if SANE_ID.fullmatch(offered) else uuid4().hex
    g.started = time.perf_counter()
    came_from(Origin(g.request_id, request.remote_addr or ""))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, LARGER, request.max_content_length)


def takes_up_to(most: int) -> Callable[[V], V]:
    """Pictures and files: known before anything (the guard of forms, first) reads the body."""

    def mark(view: V) -> V:
        setattr(view, LARGER, most)
        return view

    return mark


def finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if request.endpoint not in QUIET:
        brand = g.get("brand")
        log.info(
            "request",
            method=request.method,
            route=str(request.url_rule or "unmatched"),
            status=response.status_code,
            ms=round(1000 * (time.perf_counter() - g.get("started", time.perf_counter()))),
            brand=brand.slug if brand else None,
            actor=g.actor.label if g.get("actor") else None,
        )
    return response


def let_go(_failure: BaseException | None) -> None:
    """Large files were kept in temporary ones, which nobody else closes."""
    request.close()


def request_id() -> str:
    """Also when the request failed before it had one."""
    found: str = g.setdefault("request_id", uuid4().hex)
    return found
