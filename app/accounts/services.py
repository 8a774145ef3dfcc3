"""Accounts and sign-in."""

from uuid import UUID

from sqlalchemy import select

from app.accounts import passwords
from app.accounts.domain import LONGEST_PASSWORD, SHORTEST_PASSWORD
from app.accounts.errors import EmailTaken, SignInRefused
from app.accounts.links import follow_link, issue_link, revoke_links
from app.accounts.models import User
from app.accounts.queries import UserView, view
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.kernel.words import N_

__all__ = [
    "create_user",
    "follow_link",
    "issue_link",
    "revoke_links",
    "set_active",
    "sign_in",
]


def create_user(
    uow: UnitOfWork,
    *,
    email: str,
    password: str,
    role: Role,
    display_name: str,
    clock: Clock,
    locale: str | None = None,
    seller_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> UUID:
    """Somebody who can sign in to the unit of work's brand; her id."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        words = N_("Choose a password of %(least)s characters at least.")
        raise Invalid({"password": [(words, {"least": SHORTEST_PASSWORD})]})
    if _user(uow, email) is not None:
        raise EmailTaken
    user = User(
        brand_id=uow.brand_id,
        id=new_id(),
        email=email,
        email_key=identity_key(email),
        password_hash=passwords.hash_password(password),
        role=role,
        display_name=display_name,
        locale=locale,
        seller_id=seller_id,
        customer_id=customer_id,
        active=True,
        created_at=clock(),
        password_set_at=clock(),
    )
    uow.session.add(user)
    uow.session.flush()
    return user.id


def set_active(uow: UnitOfWork, email: str, *, active: bool) -> None:
    """A suspended person is out at her next request; her sessions stay but open nothing."""
    user = _user(uow, email)
    if user is None:
        raise SignInRefused
    user.active = active


def sign_in(uow: UnitOfWork, email: str, password: str) -> UserView:
    """Who this is. Raises SignInRefused, always after the same work."""
    user = _user(uow, email)
    known = passwords.verify(user.password_hash if user else None, password)
    if user is None or not known or not user.active:
        raise SignInRefused
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    return view(user)


def _user(uow: UnitOfWork, email: str) -> User | None:
    return uow.session.scalar(
        select(User).where(User.brand_id == uow.brand_id, User.email_key == identity_key(email))
    )
