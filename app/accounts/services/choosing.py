"""Choosing a password: by a link that came by mail, or by somebody who is signed in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.accounts import passwords
from app.accounts.common_passwords import must_be_good
from app.accounts.domain import INVITATION, PAUSE_BETWEEN_RESETS, RESET, PasswordLinkPurpose
from app.accounts.errors import PasswordLinkNotUsable, UserNotFound
from app.accounts.events import PasswordChanged, PasswordLinkWanted
from app.accounts.models import PasswordLink, User
from app.accounts.queries import UserView, view
from app.accounts.services.signed_in import end_all_of
from app.accounts.tokens import hash_of, is_token, new_token
from app.audit.services import masked, record, refused
from app.brands.queries import brand_by_id
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.text import identity_key
from app.kernel.words import N_

LIVES: dict[str, timedelta] = {
    PasswordLinkPurpose.RESET: RESET,
    PasswordLinkPurpose.INVITATION: INVITATION,
}
WRONG = N_("This is not your present password.")


@dataclass(frozen=True, slots=True)
class LinkView:
    user: UserView
    purpose: PasswordLinkPurpose


def ask_for_reset(uow: UnitOfWork, email: str, *, clock: Clock) -> None:
    """A letter to her address, if it is somebody's. Whoever asks learns nothing either way; of
    several within a few minutes only the first sends one."""
    found = select(User).where(User.brand_id == uow.brand_id, User.email_key == identity_key(email))
    user = uow.session.scalar(found)
    if user is None or not user.active or _asked_just_now(uow, user.id, clock):
        told = {"email": masked(email)}
        refused(uow, None, "account.reset", "not_sent", entity_type="user", told=told)
        return
    want_link(uow, user.id, PasswordLinkPurpose.RESET, clock=clock)
    record(uow, view(user).actor, "account.reset", "user", user.id)


def want_link(
    uow: UnitOfWork, user_id: UUID, purpose: PasswordLinkPurpose, *, clock: Clock
) -> None:
    """A letter will carry it. Until that is written nobody holds the link, we included."""
    now, link_id = clock(), new_id()
    uow.session.add(
        PasswordLink(
            brand_id=uow.brand_id,
            id=link_id,
            token_hash=hash_of(new_token()),
            user_id=user_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + LIVES[purpose],
        )
    )
    uow.record(PasswordLinkWanted(entity_id=link_id, revision=1))


def arm_password_link(uow: UnitOfWork, link_id: UUID, *, clock: Clock) -> tuple[LinkView, str]:
    """The link's token, made now, for the letter that carries it; those before it end.

    Its time begins with the letter. Raises PasswordLinkNotUsable when it has ended meanwhile.
    """
    link = uow.session.get(PasswordLink, (uow.brand_id, link_id))
    user = uow.session.get(User, (uow.brand_id, link.user_id)) if link else None
    if link is None or user is None or link.ended_at is not None or not user.active:
        raise PasswordLinkNotUsable
    now, token = clock(), new_token()
    end_links(uow, user.id, but=link.id, clock=clock)
    link.token_hash, link.expires_at = hash_of(token), now + LIVES[link.purpose]
    return LinkView(view(user), PasswordLinkPurpose(link.purpose)), token


def password_link(uow: UnitOfWork, token: str) -> LinkView:
    """Whose password it lets choose. Looking consumes nothing. Raises PasswordLinkNotUsable."""
    row = uow.session.execute(
        select(PasswordLink, User)
        .join(User, (User.brand_id == PasswordLink.brand_id) & (User.id == PasswordLink.user_id))
        .where(
            PasswordLink.brand_id == uow.brand_id,
            PasswordLink.token_hash == hash_of(token if is_token(token) else ""),
            PasswordLink.ended_at.is_(None),
            PasswordLink.expires_at > uow.clock(),
            User.active,
        )
    ).one_or_none()
    if row is None:
        raise PasswordLinkNotUsable
    return LinkView(view(row[1]), PasswordLinkPurpose(row[0].purpose))


def choose_password(uow: UnitOfWork, token: str, password: str, *, clock: Clock) -> UserView:
    """Consumes the link: of two at once, one chooses. Everywhere she was signed in ends.

    Raises PasswordLinkNotUsable; Invalid for a password that is too easy, and then the link
    still works.
    """
    link = password_link(uow, token)
    _must_suit(uow, link.user, password)
    statement = (
        update(PasswordLink)
        .where(
            PasswordLink.brand_id == uow.brand_id,
            PasswordLink.token_hash == hash_of(token),
            PasswordLink.ended_at.is_(None),
        )
        .values(ended_at=clock())
        .returning(PasswordLink.id)
    )
    if uow.session.scalar(statement) is None:
        raise PasswordLinkNotUsable
    is_new = link.purpose is PasswordLinkPurpose.INVITATION
    _set(uow, link.user, password, clock=clock, tell=not is_new)
    return link.user


def change_password(
    uow: UnitOfWork,
    actor: Actor,
    present: str,
    password: str,
    *,
    but: UUID | None,
    clock: Clock,
) -> None:
    """By somebody signed in, who says her present one again. `but` is her browser's session."""
    user = uow.session.get(User, (uow.brand_id, actor.user_id))
    if user is None:
        raise UserNotFound
    if not passwords.verify(user.password_hash, present):
        raise Invalid({"present": [WRONG]})
    _must_suit(uow, view(user), password)
    _set(uow, view(user), password, clock=clock, but=but)


def _set(
    uow: UnitOfWork,
    person: UserView,
    password: str,
    *,
    clock: Clock,
    tell: bool = True,
    but: UUID | None = None,
) -> None:
    user = uow.session.get(User, (uow.brand_id, person.id))
    assert user is not None
    now = clock()
    user.password_hash, user.password_set_at = passwords.hash_password(password), now
    end_links(uow, user.id, clock=clock)
    end_all_of(uow, user.id, now=now, but=but)
    record(uow, person.actor, "account.password", "user", user.id)
    if tell:
        uow.record(PasswordChanged(entity_id=new_id(), revision=1, user_id=user.id))


def _must_suit(uow: UnitOfWork, person: UserView, password: str) -> None:
    brand = brand_by_id(uow.session, uow.brand_id)
    hers = [person.display_name, person.email, *([brand.name, brand.slug] if brand else [])]
    must_be_good(password, hers)


def _asked_just_now(uow: UnitOfWork, user_id: UUID, clock: Clock) -> bool:
    statement = select(PasswordLink.id).where(
        PasswordLink.user_id == user_id,
        PasswordLink.purpose == PasswordLinkPurpose.RESET,
        PasswordLink.created_at > clock() - PAUSE_BETWEEN_RESETS,
        PasswordLink.ended_at.is_(None),
    )
    return uow.session.scalar(statement.limit(1)) is not None


def end_links(uow: UnitOfWork, user_id: UUID, *, but: UUID | None = None, clock: Clock) -> None:
    statement = update(PasswordLink).where(
        PasswordLink.brand_id == uow.brand_id,
        PasswordLink.user_id == user_id,
        PasswordLink.ended_at.is_(None),
    )
    if but is not None:
        statement = statement.where(PasswordLink.id != but)
    uow.session.execute(statement.values(ended_at=clock()))
