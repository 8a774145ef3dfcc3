"""The home page's to-dos: what waits for the seller, each once, with why."""

import re
from datetime import timedelta

from sqlalchemy import text as sql

from tests.functional.meetings.test_meeting_pages import text


def todos(page: str) -> str:
    return re.search(r'aria-labelledby="todo-title".*?</section>', page, re.DOTALL)[0]


def put_off_closing(stage, meeting_id, **until) -> None:
    with stage.uow() as work:
        moved = sql("UPDATE meetings SET closes_at = :at WHERE id = :id")
        work.session.execute(moved, {"at": stage.now() + timedelta(**until), "id": meeting_id})


def test_a_booked_meeting_of_the_week_is_to_be_prepared(seller, stage) -> None:
    origin = stage.meeting(days=-1)
    first, _ = stage.guest(origin)
    second, _ = stage.guest(origin)
    soon, late = stage.book(origin, first, days=6), stage.book(origin, second, days=12)
    plain = stage.meeting(days=3)

    found = todos(text(seller.get("/")))

    assert "Préparer la réunion chez Chloé" in found
    assert f"/meetings/{soon}" in found
    assert f"/meetings/{late}" not in found
    assert f"/meetings/{plain}" not in found


def test_what_keeps_a_meeting_from_closing_is_told_a_day_ahead(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    stage.order(meeting_id, buyer, paid=False)
    path = f"/meetings/{meeting_id}/close"

    put_off_closing(stage, meeting_id, hours=25)
    early = todos(text(seller.get("/")))
    put_off_closing(stage, meeting_id, hours=23)
    one = todos(text(seller.get("/")))
    stage.order(meeting_id, buyer, paid=False)
    put_off_closing(stage, meeting_id, hours=-5)
    two = todos(text(seller.get("/")))

    assert "Clôture prévue" not in early
    assert "mais 1 commande reste à payer" in one
    assert "mais 2 commandes restent à payer" in two
    assert [page.count(path) for page in (early, one, two)] == [1, 1, 1]


def test_a_meeting_without_a_paid_order_stays_open_and_says_so(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    put_off_closing(stage, meeting_id, hours=3)

    assert "aucune commande n’est payée" in todos(text(seller.get("/")))


def test_a_meeting_that_will_close_needs_no_alarm(seller, stage) -> None:
    meeting_id = stage.meeting(days=-1)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    put_off_closing(stage, meeting_id, hours=3)

    found = todos(text(seller.get("/")))

    assert "Clôture prévue" not in found
    assert f"/meetings/{meeting_id}/close" in found


def test_home_takes_the_same_statements_however_much_waits(seller, stage, count_queries) -> None:
    counts = []
    for more in (1, 3, 9):
        for _ in range(more):
            meeting_id = stage.meeting(days=-1, host_id=stage.customer())
            participant_id, buyer = stage.guest(meeting_id)
            stage.order(meeting_id, buyer)
            stage.order(meeting_id, buyer, paid=False)
            stage.book(meeting_id, participant_id, days=3)
            put_off_closing(stage, meeting_id, hours=1)
            stage.meeting(days=-1, host_id=stage.customer())
        with count_queries() as found:
            assert seller.get("/").status_code == 200
        counts.append(found.count)

    assert len(set(counts)) == 1, counts
