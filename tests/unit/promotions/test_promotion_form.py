"""The guided form: a promotion comes back as it went in, and each complaint stands by its field."""

import pytest

from app import create_app
from app.config import Settings
from app.http.form_tree import flat
from app.promotions.domain.plan_format import read_promotion
from app.promotions.schemas.conditions import plain_condition
from app.promotions.schemas.promotion_form import (
    PROMOTION_TREE,
    check,
    new_tree,
    tree_of,
    written,
)


@pytest.fixture(scope="module", autouse=True)
def speaking():
    app = create_app(Settings(secret_key="for words only, nothing is signed with it"))
    with app.test_request_context():
        yield


def least(cents, **scope):
    narrowed = {"scope": scope} if scope else {}
    return {"measure": "basket_net", "op": ">=", "value": cents, **narrowed}


DOCUMENTS = [
    {"effect": {"kind": "order_percent", "rate_bp": 1_250, "cap_cents": 2_000}},
    {
        "effect": {"kind": "order_amount", "amount_cents": 1_050},
        "conditions": least(15_000),
        "stacking": {"itself": True, "points": False},
    },
    {
        "effect": {
            "kind": "product_percent",
            "rate_bp": 5_000,
            "scope": {"products": ["A", "B"], "without_categories": ["Bougies"]},
            "at_most_units": 2,
            "pick": "cheapest",
        },
        "base": "list",
        "skip_discounted": True,
        "group": "été",
        "priority": -3,
    },
    {"effect": {"kind": "product_amount", "amount_cents": 300, "per": "total"}},
    {"effect": {"kind": "fixed_price", "price_cents": 0, "scope": {"categories": ["Bougies"]}}},
    {"effect": {"kind": "buy_x_get_y", "buy": 2, "get": 1, "same_product": True}},
    {
        "effect": {
            "kind": "buy_x_get_y",
            "buy": 1,
            "get": 2,
            "rate_bp": 5_000,
            "get_scope": {"products": ["C"]},
        },
        "stacking": {"itself": False},
    },
    {"effect": {"kind": "free_product", "products": ["A"], "units": 2}, "conditions": least(8_000)},
    {"effect": {"kind": "gift_choice", "products": ["A", "B", "C"]}},
    {
        "effect": {"kind": "shipping_percent", "rate_bp": 10_000, "methods": ["relais"]},
        "period": {
            "from": "2026-11-01",
            "until": "2026-12-24",
            "weekdays": [5, 6],
            "hours": [{"from": "18:00", "to": "23:30"}],
        },
        "limits": {"uses": 100, "per_customer": 1, "per_seller": 10, "budget_cents": 5_000},
    },
    {
        "effect": {"kind": "shipping_amount", "amount_cents": 490},
        "entry": "code",
        "codes": ["BIENVENUE", "été26"],
        "codes_elsewhere": True,
        "public": False,
        "gives_back_use": False,
    },
    {
        "effect": {"kind": "order_percent", "rate_bp": 1_000},
        "entry": "assigned",
        "limits": {"budget_cents": 90_000, "partial": True},
        "conditions": {
            "all": [
                least(5_000, products=["A"]),
                {"any": [{"measure": "role", "op": "has", "value": "HOST"}, least(9_000)]},
                {"not": {"measure": "first_order", "op": "=", "value": True}},
                {"measure": "on", "op": "in", "from": "2026-01-01", "to": "2026-02-01"},
                {"measure": "shipping_postcode", "op": "starts", "value": "75"},
            ]
        },
    },
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one["effect"]["kind"])
def test_a_promotion_comes_back_as_it_went_in(document) -> None:
    promotion = read_promotion({"id": "p", "name": "Été", **document})

    tree = tree_of({"id": "p", "name": "Été", **document})

    assert tree is not None
    sent = PROMOTION_TREE.read(flat(tree).items())
    again = check(written(sent, "p"), set())
    assert again is not None
    assert plain_condition(again.conditions) == plain_condition(promotion.conditions)
    assert {**vars_of(again), "conditions": 0} == {**vars_of(promotion), "conditions": 0}


def vars_of(promotion):
    return {name: getattr(promotion, name) for name in promotion.__dataclass_fields__}


def test_what_is_nested_deeper_than_the_form_is_left_to_json() -> None:
    deep = {"any": [{"all": [{"any": [least(1), least(2)]}, least(3)]}, least(4)]}

    document = {"id": "p", "effect": {"kind": "order_amount", "amount_cents": 5}}

    assert tree_of({**document, "conditions": deep}) is None


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"rate": ""}, "rate"),
        ({"rate": "101"}, "rate"),
        ({"rate": "0"}, "rate"),
        ({"rate": "12,345"}, "rate"),
        ({"rate": "10", "cap": "-5"}, "cap"),
        ({"rate": "10", "first": "2026-12-01", "last": "2026-11-01"}, "last"),
        ({"rate": "10", "entry": "code"}, "codes"),
        ({"rate": "10", "uses": "0"}, "uses"),
        (
            {"rate": "10", "c": [{"measure": "basket_net", "op": ">=", "value": "cent"}]},
            "c.0.value",
        ),
        ({"rate": "10", "c": [{"measure": "", "op": ">="}]}, "c.0.measure"),
        ({"kind": "free_product"}, "given"),
        ({"kind": "buy_x_get_y", "buy": "0", "get": "1"}, "buy"),
        ({"kind": "magic"}, "kind"),
        ({"rate": "10", "h": [{"start": "10:00", "end": "10:00"}]}, "h.0.end"),
        ({"rate": "10", "name": ""}, "name"),
    ],
    ids=str,
)
def test_each_complaint_stands_by_its_field(typed, place) -> None:
    out = written({**new_tree(), "name": "Été", **typed}, "p")

    assert check(out, set()) is None
    assert list(out.errors) == [place]


def test_a_segment_that_does_not_exist_is_complained_of_where_it_is_named() -> None:
    row = {"measure": "segment", "op": "has", "value": "vip"}
    out = written({**new_tree(), "name": "Été", "rate": "10", "c": [row]}, "p")

    assert check(out, {"pro"}) is None
    assert list(out.errors) == ["c.0.value"]
