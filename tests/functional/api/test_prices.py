"""The price of an order by the API: asked for, refused with its reason, placed as shown."""

import pytest

from app.promotions.services.promotions import archive_promotion
from tests.support.api import Phone
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD
from tests.support.till import Till, set_till


@pytest.fixture
def till(uow, brand) -> Till:
    return set_till(uow, brand.id)


@pytest.fixture
def phone(app, till: Till) -> Phone:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    found = Phone(browser)
    found.sign_in("seller@example.org", PASSWORD)
    return found


@pytest.fixture
def at(till: Till) -> str:
    """A draft of two pots, 30.00 each."""
    order_id = till.cart((till.product("POT", 3_000, stock=9), 2))
    return f"/api/orders/{order_id}"


def test_a_code_is_asked_for_and_what_was_shown_is_placed(phone: Phone, till: Till, at) -> None:
    key = {"entry": "code", "codes": ["NOEL"], "period": {"until": "2020-01-31"}}
    till.promotion("old", **key | {"codes": ["OLD"]})
    till.promotion("noel", **key | {"period": {}})

    def ask(code: str) -> tuple[int, str]:
        return phone.refused("POST", f"{at}/asked", {"do": "ask_code", "code": code})

    assert ask("nothing") == (422, "unknown_code")
    assert ask("old") == (422, "ended")
    quote = phone.post(f"{at}/asked", {"do": "ask_code", "code": "noel"})
    assert (quote["total_cents"], quote["refusals"]) == (5_400, [])
    (line,) = quote["lines"]
    assert [(one["code"], one["amount_cents"]) for one in line["adjustments"]] == [
        ("order_percent", 600)
    ]
    assert line["adjustments"][0]["why"]
    assert phone.get(f"{at}/quote") == quote

    refused = phone.refused("POST", f"{at}/checkout", {"seen": "another"})
    assert refused == (409, "cart_has_changed")
    placed = phone.post(f"{at}/checkout", {"seen": quote["digest"]})
    assert (placed["status"], placed["total_cents"]) == ("placed", 5_400)
    assert phone.get(f"{at}/quote")["digest"] == quote["digest"]


def test_what_changed_since_it_was_shown_is_told_piece_by_piece(
    phone: Phone, till: Till, at
) -> None:
    tenth = till.promotion("tenth")
    phone.put(f"{at}/prices")
    shown = phone.get(f"{at}/quote")
    till.do(archive_promotion, tenth)

    refused = phone.ask("POST", f"{at}/checkout", {"seen": shown["digest"]}).get_json()
    phone.put(f"{at}/prices")
    now = phone.get(f"{at}/quote")
    placed = phone.post(f"{at}/checkout", {"seen": now["digest"]})

    assert (refused["code"], refused["total_cents"]) == ("cart_has_changed", 6_000)
    assert {
        (one["kind"], one["name"]): (one["before"], one["after"]) for one in refused["changes"]
    } == {
        ("line", "POT"): (5_400, 6_000),
        ("promotion", "tenth"): (600, None),
        ("total", ""): (5_400, 6_000),
    }
    assert placed["total_cents"] == now["total_cents"] == 6_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "ask_code"},
        {"do": "use_points", "points": -1},
        {"do": "use_points", "points": 1, "code": "x"},
        {"do": "deliver", "delivery": {"place": "moon"}},
        {"do": "deliver", "delivery": {"place": "other"}},
        {"do": "steal"},
        {},
    ],
)
def test_wishes_that_cannot_be_meant_are_refused(phone: Phone, at, wrong) -> None:
    before = phone.get(f"{at}/quote")
    assert phone.refused("POST", f"{at}/asked", wrong)[0] == 422
    assert phone.get(f"{at}/quote") == before


def test_the_same_wish_twice_is_one(phone: Phone, till: Till, at) -> None:
    till.points(50)
    wish = {"do": "use_points", "points": 5}
    first = phone.post(f"{at}/asked", wish, key="a-key-of-hers")
    assert phone.post(f"{at}/asked", wish, key="a-key-of-hers") == first
    assert first["points"] == {"points": 5, "amount_cents": 500, "consumed": 5, "usable": 50}


def test_units_leave_come_back_and_are_paid_back(phone: Phone, at) -> None:
    cash = {"payment": {"method": "cash", "amount_cents": 6_000}}
    order = phone.post(f"{at}/checkout", cash)
    line_id = order["lines"][0]["id"]
    one = {"units": [{"line_id": line_id, "quantity": 1}]}

    shipped = phone.post(f"{at}/shipments", one | {"tracking": "LP 1"})
    assert (shipped["shipping_status"], shipped["can_return"]) == ("partially_shipped", True)
    cut = phone.post(f"{at}/cancellation", one | {"reason": "broken"})
    assert (cut["refunded_cents"], cut["lines"][0]["cancelled"]) == (3_000, 1)
    assert phone.post(f"{at}/delivery")["shipping_status"] == "delivered"
    twice = {"units": one["units"] * 2}
    assert phone.refused("POST", f"{at}/returns", twice) == (422, "invalid")
    back = phone.post(f"{at}/returns", {"restock": False})
    assert (back["status"], back["payment_status"], back["refunded_cents"]) == (
        "cancelled",
        "refunded",
        6_000,
    )
    assert phone.refused("POST", f"{at}/returns") == (409, "order_is_cancelled")
