"""Forms that did not come from our pages, came twice, or say more than they may."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from app import create_app
from app.config import Settings
from tests.abuse.test_other_peoples_things import FORMS, address

TAPS = 8

plain_app = create_app(Settings(secret_key="only to list the routes, never to serve"))
RULES = [rule for rule in plain_app.url_map.iter_rules() if rule.endpoint != "static"]
PAGES = [rule for rule in RULES if not rule.rule.startswith("/api/")]  # it knows no cookie


def count(estate, table: str, condition: str = "true") -> int:
    question = text(f"SELECT count(*) FROM {table} WHERE {condition}")
    return estate.stage.read(lambda work: work.session.scalar(question))


def key_of(page: str) -> str:
    return page.partition('name="request_key" value="')[2].partition('"')[0]


def test_looking_changes_nothing(mine, unchanged):
    with unchanged():
        for rule in RULES:
            if "GET" in rule.methods:
                path = address(rule, mine.ids)
                for query in ("", "?lang=en&q=a&page=2", f"?product_id={mine.ids['product_id']}"):
                    assert mine.browser.get(path + query).status_code < 500, path
                mine.browser.head(path)


def test_no_form_without_its_own_token(mine, colleague, unchanged):
    answers = {}

    with unchanged():
        for rule in (rule for rule in PAGES if "POST" in rule.methods):
            path, form = address(rule, mine.ids), FORMS.get(rule.endpoint, {})
            answers[path] = {
                mine.browser.post(path, data=form).status_code,
                mine.browser.post(path, data=form | {"csrf_token": "forged"}).status_code,
                mine.browser.post(path, json=form).status_code,
                mine.browser.post(
                    path, data=form | {"csrf_token": colleague.browser.token}
                ).status_code,
            }

    refused = {403, 404, 415}
    assert {path: found for path, found in answers.items() if found - refused} == {}


def test_columns_cannot_be_sent_along(mine, unchanged):
    """What the server works out is in no form: a field we do not ask for refuses the form."""
    meeting_id, order_id = mine.ids["meeting_id"], mine.ids["order_id"]
    person = {"first_name": "Zoé", "last_name": "Roux"}
    forms = [
        (f"/meetings/{meeting_id}/participants/new", person),
        ("/meetings/new", person | {"host": "new", "date": "2027-02-01", "time": "10:00"}),
        (f"/orders/{order_id}/lines", {"product_id": str(mine.ids["product_id"])}),
        (f"/orders/{order_id}/checkout", {"action": "later"}),
        (f"/orders/{order_id}/checkout", {"action": "pay", "method": "cash", "amount": "50"}),
    ]
    columns = ["brand_id", "seller_id", "total_cents", "unit_price_cents", "paid_cents", "status",
               "number", "roles", "created_at", "id", "stock_on_hand", "principal"]  # fmt: skip

    with unchanged():
        for path, form in forms:
            for column in columns:
                answer = mine.browser.submit(path, **form, **{column: "1"})
                assert answer.status_code == 422, (path, column)
                assert 'role="alert"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("email", ["", "zoe@example.org"])
@pytest.mark.parametrize("door", ["guest", "host"])
def test_a_new_person_tapped_many_times_is_one_person(mine, app, brand, door, email):
    """Also when nothing but the form tells her from a namesake."""
    path = {
        "guest": f"/meetings/{mine.ids['meeting_id']}/participants/new",
        "host": "/meetings/new",
    }
    shown = mine.browser.get(path[door], query_string={"host": "new"}).get_data(as_text=True)
    form = {"first_name": "Zoé", "last_name": "Double", "request_key": key_of(shown)}
    form |= {"email": email} if email else {}
    if door == "host":
        form |= {"host": "new", "date": "2027-02-01", "time": "10:00", "place": "virtual"}
    cookie = mine.browser.get_cookie("convive_session", domain=f"{brand.slug}.localhost").value
    start = Barrier(TAPS)

    def tap(_: int) -> int:
        phone = app.test_client(use_cookies=False)
        phone.origin, phone.token = mine.browser.origin, mine.browser.token
        start.wait()
        sent = {"Cookie": f"convive_session={cookie}"}
        return phone.submit(path[door], headers=sent, **form).status_code

    with ThreadPoolExecutor(TAPS) as pool:
        answers = list(pool.map(tap, range(TAPS)))

    assert form["request_key"]
    assert set(answers) <= {303, 409}, answers
    assert count(mine, "customers", "last_name = 'Double'") == 1
    table, column = {"guest": ("participants", "customer_id"), "host": ("meetings", "host_id")}[
        door
    ]
    double = f"{column} IN (SELECT id FROM customers WHERE last_name = 'Double')"
    assert count(mine, table, double) == 1


def test_two_namesakes_typed_one_after_the_other_are_two(mine):
    path = f"/meetings/{mine.ids['meeting_id']}/participants/new"
    for _ in range(2):
        key = key_of(mine.browser.get(path).get_data(as_text=True))
        form = {"first_name": "Zoé", "last_name": "Double", "request_key": key}
        assert mine.browser.submit(path, **form).status_code == 303

    assert count(mine, "customers", "last_name = 'Double'") == 2


def test_a_person_needs_a_name_that_can_be_seen(mine, unchanged):
    path = f"/meetings/{mine.ids['meeting_id']}/participants/new"
    with unchanged():
        for name in ("\u200b", "\u200d\u2060", "\u3164", "\u2800"):
            answer = mine.browser.submit(path, first_name=name, last_name="Roux")
            assert answer.status_code == 422
            assert 'id="field-first_name-error"' in answer.get_data(as_text=True)
