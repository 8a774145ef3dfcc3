"""Signing in and out, through the pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.conftest import PASSWORD


def test_seller_signs_in_with_her_address_typed_in_another_case(client, make_user):
    make_user("sophie@example.org")

    answer = client.submit("/sign-in", email=" Sophie@Example.ORG ", password=PASSWORD)

    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("sophie@example.org", "wrong password here", id="wrong password"),
        pytest.param("nobody@example.org", PASSWORD, id="unknown address"),
        pytest.param("suspended@example.org", PASSWORD, id="suspended account"),
    ],
)
def test_refusals_say_the_same_whatever_is_wrong(client, make_user, uow, email, password):
    from app.accounts.services import set_active

    make_user("sophie@example.org")
    make_user("suspended@example.org")
    with uow() as work:
        set_active(work, "suspended@example.org", active=False)

    answer = client.submit("/sign-in", email=email, password=password)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in page
    assert f'value="{email}"' in page
    assert password not in page


def test_session_gets_a_new_secret_at_sign_in(client, make_user):
    make_user()
    client.get("/sign-in")
    before = cookie(client)

    client.submit("/sign-in", email="sophie@example.org", password=PASSWORD)

    assert cookie(client) != before


def test_copied_cookie_opens_nothing_after_sign_out(client, new_client, brand, sign_in):
    sign_in()
    copied = cookie(client)
    thief = new_client(brand)
    thief.set_cookie("convive_session", copied, domain="maison.localhost")
    assert thief.get("/sign-in").status_code == 303

    client.submit("/sign-out")

    assert thief.get("/sign-in").status_code == 200


def test_suspended_person_is_out_at_her_next_request(client, sign_in, uow):
    from app.accounts.services import set_active

    sign_in()
    with uow() as work:
        set_active(work, "sophie@example.org", active=False)

    assert client.get("/sign-in").status_code == 200


def test_session_of_one_brand_is_nothing_at_another(client, sign_in, second_brand, new_client):
    sign_in()
    other = new_client(second_brand)
    other.set_cookie("convive_session", cookie(client), domain="voisine.localhost")

    assert other.get("/sign-in").status_code == 200


def test_eleventh_try_on_one_account_has_to_wait(client, make_user):
    make_user()
    for _ in range(10):
        client.submit("/sign-in", email="sophie@example.org", password="not this one")

    answer = client.submit("/sign-in", email="sophie@example.org", password=PASSWORD, next="/")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert 'value="sophie@example.org"' in page
    assert "Trop de tentatives. Réessayez dans 10 min." in page
    assert PASSWORD not in page


def test_wrong_links_from_one_place_have_to_wait(client):
    answers = [client.get(f"/h/{'x' * 42}{n % 10}") for n in range(21)]

    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600


def test_a_visitor_who_only_looks_is_forgotten_after_a_day(client, uow):
    answer = client.get("/sign-in")

    (kept,) = sessions(uow)
    assert kept.expires_at - kept.created_at == timedelta(days=1)
    assert "Max-Age=86400;" in answer.headers["Set-Cookie"]


def test_signing_in_lasts_a_month(sign_in, uow):
    sign_in()

    lasting = [row for row in sessions(uow) if row.user_id]
    assert [row.expires_at - row.created_at for row in lasting] == [timedelta(days=30)]


@pytest.mark.parametrize(
    "wish", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_elsewhere(client, make_user, wish):
    make_user()

    answer = client.submit("/sign-in", email="sophie@example.org", password=PASSWORD, next=wish)

    assert answer.location == "/"


def test_form_without_token_does_nothing(client, make_user):
    make_user()

    answer = client.post("/sign-in", data={"email": "sophie@example.org", "password": PASSWORD})

    assert answer.status_code == 403
    assert client.get("/sign-in").status_code == 200


def test_passer_by_without_a_form_leaves_no_session(client, app):
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"email": "not an address", "password": "x"}, id="no address"),
        pytest.param({"email": "a@example.org", "password": "x" * 200}, id="endless password"),
        pytest.param({"email": "a\x00@example.org", "password": "x\x00"}, id="NUL"),
        pytest.param({"email": ["a@example.org", "b@example.org"], "password": "x"}, id="twice"),
        pytest.param({"email": "a@example.org", "password": "x", "role": "admin"}, id="more"),
        pytest.param({"email": "rené@example.org", "password": "x"}, id="accent in the address"),
    ],
)
def test_hostile_sign_in_is_asked_again(client, typed):
    answer = client.submit("/sign-in", **typed)

    assert answer.status_code == 422


def sessions(uow) -> list:
    with uow(None) as work:
        return work.session.execute(text("SELECT * FROM sessions")).all()


def cookie(client) -> str:
    found = client.get_cookie("convive_session", domain=re.sub("http://", "", client.origin))
    assert found is not None
    return found.value
