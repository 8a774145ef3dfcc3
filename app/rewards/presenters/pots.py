"""Accumulators as pages show them: how full, what is missing, what the next one gives."""

from __future__ import annotations

from dataclasses import dataclass

from app.http.words import money, number
from app.rewards.domain.terms import PotMeasure
from app.rewards.presenters.distance import ratio, still
from app.rewards.presenters.titles import price
from app.rewards.presenters.tongue import gettext, ngettext

MOST_STAMPS = 12
"""A card with more of them is a bar."""


@dataclass(frozen=True, slots=True)
class Filling:
    """How full a pot is."""

    progress: str
    """80,00 € / 100 €; 3 stamps of 10"""
    ratio: int
    stamps: list[bool]
    """Of a card with few of them: which are there. Empty: a bar."""
    missing: str
    """Empty: there is enough in it."""


def filling(measure: str, balance: int, threshold: int) -> Filling:
    is_money = measure == PotMeasure.SPEND
    stamps = [] if is_money or threshold > MOST_STAMPS else _stamps(balance, threshold)
    missing = max(0, threshold - balance)
    return Filling(
        progress=_progress(measure, balance, threshold, is_card=bool(stamps)),
        ratio=ratio(balance, threshold),
        stamps=stamps,
        missing=still([_amount(measure, missing)]) if missing else "",
    )


def _stamps(balance: int, threshold: int) -> list[bool]:
    return [place < balance for place in range(threshold)]


def _progress(measure: str, balance: int, threshold: int, *, is_card: bool) -> str:
    if measure == PotMeasure.SPEND:
        return f"{money(balance)} / {price(threshold)}"
    current = number(balance)
    if is_card:
        return ngettext(
            "%(current)s of %(num)s stamp", "%(current)s of %(num)s stamps", threshold,
            current=current,
        )  # fmt: skip
    return gettext("%(current)s of %(what)s", current=current, what=_amount(measure, threshold))


def _amount(measure: str, value: int) -> str:
    count = number(abs(value))
    if measure == PotMeasure.SPEND:
        return money(abs(value))
    if measure == PotMeasure.UNITS:
        return ngettext("%(count)s item", "%(count)s items", abs(value), count=count)
    if measure == PotMeasure.BASKETS:
        return ngettext("%(count)s order", "%(count)s orders", abs(value), count=count)
    return ngettext("%(count)s meeting held", "%(count)s meetings held", abs(value), count=count)


def moved_words(measure: str, amount: int) -> str:
    """+60,00 €; −1 order"""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return f"{sign}{_amount(measure, amount)}"
