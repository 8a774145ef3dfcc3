"""JSON as we accept it: UTF-8, finite numbers, each name once, shallow, printable texts."""

import json
from datetime import date
from typing import Any

from flask.json.provider import DefaultJSONProvider

DEEPEST = 20
LONGEST_NUMBER = 40


class StrictJSONProvider(DefaultJSONProvider):
    sort_keys = False

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Raises ValueError, and nothing else, for what we do not accept."""
        try:
            text = s.decode("utf-8") if isinstance(s, bytes) else s
            found = json.loads(
                text,
                parse_constant=_refuse_constant,
                parse_int=_short_int,
                object_pairs_hook=_each_name_once,
            )
            _check(found, DEEPEST)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        except OverflowError:
            raise ValueError("a number out of range") from None
        return found

    @staticmethod
    def default(o: Any) -> Any:
        """Dates as ISO 8601, not as an HTTP header writes them."""
        return o.isoformat() if isinstance(o, date) else DefaultJSONProvider.default(o)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _short_int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number out of range")
    return int(digits)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and value in {float("inf"), float("-inf")}:
        raise ValueError("a number out of range")
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check(item, depth - 1)


def _check_text(text: str) -> None:
    if any((char < " " and char not in "\t\n\r") or "\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("a text that cannot be read")
