"""The JSON Schemas of pricing say what is read and written: neither more nor less."""

import json
from copy import deepcopy
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from app.promotions.domain.cart_format import cart_schema, read_cart
from app.promotions.domain.plan_format import plan_schema, plan_to_json, read_plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quote_format import quote_schema, quote_to_json, read_quote
from app.promotions.errors import PlanInvalid
from tests.support.chance import SOAK
from tests.support.mangling import agree, changed, problems_of
from tests.support.pricing import cart, line, plan, promo

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PLAN = json.loads((EXAMPLES / "plan.json").read_text(encoding="utf-8"))
CART = json.loads((EXAMPLES / "cart.json").read_text(encoding="utf-8"))
SCHEMAS = PLAN_SCHEMA, CART_SCHEMA, QUOTE_SCHEMA = plan_schema(), cart_schema(), quote_schema()

BEYOND_THE_SCHEMA = {
    "amount_or_rate",
    "block_without_amount",
    "brackets_not_rising",
    "code_missing",
    "code_not_used",
    "code_repeated",
    "direct_in_meeting",
    "given_twice",
    "measure_not_available",
    "minimum_over_price",
    "never_applies",
    "never_true",
    "no_first_bracket",
    "not_a_currency",
    "not_a_moment",
    "period_empty",
    "repeated",
    "same_product_or_scope",
    "scope_empty",
    "segment_in_segment",
    "tier_gives_nothing",
    "tiers_missing",
    "too_many_conditions",
    "tiers_not_rising",
    "units_of_a_total",
    "unknown_promotion",
    "unknown_segment",
    "unknown_zone",
    "voucher_empty",
}
"""Codes of what only the whole document shows; docs/formats.md lists them."""

ODD = (
    {"measure": "basket_net", "op": ">=", "value": 1},
    {"measure": "quantity", "op": "in", "from": 1, "to": 2},
    {"measure": "first_order"},
    {"kind": "order_percent", "rate_bp": 1},
    "2026-03-09T10:00:00Z",
    "2026-02-30T10:00:00Z",
    "10:30",
    "24:00",
    "code",
)
NAMES = ("x", "scope", "cap_cents", "codes", "units", "rate_bp")
MANY = settings(max_examples=120 * SOAK, deadline=None)


@MANY
@given(changed(PLAN, ODD, NAMES))
def test_plans_are_accepted_as_their_schema_says(document) -> None:
    agree(PLAN_SCHEMA, read_plan, document, BEYOND_THE_SCHEMA)


@MANY
@given(changed(CART, ODD, NAMES))
def test_carts_are_accepted_as_their_schema_says(document) -> None:
    agree(CART_SCHEMA, lambda found: read_cart(found, READ), document, BEYOND_THE_SCHEMA)


READ = read_plan(PLAN)


@settings(max_examples=100 * SOAK, deadline=None)
@given(changed(PLAN, ODD, NAMES))
def test_what_is_accepted_is_written_and_read_back(document) -> None:
    if problems_of(read_plan, document):
        return
    read = read_plan(document)

    written = json.loads(json.dumps(plan_to_json(read)))

    assert read_plan(written) == read
    assert plan_to_json(read_plan(written)) == written


def test_the_example_is_written_as_it_stands() -> None:
    """But for what it says although it is so anyway."""
    written = plan_to_json(READ)

    assert read_plan(written) == READ
    Draft202012Validator(PLAN_SCHEMA).validate(written)
    assert "settings" not in written
    assert written["promotions"][4] == PLAN["promotions"][4]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema["title"])
def test_schemas_are_schemas(schema) -> None:
    Draft202012Validator.check_schema(schema)


def test_quotes_are_as_their_schema_says_and_read_back() -> None:
    found, context = read_cart(CART, READ)
    quote = price(found, READ, context)

    written = json.loads(json.dumps(quote_to_json(quote)))

    Draft202012Validator(QUOTE_SCHEMA).validate(written)
    assert quote.applied
    assert quote.refusals
    assert quote.missing
    assert read_quote(written) == quote


def test_the_smallest_cart_is_a_few_fields() -> None:
    found, context = read_cart(
        {"at": "2026-10-10", "lines": [{"id": "1", "product": "WOK", "unit_price_cents": 4_500}]}
    )

    assert found.lines[0].quantity == 1
    assert context.channel == "direct"
    assert context.at.isoformat() == "2026-10-10T12:00:00+02:00"


# ---------------------------------------------------------------- what can never work

TEN = promo("ten", "order_percent", effect={"rate_bp": 1_000})
BASKET = {"measure": "basket_net", "op": ">=", "value": 5_000}


def when(*conditions):
    return plan(TEN | {"conditions": {"all": list(conditions)}})


def tiers(*found):
    return plan(first_order={"tiers": list(found)})


REFUSED = [
    ("more than everything off", plan(promo("a", "order_percent", effect={"rate_bp": 10_001}))),
    ("nothing off", plan(promo("a", "order_amount", effect={"amount_cents": 0}))),
    ("a gift of nothing", plan(promo("a", "free_product", effect={"products": []}))),
    ("buy none", plan(promo("a", "buy_x_get_y", effect={"buy": 0}))),
    ("a limit of none", plan(TEN | {"limits": {"uses": 0}})),
    ("shipping by units", plan(promo("a", "shipping_percent", effect={"at_most_units": 2}))),
    ("a fixed price without one", plan(promo("a", "fixed_price", effect={"amount_cents": 9}))),
]
IMPOSSIBLE = [
    ("code_missing", "promotions[0].codes", plan(TEN | {"entry": "code"})),
    ("code_not_used", "promotions[0].codes", plan(TEN | {"codes": ["X"]})),
    ("code_not_used", "promotions[0].codes_elsewhere", plan(TEN | {"codes_elsewhere": True})),
    (
        "code_repeated",
        "promotions[0].codes[1]",
        plan(TEN | {"entry": "code", "codes": ["Noël", "NOËL"]}),
    ),
    (
        "code_repeated",
        "promotions[1].codes[0]",
        plan(
            TEN | {"entry": "code", "codes": ["A"]},
            TEN | {"id": "b", "entry": "code", "codes": ["a"]},
        ),
    ),
    ("repeated", "promotions[1].id", plan(TEN, TEN)),
    (
        "period_empty",
        "promotions[0].period.until",
        plan(TEN | {"period": {"from": "2026-02-02", "until": "2026-02-01"}}),
    ),
    (
        "period_empty",
        "promotions[0].period.weekdays",
        plan(TEN | {"period": {"from": "2026-10-10", "until": "2026-10-11", "weekdays": [1]}}),
    ),
    (
        "period_empty",
        "promotions[0].period.hours[0].to",
        plan(TEN | {"period": {"hours": [{"from": "10:00", "to": "10:00"}]}}),
    ),
    (
        "unknown_segment",
        "promotions[0].conditions.all[1].not.value",
        when(BASKET, {"not": {"measure": "segment", "value": "vip"}}),
    ),
    (
        "never_true",
        "promotions[0].conditions.value",
        plan(TEN | {"conditions": BASKET | {"op": "<", "value": 0}}),
    ),
    ("never_true", "promotions[0].conditions", when(BASKET, BASKET | {"op": "<", "value": 5_000})),
    (
        "never_true",
        "promotions[0].conditions",
        when(BASKET, {"measure": "basket_list", "op": "<", "value": 4_000}),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when(
            {"measure": "quantity", "op": ">=", "value": 5, "scope": {"products": ["A"]}},
            {"measure": "quantity", "op": "<", "value": 5},
        ),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when({"measure": "first_order"}, {"measure": "past_orders", "op": ">", "value": 0}),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when(
            {"measure": "first_order"},
            {"measure": "days_since_last_order", "op": ">", "value": 90},
        ),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when({"measure": "channel", "op": "=", "value": "direct"}, {"measure": "is_host"}),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when({"measure": "professional"}, {"not": {"measure": "professional"}}),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when(
            {"measure": "shipping_postcode", "op": "starts", "value": "75"},
            {"measure": "shipping_postcode", "op": "=", "value": "69003"},
        ),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        when(
            BASKET,
            {
                "any": [
                    {"measure": "basket_net", "op": "<", "value": 10},
                    {"measure": "basket_net", "op": "<", "value": 20},
                ]
            },
        ),
    ),
    (
        "never_true",
        "promotions[0].conditions",
        plan(
            TEN
            | {
                "period": {"until": "2026-02-01"},
                "conditions": {"measure": "on", "op": ">", "value": "2026-02-01"},
            }
        ),
    ),
    (
        "never_applies",
        "promotions[0].effect.methods",
        plan(
            promo(
                "a",
                "shipping_percent",
                effect={"rate_bp": 10_000, "methods": ["post"]},
                conditions={"measure": "shipping_method", "op": "=", "value": "relay"},
            )
        ),
    ),
    (
        "scope_empty",
        "promotions[0].effect.scope",
        plan(
            promo(
                "a",
                "product_percent",
                effect={"rate_bp": 1, "scope": {"products": ["A"], "without_products": ["A"]}},
            )
        ),
    ),
    (
        "same_product_or_scope",
        "promotions[0].effect.get_scope",
        plan(promo("a", "buy_x_get_y", effect={"buy": 1, "same_product": True, "get_scope": {}})),
    ),
    (
        "units_of_a_total",
        "promotions[0].effect.at_most_units",
        plan(
            promo(
                "a",
                "product_amount",
                effect={"amount_cents": 1, "per": "total", "at_most_units": 1},
            )
        ),
    ),
    ("tier_gives_nothing", "first_order.tiers[0]", tiers({"from": 5})),
    (
        "amount_or_rate",
        "first_order.tiers[0].amount_cents",
        tiers({"from": 5, "rate_bp": 1, "amount_cents": 1}),
    ),
    (
        "tiers_not_rising",
        "first_order.tiers[1].from",
        tiers({"from": 5, "rate_bp": 1}, {"from": 5, "rate_bp": 2}),
    ),
    (
        "tier_gives_nothing",
        "points.spending.tiers[0].from",
        plan(
            points={
                "spending": {
                    "mode": "tiers",
                    "tiers": [{"from": 5, "every_points": 10, "amount_cents": 100}],
                }
            }
        ),
    ),
    ("tiers_missing", "points.spending.tiers", plan(points={"spending": {"mode": "tiers"}})),
    (
        "segment_in_segment",
        "segments[0].conditions.any[0].measure",
        plan(segments=[{"id": "a", "conditions": {"any": [{"measure": "segment", "value": "b"}]}}]),
    ),
    (
        "measure_not_available",
        "segments[0].conditions.measure",
        plan(segments=[{"id": "a", "conditions": BASKET}]),
    ),
    ("unknown_zone", "settings.timezone", plan(settings={"timezone": "Europe/Pari"})),
    ("not_a_currency", "settings.currency", plan(settings={"currency": "eur"})),
]


@pytest.mark.parametrize("document", [case[1] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_a_field_says_what_can_never_work(document) -> None:
    assert problems_of(read_plan, document)
    assert not Draft202012Validator(PLAN_SCHEMA).is_valid(document)


@pytest.mark.parametrize(("code", "path", "document"), IMPOSSIBLE, ids=[c[0] for c in IMPOSSIBLE])
def test_what_can_never_work_is_refused_with_its_place(code, path, document) -> None:
    found = [(problem.code, problem.path) for problem in problems_of(read_plan, document)]

    assert found == [(code, path)]
    assert code in BEYOND_THE_SCHEMA


def test_no_tree_of_conditions_takes_long_to_judge() -> None:
    def row(start):
        scopes = ({"scope": {"products": [f"P{start}-{n}"]}} for n in range(100))
        return {"all": [BASKET | scope for scope in scopes]}

    ways = {"any": [{"measure": "quantity", "op": ">", "value": n} for n in range(100)]}

    (problem,) = problems_of(read_plan, when(*(row(n) for n in range(10))))
    assert (problem.code, problem.path) == ("too_many_conditions", "promotions[0].conditions")
    started = process_time()
    assert read_plan(when(*(row(n) for n in range(3)), ways, ways))
    assert process_time() - started < 2


POSSIBLE = [
    when(BASKET, BASKET | {"op": "<", "value": 5_001}),
    when({"measure": "first_order"}, {"measure": "past_orders", "op": "=", "value": 0}),
    when({"measure": "channel", "op": "=", "value": "web"}, {"measure": "is_host"}),
    when(
        {"measure": "quantity", "op": ">=", "value": 5},
        {"measure": "quantity", "op": "<", "value": 5, "scope": {"products": ["A"]}},
    ),
    when({"measure": "role", "value": "host"}, {"measure": "role", "value": "seller"}),
    when(
        {"measure": "shipping_postcode", "op": "starts", "value": "75"},
        {"measure": "shipping_postcode", "op": "starts", "value": "7501"},
    ),
    plan(TEN | {"period": {"from": "2026-10-10", "until": "2026-10-10", "weekdays": [6]}}),
    plan(TEN | {"period": {"hours": [{"from": "22:00", "to": "02:00"}]}}),
    plan(TEN | {"entry": "code", "codes_elsewhere": True}),
]


@pytest.mark.parametrize("document", POSSIBLE, ids=range(len(POSSIBLE)))
def test_what_could_work_is_accepted(document) -> None:
    assert read_plan(document)


def test_every_mistake_is_told_at_once() -> None:
    document = deepcopy(PLAN)
    document["promotions"][0]["effect"]["rate_pb"] = 3
    document["promotions"][1]["limits"]["uses"] = 0
    document["segments"][0]["tiers"][0]["from"] = -1

    with pytest.raises(PlanInvalid) as refused:
        read_plan(document)

    assert [problem.path for problem in refused.value.problems] == [
        "promotions[0].effect.rate_pb",
        "promotions[1].limits.uses",
        "segments[0].tiers[0].from",
    ]


# ---------------------------------------------------------------- carts

WRONG_CARTS = [
    ("repeated", "lines[1].id", cart(line("a", 1), line("a", 2))),
    (
        "minimum_over_price",
        "lines[0].minimum_price_cents",
        cart(line("a", 1, minimum_price_cents=2)),
    ),
    ("missing", "at", {"lines": []}),
    ("direct_in_meeting", "channel", cart(channel="direct", meeting={"id": "m"})),
    ("voucher_empty", "vouchers[0].remaining_cents", cart(vouchers=[{"id": "v"}])),
    ("voucher_empty", "vouchers[0].units", cart(vouchers=[{"id": "v", "kind": "units"}])),
    ("unknown_promotion", "usage.pe", cart(usage={"pe": {"uses": 1}})),
    ("unknown_promotion", "known_codes.X", cart(known_codes={"X": "nope"})),
    ("unknown_promotion", "holdings[0].promotion", cart(holdings=[{"id": "h", "promotion": "n"}])),
    (
        "given_twice",
        "shipping.price_cents",
        cart(shipping={"price_cents": 1, "brackets": [{"from": 0, "price_cents": 1}]}),
    ),
    (
        "no_first_bracket",
        "shipping.brackets[0].from",
        cart(shipping={"brackets": [{"from": 1, "price_cents": 1}]}),
    ),
    ("not_a_moment", "at", cart() | {"at": "2026-10-10T10:00:00"}),
]


@pytest.mark.parametrize(
    ("code", "path", "document"), WRONG_CARTS, ids=[f"{c[0]}-{c[1]}" for c in WRONG_CARTS]
)
def test_a_wrong_cart_says_where(code, path, document) -> None:
    found = problems_of(lambda one: read_cart(one, READ), document)

    assert [(problem.code, problem.path) for problem in found] == [(code, path)]
