"""Headers stay ours whatever names hold."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from app import create_app
from app.config import Settings
from app.infra.mailer import Mail, Rejected, ascii_address, compose


@pytest.fixture(scope="module", autouse=True)
def context():
    app = create_app(Settings(argon2_cheap=True, mail={"MAIL_DEFAULT_SENDER": "m@example.org"}))
    with app.app_context():
        yield


def mail(**changes: str) -> Mail:
    given = {
        "message_id": "<1@example.org>",
        "sender_name": "Maison Céleste",
        "to_name": "Zoé Petit",
        "to_address": "zoe@example.org",
        "subject": "Vous avez gagné 30 points",
        "text": "Bonjour\n",
        "html": "<p>Bonjour</p>",
        "locale": "fr",
    }
    return Mail(written_at=datetime(2026, 10, 10, tzinfo=UTC), **given | changes)


def parsed(wanted: Mail):
    return message_from_bytes(compose(wanted).as_bytes(), policy=policy.default)


INJECTIONS = [
    "Zoé\r\nBcc: all@example.org",
    "Zoé\nX-Evil: 1",
    "Zoé\x00",
    "Zoé\u2028Bcc: all@example.org",
    'Zoé" <all@example.org>, "',
    "Zoé\u202egro.live",
    "a" * 5_000,
]


@pytest.mark.parametrize("field", ["to_name", "sender_name", "subject"])
@pytest.mark.parametrize("evil", INJECTIONS)
def test_nothing_a_name_holds_becomes_a_header(field: str, evil: str) -> None:
    message = parsed(mail(**{field: evil}))

    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type", "Content-Language",
    }  # fmt: skip
    assert [address.addr_spec for address in message["To"].addresses] == ["zoe@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["m@example.org"]


@pytest.mark.parametrize(
    "address",
    ["", "zoe", "@example.org", "zoe@", "zoé@example.org", "a@b\r\nRCPT TO:<x@y>", "a b@x.org",
     "zoe@" + "x" * 300 + ".org", "zoe@exa mple.org", "zoe@example..org"],
)  # fmt: skip
def test_an_address_that_cannot_be_written_to_is_a_bounce_not_a_crash(address: str) -> None:
    with pytest.raises(Rejected):
        ascii_address(address)


def test_an_international_domain_is_written_in_ascii() -> None:
    assert ascii_address("zoe@exämple.org") == "zoe@xn--exmple-cua.org"


def test_each_attempt_is_the_same_to_the_last_byte() -> None:
    assert compose(mail()).as_bytes() == compose(mail()).as_bytes()


def test_it_is_readable_everywhere() -> None:
    content = compose(mail(text="Été " * 400)).as_bytes()

    assert content.isascii()
    assert max(len(line) for line in content.splitlines()) <= 998
