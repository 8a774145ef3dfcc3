"""Signing in: always the same work, whatever is wrong."""

from sqlalchemy import select

from app.accounts import passwords
from app.accounts.errors import SignInRefused
from app.accounts.models import User
from app.accounts.queries import UserView, view
from app.audit.services import record
from app.infra.uow import UnitOfWork
from app.kernel.text import identity_key


def sign_in(uow: UnitOfWork, email: str, password: str, *, device: str = "") -> UserView:
    """Who this is. Raises SignInRefused, always after the same work."""
    user = uow.session.scalar(
        select(User).where(User.brand_id == uow.brand_id, User.email_key == identity_key(email))
    )
    known = passwords.verify(user.password_hash if user else None, password)
    if user is None or not known or not user.active:
        raise SignInRefused
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    found = view(user)
    record(uow, found.actor, "account.sign_in", "user", user.id, after={"device": device})
    return found
