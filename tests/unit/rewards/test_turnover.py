"""Which orders count for the turnover, and for how much."""

import pytest

from app.rewards.domain.calculator import turnover_of
from app.rewards.domain.facts_format import FactsInvalid, read_facts
from app.rewards.domain.programme import compile_programme
from tests.support.rewards import HOST, INES, LEA, SELLER, ZOE, facts, judge, order, programme, rule

EXAMPLE = facts(
    order(ZOE, 13_500),
    order(INES, 9_000, points_cents=3_000, shipping_cents=800),
    order(HOST, 7_000),
    order(LEA, 4_000, payment="unpaid"),
)


def turnover(document, **settings) -> int:
    return turnover_of(
        read_facts(document), compile_programme(programme(settings={"turnover": settings}))
    )


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, 26_500, id="as a brand starts"),
        pytest.param({"host_orders": "excluded"}, 19_500, id="without the host"),
        pytest.param(
            {"host_orders": "excluded", "points_used": "kept"}, 22_500, id="host out, points in"
        ),
        pytest.param({"host_orders": "excluded_from_counts"}, 26_500, id="host out of counts only"),
        pytest.param({"points_used": "kept"}, 29_500, id="points kept in"),
    ],
)
def test_turnover_of_the_worked_example(settings, expected) -> None:
    assert turnover(EXAMPLE, **settings) == expected


def test_only_what_the_host_paid_counts_when_set() -> None:
    document = facts(order(HOST, 7_000, points_cents=2_000), order(ZOE, 5_000, points_cents=1_000))

    assert turnover(document, host_orders="paid_part", points_used="kept") == 5_000 + 5_000


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "cart"}, "cart"),
        ({"status": "cancelled"}, "cancelled"),
        ({"payment": "unpaid"}, "not_paid"),
        ({"payment": "partially_paid"}, "partially_paid"),
        ({"payment": "refunded"}, "refunded"),
        ({"kind": "gift"}, "gift_order"),
        ({"customer_id": SELLER}, "seller_order"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_count_is_left_out_with_its_reason(fields, reason) -> None:
    outcome = judge(facts(order(ZOE, 10_000), order(**{"id": "x", **fields})), programme())

    (award,) = outcome.awards
    assert award.value == 10
    assert [left.code for left in award.explanation.orders_left_out] == [reason]


def test_orders_of_the_seller_count_when_set() -> None:
    assert turnover(facts(order(SELLER, 5_000)), seller_orders="included") == 5_000


def test_what_stands_of_a_partly_cancelled_order_counts() -> None:
    assert turnover(facts(order(ZOE, 4_000, status="partially_cancelled"))) == 4_000


def test_flagged_products_do_not_count() -> None:
    lines = [{"net_cents": 3_000}, {"net_cents": 2_000, "in_turnover": False}]

    assert turnover(facts(order(lines=lines))) == 3_000


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param({"net_cents": 12_000, "vat_rate_bp": 2_000}, 10_000, id="from the rate"),
        pytest.param({"net_cents": 12_000, "net_excl_tax_cents": 9_999}, 9_999, id="as given"),
        pytest.param(
            {"net_cents": 12_000, "points_cents": 6_000, "net_excl_tax_cents": 10_000},
            5_000,
            id="points taken off in proportion",
        ),
    ],
)
def test_turnover_without_tax(line, expected) -> None:
    assert turnover(facts(order(lines=[line])), tax="excl") == expected


def test_turnover_without_tax_asks_for_the_rate() -> None:
    with pytest.raises(FactsInvalid) as refused:
        turnover(facts(order()), tax="excl")

    assert refused.value.problems[0].code == "tax_unknown"


def test_a_rule_may_count_differently_from_the_brand() -> None:
    document = programme(rule(), rule(id="r2", turnover={"host_orders": "excluded"}))

    bases = {a.rule_id: a.explanation.base_cents for a in judge(EXAMPLE, document).awards}

    assert bases == {"r1": 26_500, "r2": 19_500}
