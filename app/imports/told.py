"""Sentences and bad cells as JSON: kept untranslated, so that each reader has her own language."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from app.http.words import Said
from app.imports.checking import BadCell
from app.kernel.errors import ConviveError
from app.kernel.words import Sentence


def to_json(message: Any) -> dict[str, Any]:
    """Of whatever `say()` says."""
    if isinstance(message, ConviveError):
        return to_json((message.words, message.params))
    if isinstance(message, Said):
        return to_json(message.sentence)
    words, params = message if isinstance(message, tuple) else (message, {})
    return {"words": str(words), "params": {name: _kept(value) for name, value in params.items()}}


def from_json(document: Mapping[str, Any]) -> Sentence:
    params = {name: _given(value) for name, value in document["params"].items()}
    return Sentence(document["words"], params)


def cell_to_json(cell: BadCell) -> dict[str, Any]:
    return {
        "line": cell.line,
        "column": cell.column,
        "value": cell.value,
        "reason": to_json(cell.reason),
        "accepts": to_json(cell.accepts),
    }


def cell_from_json(document: Mapping[str, Any]) -> BadCell:
    told = {name: from_json(document[name]) for name in ("reason", "accepts")}
    return BadCell(document["line"], document["column"], document["value"], **told)


def _kept(value: Any) -> Any:
    if isinstance(value, Sentence):
        return to_json(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return value if isinstance(value, bool | int | str | None) else str(value)


def _given(value: Any) -> Any:
    if isinstance(value, list):
        return [_given(one) for one in value]
    match value:
        case {"words": _}:
            return from_json(value)
        case {"at": at}:
            return datetime.fromisoformat(at)
        case {"on": on}:
            return date.fromisoformat(on)
        case _:
            return value
