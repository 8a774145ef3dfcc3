"""Server-side sessions: the cookie is an opaque secret, everything it stands for is a row.

Nothing is read before something asks for it, and nothing is written for a visitor who left
nothing behind. Signing in takes a new secret; signing out ends the row, so that a copied cookie
opens nothing.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import select, update

from app.accounts.devices import device_of
from app.accounts.domain import ABSOLUTE, ANONYMOUS, IDLE, IDLE_FOR_STAFF, STAFF, TOUCH_EVERY
from app.accounts.models import SignInSession
from app.accounts.queries import UserView, active_user
from app.accounts.tokens import hash_of, is_token, new_token
from app.infra.sweeping import sweep
from app.infra.uow import UnitOfWork, unit_of_work
from app.kernel.ids import new_id

KEPT_AT_SIGN_IN = {"lang"}


class ServerSession(SessionMixin):
    """What Flask calls the session, read from PostgreSQL at the first look."""

    def __init__(self, token: str | None) -> None:
        self._token = token if is_token(token) else None
        self._loaded = False
        self._data: dict[str, Any] = {}
        self._user: UserView | None = None
        self._ended = False
        self._starts_for: UserView | None = None
        self.id: UUID | None = None
        self.modified = False

    # -- as Flask uses it
    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._read()[name] = value
        self.modified = True

    def __delitem__(self, name: str) -> None:
        del self._read()[name]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    @property
    def new(self) -> bool:  # type: ignore[override]
        """Nothing is stored for this browser yet."""
        self._read()
        return self.id is None

    # -- as we use it
    @property
    def user(self) -> UserView | None:
        """Who is signed in, as her account stands now."""
        self._read()
        return self._user

    @property
    def lifetime(self) -> timedelta:
        """Of the cookie and the row that are made now."""
        return ABSOLUTE if self._starts_for else ANONYMOUS

    def sign_in(self, user: UserView) -> None:
        """From the next request on, this browser is hers, under a new secret."""
        kept = {name: value for name, value in self.items() if name in KEPT_AT_SIGN_IN}
        self._data = kept | ({"user_lang": user.locale} if user.locale else {})
        self._starts_for = user
        self.modified = True

    def sign_out(self) -> None:
        self._read().clear()
        self._ended = True
        self.modified = True

    def save(self) -> str | None:
        """Write what changed; the secret for the cookie, "" to forget it, None to leave it."""
        if not self.modified or not g.get("brand"):
            return None
        with unit_of_work(None) as uow:
            if self._ended or self._starts_for:
                self._end(uow)
            if self._ended:
                return ""
            if self.id is None or self._starts_for:
                return self._start(uow)
            self._keep(uow)
        return None

    def _read(self) -> dict[str, Any]:
        if not self._loaded:
            self._loaded = True
            if self._token and g.get("brand"):
                self._load(self._token)
        return self._data

    def _load(self, token: str) -> None:
        brand_id = g.brand.id
        with unit_of_work(brand_id) as uow:
            now = uow.clock()
            row = uow.session.scalar(
                select(SignInSession).where(
                    SignInSession.token_hash == hash_of(token),
                    SignInSession.brand_id == brand_id,
                    SignInSession.revoked_at.is_(None),
                    SignInSession.expires_at > now,
                    SignInSession.last_seen_at > now - IDLE,
                )
            )
            if row is None:
                return
            user = active_user(uow.session, brand_id, row.user_id) if row.user_id else None
            if user and user.role in STAFF and row.last_seen_at <= now - IDLE_FOR_STAFF:
                return
            self.id = row.id
            self._data = dict(row.data)
            self._user = user
            if now - row.last_seen_at > TOUCH_EVERY:
                row.last_seen_at = now

    def _start(self, uow: UnitOfWork) -> str:
        token, now = new_token(), uow.clock()
        user = self._starts_for
        uow.session.add(
            SignInSession(
                id=new_id(),
                token_hash=hash_of(token),
                brand_id=g.brand.id,
                user_id=user.id if user else None,
                data=self._data,
                created_at=now,
                last_seen_at=now,
                expires_at=now + self.lifetime,
                device=device_of(request.user_agent.string) if user else "",
            )
        )
        return token

    def _keep(self, uow: UnitOfWork) -> None:
        uow.session.execute(
            update(SignInSession)
            .where(SignInSession.id == self.id, SignInSession.revoked_at.is_(None))
            .values(data=self._data)
        )

    def _end(self, uow: UnitOfWork) -> None:
        if self.id is not None:
            uow.session.execute(
                update(SignInSession)
                .where(SignInSession.id == self.id, SignInSession.revoked_at.is_(None))
                .values(revoked_at=uow.clock(), data={})
            )


class ServerSessionInterface(SessionInterface):
    """Opens and saves `ServerSession` around each request."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.cookie = "__Host-convive_session" if secure else "convive_session"

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        return ServerSession(request.cookies.get(self.cookie))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        token = session.save()
        if token is None:
            return
        response.vary.add("Cookie")
        if token == "":
            response.delete_cookie(
                self.cookie, path="/", secure=self.secure, httponly=True, samesite="Lax"
            )
            return
        response.set_cookie(
            self.cookie,
            token,
            max_age=session.lifetime,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )


def current_session() -> ServerSession:
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, ServerSession)
    return found


def forget_expired(uow: UnitOfWork, *, most: int | None = None) -> int:
    """Delete sessions that can open nothing any more, `most` of them or all; how many."""
    now = uow.clock()
    dead = (
        (SignInSession.expires_at < now)
        | (SignInSession.last_seen_at < now - IDLE)
        | (SignInSession.revoked_at < now - IDLE)
    )
    return sweep(uow.session, SignInSession, dead, most)
