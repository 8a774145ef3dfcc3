"""One e-mail over SMTP, in the steps that matter: refused, about to be sent, accepted, unknown.

Flask-Mail opens the connection; the conversation is ours, because the intent to send has to be
written down between the recipient and the text. No transaction is open while a server is waited
for.
"""

import re
import smtplib
import socket
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

from flask import current_app

from app.infra.extensions import mail as flask_mail

PATIENCE_SECONDS = 15.0
"""For each answer of the server; shorter than a lease."""
POLICY = SMTP.clone(cte_type="7bit")
OK = 250
MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Mail:
    """All that a message is made of: the same in every attempt, to the last byte."""

    message_id: str
    written_at: datetime
    sender_name: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    locale: str


class Unavailable(Exception):
    """Nobody has accepted the message; ask again later."""


class Rejected(Exception):
    """The server said no for good."""


class OutcomeUnknown(Exception):
    """The message left, and no answer came back: it may have been accepted."""


def deliver(mail: Mail, about_to_send: Callable[[], None]) -> None:
    """Returns when the server has accepted. `about_to_send` may raise: then nothing is sent."""
    content = compose(mail).as_bytes()
    with _conversation() as server:
        _address(server, mail)
        about_to_send()
        _hand_over(server, content)


def compose(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(header_text(mail.sender_name), addr_spec=sender_address())
    message["To"] = Address(header_text(mail.to_name), addr_spec=ascii_address(mail.to_address))
    message["Subject"] = header_text(mail.subject, longest=400)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = _sane_message_id(mail.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.locale
    message.set_boundary("=_" + re.sub(r"\W", "", mail.message_id)[:40])
    return message


def header_text(text: str, *, longest: int = LONGEST_NAME) -> str:
    """On one line and without characters that steer: whatever names hold, headers stay ours."""
    plain = "".join(" " if _is_steering(char) else char for char in text)
    return " ".join(plain.split())[:longest]


def sender_address() -> str:
    """The installation's own address; the brand gives the name in front of it."""
    return parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1]


def message_id_of(email_id: UUID) -> str:
    return f"<{email_id}@{sender_address().rpartition('@')[2] or 'localhost'}>"


def ascii_address(address: str) -> str:
    """As SMTP wants it: international domains in their ASCII form. Raises Rejected."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
        plain.encode("ascii")
        Address(addr_spec=plain)
    except (ValueError, IndexError, MessageError) as error:
        raise Rejected("this address cannot be written to") from error
    return plain


def _is_steering(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _sane_message_id(message_id: str) -> str:
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a Message-ID is <letters@domain>")
    return message_id


@contextmanager
def _conversation() -> Iterator[smtplib.SMTP]:
    try:
        with _patience():
            server = flask_mail.connect().configure_host()
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(_reason(error)) from error
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _address(server: smtplib.SMTP, mail: Mail) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        _must_accept(server.mail(sender_address()), unless=Unavailable)
        _must_accept(server.rcpt(ascii_address(mail.to_address)), unless=Rejected)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(_reason(error)) from error


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    answer: tuple[int, bytes | str]
    try:
        answer = server.data(content)
    except smtplib.SMTPDataError as error:
        answer = (error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(_reason(error)) from error
    _must_accept(answer, unless=Rejected)


def _must_accept(answer: tuple[int, bytes | str], *, unless: type[Exception]) -> None:
    """`unless` is raised when the no is for good (5xx), Unavailable when it is for now."""
    code, words = answer
    if code in {OK, 251}:
        return
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    raise (unless if code // 100 == 5 else Unavailable)(header_text(f"{code} {said}", longest=300))


def _reason(error: Exception) -> str:
    return header_text(f"{type(error).__name__}: {error}", longest=300)


@contextmanager
def _patience() -> Iterator[None]:
    """Flask-Mail has no timeout of its own; a socket keeps the default it was made under."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(
        min(PATIENCE_SECONDS, current_app.config.get("OUTBOX_LEASE_SECONDS", 30) / 2)
    )
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
