"""Refused attempts of somebody known, told once each to whoever keeps the audit log.

The composition root says who that is. Telling never hides the refusal itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from app.infra.logging import get_logger
from app.kernel.actor import Actor
from app.kernel.errors import ConviveError, Invalid, NotAllowed, NotAuthenticated, NotFound

log = get_logger(__name__)
TELL = "convive_tell_attempt"
LOOKING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Attempt:
    actor: Actor
    action: str
    """The endpoint asked for."""
    code: str
    entity_type: str
    entity_id: UUID | None


Tell = Callable[[Attempt], None]


def install(app: Flask, tell: Tell) -> None:
    app.extensions[TELL] = tell


def tell_refused(error: ConviveError) -> None:
    """After the attempt's own transaction was rolled back. A typing mistake is no attempt."""
    if not has_request_context() or g.get("told") is error or not _is_worth_telling(error):
        return
    g.told = error
    try:
        current_app.extensions[TELL](_attempt(error, g.asking))
    except SQLAlchemyError as failure:
        log.exception("refused attempt not recorded", error=type(failure).__name__)


def _is_worth_telling(error: ConviveError) -> bool:
    if g.get("asking") is None or isinstance(error, Invalid | NotAuthenticated):
        return False
    return request.method not in LOOKING or isinstance(error, NotAllowed | NotFound)


def _attempt(error: ConviveError, actor: Actor) -> Attempt:
    asked = [(name, value) for name, value in (request.view_args or {}).items()]
    kind, entity_id = next(
        ((name.removesuffix("_id"), value) for name, value in reversed(asked) if _is_id(value)),
        ("", None),
    )
    action = (request.endpoint or "").removesuffix("_post")
    return Attempt(actor, action, error.code, kind, entity_id)


def _is_id(value: object) -> bool:
    return isinstance(value, UUID)
