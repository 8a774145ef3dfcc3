"""Passwords are hashed slowly, and the unknown take as long as the known."""

import time
from statistics import median

import pytest

from app.accounts import passwords


@pytest.fixture(autouse=True)
def strong():
    passwords.configure(cheap=False)
    yield
    passwords.configure(cheap=True)


def test_hash_is_argon2id_at_the_agreed_cost():
    assert passwords.hash_password("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_unknown_account_takes_as_long_as_a_known_one():
    stored = passwords.hash_password("right")
    passwords.verify(None, "x")

    def spent(known: str | None) -> float:
        before = time.process_time()
        assert not passwords.verify(known, "wrong")
        return time.process_time() - before

    known, unknown = (median(spent(one) for _ in range(7)) for one in (stored, None))

    assert 0.5 < known / unknown < 2


def test_endless_password_is_refused_before_it_is_hashed():
    before = time.process_time()

    assert not passwords.verify(passwords.hash_password("x"), "x" * 10_000_000)

    assert time.process_time() - before < 1


def test_cheaply_made_hash_is_made_again():
    passwords.configure(cheap=True)
    cheap = passwords.hash_password("right")
    passwords.configure(cheap=False)

    assert passwords.verify(cheap, "right")
    assert passwords.is_outdated(cheap)


def test_damaged_hash_opens_nothing():
    assert not passwords.verify("$argon2id$nonsense", "right")
