"""Quotes as JSON, out and in again, and their schema: all three read off the quote's own types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.promotions.domain.quote import Quote

QUOTE_FORMAT = "convive.quote/1"
QUOTE_SCHEMA_ID = "urn:convive:quote:1"

JsonObject = dict[str, Any]

PLAIN_TYPES: Mapping[Any, JsonObject] = {
    int: {"type": "integer"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    Any: {},
}


def quote_to_json(quote: Quote) -> JsonObject:
    """Dates as texts, sets as sorted lists; `read_quote` reads it back."""
    return {"format": QUOTE_FORMAT, **_written(quote)}


def read_quote(document: Mapping[str, Any]) -> Quote:
    """A quote we wrote ourselves, also by an earlier version: fields it lacks have defaults."""
    read: Quote = _read(Quote, document)
    return read


def quote_schema() -> JsonObject:
    defs: JsonObject = {}
    body = _object(Quote, defs)
    body["properties"] = {
        "format": {"const": QUOTE_FORMAT},
        **body["properties"],
        "texts": {
            "type": "array",
            "items": TEXT,
            "description": "With --explain: what the quote says, in words.",
        },
    }
    body["required"] = ["format", *body["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": QUOTE_SCHEMA_ID,
        "title": "What a cart costs, and why",
        **body,
        "$defs": defs,
    }


TEXT: JsonObject = {
    "type": "object",
    "properties": {
        "about": {"type": "string", "description": "Path of what it tells."},
        "text": {"type": "string"},
    },
    "required": ["about", "text"],
    "additionalProperties": False,
}


# ---------------------------------------------------------------- writing


def _written(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _written(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _written(inner) for name, inner in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_written(item) for item in value)
    if isinstance(value, tuple | list):
        return [_written(item) for item in value]
    if isinstance(value, str):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


# ---------------------------------------------------------------- reading


def _read(cls: Any, document: Mapping[str, Any]) -> Any:
    types = _types_of(cls)
    return cls(**{name: _value(types[name], document[name]) for name in types if name in document})


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    kind = _without_none(kind)
    if is_dataclass(kind):
        return _read(kind, value)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], item) for item in value)
    return value


@cache
def _types_of(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in {Union, UnionType}:
        return next(part for part in get_args(kind) if part is not NoneType)
    return kind


# ---------------------------------------------------------------- schema


def _object(cls: type, defs: JsonObject) -> JsonObject:
    types = _types_of(cls)
    return {
        "type": "object",
        "properties": {field.name: _schema(types[field.name], defs) for field in _fields_of(cls)},
        "required": [field.name for field in _fields_of(cls)],
        "additionalProperties": False,
    }


def _fields_of(cls: Any) -> tuple[Field[Any], ...]:
    return fields(cls)


def _schema(kind: Any, defs: JsonObject) -> JsonObject:
    if get_origin(kind) in {Union, UnionType}:
        return {"anyOf": [_schema(_without_none(kind), defs), {"type": "null"}]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0], defs)}
    if is_dataclass(kind):
        return _reference(kind, defs)  # type: ignore[arg-type]
    return dict(PLAIN_TYPES.get(kind, {"type": "object"}))


def _reference(cls: type, defs: JsonObject) -> JsonObject:
    name = cls.__name__
    if name not in defs:
        defs[name] = {}
        defs[name] = _object(cls, defs)
    return {"$ref": f"#/$defs/{name}"}
