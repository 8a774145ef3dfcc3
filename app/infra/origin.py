"""Where a piece of work came from: the request behind it, for whoever writes that down."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Empty for jobs and the command line."""

    request_id: str = ""
    address: str = ""
    """The client's network address, as far as our proxies vouch for it."""


_NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


def came_from(origin: Origin) -> None:
    """Told by the door at the beginning of each request."""
    _origin.set(origin)


def origin() -> Origin:
    return _origin.get()
