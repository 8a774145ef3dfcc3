"""Every door, knocked on in every wrong way by somebody who may enter: never a crash."""

import re

import pytest

from app import create_app
from app.config import Settings
from tests.support.gathering import set_stage

SOME_ID = "01890000-0000-7000-8000-000000000000"

QUERIES = [
    "q=%00&tab=%FF&status=nonsense&page=-1",
    "q=" + "x" * 5_000,
    "q[]=1&q=1&q=2&next=//evil.example&lang=xx",
    "participant=1&host=new&host=" + SOME_ID,
]
NAMES = """
    email password first_name last_name phone date time place place_detail theme host_id
    customer_id participant_id product_id quantity amount method reference action attended seen
    request_key lang next
""".split()  # noqa: SIM905 -- a list of words is easier to read as words
FORMS = {
    "nothing": {},
    "blanks": dict.fromkeys(NAMES, " "),
    "nonsense": dict.fromkeys(NAMES, "nonsense"),
    "control characters": dict.fromkeys(NAMES, "a\x00\x1b\u202eb"),
    "endless": dict.fromkeys(NAMES, "9" * 20_000),
    "huge numbers": dict.fromkeys(NAMES, str(2**70)),
    "negative": dict.fromkeys(NAMES, "-1"),
    "ids of nothing": dict.fromkeys(NAMES, SOME_ID),
    "twice": {name: ["1", "2"] for name in NAMES},
    "unknown fields": {"role": "admin", "brand_id": SOME_ID, "__proto__": "x", "status": "closed"},
}

plain_app = create_app(Settings(secret_key="only to list the routes, never to serve"))
RULES = [
    rule for rule in plain_app.url_map.iter_rules() if rule.endpoint.partition(".")[0] != "static"
]


def address(rule, word: str, known: dict[str, object]) -> str:
    """The route, with ids of things that exist where we know some."""

    def fill(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return str(known.get(name, SOME_ID)) if kind == "uuid" else word

    return re.sub(r"<(?:(\w+)(?:\([^>]*\))?:)?(\w+)>", fill, rule.rule)


@pytest.fixture
def known(uow, brand) -> dict[str, object]:
    """A meeting with a guest and her open cart, and the seller whose it is."""
    stage = set_stage(uow, brand.id)
    meeting_id = stage.meeting()
    participant_id, customer_id = stage.guest(meeting_id)
    return {
        "seller_id": stage.seller.seller_id,
        "own_card": stage.seller.customer_id,
        "meeting_id": meeting_id,
        "participant_id": participant_id,
        "customer_id": customer_id,
        "order_id": stage.cart(meeting_id, customer_id),
    }


@pytest.fixture
def seller(client, sign_in, known):
    sign_in(seller_id=known["seller_id"], customer_id=known["own_card"])
    return client


READ = [rule for rule in RULES if "GET" in (rule.methods or set())]
SENT = [rule for rule in RULES if "POST" in (rule.methods or set())]


@pytest.mark.parametrize("rule", READ, ids=lambda rule: rule.endpoint)
def test_reading_never_crashes(seller, known, rule):
    for word in ("x" * 43, "%00", "..%2f..%2fetc%2fpasswd", "%ff%fe", "é" * 50):
        assert seller.get(address(rule, word, known)).status_code < 500
    for query in QUERIES:
        assert seller.get(f"{address(rule, 'x', known)}?{query}").status_code < 500


@pytest.mark.parametrize("rule", SENT, ids=lambda rule: rule.endpoint)
def test_sending_never_crashes(seller, known, rule):
    token = {"X-CSRFToken": token_of(seller)}
    for name, form in FORMS.items():
        answer = seller.post(address(rule, "x" * 43, known), data=form, headers=token)
        assert answer.status_code < 500, name
        if rule.endpoint == "accounts.sign_out":
            return


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"a": NaN'),
        ("application/json", b"\xff"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ("multipart/form-data", b"--x--"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfea=%zz"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5_000))),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        ("", b"\x00" * 1_000),
    ],
)
def test_odd_bodies_are_refused_calmly(seller, kind, body):
    token = {"X-CSRFToken": token_of(seller)}

    answer = seller.post("/sign-in", data=body, content_type=kind, headers=token)

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW", "OPTIONS", "HEAD"])
def test_odd_methods_are_answered(seller, method):
    assert seller.open("/", method=method).status_code < 500


@pytest.mark.parametrize(
    "cookie", ["", "x", "x" * 43, "x" * 4_000, "é", "a;b", '"quoted"', "../../x"]
)
def test_odd_cookies_are_no_session(new_client, brand, cookie):
    browser = new_client(brand)

    answer = browser.get("/", headers={"Cookie": f"convive_session={cookie}"})

    assert answer.status_code == 303


def token_of(browser) -> str:
    browser.get("/any-page-holds-one")
    assert browser.token
    return browser.token
