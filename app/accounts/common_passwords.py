"""Passwords that somebody would guess first: refused, with what to do instead.

The list beside this file is short on purpose. What people add to a common word (digits, a dot, an
`@` for an `a`, the word again) is taken off before it is looked up, so that each line stands for
thousands of passwords. So is what anybody knows of the person: her name, her address, her brand.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from app.accounts.domain import LONGEST_PASSWORD, SHORTEST_PASSWORD
from app.kernel.errors import Invalid
from app.kernel.words import N_

TOO_SHORT = N_("Choose a password of %(least)s characters at least.")
TOO_LONG = N_("Choose a password of %(most)s characters at most.")
TOO_COMMON = N_(
    "Many people would try this password first. Take a few words that do not go together."
)
TOO_CLOSE = N_("This password holds little more than your name or address. Choose something else.")

LIST = Path(__file__).with_name("common_passwords.txt")
DISGUISES = str.maketrans("013457@$!€", "oieastasie")
ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
EVERYBODY_KNOWS = ("convive",)
LEFT = 4
"""So many letters must be left when all that is known of the person is taken out."""


def must_be_good(password: str, known: Iterable[str] = ()) -> None:
    """Raises Invalid, naming the mend. `known`: what others know of the person."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": [(TOO_SHORT, {"least": SHORTEST_PASSWORD})]})
    if len(password) > LONGEST_PASSWORD:
        raise Invalid({"password": [(TOO_LONG, {"most": LONGEST_PASSWORD})]})
    if is_common(password):
        raise Invalid({"password": [TOO_COMMON]})
    if is_close_to(password, known):
        raise Invalid({"password": [TOO_CLOSE]})


def is_common(password: str) -> bool:
    """With whatever is put around, or in the place of, a letter of a common word."""
    text = _folded(password)
    bare = ENDS.sub("", text)
    forms = {text, bare, text.translate(DISGUISES), bare.translate(DISGUISES)}
    forms |= {ENDS.sub("", form) for form in forms}
    if {*forms, *map(_once, forms)} & _common():
        return True
    return len(set(text)) < 3 or _is_run(text)


def is_close_to(password: str, known: Iterable[str]) -> bool:
    text = _folded(password)
    words = {part for word in (*known, *EVERYBODY_KNOWS) for part in _words(word)}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    said_any = len(text) < len(_folded(password))
    return said_any and sum(char.isalpha() for char in text) < LEFT


@cache
def _common() -> frozenset[str]:
    return frozenset(LIST.read_text("utf-8").split())


def _folded(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def _words(text: str) -> list[str]:
    """Of a name or an address, and what is before its at sign."""
    folded = _folded(text)
    parts = [*re.split(r"[\W_]+", folded), folded.partition("@")[0]]
    return [part for part in parts if len(part) >= 3]


def _once(text: str) -> str:
    """`abcabcabc` is `abc`."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_run(text: str) -> bool:
    """Neighbours all the way, up or down: `abcdefgh`, `87654321`."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})
