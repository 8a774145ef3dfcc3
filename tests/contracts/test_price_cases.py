"""The worked numbers of pricing through `flask price`: one row a case, no database.

Each row: its name, the plan, the cart, and what the quote must say by path.
"""

import json
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from jsonschema import Draft202012Validator

from app.promotions.cli import register
from tests.support.pricing import (
    Document,
    at_least,
    cart,
    coded,
    customer,
    line,
    plan,
    promo,
    shipping,
    voucher,
)

Case = tuple[str, Document, Document, Document]

TEN = promo("ten", "order_percent", effect={"rate_bp": 1_000})
EURO = {"spending": {"mode": "rate", "value": {"customer": {"cents": 100}}}}
FREE_SHIPPING = promo("free", "shipping_percent", effect={"rate_bp": 10_000})
WOK_AND_PAN = (line("wok", 4_500), line("pan", 3_000))
GIFT = promo("gift", "free_product", effect={"products": ["BAG"]}, conditions=at_least(8_000))
BAG = {"BAG": {"name": "Bag", "unit_price_cents": 900, "stock": 5}}
TWICE = (TEN, promo("again", "order_percent", effect={"rate_bp": 1_000}))
BLOCKS = {"mode": "tiers", "tiers": [{"from": 10, "every_points": 10, "amount_cents": 100}]}
FIRST = plan(
    first_order={
        "tiers": [
            {"from": 5_000, "free_shipping": True},
            {"from": 15_000, "rate_bp": 1_000, "free_shipping": True},
        ]
    }
)
NEW = {"customer": customer(past_orders=0), "shipping": shipping(500)}

CASES: list[Case] = [
    (
        "A3: 120 points at 0.50 €",
        plan(points={"spending": {"mode": "rate", "value": {"customer": {"cents": 50}}}}),
        cart(line("a", 10_000), customer=customer(points=120), points=120),
        {"points.amount_cents": 6_000, "total_cents": 4_000},
    ),
    (
        "A6: percent, voucher, points, shipping",
        plan(TEN, points=EURO),
        cart(
            line("a", 12_000),
            vouchers=[voucher(1_000)],
            customer=customer(points=40),
            points=40,
            shipping=shipping(590),
        ),
        {"basket_cents": 10_800, "points.amount_cents": 4_000, "total_cents": 6_390},
    ),
    (
        "A7: code, voucher, shipping",
        plan(coded("WELCOME", "order_amount", effect={"amount_cents": 800})),
        cart(
            line("a", 8_000),
            codes=["welcome"],
            vouchers=[voucher(1_000)],
            shipping=shipping(490),
        ),
        {"applied.0.code": "welcome", "total_cents": 6_690},
    ),
    (
        "A8: line, order, voucher, free shipping",
        plan(
            promo(
                "line",
                "product_percent",
                effect={"rate_bp": 2_000, "scope": {"products": ["A"]}},
            ),
            promo("order", "order_percent", effect={"rate_bp": 500}),
            FREE_SHIPPING,
        ),
        cart(
            line("a", 5_000),
            line("b", 5_000),
            vouchers=[voucher(1_000)],
            shipping=shipping(590),
        ),
        {"shipping.net_cents": 0, "total_cents": 7_550},
    ),
    (
        "A14: a voucher never pays shipping, the rest is lost",
        plan(),
        cart(line("a", 2_200), vouchers=[voucher(3_000)], shipping=shipping(500)),
        {"total_cents": 500, "vouchers.0.lost_cents": 800, "vouchers.0.remaining_cents": 0},
    ),
    (
        "A14: or kept",
        plan(),
        cart(
            line("a", 2_200),
            vouchers=[voucher(3_000, keeps_remainder=True)],
            shipping=shipping(500),
        ),
        {"total_cents": 500, "vouchers.0.lost_cents": 0, "vouchers.0.remaining_cents": 800},
    ),
    (
        "A15: a voucher for the wok",
        plan(),
        cart(*WOK_AND_PAN, vouchers=[voucher(2_000, scope={"products": ["WOK"]})]),
        {"lines.0.net_cents": 2_500, "lines.1.net_cents": 3_000, "total_cents": 5_500},
    ),
    (
        "A16: twenty off, 60 and 40",
        plan(promo("twenty", "order_amount", effect={"amount_cents": 2_000})),
        cart(line("a", 6_000), line("b", 4_000)),
        {"lines.0.net_cents": 4_800, "lines.1.net_cents": 3_200},
    ),
    (
        "A17: at most two units",
        plan(promo("two", "product_percent", effect={"rate_bp": 2_000, "at_most_units": 2})),
        cart(line("a", 5_000, 3)),
        {"total_cents": 13_000, "lines.0.adjustments.0.units": 2},
    ),
    (
        "A18: every third, the cheapest free",
        plan(promo("third", "buy_x_get_y", effect={"buy": 2})),
        cart(line("a", 1_000, 4), line("b", 300, 3)),
        {"total_cents": 4_900 - 600},
    ),
    ("A19: no gift yet", plan(GIFT), cart(line("a", 7_200), gifts=BAG), {"gifts": []}),
    (
        "A19: the gift from 80",
        plan(GIFT),
        cart(line("a", 8_700), gifts=BAG),
        {"gifts.0.product": "BAG", "gifts.0.quantity": 1, "total_cents": 8_700},
    ),
    (
        "A19: not when it is gone",
        plan(GIFT),
        cart(line("a", 8_700), gifts={"BAG": {"stock": 0}}),
        {"gifts": []},
    ),
    ("A24: ten percent twice", plan(*TWICE), cart(line("a", 12_000)), {"total_cents": 9_720}),
    (
        "A25: fifteen percent, at most 60",
        plan(promo("cap", "order_percent", effect={"rate_bp": 1_500, "cap_cents": 6_000})),
        cart(line("a", 90_000)),
        {"total_cents": 84_000},
    ),
    (
        "A26: every ten points are one euro",
        plan(points={"spending": BLOCKS}),
        cart(line("a", 5_000), customer=customer(points=64)),
        {"advantage.amount_cents": 600, "advantage.points_used": 60},
    ),
    (
        "A27: a point a euro",
        plan(points={"earning": {}}),
        cart(line("a", 38_900), customer=customer()),
        {"points_earned": 389},
    ),
    (
        "A28: points of products",
        plan(points={"earning": {}}),
        cart(
            line("m", 9_000, points_each=130),
            line("l", 9_900, points_each=138),
            customer=customer(),
        ),
        {"points_earned": 268, "lines.0.points": 130, "lines.1.points": 138},
    ),
    ("A30: 49.99", FIRST, cart(line("a", 4_999), **NEW), {"total_cents": 5_499}),
    ("A30: 50", FIRST, cart(line("a", 5_000), **NEW), {"total_cents": 5_000}),
    ("A30: 150", FIRST, cart(line("a", 15_000), **NEW), {"total_cents": 13_500}),
    (
        "A30: not for the second order",
        FIRST,
        cart(line("a", 15_000), **NEW | {"customer": customer()}),
        {"total_cents": 15_500, "advantage": None},
    ),
    (
        "the cheaper of two that exclude each other",
        plan(
            TEN | {"stacking": {"promotions": False}},
            promo("five", "order_amount", effect={"amount_cents": 500}),
            promo("six", "order_amount", effect={"amount_cents": 600}),
        ),
        cart(line("a", 10_000)),
        {"total_cents": 8_900},
    ),
    (
        "by priority, the first exclusive one applies alone",
        plan(
            TEN | {"stacking": {"promotions": False}, "priority": 9},
            promo("half", "order_percent", effect={"rate_bp": 5_000}),
            settings={"selection": "priority"},
        ),
        cart(line("a", 10_000)),
        {"total_cents": 9_000},
    ),
    (
        "what is typed is kept, and the quote says what it costs",
        plan(
            TEN | {"group": "one"},
            coded("FIVE", "order_amount", effect={"amount_cents": 500}, group="one"),
        ),
        cart(line("a", 10_000), codes=["FIVE"]),
        {"total_cents": 9_500, "best_total_cents": 9_000},
    ),
    (
        "who is missing little is told",
        plan(TEN | {"conditions": at_least(5_000)}),
        cart(line("a", 3_750)),
        {"missing.0.reasons.0.params.missing_cents": 1_250, "total_cents": 3_750},
    ),
    (
        "a code held by another order",
        plan(),
        cart(line("a", 1_000), codes=["X1"], dead_codes={"x1": "reserved"}),
        {"refusals.0.reasons.0.code": "code_reserved"},
    ),
    (
        "a promotion of her own",
        plan(),
        cart(
            line("a", 1_000),
            codes=["mine"],
            customer=customer(),
            holdings=[
                {
                    "id": "h1",
                    "code": "MINE",
                    "promotion": promo("own", "order_amount", effect={"amount_cents": 300}),
                }
            ],
        ),
        {"total_cents": 700, "applied.0.holding": "h1"},
    ),
    (
        "a batch of codes",
        plan(
            promo(
                "batch",
                "order_amount",
                effect={"amount_cents": 300},
                entry="code",
                codes_elsewhere=True,
            )
        ),
        cart(line("a", 1_000), codes=["abc-1"], known_codes={"ABC-1": "batch"}),
        {"total_cents": 700},
    ),
    (
        "which nobody picks who has none of them",
        plan(
            promo(
                "batch",
                "order_amount",
                effect={"amount_cents": 300},
                entry="code",
                codes_elsewhere=True,
            )
        ),
        cart(line("a", 1_000), picked=["batch"]),
        {"total_cents": 1_000, "available": [], "refusals.0.reasons.0.code": "not_held"},
    ),
    (
        "a day ends at the brand's midnight",
        plan(TEN | {"period": {"until": "2026-10-10"}}),
        cart(line("a", 1_000)) | {"at": "2026-10-10T23:30:00+02:00"},
        {"total_cents": 900},
    ),
    (
        "and not in another zone's",
        plan(TEN | {"period": {"until": "2026-10-10"}}),
        cart(line("a", 1_000)) | {"at": "2026-10-10T22:30:00Z"},
        {"total_cents": 1_000},
    ),
    (
        "shipping by brackets of what is left after discounts",
        plan(TEN),
        cart(
            line("a", 5_500),
            shipping={
                "method": "post",
                "brackets": [
                    {"from": 0, "price_cents": 690},
                    {"from": 5_000, "price_cents": 290},
                ],
            },
        ),
        {"shipping.list_cents": 690, "total_cents": 4_950 + 690},
    ),
    (
        "odd cents go to the lowest line id, wherever it stands",
        plan(promo("cent", "order_amount", effect={"amount_cents": 1})),
        cart(line("z", 100), line("a", 100)),
        {"lines.0.net_cents": 100, "lines.1.net_cents": 99},
    ),
    (
        "a gift reads what is left before vouchers",
        plan(GIFT),
        cart(line("a", 8_500), gifts=BAG, vouchers=[voucher(2_000)]),
        {"gifts.0.product": "BAG", "total_cents": 6_500},
    ),
    (
        "so does the price of shipping",
        plan(),
        cart(
            line("a", 6_500),
            vouchers=[voucher(2_000)],
            shipping=shipping(590) | {"free_from_cents": 6_000},
        ),
        {"shipping_cents": 0, "total_cents": 4_500},
    ),
    (
        "what a minimum price keeps goes to the other lines",
        plan(promo("twenty", "order_amount", effect={"amount_cents": 2_000})),
        cart(line("a", 5_000, minimum_price_cents=4_500), line("b", 5_000)),
        {"lines.0.net_cents": 4_500, "lines.1.net_cents": 3_500},
    ),
    (
        "product vouchers before those for the order, whichever was chosen first",
        plan(),
        cart(
            *WOK_AND_PAN,
            vouchers=[
                voucher(1_000),
                voucher(2_000, scope={"products": ["WOK"]}) | {"id": "wok"},
            ],
        ),
        {"lines.0.net_cents": 2_045, "lines.1.net_cents": 2_455},
    ),
    (
        "VAT is that of what was paid",
        plan(),
        cart(line("a", 1_200), vouchers=[voucher(600)]),
        {"lines.0.vat_cents": 100, "vat_cents": 100},
    ),
    (
        "once per full slice, as far as there is stock",
        plan(GIFT | {"conditions": at_least(5_000), "stacking": {"itself": True}}),
        cart(line("a", 16_000), gifts={"BAG": BAG["BAG"] | {"stock": 2}}),
        {"gifts.0.quantity": 2, "applied.0.times": 3},
    ),
    (
        "used up: said after what is nearly reached",
        plan(
            promo("gone", "order_amount", effect={"amount_cents": 1}, limits={"uses": 3}),
            TEN | {"conditions": at_least(8_000)},
        ),
        cart(line("a", 6_750), usage={"gone": {"uses": 3}}),
        {
            "missing.0.reasons.0.params.missing_cents": 1_250,
            "missing.1.reasons.0": {"code": "exhausted", "params": {"limit": 3}},
        },
    ),
]


@pytest.fixture(scope="module")
def runner():
    app = Flask("app", root_path=str(Path(__file__).parents[2] / "app"))
    Babel(app)
    register(app.cli)
    return app.test_cli_runner()


@pytest.fixture(scope="module")
def schemas(runner) -> dict[str, Draft202012Validator]:
    listed = json.loads(runner.invoke(args=["schema", "price"]).stdout)
    return {name: Draft202012Validator(schema) for name, schema in listed.items()}


def found(document: Any, path: str) -> Any:
    return reduce(
        lambda inside, key: inside[int(key) if key.isdigit() else key], path.split("."), document
    )


@pytest.mark.parametrize(
    ("plan_", "cart_", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_worked_numbers(runner, schemas, tmp_path, plan_, cart_, expected) -> None:
    schemas["plan"].validate(plan_)
    schemas["cart"].validate(cart_)
    (tmp_path / "plan.json").write_text(json.dumps(plan_), encoding="utf-8")
    (tmp_path / "cart.json").write_text(json.dumps(cart_), encoding="utf-8")
    files = [str(tmp_path / "plan.json"), str(tmp_path / "cart.json")]

    done = runner.invoke(args=["price", *files, "--explain", "customer"])

    assert done.exit_code == 0, done.output
    quote = json.loads(done.stdout)
    schemas["quote"].validate(quote)
    assert {path: found(quote, path) for path in expected} == expected
    assert sum(one["net_cents"] for one in quote["lines"]) == quote["products_cents"]
