"""The host's personal page: a fresh link by mail, or one that her seller passes on herself.

There is one way in at a time: a new link ends those before it.
"""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.domain import LinkPurpose
from app.accounts.links import holds_link, issue_link, revoke_links
from app.brands.queries import this_brand
from app.customers import queries as customers
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.meetings import queries as meetings
from app.meetings.errors import MeetingWasCancelled
from app.meetings.queries import MeetingCard
from app.meetings.repository import run_meeting
from app.notifications.errors import LinkJustSent, NoAddress, TooManyLinks
from app.notifications.models import Email
from app.notifications.services.writing import Written, write_email

INVITATION = "invitation"
PAUSE = timedelta(minutes=2)
DAY = timedelta(days=1)
MOST_A_DAY = 6


class Compose(Protocol):
    """Words an invitation: presenters know how, services do not."""

    def __call__(
        self, uow: UnitOfWork, key: str, meeting_id: UUID, *, clock: Clock
    ) -> Written | None: ...


def send_host_link(
    uow: UnitOfWork, actor: Actor, meeting_id: UUID, compose: Compose, *, clock: Clock
) -> str:
    """To which address it goes.

    Raises NoAddress, LinkJustSent, TooManyLinks, MeetingWasCancelled.
    """
    card = _held_by(uow, actor, meeting_id)
    address = customers.people(uow.session, [card.host_id])[card.host_id].email
    if not address:
        raise NoAddress
    _must_not_flood(uow, card, address, clock())
    revoke_links(uow, meeting_id, purpose=LinkPurpose.HOST)
    written = compose(uow, f"{INVITATION}:{meeting_id}:link:{new_id()}", meeting_id, clock=clock)
    assert written is not None, "only a cancelled meeting invites nobody"
    write_email(uow, written, clock=clock)
    return address


def create_host_link(uow: UnitOfWork, actor: Actor, meeting_id: UUID, *, clock: Clock) -> str:
    """The token, to be shown once. Raises MeetingWasCancelled."""
    card = _held_by(uow, actor, meeting_id)
    revoke_links(uow, meeting_id, purpose=LinkPurpose.HOST)
    return issue_host_link(uow, card, clock=clock)


def issue_host_link(uow: UnitOfWork, card: MeetingCard, *, clock: Clock) -> str:
    """The token of one more link: it works until the brand's delay after the meeting is over."""
    brand = this_brand(uow.session)
    from_when = max(card.starts_at, clock())
    until = from_when + timedelta(days=brand.settings.link_days)
    return issue_link(uow, LinkPurpose.HOST, card.id, card.host_id, until)


def has_page(uow: UnitOfWork, meeting_id: UUID) -> bool:
    """Whether its host holds a link that works."""
    card = meetings.meeting_cards(uow.session, [meeting_id])[meeting_id]
    return holds_link(uow, LinkPurpose.HOST, meeting_id, card.host_id)


def _held_by(uow: UnitOfWork, actor: Actor, meeting_id: UUID) -> MeetingCard:
    """Locked first, so that two clicks at once come one after the other."""
    if run_meeting(uow.session, actor, meeting_id).cancelled_at is not None:
        raise MeetingWasCancelled
    return meetings.meeting_card(uow.session, actor, meeting_id)


def is_flooded(uow: UnitOfWork, kind: str, customer_id: UUID, *, clock: Clock) -> bool:
    """Whether she just got a letter of this kind, or as many today as anybody should get."""
    now = clock()
    hers = [Email.customer_id == customer_id, Email.kind == kind, Email.created_at > now - DAY]
    count, latest = uow.session.execute(
        select(func.count(), func.max(Email.created_at)).where(*hers)
    ).one()
    return bool(count >= MOST_A_DAY or (latest is not None and latest > now - PAUSE))


def _must_not_flood(uow: UnitOfWork, card: MeetingCard, address: str, now: datetime) -> None:
    """An address that was mended meanwhile need not wait."""
    today = [Email.created_at > now - DAY, Email.kind == INVITATION]
    hers = [Email.customer_id == card.host_id, Email.meeting_id == card.id]
    to_her = Email.to_address == address
    statement = select(func.count(), func.max(Email.created_at).filter(to_her)).where(*today, *hers)
    count, latest = uow.session.execute(statement).one()
    if latest is not None and latest > now - PAUSE:
        raise LinkJustSent(address=address)
    if count >= MOST_A_DAY:
        raise TooManyLinks(most=MOST_A_DAY)
