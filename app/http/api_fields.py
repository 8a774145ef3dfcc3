"""What answers of the API are made of: plain JSON, each name always there, dates ISO, cents whole.

What comes in is read by the strict fields of `app.http.fields`, the same as forms.
"""

from collections.abc import Iterable
from typing import Any

from marshmallow import RAISE, Schema, fields

Text = fields.String
Id = fields.UUID
Flag = fields.Boolean
Instant = fields.AwareDateTime
"""ISO 8601 with its offset."""
Day = fields.Date
Named = fields.Dict
"""Values by name, which depend on the code beside them."""


class Answer(Schema):
    """Every declared name is in every answer, and no other is."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        field_obj.required = True


class Number(fields.Integer):
    """A whole number; amounts are cents, and say so in their names."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, **options)


class Word(fields.String):
    """One of a few values that programs may rely on."""

    def __init__(self, values: Iterable[str], **options: Any) -> None:
        self.values = sorted(str(value) for value in values)
        super().__init__(metadata={"enum": self.values}, **options)

    def _serialize(self, value: Any, attr: Any, obj: Any, **_: Any) -> str | None:
        return None if value is None else str(value)


def texts(**options: Any) -> Any:
    return fields.List(fields.String(), **options)


def numbers(**options: Any) -> Any:
    return fields.List(Number(), **options)


def one(schema: type[Schema], **options: Any) -> Any:
    return fields.Nested(schema, **options)


def many(schema: type[Schema], **options: Any) -> Any:
    return fields.List(fields.Nested(schema), **options)
