"""Users as pages and other packages see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.domain import IDLE, REFRESH, STAFF
from app.accounts.models import SignInSession, TokenFamily, User
from app.kernel.actor import Actor, Role
from app.kernel.text import identity_key


@dataclass(frozen=True, slots=True)
class UserView:
    brand_id: UUID
    id: UUID
    email: str
    display_name: str
    role: Role
    locale: str | None
    seller_id: UUID | None
    customer_id: UUID | None

    @property
    def actor(self) -> Actor:
        return Actor(
            brand_id=self.brand_id,
            role=self.role,
            user_id=self.id,
            seller_id=self.seller_id,
            customer_id=self.customer_id,
        )


def active_user(session: Session, brand_id: UUID, user_id: UUID) -> UserView | None:
    """For sessions: somebody suspended is nobody, at her next request."""
    user = session.get(User, (brand_id, user_id))
    return view(user) if user is not None and user.active else None


def user_by_email(session: Session, brand_id: UUID, email: str) -> UserView | None:
    user = session.scalar(
        select(User).where(User.brand_id == brand_id, User.email_key == identity_key(email))
    )
    return view(user) if user is not None else None


def view(user: User) -> UserView:
    return UserView(
        brand_id=user.brand_id,
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        role=Role(user.role),
        locale=user.locale,
        seller_id=user.seller_id,
        customer_id=user.customer_id,
    )


@dataclass(frozen=True, slots=True)
class TeamMember:
    id: UUID
    email: str
    display_name: str
    role: Role
    active: bool
    has_joined: bool
    """Has chosen a password."""
    created_at: datetime
    last_seen_at: datetime | None


def user_names(session: Session, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of the people in the log, whether they still work here or not."""
    if not user_ids:
        return {}
    statement = select(User.id, User.display_name).where(User.id.in_(user_ids))
    return {row.id: row.display_name for row in session.execute(statement)}


def people_of_team(session: Session) -> tuple[UserView, ...]:
    """Everybody with an account, sellers too, by name."""
    statement = select(User).order_by(User.display_name, User.id)
    return tuple(view(user) for user in session.scalars(statement))


def user(session: Session, user_id: UUID) -> UserView | None:
    found = session.scalar(select(User).where(User.id == user_id))
    return view(found) if found is not None else None


def team(session: Session, brand_id: UUID, role: Role | None = None) -> tuple[TeamMember, ...]:
    """The brand's own people, without its sellers: they have a page of their own. One statement."""
    seen = (
        select(func.max(SignInSession.last_seen_at))
        .where(SignInSession.brand_id == brand_id, SignInSession.user_id == User.id)
        .scalar_subquery()
    )
    statement = (
        select(User, seen)
        .where(User.brand_id == brand_id, User.role.in_(STAFF))
        .order_by(User.active.desc(), User.display_name, User.id)
    )
    if role is not None:
        statement = statement.where(User.role == role)
    return tuple(_member(user, last) for user, last in session.execute(statement))


def accounts_of_sellers(
    session: Session, brand_id: UUID, seller_ids: Collection[UUID]
) -> dict[UUID, TeamMember]:
    """How sellers sign in, by seller. One statement."""
    seen = (
        select(func.max(SignInSession.last_seen_at))
        .where(SignInSession.brand_id == brand_id, SignInSession.user_id == User.id)
        .scalar_subquery()
    )
    statement = select(User, seen).where(User.brand_id == brand_id, User.seller_id.in_(seller_ids))
    found = session.execute(statement)
    return {user.seller_id: _member(user, last) for user, last in found if user.seller_id}


def _member(user: User, last_seen_at: datetime | None) -> TeamMember:
    return TeamMember(
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        role=Role(user.role),
        active=user.active,
        has_joined=user.password_set_at is not None,
        created_at=user.created_at,
        last_seen_at=last_seen_at,
    )


@dataclass(frozen=True, slots=True)
class DeviceView:
    id: UUID
    device: str
    """`Firefox · Android`; empty when it did not say."""
    kind: str
    """browser or app"""
    since: datetime
    last_seen_at: datetime


def devices_of(
    session: Session, brand_id: UUID, user_id: UUID, now: datetime
) -> tuple[DeviceView, ...]:
    """Where she is signed in, last used first. Two statements."""
    browsers = select(SignInSession).where(
        SignInSession.brand_id == brand_id,
        SignInSession.user_id == user_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
        SignInSession.last_seen_at > now - IDLE,
    )
    apps = select(TokenFamily).where(
        TokenFamily.user_id == user_id,
        TokenFamily.revoked_at.is_(None),
        TokenFamily.last_seen_at > now - REFRESH,
    )
    found = [
        *(_device(one, "browser") for one in session.scalars(browsers)),
        *(_device(one, "app") for one in session.scalars(apps)),
    ]
    return tuple(sorted(found, key=lambda one: one.last_seen_at, reverse=True))


def _device(one: SignInSession | TokenFamily, kind: str) -> DeviceView:
    return DeviceView(one.id, one.device, kind, one.created_at, one.last_seen_at)
