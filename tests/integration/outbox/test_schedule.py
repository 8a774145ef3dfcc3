"""What the clock starts: twice at once does it once, and one step does not hold up another."""

from threading import Thread

import pytest
from sqlalchemy import text

from app.infra.jobs import doors, schedule
from app.infra.jobs.drain import drain
from app.meetings.services import guests
from tests.support.winning import Winning, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    stage.publish()
    stage.gift("TARTE")
    stage.gift("COUTEAU")
    return stage


def status(uow, meeting_id) -> str:
    with uow() as work:
        return work.session.scalar(
            text("SELECT status FROM meetings WHERE id = :id"), {"id": meeting_id}
        )


def come_due(uow, column: str) -> None:
    with uow() as work:
        work.session.execute(text(f"UPDATE meetings SET {column} = now() - interval '1 hour'"))


def tick(app) -> None:
    with app.app_context():
        doors.tick()


def grants(uow) -> int:
    with uow() as work:
        return work.session.scalar(text("SELECT count(*) FROM grants"))


def test_a_meeting_opens_when_its_date_comes(app, uow, stage) -> None:
    meeting_id = stage.meeting(days=7)
    tick(app)
    assert status(uow, meeting_id) == "planned"
    come_due(uow, "starts_at")

    tick(app)

    assert status(uow, meeting_id) == "open"


def test_a_held_meeting_closes_by_itself_grants_and_tells(app, uow, stage, mailbox) -> None:
    host = stage.customer("Sophie", "Marchand", email="sophie@example.org")
    meeting_id = stage.held(host_id=host)
    tick(app)
    assert status(uow, meeting_id) == "open"
    come_due(uow, "closes_at")

    tick(app)

    assert status(uow, meeting_id) == "closed"
    assert "Vous avez gagné" in mailbox.to("sophie@example.org")[-1]["Subject"]


def test_two_ticks_at_once_close_once(app, uow, stage) -> None:
    for _ in range(3):
        stage.held(host_id=stage.customer())
    come_due(uow, "closes_at")
    once = 3 * 3 + 3 * 2  # three rewards of each host, a code for each of the six guests

    threads = [Thread(target=tick, args=[app]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert grants(uow) == once


def test_a_meeting_that_awaits_money_stays_open_and_the_others_close(app, uow, stage) -> None:
    waiting, ready = stage.held(host_id=stage.customer()), stage.held(host_id=stage.customer())
    _, guest = stage.guest(waiting)
    stage.order(waiting, guest, paid=False)
    come_due(uow, "closes_at")

    tick(app)

    assert (status(uow, waiting), status(uow, ready)) == ("open", "closed")


def test_a_step_that_fails_does_not_hold_up_the_next_one(app, uow, stage, monkeypatch) -> None:
    def break_down(brand_id) -> int:
        raise ZeroDivisionError

    meeting_id = stage.held()
    come_due(uow, "closes_at")
    real = schedule.named
    broken = {"meetings.open_due_meetings": break_down}
    monkeypatch.setattr(schedule, "named", lambda name: broken.get(name) or real(name))

    tick(app)

    assert status(uow, meeting_id) == "closed"


def test_a_promise_is_confirmed_when_the_booked_meeting_was_held(app, uow, stage, mailbox) -> None:
    origin = stage.meeting(days=-1)
    guest = stage.customer("Léa", "Petit", email="lea@example.org")
    participant = stage.do(guests.add_participant, origin, guest)
    booked = stage.book(origin, participant, days=5)
    with app.app_context():
        drain()
    with uow() as work:
        statement = "UPDATE meetings SET starts_at = now() - interval '1 hour' WHERE id = :id"
        work.session.execute(text(statement), {"id": booked})
    _, buyer = stage.guest(booked, attended=True)
    stage.order(booked, buyer)
    stage.close(booked)

    with app.app_context():
        drain()

    subjects = [message["Subject"] for message in mailbox.to("lea@example.org")]
    assert "Promis pour vous : 20 points" in subjects
    assert "Confirmé : 20 points" in subjects
