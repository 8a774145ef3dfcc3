"""One table of fields per document: it reads the document strictly and prints its JSON Schema.

Reading never stops at the first mistake: every problem is collected with the path of its field,
a code for programs and words that name the mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, Final

from app.kernel.words import N_, Sentence

MAX_TEXT = 200
MAX_ITEMS = 10_000
SHORT = 2
"""Guessing at words no longer than this misleads: “=>” is not nearly “>”."""

DATE_PATTERN: Final = "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
UNPRINTABLE: Final = (
    "[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]"
)
TIME_PATTERN: Final = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
INSTANT_PATTERN: Final = (
    f"{DATE_PATTERN[:-1]}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,6}})?)?"
    "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_date = re.compile(DATE_PATTERN.replace("$", r"\Z"))
_time = re.compile(TIME_PATTERN.replace("$", r"\Z"))
_instant = re.compile(INSTANT_PATTERN.replace("$", r"\Z"))
_unprintable = re.compile(UNPRINTABLE)


class _Marker:
    """A value that stands for the absence of one."""

    __slots__ = ()


BAD: Final = _Marker()
"""What reading returns where it noted a problem."""
REQUIRED: Final = _Marker()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document: `words` with `params` name the mend."""

    path: str
    code: str
    words: str
    params: Mapping[str, Any] = field(default_factory=dict)


Problems = list[Problem]


KINDS: Final[Mapping[type, str]] = {
    dict: N_("an object"),
    list: N_("a list"),
    str: N_("a text"),
    bool: N_("true or false"),
    int: N_("a whole number"),
    float: N_("a decimal number"),
    type(None): "null",
}


def _wrong_type(path: str, expected: str, value: object, problems: Problems) -> _Marker:
    words = {
        "object": N_("Write an object {…} here; found: %(found)s."),
        "array": N_("Write a list […] here; found: %(found)s."),
        "text": N_("Write a text between quotes here; found: %(found)s."),
        "flag": N_("Write true or false here; found: %(found)s."),
        "whole number": N_("Write a whole number without decimal point here; found: %(found)s."),
        "date": N_("Write a date as YYYY-MM-DD here; found: %(found)s."),
        "time": N_("Write a time of day as HH:MM here; found: %(found)s."),
        "instant": N_("Write a moment as YYYY-MM-DDTHH:MM:SS+HH:MM here; found: %(found)s."),
    }
    problems.append(
        Problem(path, "wrong_type", words[expected], {"found": Sentence(KINDS[type(value)])})
    )
    return BAD


class Shape:
    """What may stand in one place of a document."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        raise NotImplementedError

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """A whole number in [low, high]."""

    low: int
    high: int
    about: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not int:
            return _wrong_type(path, "whole number", value, problems)
        if self.low <= value <= self.high:
            return value
        words = N_("Write a whole number from %(low)s to %(high)s.")
        problems.append(Problem(path, "out_of_range", words, {"low": self.low, "high": self.high}))
        return BAD

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": self.low,
            "maximum": self.high,
            **_described(self.about),
        }


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """One line of text; empty only when `least` is 0."""

    about: str = ""
    least: int = 1
    most: int = MAX_TEXT

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str:
            return _wrong_type(path, "text", value, problems)
        if not self.least <= len(value) <= self.most:
            words = N_("Write a text of %(low)s to %(high)s characters.")
            found = {"low": self.least, "high": self.most}
            problems.append(Problem(path, "wrong_length", words, found))
            return BAD
        if _unprintable.search(value):
            words = N_("Take out the invisible control characters.")
            problems.append(Problem(path, "control_characters", words))
            return BAD
        return value

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": self.least,
            "maxLength": self.most,
            "not": {"pattern": UNPRINTABLE},
            **_described(self.about),
        }


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    about: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        return value if type(value) is bool else _wrong_type(path, "flag", value, problems)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"type": "boolean", **_described(self.about)}


@dataclass(frozen=True, slots=True)
class Day(Shape):
    """A calendar day, read as a date; years 1900 to 2199."""

    about: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str:
            return _wrong_type(path, "date", value, problems)
        if _date.match(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        words = N_("“%(value)s” is not a day: write YYYY-MM-DD, in the years 1900 to 2199.")
        problems.append(Problem(path, "not_a_date", words, {"value": value[:40]}))
        return BAD

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        shape = {"type": "string", "format": "date", "maxLength": 10, "pattern": DATE_PATTERN}
        return {**shape, **_described(self.about)}


@dataclass(frozen=True, slots=True)
class TimeOfDay(Shape):
    """HH:MM, from 00:00 to 23:59."""

    about: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str:
            return _wrong_type(path, "time", value, problems)
        if _time.match(value):
            return time.fromisoformat(value)
        words = N_("“%(value)s” is not a time of day: write HH:MM, from 00:00 to 23:59.")
        problems.append(Problem(path, "not_a_time", words, {"value": value[:40]}))
        return BAD

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", "pattern": TIME_PATTERN, "maxLength": 5, **_described(self.about)}


@dataclass(frozen=True, slots=True)
class Instant(Shape):
    """A moment with its distance from UTC, read as an aware datetime."""

    about: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str:
            return _wrong_type(path, "instant", value, problems)
        if _instant.match(value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        words = N_(
            "“%(value)s” is not a moment: write a day, a time and the distance from UTC, "
            "like 2026-03-09T14:30:00+01:00."
        )
        problems.append(Problem(path, "not_a_moment", words, {"value": value[:40]}))
        return BAD

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        shape = {"type": "string", "pattern": INSTANT_PATTERN, "maxLength": 40}
        return {**shape, **_described(self.about)}


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of a few words."""

    options: tuple[str, ...]
    about: str = ""
    build: Callable[[str], Any] = str

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str:
            return _wrong_type(path, "text", value, problems)
        if value in self.options:
            return self.build(value)
        problems.append(_unknown(path, value, self.options))
        return BAD

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"enum": list(self.options), **_described(self.about)}


def _unknown(path: str, value: str, options: Iterable[str]) -> Problem:
    known = tuple(options)
    close = get_close_matches(value, known, n=1) if len(value) > SHORT else []
    params = {"value": value[:40], "accepted": ", ".join(known)}
    if close:
        words = N_("“%(value)s” is not known here. Did you mean “%(guess)s”?")
        return Problem(path, "unknown_value", words, {**params, "guess": close[0]})
    words = N_("“%(value)s” is not known here. Accepted: %(accepted)s.")
    return Problem(path, "unknown_value", words, params)


@dataclass(frozen=True, slots=True)
class Many(Shape):
    """A list, read as a tuple."""

    item: Shape
    least: int = 0
    most: int = MAX_ITEMS
    about: str = ""
    distinct: bool = False

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not list:
            return _wrong_type(path, "array", value, problems)
        if not self.least <= len(value) <= self.most:
            words = N_("Write a list of %(low)s to %(high)s elements.")
            found = {"low": self.least, "high": self.most}
            problems.append(Problem(path, "wrong_length", words, found))
            return BAD
        items = [self.item.read(item, f"{path}[{i}]", problems) for i, item in enumerate(value)]
        if any(item is BAD for item in items):
            return BAD
        if self.distinct and len(set(items)) < len(items):
            problems.append(Problem(path, "repeated", N_("Name each element once.")))
            return BAD
        return tuple(items)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        unique = {"uniqueItems": True} if self.distinct else {}
        return {
            "type": "array",
            "items": self.item.schema(defs),
            "minItems": self.least,
            "maxItems": self.most,
            **unique,
            **_described(self.about),
        }


@dataclass(frozen=True, slots=True)
class Keyed(Shape):
    """An object whose names are free (ids, references, codes) and whose values are alike."""

    item: Shape
    most: int = MAX_ITEMS
    about: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not dict:
            return _wrong_type(path, "object", value, problems)
        if len(value) > self.most:
            words = N_("Name at most %(most)s here.")
            problems.append(Problem(path, "wrong_length", words, {"most": self.most}))
            return BAD
        before = len(problems)
        for name in value:
            Text().read(name, f"{path}.{name[:40]}", problems)
        found = {
            name: self.item.read(item, f"{path}.{name[:40]}", problems)
            for name, item in value.items()
        }
        return BAD if len(problems) > before else found

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": Text().schema(defs),
            "additionalProperties": self.item.schema(defs),
            "maxProperties": self.most,
            **_described(self.about),
        }


@dataclass(frozen=True, slots=True)
class Field:
    shape: Shape
    default: Any = REQUIRED
    nullable: bool = False
    """null is accepted and means: not known."""
    shown: bool = True
    """Whether the schema states the default."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if value is None and self.nullable:
            return None
        return self.shape.read(value, path, problems)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        schema = self.shape.schema(defs)
        if self.nullable:
            about = {"description": schema.pop("description")} if "description" in schema else {}
            shown = {"default": _plain(self.default)} if self.shown else {}
            return {"anyOf": [schema, {"type": "null"}], **shown, **about}
        if self.default is REQUIRED or self.default is None or not self.shown:
            return schema
        return {**schema, "default": _plain(self.default)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def required(shape: Shape) -> Field:
    return Field(shape)


def optional(shape: Shape, default: Any) -> Field:
    return Field(shape, default)


def maybe(shape: Shape) -> Field:
    """May be absent or null: not known."""
    return Field(shape, None, nullable=True)


def absent(shape: Shape) -> Field:
    """May be left out, but not null."""
    return Field(shape, None, shown=False)


Build = Callable[[dict[str, Any], str, Problems], Any]


@dataclass(frozen=True, slots=True)
class Record(Shape):
    """An object with known fields only; `build` turns the values read into something better."""

    name: str
    fields: Mapping[str, Field]
    about: str = ""
    build: Build | None = None
    rules: tuple[Mapping[str, Any], ...] = ()
    """What the schema says beside the fields."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not dict:
            return _wrong_type(path, "object", value, problems)
        before = len(problems)
        self._refuse_unknown(value, path, problems)
        values = {name: self._field(name, value, path, problems) for name in self.fields}
        if len(problems) > before:
            return BAD
        if self.build is None:
            return values
        built = self.build(values, path, problems)
        return BAD if len(problems) > before else built

    def _field(self, name: str, value: Mapping[str, Any], path: str, problems: Problems) -> Any:
        field_ = self.fields[name]
        at = f"{path}.{name}" if path else name
        if name in value:
            return field_.read(value[name], at, problems)
        if field_.default is REQUIRED:
            problems.append(Problem(at, "missing", N_("This field is required: add it.")))
            return BAD
        return field_.default

    def _refuse_unknown(self, value: Mapping[str, Any], path: str, problems: Problems) -> None:
        for name in value:
            if name not in self.fields:
                at = f"{path}.{name[:40]}" if path else name[:40]
                problems.append(_unknown_field(at, name, tuple(self.fields)))

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        if self.name not in defs:
            defs[self.name] = {}
            defs[self.name] = self._body(defs)
        return {"$ref": f"#/$defs/{self.name}"}

    def _body(self, defs: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"type": "object", **_described(self.about)}
        body["properties"] = {name: field_.schema(defs) for name, field_ in self.fields.items()}
        needed = [name for name, field_ in self.fields.items() if field_.default is REQUIRED]
        if needed:
            body["required"] = needed
        body["additionalProperties"] = False
        if self.rules:
            body["allOf"] = [dict(rule) for rule in self.rules]
        return body


def _unknown_field(path: str, name: str, known: Sequence[str]) -> Problem:
    close = get_close_matches(name, known, n=1)
    params = {"name": name[:40], "known": ", ".join(known)}
    if close:
        words = N_("Unknown field “%(name)s”. Did you mean “%(guess)s”?")
        return Problem(path, "unknown_field", words, {**params, "guess": close[0]})
    words = N_("Unknown field “%(name)s”: take it out. Fields known here: %(known)s.")
    return Problem(path, "unknown_field", words, params)


@dataclass(frozen=True, slots=True)
class Tagged(Shape):
    """An object whose fields depend on the word in one of them."""

    tag: str
    cases: Mapping[str, Record]

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not dict:
            return _wrong_type(path, "object", value, problems)
        at = f"{path}.{self.tag}" if path else self.tag
        if self.tag not in value:
            words = N_("This field is required: add it. Accepted: %(accepted)s.")
            params = {"accepted": ", ".join(self.cases)}
            problems.append(Problem(at, "missing", words, params))
            return BAD
        word = Choice(tuple(self.cases)).read(value[self.tag], at, problems)
        return BAD if word is BAD else self.cases[word].read(value, path, problems)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"oneOf": [case.schema(defs) for case in self.cases.values()]}


def _described(about: str) -> dict[str, str]:
    return {"description": about} if about else {}


def json_schema(shape: Record, title: str, address: str) -> dict[str, Any]:
    """The schema of a whole document, draft 2020-12."""
    defs: dict[str, Any] = {}
    root = shape.schema(defs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": title,
        **root,
        "$defs": defs,
    }
