"""Pages of lists: how many, and from where. A cursor means something to us only."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.http.fields import Count, StrictSchema, Text
from app.http.words import say
from app.kernel.errors import Invalid
from app.kernel.words import N_

MOST = 100
UNREADABLE = N_("Send next_cursor as you were given it, or none to begin.")


class PageSchema(StrictSchema):
    limit = Count(minimum=1, maximum=MOST, load_default=20)
    cursor = Text(minimum=0, maximum=100, load_default="")


def cursor_of(place: UUID | int) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def id_of(cursor: str) -> UUID | None:
    """None: from the beginning. Raises Invalid."""
    if not cursor:
        return None
    try:
        return UUID(_read(cursor))
    except ValueError:
        raise _unreadable() from None


def number_of(cursor: str) -> int:
    """0: from the beginning. Raises Invalid."""
    text = _read(cursor) if cursor else "0"
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise _unreadable()
    return int(text)


@dataclass(frozen=True, slots=True)
class Page:
    items: Any
    next_cursor: str | None


def _read(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _unreadable() from None


def _unreadable() -> Invalid:
    return Invalid({"cursor": [say(UNREADABLE)]})
