"""A password is long enough and not what anybody would try first; nothing else is asked of it."""

import pytest

from app.accounts.common_passwords import LIST, TOO_CLOSE, TOO_COMMON, is_common, must_be_good
from app.kernel.errors import Invalid

SOPHIE = ["Sophie Marchand", "sophie.marchand@example.org", "Maison Olive"]


@pytest.mark.parametrize(
    "password",
    [
        "bicyclette",
        "trois petits chats gris",
        "Zqv7#pLw",
        "ünïcödé et ses amis",
        "x" * 5 + "kdoe92hf",
        "a long enough password",
    ],
)
def test_accepted(password):
    must_be_good(password, SOPHIE)


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password1!",
        "P@ssw0rd2026",
        "motdepasse",
        "MotDePasse123",
        "azertyuiop",
        "azertyazerty",
        "2026soleil!!",
        "sòleil2026",
        "12345678",
        "87654321",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghij",
        "chocolat.75",
        "iloveyou<3<3",
    ],
)
def test_what_many_would_try_first(password):
    with pytest.raises(Invalid) as refusal:
        must_be_good(password)

    assert refusal.value.fields == {"password": [TOO_COMMON]}


@pytest.mark.parametrize(
    "password", ["marchand1978", "Sophie-Marchand", "MaisonOlive75", "sophie.marchand", "convive!!"]
)
def test_what_is_known_of_her(password):
    with pytest.raises(Invalid) as refusal:
        must_be_good(password, SOPHIE)

    assert refusal.value.fields == {"password": [TOO_CLOSE]}


@pytest.mark.parametrize(
    ("password", "fine"),
    [("kqwzpfm", 0), ("kqwzpfmt", 1), ("kt" + "éq7" * 42, 1), ("kt" + "éq7" * 43, 0)],
)
def test_length_is_counted_in_characters(password, fine):
    if fine:
        must_be_good(password)
        return
    with pytest.raises(Invalid):
        must_be_good(password)


def test_each_line_of_the_list_is_found_again():
    assert [word for word in LIST.read_text("utf-8").split() if not is_common(word)] == []
