"""Passwords: Argon2id, the same work whether or not the account exists."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.domain import LONGEST_PASSWORD

_STRONG = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_chosen = {"hasher": _STRONG}


def configure(*, cheap: bool) -> None:
    """Told once by the composition root; cheap is for tests."""
    _chosen["hasher"] = _CHEAP if cheap else _STRONG


def hash_password(password: str) -> str:
    return _chosen["hasher"].hash(password)


def verify(stored: str | None, password: str) -> bool:
    """With nothing stored, as much time passes, and the answer is no."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return (
            _chosen["hasher"].verify(stored or _dummy(_chosen["hasher"]), password)
            and stored is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Made with weaker parameters than today's: hash again at the next sign-in."""
    return _chosen["hasher"].check_needs_rehash(stored)


@cache
def _dummy(hasher: PasswordHasher) -> str:
    """Hashed once: checking against it then costs what checking a real one costs."""
    return hasher.hash("nobody has this password")
