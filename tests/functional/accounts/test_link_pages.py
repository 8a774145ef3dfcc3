"""The page behind a personal link gives nothing away."""

import pytest

WRONG = ["x" * 43, "short", "x" * 3_000, "%00", "..%2f..%2f"]


@pytest.mark.parametrize("token", WRONG, ids=["unknown", "short", "endless", "NUL", "path"])
def test_wrong_link_is_a_calm_page_without_a_session(client, token):
    answer = client.get(f"/h/{token}")

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_addresses_behind_links_are_told_to_nobody(client):
    headers = client.get(f"/h/{'x' * 43}").headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_tokens_stay_out_of_the_log(client, capfd):
    client.get(f"/h/{'secret' * 7}x")

    assert "secret" not in capfd.readouterr().err


def test_guessing_links_ends_in_a_pause(client):
    answers = [client.get(f"/h/{number:043d}").status_code for number in range(22)]

    assert answers[:20] == [404] * 20
    assert answers[-1] == 429
