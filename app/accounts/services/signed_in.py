"""Where somebody is signed in, in browsers and in the app, and ending it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from app.accounts.app_tokens import end_families
from app.accounts.errors import DeviceNotFound
from app.accounts.models import SignInSession, TokenFamily
from app.audit.services import record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock


def end_device(uow: UnitOfWork, actor: Actor, device_id: UUID, *, clock: Clock) -> None:
    """One of her own. Raises DeviceNotFound."""
    hers = [SignInSession.id == device_id, SignInSession.user_id == actor.user_id]
    now = clock()
    ended = _end_sessions(uow, *hers, now=now) + end_families(
        uow, TokenFamily.id == device_id, TokenFamily.user_id == actor.user_id, now=now
    )
    if not ended:
        raise DeviceNotFound
    record(uow, actor, "account.end_sessions", "user", actor.user_id, after={"number": ended})


def end_everything(uow: UnitOfWork, actor: Actor, *, clock: Clock) -> int:
    """Signed out everywhere, this browser included; how many there were."""
    assert actor.user_id is not None
    ended = end_all_of(uow, actor.user_id, now=clock())
    record(uow, actor, "account.end_sessions", "user", actor.user_id, after={"number": ended})
    return ended


def end_all_of(uow: UnitOfWork, user_id: UUID, *, now: datetime, but: UUID | None = None) -> int:
    """Of somebody whose password, role or standing has changed; `but` is the browser she did it
    in."""
    hers = [SignInSession.user_id == user_id]
    if but is not None:
        hers.append(SignInSession.id != but)
    return _end_sessions(uow, *hers, now=now) + end_families(
        uow, TokenFamily.user_id == user_id, now=now
    )


def _end_sessions(uow: UnitOfWork, *which: object, now: datetime) -> int:
    statement = (
        update(SignInSession)
        .where(
            SignInSession.brand_id == uow.brand_id,
            SignInSession.revoked_at.is_(None),
            *which,  # type: ignore[arg-type]
        )
        .values(revoked_at=now, data={})
        .returning(SignInSession.id)
    )
    return len(uow.session.execute(statement).all())
