"""Who may enter where. Each blueprint says it once; a route that says nothing is refused."""

from collections.abc import Callable, Collection
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Flask, current_app, g, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug import Response

from app.http.navigation import HOME, home_of
from app.kernel.actor import BY_LINK, Actor, Role
from app.kernel.errors import ConviveError, NotAllowed, NotAuthenticated, NotFound

Via = Callable[[], Actor | None]
B = TypeVar("B", bound=Blueprint)

ANYONE: frozenset[Role] = frozenset()
DOORS = "convive_doors"
"""Key in `app.extensions`: blueprint name -> roles that may enter; empty: anyone."""
OPEN_ENDPOINTS = {"static"}
READING = {"GET", "HEAD"}


class DoorNotDeclared(ConviveError):
    """A programming error: the blueprint says nothing about who may enter."""

    code = "door_not_declared"


def open_to(bp: Blueprint, *roles: Role, via: Via, looking: Collection[Role] = ()) -> None:
    """Only these roles, established by `via`, may enter the blueprint's routes; those who are
    `looking` may read there and no more."""
    allowed, lookers = frozenset(roles), frozenset(looking)
    _declare(bp, allowed)

    @bp.before_request
    def enter() -> Response | None:
        actor = via()
        if actor is None:
            raise NotAuthenticated
        g.asking = actor
        if actor.role in allowed or (actor.role in lookers and request.method in READING):
            g.actor = actor
            return None
        if request.path == HOME and home_of(actor.role) != HOME:
            return redirect(home_of(actor.role), code=303)
        raise NotAllowed


def open_to_anyone(bp: Blueprint) -> None:
    """Said aloud, so that a forgotten declaration is not mistaken for one."""
    _declare(bp, ANYONE)


def install(app: Flask) -> None:
    """Deny by default: a route whose blueprint declared nothing does not answer."""

    @app.before_request
    def declared() -> None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in OPEN_ENDPOINTS:
            return
        if request.blueprint not in app.extensions.get(DOORS, {}):
            raise DoorNotDeclared


def needs_sign_in() -> bool:
    """Whether the route asked for is for people with an account."""
    roles: frozenset[Role] = current_app.extensions.get(DOORS, {}).get(request.blueprint, ANYONE)
    return bool(roles - BY_LINK)


def may_open(endpoint: str) -> bool:
    """Whether there is such a page and the reader may enter it: for menus, which promise nothing
    that is not there."""
    actor: Actor | None = g.get("actor")
    doors: dict[str, frozenset[Role]] = current_app.extensions.get(DOORS, {})
    roles = doors.get(endpoint.rpartition(".")[0])
    if actor is None or roles is None or endpoint not in current_app.view_functions:
        return False
    return actor.role in roles


def current_actor() -> Actor:
    """The actor of a route that declared who may enter."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise NotAuthenticated
    return actor


def own_card_id() -> UUID:
    """The customer card of whoever asks. Raises NotFound for somebody without one."""
    customer_id = current_actor().customer_id
    if customer_id is None:
        raise NotFound
    return customer_id


def card_owner() -> Actor:
    """Whoever asks, as the owner of that card and no more: a seller's own card is read as by any
    customer."""
    actor = current_actor()
    return Actor(actor.brand_id, Role.CUSTOMER, actor.user_id, customer_id=own_card_id())


def _declare(bp: Blueprint, roles: frozenset[Role]) -> None:
    def remember(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(DOORS, {})[bp.name] = roles

    bp.record(remember)
