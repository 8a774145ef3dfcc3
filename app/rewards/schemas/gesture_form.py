"""A reward made for one customer, as a form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.http.fields import Cents, Count, Rate, Text
from app.http.form_tree import FormTree, Tree
from app.http.written import Document, Written, without_none
from app.promotions.domain.holdings import promotion_of_terms
from app.promotions.errors import PlanInvalid

GESTURE_TREE = FormTree({})
MAX_DAYS = 3_660
MAX_UNITS = 100
WHOLE_RATE = 10_000


class GestureKind(StrEnum):
    VOUCHER = "voucher"
    AMOUNT = "amount"
    PERCENT = "percent"
    PRODUCT = "product"
    BUY_X_GET_Y = "buy_x_get_y"
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as far as it could be read."""

    kind: GestureKind
    terms: Document
    cents: int
    """What it costs at most; of a product, not counted here."""
    product: str
    """Reference; empty: of no product."""
    valid_days: int | None
    reason: str


def read_gesture(tree: Tree) -> tuple[Wanted | None, Written]:
    """None when something needs a mend, which is in `errors`."""
    out = Written({})
    if tree.get("kind") not in set(GestureKind):
        out.wrong("kind", "Choose one of the answers offered.")
        return None, out
    kind = GestureKind(tree["kind"])
    terms, cents = _TERMS[kind](out, tree)
    days = Count(minimum=1, maximum=MAX_DAYS)
    valid = out.typed(days, tree, "", "valid_days", "valid_days", optional=True)
    reason = out.typed(Text(maximum=500), tree, "", "reason", "reason")
    product = terms.pop("product", "") or ""
    if out.errors:
        return None, out
    _check(out, kind, terms)
    wanted = Wanted(kind, {**terms, "note": reason}, cents or 0, product, valid, reason)
    return (None if out.errors else wanted), out


def _check(out: Written, kind: GestureKind, terms: Document) -> None:
    if kind in {GestureKind.VOUCHER, GestureKind.AMOUNT}:
        return
    try:
        promotion_of_terms("gesture", "gesture", terms)
    except PlanInvalid as invalid:
        out.note(invalid.problems)


def _voucher(out: Written, tree: Tree) -> tuple[Document, Any]:
    cents = out.typed(Cents(minimum=1), tree, "", "amount", "amount_cents")
    terms = {"kind": "voucher", "amount_cents": cents, "remainder": "kept"}
    return {**terms, **_minimum(out, tree)}, cents


def _amount(out: Written, tree: Tree) -> tuple[Document, Any]:
    cents = out.typed(Cents(minimum=1), tree, "", "amount", "effect.amount_cents")
    effect = {"kind": "amount_off_order", "amount_cents": cents}
    return {"effect": effect, **_minimum(out, tree)}, cents


def _percent(out: Written, tree: Tree) -> tuple[Document, Any]:
    rate = out.typed(Rate(minimum=1, maximum=WHOLE_RATE), tree, "", "rate", "effect.rate_bp")
    cap = out.typed(Cents(minimum=1), tree, "", "cap", "effect.cap_cents")
    effect = {"kind": "order_percent", "rate_bp": rate, "cap_cents": cap}
    return {"effect": effect, **_conditions(out, tree)}, cap


def _product(out: Written, tree: Tree) -> tuple[Document, Any]:
    name = out.typed(Text(maximum=100), tree, "", "product", "effect.products")
    effect = {"kind": "free_product", "products": [name]}
    return {"effect": effect, "product": name, **_conditions(out, tree)}, 0


def _buy(out: Written, tree: Tree) -> tuple[Document, Any]:
    units = Count(minimum=1, maximum=MAX_UNITS)
    name = out.typed(Text(maximum=100), tree, "", "product", "effect.scope")
    cap = out.typed(Cents(minimum=1), tree, "", "cap", "effect.cap_cents")
    effect = {
        "kind": "buy_x_get_y",
        "buy": out.typed(units, tree, "", "buy", "effect.buy"),
        "get": out.typed(units, tree, "", "get", "effect.get"),
        "scope": {"products": [name]},
        "cap_cents": cap,
    }
    return {"effect": effect, "product": name}, cap


def _shipping(out: Written, tree: Tree) -> tuple[Document, Any]:
    cap = out.typed(Cents(minimum=1), tree, "", "cap", "effect.cap_cents")
    effect = {"kind": "shipping_percent", "rate_bp": WHOLE_RATE, "cap_cents": cap}
    return {"effect": effect, **_conditions(out, tree)}, cap


def _minimum(out: Written, tree: Tree) -> Document:
    name = "minimum_basket_cents"
    return without_none({name: out.typed(Cents(), tree, "", "minimum", name, optional=True)})


def _conditions(out: Written, tree: Tree) -> Document:
    cents = _minimum(out, tree).get("minimum_basket_cents")
    if not cents:
        return {}
    return {"conditions": {"measure": "basket_net", "op": ">=", "value": cents}}


_TERMS = {
    GestureKind.VOUCHER: _voucher,
    GestureKind.AMOUNT: _amount,
    GestureKind.PERCENT: _percent,
    GestureKind.PRODUCT: _product,
    GestureKind.BUY_X_GET_Y: _buy,
    GestureKind.SHIPPING: _shipping,
}
