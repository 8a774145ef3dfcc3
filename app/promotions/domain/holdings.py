"""Codes and vouchers that people hold, as pricing takes them, from the terms they came with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.promotions.domain.cart import HeldVoucher, VoucherKind
from app.promotions.domain.plan_format import read_promotion
from app.promotions.domain.terms import (
    Comparison,
    Effect,
    EffectKind,
    Entry,
    Period,
    Promotion,
    Scope,
)

Terms = Mapping[str, Any]

EFFECTS = {
    "percent_off_order": EffectKind.ORDER_PERCENT,
    "amount_off_order": EffectKind.ORDER_AMOUNT,
}
"""Kinds of a code model in a reward programme."""


ASIDE = frozenset({"codes", "note"})
"""What the terms of a code say that promotions do not: `note` is why it was given by hand."""


def promotion_of_terms(name: str, title: str, terms: Terms) -> Promotion:
    """The promotion that a personal code is: its `name` in quotes is that of the code."""
    kind = EFFECTS.get(terms["effect"]["kind"])
    if kind is None:
        own = {key: value for key, value in terms.items() if key not in ASIDE}
        return read_promotion({**own, "id": name, "name": title, "entry": "assigned"})
    effect = Effect(
        kind,
        rate_bp=terms["effect"].get("rate_bp", 0),
        amount_cents=terms["effect"].get("amount_cents", 0),
    )
    minimum = terms.get("minimum_basket_cents") or 0
    conditions = Comparison("basket_net", ">=", minimum) if minimum else None
    first = terms.get("period", {}).get("from")
    period = Period(first=date.fromisoformat(first)) if first else Period()
    return Promotion(name, title, effect, Entry.ASSIGNED, conditions=conditions, period=period)


def held_voucher(
    name: str,
    terms: Terms,
    *,
    remaining_cents: int,
    remaining_units: int = 0,
    valid_until: datetime | None,
) -> HeldVoucher:
    """What is left of it, with the terms that a reward or the brand's staff gave it."""
    first = terms.get("valid_from")
    return HeldVoucher(
        id=name,
        kind=VoucherKind.UNITS if remaining_units else VoucherKind.AMOUNT,
        remaining_cents=remaining_cents,
        units=remaining_units,
        sort=terms.get("sort", ""),
        most_per_order=terms.get("most_per_order"),
        scope=_scope(terms.get("scope") or {}),
        minimum_basket_cents=terms.get("minimum_basket_cents") or 0,
        keeps_remainder=terms.get("remainder") == "kept",
        with_codes=terms.get("with_codes", True),
        with_points=terms.get("with_points", True),
        with_vouchers=terms.get("with_vouchers", True),
        with_discounted=terms.get("with_discounted", True),
        valid_from=date.fromisoformat(first) if first else None,
        valid_until=valid_until,
    )


def _scope(told: Mapping[str, Any]) -> Scope:
    return Scope(**{name: frozenset(told.get(name, ())) for name in Scope.__dataclass_fields__})
