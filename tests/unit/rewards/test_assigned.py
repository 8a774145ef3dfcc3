"""Free shipping and items at a part of their price, as the promotions they become."""

from datetime import date

import pytest

from app.promotions.domain.holdings import promotion_of_terms
from app.promotions.domain.terms import EffectKind
from app.rewards.domain.assigned import code_of
from tests.support.rewards import HOST, judge, programme, rule, selling, won

SHIPPING = {"kind": "free_shipping", "name": "Port offert"}
ITEMS = {"kind": "half_price_items", "name": "Moitié prix", "products": ["WOK"], "units": 2}


def issued(reward):
    """The promotion that somebody who won the reward holds."""
    (award,) = judge(selling(10_000), programme(rule(rewards=[reward]))).awards
    assert (award.customer_id, award.value, award.unit) == (HOST, 1, "codes")
    return promotion_of_terms("own", "own", code_of(award.reward))


def test_free_shipping_takes_all_of_the_shipping_off() -> None:
    promotion = issued({**SHIPPING, "methods": ["relay"], "minimum_basket_cents": 3_000})

    assert promotion.effect.kind is EffectKind.SHIPPING_PERCENT
    assert (promotion.effect.rate_bp, promotion.effect.methods) == (10_000, {"relay"})
    assert (promotion.conditions.measure, promotion.conditions.value) == ("basket_net", 3_000)


def test_items_of_a_list_cost_half_as_many_as_were_won() -> None:
    effect = issued(ITEMS).effect

    assert (effect.kind, effect.rate_bp) == (EffectKind.PRODUCT_PERCENT, 5_000)
    assert (effect.scope.products, effect.at_most_units) == ({"WOK"}, 2)


def test_a_code_for_a_fixed_range_begins_on_its_first_day() -> None:
    model = {"name": "Fête", "effect": {"kind": "amount_off_order", "amount_cents": 500}}
    days = {"valid_from": "2027-02-01", "valid_until": "2027-02-14"}
    for reward in ({"kind": "promo_code", "model": model}, SHIPPING):
        assert issued({**reward, **days}).period.first == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("small", "large"), [({"off_bp": 2_000}, {"off_bp": 3_000}), ({}, {"units": 3})]
)
def test_in_a_lane_more_items_or_a_larger_part_are_worth_more(small, large) -> None:
    rules = [
        rule(id="small", lane="x", rewards=[{**ITEMS, **small}]),
        rule(id="large", lane="x", rewards=[{**ITEMS, **large}]),
    ]

    outcome = judge(selling(10_000), programme(*rules))

    assert [award.rule_id for award in outcome.awards] == ["large"]


def test_items_may_be_won_several_times() -> None:
    every = {"measure": "orders", "mode": "every", "steps": [{"from": 1, "rewards": [SHIPPING]}]}

    assert won(judge(selling(10_000), programme(rule(tiers=every)))) == {HOST: 1}
