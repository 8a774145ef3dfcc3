"""Small plans and carts, written as their documents are."""

from typing import Any

Document = dict[str, Any]

DAY = "2026-10-10"
"""A Saturday."""


def plan(*promotions: Document, **more: Any) -> Document:
    return {"format": "convive.plan/1", "promotions": list(promotions), **more}


def promo(name: str, kind: str, **fields: Any) -> Document:
    """Fields of the effect are given as `effect`; the others as they are in the document."""
    effect = {"kind": kind, **fields.pop("effect", {})}
    return {"id": name, "effect": effect, **fields}


def coded(name: str, kind: str, **fields: Any) -> Document:
    """One that is had by typing its name."""
    return promo(name, kind, entry="code", codes=[name], **fields)


def cart(*lines: Document, **more: Any) -> Document:
    return {"at": DAY, "lines": list(lines), **more}


def line(name: str, cents: int, quantity: int = 1, **more: Any) -> Document:
    return {
        "id": name,
        "product": name.upper(),
        "unit_price_cents": cents,
        "quantity": quantity,
        **more,
    }


def at_least(cents: int, measure: str = "basket_net", **more: Any) -> Document:
    return {"measure": measure, "op": ">=", "value": cents, **more}


def customer(**fields: Any) -> Document:
    return {"id": "zoe", "past_orders": 3, **fields}


def voucher(cents: int, **fields: Any) -> Document:
    return {"id": "v", "remaining_cents": cents, **fields}


def shipping(cents: int, method: str = "post") -> Document:
    return {"method": method, "price_cents": cents}
