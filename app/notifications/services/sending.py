"""Sending one message: claimed, intended, handed over, marked. No transaction waits for SMTP.

A worker killed between the server's 250 and our commit leaves the row in state `data`: it is sent
again under the same Message-ID, and counted as a repeat. At every other step nothing is repeated.
"""

from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.brands.queries import this_brand
from app.customers import queries as customers
from app.infra import mailer
from app.infra.jobs import claims
from app.infra.jobs.effects import Claim, TryLater
from app.infra.mailer import Mail, Rejected, Unavailable
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.notifications.models import Email, EmailFate
from app.notifications.services.writing import SECRET


def send(message: Claim) -> None:
    """Raises TryLater while the mail server accepts nothing."""
    mail = transact(partial(_take, message), message.brand_id)
    if mail is None:
        return
    try:
        mailer.deliver(mail, partial(_intend, message))
    except Rejected as rejected:
        transact(partial(_mark, message, EmailFate.BOUNCED, str(rejected)), message.brand_id)
    except Unavailable as unavailable:
        attempts = transact(partial(_note, message, str(unavailable)), message.brand_id)
        raise TryLater(str(unavailable), claims.pause_after(attempts)) from unavailable
    else:
        transact(partial(_mark, message, EmailFate.SENT, None), message.brand_id)


def give_up(uow: UnitOfWork, message: Claim, error: str) -> None:
    """No more tries: visible on the customer's card, and staff may send it again."""
    email = _email(uow, message.entity_id)
    email.fate, email.last_error = EmailFate.FAILED, error[: claims.LONGEST_ERROR]


def _take(message: Claim, uow: UnitOfWork) -> Mail | None:
    email = _email(uow, message.entity_id)
    if email.fate not in {EmailFate.QUEUED, EmailFate.FAILED}:
        claims.finish(uow.session, message)
        return None
    claims.renew(uow.session, message)
    email.fate = EmailFate.QUEUED
    email.attempts += 1
    email.repeats = message.ambiguous
    brand = this_brand(uow.session)
    return Mail(
        message_id=email.message_id,
        written_at=email.created_at,
        sender_name=brand.name,
        to_name=email.to_name or _name_on_card(uow, email),
        to_address=email.to_address,
        subject=email.subject,
        text=email.text.replace(SECRET, email.secret) if email.secret else email.text,
        html=email.html.replace(SECRET, email.secret) if email.secret else email.html,
        locale=email.locale,
    )


def _name_on_card(uow: UnitOfWork, email: Email) -> str:
    if email.customer_id is None:
        return ""
    return customers.people(uow.session, [email.customer_id])[email.customer_id].name


def _intend(message: Claim) -> None:
    """Committed between the recipient's acceptance and DATA. Raises LeaseLost."""
    with unit_of_work(None) as uow:
        claims.intend(uow.session, message)


def _mark(message: Claim, fate: EmailFate, error: str | None, uow: UnitOfWork) -> None:
    email = _email(uow, message.entity_id)
    email.fate, email.last_error = fate, error
    email.sent_at = uow.clock() if fate is EmailFate.SENT else None
    email.secret = None
    uow.session.flush()
    claims.stamp(uow.session, message)


def _note(message: Claim, error: str, uow: UnitOfWork) -> int:
    email = _email(uow, message.entity_id)
    email.last_error = error
    return email.attempts


def _email(uow: UnitOfWork, email_id: UUID) -> Email:
    return uow.session.scalars(select(Email).where(Email.id == email_id)).one()
