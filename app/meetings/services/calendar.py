"""A seller's own calendar: a secret address that her calendar program reads, until she ends it."""

from sqlalchemy import select, update

from app.accounts.tokens import hash_of, is_token, new_token
from app.audit.services import record
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import NotAllowed
from app.kernel.ids import new_id
from app.meetings.errors import CalendarLinkNotUsable
from app.meetings.models import CalendarLink
from app.sellers import queries as sellers


def create_calendar_link(uow: UnitOfWork, actor: Actor, *, clock: Clock) -> str:
    """The secret part of its address, shown once: we keep only its hash. The one before ends."""
    if actor.seller_id is None:
        raise NotAllowed
    revoke_calendar_link(uow, actor, clock=clock)
    token = new_token()
    uow.session.add(
        CalendarLink(
            brand_id=uow.brand_id,
            id=new_id(),
            seller_id=actor.seller_id,
            token_hash=hash_of(token),
            created_at=clock(),
        )
    )
    record(uow, actor, "calendar_link.create", "seller", actor.seller_id)
    return token


def revoke_calendar_link(uow: UnitOfWork, actor: Actor, *, clock: Clock) -> None:
    """Whoever holds the address reads nothing any more. Without one, nothing happens."""
    standing = CalendarLink.seller_id == actor.seller_id, CalendarLink.revoked_at.is_(None)
    ended = update(CalendarLink).where(*standing).values(revoked_at=clock())
    if uow.session.execute(ended.returning(CalendarLink.id)).first():
        record(uow, actor, "calendar_link.revoke", "seller", actor.seller_id)


def follow_calendar_link(uow: UnitOfWork, token: str) -> Actor:
    """Whose meetings its bearer may read. Raises CalendarLinkNotUsable, whatever is wrong."""
    found = uow.session.scalar(
        select(CalendarLink.seller_id).where(
            CalendarLink.brand_id == uow.brand_id,
            CalendarLink.token_hash == hash_of(token if is_token(token) else ""),
            CalendarLink.revoked_at.is_(None),
        )
    )
    seller = sellers.sellers(uow.session, [found]).get(found) if found else None
    if seller is None or not seller.active:
        raise CalendarLinkNotUsable
    return Actor(
        brand_id=uow.brand_id,
        role=Role.SELLER,
        seller_id=seller.id,
        customer_id=seller.customer_id,
    )
