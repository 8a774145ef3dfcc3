"""Dates as people type them, and when a meeting closes by itself."""

from datetime import UTC, date, datetime, time

import pytest

from app.kernel.errors import Invalid
from app.meetings.domain import MeetingSettings, WallTime, closing_instant, month_start

PARIS = "Europe/Paris"
TODAY = date(2026, 3, 1)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def instant(day: date, hour: time = time(14), *, today: date = TODAY) -> datetime:
    return WallTime(day, hour).instant(PARIS, today=today)


@pytest.mark.parametrize(
    ("saturday", "wednesday"),
    [
        pytest.param(at(2026, 10, 10, 12), at(2026, 10, 14, 12), id="ordinary week"),
        pytest.param(at(2026, 3, 28, 13), at(2026, 4, 1, 12), id="clocks go forward"),
        pytest.param(at(2026, 10, 24, 12), at(2026, 10, 28, 13), id="clocks go back"),
    ],
)
def test_96_hours_after_saturday_14h_is_wednesday_14h(
    saturday: datetime, wednesday: datetime
) -> None:
    settings = MeetingSettings(PARIS, closing_delay_hours=96)

    closes_at = closing_instant(saturday, saved_at=at(2026, 1, 1), settings=settings)

    assert closes_at == wednesday


def test_a_meeting_typed_in_late_stays_open_48_hours_from_then() -> None:
    settings = MeetingSettings(PARIS, closing_delay_hours=48)

    closes_at = closing_instant(at(2026, 5, 1), saved_at=at(2026, 5, 20), settings=settings)

    assert closes_at == at(2026, 5, 22)


def test_a_long_closing_delay_is_not_shortened_by_late_entry() -> None:
    settings = MeetingSettings(PARIS, closing_delay_hours=8_760)

    closes_at = closing_instant(at(2026, 5, 1, 12), saved_at=at(2026, 5, 20), settings=settings)

    assert closes_at == at(2027, 5, 1, 12)


@pytest.mark.parametrize(
    "settings",
    [
        MeetingSettings(PARIS, closing_delay_hours=1),
        MeetingSettings(PARIS, closing_delay_hours=1, late_entry_hours=0),
    ],
)
def test_a_short_delay_is_kept_for_a_date_to_come(settings: MeetingSettings) -> None:
    closes_at = closing_instant(at(2026, 5, 2, 12), saved_at=at(2026, 5, 1), settings=settings)

    assert closes_at == at(2026, 5, 2, 13)


def test_what_a_clock_shows_becomes_an_instant() -> None:
    assert instant(date(2026, 7, 4), time(14, 30)) == at(2026, 7, 4, 12, 30)


def test_29_february_of_a_leap_year_is_a_date() -> None:
    assert instant(date(2028, 2, 29), today=date(2027, 1, 1)) == at(2028, 2, 29, 13)


def test_a_time_the_clocks_skip_is_refused_with_its_mend() -> None:
    with pytest.raises(Invalid) as refusal:
        instant(date(2026, 3, 29), time(2, 30))

    assert list(refusal.value.fields) == ["time"]


def test_a_time_the_clocks_show_twice_is_the_first_of_both() -> None:
    assert instant(date(2026, 10, 25), time(2, 30)) == at(2026, 10, 25, 0, 30)


@pytest.mark.parametrize(
    "day", [date(1900, 1, 1), date(2200, 12, 31), date(2025, 1, 1), date(2029, 6, 1)]
)
def test_a_date_far_away_is_refused_on_its_field(day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        instant(day)

    assert list(refusal.value.fields) == ["date"]


@pytest.mark.parametrize(
    ("back", "expected"),
    [(0, at(2026, 2, 28, 23)), (2, at(2025, 12, 31, 23)), (5, at(2025, 9, 30, 22))],
)
def test_months_begin_at_local_midnight(back: int, expected: datetime) -> None:
    assert month_start(TODAY, PARIS, months_back=back) == expected
