"""Forms made to look like JSON, and loaded by the same strict schemas."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from app.http.words import say
from app.kernel.errors import Conflict, ConviveError, Invalid

PLUMBING = {"csrf_token", "request_key"}
"""What pages add to each form and no schema knows."""


def posted(form: MultiDict[str, str]) -> dict[str, Any]:
    """Without plumbing and blanks; a name sent several times becomes a list."""
    values = {name: [v for v in form.getlist(name) if v.strip()] for name in form}
    return {
        name: kept[0] if len(kept) == 1 else kept
        for name, kept in values.items()
        if kept and name not in PLUMBING
    }


def load(schema: Schema | type[Schema], data: Mapping[str, Any]) -> Any:
    """What the schema makes of `data`. Raises Invalid with each field's messages, in words."""
    schema = schema if isinstance(schema, Schema) else schema()
    try:
        return schema.load(_with_lists(schema, data))
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise Invalid(flatten(messages)) from None


def worded(refusal: Invalid) -> dict[str, list[str]]:
    """Field by field for a page, also what was refused below the fields."""
    return {name: [say(one) for one in some] for name, some in refusal.fields.items()}


def errors_of(
    refusal: ConviveError | None,
    field: str = "_form",
    beside: Mapping[type[ConviveError], str] = MappingProxyType({}),
) -> dict[str, list[str]]:
    """For a page: each message beside the field that can mend it. Without fields of its own, a
    refusal stands `beside` what its kind names, or else at `field`."""
    if refusal is None:
        return {}
    if isinstance(refusal, Invalid):
        return worded(refusal)
    at = next((place for kind, place in beside.items() if isinstance(refusal, kind)), field)
    return {at: [say(refusal)]}


def status_of(refusal: ConviveError | None) -> int:
    """Of the page that shows a form again, or for the first time."""
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 422


def flatten(messages: Any, path: str = "") -> dict[str, list[Any]]:
    """`{"lines": {0: {"quantity": [...]}}}` becomes `{"lines.0.quantity": [...]}`."""
    if not isinstance(messages, dict):
        told = [one if isinstance(one, str) else str(one) for one in messages]
        return {path or "_form": told}
    found: dict[str, list[Any]] = {}
    for name, inner in messages.items():
        step = "_form" if name == "_schema" else str(name)
        found |= flatten(inner, f"{path}.{step}" if path else step)
    return found


def _with_lists(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """One ticked box of a list arrives as one string."""
    listed = {name for name, field in schema.fields.items() if isinstance(field, fields.List)}
    return {
        name: [value] if name in listed and isinstance(value, str) else value
        for name, value in data.items()
    }
