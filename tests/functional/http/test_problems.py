"""Refusals and failures, as browsers and programs see them."""

import pytest
from flask import Blueprint, abort
from sqlalchemy import text

from app import create_app
from app.http.auth import open_to, open_to_anyone
from app.http.work import reading, writing
from app.infra.extensions import db
from app.kernel.actor import Role
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from tests.support.browser import Browser


def _raise(error):
    raise error


def _select(statement):
    with reading() as uow:
        uow.session.execute(text(statement))


def _twice():
    statement = text(
        "INSERT INTO brands (id, slug, name, created_at)"
        " SELECT gen_random_uuid(), slug, name, now() FROM brands"
    )
    writing(lambda uow: uow.session.execute(statement))


FAILURES = {
    "not-found": lambda: _raise(NotFound()),
    "not-allowed": lambda: _raise(NotAllowed()),
    "conflict": lambda: _raise(Conflict()),
    "refused": lambda: _raise(Refused()),
    "invalid": lambda: _raise(Invalid({"amount": ["Write the amount like 12,50."]})),
    "bug": lambda: {}["secret-value"],
    "teapot": lambda: abort(418),
    "bad-value": lambda: _select("SELECT 1/0"),
    "too-big": lambda: _select("SELECT 100000 * 100000 * 100000"),
    "not-unique": _twice,
    "timeout": lambda: _select("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)"),
}


def odd_pages() -> Blueprint:
    bp = Blueprint("odd", __name__)
    open_to_anyone(bp)

    @bp.route("/odd/<kind>", methods=["GET", "POST"])
    @bp.route("/api/odd/<kind>", methods=["GET"], endpoint="api")
    def odd(kind):
        FAILURES[kind]()
        return "fine"

    return bp


@pytest.fixture(scope="module")
def odd_app(settings):
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Browser
    app.register_blueprint(odd_pages())

    undeclared = Blueprint("undeclared", __name__)
    undeclared.add_url_rule("/undeclared", view_func=lambda: "open")
    app.register_blueprint(undeclared)

    staff = Blueprint("staff", __name__)
    open_to(staff, Role.BRAND_ADMIN, via=lambda: None)
    staff.add_url_rule("/staff", view_func=lambda: "in")
    app.register_blueprint(staff)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(odd_app, brand):
    browser = odd_app.test_client()
    browser.origin = "http://maison.localhost"
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("not-found", 404),
        ("not-allowed", 403),
        ("conflict", 409),
        ("refused", 422),
        ("invalid", 422),
        ("bug", 500),
        ("teapot", 418),
        ("bad-value", 422),
        ("too-big", 422),
        ("not-unique", 409),
        ("timeout", 503),
    ],
)
def test_each_failure_has_its_status_for_people_and_programs(browser, kind, status):
    page = browser.get(f"/odd/{kind}")
    problem = browser.get(f"/api/odd/{kind}")

    assert (page.status_code, problem.status_code) == (status, status)
    assert page.mimetype == "text/html"
    assert problem.mimetype == "application/problem+json"
    assert problem.json["status"] == status
    assert problem.json["code"]
    assert "secret-value" not in page.get_data(as_text=True) + problem.get_data(as_text=True)
    assert page.headers["X-Request-ID"]


def test_field_errors_are_named_for_programs(browser):
    problem = browser.get("/api/odd/invalid")

    assert problem.json["errors"] == {"amount": ["Write the amount like 12,50."]}


def test_refused_form_goes_back_with_its_reason(browser):
    answer = browser.submit("/odd/refused", headers={"Referer": "http://maison.localhost/sign-in"})

    assert answer.status_code == 303
    assert answer.location == "/sign-in"
    assert "This is not possible." in browser.follow(answer).get_data(as_text=True)


def test_refused_form_never_goes_back_to_somebody_else(browser):
    answer = browser.submit("/odd/refused", headers={"Referer": "http://evil.example/"})

    assert answer.status_code == 422


def test_failure_says_the_id_that_the_log_says(browser, capfd):
    answer = browser.get("/odd/bug", headers={"X-Request-ID": "abcdef-123456"})

    assert "abcdef-123456" in answer.get_data(as_text=True)
    assert answer.headers["X-Request-ID"] == "abcdef-123456"


@pytest.mark.parametrize("offered", ["x", "a b c d e f g h", "<script>alert(1)</script>", "a" * 99])
def test_request_id_of_others_is_taken_only_when_sane(browser, offered):
    assert (
        browser.get("/odd/bug", headers={"X-Request-ID": offered}).headers["X-Request-ID"]
        != offered
    )


def test_route_that_declares_nobody_does_not_answer(browser):
    assert browser.get("/undeclared").status_code == 500


def test_stranger_is_led_to_the_sign_in_page_and_back(browser):
    answer = browser.get("/staff?a=1")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/staff?a%3D1"


def test_wrong_method_says_what_is_allowed(browser):
    answer = browser.get("/sign-out")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_endless_form_is_refused_calmly(browser):
    browser.get("/sign-in")
    answer = browser.submit("/sign-in", email="x" * 3_000_000)

    assert answer.status_code == 413
