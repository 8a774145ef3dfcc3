"""The demo's mailbox page: what was sent is there to read, and can do nothing."""

from pathlib import Path

import pytest

from app import create_app
from app.config import Settings

MESSAGE = """\
X-RcptTo: zoe@example.org
From: Maison <convive@example.org>
To: Zoe <zoe@example.org>
Subject: =?utf-8?q?Vous_avez_gagn=C3=A9?= <b>
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Votre page : http://localhost:8000/h/token.
--x
Content-Type: text/html; charset=utf-8

<p><script>alert(1)</script><a href="http://localhost:8000/h/token">Voir <b>ma</b> page</a>
<a href="javascript:alert(1)">non</a></p>
--x--
"""


@pytest.fixture
def folder(settings) -> Path:
    settings.mailbox.mkdir(parents=True, exist_ok=True)
    for old in settings.mailbox.iterdir():
        old.unlink()
    return settings.mailbox


def keep(folder: Path, name: str, text: str = MESSAGE) -> None:
    (folder / f"{name}.eml").write_text(text)


def test_an_empty_mailbox_says_so(client, folder) -> None:
    assert client.get("/mailbox").status_code == 200


def test_the_newest_message_comes_first(client, folder) -> None:
    keep(folder, "1760000000000000000-aaaaaa", MESSAGE.replace("<b>", "first"))
    keep(folder, "1760000001000000000-bbbbbb", MESSAGE.replace("<b>", "second"))

    page = client.get("/mailbox").get_data(as_text=True)

    assert page.index("second") < page.index("first")


def test_a_message_shows_its_text_its_links_and_a_frame_that_may_run_nothing(
    client, folder
) -> None:
    keep(folder, "1760000000000000000-aaaaaa")

    answer = client.get("/mailbox/1760000000000000000-aaaaaa")
    page = answer.get_data(as_text=True)
    framed = client.get("/mailbox/1760000000000000000-aaaaaa/formatted")

    assert "Voir ma page" in page
    assert 'href="http://localhost:8000/h/token"' in page
    assert "javascript:" not in page
    assert 'sandbox="allow-same-origin"' in page  # to be measured; nothing in it runs
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "alert(1)" in framed.get_data(as_text=True)
    assert framed.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert framed.headers["Content-Security-Policy"].endswith("sandbox allow-same-origin")
    assert "script" not in framed.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wanted", ["nothing", "..%2f..%2fetc%2fpasswd", "1760000000000000000-zzzzzz", "-", "%00"]
)
def test_what_is_no_message_is_not_found(client, folder, wanted) -> None:
    assert client.get(f"/mailbox/{wanted}").status_code == 404


@pytest.mark.parametrize(
    "text", ["", "no headers", "Content-Type: multipart/mixed\n\n", "Content-Type: x/y\n\n\x00"]
)
def test_a_message_in_pieces_is_shown_as_far_as_it_goes(client, folder, text) -> None:
    keep(folder, "1760000000000000000-aaaaaa", text)

    assert client.get("/mailbox").status_code == 200
    assert client.get("/mailbox/1760000000000000000-aaaaaa").status_code == 200


def test_where_mail_goes_to_a_real_server_there_is_no_mailbox() -> None:
    app = create_app(Settings(secret_key="for tests only", argon2_cheap=True))

    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/mailbox")]
