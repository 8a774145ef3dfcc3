"""Who may change what a brand sells."""

from app.kernel.actor import Actor, Role
from app.kernel.errors import NotAllowed


def must_manage_catalogue(actor: Actor) -> None:
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM}:
        raise NotAllowed
