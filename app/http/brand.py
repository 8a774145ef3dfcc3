"""Which brand's pages are being asked for. The resolver is told by the composition root."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from flask import Flask, g, request
from werkzeug.exceptions import SecurityError

from app.kernel.errors import NotFound
from app.kernel.words import N_

NO_BRAND_ENDPOINTS = {"static", "health.live", "health.ready"}


class CurrentBrand(Protocol):
    """What the web plumbing needs to know of a brand."""

    @property
    def id(self) -> UUID: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def origin(self) -> str: ...


class NoSuchBrand(NotFound):
    code = "no_such_brand"
    words = N_("No brand is served at this address.")


def install(app: Flask, brand_of_host: Callable[[str], CurrentBrand | None]) -> None:
    """Resolve the brand before anything else looks at the request."""

    @app.before_request
    def resolve() -> None:
        if request.endpoint in NO_BRAND_ENDPOINTS or _untrusted():
            return
        brand = brand_of_host(host_name())
        if brand is None:
            raise NoSuchBrand
        g.brand = brand


def current_brand() -> CurrentBrand:
    brand: CurrentBrand = g.brand
    return brand


def host_name() -> str:
    """The host asked for, without its port."""
    host = request.host.lower()
    return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]


def _untrusted() -> bool:
    return isinstance(request.routing_exception, SecurityError)
