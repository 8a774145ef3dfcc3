"""What it costs to send an order."""

import pytest

from app.catalog.domain import (
    Basis,
    Bracket,
    CorrectionReason,
    Tariff,
    bracket_problem,
    depth_of,
    in_tree_order,
)

BASKET = Tariff(
    ("FR", "BE"), Basis.BASKET, (Bracket(0, 690), Bracket(5_000, 490)), free_from_cents=12_000
)
WEIGHT = Tariff((), Basis.WEIGHT, (Bracket(0, 500), Bracket(2_000, 900)))


@pytest.mark.parametrize(
    ("basket", "price"), [(0, 690), (4_999, 690), (5_000, 490), (11_999, 490), (12_000, 0)]
)
def test_each_step_ends_where_the_next_begins(basket, price):
    assert BASKET.price(basket_cents=basket, weight_grams=0) == price


@pytest.mark.parametrize(("grams", "price"), [(0, 500), (1_999, 500), (2_000, 900), (9**9, 900)])
def test_steps_may_be_of_the_weight(grams, price):
    assert WEIGHT.price(basket_cents=10**9, weight_grams=grams) == price


@pytest.mark.parametrize(
    ("zones", "country", "postcode", "serves"),
    [
        ((), "JP", "", True),
        (("FR",), "FR", "75011", True),
        (("FR",), "BE", "1000", False),
        (("FR-20",), "FR", "20 000", True),
        (("FR-20",), "FR", "75011", False),
        (("FR-20",), "FR", "", False),
    ],
)
def test_zones_are_countries_or_the_start_of_postcodes(zones, country, postcode, serves):
    assert Tariff(zones, Basis.BASKET, (Bracket(0, 1),)).serves(country, postcode) is serves


@pytest.mark.parametrize(
    "brackets",
    [
        pytest.param((), id="none"),
        pytest.param((Bracket(1, 1),), id="a gap at the beginning"),
        pytest.param((Bracket(0, 1), Bracket(0, 2)), id="the same start twice"),
        pytest.param(tuple(Bracket(start, 1) for start in range(21)), id="too many"),
    ],
)
def test_steps_that_cannot_stand_are_named(brackets):
    assert bracket_problem(brackets)
    assert bracket_problem((Bracket(0, 1),)) is None


@pytest.mark.parametrize(
    ("reason", "after"),
    [("received", 13), ("returned", 13), ("damaged", 7), ("lost", 7), ("given", 7), ("counted", 3)],
)
def test_a_count_says_how_many_there_are_and_the_others_move_them(reason, after):
    assert CorrectionReason(reason).applied(10, 3) == after


def test_depth_knows_a_circle():
    parents = {"a": None, "b": "a", "c": "b", "x": "y", "y": "x"}

    assert [depth_of(key, parents.get) for key in "abcx"] == [1, 2, 3, None]


def test_tree_is_told_parents_first():
    parents = {"b": None, "b1": "b", "a": None, "a2": "a", "a1": "a"}

    assert in_tree_order(parents, parents) == [
        ("b", 0), ("b1", 1), ("a", 0), ("a2", 1), ("a1", 1),
    ]  # fmt: skip
