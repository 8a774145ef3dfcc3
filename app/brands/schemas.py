"""What the pages about a brand may send."""

import re
from typing import Any, ClassVar

from marshmallow import Schema

from app.brands.settings import CHOICES, TEXTS, WHOLE_NUMBERS
from app.brands.terms import LONGEST_TERMS
from app.http.fields import Choice, Count, Strict, StrictSchema, Text
from app.kernel.words import N_


class Colour(Strict):
    """`#rrggbb`, as colour inputs send it."""

    WORDS: ClassVar[dict[str, str]] = {"grammar": N_("Give a colour, such as #8a3b5c.")}
    GRAMMAR = re.compile(r"#[0-9a-f]{6}", re.ASCII)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        text = self.text(value, 20).lower()
        if not self.GRAMMAR.fullmatch(text):
            self.refuse("grammar")
        return text


def _numbers() -> dict[str, Any]:
    return {
        name: Count(minimum=least, maximum=most, required=True)
        for name, (least, most) in WHOLE_NUMBERS.items()
    }


def _choices() -> dict[str, Any]:
    return {name: Choice(offered) for name, offered in CHOICES.items()}


MULTILINE = {"legal_address", "paper_note"}

SettingsSchema: type[Schema] = StrictSchema.from_dict(
    {**_numbers(), **_choices(), "origin": Text(maximum=200, load_default="")},
    name="SettingsSchema",
)


IdentitySchema: type[Schema] = StrictSchema.from_dict(
    {
        name: Text(maximum=most, load_default="", multiline=name in MULTILINE)
        for name, most in TEXTS.items()
    },
    name="IdentitySchema",
)


class ThemeSchema(StrictSchema):
    name = Text(maximum=80, required=True)
    accent = Colour(required=True)


class DomainSchema(StrictSchema):
    host = Text(maximum=253, required=True)


class TermsSchema(StrictSchema):
    text = Text(maximum=LONGEST_TERMS, required=True, multiline=True)
