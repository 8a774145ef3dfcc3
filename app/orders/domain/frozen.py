"""Quotes as orders keep them: recognised, and compared with what applies now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from app.promotions.domain.quote import Quote


def digest_of(quote: Quote) -> str:
    """Which prices somebody was shown, in few characters: the set that applies, and its amounts."""
    said = json.dumps(_amounts(quote), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Difference:
    """One amount that is no longer what was shown. None: it was not there, or is not any more."""

    kind: str
    """price, line, promotion, advantage, voucher, points, gift, shipping or total"""
    key: str
    name: str
    before: int | None
    after: int | None
    """Cents, of a price those of one unit; of gifts, units."""


def differences(shown: Quote, now: Quote) -> tuple[Difference, ...]:
    before, after = _prices_and_amounts(shown), _prices_and_amounts(now)
    names = _names(shown) | _names(now)
    return tuple(
        Difference(
            kind, key, names.get((kind, key), ""), before[kind].get(key), after[kind].get(key)
        )
        for kind in before
        for key in {**before[kind], **after[kind]}
        if before[kind].get(key) != after[kind].get(key)
    )


def _prices_and_amounts(quote: Quote) -> dict[str, dict[str, int]]:
    """List prices too, which are why the rest moved; what was agreed to is the rest."""
    each = {line.id: line.list_cents // max(line.quantity, 1) for line in quote.lines}
    return {"price": each, **_amounts(quote)}


def _amounts(quote: Quote) -> dict[str, dict[str, int]]:
    promotions: dict[str, int] = {}
    for one in quote.applied:
        key = one.holding or one.promotion
        promotions[key] = promotions.get(key, 0) + one.amount_cents
    advantage, points, shipping = quote.advantage, quote.points, quote.shipping
    return {
        "line": {line.id: line.net_cents for line in quote.lines},
        "promotion": promotions,
        "advantage": {advantage.source or advantage.kind: advantage.amount_cents}
        if advantage
        else {},
        "voucher": {one.id: one.amount_cents for one in quote.vouchers},
        "points": {"points": points.amount_cents} if points and points.amount_cents else {},
        "gift": {f"{one.promotion}:{one.product}": one.quantity for one in quote.gifts},
        "shipping": {shipping.method: quote.shipping_cents}
        if shipping.method or quote.shipping_cents
        else {},
        "total": {"total": quote.total_cents},
    }


def _names(quote: Quote) -> dict[tuple[str, str], str]:
    named = {("promotion", one.holding or one.promotion): one.name for one in quote.applied}
    named |= {("gift", f"{one.promotion}:{one.product}"): one.name for one in quote.gifts}
    for kind in ("price", "line"):
        named |= {(kind, line.id): line.product for line in quote.lines}
    if quote.advantage:
        key = quote.advantage.source or quote.advantage.kind
        named[("advantage", key)] = quote.advantage.name
    return named
