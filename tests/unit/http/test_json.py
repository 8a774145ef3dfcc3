"""JSON that is not what it seems is refused as unreadable, never as a crash."""

import pytest
from flask import Flask

from app.http.json import StrictJSONProvider

provider = StrictJSONProvider(Flask("app"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="unfinished"),
        pytest.param('{"a": NaN}', id="NaN"),
        pytest.param("[Infinity]", id="infinity"),
        pytest.param("[1e999]", id="infinity in digits"),
        pytest.param('{"a": 1, "a": 2}', id="a name twice"),
        pytest.param("[" * 30 + "]" * 30, id="deep"),
        pytest.param("[" * 100_000, id="very deep"),
        pytest.param("9" * 5000, id="endless number"),
        pytest.param('"\\ud800"', id="lone surrogate"),
        pytest.param('"a\\u0000b"', id="NUL"),
        pytest.param('{"a\\u0001": 1}', id="control character in a name"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
    ],
)
def test_refused_as_value_error(text):
    with pytest.raises(ValueError):  # noqa: PT011 -- the family is the contract
        provider.loads(text)


def test_plain_documents_pass():
    assert provider.loads('{"a": [1, "é\\n", null, true]}') == {"a": [1, "é\n", None, True]}
