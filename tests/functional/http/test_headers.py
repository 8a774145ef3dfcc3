"""Every answer carries the same protections, and each page speaks the reader's language."""

import pytest

PAGES = ["/sign-in", "/nowhere", "/health/live", "/theme.css", "/sign-out"]


@pytest.mark.parametrize("path", PAGES)
def test_protections_are_on_every_answer(client, path):
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    assert "Cookie" in headers["Vary"]


def test_pages_are_not_kept_by_browsers(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_theme_is_kept_until_it_changes(client):
    first = client.get("/theme.css")
    again = client.get("/theme.css", headers={"If-None-Match": first.headers["ETag"]})

    assert "--brand: #8a3b5c" in first.get_data(as_text=True)
    assert "max-age" in first.headers["Cache-Control"]
    assert again.status_code == 304


def test_session_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(client):
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize("host", ["evil.example", "maison.localhost.evil.example", "a b"])
def test_foreign_host_is_answered_with_nothing_of_ours(client, host):
    answer = client.get("/sign-in", base_url="http://localhost", headers={"Host": host})

    assert answer.status_code in {400, 404}
    assert "Maison" not in answer.get_data(as_text=True)


def test_unknown_brand_is_a_plain_page(client):
    answer = client.get("/sign-in", base_url="http://nobody.localhost")

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_only_brand_also_answers_on_localhost(client):
    assert client.get("/sign-in", base_url="http://localhost:8000").status_code == 200


def test_of_several_brands_none_answers_on_localhost(client, second_brand):
    assert client.get("/sign-in", base_url="http://localhost").status_code == 404
    assert client.get("/sign-in", base_url="http://voisine.localhost").status_code == 200


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr", "fr"), ("en-GB,en;q=0.9", "en"), ("de", "fr"), ("", "fr"), ("*", "fr")],
)
def test_language_of_the_browser_or_else_of_the_brand(client, accepted, language):
    page = client.get("/sign-in", headers={"Accept-Language": accepted}).get_data(as_text=True)

    assert f'<html lang="{language}"' in page


def test_chosen_language_is_remembered_by_this_browser(client):
    answer = client.submit("/language", lang="en", headers={"Referer": f"{client.origin}/sign-in"})

    assert answer.location == "/sign-in"
    assert '<html lang="en"' in client.follow(answer).get_data(as_text=True)


def test_language_asked_for_in_the_address_wins(client):
    assert '<html lang="en"' in client.get("/sign-in?lang=en").get_data(as_text=True)


def test_static_files_are_kept_long_and_named_by_content(client, app):
    with app.test_request_context(base_url=client.origin):
        from flask import url_for

        address = url_for("static", filename="css/convive.css")

    answer = client.get(address)
    answer.close()

    assert "?v=" in address
    assert answer.status_code == 200
    assert "max-age=2592000" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_drawing_opened_by_itself_may_run_nothing(client):
    with client.get("/static/img/icon.svg") as answer:
        headers = answer.headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
