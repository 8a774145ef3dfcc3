"""What a brand is warned of: never beside X, never better than Y."""

from datetime import date

import pytest

from app.promotions.domain.conflicts import conflicts_of
from app.promotions.domain.plan_format import read_promotion

TODAY = date(2026, 11, 22)


def promotion(key="mine", rate=1_000, **more):
    return read_promotion({"id": key, "effect": {"kind": "order_percent", "rate_bp": rate}, **more})


def told(mine, *others):
    return {
        (one.code, one.other.id if one.other else "") for one in conflicts_of(mine, others, TODAY)
    }


ALONE = {"stacking": {"promotions": False}}


def least(cents):
    return {"conditions": {"measure": "basket_net", "op": ">=", "value": cents}}


def test_nothing_is_told_of_discounts_that_combine():
    assert told(promotion(), promotion("other", 2_000)) == set()


def test_one_that_ended_is_over():
    assert told(promotion(period={"until": "2026-11-21"})) == {("over", "")}


def test_an_exclusive_automatic_one_that_always_comes_shuts_others_out():
    found = told(promotion(rate=500, **least(5_000)), promotion("other", **ALONE))

    assert found == {("excluded_by", "other"), ("never_better", "other")}


@pytest.mark.parametrize(
    "other",
    [
        {**ALONE, **least(10_000)},
        {**ALONE, "period": {"until": "2026-11-01"}},
        {**ALONE, "period": {"from": "2027-01-01"}},
        {**ALONE, "entry": "manual"},
    ],
    ids=["asks for more", "over", "later", "by hand"],
)
def test_one_that_need_not_come_shuts_nobody_out(other):
    mine = promotion(rate=500, period={"until": "2026-12-31"}, **least(5_000))

    assert not {code for code, _ in told(mine, promotion("other", **other))} & {
        "excluded_by",
        "never_better",
    }


def test_the_smaller_of_a_group_is_never_better():
    found = told(promotion(rate=500, group="g"), promotion("other", 1_000, group="g"))

    assert found == {("same_group", "other"), ("never_better", "other")}


@pytest.mark.parametrize(
    "mine",
    [
        {"rate": 1_500},
        {"rate": 500, "limits": {"uses": 5}},
        {"rate": 500, "effect": {"kind": "order_amount", "amount_cents": 100}},
    ],
    ids=["gives more", "other limits", "another kind"],
)
def test_what_may_be_better_is_not_said_to_be_worse(mine):
    found = told(promotion(**{**mine, "group": "g"}), promotion("other", 1_000, group="g"))

    assert ("never_better", "other") not in found


def test_a_capped_one_does_not_beat_one_without_cap():
    capped = {"kind": "order_percent", "rate_bp": 2_000, "cap_cents": 500}
    other = read_promotion({"id": "other", "effect": capped, "group": "g"})

    assert told(promotion(rate=1_000, group="g"), other) == {("same_group", "other")}


def test_a_lower_fixed_price_beats_a_higher_one():
    def fixed(key, cents):
        effect = {"kind": "fixed_price", "price_cents": cents}
        return read_promotion({"id": key, "effect": effect, "group": "g"})

    assert ("never_better", "low") in told(fixed("high", 500), fixed("low", 300))
    assert ("never_better", "high") not in told(fixed("low", 300), fixed("high", 500))
