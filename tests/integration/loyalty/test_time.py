"""What the clock does to points: across daylight saving, leap days and the turn of the year."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.infra.jobs import schedule
from app.kernel.clock import end_of_day
from app.kernel.ids import new_id
from app.loyalty import jobs
from app.loyalty.domain import Expiry, GiveBack, Reserve, Spend
from app.loyalty.services import take_reminders
from app.notifications.jobs import remind_of_expiry
from tests.support.clock import StillClock
from tests.support.points import Ledger

PARIS = ZoneInfo("Europe/Paris")


def at(*parts: int) -> datetime:
    """As a clock in Paris shows it."""
    return datetime(*parts, tzinfo=PARIS).astimezone(UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("rule", "available", "until"),
    [
        (Expiry(days=1), at(2026, 3, 28, 12), at(2026, 3, 30)),  # the clocks go forward
        (Expiry(days=1), at(2026, 10, 24, 12), at(2026, 10, 26)),  # and back
        (Expiry(days=1), at(2028, 2, 28, 23, 59), at(2028, 3, 1)),  # 29 February exists
        (Expiry(days=1), at(2027, 2, 28, 0), at(2027, 3, 2)),
        (Expiry(days=365), at(2027, 3, 1, 9), at(2028, 3, 1)),
        (Expiry(on=(12, 31)), at(2026, 12, 31, 23, 59), at(2027, 1, 1)),
        (Expiry(on=(12, 31)), datetime(2026, 12, 31, 23, 30, tzinfo=UTC), at(2028, 1, 1)),
        (Expiry(on=(2, 28)), at(2028, 2, 29, 8), at(2029, 3, 1)),
    ],
)
def test_points_last_through_the_whole_of_their_last_day(rule, available, until) -> None:
    assert rule.instant(available, "Europe/Paris") == until


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
def test_points_can_be_spent_until_the_last_instant_and_expire_at_the_next(
    ledger: Ledger, zoe: UUID, day: date
) -> None:
    over = end_of_day(day, "Europe/Paris")
    ledger.give(zoe, 40, over)
    ledger.clock.now = over - timedelta(microseconds=1)
    assert (ledger.spendable(zoe), ledger.expire()) == (40, 0)

    ledger.clock.now = over
    assert ledger.spendable(zoe) == 0
    assert (ledger.expire(), ledger.expire()) == (1, 0)
    assert ledger.accounts(zoe) == {"expired": 40}
    assert ledger.findings() == []


def test_points_given_back_after_their_end_expire_again_even_at_the_same_instant(
    ledger: Ledger, zoe: UUID
) -> None:
    over = end_of_day(date(2026, 12, 31), "Europe/Paris")
    ledger.give(zoe, 40, over)
    order, said = new_id(), (zoe, 40, "k", "order")
    ledger.post(Reserve("reserved", *said, order))
    ledger.post(Spend("spent", *said, order))
    ledger.clock.now = over

    for part in (10, 30):
        ledger.post(GiveBack(f"back:{part}", zoe, part, "k", "order", order))
        assert ledger.expire() == 1
    assert ledger.accounts(zoe) == {"expired": 40}


def test_the_lot_that_expires_first_is_spent_first(ledger: Ledger, zoe: UUID) -> None:
    from app.promotions.services.converting import convert_points

    ledger.clock.now = at(2027, 2, 15, 10)
    march, june = at(2027, 3, 1), at(2027, 6, 1)
    ledger.give(zoe, 60, june)
    ledger.give(zoe, 40, march)
    ledger.do(convert_points, zoe, 50)

    assert ledger.lots(zoe) == [(50, june)]


def test_each_reminder_is_sent_once_and_what_was_missed_is_not_made_up_for(
    ledger: Ledger, zoe: UUID
) -> None:
    over = end_of_day(date(2026, 12, 31), "Europe/Paris")
    ledger.give(zoe, 40, over)
    ledger.give(zoe, 2, over)
    short = ledger.stage.customer()
    ledger.give(short, 3, ledger.clock() + timedelta(days=20))

    def reminded() -> list[tuple[int, int]]:
        with ledger.uow() as work:
            return [(r.days, r.points) for r in take_reminders(work, most=9, clock=work.clock)]

    assert reminded() == [], "she has just got them"
    ledger.clock.now += timedelta(days=14)
    assert (reminded(), reminded()) == ([(7, 3)], [])
    ledger.clock.now = over - timedelta(days=30, seconds=1)
    assert reminded() == []
    ledger.clock.now += timedelta(seconds=1)
    assert (reminded(), reminded()) == ([(30, 42)], [])
    ledger.clock.now = over - timedelta(hours=12)
    assert (reminded(), reminded()) == ([(1, 42)], [])


@pytest.mark.parametrize(
    ("locale", "says"),
    [("fr", "42 points à utiliser avant"), ("en", "42 points to use before they expire")],
)
def test_a_reminder_is_a_letter_in_her_language(uow, brand, app_context, locale, says) -> None:
    from sqlalchemy import select

    from app.notifications.models import Email
    from tests.support.points import open_ledger

    now = datetime.now(UTC)
    ledger = open_ledger(uow, brand.id, StillClock(now - timedelta(days=9)))
    zoe = ledger.stage.customer("Zoé", email="zoe@example.org", locale=locale)
    ledger.give(zoe, 42, now + timedelta(days=5))

    assert [remind_of_expiry(brand.id), remind_of_expiry(brand.id)] == [1, 0]
    with uow() as work:
        (email,) = work.session.scalars(select(Email).where(Email.kind == "points_expiring"))
        assert email.subject.startswith(says)
        assert "42" in email.text


def test_what_is_due_is_done_by_the_clock_and_only_once(uow, brand, app_context) -> None:
    from app.loyalty.domain import PendingCredit
    from tests.support.points import open_ledger

    ledger = open_ledger(uow, brand.id)
    zoe = ledger.stage.customer("Zoé")
    past = datetime.now(UTC) - timedelta(hours=1)
    promised = PendingCredit("k", zoe, 7, "given", "test", zoe, {}, "withdrawal", past)
    ledger.post(promised)
    ledger.give(zoe, 5, past)
    assert ledger.accounts(zoe) == {"pending": 7, "available": 5}

    assert [jobs.release_due_points(brand.id), jobs.release_due_points(brand.id)] == [1, 0]
    assert [jobs.expire_due_points(brand.id), jobs.expire_due_points(brand.id)] == [1, 0]
    assert ledger.accounts(zoe) == {"available": 7, "expired": 5}
    assert ledger.findings() == []
    assert schedule.named("loyalty.release_due_points") is jobs.release_due_points


def test_rewards_of_a_meeting_wait_for_its_orders_where_the_brand_says_so(
    ledger: Ledger, clock: StillClock
) -> None:
    from app.rewards.services.availability import release_meeting
    from tests.support.rewards import percent, programme, rule
    from tests.support.season import Season

    season = Season(ledger.stage)
    season.publish(programme(rule(id="host", rewards=[percent(1000)])))
    ledger.rules(rewards_available="shipment", expiry={"host": {"days": 30}})
    host = ledger.stage.customer("Sophie")
    meeting = ledger.stage.meeting(days=1, host_id=host)
    _, guest = ledger.stage.guest(meeting, attended=True)
    order = ledger.stage.order(meeting, guest)
    clock.advance(days=2)
    season.close(meeting)
    assert ledger.accounts(host) == {"pending": 5}

    ledger.do(release_meeting, meeting)
    assert ledger.accounts(host) == {"pending": 5}, "nothing has left yet"
    ledger.ship(order)
    ledger.do(release_meeting, meeting)
    assert ledger.accounts(host) == {"available": 5}
    day = (clock() + timedelta(days=30)).date()
    assert ledger.lots(host) == [(5, end_of_day(day, "Europe/Paris"))]
    assert ledger.findings() == []
