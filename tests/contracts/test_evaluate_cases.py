"""Programmes and facts worked out by hand from the product's words, through `flask evaluate`.

One line a case: what it is called, the programme, the facts, and who gets what.
"""
# ruff: noqa: E501  a case is read as a row of its table

import json
import random
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from jsonschema import Draft202012Validator

from app.rewards.cli import register
from tests.support.rewards import (
    HOST,
    INES,
    LEA,
    SELLER,
    ZOE,
    Document,
    at_least,
    booking,
    facts,
    order,
    percent,
    points,
    programme,
    rule,
    selling,
    tiers,
)

Case = tuple[str, Document, Document, str]


@pytest.fixture(scope="module")
def runner():
    app = Flask("app", root_path=str(Path(__file__).parents[2] / "app"))
    Babel(app)
    register(app.cli)
    return app.test_cli_runner()


@pytest.fixture(scope="module")
def schemas(runner) -> dict[str, Draft202012Validator]:
    listed = json.loads(runner.invoke(args=["schema", "evaluate"]).stdout)
    return {name: Draft202012Validator(schema) for name, schema in listed.items()}


@pytest.fixture
def answer(runner, schemas, tmp_path):
    """The outcome as printed; the three documents must also be as their schemas say."""

    def answer(given_programme: Document, given_facts: Document) -> Document:
        schemas["programme"].validate(given_programme)
        schemas["facts"].validate(given_facts)
        for name, document in (("programme", given_programme), ("facts", given_facts)):
            (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        words = ["evaluate", str(tmp_path / "programme.json"), str(tmp_path / "facts.json")]
        result = runner.invoke(args=words)
        assert (result.exit_code, result.stderr) == (0, "")
        outcome = json.loads(result.stdout)
        schemas["outcome"].validate(outcome)
        return outcome

    return answer


def told(outcome: Document) -> str:
    """Who gets what: `host 49 points, zoe 20 points promised`."""
    lines = []
    for total in outcome["totals"]:
        promised = " promised" if total["status"] == "promised" else ""
        lines.append(f"{total['customer_id']} {total['value']} {total['unit']}{promised}")
    return ", ".join(sorted(lines))


def when(*conditions: Document, **fields: Any) -> Document:
    """A programme of one rule: 1 point to the host if the conditions hold."""
    tree = conditions[0] if len(conditions) == 1 else {"all": list(conditions)}
    return programme(rule(conditions=tree, rewards=[points(1)]), **fields)


def compare(measure: str, op: str, value: Any, **more: Any) -> Document:
    return {"measure": measure, "op": op, "value": value, **more}


def within(measure: str, start: Any, end: Any, **more: Any) -> Document:
    return {"measure": measure, "op": "in", "from": start, "to": end, **more}


def line(net_cents: int, **fields: Any) -> Document:
    return {"net_cents": net_cents, **fields}


def counting(**turnover: str) -> Document:
    return programme(rule(rewards=[points(1)]), settings={"turnover": turnover})


# ------------------------------------------------------------------------------ what counts

EVENING = [
    order(ZOE, 13_500),
    order(INES, 9_000, points_cents=3_000, shipping_cents=800),
    order(HOST, 7_000),
    order(LEA, 4_000, payment="unpaid"),
]
SPENT_BY_HOST = [*EVENING[:2], order(HOST, 7_000, points_cents=2_000)]
BY_SELLER = [*EVENING, order(SELLER, 5_000)]
CO_HOSTED = facts(
    order(ZOE, 10_000), order(LEA, 4_000), co_hosts=[{"customer_id": LEA, "share_bp": 5_000}]
)
TAXED = [
    order(ZOE, 13_500, vat_rate_bp=2_000),
    order(INES, 9_000, points_cents=3_000, vat_rate_bp=2_000),
    order(HOST, 7_000, vat_rate_bp=2_000),
]
FLAGGED = order(ZOE, lines=[line(6_000), line(4_000, in_turnover=False)])
BAGS = order(
    ZOE,
    lines=[
        line(6_000, product="BAG", quantity=3, categories=["bags", "leather"]),
        line(2_500, product="CUP", quantity=2, categories=["table"]),
    ],
)

BASES = [
    ("worked example, by default", counting(), facts(*EVENING), 26_500),
    ("worked example, host excluded", counting(host_orders="excluded"), facts(*EVENING), 19_500),
    (
        "worked example, host excluded and points kept",
        counting(host_orders="excluded", points_used="kept"),
        facts(*EVENING),
        22_500,
    ),
    ("points kept", counting(points_used="kept"), facts(*EVENING), 29_500),
    (
        "out of counts keeps the amount",
        counting(host_orders="excluded_from_counts"),
        facts(*EVENING),
        26_500,
    ),
    ("the part she paid is all of it", counting(host_orders="paid_part"), facts(*EVENING), 26_500),
    ("host paid 20 with points", counting(), facts(*SPENT_BY_HOST), 24_500),
    ("host paid with points, kept", counting(points_used="kept"), facts(*SPENT_BY_HOST), 29_500),
    (
        "the part she paid, others' points kept",
        counting(host_orders="paid_part", points_used="kept"),
        facts(*SPENT_BY_HOST),
        27_500,
    ),
    (
        "the part she paid, twice not taken off",
        counting(host_orders="paid_part"),
        facts(*SPENT_BY_HOST),
        24_500,
    ),
    ("seller's own order", counting(), facts(*BY_SELLER), 26_500),
    ("seller's own order included", counting(seller_orders="included"), facts(*BY_SELLER), 31_500),
    (
        "seller hosts: her orders are a seller's",
        counting(),
        facts(*EVENING, seller_customer_id=HOST),
        19_500,
    ),
    (
        "seller hosts, seller's orders included",
        counting(seller_orders="included"),
        facts(*EVENING, seller_customer_id=HOST),
        26_500,
    ),
    (
        "seller hosts, hosts excluded",
        counting(seller_orders="included", host_orders="excluded"),
        facts(*EVENING, seller_customer_id=HOST),
        19_500,
    ),
    ("a co-host's order", counting(), CO_HOSTED, 14_000),
    ("a co-host's order is a host's", counting(host_orders="excluded"), CO_HOSTED, 10_000),
    ("without tax, each line rounded", counting(tax="excl"), facts(*TAXED), 22_083),
    (
        "without tax, as stated on the line",
        counting(tax="excl"),
        facts(order(ZOE, lines=[line(12_000, net_excl_tax_cents=10_000, points_cents=3_000)])),
        7_500,
    ),
    (
        "without tax, two rates",
        counting(tax="excl"),
        facts(order(ZOE, lines=[line(1_055, vat_rate_bp=550), line(1_200, vat_rate_bp=2_000)])),
        2_000,
    ),
    (
        "without tax, no tax",
        counting(tax="excl"),
        facts(order(net_cents=1_000, vat_rate_bp=0)),
        1_000,
    ),
    (
        "without tax, half a cent of tax is tax",
        counting(tax="excl"),
        facts(order(net_cents=15, vat_rate_bp=2_000)),
        12,
    ),
    ("flagged products", counting(), facts(FLAGGED), 6_000),
    (
        "points are shared over flagged lines too",
        counting(),
        facts(order(ZOE, points_cents=5_000, lines=[line(6_000), line(4_000, in_turnover=False)])),
        3_000,
    ),
    (
        "points used on the one line",
        counting(),
        facts(order(ZOE, lines=[line(6_000, points_cents=6_000), line(4_000)])),
        4_000,
    ),
    ("shipping never counts", counting(), facts(order(net_cents=100, shipping_cents=99_999)), 100),
    ("a gift order", counting(), facts(order(net_cents=100), order(INES, 0, kind="gift")), 100),
    (
        "a cart",
        counting(),
        facts(order(net_cents=100), order(INES, 900, status="cart", payment="unpaid")),
        100,
    ),
    (
        "a cancelled order",
        counting(),
        facts(order(net_cents=100), order(INES, 900, status="cancelled")),
        100,
    ),
    (
        "a refunded order",
        counting(),
        facts(order(net_cents=100), order(INES, 900, payment="refunded")),
        100,
    ),
    (
        "a partly paid order",
        counting(),
        facts(order(net_cents=100), order(INES, 900, payment="partially_paid")),
        100,
    ),
    ("a completed order", counting(), facts(order(net_cents=100, status="completed")), 100),
    (
        "what stands of a partly cancelled order",
        counting(),
        facts(order(ZOE, status="partially_cancelled", lines=[line(0, quantity=0), line(2_000)])),
        2_000,
    ),
    ("an order by the party link", counting(), facts(order(net_cents=500, channel="web")), 500),
    ("an order typed in as direct", counting(), facts(order(net_cents=500, channel="direct")), 500),
    ("no orders", counting(), facts(), 0),
    ("an order of nothing", counting(), facts(order(lines=[])), 0),
    ("the largest amount", counting(), selling(100_000_000_000), 100_000_000_000),
    (
        "two of the largest amounts",
        counting(),
        facts(order(net_cents=100_000_000_000), order(INES, 100_000_000_000)),
        200_000_000_000,
    ),
    (
        "a rule counts otherwise than its brand",
        programme(
            rule(rewards=[points(1)], turnover={"host_orders": "excluded"}),
            settings={"turnover": {"points_used": "kept"}},
        ),
        facts(*EVENING),
        22_500,
    ),
]


@pytest.mark.parametrize(
    ("given_programme", "given_facts", "expected"),
    [c[1:] for c in BASES],
    ids=[c[0] for c in BASES],
)
def test_turnover(answer, given_programme, given_facts, expected) -> None:
    outcome = answer(given_programme, given_facts)

    (award,) = outcome["awards"]
    explanation = award["explanation"]
    assert (explanation["base"], explanation["base_cents"]) == ("turnover", expected)
    assert sum(counted["amount_cents"] for counted in explanation["orders_counted"]) == expected


# ------------------------------------------------------------------------------ conditions

CROWD = facts(
    order(ZOE, 4_999, id="1"),
    order(ZOE, 5_000, id="2"),
    order(INES, 5_001, id="3"),
    order(HOST, 20_000, id="4"),
    order(LEA, 9_000, id="5", payment="unpaid"),
    held_on="2026-07-01",
    created_on="2026-06-01",
    place="virtual",
    theme="Noël",
    participants=[
        {"customer_id": HOST, "attended": True},
        {"customer_id": ZOE, "attended": True, "new_customer": True},
        {"customer_id": INES, "attended": True},
        {"customer_id": LEA, "invitation": "invited", "new_customer": True},
        {"customer_id": "a", "invitation": "suggested"},
        {"customer_id": "b", "invitation": "declined"},
        {"customer_id": "c", "invitation": "rejected"},
        {"customer_id": "d", "invitation": "declined", "attended": True},
    ],
    bookings=[
        booking(ZOE),
        booking(INES, status="held", held_on="2026-08-01", turnover_cents=1),
        booking(LEA, status="held", held_on="2027-08-01"),
        booking("d", status="cancelled"),
        booking(HOST),
    ],
)
YES, NO = "host 1 points", ""
UNKNOWN = selling(10_000)
HELD = compare("held_on", "=", "2026-07-01")
TRUE, FALSE = at_least("turnover", 1), at_least("turnover", 99_999_999)

OPERATORS = [
    (f"{turnover} {op} 30000", when(compare("turnover", op, 30_000)), selling(turnover), expected)
    for turnover, holding in (
        (29_999, {"<", "<=", "!="}),
        (30_000, {"<=", ">=", "="}),
        (30_001, {">", ">=", "!="}),
    )
    for op in ("=", "!=", "<", "<=", ">", ">=")
    for expected in [YES if op in holding else NO]
]
INTERVALS = [
    (
        f"{turnover} from 30000 to before 60000",
        when(within("turnover", 30_000, 60_000)),
        selling(turnover),
        expected,
    )
    for turnover, expected in ((29_999, NO), (30_000, YES), (59_999, YES), (60_000, NO))
]
SUMMERS = [
    (
        f"held on {day} in July or August",
        when(within("held_on", "2026-07-01", "2026-09-01")),
        selling(1, held_on=day),
        expected,
    )
    for day, expected in (
        ("2026-06-30", NO),
        ("2026-07-01", YES),
        ("2026-08-31", YES),
        ("2026-09-01", NO),
    )
]
COUNTS = [
    (
        f"{measure} is {count} {more or ''}".strip(),
        when(compare(measure, "=", count, **more)),
        CROWD,
        YES,
    )
    for measure, count, more in (
        ("orders", 4, {}),
        ("orders", 3, {"of_at_least_cents": 5_000}),
        ("orders", 2, {"of_at_least_cents": 5_001}),
        ("orders", 1, {"of_at_least_cents": 20_000}),
        ("orders", 0, {"of_at_least_cents": 20_001}),
        ("orders_not_by_host", 3, {}),
        ("orders_not_by_host", 1, {"of_at_least_cents": 5_001}),
        ("buyers", 3, {}),
        ("attended", 3, {}),
        ("participants", 4, {}),
        ("new_customers", 2, {}),
        ("bookings_made", 3, {}),
        ("bookings_confirmed", 1, {}),
        ("quantity", 4, {}),
    )
]
NOT_COUNTED = {"turnover": {"host_orders": "excluded_from_counts"}}
OTHER_COUNTS = [
    ("out of counts: orders", when(compare("orders", "=", 3), settings=NOT_COUNTED), CROWD, YES),
    ("out of counts: buyers", when(compare("buyers", "=", 2), settings=NOT_COUNTED), CROWD, YES),
    ("out of counts: units", when(compare("quantity", "=", 3), settings=NOT_COUNTED), CROWD, YES),
    (
        "host among the participants",
        when(compare("attended", "=", 4), settings={"participants": {"host": "included"}}),
        CROWD,
        YES,
    ),
    (
        "points make an order smaller",
        when(compare("orders", "=", 0, of_at_least_cents=5_000)),
        facts(order(net_cents=5_000, points_cents=1)),
        YES,
    ),
    (
        "an order of nothing is an order",
        when(compare("orders", "=", 1)),
        facts(order(net_cents=0)),
        YES,
    ),
    (
        "paid wholly with points is an order",
        when(compare("buyers", "=", 1)),
        facts(order(net_cents=900, points_cents=900)),
        YES,
    ),
    ("units of a product", when(compare("quantity", "=", 3, products=["BAG"])), facts(BAGS), YES),
    (
        "units of a category",
        when(compare("quantity", "=", 2, categories=["table"])),
        facts(BAGS),
        YES,
    ),
    (
        "units of two products",
        when(compare("quantity", "=", 5, products=["BAG", "CUP"])),
        facts(BAGS),
        YES,
    ),
    (
        "units are not counted twice",
        when(compare("quantity", "=", 3, categories=["bags", "leather"])),
        facts(BAGS),
        YES,
    ),
    (
        "all of two products",
        when(at_least("quantity", 3, products=["BAG"]), at_least("quantity", 2, products=["CUP"])),
        facts(BAGS),
        YES,
    ),
    (
        "not all of two products",
        when(at_least("quantity", 3, products=["BAG"]), at_least("quantity", 3, products=["CUP"])),
        facts(BAGS),
        NO,
    ),
    (
        "turnover without a product",
        when(compare("turnover", "=", 2_500, without_products=["BAG"])),
        facts(BAGS),
        YES,
    ),
    (
        "turnover without a category",
        when(compare("turnover", "=", 6_000, without_categories=["table"])),
        facts(BAGS),
        YES,
    ),
    (
        "turnover without both",
        when(compare("turnover", "=", 0, without_products=["BAG"], without_categories=["table"])),
        facts(BAGS),
        YES,
    ),
    (
        "product references are exact",
        when(compare("quantity", "=", 0, products=["bag"])),
        facts(BAGS),
        YES,
    ),
    (
        "minimum of confirmed bookings",
        when(
            compare("bookings_confirmed", "=", 0),
            settings={"booking": {"minimum_turnover_cents": 2}},
        ),
        CROWD,
        YES,
    ),
    (
        "window of confirmed bookings",
        when(compare("bookings_confirmed", "=", 2), settings={"booking": {"window_days": None}}),
        CROWD,
        YES,
    ),
    ("created on", when(compare("created_on", "<=", "2026-06-01")), CROWD, YES),
    ("virtual", when(compare("virtual", "=", True)), CROWD, YES),
    ("not virtual", when(compare("virtual", "=", False)), selling(1, place="seller"), YES),
    ("place", when(compare("place", "!=", "host")), CROWD, YES),
    ("theme", when(compare("theme", "=", "Noël")), CROWD, YES),
    ("theme, other case", when(compare("theme", "=", "noël")), CROWD, NO),
    (
        "seller is host",
        when(compare("seller_is_host", "=", True)),
        selling(1, seller_customer_id=HOST),
        YES,
    ),
    ("seller is not host", when(compare("seller_is_host", "=", False)), CROWD, YES),
]
TREES = [
    (name, when(tree), facts_, expected)
    for name, tree, facts_, expected in (
        ("unknown date equals", HELD, UNKNOWN, NO),
        ("unknown date differs", compare("held_on", "!=", "2026-07-01"), UNKNOWN, NO),
        ("unknown date before", compare("held_on", "<", "2026-07-01"), UNKNOWN, NO),
        ("unknown date after", compare("held_on", ">=", "2026-07-01"), UNKNOWN, NO),
        ("unknown date within", within("held_on", "1900-01-01", "2199-12-31"), UNKNOWN, NO),
        ("not of an unknown", {"not": HELD}, UNKNOWN, YES),
        ("not of an unknown difference", {"not": compare("held_on", "!=", "2026-07-01")}, UNKNOWN, YES),
        ("not of not of an unknown", {"not": {"not": HELD}}, UNKNOWN, NO),
        ("not of not of a true", {"not": {"not": TRUE}}, UNKNOWN, YES),
        ("unknown place is not known to be virtual", compare("virtual", "=", False), UNKNOWN, NO),
        ("unknown theme differs", compare("theme", "!=", "Noël"), UNKNOWN, NO),
        ("unknown catalogue equals", compare("catalogue", "=", "A"), UNKNOWN, NO),
        ("unknown seller", compare("seller_is_host", "=", False), {"meeting": {"id": "m", "host_customer_id": HOST}}, NO),
        ("all: true and unknown", {"all": [TRUE, HELD]}, UNKNOWN, NO),
        ("all: both true", {"all": [TRUE, TRUE]}, UNKNOWN, YES),
        ("any: true or unknown", {"any": [HELD, TRUE]}, UNKNOWN, YES),
        ("any: false or unknown", {"any": [HELD, FALSE]}, UNKNOWN, NO),
        ("not any: false or unknown", {"not": {"any": [HELD, FALSE]}}, UNKNOWN, YES),
        ("not all: true and false", {"not": {"all": [TRUE, FALSE]}}, UNKNOWN, YES),
        ("not all: true and true", {"not": {"all": [TRUE, TRUE]}}, UNKNOWN, NO),
        ("all of one any", {"all": [{"any": [FALSE, {"all": [TRUE, {"not": FALSE}]}]}]}, UNKNOWN, YES),
        ("a group of one", {"any": [FALSE]}, UNKNOWN, NO),
    )
]  # fmt: skip
CONDITIONS = [*OPERATORS, *INTERVALS, *SUMMERS, *COUNTS, *OTHER_COUNTS, *TREES]

# ------------------------------------------------------------------------------ rewards


def giving(*rewards: Document, **fields: Any) -> Document:
    return programme(rule(rewards=list(rewards)), **fields)


def voucher(**fields: Any) -> Document:
    return {"kind": "voucher", **fields}


def code(**effect: Any) -> Document:
    return {
        "kind": "promo_code",
        "model": {
            "name": "Code",
            "effect": effect or {"kind": "percent_off_order", "rate_bp": 1_000},
        },
    }


CHOICE = {"kind": "gift_choice", "products": ["A", "B"], "units": 2}
GIFT = {"kind": "gift_product", "product": "A", "units": 3}

REWARDS = [
    (f"{rate_bp} bp of {turnover}, {rounding or 'by default'}", giving(percent(rate_bp, **rounding and {"rounding": rounding})), selling(turnover), expected)
    for rate_bp, turnover, rounding, expected in (
        (1_000, 48_750, {}, "host 49 points"),
        (1_000, 48_750, "floor", "host 48 points"),
        (1_000, 48_749, {}, "host 49 points"),
        (1_000, 48_450, {}, "host 48 points"),
        (1_000, 48_500, {}, "host 49 points"),
        (1_000, 48_499, {}, "host 48 points"),
        (1_000, 48_001, "ceil", "host 49 points"),
        (1_000, 48_000, "ceil", "host 48 points"),
        (1_000, 500, {}, "host 1 points"),
        (1_000, 499, {}, ""),
        (1_000, 1, "ceil", "host 1 points"),
        (1_000, 0, "ceil", ""),
        (1_000, 2_500, {}, "host 3 points"),
        (1_000, 1_500, {}, "host 2 points"),
        (10_000, 149, {}, "host 1 points"),
        (10_000, 150, {}, "host 2 points"),
        (1, 100_000_000_000, {}, "host 100000 points"),
        (1_000, 100_000_000_000, {}, "host 100000000 points"),
    )
] + [
    ("the brand rounds down", giving(percent(1_000), settings={"points": {"rounding": "floor"}}), selling(48_750), "host 48 points"),
    ("the reward rounds otherwise than its brand", giving(percent(1_000, rounding="ceil"), settings={"points": {"rounding": "floor"}}), selling(48_701), "host 49 points"),
    ("a voucher of a part", giving(voucher(rate_bp=333)), selling(12_345), "host 411 cents"),
    ("a voucher of a part, up", giving(voucher(rate_bp=333, rounding="ceil")), selling(12_345), "host 412 cents"),
    ("a voucher of a part, by the brand's rounding", giving(voucher(rate_bp=333), settings={"points": {"rounding": "ceil"}}), selling(12_345), "host 412 cents"),
    ("a voucher of an amount", giving(voucher(amount_cents=1_500)), facts(), "host 1500 cents"),
    ("gifts", giving(GIFT, CHOICE), facts(), "host 5 units"),
    ("a code", giving(code()), facts(), "host 1 codes"),
    ("a code of an amount", giving(code(kind="amount_off_order", amount_cents=500)), facts(), "host 1 codes"),
    ("one of each", giving(points(7), percent(1_000), GIFT, CHOICE, code(), voucher(amount_cents=900)), selling(1_000), "host 1 codes, host 5 units, host 8 points, host 900 cents"),
    ("the same kind twice in a rule", giving(points(7), points(7)), facts(), "host 14 points"),
    ("no rules", programme() | {"rules": []}, selling(1), ""),
    ("two rules add up", programme(rule(id="a", rewards=[points(1)]), rule(id="b", rewards=[points(2)])), facts(), "host 3 points"),
    ("hosting and during_meeting each fire once", programme(rule(id="a", rewards=[points(1)]), rule(id="b", trigger="during_meeting", rewards=[points(2)])), CROWD, "host 3 points"),
    ("a planned meeting", giving(percent(1_000)), selling(10_000, status="planned"), "host 10 points"),
    ("an open meeting", giving(percent(1_000)), selling(10_000, status="open"), "host 10 points"),
    ("a cancelled meeting", giving(percent(1_000), points(5)), selling(10_000, status="cancelled"), ""),
    ("the seller", programme(rule(beneficiary="seller")), selling(10_000), "seller 10 points"),
    ("a seller who is the host is paid for both", programme(rule(), rule(id="b", beneficiary="seller")), facts(order(net_cents=10_000), seller_customer_id=HOST), "host 10 points, host 10 points"),
    ("a rate of more than all", giving(percent(10_000), percent(5_000)), selling(10_000), "host 150 points"),
]  # fmt: skip

# ------------------------------------------------------------------------------ tiers

POINTS = {30_000: points(30), 60_000: points(60), 90_000: points(90)}
RATES = {50_000: percent(1_800), 150_000: percent(2_200)}
IN_CENTS = {50_000: voucher(rate_bp=1_800), 150_000: voucher(rate_bp=2_200)}


def scale(
    mode: str, steps: dict[int, Document], measure: str = "turnover", **more: Any
) -> Document:
    return programme(rule(tiers=tiers(mode, steps, measure, **more)))


TIERS = [
    (f"{mode}, {turnover}", scale(mode, steps), selling(turnover), expected)
    for mode, steps, turnover, expected in (
        ("best", POINTS, 95_000, "host 90 points"),
        ("cumulative", POINTS, 95_000, "host 180 points"),
        ("best", POINTS, 29_999, ""),
        ("best", POINTS, 30_000, "host 30 points"),
        ("best", POINTS, 59_999, "host 30 points"),
        ("best", POINTS, 60_000, "host 60 points"),
        ("best", POINTS, 89_999, "host 60 points"),
        ("best", POINTS, 90_000, "host 90 points"),
        ("cumulative", POINTS, 29_999, ""),
        ("cumulative", POINTS, 60_000, "host 90 points"),
        ("cumulative", POINTS, 89_999, "host 90 points"),
        ("best", IN_CENTS, 180_000, "host 39600 cents"),
        ("marginal", IN_CENTS, 180_000, "host 24600 cents"),
        ("cumulative", IN_CENTS, 180_000, "host 72000 cents"),
        ("best", RATES, 180_000, "host 396 points"),
        ("marginal", RATES, 180_000, "host 246 points"),
        ("marginal", IN_CENTS, 49_999, ""),
        ("marginal", IN_CENTS, 50_000, ""),
        ("marginal", IN_CENTS, 50_003, "host 1 cents"),
        ("marginal", IN_CENTS, 150_000, "host 18000 cents"),
        ("marginal", IN_CENTS, 150_001, "host 18000 cents"),
        ("marginal", IN_CENTS, 150_003, "host 18001 cents"),
        ("marginal", {0: percent(500), 10_000: percent(1_500)}, 9_000, "host 5 points"),
        ("marginal", {0: percent(500), 10_000: percent(1_500)}, 11_000, "host 7 points"),
        ("every", {10_000: points(5)}, 95_000, "host 45 points"),
        ("every", {10_000: points(5)}, 90_000, "host 45 points"),
        ("every", {10_000: points(5)}, 89_999, "host 40 points"),
        ("every", {10_000: points(5)}, 9_999, ""),
        ("every", {10_000: points(5)}, 10_000, "host 5 points"),
        ("every", {10_000: GIFT}, 30_000, "host 9 units"),
        ("every", {10_000: code()}, 30_000, "host 3 codes"),
        ("every", {10_000: voucher(amount_cents=250)}, 30_000, "host 750 cents"),
    )
] + [
    ("every, capped", scale("every", {10_000: points(5)}, at_most=4), selling(95_000), "host 20 points"),
    ("every, under its cap", scale("every", {10_000: points(5)}, at_most=4), selling(39_999), "host 15 points"),
    ("every, at its cap", scale("every", {10_000: points(5)}, at_most=4), selling(40_000), "host 20 points"),
    ("every two bookings", scale("every", {2: points(5)}, "bookings_made"), CROWD, "host 5 points"),
    ("every booking", scale("every", {1: points(5)}, "bookings_made"), CROWD, "host 15 points"),
    ("best by orders", scale("best", {2: points(1), 4: points(2), 5: points(3)}, "orders"), CROWD, "host 2 points"),
    ("cumulative by buyers", scale("cumulative", {1: points(1), 3: points(10), 4: points(100)}, "buyers"), CROWD, "host 11 points"),
    ("percentages by attendance", scale("best", {3: percent(1_000)}, "attended"), CROWD, "host 35 points"),
    ("tiers behind a condition", programme(rule(conditions=at_least("attended", 4), tiers=tiers("best", POINTS))), selling(95_000), ""),
    ("tiers counting as the rule says", programme(rule(turnover={"host_orders": "excluded"}, tiers=tiers("best", {14_999: points(1), 15_001: points(9)}))), CROWD, "host 1 points"),
]  # fmt: skip

# ------------------------------------------------------------------------------ lanes


def co_hosted(turnover: int, **shares: int) -> Document:
    return selling(
        turnover,
        co_hosts=[{"customer_id": who, "share_bp": share} for who, share in shares.items()],
    )


def lane(*rules: Document) -> Document:
    return programme(*[{"lane": "host", **rule_} for rule_ in rules])


LANES = [
    ("the most pays", lane(rule(id="a", rewards=[points(10)]), rule(id="b", rewards=[points(20)])), facts(), "host 20 points"),
    ("a percentage against an amount", lane(rule(id="a"), rule(id="b", rewards=[points(20)])), selling(20_500), "host 21 points"),
    ("a rule is worth all its rewards", lane(rule(id="a", rewards=[points(10), points(16)]), rule(id="b", rewards=[points(25)])), facts(), "host 26 points"),
    ("who misses does not win the lane", lane(rule(id="a", conditions=FALSE, rewards=[points(99)]), rule(id="b", rewards=[points(1)])), facts(), "host 1 points"),
    ("two lanes both pay", programme(rule(id="a", lane="x", rewards=[points(10)]), rule(id="b", lane="y", rewards=[points(20)])), facts(), "host 30 points"),
    ("outside a lane", programme(rule(id="a", lane="x", rewards=[points(10)]), rule(id="b", lane="x", rewards=[points(20)]), rule(id="c", rewards=[points(5)])), facts(), "host 25 points"),
    ("a lane is each person's", lane(rule(id="a", rewards=[points(10)]), rule(id="b", beneficiary="guest", trigger="during_meeting", rewards=[points(20)])), selling(1), "host 10 points, zoe 20 points"),
    ("a lane is each order's", lane(*[rule(id=str(n), beneficiary="guest", trigger="meeting_sale", conditions=at_least("order_net", n), rewards=[points(n)]) for n in (1, 5)]), facts(order(ZOE, 4, id="1"), order(ZOE, 5, id="2")), "zoe 6 points"),
    ("gifts by units", lane(rule(id="a", rewards=[GIFT]), rule(id="b", rewards=[CHOICE])), facts(), "host 3 units"),
    ("hosts who share are judged together, ties", lane(rule(id="a", rewards=[points(3)]), rule(id="b", rewards=[points(1)] * 3)), co_hosted(0, z=5_000), "host 2 points, z 1 points"),
    ("hosts who share are judged together", lane(rule(id="a", rewards=[points(3)]), rule(id="b", rewards=[points(1)] * 4)), co_hosted(0, z=5_000), "host 4 points"),
    ("a rule by booking against one by meeting", lane(rule(id="a", trigger="guest_booking", rewards=[points(20)]), rule(id="b", rewards=[points(30)])), facts(bookings=[booking(ZOE), booking(INES)]), "host 40 points promised"),
    ("vouchers by amount", lane(rule(id="a", rewards=[voucher(rate_bp=1_000)]), rule(id="b", rewards=[voucher(amount_cents=1_001)])), selling(10_000), "host 1001 cents"),
]  # fmt: skip

# ------------------------------------------------------------------------------ people


GUEST = programme(rule(beneficiary="guest", trigger="during_meeting", rewards=[points(3)]))
PEOPLE = [
    ("49 by halves", giving(percent(1_000)), co_hosted(48_750, b=5_000), "b 24 points, host 25 points"),
    ("48 by halves", giving(percent(1_000)), co_hosted(48_000, b=5_000), "b 24 points, host 24 points"),
    ("1 by halves goes to the host", giving(points(1)), co_hosted(0, b=5_000), "host 1 points"),
    ("1 goes to the larger share", giving(points(1)), co_hosted(0, b=6_000), "b 1 points"),
    ("100 by thirds", giving(points(100)), co_hosted(0, b=3_333, c=3_333), "b 33 points, c 33 points, host 34 points"),
    ("101 by thirds", giving(points(101)), co_hosted(0, c=3_333, b=3_333), "b 34 points, c 33 points, host 34 points"),
    ("2 by thirds", giving(points(2)), co_hosted(0, c=3_333, b=3_333), "b 1 points, host 1 points"),
    ("10 by 50, 30, 20", giving(points(10)), co_hosted(0, b=3_000, c=2_000), "b 3 points, c 2 points, host 5 points"),
    ("7 by 50, 30, 20", giving(points(7)), co_hosted(0, b=3_000, c=2_000), "b 2 points, c 1 points, host 4 points"),
    ("all to the co-host", giving(points(7)), co_hosted(0, b=10_000), "b 7 points"),
    ("nothing to the co-host", giving(points(7)), co_hosted(0, b=0), "host 7 points"),
    ("a voucher by halves", giving(voucher(amount_cents=1_501)), co_hosted(0, b=5_000), "b 750 cents, host 751 cents"),
    ("one gift by halves", giving(GIFT | {"units": 1}), co_hosted(0, b=5_000), "host 1 units"),
    ("a code by halves", giving(code()), co_hosted(0, b=5_000), "host 1 codes"),
    ("rounded before it is shared", giving(percent(1_000)), co_hosted(1_500, b=5_000), "b 1 points, host 1 points"),
    ("each buyer but the host", GUEST, CROWD, "ines 3 points, zoe 3 points"),
    ("a co-host is no guest", GUEST, CO_HOSTED, "zoe 3 points"),
    ("no guest bought", GUEST, facts(order(HOST), order(ZOE, payment="unpaid")), ""),
    ("a guest who cancelled", GUEST, facts(order(ZOE, status="cancelled"), order(INES, status="partially_cancelled")), "ines 3 points"),
    ("a guest's cart", GUEST, facts(order(ZOE, status="cart")), ""),
    ("a guest's gift order", GUEST, facts(order(ZOE, kind="gift")), ""),
    ("a guest refunded", GUEST, facts(order(ZOE, payment="refunded")), ""),
    ("a guest who paid with points only", GUEST, facts(order(ZOE, 900, points_cents=900)), "zoe 3 points"),
    ("a guest of one lost and one standing order", GUEST, facts(order(id="1", status="cancelled"), order(id="2")), "zoe 3 points"),
    ("a guest who bought a flagged product", GUEST, facts(order(ZOE, lines=[line(900, in_turnover=False)])), "zoe 3 points"),
    ("a guest needs not be listed", GUEST, selling(1, participants=[]), "zoe 3 points"),
    ("a guest's part of the whole meeting", programme(rule(beneficiary="guest", trigger="during_meeting")), facts(order(ZOE, 1_000), order(INES, 9_000)), "ines 10 points, zoe 10 points"),
]  # fmt: skip

# ------------------------------------------------------------------------------ sales


def sale(
    *rewards: Document, trigger: str = "direct_sale", beneficiary: str = "guest", **fields: Any
) -> Document:
    return programme(
        rule(trigger=trigger, beneficiary=beneficiary, rewards=list(rewards), **fields)
    )


def orders(*listed: Document, **fields: Any) -> Document:
    return {"orders": list(listed), **fields}


TENTH = {"kind": "points_percent_order", "rate_bp": 1_000}
SALES = [
    ("80, 10 off, in points", sale(TENTH), orders(order(net_cents=7_000, channel="direct")), "zoe 7 points"),
    ("shipping is no part of it", sale(TENTH), orders(order(net_cents=7_000, shipping_cents=9_999, channel="direct")), "zoe 7 points"),
    ("points used are taken off", sale(TENTH), orders(order(net_cents=7_000, points_cents=2_000, channel="direct")), "zoe 5 points"),
    ("points used kept", sale(TENTH, turnover={"points_used": "kept"}), orders(order(net_cents=7_000, points_cents=2_000, channel="direct")), "zoe 7 points"),
    ("without tax", sale(TENTH, turnover={"tax": "excl"}), orders(order(net_cents=12_000, vat_rate_bp=2_000, channel="direct")), "zoe 10 points"),
    ("half a point", sale(TENTH), orders(order(net_cents=7_450, channel="direct")), "zoe 7 points"),
    ("half a point goes up", sale(TENTH), orders(order(net_cents=7_500, channel="direct")), "zoe 8 points"),
    ("each order by itself", sale(TENTH), orders(order(id="1", net_cents=750, channel="direct"), order(id="2", net_cents=750, channel="direct")), "zoe 2 points"),
    ("by the web is a direct sale", sale(TENTH), orders(order(net_cents=7_000, channel="web")), "zoe 7 points"),
    ("a direct sale is no sale of a meeting", sale(TENTH, trigger="meeting_sale"), orders(order(net_cents=7_000, channel="direct")), ""),
    ("a sale of a meeting is not direct", sale(TENTH), orders(order(net_cents=7_000, channel="meeting")), ""),
    ("an order of a meeting told alone", sale(TENTH, trigger="meeting_sale"), orders(order(net_cents=7_000, channel="meeting")), "zoe 7 points"),
    ("all orders of a meeting", sale(TENTH, trigger="meeting_sale"), facts(order(ZOE, 1_000), order(INES, 2_000, channel="web")), "ines 2 points, zoe 1 points"),
    ("the host buys too", sale(TENTH, trigger="meeting_sale"), facts(order(HOST, 1_000)), "host 1 points"),
    ("the host buys, hosts out of the turnover", sale(TENTH, trigger="meeting_sale", turnover={"host_orders": "excluded"}), facts(order(HOST, 1_000)), "host 1 points"),
    ("the seller buys", sale(TENTH), orders(order(SELLER, 1_000, channel="direct"), seller_customer_id=SELLER), ""),
    ("the seller buys, her orders included", sale(TENTH, turnover={"seller_orders": "included"}), orders(order(SELLER, 1_000, channel="direct"), seller_customer_id=SELLER), "seller 1 points"),
    ("the seller of a sale", sale(TENTH, beneficiary="seller"), orders(order(net_cents=1_000, channel="direct"), seller_customer_id=SELLER), "seller 1 points"),
    ("no seller known", sale(TENTH, beneficiary="seller"), orders(order(net_cents=1_000, channel="direct")), ""),
    ("unpaid", sale(points(1)), orders(order(payment="unpaid", channel="direct")), ""),
    ("refunded", sale(points(1)), orders(order(payment="refunded", channel="direct")), ""),
    ("cancelled", sale(points(1)), orders(order(status="cancelled", channel="direct")), ""),
    ("a cart", sale(points(1)), orders(order(status="cart", channel="direct")), ""),
    ("a gift order fires nothing", sale(points(1)), orders(order(kind="gift", channel="direct")), ""),
    ("partly cancelled", sale(points(1)), orders(order(status="partially_cancelled", channel="direct")), "zoe 1 points"),
    ("a cancelled meeting's orders", sale(points(1), trigger="meeting_sale"), selling(100, status="cancelled"), ""),
    ("first order", sale(points(1), conditions=compare("first_order", "=", True)), orders(order(channel="direct", first_order=True)), "zoe 1 points"),
    ("not a first order", sale(points(1), conditions=compare("first_order", "=", True)), orders(order(channel="direct", first_order=False)), ""),
    ("not known to be first", sale(points(1), conditions=compare("first_order", "!=", True)), orders(order(channel="direct")), ""),
    ("channel", sale(points(1), conditions=compare("channel", "=", "web")), orders(order(INES, channel="direct"), order(channel="web")), "zoe 1 points"),
    ("placed on", sale(points(1), conditions=within("placed_on", "2026-01-01", "2027-01-01")), orders(order(INES, channel="web", placed_on="2027-01-01"), order(LEA, channel="web"), order(channel="web", placed_on="2026-12-31")), "zoe 1 points"),
    ("net of at least", sale(points(1), conditions=at_least("order_net", 5_000)), orders(order(INES, 4_999, channel="web"), order(ZOE, 5_000, channel="web")), "zoe 1 points"),
    ("units of the order", sale(points(1), conditions=at_least("quantity", 3, products=["BAG"])), orders({**BAGS, "channel": "web"}), "zoe 1 points"),
    ("marginal by order", programme(rule(trigger="direct_sale", beneficiary="guest", tiers=tiers("marginal", {5_000: TENTH, 10_000: TENTH | {"rate_bp": 2_000}}, "order_net"))), orders(order(net_cents=12_000, channel="web")), "zoe 9 points"),
    ("every slice of an order", programme(rule(trigger="direct_sale", beneficiary="guest", tiers=tiers("every", {5_000: points(1)}, "order_net"))), orders(order(net_cents=12_000, channel="web")), "zoe 2 points"),
    ("a voucher of a part of the order", sale(voucher(rate_bp=500)), orders(order(net_cents=12_010, channel="web")), "zoe 601 cents"),
]  # fmt: skip

# ------------------------------------------------------------------------------ bookings

BOOKED = programme(rule(trigger="guest_booking", rewards=[points(20)]))
FROM = {"first_planned_on": "2026-10-03"}


def booked(*bookings: Document, **meeting: Any) -> Document:
    return facts(bookings=list(bookings), **{**FROM, **meeting})


def held(day: str | None = "2026-11-01", customer_id: str = ZOE, **fields: Any) -> Document:
    return booking(customer_id, status="held", held_on=day, **fields)


def by_booking(beneficiary: str = "host", **fields: Any) -> Document:
    return programme(
        rule(trigger="guest_booking", beneficiary=beneficiary, rewards=[points(20)], **fields)
    )


BOOKINGS = [
    ("promised while it stands", BOOKED, booked(booking()), "host 20 points promised"),
    ("held within the window", BOOKED, booked(held()), "host 20 points"),
    ("held on the last day", BOOKED, booked(held("2026-12-02")), "host 20 points"),
    ("held the day after", BOOKED, booked(held("2026-12-03")), ""),
    ("cancelled", BOOKED, booked(booking(status="cancelled")), ""),
    ("booked by the host", BOOKED, booked(booking(HOST)), ""),
    ("booked by a co-host", BOOKED, booked(booking(LEA), co_hosts=[{"customer_id": LEA, "share_bp": 1}]), ""),
    ("two guests", BOOKED, booked(booking(ZOE), held(customer_id=INES)), "host 20 points, host 20 points promised"),
    ("the same guest twice", BOOKED, booked(booking(ZOE, id="a"), booking(ZOE, id="b")), "host 40 points promised"),
    ("three fates", BOOKED, booked(booking(ZOE), held(customer_id=INES), held("2027-01-01", LEA)), "host 20 points, host 20 points promised"),
    ("the guest who booked", by_booking("guest"), booked(booking(ZOE), held(customer_id=INES)), "ines 20 points, zoe 20 points promised"),
    ("the seller", by_booking("seller"), booked(held()), "seller 20 points"),
    ("the seller booked herself", by_booking("seller"), booked(held(customer_id=SELLER)), ""),
    ("day not known", BOOKED, booked(held(None)), ""),
    ("window counts from the first date", BOOKED, booked(held("2026-12-03"), planned_on="2026-10-20", held_on="2026-10-20"), ""),
    ("else from the planned date", BOOKED, booked(held("2026-12-03"), first_planned_on=None, planned_on="2026-10-04", held_on="2026-01-01"), "host 20 points"),
    ("else from the day it was held", BOOKED, booked(held("2026-12-03"), first_planned_on=None, held_on="2026-10-04"), "host 20 points"),
    ("nothing to count from", BOOKED, booked(held(), first_planned_on=None), ""),
    ("nothing to count from, no limit", by_booking(booking={"window_days": None}), booked(held("2099-01-01"), first_planned_on=None), "host 20 points"),
    ("no limit", by_booking(booking={"window_days": None}), booked(held("2199-12-31")), "host 20 points"),
    ("no limit, day not known", by_booking(booking={"window_days": None}), booked(held(None)), "host 20 points"),
    ("window of no days", by_booking(booking={"window_days": 0}), booked(held("2026-10-03")), "host 20 points"),
    ("window of no days, the day after", by_booking(booking={"window_days": 0}), booked(held("2026-10-04")), ""),
    ("window over a leap day", by_booking(booking={"window_days": 30}), booked(held("2028-03-01"), first_planned_on="2028-01-31"), "host 20 points"),
    ("window over a leap day, late", by_booking(booking={"window_days": 30}), booked(held("2028-03-02"), first_planned_on="2028-01-31"), ""),
    ("window over a clock change", by_booking(booking={"window_days": 1}), booked(held("2026-10-25"), first_planned_on="2026-10-24"), "host 20 points"),
    ("the rule's window beside the brand's minimum", programme(rule(trigger="guest_booking", rewards=[points(20)], booking={"window_days": 90}), settings={"booking": {"minimum_turnover_cents": 100}}), booked(held("2027-01-01", turnover_cents=100), held("2027-01-02", INES, turnover_cents=100), held("2027-01-01", LEA, turnover_cents=99)), "host 20 points"),
    ("minimum reached", by_booking(booking={"minimum_turnover_cents": 10_000}), booked(held(turnover_cents=10_000)), "host 20 points"),
    ("minimum missed by one", by_booking(booking={"minimum_turnover_cents": 10_000}), booked(held(turnover_cents=9_999)), ""),
    ("minimum, turnover not known", by_booking(booking={"minimum_turnover_cents": 10_000}), booked(held()), ""),
    ("standing needs no minimum yet", by_booking(booking={"minimum_turnover_cents": 10_000}), booked(booking()), "host 20 points promised"),
    ("of a cancelled meeting", BOOKED, booked(booking(), status="cancelled"), ""),
    ("behind a condition of the meeting", by_booking(conditions=at_least("bookings_made", 2)), booked(booking(ZOE), booking(INES, status="cancelled")), ""),
    ("two behind their condition", by_booking(conditions=at_least("bookings_made", 2)), booked(booking(ZOE), booking(INES)), "host 40 points promised"),
    ("shared by the co-hosts, each booking", programme(rule(trigger="guest_booking", rewards=[points(21)])), booked(booking(ZOE), booking(INES), co_hosts=[{"customer_id": "b", "share_bp": 5_000}]), "b 20 points promised, host 22 points promised"),
]  # fmt: skip

WON = [*CONDITIONS, *REWARDS, *TIERS, *LANES, *PEOPLE, *SALES, *BOOKINGS]


@pytest.mark.parametrize(
    ("given_programme", "given_facts", "expected"), [c[1:] for c in WON], ids=[c[0] for c in WON]
)
def test_who_gets_what(answer, given_programme, given_facts, expected) -> None:
    assert told(answer(given_programme, given_facts)) == expected


# ------------------------------------------------------------------------------ reasons


def at(document: Any, path: str) -> Any:
    """`misses.0.lacks.0.code` of a document; `*` is the list of what follows of each element."""
    name, _, rest = path.partition(".")
    if name == "*":
        return [at(element, rest) if rest else element for element in document]
    found = document[int(name)] if isinstance(document, list) else document[name]
    return at(found, rest) if rest else found


LACK, WHY = "misses.0.lacks.0", "awards.0.explanation"
LATE = by_booking()
TWO_ROADS = {"any": [{"all": [at_least("attended", 0), at_least("turnover", 500)]}, HELD]}

REASONS: list[tuple[str, Document, Document, dict[str, Any]]] = [
    ("one cent short", when(at_least("turnover", 30_000)), selling(29_999), {f"{LACK}.code": "turnover_at_least", f"{LACK}.value": 29_999, f"{LACK}.expected": 30_000, f"{LACK}.missing": 1, "misses.0.progress": {"measure": "turnover", "unit": "cents", "current": 29_999, "target": 30_000}}),
    ("more than, by one", when(compare("turnover", ">", 30_000)), selling(30_000), {f"{LACK}.code": "turnover_more_than", f"{LACK}.missing": 1, "misses.0.progress.target": 30_001}),
    ("below an interval", when(within("turnover", 10, 20)), selling(4), {f"{LACK}.missing": 6, f"{LACK}.upper": 20}),
    ("above an interval", when(within("turnover", 10, 20)), selling(20), {f"{LACK}.missing": None, "misses.0.progress": None}),
    ("too few of exactly", when(compare("orders", "=", 3)), selling(1), {f"{LACK}.missing": 2}),
    ("too many of exactly", when(compare("orders", "=", 0)), selling(1), {f"{LACK}.missing": None}),
    ("less would help, more would not", when(compare("orders", "<", 1)), selling(1), {f"{LACK}.missing": None, "misses.0.progress": None}),
    ("not known", when(HELD), UNKNOWN, {f"{LACK}.value": None, f"{LACK}.missing": None, f"{LACK}.expected": "2026-07-01"}),
    ("each of two that lack", when(at_least("attended", 2), TRUE, at_least("turnover", 500)), facts(order(net_cents=400), bookings=[]), {"misses.0.lacks.*.code": ["attended_at_least", "turnover_at_least"], "misses.0.lacks.*.missing": [2, 100], "misses.0.progress.measure": "attended"}),
    ("a road of several conditions has a bar", when(TWO_ROADS), selling(400), {f"{LACK}.code": "any_of", "misses.0.progress": {"measure": "turnover", "unit": "cents", "current": 400, "target": 500}}),
    ("narrowed", when(at_least("orders", 2, of_at_least_cents=500)), selling(499), {f"{LACK}.narrowed": ["of_at_least_cents=500"], f"{LACK}.value": 0}),
    ("whole orders left out", counting(host_orders="excluded"), facts(order(LEA, 5, id="1", status="cart"), order(LEA, 5, id="2", status="cancelled"), order(LEA, 5, id="3", payment="unpaid"), order(LEA, 5, id="4", payment="partially_paid"), order(LEA, 5, id="5", payment="refunded"), order(LEA, 0, id="6", kind="gift"), order(SELLER, 5, id="7"), order(HOST, 6, id="8"), order(LEA, 7, id="9")), {f"{WHY}.orders_left_out.*.code": ["cart", "cancelled", "not_paid", "partially_paid", "refunded", "gift_order", "seller_order", "host_order"], f"{WHY}.orders_left_out.*.amount_cents": [5, 5, 5, 5, 5, 0, 5, 6], f"{WHY}.orders_counted": [{"order_id": "9", "customer_id": LEA, "amount_cents": 7}]}),
    ("parts left out", counting(host_orders="excluded_from_counts"), facts(order(HOST, lines=[line(50, points_cents=20), line(7, in_turnover=False)], shipping_cents=9)), {f"{WHY}.orders_left_out.*.code": ["excluded_products", "points_used", "shipping", "host_not_in_counts"], f"{WHY}.orders_left_out.*.amount_cents": [7, 20, 9, 0], f"{WHY}.base_cents": 30}),
    ("rounded", giving(percent(1_000)), selling(48_750), {f"{WHY}.exact": "48.75", f"{WHY}.rounding": "half_up", f"{WHY}.rate_bp": 1_000, f"{WHY}.share_bp": None}),
    ("too little", giving(percent(1_000)), selling(499), {f"{LACK}.code": "rounds_to_something", f"{LACK}.value": "0.499", f"{LACK}.expected": 1}),
    ("shared", giving(percent(1_000)), co_hosted(48_750, b=5_000), {"awards.*.explanation.share_bp": [5_000, 5_000], "awards.*.explanation.whole_value": [49, 49]}),
    ("the step reached and the next", scale("best", POINTS), selling(42_000), {f"{WHY}.tier.start": 30_000, f"{WHY}.tier.value": 42_000, f"{WHY}.next_tier.start": 60_000, f"{WHY}.next_tier.missing": 18_000, f"{WHY}.next_tier.rewards.0.points": 60, "awards.0.reward_id": "from-30000:points_fixed"}),
    ("no next step", scale("best", POINTS), selling(90_000), {f"{WHY}.next_tier": None}),
    ("before the first step", scale("best", POINTS), selling(29_000), {f"{LACK}.missing": 1_000, "misses.0.explanation.next_tier.start": 30_000, "misses.0.rewards.0.points": 30}),
    ("the next slice", scale("every", {10_000: points(5)}), selling(25_000), {f"{WHY}.tier.times": 2, f"{WHY}.next_tier.start": 30_000, f"{WHY}.next_tier.missing": 5_000}),
    ("no slice after the cap", scale("every", {10_000: points(5)}, at_most=2), selling(25_000), {f"{WHY}.next_tier": None}),
    ("slices at their own rates", scale("marginal", IN_CENTS), selling(180_000), {f"{WHY}.slices": [{"start": 50_000, "amount_cents": 100_000, "rate_bp": 1_800}, {"start": 150_000, "amount_cents": 30_000, "rate_bp": 2_200}], f"{WHY}.exact": "24600", f"{WHY}.rate_bp": None}),
    ("outdone in a lane", lane(rule(id="a", rewards=[points(10)]), rule(id="b", rewards=[points(20)])), facts(), {f"{LACK}.code": "best_of_lane", f"{LACK}.subject": "b", f"{LACK}.value": 10, f"{LACK}.expected": 20, "misses.0.rule_id": "a"}),
    ("held too late", LATE, booked(held("2026-12-03")), {f"{LACK}.code": "booking_held_by", f"{LACK}.value": "2026-12-03", f"{LACK}.expected": "2026-12-02", f"{LACK}.subject": "booked by zoe", "misses.0.occurrence": "booked by zoe"}),
    ("booked by the host", LATE, booked(booking(HOST)), {f"{LACK}.code": "booked_by_guest"}),
    ("booking cancelled", LATE, booked(booking(status="cancelled")), {f"{LACK}.code": "booking_stands"}),
    ("booking too small", by_booking(booking={"minimum_turnover_cents": 10}), booked(held(turnover_cents=9)), {f"{LACK}.code": "booking_turnover_at_least", f"{LACK}.missing": 1, "misses.0.progress.target": 10}),
    ("booked by the seller", by_booking("seller"), booked(held(customer_id=SELLER)), {f"{LACK}.code": "not_by_oneself"}),
    ("nobody booked", LATE, facts(), {f"{LACK}.code": "guest_booked", f"{LACK}.missing": 1, "misses.0.customer_id": HOST}),
    ("no guest bought", GUEST, facts(), {f"{LACK}.code": "guest_bought", "misses.0.customer_id": None}),
    ("no seller", programme(rule(beneficiary="seller")), {"meeting": {"id": "m", "host_customer_id": HOST}}, {f"{LACK}.code": "seller_known", "misses.0.customer_id": None}),
    ("a cancelled meeting", giving(points(1)), facts(status="cancelled"), {f"{LACK}.code": "meeting_not_cancelled"}),
    ("a sale of a cancelled meeting", sale(points(1), trigger="meeting_sale"), selling(1, status="cancelled"), {f"{LACK}.code": "meeting_not_cancelled", "misses.0.customer_id": ZOE}),
    ("an unpaid order", sale(points(1)), orders(order(payment="unpaid", channel="web")), {f"{LACK}.code": "order_not_not_paid", "misses.0.scope_type": "order", "misses.0.scope_id": "order of zoe"}),
    ("terms with their defaults", giving(voucher(amount_cents=900)), facts(), {"awards.0.reward": {"id": "voucher", "kind": "voucher", "name": "", "amount_cents": 900, "valid_days": 180, "minimum_basket_cents": 0, "remainder": "lost", "with_codes": True, "with_points": True, "with_vouchers": True, "with_discounted": True}}),
    ("ids of rewards of a kind", giving(points(1), points(2), points(3, id="points_fixed-3")), facts(), {"awards.*.reward_id": ["points_fixed", "points_fixed-2", "points_fixed-3"]}),
    ("an award of a sale", sale(TENTH), orders(order(net_cents=7_000, channel="web")), {"awards.0.scope_type": "order", "awards.0.scope_id": "order of zoe", f"{WHY}.base": "order_net", f"{WHY}.base_cents": 7_000, f"{WHY}.exact": "7"}),
    ("version as a number", programme(rule(), version=7), selling(1_000), {"awards.0.programme_version": "7"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given_programme", "given_facts", "expected"),
    [c[1:] for c in REASONS],
    ids=[c[0] for c in REASONS],
)
def test_why(answer, given_programme, given_facts, expected) -> None:
    outcome = answer(given_programme, given_facts)

    assert {path: at(outcome, path) for path in expected} == expected


# ------------------------------------------------------------------------------ together


def test_the_order_of_what_is_told_makes_no_difference(answer) -> None:
    lanes = {"points_fixed": "points"}
    rules = [
        {**rule_, "id": f"{number:03}", "lane": lanes.get(kind, "")}
        for number, rule_ in enumerate(
            case[1]["rules"][0] for case in [*OPERATORS, *TIERS, *BOOKINGS]
        )
        for kind in [rule_["rewards"][0]["kind"] if "rewards" in rule_ else ""]
    ]
    otherwise, dice = json.loads(json.dumps([rules, CROWD])), random.Random(7)
    meeting = otherwise[1]["meeting"]
    lists = (otherwise[0], otherwise[1]["orders"], meeting["participants"], meeting["bookings"])
    for listed in lists:
        dice.shuffle(listed)

    assert answer(programme(*rules), CROWD) == answer(programme(*otherwise[0]), otherwise[1])


def test_all_these_cases_in_one_call_answer_as_one_by_one(runner, tmp_path, answer) -> None:
    """JSON Lines, with line ends and byte order marks of other systems."""
    same = [case for case in TIERS if case[1] == TIERS[0][1]]
    lines = "\r\n\n".join(f"\ufeff{json.dumps(case[2])}" for case in same)
    (tmp_path / "many.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "p.json").write_text(json.dumps(TIERS[0][1]), encoding="utf-8")

    result = runner.invoke(
        args=["evaluate", str(tmp_path / "p.json"), str(tmp_path / "many.jsonl")]
    )

    assert result.exit_code == 0
    assert [told(json.loads(line_)) for line_ in result.stdout.splitlines()] == [c[3] for c in same]


def test_every_line_without_a_tax_is_told_at_once(runner, tmp_path) -> None:
    two_lines = order(INES, lines=[line(5, vat_rate_bp=2_000), line(5), line(0)])
    told_facts = facts(order(ZOE, 5), two_lines, order(LEA, 5, payment="unpaid"))
    for name, document in (("p", counting(tax="excl")), ("f", told_facts)):
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")

    result = runner.invoke(args=["evaluate", str(tmp_path / "p"), str(tmp_path / "f")])

    assert (result.exit_code, result.stdout) == (2, "")
    assert [(error["path"], error["code"]) for error in json.loads(result.stderr)["errors"]] == [
        ("orders[0].vat_rate_bp", "tax_unknown"),
        ("orders[1].lines[1].vat_rate_bp", "tax_unknown"),
    ]


NEVER = [
    ("a place that is none", [compare("place", "=", "virtuel")], "unknown_value"),
    ("two dates", [compare("held_on", "<", "2026-01-01"), compare("held_on", ">=", "2026-01-01")], "never_true"),
    ("two themes", [compare("theme", "=", "a"), compare("theme", "=", "b")], "never_true"),
    ("a theme and not it", [compare("theme", "=", "a"), compare("theme", "!=", "a")], "never_true"),
    ("neither true nor false", [compare("virtual", "!=", True), compare("virtual", "!=", False)], "never_true"),
    ("a number and not it", [compare("orders", "=", 1), compare("orders", "!=", 1)], "never_true"),
    ("in an inner group", [at_least("orders", 3), {"all": [TRUE, compare("orders", "<", 3)]}], "never_true"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "code"), [c[1:] for c in NEVER], ids=[c[0] for c in NEVER])
def test_conditions_that_never_hold_are_refused(runner, tmp_path, parts, code) -> None:
    for name, document in (("p", when({"all": parts})), ("f", facts())):
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")

    result = runner.invoke(args=["evaluate", str(tmp_path / "p"), str(tmp_path / "f")])

    assert result.exit_code == 2
    assert [error["code"] for error in json.loads(result.stderr)["errors"]] == [code]


# ------------------------------------------------------------------------------ pots

VOUCHER = {"kind": "voucher", "amount_cents": 1_000}
MONTHLY = {"per": "person", "of": "times", "most": 1, "period": "month"}


def pot(measure: str = "spend", threshold: int = 10_000, **more: Any) -> Document:
    return {"measure": measure, "threshold": threshold, **more}


def saving(filled: Document, **fields: Any) -> Document:
    """A voucher of 10 for each full pot of a customer."""
    found = {"beneficiary": "guest", "trigger": "spend", "rewards": [VOUCHER], **fields}
    return programme(rule(pot=filled, **found))


def buying(*amounts: int, days: list[str] | None = None, **more: Any) -> Document:
    """Direct sales to ZOE, one after the other."""
    listed = [
        order(ZOE, amount, id=str(number), channel="direct")
        for number, amount in enumerate(amounts, 1)
    ]
    for one, day in zip(listed, days or [], strict=False):
        one["placed_on"] = day
    return {"orders": listed, "seller_customer_id": SELLER, **more}


def basket(*lines: Document, **more: Any) -> Document:
    return {"orders": [order(ZOE, id="1", lines=list(lines), channel="direct", **more)]}


def before(balance: int, issued: list[Document] = [], fed: int = 0, **more: Any) -> Document:  # noqa: B006
    """ZOE's pot, and what her order 1 has put in."""
    found = {"rule_id": "r1", "customer_id": ZOE, "balance": balance, "issued": issued, **more}
    return {"pots": [{**found, "fed": [{"source_id": "1", "amount": fed}] if fed else []}]}


A10 = ["2026-03-02", "2026-03-09", "2026-03-20", "2026-04-01"]
CANDLES = [
    line(2_000, product="CANDLE", quantity=3),
    line(4_000, product="WOK", categories=["pans"]),
]
STANDS, USED = {"number": 1}, {"number": 1, "used": True}
GIVEN_TWICE = [STANDS, {"number": 2}]
MEETING_OF_TWO = facts(order(ZOE, 6_000), order(HOST, 5_000), held_on="2026-03-09")

POTS: list[tuple[str, Document, Document, str]] = [
    ("A9: 60, 70, 250", saving(pot()), buying(6_000, 7_000, 25_000), "zoe: 6000 | 7000 #1 | 25000 #2 #3 = 8000"),
    ("A10: one a month", saving(pot(), caps=[MONTHLY]), buying(6_000, 7_000, 20_000, 100, days=A10), "zoe: 6000 | 7000 #1 | 20000 cap_per_person | 100 #2 cap_per_person = 13100"),
    ("A11: a voucher of 10 was used, shipping 5", saving(pot()), basket(line(11_000), shipping_cents=500), "zoe: 11000 #1 = 1000"),
    ("shipping counts", saving(pot(shipping="included")), basket(line(11_000), shipping_cents=500), "zoe: 11500 #1 = 1500"),
    ("without tax", saving(pot(), turnover={"tax": "excl"}), basket(line(12_000), vat_rate_bp=2_000), "zoe: 10000 #1 = 0"),
    ("points are not spent twice", saving(pot()), basket(line(12_000), points_cents=3_000), "zoe: 9000 = 9000"),
    ("one cent short", saving(pot()), buying(9_999), "zoe: 9999 = 9999"),
    ("a percentage of the basket", saving(pot(), rewards=[{"kind": "voucher", "rate_bp": 1_000}]), buying(6_000, 7_000), "zoe: 6000 | 7000 #1 = 3000; zoe 700 cents"),
    ("points of the basket", saving(pot(), rewards=[{"kind": "points_percent_order", "rate_bp": 1_000}]), buying(6_000, 7_000), "zoe: 6000 | 7000 #1 = 3000; zoe 7 points"),
    ("units of a product", saving(pot("units", 2, products=["CANDLE"])), basket(*CANDLES), "zoe: 3 #1 = 1"),
    ("units of a category", saving(pot("units", 2, categories=["pans"])), basket(*CANDLES), "zoe: 1 = 1"),
    ("units of anything", saving(pot("units", 2)), basket(*CANDLES), "zoe: 4 #1 #2 = 0"),
    ("gifts are no stamps", saving(pot("units", 2)), basket(line(0, quantity=5, in_turnover=False)), "zoe: 0 pot_items = 0"),
    ("spent in a category", saving(pot(categories=["pans"])), basket(*CANDLES), "zoe: 4000 = 4000"),
    ("baskets", saving(pot("baskets", 2)), buying(100, 200, 300), "zoe: 1 | 1 #1 | 1 = 1"),
    ("baskets of at least 2", saving(pot("baskets", 2, basket_from_cents=200)), buying(100, 200, 300), "zoe: 0 order_net_at_least | 1 | 1 #1 = 0"),
    ("a condition of the order", saving(pot(), conditions=at_least("order_net", 5_000)), buying(4_000, 6_000), "zoe: 0 order_net_at_least | 6000 = 6000"),
    ("before and after its days", saving(pot(starts_on="2026-03-09", ends_on="2026-03-20")), buying(1, 2, 3, 4, days=A10), "zoe: 0 pot_runs | 2 | 3 | 0 pot_runs = 5"),
    ("each year its own", saving(pot(resets="yearly")), buying(9_000, 9_000, days=["2026-12-31", "2027-01-01"]), "zoe 2026: 9000 = 9000; zoe 2027: 9000 = 9000"),
    ("each run its own", saving(pot(resets="at_end", starts_on="2026-03-01", ends_on="2026-03-31")), {**buying(9_000, days=["2026-03-09"]), **before(5_000, period="2025-03-01")}, "zoe 2026-03-01: 9000 = 9000"),
    ("an order that is not paid", saving(pot()), {"orders": [order(ZOE, 9_000, payment="unpaid")]}, "zoe: 0 order_not_not_paid = 0"),
    ("told twice", saving(pot()), {**buying(15_000), **before(5_000, [STANDS], 15_000)}, "zoe: 0 = 5000"),
    ("a return takes it back", saving(pot()), {**buying(4_000), **before(5_000, [STANDS], 15_000)}, "zoe: -11000 -#1 = 4000"),
    ("the latest goes first", saving(pot()), {**buying(15_000), **before(5_000, GIVEN_TWICE, 25_000)}, "zoe: -10000 -#2 = 5000"),
    ("one that was used stays, and the pot refills", saving(pot()), {**buying(4_000, 9_000, 8_000), **before(5_000, [USED], 15_000)}, "zoe: -11000 | 9000 | 8000 #2 = 1000"),
    ("taken at another threshold", saving(pot()), {**buying(4_000), **before(0, [{"number": 1, "taken": 5_000}], 5_000)}, "zoe: -1000 -#1 = 4000"),
    ("the seller's orders", saving(pot(), beneficiary="seller"), MEETING_OF_TWO, "seller: 6000 | 5000 #1 = 1000"),
    ("the host's orders", saving(pot(), beneficiary="host"), MEETING_OF_TWO, "host: 6000 | 5000 #1 = 1000"),
    ("but her own", saving(pot(), beneficiary="host", turnover={"host_orders": "excluded"}), MEETING_OF_TWO, "host: 6000 | 0 order_not_host_order = 6000"),
    ("hosts share", saving(pot(), beneficiary="host"), facts(order(ZOE, 9_000), co_hosts=[{"customer_id": LEA, "share_bp": 3_000}]), "host: 6300 = 6300; lea: 2700 = 2700"),
    ("guests of a meeting, its host among them", saving(pot()), MEETING_OF_TWO, "host: 5000 = 5000; zoe: 6000 = 6000"),
    ("meetings held", saving(pot("meetings", 1), beneficiary="host"), MEETING_OF_TWO, "host: 1 #1 = 0"),
    ("a meeting without orders", saving(pot("meetings", 1), beneficiary="host"), facts(), "host: 0 guest_bought = 0"),
    ("a cancelled meeting", saving(pot("meetings", 1), beneficiary="seller"), facts(order(ZOE), status="cancelled"), "seller: 0 meeting_not_cancelled = 0"),
    ("a meeting of another condition", saving(pot("meetings", 1), beneficiary="seller", conditions=at_least("buyers", 3)), MEETING_OF_TWO, "seller: 0 buyers_at_least = 0"),
    ("a rule that rests", saving(pot(), enabled=False), buying(15_000), ""),
    ("pots that are not judged", saving(pot()), buying(15_000, pots=None), ""),
]  # fmt: skip


def told_pots(outcome: Document, totals: str) -> str:
    """`zoe: 6000 | 7000 #1 = 3000`: what each order did, rewards it brought, what is left."""
    lines = []
    for one in outcome["pots"]:
        steps = []
        for fed in one["feedings"]:
            why = [check["code"] for check in (*fed["lacks"], *fed["held_back"])]
            numbers = [*(f"#{n}" for n in fed["issued"]), *(f"-#{n}" for n in fed["withdrawn"])]
            steps.append(" ".join([str(fed["amount"]), *numbers, *why]))
        who = " ".join(part for part in (one["customer_id"], one["period"]) if part)
        lines.append(f"{who}: {' | '.join(steps)} = {one['after']}")
    return "; ".join([*lines, *([totals] if totals else [])])


@pytest.mark.parametrize(
    ("given_programme", "given_facts", "expected"), [c[1:] for c in POTS], ids=[c[0] for c in POTS]
)
def test_pots(answer, given_programme, given_facts, expected) -> None:
    outcome = answer(given_programme, given_facts)

    rated = any("rate_bp" in reward for reward in given_programme["rules"][0]["rewards"])
    assert told_pots(outcome, told(outcome) if rated else "") == expected
    standing = [n for one in outcome["pots"] for fed in one["feedings"] for n in fed["issued"]]
    assert len(outcome["awards"]) == len(standing)


# ------------------------------------------------------------------------------ mends

MENDS = [
    ("an operator the wrong way round", when(compare("turnover", "=>", 1)), "rules[0].conditions.op", ">="),
    ("a word of another language", when(compare("place", "=", "virtuel")), "rules[0].conditions.value", "“virtual”"),
    ("a hidden mark of direction", when(compare("theme", "=", "a\u061cb")), "rules[0].conditions.value", "invisible"),
    ("euros with a decimal point", when(compare("turnover", "=", 300.0)), "rules[0].conditions.value", "without decimal point"),
    ("other digits", when(compare("held_on", "=", "٢٠٢٦-01-01")), "rules[0].conditions.value", "YYYY-MM-DD"),
    ("a day and a line end", when(compare("held_on", "=", "2026-01-01\n")), "rules[0].conditions.value", "YYYY-MM-DD"),
    ("a day that is none", when(compare("held_on", "=", "2026-02-30")), "rules[0].conditions.value", "YYYY-MM-DD"),
    ("a field of a neighbour", when(compare("buyers", "=", 1, of_at_least_cents=5)), "rules[0].conditions.of_at_least_cents", "take it out"),
    ("a comma too many", '{"format": "convive.programme/1",}', "p", "no comma before"),
    ("two documents", "{} {}", "p", "--lines"),
    ("a direct sale of a meeting", sale(points(1), conditions=compare("channel", "=", "meeting")), "rules[0].conditions", "meeting_sale"),
    ("a text without end", '{"format": "conv', "p", "double quote"),
    ("nothing", "\ufeff \n", "p", "write a JSON document"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given_programme", "path", "mend"), [c[1:] for c in MENDS], ids=[c[0] for c in MENDS]
)
def test_the_field_and_its_mend_are_named(runner, tmp_path, given_programme, path, mend) -> None:
    text = given_programme if isinstance(given_programme, str) else json.dumps(given_programme)
    (tmp_path / "p").write_text(text, encoding="utf-8")
    (tmp_path / "f").write_text(json.dumps(facts()), encoding="utf-8")
    told_by = {}
    for language in ("en", "fr"):
        words = ["evaluate", str(tmp_path / "p"), str(tmp_path / "f"), "--lang", language]
        result = runner.invoke(args=words)
        assert (result.exit_code, result.stdout) == (2, "")
        (told_by[language],) = json.loads(result.stderr)["errors"]

    assert told_by["en"]["path"].removeprefix(f"{tmp_path}/") == path
    assert mend in told_by["en"]["message"]
    assert told_by["fr"]["message"] != told_by["en"]["message"]


def test_a_broken_line_tells_where_in_the_line(runner, tmp_path) -> None:
    lines = f"{json.dumps(facts())}\n\n{{\n{json.dumps(facts())}\n"
    (tmp_path / "p").write_text(json.dumps(programme()), encoding="utf-8")
    (tmp_path / "f.jsonl").write_text(lines, encoding="utf-8")

    result = runner.invoke(args=["evaluate", str(tmp_path / "p"), str(tmp_path / "f.jsonl")])

    assert result.exit_code == 1
    first, broken, last = map(json.loads, result.stdout.splitlines())
    assert "error" not in first | last
    assert broken["error"]["line"] == 3
    assert "line 1, column 2" in broken["error"]["errors"][0]["message"]
