"""A document made of what was typed in a form, with each complaint beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from marshmallow import ValidationError

from app.http.fields import REQUIRED, Strict
from app.http.form_tree import Tree
from app.http.words import say
from app.kernel.shape import Problem

Document = dict[str, Any]
Errors = dict[str, list[str]]


@dataclass(slots=True)
class Written:
    """The document, as far as it could be read, and what needs a mend."""

    document: Document
    root: str = ""
    """Path of this part in the whole document, as problems name it: `rules[0]`."""
    errors: Errors = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Path in the document -> place in the form."""

    def note(self, problems: Iterable[Problem]) -> None:
        """Each problem of the document beside the field it is about."""
        for problem in problems:
            path = problem.path.removeprefix(self.root).removeprefix(".")
            message = say((problem.words, problem.params))
            messages = self.errors.setdefault(self.field_of(path), [])
            if message not in messages:
                messages.append(message)

    def field_of(self, path: str) -> str:
        """The field of the form that a path of the document speaks of."""
        known = path
        while known not in self.places:
            cut = max(known.rfind("."), known.rfind("["))
            if cut < 0:
                return "_form"
            known = known[:cut]
        return self.places[known]

    def wrong(self, place: str, words: str) -> None:
        self.errors.setdefault(place, []).append(say(words))

    def put(self, name: str, value: Any) -> None:
        """What is left empty is left out of the document."""
        if value not in (None, "", {}):
            self.document[name] = value

    def typed(
        self,
        kind: Strict,
        branch: Tree,
        place: str,
        name: str,
        path: str,
        *,
        optional: bool = False,
    ) -> Any:
        """What was typed in one field, as a value of the document; None where it is wrong."""
        at = f"{place}.{name}" if place else name
        self.places[path] = at
        text = str(branch.get(name, "")).strip()
        if not text:
            if not optional:
                self.wrong(at, REQUIRED)
            return None
        try:
            value = kind.deserialize(text)
        except ValidationError as error:
            self.errors.setdefault(at, []).extend(str(one) for one in error.messages)
            return None
        if isinstance(value, time):
            return value.isoformat("minutes")
        return value.isoformat() if isinstance(value, date) else value

    def listed(self, branch: Tree, place: str, name: str, path: str) -> list[str]:
        """Names between commas."""
        self.places[path] = f"{place}.{name}" if place else name
        return names_in(str(branch.get(name, "")))


def names_in(text: str) -> list[str]:
    """References as people list them: between commas, semicolons or on lines of their own."""
    found = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(name for name in found if name))


def without_none(values: Document) -> Document:
    return {name: value for name, value in values.items() if value is not None}


def amount_text(cents: int) -> str:
    """As people type it: 300 or 12,50."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def rate_text(rate_bp: int) -> str:
    whole, rest = divmod(rate_bp, 100)
    return f"{whole},{rest:02}".rstrip("0") if rest else str(whole)
