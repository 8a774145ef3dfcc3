"""What taking a date gives is told before, at once after, and on the meeting before any worker."""

from datetime import date

import pytest

from app.kernel.actor import system
from app.meetings.services import guests
from app.meetings.services.closing import close_meeting
from app.rewards.queries import grants_of_meeting
from app.rewards.services.programme import publish_programme
from tests.functional.meetings.test_meeting_pages import text, when
from tests.support.rewards import at_least, points, programme, rule


@pytest.fixture
def ines(stage):
    """A meeting of yesterday, with Inès as a guest."""
    meeting_id = stage.meeting(days=-1)
    participant_id = stage.do(guests.add_participant, meeting_id, stage.customer("Inès", "Laurent"))
    return meeting_id, f"/meetings/{meeting_id}/participants/{participant_id}/booking"


def publish(stage, *rules, **fields) -> None:
    with stage.uow() as work:
        publish_programme(
            work,
            system(stage.seller.brand_id),
            programme(*rules, **fields),
            effective_on=date(2025, 1, 1),
            clock=work.clock,
        )


def booking_rule(rule_id="r9", beneficiary="guest", number=20, **more):
    terms = {"trigger": "guest_booking", "rewards": [points(number)], **more}
    return rule(id=rule_id, beneficiary=beneficiary, **terms)


def test_it_is_told_before_and_after_and_stands_on_the_meeting_at_once(
    seller, stage, rewarding, ines
) -> None:
    meeting_id, path = ines
    before = text(seller.get(path))

    after = text(seller.follow(seller.submit(path, place="host_home", **when(stage, 20))))

    assert "Prendre date promet 20 points à Inès, acquis quand cette réunion sera tenue." in before
    assert "Elle doit être tenue au plus tard" in before
    assert "20 points promis à Inès, acquis quand sa réunion sera tenue." in after
    assert after.count("20 points promis") > 1, "the badge"
    with stage.uow() as work:
        assert grants_of_meeting(work.session, meeting_id) == (), "no worker has run"


def test_others_who_win_are_named_and_conditions_told(seller, stage, ines) -> None:
    _, path = ines
    terms = {"booking": {"window_days": None, "minimum_turnover_cents": 15_000}}
    publish(stage, booking_rule(), booking_rule("r8", "host", 10), settings=terms)
    before = text(seller.get(path))

    after = text(seller.follow(seller.submit(path, place="host_home", **when(stage, 20))))

    assert "10 points à Sophie et 20 points à Inès" in before
    assert "Elle doit atteindre 150 € de ventes." in before
    assert "au plus tard" not in before
    assert "10 points promis à Sophie, acquis quand la réunion prise sera tenue." in after


def test_nothing_is_promised_where_nothing_is_given(seller, stage, ines) -> None:
    _, path = ines
    assert "promet" not in text(seller.get(path))
    publish(stage, rule(), booking_rule(conditions=at_least("turnover", 100_000)))

    assert "promet" not in text(seller.get(path))
    after = text(seller.follow(seller.submit(path, place="host_home", **when(stage, 20))))

    assert "La date est" in after
    assert "promis" not in after


def test_a_closed_meeting_promises_nothing(seller, stage, rewarding, ines) -> None:
    meeting_id, path = ines
    stage.do(close_meeting, meeting_id)

    assert "promet" not in text(seller.get(path))


def test_what_depends_on_who_she_is_and_on_what_is_left_is_told_before(seller, stage) -> None:
    """She has neither ordered nor booked yet; another took all but five points of the cap."""
    caps = [{"per": "all", "of": "value", "most": 25}]
    from_france = {"measure": "country", "op": "=", "value": "FR"}
    publish(stage, booking_rule(conditions=from_france, caps=caps))
    meeting_id = stage.meeting(days=-1)
    places = [
        stage.do(guests.add_participant, meeting_id, stage.customer(name, country="FR"))
        for name in ("Inès", "Léa")
    ]
    paths = [f"/meetings/{meeting_id}/participants/{place}/booking" for place in places]
    before = text(seller.get(paths[0]))
    seller.submit(paths[0], place="host_home", **when(stage, 20))

    assert "promet 20 points à Inès" in before
    assert "promet 5 points à Léa" in text(seller.get(paths[1]))
