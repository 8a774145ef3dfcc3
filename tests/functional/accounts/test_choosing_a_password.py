"""Forgotten, invited, changed: each by letter or by hand, and once."""

import re

import pytest
from sqlalchemy import select, text

from app.accounts.services import ask_for_reset, invite
from app.infra.jobs.drain import drain
from app.kernel.actor import Role
from app.notifications.models import Email
from tests.conftest import PASSWORD
from tests.support.reading import text_of

ADDRESS = "sophie@example.org"
NEW = "trois petits chats gris"


@pytest.fixture
def deliver(app):
    """All that waits is done."""

    def do() -> None:
        with app.app_context():
            drain()

    return do


def link_in(message) -> str:
    body = message.get_body(("plain",)).get_content()
    return re.search(r"http\S+(/password/[\w-]{43})", body).group(1)


@pytest.fixture
def asked(client, make_user, deliver, mailbox):
    """The link Sophie was sent."""
    make_user(ADDRESS)
    answer = client.submit("/password/forgotten", email=f" {ADDRESS.upper()} ")
    deliver()
    assert client.follow(answer).status_code == 200
    return link_in(mailbox.to(ADDRESS)[-1])


def test_she_chooses_a_new_one_by_the_link_and_the_old_one_is_nothing(client, asked):
    page = client.get(asked)
    assert ADDRESS in text_of(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"

    chosen = client.submit(asked, password=NEW)

    assert chosen.location == "/sign-in"
    assert client.submit("/sign-in", email=ADDRESS, password=PASSWORD).status_code == 422
    assert client.submit("/sign-in", email=ADDRESS, password=NEW).status_code == 303


def test_the_link_works_once(client, asked):
    client.submit(asked, password=NEW)

    assert client.get(asked).status_code == 404
    assert client.submit(asked, password=NEW + "!").status_code == 404


def test_a_refused_password_leaves_the_link_as_it_is(client, asked):
    answer = client.submit(asked, password="marchand-1978")

    assert answer.status_code == 422
    assert "nom ou votre adresse" in text_of(answer)
    assert client.submit(asked, password=NEW).status_code == 303


def test_after_half_an_hour_it_works_no_more(client, asked, uow):
    with uow() as work:
        work.session.execute(
            text("UPDATE password_links SET expires_at = now() - interval '1 second'")
        )

    assert client.get(asked).status_code == 404


def test_looking_wears_nothing_out(client, asked):
    for _ in range(3):
        client.head(asked)
        client.get(asked)

    assert client.submit(asked, password=NEW).status_code == 303


def test_the_change_is_told_and_every_session_ends(
    client, asked, new_client, brand, deliver, mailbox
):
    elsewhere = new_client(brand)
    elsewhere.submit("/sign-in", email=ADDRESS, password=PASSWORD)
    assert elsewhere.get("/account").status_code == 200

    client.submit(asked, password=NEW)
    deliver()

    assert elsewhere.get("/account").status_code == 303
    assert mailbox.to(ADDRESS)[-1]["Subject"] == "Votre mot de passe a été changé"


def test_the_same_answer_whoever_is_asked_for(client, make_user, mailbox, deliver, uow):
    make_user(ADDRESS)
    make_user("suspended@example.org")
    with uow() as work:
        work.session.execute(text("UPDATE users SET active = false WHERE email LIKE 'susp%'"))
    pages = set()
    for address in (ADDRESS, "nobody@example.org", "suspended@example.org", ADDRESS):
        answer = client.submit("/password/forgotten", email=address)
        pages.add((answer.status_code, answer.location))
    deliver()

    assert pages == {(303, "/password/asked")}
    assert len(mailbox.messages) == 1


def test_secret_stays_in_the_letter_that_left(client, asked, uow, app):
    token = asked.rsplit("/", 1)[1]
    with uow() as work:
        email = work.session.scalars(select(Email)).one()
        kept = f"{email.text}{email.html}{email.secret}"
        fate = email.fate

    assert fate == "sent"
    assert token not in kept
    assert "/password/****" in kept


def test_another_brand_knows_nothing_of_the_link(asked, second_brand, new_client):
    assert new_client(second_brand).get(asked).status_code == 404


def test_an_invited_colleague_chooses_her_password_and_comes_in(
    client, make_user, uow, deliver, mailbox
):
    admin = make_user("admin@example.org", role=Role.BRAND_ADMIN)
    with uow() as work:
        invite(
            work,
            admin,
            email="lea@example.org",
            display_name="Léa Petit",
            role=Role.FINANCE,
            clock=work.clock,
        )
    deliver()
    letter = mailbox.to("lea@example.org")[-1]
    assert client.submit("/sign-in", email="lea@example.org", password=PASSWORD).status_code == 422

    client.submit(link_in(letter), password=NEW)
    deliver()

    answer = client.submit("/sign-in", email="lea@example.org", password=NEW)
    assert answer.location == "/console"
    assert len(mailbox.to("lea@example.org")) == 1, "no notice about her first password"


def test_a_newer_link_ends_the_one_before(client, asked, uow, deliver, mailbox):
    with uow() as work:
        work.session.execute(
            text("UPDATE password_links SET created_at = now() - interval '6 minutes'")
        )
    with uow() as work:
        ask_for_reset(work, ADDRESS, clock=work.clock)
    deliver()

    assert client.get(asked).status_code == 404
    assert client.get(link_in(mailbox.to(ADDRESS)[-1])).status_code == 200


def test_changing_it_keeps_this_browser_and_ends_the_others(client, sign_in, new_client, brand):
    sign_in()
    elsewhere = new_client(brand)
    elsewhere.submit("/sign-in", email=ADDRESS, password=PASSWORD)

    wrong = client.submit("/account/password", present="not this", password=NEW)
    right = client.submit("/account/password", present=PASSWORD, password=NEW)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
