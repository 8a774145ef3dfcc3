"""What no honest price, quantity or code looks like, through every door that takes one: refused in
the reader's words beside its field, with what was typed still there, and nothing changed."""

import html
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from app.kernel.actor import Role
from app.orders.domain.wishes import AskCode
from tests.functional.promotions.test_discounts_console import basket, typed
from tests.support.api import Phone
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.till import Till, set_till

NUL, RTL, EMOJI = "NO\x00EL", "\u202eLEON", "🎁" * 20
HUGE, LONG = "9" * 30, "x" * 1_500
NUMBERS = ("-1", "1.5", "1,5", "1e3", HUGE, str(2**63), "½", "٣", "NaN", NUL, RTL, EMOJI)
"""None is a whole number that we read."""
MONEY = ("-1", "0", "1,005", "1e3", HUGE, "∞", "10 %", NUL, EMOJI)
CODES = (NUL, RTL, EMOJI, LONG, "' OR 1=1 --", "<b>NOEL</b>", "{{ 7*7 }}", "nothing")
NINE_NINES = 999_999_999

Unchanged = Callable[[], Any]


@pytest.fixture
def till(uow, brand) -> Till:
    found = set_till(uow, brand.id)
    found.promotion("noel", entry="code", codes=["NOËL"])
    found.points(10)
    return found


@pytest.fixture
def order_id(till: Till) -> UUID:
    return till.cart((till.product("POT", 3_000), 1))


@pytest.fixture(params=["fr", "en"])
def seller(request, client: Browser, till: Till) -> Browser:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = request.param
    client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    client.token = ""
    client.get("/orders")
    return client


def refusals(
    browser: Browser, path: str, cases: list[tuple[str, dict[str, str], str]]
) -> Iterator[str]:
    """What is wrong with the answers: `cases` are the field to blame, the form, what was typed."""
    for field, form, value in cases:
        answer = browser.submit(path, **form)
        page = answer.get_data(as_text=True)
        if answer.status_code != 422:
            yield f"{field}={value[:20]!r}: {answer.status_code}"
        elif f'id="field-{field}-error"' not in page and (
            field != "_form" or 'role="alert"' not in page
        ):
            yield f"{field}={value[:20]!r}: no word beside it"
        elif field != "_form" and value.isprintable() and html.escape(value) not in html_of(page):
            yield f"{field}={value[:20]!r}: forgotten"


def html_of(page: str) -> str:
    return page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


def test_wishes_on_an_order(seller: Browser, order_id: UUID, unchanged: Unchanged) -> None:
    points = [*NUMBERS, str(NINE_NINES), "11"]
    cases = [("points", {"action": "points", "points": value}, value) for value in points]
    cases += [("code", {"action": "code", "code": value}, value) for value in CODES]

    with unchanged():
        assert list(refusals(seller, f"/orders/{order_id}/wishes", cases)) == []


def test_lines_of_an_order(
    seller: Browser, till: Till, order_id: UUID, unchanged: Unchanged
) -> None:
    line, product = till.line(order_id, "POT"), str(till.stage.product_id)
    wrong = [*NUMBERS, "10000"]
    more = [("_form", {"product_id": product, "quantity": n}, n) for n in [*wrong, "0"]]
    so_many = [("_form", {"quantity": n}, n) for n in wrong]
    odd = [("_form", {"product_id": product, "unit_price_cents": "1"}, "1")]

    with unchanged():
        assert list(refusals(seller, f"/orders/{order_id}/lines", more + odd)) == []
        path = f"/orders/{order_id}/lines/{line}/quantity"
        assert list(refusals(seller, path, so_many)) == []


def test_the_form_of_a_discount(
    client: Browser, sign_in: Callable[..., Any], unchanged: Unchanged
) -> None:
    sign_in(role=Role.BRAND_ADMIN, email="claire@example.org")
    amount = {"kind": "order_amount", "rate": None}
    gift = {"kind": "free_product", "rate": None, "given": "POT"}
    rates = ("0", "-5", "101", "100,001", "1e1", HUGE, NUL, EMOJI, "")
    counts = ("-1", "0", "1,5", HUGE, NUL)
    cases = [("rate", typed(rate=value), value) for value in rates]
    cases += [("amount", typed(**amount, amount=value), value) for value in MONEY]
    cases += [("units", typed(**gift, units=value), value) for value in counts]
    for name in ("uses", "per_customer", "per_seller"):
        cases += [(name, typed(**{name: value}), value) for value in counts]
    cases += [("budget", typed(budget=value), value) for value in ("-1", "1,005", HUGE, NUL)]
    cases += [("name", typed(name=value), value) for value in ("", NUL, RTL, LONG)]
    cases += [("last", typed(first="2026-12-31", last="2026-12-01"), "2026-12-01")]
    cases += [("first", typed(first="2026-02-30"), "2026-02-30")]
    cases += [("codes", typed(entry="code", codes=value), value) for value in (NUL, RTL, LONG)]
    cases += [("c.0.value", typed(**basket(value)), value) for value in ("-1", HUGE, NUL)]

    with unchanged():
        assert list(refusals(client, "/console/promotions/new", cases)) == []


@pytest.fixture
def phone(app, till: Till) -> Phone:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    found = Phone(browser)
    found.sign_in("seller@example.org", PASSWORD)
    return found


def test_the_doors_of_programs(
    phone: Phone, till: Till, order_id: UUID, unchanged: Unchanged
) -> None:
    at, product = f"/api/orders/{order_id}", str(till.stage.product_id)
    line = till.line(order_id, "POT")
    odd: tuple[Any, ...] = (-1, 1.5, "1,5", 10**30, NUL, EMOJI, True, [], {"$gt": 0})
    asked = [{"do": "use_points", "points": one} for one in (*odd, NINE_NINES)]
    asked += [{"do": "ask_code", "code": one} for one in (*CODES, 7, None, ["NOEL"])]
    asked += [{"do": "ask_code", "code": "NOEL", "total_cents": 1}, {"do": EMOJI}, {}]
    sent = [("POST", f"{at}/asked", body) for body in asked]
    sent += [("POST", f"{at}/lines", {"product_id": product, "quantity": one}) for one in (*odd, 0)]
    sent += [("PUT", f"{at}/lines/{line}", {"quantity": one}) for one in (*odd, 10_000)]

    with unchanged():
        answers = [(body, phone.refused(method, path, body)[0]) for method, path, body in sent]
    readable = [one for one in answers if NUL not in one[0].values()]
    assert [one for one in readable if one[1] != 422] == []
    assert {status for _, status in answers} == {400, 422}


def test_ten_megabytes_are_too_much_at_once(
    seller: Browser, phone: Phone, order_id: UUID, unchanged: Unchanged
) -> None:
    body = "x" * 10_000_000
    with unchanged():
        page = seller.submit(f"/orders/{order_id}/wishes", action="code", code=body)
        told = phone.refused("POST", f"/api/orders/{order_id}/asked", {"do": body})

    assert page.status_code == 413
    assert text_of(page)
    assert told == (413, "http_413")


@pytest.mark.parametrize("written", ["noël", "NOËL", " NoËl ", "noe\u0308l"])
def test_a_code_is_itself_however_it_is_written(till: Till, order_id: UUID, written: str) -> None:
    assert till.ask(order_id, AskCode(written)).total_cents == 2_700
