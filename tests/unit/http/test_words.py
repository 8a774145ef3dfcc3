"""Amounts, dates and plurals by language, in the brand's zone."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask, g

from app.http import words
from app.http.locale import install
from app.kernel.errors import Conflict
from app.kernel.words import Sentence

SATURDAY = datetime(2026, 10, 10, 12, 0, tzinfo=UTC)


class Closed(Conflict):
    code = "closed_test"
    words = "Closed on %(closed_at)s with %(turnover_cents)s."


@pytest.fixture(params=["fr", "en"])
def lang(request):
    app = Flask("app")
    install(app)
    with app.test_request_context(f"/?lang={request.param}"):
        g.brand = SimpleNamespace(timezone="Europe/Paris", currency="EUR", locale="fr")
        with time_machine.travel(datetime(2026, 10, 1, tzinfo=UTC)):
            yield request.param


def expected(lang: str, **texts: str) -> str:
    return texts[lang]


def test_amount(lang):
    assert words.money(123450) == expected(lang, fr="1\u202f234,50\u00a0€", en="€1,234.50")


def test_no_amount_is_nothing(lang):
    assert words.money(None) == ""


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [(0, "0 point", "0 points"), (1, "1 point", "1 point"), (30, "30 points", "30 points")],
)
def test_points_with_their_plural(lang, value, fr, en):
    assert words.points(value).replace("\u00a0", " ") == expected(lang, fr=fr, en=en)


def test_moment_in_the_brands_zone(lang):
    assert words.date_long(SATURDAY).replace("\u00a0", " ").replace("\u202f", " ") == expected(
        lang, fr="samedi 10 octobre, 14 h", en="Saturday 10 October, 2 PM"
    )


def test_the_first_of_a_month(lang):
    first = date(2026, 12, 1)
    assert words.date_long(first) == expected(
        lang, fr="mardi 1er décembre", en="Tuesday 1 December"
    )
    assert words.date_short(first) == expected(lang, fr="1er déc.", en="1 Dec")
    assert words.date_short(date(2026, 12, 11)) == expected(lang, fr="11 déc.", en="11 Dec")


def test_minutes_are_said_when_there_are_any(lang):
    moment = SATURDAY.replace(minute=30)

    assert words.time_of_day(moment).replace("\u00a0", " ").replace("\u202f", " ") == expected(
        lang, fr="14 h 30", en="2:30 PM"
    )


def test_day_of_another_year_says_the_year(lang):
    assert words.date_long(date(2025, 3, 1)) == expected(
        lang, fr="samedi 1er mars 2025", en="Saturday 1 March 2025"
    )


def test_short_day(lang):
    assert words.date_short(SATURDAY) == expected(lang, fr="10 oct.", en="10 Oct")


def test_error_is_told_with_its_values_formatted(lang):
    told = words.say(Closed(closed_at=SATURDAY, turnover_cents=26500))

    assert words.money(26500) in told
    assert words.date_long(SATURDAY) in told


def test_sentence_inside_a_sentence(lang):
    told = words.say(Sentence("%(a)s, %(b)s", {"a": Sentence("%(x)s", {"x": 2}), "b": 3}))

    assert told == "2, 3"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Sophie Marchand", "SM"), ("zoé", "Z"), ("Anne Le Goff", "AG"), ("", ""), (None, "")],
)
def test_initials(name, letters):
    assert words.initials(name) == letters
