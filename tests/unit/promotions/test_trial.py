"""Trying a discount on an example basket: asked for as it is obtained, and told why not."""

from datetime import UTC, datetime

import pytest

from app.promotions.domain.cart import Buyer, Cart, CartLine, Context, GiftProduct
from app.promotions.domain.plan import Plan
from app.promotions.domain.plan_format import read_promotion
from app.promotions.domain.trial import try_promotion

CONTEXT = Context(
    at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    buyer=Buyer(id="she"),
    gifts={"BAG": GiftProduct("BAG", "Bag", 900)},
)
CART = Cart((CartLine("1", "WOK", 2, 5_000, 2_000),))
TENTH = {"kind": "order_percent", "rate_bp": 1_000}


def promotion(key="mine", **document):
    return read_promotion({"id": key, "effect": TENTH, **document})


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"entry": "code", "codes": ["NOEL"]},
        {"entry": "code", "codes_elsewhere": True},
        {"entry": "manual"},
        {"entry": "assigned"},
        {"effect": {"kind": "gift_choice", "products": ["BAG"]}},
        {"effect": {"kind": "free_product", "products": ["BAG"]}},
        {"enabled": False},
    ],
    ids=str,
)
def test_it_is_asked_for_as_customers_get_it(document) -> None:
    trial = try_promotion(promotion(**document), Plan(), CART, CONTEXT)

    assert trial.applied is not None
    assert trial.before.total_cents == 10_000


def test_it_takes_the_place_of_what_is_live_under_its_id() -> None:
    live = Plan(promotions=(promotion(effect={"kind": "order_percent", "rate_bp": 5_000}),))

    trial = try_promotion(promotion(), live, CART, CONTEXT)

    assert (trial.before.total_cents, trial.after.total_cents) == (10_000, 9_000)


def test_what_is_missing_is_told() -> None:
    dear = promotion(conditions={"measure": "basket_net", "op": ">=", "value": 15_000})

    trial = try_promotion(dear, Plan(), CART, CONTEXT)

    assert trial.applied is None
    assert [(one.code, one.params["missing_cents"]) for one in trial.reasons] == [
        ("amount_missing", 5_000)
    ]


def test_what_beats_it_is_told() -> None:
    better = promotion("better", effect={"kind": "order_percent", "rate_bp": 2_000}, group="g")

    trial = try_promotion(promotion(group="g"), Plan(promotions=(better,)), CART, CONTEXT)

    assert trial.applied is None
    assert [one.promotion for one in trial.beaten_by] == ["better"]
