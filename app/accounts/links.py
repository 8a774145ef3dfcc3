"""Personal links: a capability for one purpose, found by its hash."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update

from app.accounts.domain import LinkPurpose
from app.accounts.errors import LinkNotUsable
from app.accounts.models import PersonalLink
from app.accounts.tokens import hash_of, is_token, new_token
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.ids import new_id


def issue_link(
    uow: UnitOfWork,
    purpose: LinkPurpose,
    meeting_id: UUID | None,
    customer_id: UUID | None,
    expires_at: datetime,
    *,
    seller_id: UUID | None = None,
) -> str:
    """The token, to be put into a mail or shown once: we keep only its hash."""
    token = new_token()
    uow.session.add(
        PersonalLink(
            brand_id=uow.brand_id,
            id=new_id(),
            token_hash=hash_of(token),
            purpose=purpose,
            meeting_id=meeting_id,
            customer_id=customer_id,
            seller_id=seller_id,
            expires_at=expires_at,
            created_at=uow.clock(),
        )
    )
    return token


def revoke_links(
    uow: UnitOfWork,
    meeting_id: UUID,
    *,
    customer_id: UUID | None = None,
    purpose: LinkPurpose | None = None,
) -> int:
    """End the links of a meeting, or only one person's, or one purpose's; how many ended."""
    statement = update(PersonalLink).where(
        PersonalLink.brand_id == uow.brand_id,
        PersonalLink.meeting_id == meeting_id,
        PersonalLink.revoked_at.is_(None),
    )
    if customer_id is not None:
        statement = statement.where(PersonalLink.customer_id == customer_id)
    if purpose is not None:
        statement = statement.where(PersonalLink.purpose == purpose)
    ended = uow.session.execute(statement.values(revoked_at=uow.clock()).returning(PersonalLink.id))
    return len(ended.all())


def move_links(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """Links of one card open what they opened, for the card that stands for it now."""
    hers = update(PersonalLink).where(
        PersonalLink.brand_id == uow.brand_id, PersonalLink.customer_id == from_id
    )
    uow.session.execute(hers.values(customer_id=to_id))


def holds_link(uow: UnitOfWork, purpose: LinkPurpose, meeting_id: UUID, customer_id: UUID) -> bool:
    """Whether she has been given one that still works."""
    found = exists().where(
        PersonalLink.brand_id == uow.brand_id,
        PersonalLink.meeting_id == meeting_id,
        PersonalLink.customer_id == customer_id,
        PersonalLink.purpose == purpose,
        PersonalLink.revoked_at.is_(None),
        PersonalLink.expires_at > uow.clock(),
    )
    return bool(uow.session.scalar(select(found)))


def follow_link(uow: UnitOfWork, purpose: LinkPurpose, token: str) -> Actor:
    """Who the bearer is. Following consumes nothing. Raises LinkNotUsable, whatever is wrong."""
    link = uow.session.scalar(
        select(PersonalLink).where(
            PersonalLink.brand_id == uow.brand_id,
            PersonalLink.token_hash == hash_of(token if is_token(token) else ""),
            PersonalLink.purpose == purpose,
            PersonalLink.revoked_at.is_(None),
            PersonalLink.expires_at > uow.clock(),
        )
    )
    if link is None:
        raise LinkNotUsable
    return Actor(
        brand_id=uow.brand_id,
        role=Role.HOST if purpose is LinkPurpose.HOST else Role.CUSTOMER,
        seller_id=link.seller_id,
        customer_id=link.customer_id,
        meeting_id=link.meeting_id,
    )
