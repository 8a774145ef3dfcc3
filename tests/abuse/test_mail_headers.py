"""Names are typed by people: in a mail's headers they stay names."""

from datetime import UTC, datetime

import pytest

from app.infra.mailer import Mail, compose

HOSTILE = [
    "Zoé\r\nBcc: thief@example.com",
    "Zoé\nTo: thief@example.com",
    "Zoé\x00\x0b\x1b",
    "a, b <thief@example.com>; c",
    '"quoted" \\ <script>',
    "=?utf-8?q?thief=40example.com?=",
    "\u202eelbon\u2066 \u2028Bcc: x",
    "💐" * 80,
    "%(name)s {{7*7}} ${x}",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_name_adds_no_header_and_no_recipient(app_context, name):
    mail = Mail(
        message_id="<01890000-0000-7000-8000-000000000000@example.org>",
        written_at=datetime(2026, 10, 10, tzinfo=UTC),
        sender_name=name,
        to_name=name,
        to_address="zoe@example.org",
        subject=name,
        text="Bonjour",
        html="<p>Bonjour</p>",
        locale="fr",
    )

    sent = compose(mail)

    assert [one.addr_spec for one in sent["To"].addresses] == ["zoe@example.org"]
    assert [one.addr_spec for one in sent["From"].addresses] == ["convive@example.org"]
    head = sent.as_bytes().partition(b"\r\n\r\n")[0]
    names = {
        line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"
    }
    assert not names & {b"bcc", b"cc", b"reply-to"}
    assert sorted(names).count(b"to") == 1
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
