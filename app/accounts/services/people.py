"""The people of a brand: invited, given a role, suspended. Whoever loses a right is signed out."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import passwords
from app.accounts.common_passwords import must_be_good
from app.accounts.domain import STAFF, PasswordLinkPurpose
from app.accounts.errors import (
    AlreadyJoined,
    EmailTaken,
    LastAdministrator,
    NotOnOneself,
    RoleOfSellers,
    SignInRefused,
    UserNotFound,
)
from app.accounts.events import AddressChanged
from app.accounts.models import User
from app.accounts.services.choosing import end_links, want_link
from app.accounts.services.signed_in import end_all_of
from app.accounts.tokens import new_token
from app.audit.services import masked, record
from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.kernel.text import identity_key


def create_user(
    uow: UnitOfWork,
    *,
    email: str,
    password: str | None,
    role: Role,
    display_name: str,
    clock: Clock,
    locale: str | None = None,
    seller_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> UUID:
    """Somebody who can sign in to the unit of work's brand; her id. Without a password she is
    sent a link to choose one."""
    if password is not None:
        must_be_good(password, [display_name, email])
    if _user(uow, email) is not None:
        raise EmailTaken
    user = User(
        brand_id=uow.brand_id,
        id=new_id(),
        email=email,
        email_key=identity_key(email),
        password_hash=passwords.hash_password(new_token() if password is None else password),
        role=role,
        display_name=display_name,
        locale=locale,
        seller_id=seller_id,
        customer_id=customer_id,
        active=True,
        created_at=clock(),
        password_set_at=clock() if password is not None else None,
    )
    uow.session.add(user)
    uow.session.flush()
    if password is None:
        want_link(uow, user.id, PasswordLinkPurpose.INVITATION, clock=clock)
    return user.id


def invite(
    uow: UnitOfWork,
    actor: Actor,
    *,
    email: str,
    display_name: str,
    role: Role,
    clock: Clock,
    locale: str | None = None,
) -> UUID:
    """Somebody of the team, who chooses her password by a link. Raises EmailTaken."""
    _must_manage_people(actor)
    _must_be_for_staff(role)
    user_id = create_user(
        uow,
        email=email,
        password=None,
        role=role,
        display_name=display_name,
        locale=locale,
        clock=clock,
    )
    invited = {"email": masked(email), "role": role}
    record(uow, actor, "user.invite", "user", user_id, after=invited)
    return user_id


def invite_again(uow: UnitOfWork, actor: Actor, user_id: UUID, *, clock: Clock) -> None:
    """Another letter; the link before it ends. Sellers too. Raises AlreadyJoined."""
    _must_manage_people(actor)
    user = uow.session.get(User, (uow.brand_id, user_id))
    if user is None:
        raise UserNotFound
    if user.password_set_at is not None:
        raise AlreadyJoined
    want_link(uow, user.id, PasswordLinkPurpose.INVITATION, clock=clock)
    again = {"email": masked(user.email), "role": user.role}
    record(uow, actor, "user.invite", "user", user.id, after=again)


def change_role(uow: UnitOfWork, actor: Actor, user_id: UUID, role: Role, *, clock: Clock) -> None:
    """She signs in again, with the rights of her new role. The same role changes nothing."""
    _must_manage_people(actor)
    _must_be_for_staff(role)
    user = _colleague(uow, actor, user_id)
    if user.role == role:
        return
    _must_leave_an_administrator(uow, user)
    record(uow, actor, "user.role", "user", user.id, {"role": user.role}, {"role": role})
    user.role = role
    end_all_of(uow, user.id, now=clock())


def suspend(uow: UnitOfWork, actor: Actor, user_id: UUID, *, clock: Clock) -> None:
    """Out everywhere, at once, until she is restored. Raises LastAdministrator."""
    _must_manage_people(actor)
    user = _colleague(uow, actor, user_id)
    if not user.active:
        return
    _must_leave_an_administrator(uow, user)
    _switch(uow, actor, user, "user.suspend", active=False)
    end_all_of(uow, user.id, now=clock())


def restore(uow: UnitOfWork, actor: Actor, user_id: UUID) -> None:
    """She may sign in again, with her password and role as before."""
    _must_manage_people(actor)
    user = _colleague(uow, actor, user_id)
    if not user.active:
        _switch(uow, actor, user, "user.restore", active=True)


def change_address(
    uow: UnitOfWork, actor: Actor, user_id: UUID, email: str, *, clock: Clock
) -> None:
    """With which address somebody signs in. She is out everywhere, links to choose a password that
    are on their way end, and both addresses are told. The same address changes nothing.

    Raises EmailTaken, UserNotFound, NotOnOneself.
    """
    _must_manage_people(actor)
    user = _colleague(uow, actor, user_id)
    before = user.email
    if before == email:
        return
    _take_address(uow, user, email)
    told = {"email": masked(before)}, {"email": masked(email)}
    record(uow, actor, "user.address", "user", user.id, *told)
    end_all_of(uow, user.id, now=clock())
    end_links(uow, user.id, clock=clock)
    if user.password_set_at is None:
        want_link(uow, user.id, PasswordLinkPurpose.INVITATION, clock=clock)
    uow.record(AddressChanged(new_id(), 1, user.id, before, email))


def _take_address(uow: UnitOfWork, user: User, email: str) -> None:
    """Of two who take one address at once, one is told."""
    there = _user(uow, email)
    if there is not None and there.id != user.id:
        raise EmailTaken
    try:
        with uow.session.begin_nested():
            user.email, user.email_key = email, identity_key(email)
    except IntegrityError:
        raise EmailTaken from None


def set_active(uow: UnitOfWork, email: str, *, active: bool) -> None:
    """For operators, who know the address. Suspended, she is out at her next request."""
    user = _user(uow, email)
    if user is None:
        raise SignInRefused
    user.active = active
    if not active:
        end_all_of(uow, user.id, now=uow.clock())


def _switch(uow: UnitOfWork, actor: Actor, user: User, action: str, *, active: bool) -> None:
    record(uow, actor, action, "user", user.id, {"active": user.active}, {"active": active})
    user.active = active


def _must_manage_people(actor: Actor) -> None:
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM}:
        raise NotAllowed


def _must_be_for_staff(role: Role) -> None:
    if role not in STAFF:
        raise RoleOfSellers


def _colleague(uow: UnitOfWork, actor: Actor, user_id: UUID) -> User:
    """Somebody else of the team, held with every administrator: two of them who suspend each
    other at the same time come one after the other."""
    held = lock_where(
        uow.session, Rank.TEAM, User, (User.id == user_id) | (User.role == Role.BRAND_ADMIN)
    )
    user = next((one for one in held if one.id == user_id), None)
    if user is None:
        raise UserNotFound
    if user.id == actor.user_id:
        raise NotOnOneself
    if actor.user_id and not any(one.id == actor.user_id and one.active for one in held):
        raise NotAllowed
    return user


def _must_leave_an_administrator(uow: UnitOfWork, user: User) -> None:
    others = select(User.id).where(User.role == Role.BRAND_ADMIN, User.active, User.id != user.id)
    if user.role == Role.BRAND_ADMIN and uow.session.scalar(others.limit(1)) is None:
        raise LastAdministrator


def _user(uow: UnitOfWork, email: str) -> User | None:
    return uow.session.scalar(
        select(User).where(User.brand_id == uow.brand_id, User.email_key == identity_key(email))
    )
