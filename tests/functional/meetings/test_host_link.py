"""The host's link: sent again or shown once, never two that work at a time, never a flood."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from app.accounts.domain import LinkPurpose
from app.accounts.services import issue_link
from app.infra.jobs.drain import drain
from app.meetings.services import lifecycle
from app.meetings.services.closing import close_meeting
from app.notifications.queries import EmailView, emails_of
from app.notifications.services.inviting import MOST_A_DAY
from tests.functional.meetings.test_meeting_pages import text
from tests.support.gathering import Stage

LINK = re.compile(r"http://[^/]+(/h/[A-Za-z0-9_-]{43})")


@pytest.fixture
def host_id(stage) -> UUID:
    return stage.customer("Sophie", "Marchand", email="sophie@example.org")


@pytest.fixture
def silent_id(stage) -> UUID:
    """A host without an address."""
    return stage.customer("Maud", "Bernard")


def link_to(stage: Stage, meeting_id: UUID, host_id: UUID) -> str:
    with stage.uow() as work:
        until = stage.now() + timedelta(days=30)
        return "/h/" + issue_link(work, LinkPurpose.HOST, meeting_id, host_id, until)


def mails_to(stage: Stage, host_id: UUID) -> tuple[EmailView, ...]:
    with stage.uow() as work:
        return emails_of(work.session, host_id)


def some_time_later(stage: Stage, hours: float) -> None:
    with stage.uow() as work:
        moved = "UPDATE emails SET created_at = created_at - make_interval(secs => :seconds)"
        work.session.execute(sql(moved), {"seconds": hours * 3_600})


# ---------------------------------------------------------------------------------- by e-mail


def test_a_fresh_link_is_sent_and_the_ones_before_end(
    app, seller, new_client, brand, stage, host_id, mailbox
) -> None:
    meeting_id = stage.meeting(host_id=host_id)
    before = link_to(stage, meeting_id, host_id)
    visitor = new_client(brand)
    page = text(seller.get(f"/meetings/{meeting_id}?tab=host"))

    answer = seller.submit(f"/meetings/{meeting_id}/host-link")
    told = text(seller.follow(answer))
    with app.app_context():
        drain()

    assert "Envoyer son lien à l’hôte" in page
    assert "sophie@example.org" in page
    assert "Son lien part à l’adresse sophie@example.org" in told
    assert visitor.get(before).status_code == 404
    sent = {mail["Message-ID"]: mail for mail in mailbox.to("sophie@example.org")}
    fresh = sent[mails_to(stage, host_id)[-1].message_id].get_body(("plain",)).get_content()
    assert visitor.get(LINK.search(fresh)[1]).status_code == 200
    assert len(sent) == 2


def test_two_clicks_send_one_link(seller, stage, host_id) -> None:
    meeting_id = stage.meeting(host_id=host_id)
    path = f"/meetings/{meeting_id}/host-link"

    seller.follow(seller.submit(path))
    second = seller.submit(path)

    assert len(mails_to(stage, host_id)) == 1
    told = text(seller.follow(second))
    assert "vient d’être envoyé à sophie@example.org" in told


def test_a_mended_address_need_not_wait(seller, stage, host_id) -> None:
    meeting_id = stage.meeting(host_id=host_id)
    seller.submit(f"/meetings/{meeting_id}/host-link")
    with stage.uow() as work:
        mended = "UPDATE customers SET email = 's@example.org' WHERE id = :id"
        work.session.execute(sql(mended), {"id": host_id})

    seller.submit(f"/meetings/{meeting_id}/host-link")

    assert {mail.to_address for mail in mails_to(stage, host_id)} == {
        "sophie@example.org",
        "s@example.org",
    }


def test_a_day_has_its_limit_and_the_next_day_is_another(seller, stage, host_id) -> None:
    meeting_id = stage.meeting(host_id=host_id)
    path = f"/meetings/{meeting_id}/host-link"

    for _ in range(MOST_A_DAY + 1):
        answer = seller.submit(path)
        some_time_later(stage, hours=1)

    assert "Réessayez demain" in text(seller.follow(answer))
    assert len(mails_to(stage, host_id)) == MOST_A_DAY
    some_time_later(stage, hours=24)
    seller.submit(path)
    assert len(mails_to(stage, host_id)) == MOST_A_DAY + 1


def test_after_closing_she_still_gets_her_link_but_not_to_a_cancelled_meeting(
    seller, stage, host_id
) -> None:
    closed, cancelled = stage.meeting(days=-1, host_id=host_id), stage.meeting(host_id=host_id)
    stage.do(close_meeting, closed)
    stage.do(lifecycle.cancel_meeting, cancelled)

    assert seller.submit(f"/meetings/{closed}/host-link").status_code == 303
    assert len(mails_to(stage, host_id)) == 1
    refused = text(seller.follow(seller.submit(f"/meetings/{cancelled}/host-link")))
    assert "flash-error" in refused
    assert len(mails_to(stage, host_id)) == 1
    assert "/host-link" not in text(seller.get(f"/meetings/{cancelled}?tab=host"))
    assert seller.submit(f"/meetings/{cancelled}/host-link/copy").status_code == 303


def test_without_an_address_nothing_is_sent_and_no_link_ends(
    seller, new_client, brand, stage, silent_id
) -> None:
    meeting_id = stage.meeting(host_id=silent_id)
    before = link_to(stage, meeting_id, silent_id)

    answer = seller.submit(f"/meetings/{meeting_id}/host-link")

    assert "flash-error" in text(seller.follow(answer))
    assert mails_to(stage, silent_id) == ()
    assert new_client(brand).get(before).status_code == 200


# ------------------------------------------------------------------------------------ to copy


def test_a_link_to_copy_is_shown_once_and_kept_nowhere(
    seller, new_client, brand, stage, silent_id, capfd
) -> None:
    meeting_id = stage.meeting(host_id=silent_id)
    before = link_to(stage, meeting_id, silent_id)
    page = text(seller.get(f"/meetings/{meeting_id}?tab=host"))

    answer = seller.submit(f"/meetings/{meeting_id}/host-link/copy")

    assert "Créer un lien à copier" in page
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    path = LINK.search(text(answer))[1]
    visitor = new_client(brand)
    assert visitor.get(path).status_code == 200
    assert visitor.get(before).status_code == 404
    token = path.removeprefix("/h/")
    assert token not in "".join(capfd.readouterr())
    assert token not in text(seller.get(f"/meetings/{meeting_id}?tab=host"))
    assert seller.get(f"/meetings/{meeting_id}/host-link/copy").status_code == 405


def test_links_are_made_at_a_human_pace(seller, stage, silent_id) -> None:
    path = f"/meetings/{stage.meeting(host_id=silent_id)}/host-link/copy"

    answers = [seller.submit(path).status_code for _ in range(32)]

    assert answers == [200] * 30 + [429] * 2
