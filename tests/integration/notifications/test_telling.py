"""A meeting closes; whoever won something reads of it in her mailbox, once."""

import re
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import text

from app.customers.services import NewCustomer, add_to_book, create_customer
from app.infra.jobs.drain import Fate, drain
from app.kernel.actor import system
from app.meetings.services import guests, ordering
from app.meetings.services.lifecycle import cancel_meeting
from app.notifications.queries import emails_of
from app.notifications.services.writing import SECRET
from app.orders.queries import orders_of_meetings
from app.rewards.services.settlement import settle_meeting
from tests.support.outbox import row
from tests.support.rewards import at_least, percent, points, programme, rule
from tests.support.winning import Winning, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    stage.publish()
    stage.gift("TARTE")
    stage.gift("COUTEAU")
    return stage


@pytest.fixture
def drained(app):
    def run() -> dict[Fate, int]:
        with app.app_context():
            return dict(drain())

    return run


@pytest.fixture
def host(stage):
    return stage.customer("Sophie", "Marchand", email="sophie@example.org")


def guest_with_mail(stage, meeting_id, name, **given) -> Any:
    customer_id = stage.customer(name, "Petit", email=f"{name.lower()}@example.org", **given)
    participant_id = stage.do(guests.add_participant, meeting_id, customer_id)
    return participant_id, customer_id


def plain(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n").replace("\u00a0", " ")


def formatted(message: EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


def logged(uow, customer_id) -> Any:
    with uow() as work:
        return emails_of(work.session, customer_id)


def due_again(uow) -> None:
    with uow(None) as work:
        work.session.execute(text("UPDATE outbox SET next_at = now() WHERE status = 'new'"))


def test_a_host_gets_her_page_when_the_meeting_is_planned_and_her_winnings_when_it_closes(
    stage, host, drained, mailbox, client
) -> None:
    meeting_id = stage.held(host_id=host)
    drained()
    [invitation] = mailbox.to("sophie@example.org")

    stage.close(meeting_id)
    drained()

    _, winnings = mailbox.to("sophie@example.org")
    told = plain(winnings)
    assert "Vous avez gagné 3 récompenses" in winnings["Subject"]
    assert "10 points" in told
    assert "30 points" in told
    assert "Plat à tarte" in told
    assert winnings.get_content_type() == "multipart/alternative"
    for message in (invitation, winnings):
        [link] = set(re.findall(r"http://\S+/h/[\w-]{43}", plain(message)))
        assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200
    assert "<style" not in formatted(winnings)
    assert 'style="' in formatted(winnings)


def test_the_log_of_messages_opens_no_page(stage, host, drained, mailbox, uow) -> None:
    stage.close(stage.held(host_id=host))
    drained()

    for mail in logged(uow, host):
        assert not re.search(r"/h/[\w-]{43}", mail.text + mail.html)
    with uow() as work:
        assert set(work.session.scalars(text("SELECT secret FROM emails"))) == {None}


def test_an_invitation_sent_again_has_a_link_of_its_own(
    app, stage, host, drained, mailbox, uow, client
) -> None:
    stage.held(host_id=host)
    drained()
    [invitation] = logged(uow, host)

    app.test_cli_runner().invoke(args=["emails", "resend", str(invitation.id)])
    drained()

    links = [
        re.search(r"/h/[\w-]{43}", plain(message))[0]
        for message in mailbox.to("sophie@example.org")
    ]
    assert len(set(links)) == 2
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_an_invitation_to_a_cancelled_meeting_is_not_sent_again(
    app, stage, host, drained, mailbox, uow
) -> None:
    meeting_id = stage.meeting(host_id=host)
    drained()
    [invitation] = logged(uow, host)
    stage.do(cancel_meeting, meeting_id)

    answer = app.test_cli_runner().invoke(args=["emails", "resend", str(invitation.id)])

    assert answer.exit_code == 1
    assert len(mailbox.to("sophie@example.org")) == 1


def test_one_person_gets_one_message_about_one_closing_and_no_second_one(
    stage, host, drained, mailbox, uow
) -> None:
    stage.close(stage.held(host_id=host))
    drained()
    drained()

    assert len(mailbox.to("sophie@example.org")) == 2
    assert [mail.kind for mail in logged(uow, host)] == ["winnings", "invitation"]


def test_a_guest_reads_her_code_with_its_conditions_in_her_language_without_others_amounts(
    stage, host, drained, mailbox
) -> None:
    meeting_id = stage.held(host_id=host)
    _, zoe = guest_with_mail(stage, meeting_id, "Zoe", locale="en")
    stage.order(meeting_id, zoe)
    stage.close(meeting_id)
    drained()

    [message] = mailbox.to("zoe@example.org")

    assert message["Subject"] == "You have won: Promo code −10%"
    assert re.search(r"Your code: [A-Z0-9-]{12,}", plain(message))
    assert "From €50 of purchases." in plain(message)
    assert "the meeting at Sophie Marchand's" in plain(message)
    assert "/h/" not in plain(message)
    assert message["Content-Language"] == "en"


def test_a_booking_is_promised_and_the_promise_withdrawn_when_it_is_cancelled(
    stage, host, drained, mailbox
) -> None:
    meeting_id = stage.held(host_id=host)
    participant_id, _lea = guest_with_mail(stage, meeting_id, "Lea")
    booked = stage.book(meeting_id, participant_id)
    drained()

    subjects = [message["Subject"] for message in mailbox.to("lea@example.org")]
    assert "Promis pour vous : 20 points" in subjects
    stage.do(cancel_meeting, booked)
    drained()

    last = mailbox.to("lea@example.org")[-1]
    assert last["Subject"] == "Une récompense vous a été retirée : 20 points"
    assert "Nadia Roux" in plain(last)


def test_without_an_address_there_is_nothing_to_send_and_nothing_fails(
    stage, drained, mailbox, uow
) -> None:
    silent = stage.customer("Sophie", "Marchand")
    stage.close(stage.held(host_id=silent))

    fates = drained()

    assert set(fates) == {Fate.DONE}
    assert mailbox.to("Sophie") == []
    assert {mail.fate for mail in logged(uow, silent)} == {"unaddressed"}


def test_what_was_sent_is_logged_word_for_word_but_for_the_secret_in_its_link(
    stage, host, drained, mailbox, uow
) -> None:
    stage.close(stage.held(host_id=host))
    drained()

    newest, message = logged(uow, host)[0], mailbox.to("sophie@example.org")[-1]

    assert (newest.fate, newest.attempts, newest.repeats) == ("sent", 1, 0)
    assert newest.sent_at is not None
    assert newest.message_id == message["Message-ID"]
    assert newest.subject == message["Subject"]
    kept = newest.text.replace("\u00a0", " ")
    assert kept == re.sub(r"(?<=/h/)[\w-]{43}", SECRET, plain(message))


def test_a_server_that_says_not_now_is_asked_again(stage, host, drained, mailbox, uow) -> None:
    mailbox.answer = "451 Try again later"
    stage.meeting(host_id=host)
    assert drained()[Fate.AGAIN] == 1
    assert logged(uow, host)[0].fate == "queued"
    assert "451" in logged(uow, host)[0].last_error
    mailbox.answer = "250 OK"
    due_again(uow)

    drained()

    [mail] = logged(uow, host)
    assert (mail.fate, mail.attempts, mail.repeats, mail.last_error) == ("sent", 2, 0, None)
    assert len(mailbox.messages) == 1


def test_a_server_that_is_away_is_waited_for(app, stage, host, drained, uow, monkeypatch) -> None:
    stage.meeting(host_id=host)
    monkeypatch.setattr(app.extensions["mail"], "port", 1)

    assert drained()[Fate.AGAIN] == 1
    assert "Refused" in logged(uow, host)[0].last_error


def test_a_no_for_good_is_a_bounce_and_not_tried_again(stage, host, drained, mailbox, uow) -> None:
    mailbox.answer = "554 No such mailbox"
    stage.meeting(host_id=host)

    assert set(drained()) == {Fate.DONE}
    [mail] = logged(uow, host)
    assert (mail.fate, mail.attempts) == ("bounced", 1)
    assert "554" in mail.last_error


def test_a_failed_or_bounced_message_can_be_sent_again_to_a_mended_address(
    app, stage, host, drained, mailbox, uow
) -> None:
    mailbox.answer = "554 No such mailbox"
    stage.meeting(host_id=host)
    drained()
    [bounced] = logged(uow, host)
    mailbox.answer = "250 OK"
    with uow() as work:
        statement = text("UPDATE customers SET email = 'mended@example.org' WHERE id = :id")
        work.session.execute(statement, {"id": host})

    answer = app.test_cli_runner().invoke(args=["emails", "resend", str(bounced.id)])
    drained()

    assert answer.exit_code == 0
    [again, first] = logged(uow, host)
    assert (again.fate, again.text, again.to_address) == ("sent", first.text, "mended@example.org")
    assert again.message_id != first.message_id
    assert len(mailbox.to("mended@example.org")) == 1


def test_what_is_on_its_way_or_unknown_is_not_sent_again(app, stage, host, uow, drained) -> None:
    flask = app.test_cli_runner()
    with app.app_context():
        stage.meeting(host_id=host)
    drained()
    [mail] = logged(uow, host)
    with uow() as work:
        work.session.execute(text("UPDATE emails SET fate = 'queued'"))

    assert flask.invoke(args=["emails", "resend", str(mail.id)]).exit_code == 1
    assert flask.invoke(args=["emails", "resend", str(host)]).exit_code == 1


HOSTILE = 'Zoé "<b>" {{ 7*7 }} %(x)s \u00e9'


def test_hostile_names_stay_words(uow, make_brand, drained, mailbox) -> None:
    brand = make_brand("piege", name='Pi\u00e8ge "<script>" %s')
    stage = set_winning_stage(uow, brand.id, email="hostile")
    stage.publish()
    with uow(brand.id) as work:
        new = NewCustomer(HOSTILE, "O'Neil; drop", email="zoe@example.org")
        host = create_customer(work, system(brand.id), new, clock=work.clock)
        add_to_book(work, stage.seller.seller_id, host)
    stage.close(stage.held(host_id=host))
    drained()

    for message in mailbox.to("zoe@example.org"):
        assert HOSTILE in plain(message)
        assert "<b>" not in formatted(message)
        assert "<script>" not in formatted(message)
        assert message["From"].addresses[0].display_name == 'Piège "<script>" %s'
        assert message["From"].addresses[0].addr_spec == "convive@example.org"
        assert message["To"].addresses[0].addr_spec == "zoe@example.org"
    assert len(mailbox.messages) == 2


def test_effects_run_twice_write_once(stage, host, drained, mailbox, uow) -> None:
    stage.close(stage.held(host_id=host))
    drained()
    sent = len(mailbox.messages)
    all_again(uow)

    fates = drained()

    assert set(fates) == {Fate.DONE}
    assert len(mailbox.messages) == sent


def test_the_row_that_sends_a_message_names_it(stage, host, drained, uow) -> None:
    stage.meeting(host_id=host)
    drained()
    with uow(None) as work:
        found = work.session.execute(
            text("SELECT id FROM outbox WHERE effect = 'notifications.send_email'")
        ).scalar_one()

    assert row(uow, found).entity_id == logged(uow, host)[0].id


def all_again(uow) -> None:
    with uow(None) as work:
        work.session.execute(
            text("UPDATE outbox SET status = 'new', next_at = now(), token = NULL")
        )


def test_each_change_of_what_was_won_is_told_once_with_its_reason(
    stage, host, drained, mailbox, uow
) -> None:
    """Promised, won, confirmed, worth less after a return, taken back: whatever is done twice."""
    given = {"beneficiary": "guest", "trigger": "guest_booking", "rewards": [points(20)]}
    by_sale = rule(id="host", conditions=at_least("turnover", 6_000), rewards=[percent(1_000)])
    stage.publish(programme(by_sale, rule(id="date", **given)))
    origin = stage.held(buyers=3, host_id=host)
    participant_id, _lea = guest_with_mail(stage, origin, "Lea")
    booked = stage.book(origin, participant_id, days=0.5)
    read = 0

    def told() -> list[tuple[str, str]]:
        """Subject and reasons of what has come since; meanwhile all is settled and done again."""
        nonlocal read
        for _ in range(2):
            for meeting_id in (origin, booked):
                stage.staff(settle_meeting, meeting_id)
            drained()
            all_again(uow)
        new, read = mailbox.messages[read:], len(mailbox.messages)
        return [(str(mail["Subject"]), plain(mail)) for mail in new]

    def give_up() -> None:
        sold = stage.read(lambda work: orders_of_meetings(work.session, [origin]))
        order_id = next(one.id for one in sold if not one.is_cancelled)
        stage.staff(ordering.cancel_units, order_id, reason="broken")

    changes = [[one for one in told() if "points" in one[0]]]  # beside invitations
    stage.close(origin)
    changes.append(told())
    _, buyer = stage.guest(booked)
    stage.order(booked, buyer)
    held = text("UPDATE meetings SET starts_at = now() - interval '1 hour' WHERE id = :id")
    stage.read(lambda work: work.session.execute(held, {"id": booked}))
    stage.close(booked)
    changes.append(told())
    for _ in range(2):
        give_up()
        changes.append(told())

    assert [[subject for subject, _ in some] for some in changes] == [
        ["Promis pour vous : 20 points"],
        ["Vous avez gagné : 15 points"],
        ["Confirmé : 20 points"],
        ["Vos récompenses ont changé"],
        ["Une récompense vous a été retirée : 10 points"],
    ]
    reasons = [
        "La réunion réservée est maintenue.",
        "10 % de 150,00 € : 15 points.",
        "promesse tenue",
        "10 % de 100,00 € : 10 points.",
        "Ventes de la réunion : 50,00 € (il faut au moins 60,00 €)",
    ]
    for [(_subject, words)], reason in zip(changes, reasons, strict=True):
        assert reason in words
