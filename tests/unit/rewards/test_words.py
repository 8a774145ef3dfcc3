"""Every code can be told, in English, with all its values."""

import re
from itertools import product
from pathlib import Path

import pytest

from app.kernel.words import Sentence
from app.rewards.domain import words
from app.rewards.domain.outcome import Check, OrderCounted, OrderLeftOut
from app.rewards.domain.terms import MEASURES
from tests.support.rewards import (
    INES,
    ZOE,
    at_least,
    booking,
    facts,
    judge,
    order,
    points,
    programme,
    rule,
    selling,
    tiers,
)

FOLDER = Path(words.__file__).parent


def said(sentence: Sentence) -> str:
    """As a reader without translations would see it."""
    values = {k: said(v) if isinstance(v, Sentence) else v for k, v in sentence.params.items()}
    return sentence.words % values


def sentences(told) -> list[str]:
    return [said(sentence) for sentence in told]


@pytest.mark.parametrize(
    ("measure", "op"), list(product(MEASURES, ["=", "!=", "<", "<=", ">", ">=", "in", "has"]))
)
@pytest.mark.parametrize("value", [None, 3], ids=["unknown", "known"])
def test_every_comparison_can_be_told(measure, op, value) -> None:
    unit = MEASURES[measure].unit
    shown = "2026-03-09" if unit == "date" and value else value
    check = Check(
        "any",
        passed=False,
        measure=measure,
        op=op,
        value=shown,
        expected=shown or "2026-03-09",
        upper=shown or "2026-03-10",
        unit=unit,
    )

    assert "%(" not in said(words.tell_check(check))


@pytest.mark.parametrize("code", sorted({*words.PASSED, *words.FAILED}))
@pytest.mark.parametrize("passed", [True, False])
def test_every_other_check_can_be_told(code, passed) -> None:
    unit = "date" if code == "booking_held_by" else "cents"
    value = "2026-03-09" if unit == "date" else 1

    assert said(words.tell_check(Check(code, passed, value=value, expected=value, unit=unit)))


def test_codes_the_calculator_uses_have_their_words() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (FOLDER / name for name in ("calculator.py", "bookings.py"))
    )
    used = set(re.findall(r"Check\(\s*\"([a-z_]+)\"", source))

    assert used <= {*words.PASSED, *words.FAILED, "any_of"}
    assert len(used) > 5


@pytest.mark.parametrize("code", sorted(words.LEFT_OUT))
def test_every_order_left_out_can_be_told(code) -> None:
    (told,) = sentences(words.tell(OrderLeftOut("o", ZOE, code, 500), {ZOE: "Zoé"}))

    assert "Zoé" in told


def test_reasons_to_leave_out_are_those_of_the_calculator() -> None:
    source = (FOLDER / "counting.py").read_text(encoding="utf-8")

    for code in words.LEFT_OUT:
        assert f'"{code}"' in source


def test_an_unpaid_order_is_told() -> None:
    told = words.tell(OrderLeftOut("o", ZOE, "not_paid", 500), {ZOE: "Zoé"})

    assert sentences(told) == ["Order of Zoé left out: not paid."]


def test_an_order_counted_is_told() -> None:
    assert sentences(words.tell(OrderCounted("o", ZOE, 500))) == [
        "Order of a customer counted: 500."
    ]


@pytest.mark.parametrize("voice", ["", "you"])
@pytest.mark.parametrize("beneficiary", ["host", "guest", "seller"])
def test_a_miss_says_how_far_it_is(beneficiary, voice) -> None:
    document = programme(
        rule(
            beneficiary=beneficiary,
            trigger="during_meeting",
            conditions={"all": [at_least("turnover", 9_000), at_least("attended", 1)]},
            rewards=[points(30)],
        )
    )
    (miss,) = judge(selling(4_800), document).misses

    who = "you get" if voice else f"the {beneficiary} gets"
    assert sentences(words.tell(miss, voice=voice)) == [
        f"4200 and 1 guest present more and {who} 30."
    ]


def test_a_miss_that_more_cannot_mend_gives_its_reasons() -> None:
    document = programme(rule(trigger="guest_booking", rewards=[points(20)]))
    (miss,) = judge(facts(bookings=[booking(status="cancelled")]), document).misses

    assert sentences(words.tell(miss)) == ["The booked meeting was cancelled."]


REWARDS = [
    points(30),
    {"kind": "points_percent_turnover", "rate_bp": 1_000},
    {"kind": "gift_product", "product": "WOK", "units": 2},
    {"kind": "gift_product", "product": "WOK"},
    {"kind": "gift_choice", "products": ["WOK", "PAN"]},
    {
        "kind": "promo_code",
        "model": {"name": "x", "effect": {"kind": "percent_off_order", "rate_bp": 1_000}},
    },
    {
        "kind": "promo_code",
        "model": {"name": "x", "effect": {"kind": "amount_off_order", "amount_cents": 500}},
    },
    {"kind": "promo_code", "promotion": "friends"},
    {"kind": "free_shipping", "name": "x"},
    {"kind": "half_price_items", "name": "x", "products": ["WOK"], "units": 2},
    {"kind": "voucher", "amount_cents": 1_500},
    {"kind": "voucher", "rate_bp": 1_000},
]


@pytest.mark.parametrize("reward", REWARDS, ids=lambda reward: reward["kind"])
@pytest.mark.parametrize("least", [1, 99_999], ids=["won", "missed"])
def test_every_reward_can_be_told(reward, least) -> None:
    document = programme(rule(conditions=at_least("turnover", least), rewards=[reward]))
    outcome = judge(selling(50_000), document)

    for told in (*outcome.awards, *outcome.misses):
        assert all(sentences(words.tell(told, {"WOK": "the wok"})))
        assert all(sentences(words.tell(told.explanation)))


@pytest.mark.parametrize("mode", ["best", "cumulative", "every"])
def test_explanations_of_tiers_can_be_told(mode) -> None:
    document = programme(rule(tiers=tiers(mode, {10_000: points(5)})))
    outcome = judge(facts(order(ZOE, 25_000), order(INES, 100, payment="unpaid")), document)

    told = sentences(words.tell(outcome.awards[0].explanation))

    assert any("10000" in sentence for sentence in told)


def test_a_promise_is_told_as_one() -> None:
    document = programme(rule(trigger="guest_booking", rewards=[points(20)]))
    (award,) = judge(facts(bookings=[booking()]), document).awards

    assert sentences(words.tell(award)) == ["The host gets 20 once the booked meeting is held."]
