"""What is said of customers in plain values: roles, consents, what a card is found by."""

import re
from enum import StrEnum

from app.kernel.text import digits_key, search_key, search_words

HOST, SELLER = "HOST", "SELLER"
"""The two roles that Convive gives by itself; brands add their own words."""
GIVEN = (HOST, SELLER)

MOST_ROLES = 10

PHONE_LIKE = re.compile(r"\+?[\d\s.\-()/]{4,40}", re.ASCII)
FEWEST_DIGITS = 3


class Channel(StrEnum):
    """By what she may be told of offers. Mails about what she won need no consent."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"


CONSENT_VERSION = "2026-11-22"
"""Of the words beside the boxes; a change of words is a new version."""


def searchable(first_name: str, last_name: str, email: str | None, city: str) -> str:
    """Names first: lists are sorted by it."""
    return search_key(f"{first_name} {last_name} {email or ''} {city}")


def sought(text: str) -> tuple[tuple[str, ...], str]:
    """The words typed into a search box and, when they are a phone number, its digits instead."""
    typed = text.strip()
    digits = digits_key(typed) if PHONE_LIKE.fullmatch(typed) else ""
    return ((), digits) if len(digits) >= FEWEST_DIGITS else (search_words(text), "")


def own_roles(typed: str) -> tuple[str, ...]:
    """`VIP, Ambassadrice`: each once, in the order typed."""
    found: dict[str, str] = {}
    for word in typed.replace(";", ",").split(","):
        role = " ".join(word.split())
        if role:
            found.setdefault(search_key(role), role)
    return tuple(found.values())


def with_given(roles: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Her own roles become `wanted`; those that the system gave stay."""
    return (*(role for role in roles if role in GIVEN), *wanted)


def is_given(role: str) -> bool:
    return search_key(role).upper() in GIVEN
