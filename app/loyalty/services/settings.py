"""How points live in the brand, changed by its staff."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.audit.services import changed, record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.kernel.shape import Problems
from app.loyalty.domain import LoyaltySettings, read_settings
from app.loyalty.errors import LoyaltySettingsInvalid, LoyaltySettingsMoved
from app.loyalty.models import LoyaltyDocument
from app.loyalty.queries import stored_settings

EDITORS = {Role.BRAND_ADMIN, Role.SYSTEM}


def save_settings(
    uow: UnitOfWork,
    actor: Actor,
    document: Mapping[str, Any],
    *,
    revision: int | None = None,
    clock: Clock,
) -> LoyaltySettings:
    """The whole document: what is left out is as by default. `revision`: of the settings, as their
    author was looking at; 0 for the defaults. They hold for what is given from now on.

    Raises NotAllowed, LoyaltySettingsInvalid, LoyaltySettingsMoved.
    """
    if actor.role not in EDITORS or actor.brand_id != uow.brand_id:
        raise NotAllowed
    problems: Problems = []
    settings = read_settings(dict(document), problems)
    if settings is None:
        raise LoyaltySettingsInvalid(problems)
    before = stored_settings(uow.session).document
    row_id = _store(uow, actor, dict(document), revision, clock)
    was, now = changed(before, {name: document.get(name) for name in {**before, **document}})
    if now:
        record(uow, actor, "loyalty.settings", "loyalty_settings", row_id, was, now)
    return settings


def _store(
    uow: UnitOfWork, actor: Actor, document: dict[str, Any], revision: int | None, clock: Clock
) -> UUID:
    new = {"document": document, "updated_at": clock(), "updated_by": actor.label}
    statement = (
        insert(LoyaltyDocument)
        .values(brand_id=uow.brand_id, id=new_id(), revision=1, **new)
        .on_conflict_do_update(
            constraint="uq_loyalty_settings_brand_id",
            set_={**new, "revision": LoyaltyDocument.revision + 1},
        )
        .returning(LoyaltyDocument.id, LoyaltyDocument.revision)
    )
    row_id, now = uow.session.execute(statement).one()
    if revision is not None and now != revision + 1:
        raise LoyaltySettingsMoved
    uow.session.expire_all()
    return UUID(str(row_id))


def settings_of(uow: UnitOfWork) -> LoyaltySettings:
    """One statement."""
    return stored_settings(uow.session).settings
