"""What a brand gives by hand, for points, or in rules by the name of a template: a voucher, a code
of her own, a gift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.rewards.domain.gift_terms import GiftTerms

Terms = dict[str, Any]
Values = Mapping[str, Any]
WHOLE_RATE = 10_000
"""Of shipping: all of it."""


class OfferKind(StrEnum):
    VOUCHER = "voucher"
    UNIT_VOUCHER = "unit_voucher"
    AMOUNT = "amount"
    PERCENT = "percent"
    PRODUCT = "product"
    BUY_X_GET_Y = "buy_x_get_y"
    SHIPPING = "shipping"
    GIFT = "gift"


class Holding(StrEnum):
    """What it becomes in her hands."""

    CODE = "code"
    VOUCHER = "voucher"
    GIFT = "gift"


class TemplateState(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"
    """Not given any more; what was given stays."""


VOUCHERS = frozenset({OfferKind.VOUCHER, OfferKind.UNIT_VOUCHER})
SCOPE = ("products", "categories", "without_products", "without_categories")
COMBINES = ("with_codes", "with_points", "with_vouchers", "with_discounted")
LISTS = frozenset({*SCOPE, "substitutes"})
USED = ("minimum_basket_cents", "remainder", "most_per_order", *COMBINES)
"""How any voucher may be used."""
NEEDS: Mapping[OfferKind, tuple[str, ...]] = {
    OfferKind.VOUCHER: ("amount_cents",),
    OfferKind.UNIT_VOUCHER: ("units",),
    OfferKind.AMOUNT: ("amount_cents",),
    OfferKind.PERCENT: ("rate_bp", "cap_cents"),
    OfferKind.PRODUCT: ("products",),
    OfferKind.BUY_X_GET_Y: ("products", "buy", "get", "cap_cents"),
    OfferKind.SHIPPING: ("cap_cents",),
    OfferKind.GIFT: ("products",),
}
GIFT_KEPT = tuple(GiftTerms.__dataclass_fields__)
WITHOUT_MINIMUM = {OfferKind.BUY_X_GET_Y, OfferKind.GIFT}


def takes(kind: OfferKind) -> tuple[str, ...]:
    """What may be left out."""
    if kind in VOUCHERS:
        return (*USED, *SCOPE)
    if kind is OfferKind.GIFT:
        return GIFT_KEPT
    return () if kind in WITHOUT_MINIMUM else ("minimum_basket_cents",)


@dataclass(frozen=True, slots=True)
class Offer:
    kind: OfferKind
    values: Values
    """What `NEEDS` and `takes` name: amounts, rates, references of products."""
    valid_days: int | None = None
    """Of a gift: to choose it within; None: for ever, or as `valid_until` says."""
    valid_from: date | None = None
    """The first day of all, and the last one: instead of `valid_days`."""
    valid_until: date | None = None

    @property
    def holding(self) -> Holding:
        if self.kind in VOUCHERS:
            return Holding.VOUCHER
        return Holding.GIFT if self.kind is OfferKind.GIFT else Holding.CODE

    @property
    def products(self) -> list[str]:
        return [
            one
            for name in ("products", "without_products", "substitutes")
            for one in self.values.get(name, ())
        ]

    @property
    def cents(self) -> int | None:
        """What it costs at most; None: as much as the dearest of its products."""
        return self.values.get("cap_cents") or self.values.get("amount_cents")

    @property
    def units(self) -> int:
        """Of its products."""
        return int(self.values.get("units", 1))

    @property
    def terms(self) -> Terms:
        """As vouchers, personal codes and gifts have them once they are hers."""
        terms = _TERMS[self.kind](self.values)
        if self.valid_from is None:
            return terms
        first = self.valid_from.isoformat()
        if self.holding is Holding.VOUCHER:
            return {**terms, "valid_from": first}
        return {**terms, "period": {"from": first}}


def _voucher(values: Values) -> Terms:
    return {"kind": "voucher", "amount_cents": values["amount_cents"], **_used(values)}


def _unit_voucher(values: Values) -> Terms:
    return {"kind": "unit_voucher", "units": values["units"], **_used(values)}


def _used(values: Values) -> Terms:
    scope = {name: list(values[name]) for name in SCOPE if values.get(name)}
    used = {name: values[name] for name in USED if name in values}
    return {"remainder": "lost", **used, **({"scope": scope} if scope else {})}


def _amount(values: Values) -> Terms:
    effect = {"kind": "amount_off_order", "amount_cents": values["amount_cents"]}
    minimum = values.get("minimum_basket_cents")
    return {"effect": effect, "minimum_basket_cents": minimum} if minimum else {"effect": effect}


def _percent(values: Values) -> Terms:
    effect = {"kind": "order_percent", "rate_bp": values["rate_bp"]}
    return _code({**effect, "cap_cents": values["cap_cents"]}, values)


def _product(values: Values) -> Terms:
    return _code({"kind": "free_product", "products": list(values["products"])}, values)


def _buy(values: Values) -> Terms:
    effect = {name: values[name] for name in ("buy", "get", "cap_cents")}
    scope = {"products": list(values["products"])}
    return _code({"kind": "buy_x_get_y", **effect, "scope": scope}, values)


def _shipping(values: Values) -> Terms:
    effect = {"kind": "shipping_percent", "rate_bp": WHOLE_RATE, "cap_cents": values["cap_cents"]}
    return _code(effect, values)


def _gift(values: Values) -> Terms:
    products, kept = list(values["products"]), GiftTerms.said_in(values)
    if len(products) == 1:
        return {"kind": "gift_product", "product": products[0], **kept}
    return {"kind": "gift_choice", "products": products, **kept}


def _code(effect: Terms, values: Values) -> Terms:
    minimum = values.get("minimum_basket_cents")
    if not minimum:
        return {"effect": effect}
    conditions = {"measure": "basket_net", "op": ">=", "value": minimum}
    return {"effect": effect, "conditions": conditions}


_TERMS = {
    OfferKind.VOUCHER: _voucher,
    OfferKind.UNIT_VOUCHER: _unit_voucher,
    OfferKind.AMOUNT: _amount,
    OfferKind.PERCENT: _percent,
    OfferKind.PRODUCT: _product,
    OfferKind.BUY_X_GET_Y: _buy,
    OfferKind.SHIPPING: _shipping,
    OfferKind.GIFT: _gift,
}
