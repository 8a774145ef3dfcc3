"""Opaque secrets: 256 random bits for the bearer, only their hash for us."""

import hashlib
import re
import secrets

GRAMMAR = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()


def is_token(text: str | None) -> bool:
    return bool(text and GRAMMAR.fullmatch(text))
