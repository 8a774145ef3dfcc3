"""Whatever a rule may look at can be imagined; the panel and the file say the same of it."""

from datetime import date
from typing import Any

import pytest

from app.rewards.domain.programme import compile_programme
from app.rewards.domain.trial import HOST, Trial, imagined_meeting, trial_like, try_rule
from app.rewards.schemas.programme import trial_of, trial_values
from tests.support.rewards import Document, points, programme, rule

DAY = date(2026, 3, 3)


def gives(condition: Document, typed: dict[str, str], **fields: Any) -> bool:
    compiled = compile_programme(
        programme(rule(conditions=condition, rewards=[points(1)], **fields))
    )
    trial, errors = trial_of({"try_day": DAY.isoformat(), **typed}, DAY)
    assert errors == {}
    return bool(try_rule(compiled, compiled.rules[0], trial).awards)


@pytest.mark.parametrize(
    ("measure", "op", "value", "typed"),
    [
        ("place", "=", "virtual", {"try_place": "virtual"}),
        ("theme", "=", "Bougies", {"try_theme": "Bougies"}),
        ("catalogue", "=", "Automne", {"try_catalogue": "Automne"}),
        ("participants", ">=", 9, {"try_attended": "4", "try_invited": "5"}),
        ("seller_is_host", "=", True, {"try_seller_hosts": "1"}),
        ("meetings_held", "=", 2, {"try_before": "2"}),
        ("days_since_last_meeting", "=", 12, {"try_before": "1", "try_last": "12"}),
        ("role", "has", "VIP", {"try_role": "VIP"}),
        ("segment", "has", "proches", {"try_segment": "proches"}),
        ("country", "=", "FR", {"try_country": "FR"}),
        ("department", "=", "2A", {"try_department": "2A"}),
    ],
)
def test_what_conditions_look_at_can_be_imagined(measure, op, value, typed) -> None:
    condition = {"measure": measure, "op": op, "value": value}

    assert gives(condition, typed)
    assert not gives(condition, {})


def test_products_and_first_orders_are_imagined() -> None:
    woks = {"measure": "quantity", "op": ">=", "value": 3, "products": ["WOK"]}
    first = {"measure": "first_order", "op": "=", "value": True}

    assert gives(woks, {"try_products": "wok, WOK x 3"})
    assert not gives(woks, {"try_products": "WOK x 2, PAN x 5"})
    assert gives(first, {"try_first": "1"}, beneficiary="guest", trigger="direct_sale")
    assert trial_of({"try_products": "a × b × c"}, DAY)[1].keys() == {"try_products"}


def test_hosts_share_what_is_imagined() -> None:
    compiled = compile_programme(programme(rule(rewards=[points(49)])))
    trial, _errors = trial_of({"try_co_host": "50"}, DAY)

    won = {
        one.customer_id: one.value for one in try_rule(compiled, compiled.rules[0], trial).awards
    }

    assert won == {HOST: 25, "co-host": 24}


def test_what_is_shown_is_read_again() -> None:
    typed = {"try_products": "PAN, WOK x 2", "try_co_host": "33,33", "try_before": "2",
             "try_seller_hosts": "1", "try_invited": "3", "try_place": "other"}  # fmt: skip
    trial, _errors = trial_of(typed, DAY)
    compiled = compile_programme(programme())

    assert trial_of(trial_values(trial), DAY)[0] == trial
    like = trial_like(imagined_meeting(trial, compiled), compiled)
    assert (like.co_host_bp, like.held_before, like.invited, like.place) == (3_333, 2, 3, "other")
    assert Trial().sales_cents == 40_000
