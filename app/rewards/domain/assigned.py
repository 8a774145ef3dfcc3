"""Rewards that are promotions assigned to one person: codes, free shipping, items at a part of
their price. What such a reward is once it is in her hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.rewards.domain.terms import RewardKind

Terms = Mapping[str, Any]

ASSIGNED = frozenset({RewardKind.PROMO_CODE, RewardKind.FREE_SHIPPING, RewardKind.HALF_PRICE_ITEMS})
BASIS = 10_000


def code_of(terms: Terms) -> dict[str, Any]:
    """The terms of the personal code that a reward gives: its `name`, its `effect`, and what must
    hold. Of a code of the brand's own promotion the `promotion` alone."""
    if "promotion" in terms:
        return {"promotion": terms["promotion"]}
    first = terms.get("valid_from")
    period = {"period": {"from": first}} if first else {}
    if terms["kind"] == RewardKind.PROMO_CODE:
        return {**terms["model"], **period}
    found: dict[str, Any] = {"name": terms["name"], "effect": _effect(terms), **period}
    least = terms.get("minimum_basket_cents")
    if least:
        found["conditions"] = {"measure": "basket_net", "op": ">=", "value": least}
    return found


def _effect(terms: Terms) -> dict[str, Any]:
    if terms["kind"] == RewardKind.FREE_SHIPPING:
        methods = {"methods": list(terms["methods"])} if terms.get("methods") else {}
        return {"kind": "shipping_percent", "rate_bp": BASIS, **methods}
    return {
        "kind": "product_percent",
        "rate_bp": terms["off_bp"],
        "scope": {name: list(terms[name]) for name in ("products", "categories") if terms[name]},
        "at_most_units": terms["units"],
        "pick": "dearest",
    }


def kind_of_code(terms: Terms) -> str:
    """Only codes of one kind can be compared."""
    if "promotion" in terms:
        return f"promotion {terms['promotion']}"
    return str(code_of(terms)["effect"]["kind"])


def worth_of_code(terms: Terms) -> int:
    """How much one code of a kind takes off, against others of its kind."""
    if "promotion" in terms:
        return 1
    effect = code_of(terms)["effect"]
    taken = effect.get("rate_bp", 0) or effect.get("amount_cents", 0)
    return int(taken) * int(effect.get("at_most_units", 1))
