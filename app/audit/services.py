"""Writing entries. Nothing here changes or deletes one, and the database would refuse it."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from app.audit.models import AuditEntry, Outcome
from app.infra.origin import origin
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.ids import new_id

LONGEST = 500
NOBODY = ""


def record(
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    entity_type: str,
    entity_id: UUID | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """In the transaction that does it: kept if and only if it was done.

    `before` and `after` hold what changed, no more; of personal data only what is masked.
    """
    _write(uow, actor, action, entity_type, entity_id, before, after, reason[:LONGEST])


def refused(
    uow: UnitOfWork,
    actor: Actor | None,
    action: str,
    code: str,
    *,
    entity_type: str = "",
    entity_id: UUID | None = None,
    told: Mapping[str, Any] | None = None,
) -> None:
    """In a transaction of its own, after the attempt's was rolled back."""
    _write(uow, actor, action, entity_type, entity_id, None, told, "", code=code)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Only what differs, as (before, after)."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def masked(address: str) -> str:
    """s***@example.org: enough to recognise, too little to write to."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}"[:LONGEST]


def _write(
    uow: UnitOfWork,
    actor: Actor | None,
    action: str,
    entity_type: str,
    entity_id: UUID | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str,
    code: str = "",
) -> None:
    came = origin()
    uow.session.add(
        AuditEntry(
            brand_id=uow.brand_id,
            id=new_id(),
            at=uow.clock(),
            role=actor.role if actor else NOBODY,
            user_id=actor.user_id if actor else None,
            seller_id=actor.seller_id if actor else None,
            customer_id=actor.customer_id if actor else None,
            action=action,
            entity_type=entity_type,
            entity_id=entity_id,
            before=_plain(before or {}),
            after=_plain(after or {}),
            reason=reason,
            outcome=Outcome.REFUSED if code else Outcome.DONE,
            code=code,
            request_id=came.request_id,
            address=came.address,
        )
    )


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) or value is None else str(value)
