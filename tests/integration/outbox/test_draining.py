"""What the drain does with effects that work, fail, hang about, or are not known."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from app.customers.services import NewCustomer, create_customer
from app.infra.extensions import db
from app.infra.jobs.drain import Fate, drain, sweep
from app.infra.jobs.effects import Outside, TryLater
from app.kernel.actor import system
from tests.support.outbox import change, put, row, teach


def write_a_card(uow, message, *, clock) -> None:
    """An effect that leaves a trace."""
    new = NewCustomer("Trace", str(message.id), email=f"{message.id}@example.org")
    create_customer(uow, system(message.brand_id), new, clock=clock)


def break_down(uow, message, *, clock) -> None:
    write_a_card(uow, message, clock=clock)
    raise ZeroDivisionError


def traces(uow) -> int:
    with uow() as work:
        return work.session.scalar(text("SELECT count(*) FROM customers"))


@pytest.fixture
def drained(app, uow):
    def run() -> dict[Fate, int]:
        with app.app_context():
            return dict(drain())

    return run


def test_an_effect_is_done_with_its_row(uow, brand, drained, monkeypatch) -> None:
    teach(monkeypatch, note=write_a_card)
    row_id = put(uow, brand.id)

    assert drained() == {Fate.DONE: 1}
    assert row(uow, row_id).status == "done"
    assert traces(uow) == 1
    assert drained() == {}


def test_an_effect_that_fails_leaves_nothing_and_is_tried_again_later(
    uow, brand, drained, monkeypatch
) -> None:
    teach(monkeypatch, note=break_down)
    row_id = put(uow, brand.id)

    assert drained() == {Fate.AGAIN: 1}

    found = row(uow, row_id)
    assert (found.status, found.attempts, traces(uow)) == ("new", 1, 0)
    assert found.next_at - found.created_at >= timedelta(seconds=5)
    assert "ZeroDivisionError" in found.last_error


def test_after_the_fifth_try_a_row_is_failed_visible_and_can_be_asked_for_again(
    app, uow, brand, drained, monkeypatch
) -> None:
    teach(monkeypatch, note=break_down)
    row_id = put(uow, brand.id)
    for _ in range(4):
        assert drained() == {Fate.AGAIN: 1}
        change(uow, row_id, "next_at = now()")
    assert drained() == {Fate.FAILED: 1}
    flask = app.test_cli_runner()

    listed = flask.invoke(args=["outbox", "list", "--status", "failed"]).output
    teach(monkeypatch, note=write_a_card)
    asked = flask.invoke(args=["outbox", "retry", str(row_id)])
    counted = flask.invoke(args=["outbox", "drain"]).output

    assert str(row_id) in listed
    assert asked.exit_code == 0
    assert "done: 1" in counted
    assert traces(uow) == 1
    assert flask.invoke(args=["outbox", "retry", str(row_id)]).exit_code == 1


def test_one_bad_row_does_not_hold_up_the_others(uow, brand, drained, monkeypatch) -> None:
    teach(monkeypatch, bad=break_down, note=write_a_card)
    put(uow, brand.id, "tests.bad")
    for _ in range(3):
        put(uow, brand.id)

    assert drained() == {Fate.AGAIN: 1, Fate.DONE: 3}


def test_an_effect_that_outlived_its_lease_is_undone(uow, brand, drained, monkeypatch) -> None:
    def slow(work, message, *, clock) -> None:
        write_a_card(work, message, clock=clock)
        with db.engine.connect() as elsewhere, elsewhere.begin():
            elsewhere.execute(
                text("UPDATE outbox SET token = gen_random_uuid() WHERE id = :id"),
                {"id": message.id},
            )

    teach(monkeypatch, note=slow)
    put(uow, brand.id)

    assert drained() == {Fate.LOST: 1}
    assert traces(uow) == 0


def test_a_name_that_this_code_does_not_know_is_kept_for_newer_code(uow, brand, drained) -> None:
    row_id = put(uow, brand.id, "notifications.sing_a_song")

    assert drained() == {Fate.AGAIN: 1}
    assert (row(uow, row_id).status, row(uow, row_id).attempts) == ("new", 0)


def test_waiting_for_the_outside_uses_up_no_try_but_ends_after_three_days(
    uow, brand, drained, monkeypatch
) -> None:
    given_up = []

    def ask(message) -> None:
        raise TryLater("not now", timedelta(seconds=5))

    def give_up(work, message, error) -> None:
        given_up.append(error)

    teach(monkeypatch, note=Outside(ask, give_up))
    row_id = put(uow, brand.id)
    for _ in range(8):
        assert drained() == {Fate.AGAIN: 1}
        change(uow, row_id, "next_at = now()")
    assert row(uow, row_id).attempts == 0
    change(uow, row_id, "created_at = now() - interval '73 hours'")

    assert drained() == {Fate.FAILED: 1}
    assert given_up == ["not now"]


def test_a_row_whose_workers_all_died_is_given_up_by_the_sweeper(
    app, uow, brand, drained, monkeypatch
) -> None:
    given_up = []
    teach(monkeypatch, note=Outside(lambda _message: None, lambda *told: given_up.append(told)))
    row_id = put(uow, brand.id)
    change(uow, row_id, "status = 'data', attempts = 5, lease_until = now() - interval '1 second'")

    assert drained() == {}
    with app.app_context():
        assert (sweep(), sweep()) == (1, 0)
    assert row(uow, row_id).status == "failed"
    assert len(given_up) == 1


def test_eight_workers_at_once_do_each_row_once(app, uow, brand, monkeypatch) -> None:
    teach(monkeypatch, note=write_a_card)
    for _ in range(40):
        put(uow, brand.id)
    barrier, done = Barrier(8), []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            done.append(drain()[Fate.DONE])

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done) == 40
    assert traces(uow) == 40


def test_each_brand_s_work_is_done_within_that_brand(
    uow, brand, second_brand, drained, monkeypatch
) -> None:
    teach(monkeypatch, note=write_a_card)
    put(uow, second_brand.id)

    drained()

    assert traces(uow) == 0
    with uow(second_brand.id) as work:
        assert work.session.scalar(text("SELECT count(*) FROM customers")) == 1
