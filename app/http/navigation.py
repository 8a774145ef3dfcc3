"""Addresses inside the application: where to go back to, and whether a wish is one of ours."""

from urllib.parse import urlencode, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.kernel.actor import BY_LINK, Role

HOME = "/"
CONSOLE = "/console"
PLACES_IN_A_LIST = {"page", "after"}


def back(default: str = HOME) -> str:
    """The page the reader came from, when it is one of ours; her address bar is not trusted."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return default
    return inside(f"{parts.path}?{parts.query}" if parts.query else parts.path) or default


def home_of(role: Role) -> str:
    """Where somebody's own work begins."""
    return HOME if role in {Role.SELLER, *BY_LINK} else CONSOLE


def inside(path: str | None) -> str | None:
    """`path` when it leads to a page of ours that can be read; None otherwise."""
    if not path or len(path) > 500 or not path.startswith("/") or path[1:2] in {"/", "\\"}:
        return None
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.isprintable():
        return None
    try:
        endpoint, _ = _routes().match(parts.path, method="GET")
    except HTTPException:
        return None
    return None if endpoint == "static" else path


def here(**changes: str | None) -> str:
    """This list in another order or with another filter: from its first page."""
    kept = {name: value for name, value in request.args.items() if name not in PLACES_IN_A_LIST}
    wanted = {name: value for name, value in (kept | changes).items() if value}
    return f"{request.path}?{urlencode(wanted)}" if wanted else request.path


def _routes() -> MapAdapter:
    return current_app.url_map.bind_to_environ(request.environ)
