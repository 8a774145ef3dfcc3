"""What the strict fields take, what they refuse, and that they say the mend."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.http import fields
from app.http.forms import load, posted
from app.http.locale import install
from app.kernel.errors import Invalid


class Colour(StrEnum):
    RED = "red"


@pytest.fixture(scope="module", autouse=True)
def words():
    app = Flask("app")
    install(app)
    with app.test_request_context("/?lang=en"):
        yield


def read(field, value):
    schema = fields.StrictSchema.from_dict({"it": field})
    return load(schema, {"it": value})["it"]


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        pytest.param(fields.Text(), "  Zoé ", "Zoé", id="trimmed"),
        pytest.param(fields.Text(), "Zoe\u0301", "Zoé", id="composed"),
        pytest.param(fields.Text(multiline=True), "a\r\nb", "a\nb", id="lines"),
        pytest.param(fields.Text(), "👩‍🍳 Chloé", "👩‍🍳 Chloé", id="joined emoji"),
        pytest.param(fields.Cents(), "12,50", 1250, id="comma"),
        pytest.param(fields.Cents(), "12.5", 1250, id="point, one decimal"),
        pytest.param(fields.Cents(), "1 234,50 €", 123450, id="space and sign"),
        pytest.param(fields.Cents(), "1\u202f234,50\u00a0€", 123450, id="no-break spaces"),
        pytest.param(fields.Cents(), 1250, 1250, id="whole cents of JSON"),
        pytest.param(fields.Count(), "3", 3, id="count typed"),
        pytest.param(fields.Date(), "2026-10-10", date(2026, 10, 10), id="day"),
        pytest.param(fields.Time(), "14:30", time(14, 30), id="time"),
        pytest.param(
            fields.LocalDateTime(),
            "2026-10-10T14:30",
            datetime.fromisoformat("2026-10-10T14:30"),
            id="wall time",
        ),
        pytest.param(fields.Email(), " Marie@Example.org ", "Marie@example.org", id="address"),
        pytest.param(fields.Email(), "marie@exemple.test", "marie@exemple.test", id="test domain"),
        pytest.param(fields.Phone(), "06 12.34-56 78", "0612345678", id="phone"),
        pytest.param(fields.Choice(Colour), "red", Colour.RED, id="member"),
        pytest.param(
            fields.Id(),
            "01890000-0000-7000-8000-000000000000",
            UUID("01890000-0000-7000-8000-000000000000"),
            id="id",
        ),
        pytest.param(fields.Flag(), "0", False, id="no"),
        pytest.param(fields.Flag(), "on", True, id="ticked"),
        pytest.param(fields.ListOf(fields.Count()), "3", [3], id="one of a list"),
    ],
)
def test_field_takes(field, given, expected):
    assert read(field, given) == expected


@pytest.mark.parametrize(
    ("field", "given"),
    [
        pytest.param(fields.Text(), "", id="empty text"),
        pytest.param(fields.Text(), " \t", id="blank text"),
        pytest.param(fields.Text(), "a\x00b", id="NUL"),
        pytest.param(fields.Text(), "a\x1bb", id="escape"),
        pytest.param(fields.Text(), "a\nb", id="line break in a line"),
        pytest.param(fields.Text(), "a\u202eb", id="turned round"),
        pytest.param(fields.Text(), "a\ud800b", id="lone surrogate"),
        pytest.param(fields.Text(), "\u200b\u200d", id="nothing to be seen"),
        pytest.param(fields.Text(), "\u3164", id="a letter that draws nothing"),
        pytest.param(fields.Text(maximum=3), "abcd", id="too long"),
        pytest.param(fields.Text(), 12, id="number for text"),
        pytest.param(fields.Text(), None, id="null"),
        pytest.param(fields.Cents(), "1,234.50", id="English thousands"),
        pytest.param(fields.Cents(), "1.234,50", id="German thousands"),
        pytest.param(fields.Cents(), "12,505", id="half a cent"),
        pytest.param(fields.Cents(), "-1", id="negative amount"),
        pytest.param(fields.Cents(), 12.5, id="float"),
        pytest.param(fields.Cents(), True, id="boolean for an amount"),
        pytest.param(fields.Cents(), "1e3", id="exponent"),
        pytest.param(fields.Cents(), "١٢", id="other digits"),
        pytest.param(fields.Cents(), 2**70, id="beyond bigint"),
        pytest.param(fields.Cents(), "9" * 5000, id="endless amount"),
        pytest.param(fields.Count(maximum=10), "11", id="too many"),
        pytest.param(fields.Count(), "1.0", id="decimal count"),
        pytest.param(fields.Count(), 2**70, id="huge count"),
        pytest.param(fields.Date(), "2026-02-30", id="no such day"),
        pytest.param(fields.Date(), "10/10/2026", id="other order"),
        pytest.param(fields.Date(), "0001-01-01", id="antiquity"),
        pytest.param(fields.Date(past=True), "2190-01-01", id="not yet"),
        pytest.param(fields.Time(), "25:00", id="no such hour"),
        pytest.param(fields.LocalDateTime(), "2026-10-10T14:30Z", id="with a zone"),
        pytest.param(fields.Email(), "rené@example.org", id="accent before the @"),
        pytest.param(fields.Email(), "a@b", id="no domain"),
        pytest.param(fields.Email(), "a@example.org\r\nBcc: b@example.org", id="header injection"),
        pytest.param(fields.Phone(), "call me", id="no digits"),
        pytest.param(fields.Choice(Colour), "blue", id="not offered"),
        pytest.param(fields.Choice(Colour), ["red"], id="list for a choice"),
        pytest.param(fields.Id(), "1", id="short id"),
        pytest.param(fields.Id(), "{01890000-0000-7000-8000-000000000000}", id="braces"),
        pytest.param(fields.Flag(), "maybe", id="neither yes nor no"),
        pytest.param(fields.ListOf(fields.Count(), maximum=2), [1, 2, 3], id="long list"),
        pytest.param(fields.ListOf(fields.Count()), {"a": 1}, id="map for a list"),
    ],
)
def test_field_refuses_and_says_something(field, given):
    with pytest.raises(Invalid) as refusal:
        read(field, given)

    messages = [text for texts in refusal.value.fields.values() for text in texts]
    assert messages
    assert all(isinstance(text, str) and text and "%(" not in text for text in messages)


def test_unknown_fields_are_refused_by_name():
    schema = fields.StrictSchema.from_dict({"it": fields.Text()})

    with pytest.raises(Invalid) as refusal:
        load(schema, {"it": "x", "role": "admin"})

    assert set(refusal.value.fields) == {"role"}


def test_messages_are_in_the_readers_language():
    app = Flask("app")
    install(app)
    with app.test_request_context("/?lang=fr"), pytest.raises(Invalid) as refusal:
        read(fields.Text(required=True), "")

    assert refusal.value.fields == {"it": ["Renseignez ce champ."]}


def test_form_looks_like_json():
    form = MultiDict(
        [("csrf_token", "x"), ("request_key", "y"), ("a", "1"), ("b", " "), ("c", "1"), ("c", "2")]
    )

    assert posted(form) == {"a": "1", "c": ["1", "2"]}
