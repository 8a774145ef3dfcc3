"""Tokens of the mobile app: opaque, kept as hashes, ended together.

An access token opens the API for a quarter of an hour. Its refresh token gives the next pair,
once: a second use means that somebody copied it, and ends every token that descends from the same
sign-in, the thief's and the owner's, who signs in again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from app.accounts.domain import ACCESS, REFRESH, TOUCH_EVERY
from app.accounts.models import AccessToken, RefreshToken, TokenFamily
from app.accounts.queries import UserView, active_user
from app.accounts.tokens import hash_of, is_token, new_token
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Tokens:
    """Told to the bearer once."""

    access_token: str
    refresh_token: str
    access_expires_at: datetime
    refresh_expires_at: datetime


def issue_tokens(uow: UnitOfWork, user: UserView, *, device: str = "", clock: Clock) -> Tokens:
    """For somebody who has just proved who she is (`services.sign_in`)."""
    now = clock()
    family = TokenFamily(
        brand_id=uow.brand_id,
        id=new_id(),
        user_id=user.id,
        device=device[:100],
        created_at=now,
        last_seen_at=now,
    )
    uow.session.add(family)
    uow.session.flush()
    return _pair(uow, family.id, now)


def rotate(uow: UnitOfWork, refresh_token: str, *, clock: Clock) -> Tokens | None:
    """The next pair. None when the token is not usable: unknown, expired, ended, or used before,
    which ends its whole family. Not raised, so that the ending is committed."""
    now = clock()
    found = _use(uow, refresh_token, now)
    if found is None:
        _end_family_of_copied(uow, refresh_token, now)
        return None
    family = uow.session.get(TokenFamily, (uow.brand_id, found))
    if family is None or family.revoked_at is not None:
        return None
    if active_user(uow.session, uow.brand_id, family.user_id) is None:
        return None
    family.last_seen_at = now
    return _pair(uow, family.id, now)


def revoke(uow: UnitOfWork, token: str, *, clock: Clock) -> None:
    """Sign the app out: end the family of this access or refresh token, if there is one."""
    for kind in (AccessToken, RefreshToken):
        family_id = uow.session.scalar(
            select(kind.family_id).where(kind.token_hash == _hash(token))
        )
        if family_id is not None:
            end_families(uow, TokenFamily.id == family_id, now=clock())


def actor_of_token(uow: UnitOfWork, access_token: str) -> Actor | None:
    """Who the bearer is, as her account stands now; None when the token opens nothing."""
    user = user_of_token(uow, access_token)
    return user.actor if user else None


def user_of_token(uow: UnitOfWork, access_token: str) -> UserView | None:
    now = uow.clock()
    family = uow.session.scalar(
        select(TokenFamily)
        .join(
            AccessToken,
            (AccessToken.brand_id == TokenFamily.brand_id)
            & (AccessToken.family_id == TokenFamily.id),
        )
        .where(
            AccessToken.brand_id == uow.brand_id,
            AccessToken.token_hash == _hash(access_token),
            AccessToken.expires_at > now,
            TokenFamily.revoked_at.is_(None),
        )
    )
    if family is None:
        return None
    if now - family.last_seen_at > TOUCH_EVERY:
        family.last_seen_at = now
    return active_user(uow.session, uow.brand_id, family.user_id)


def end_families(uow: UnitOfWork, *which: object, now: datetime) -> int:
    """How many ended. Their tokens open nothing from now on."""
    statement = (
        update(TokenFamily)
        .where(TokenFamily.brand_id == uow.brand_id, TokenFamily.revoked_at.is_(None), *which)  # type: ignore[arg-type]
        .values(revoked_at=now)
        .returning(TokenFamily.id)
    )
    return len(uow.session.execute(statement).all())


def forget_dead_tokens(uow: UnitOfWork, *, most: int | None = None) -> int:
    """Delete tokens that opened nothing for a month, `most` of each kind or all; how many."""
    gone = 0
    long_ago = uow.clock() - REFRESH
    for kind in (AccessToken, RefreshToken):
        found = select(kind.id).where(kind.expires_at < long_ago).limit(most)
        dead = delete(kind).where(kind.id.in_(found.scalar_subquery())).returning(kind.id)
        gone += len(uow.session.execute(dead).all())
    return gone


def _pair(uow: UnitOfWork, family_id: UUID, now: datetime) -> Tokens:
    access, refresh = new_token(), new_token()
    for kind, token, lives in ((AccessToken, access, ACCESS), (RefreshToken, refresh, REFRESH)):
        uow.session.add(
            kind(
                brand_id=uow.brand_id,
                id=new_id(),
                family_id=family_id,
                token_hash=hash_of(token),
                created_at=now,
                expires_at=now + lives,
            )
        )
    return Tokens(access, refresh, now + ACCESS, now + REFRESH)


def _use(uow: UnitOfWork, token: str, now: datetime) -> UUID | None:
    """Of two uses at the same time one gets the family, the other nothing."""
    return uow.session.scalar(
        update(RefreshToken)
        .where(
            RefreshToken.brand_id == uow.brand_id,
            RefreshToken.token_hash == _hash(token),
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken.family_id)
    )


def _end_family_of_copied(uow: UnitOfWork, token: str, now: datetime) -> None:
    family_id = uow.session.scalar(
        select(RefreshToken.family_id).where(
            RefreshToken.brand_id == uow.brand_id,
            RefreshToken.token_hash == _hash(token),
            RefreshToken.used_at.is_not(None),
        )
    )
    if family_id is not None:
        end_families(uow, TokenFamily.id == family_id, now=now)


def _hash(token: str) -> bytes:
    return hash_of(token if is_token(token) else "")
