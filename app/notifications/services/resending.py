"""Sending a message once more, because staff asked for it."""

from uuid import UUID

from sqlalchemy import func, select

from app.customers import queries as customers
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.meetings import queries as meetings
from app.meetings.services.order_links import issue_order_link
from app.notifications.errors import EmailNotFound, EmailOnItsWay, NoAddress, NotSentAgain
from app.notifications.models import Email, EmailFate
from app.notifications.services.inviting import issue_host_link
from app.notifications.services.writing import SECRET, Written, write_email
from app.orders import queries as orders

RESENT = ":again:"
ORDER_PLACED = "order_placed"


def resend_email(uow: UnitOfWork, email_id: UUID, *, clock: Clock) -> UUID:
    """The same words as a new message, to the address that is on the card by now; a personal page
    gets a link of its own, for the one that was sent is not kept."""
    email = uow.session.scalar(select(Email).where(Email.id == email_id))
    if email is None:
        raise EmailNotFound
    if email.fate == EmailFate.QUEUED:
        raise EmailOnItsWay
    if email.customer_id is None:
        raise NotSentAgain
    person = customers.people(uow.session, [email.customer_id])[email.customer_id]
    if not person.email:
        raise NoAddress
    again = Written(
        key=_next_key(uow, email.key),
        kind=email.kind,
        customer_id=email.customer_id,
        meeting_id=email.meeting_id,
        to_address=person.email,
        locale=email.locale,
        subject=email.subject,
        text=email.text,
        html=email.html,
        secret=_fresh_link(uow, email, clock=clock) if SECRET in email.text else None,
    )
    return write_email(uow, again, clock=clock)


def _fresh_link(uow: UnitOfWork, email: Email, *, clock: Clock) -> str:
    """Only for whoever is still the host of a meeting that takes place."""
    if email.kind in {"order_link", ORDER_PLACED}:
        return _fresh_order_link(uow, email, clock=clock)
    assert email.meeting_id is not None
    card = meetings.meeting_cards(uow.session, [email.meeting_id])[email.meeting_id]
    if card.host_id != email.customer_id or card.status == "cancelled":
        raise NotSentAgain
    return issue_host_link(uow, card, clock=clock)


def _fresh_order_link(uow: UnitOfWork, email: Email, *, clock: Clock) -> str:
    """Outside meetings, only the order says whose customer she is."""
    assert email.customer_id is not None
    seller_id = None
    if email.meeting_id is None:
        if email.kind != ORDER_PLACED:
            raise NotSentAgain
        order_id = UUID(email.key.split(":")[1])
        seller_id = orders.orders_by_id(uow.session, [order_id])[order_id].seller_id
    return issue_order_link(
        uow, email.customer_id, meeting_id=email.meeting_id, seller_id=seller_id, clock=clock
    )


def _next_key(uow: UnitOfWork, key: str) -> str:
    """Two people asking at once get the same key: the unique constraint lets one of them in."""
    first = key.partition(RESENT)[0]
    statement = select(func.count()).where(Email.key.startswith(first + RESENT, autoescape=True))
    return f"{first}{RESENT}{(uow.session.scalar(statement) or 0) + 1}"
