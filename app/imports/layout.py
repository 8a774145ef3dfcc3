"""What a file of one kind holds: its columns, what they mean, what each accepts."""

from dataclasses import dataclass
from functools import cached_property

from flask_babel import force_locale
from marshmallow import Schema

from app.http.fields import (
    Cents,
    Choice,
    Count,
    Date,
    Email,
    Flag,
    Phone,
    Strict,
    StrictSchema,
    Text,
)
from app.http.locale import LANGUAGES
from app.http.words import say
from app.imports.fields import Percentage
from app.kernel.money import MAX_CENTS
from app.kernel.text import search_key
from app.kernel.words import N_, Sentence

MOST_NAMED = 20
"""Answers that are listed one by one; of more, such as countries, an example is given."""


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the schema's field and always a good heading; `title`, in any of our languages,
    is another. `examples` fill the template, one a row; `meaning` is told beside it."""

    name: str
    title: str
    examples: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True)
class Layout:
    schema: type[StrictSchema]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that tell one row from another; a file must have those of them that are required."""

    @cached_property
    def loader(self) -> Schema:
        return self.schema()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which no row can be read."""
        return tuple(name for name in self.key if self.is_required(name))

    def is_required(self, name: str) -> bool:
        """Needed for a new row."""
        return self.field(name).required

    def field(self, name: str) -> Strict:
        field = self.loader.fields[name]
        assert isinstance(field, Strict)
        return field

    def headings(self) -> dict[str, str]:
        """Column names by every heading they answer to, folded. Needs an application context."""
        found = {search_key(column.name.replace("_", " ")): column.name for column in self.columns}
        for language in LANGUAGES:
            with force_locale(language):
                found |= {heading(say(column.title)): column.name for column in self.columns}
        return found


def heading(text: str) -> str:
    """Headings are compared without case, accents, underscores, nor what stands in brackets."""
    return search_key(text.partition("(")[0].replace("_", " ").replace("*", " "))


def accepts(field: Strict) -> Sentence:
    """What may stand in a cell, in words."""
    match field:
        case Percentage():
            return Sentence(N_("a rate such as 20 or 5.5"))
        case Cents() if (field.minimum, field.maximum) == (0, MAX_CENTS):
            return Sentence(N_("an amount such as 12.50"))
        case Cents():
            return Sentence(
                N_("an amount from %(least_cents)s to %(most_cents)s, such as 12.50"),
                {"least_cents": field.minimum, "most_cents": field.maximum},
            )
        case Count():
            return Sentence(
                N_("a whole number from %(least)s to %(most)s"),
                {"least": field.minimum, "most": field.maximum},
            )
        case Date():
            return Sentence(N_("a date such as 31/12/2026 or 2026-12-31"))
        case Flag():
            return Sentence(N_("yes or no"))
        case Choice() if len(field.choices) > MOST_NAMED:
            usual = field.load_default if isinstance(field.load_default, str) else None
            example = usual or next(iter(field.choices))
            return Sentence(N_("a code such as %(example)s"), {"example": example})
        case Choice():
            return Sentence(N_("one of: %(choices)s"), {"choices": list(field.choices)})
        case Email():
            return Sentence(N_("an e-mail address"))
        case Phone():
            return Sentence(N_("a phone number"))
        case Text():
            return Sentence(N_("a text of %(most)s characters at most"), {"most": field.maximum})
        case _:
            return Sentence(N_("a text"))
