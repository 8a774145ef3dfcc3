"""A message is logged with its exact content before anything is sent."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.infra import mailer
from app.infra.uow import UnitOfWork
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.notifications.events import EmailWritten
from app.notifications.models import Email, EmailFate

SECRET = "*" * 12
"""Stands in the kept text where the message that leaves has its secret."""


@dataclass(frozen=True, slots=True)
class Written:
    """A composed message; `key` says what it tells, so that it is told once."""

    key: str
    kind: str
    customer_id: UUID | None
    """None: somebody of the team, who has no card; then `to_name` is her name."""
    meeting_id: UUID | None
    to_address: str | None
    locale: str
    subject: str
    text: str
    html: str
    to_name: str | None = None
    secret: str | None = None
    """What opens an account or a page is sent in the place of `SECRET`, and kept no longer."""


def is_written(uow: UnitOfWork, key: str) -> bool:
    return uow.session.scalar(select(Email.id).where(Email.key == key)) is not None


def write_email(uow: UnitOfWork, message: Written, *, clock: Clock) -> UUID:
    """Sent once this transaction is committed; without an address there is nothing to send."""
    fate = EmailFate.QUEUED if message.to_address else EmailFate.UNADDRESSED
    email_id = new_id()
    email = Email(
        brand_id=uow.brand_id,
        id=email_id,
        key=message.key,
        kind=message.kind,
        customer_id=message.customer_id,
        meeting_id=message.meeting_id,
        to_address=message.to_address or "",
        to_name=message.to_name,
        secret=message.secret if message.to_address else None,
        locale=message.locale,
        subject=message.subject,
        text=message.text,
        html=message.html,
        message_id=mailer.message_id_of(email_id),
        fate=fate,
        created_at=clock(),
    )
    uow.session.add(email)
    if fate is EmailFate.QUEUED:
        uow.record(EmailWritten(entity_id=email.id, revision=1))
    return email_id
