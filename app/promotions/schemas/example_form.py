"""The example basket beside the guided form: what was typed of it, whatever can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marshmallow import ValidationError

from app.http.fields import Count, Date
from app.http.form_tree import Tree
from app.http.written import Errors
from app.promotions.domain.cart import Channel

CUSTOMERS = ("known", "new", "professional", "host", "unknown")
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """`day` None: today."""

    lines: tuple[tuple[str, int], ...]
    """References and units."""
    who: str
    day: date | None
    channel: str
    method: str


def wanted_of(tree: Tree) -> tuple[Wanted, Errors]:
    """What cannot be read keeps its usual value and has its message."""
    errors: Errors = {}
    lines = tuple(_lines(tree, errors))
    return (
        Wanted(
            lines=lines,
            who=tree["try_who"] if tree.get("try_who") in CUSTOMERS else "known",
            day=_day(tree, errors),
            channel=tree["try_channel"] if tree.get("try_channel") in set(Channel) else "meeting",
            method=tree.get("try_method", "")[:200],
        ),
        errors,
    )


def _lines(tree: Tree, errors: Errors) -> list[tuple[str, int]]:
    found = []
    for position, row in enumerate(tree.get("p", [])[:MOST_LINES]):
        reference = row.get("product", "").strip()
        if not reference:
            continue
        try:
            units = Count(minimum=1, maximum=10_000).deserialize(row.get("units") or "1")
        except ValidationError as error:
            errors[f"p.{position}.units"] = [str(one) for one in error.messages]
            units = 1
        found.append((reference, units))
    return found


def _day(tree: Tree, errors: Errors) -> date | None:
    text = tree.get("try_day", "").strip()
    if not text:
        return None
    try:
        day: date = Date().deserialize(text)
    except ValidationError as error:
        errors["try_day"] = [str(one) for one in error.messages]
        return None
    return day
