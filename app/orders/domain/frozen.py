"""Quotes as orders keep them: read back, recognised, and compared with what applies now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.promotions.domain import quote as shapes
from app.promotions.domain.quote import Quote


def quote_to_json(quote: Quote) -> dict[str, Any]:
    """As the database will give it back: lists, no tuples."""
    stored: dict[str, Any] = json.loads(json.dumps(quote.to_json(), default=str))
    return stored


def quote_from_json(stored: Mapping[str, Any]) -> Quote:
    """The inverse of `Quote.to_json`; fields of older quotes that are missing take defaults."""
    read = _read(Quote, stored)
    assert isinstance(read, Quote)
    return read


def _read(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    if get_origin(kind) in {Union, UnionType}:
        return _read(next(one for one in get_args(kind) if one is not type(None)), value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], value[name]) for name in hints if name in value})
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    known = get_type_hints(kind, vars(shapes))
    return {one.name: known[one.name] for one in fields(kind)}


def digest_of(quote: Quote) -> str:
    """Which prices somebody was shown, in few characters: the set that applies, and its amounts."""
    said = json.dumps(_amounts(quote), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Difference:
    """One amount that is no longer what was shown. None: it was not there, or is not any more."""

    kind: str
    """line, promotion, advantage, voucher, points, gift, shipping or total"""
    key: str
    name: str
    before: int | None
    after: int | None
    """Cents; of gifts, units."""


def differences(shown: Quote, now: Quote) -> tuple[Difference, ...]:
    before, after = _amounts(shown), _amounts(now)
    names = _names(shown) | _names(now)
    return tuple(
        Difference(
            kind, key, names.get((kind, key), ""), before[kind].get(key), after[kind].get(key)
        )
        for kind in before
        for key in {**before[kind], **after[kind]}
        if before[kind].get(key) != after[kind].get(key)
    )


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
    named |= {("line", line.id): line.product for line in quote.lines}
    if quote.advantage:
        key = quote.advantage.source or quote.advantage.kind
        named[("advantage", key)] = quote.advantage.name
    return named
