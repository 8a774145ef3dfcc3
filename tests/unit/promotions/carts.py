"""Short ways to say a cart, a promotion and a context in tests of prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.promotions.domain.cart import Buyer, Cart, CartLine, Context, HeldVoucher, Shipping
from app.promotions.domain.plan import Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quote import Quote
from app.promotions.domain.terms import (
    Comparison,
    Effect,
    EffectKind,
    Entry,
    Promotion,
    Scope,
)

NOON = datetime(2026, 10, 10, 12, tzinfo=UTC)
"""A Saturday."""


def line(line_id: str, cents: int, quantity: int = 1, **fields: Any) -> CartLine:
    values = {"product": line_id.upper(), "vat_rate_bp": 2_000}
    return CartLine(id=line_id, quantity=quantity, unit_price_cents=cents, **{**values, **fields})


def of(*products: str, **fields: Any) -> Scope:
    return Scope(products=frozenset(products), **fields)


def promotion(name: str, kind: EffectKind, **fields: Any) -> Promotion:
    """Fields of the effect are told from the others by their name."""
    effect = {key: fields.pop(key) for key in list(fields) if key in Effect.__slots__}
    return Promotion(id=name, name=name, effect=Effect(kind, **effect), **fields)


def coded(name: str, kind: EffectKind, **fields: Any) -> Promotion:
    """One that is had by typing its name."""
    return promotion(name, kind, entry=Entry.CODE, codes=(name,), **fields)


def at_least(cents: int, measure: str = "basket_net", scope: Scope | None = None) -> Comparison:
    return Comparison(measure, ">=", cents, scope=scope or Scope())


def voucher(cents: int, **fields: Any) -> HeldVoucher:
    return HeldVoucher(id=fields.pop("id", "v"), remaining_cents=cents, **fields)


def quote(
    *lines: CartLine,
    promotions: tuple[Promotion, ...] = (),
    plan: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    shipping: int | Shipping = 0,
    **asked: Any,
) -> Quote:
    sent = shipping if isinstance(shipping, Shipping) else Shipping("home", shipping)
    where = {"at": NOON, "buyer": Buyer(id="anna"), **(context or {})}
    return price(
        Cart(lines, sent, **asked),
        Plan(promotions=promotions, **(plan or {})),
        Context(**where),
    )
