"""Editing a programme's document rule by rule: each function gives a new document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any

from app.kernel.errors import NotFound
from app.kernel.text import search_key
from app.rewards.domain.programme_format import PROGRAMME_FORMAT

Document = dict[str, Any]

LONGEST_ID = 100


def empty_programme(name: str = "") -> Document:
    return {"format": PROGRAMME_FORMAT, "name": name, "rules": []}


def rule_in(document: Document, rule_id: str) -> Document:
    """Raises NotFound."""
    return _rules(document)[_position(document, rule_id)]


def has_rule(document: Document, rule_id: str) -> bool:
    return any(rule["id"] == rule_id for rule in _rules(document))


def rewards_in(document: Document) -> Iterator[tuple[str, Document]]:
    """Every reward of its rules as it is written, and where: `rules[0].rewards[2]`."""
    for number, rule in enumerate(_rules(document)):
        yield from _listed(rule.get("rewards"), f"rules[{number}].rewards")
        for step, written in enumerate((rule.get("tiers") or {}).get("steps", ())):
            yield from _listed(written["rewards"], f"rules[{number}].tiers.steps[{step}].rewards")


def _listed(rewards: Iterable[Document] | None, path: str) -> Iterator[tuple[str, Document]]:
    return ((f"{path}[{number}]", one) for number, one in enumerate(rewards or ()))


def with_rule(document: Document, rule: Document, *, replacing: str | None = None) -> Document:
    """The rule in the place of the one it replaces, else after all others."""

    def put(rules: list[Document]) -> None:
        if replacing is None:
            rules.append(rule)
        else:
            rules[_position(document, replacing)] = rule

    return _changed(document, put)


def without_rule(document: Document, rule_id: str) -> Document:
    position = _position(document, rule_id)
    return _changed(document, lambda rules: rules.pop(position))


def with_copy(document: Document, rule_id: str, name: str) -> tuple[Document, str]:
    """A copy right after the original, resting until it is switched on; and its id."""
    position = _position(document, rule_id)
    copy = deepcopy(_rules(document)[position])
    copy |= {"id": free_id(document, rule_id), "name": name[:200], "enabled": False}
    return _changed(document, lambda rules: rules.insert(position + 1, copy)), copy["id"]


def moved(document: Document, rule_id: str, by: int) -> Document:
    """One or more places up (negative) or down, never beyond the ends."""
    position = _position(document, rule_id)
    target = min(max(0, position + by), len(_rules(document)) - 1)
    return _changed(document, lambda rules: rules.insert(target, rules.pop(position)))


def switched(document: Document, rule_id: str, *, on: bool) -> Document:
    rule = {name: value for name, value in rule_in(document, rule_id).items() if name != "enabled"}
    return with_rule(document, rule if on else {**rule, "enabled": False}, replacing=rule_id)


def with_settings(document: Document, name: str, settings: Document) -> Document:
    changed = {**document, "name": name, "settings": settings}
    if not settings:
        del changed["settings"]
    return changed


def slug(words: str) -> str:
    """moitie-prix; empty when there is no letter or digit in it."""
    plain = "".join(char if char.isalnum() else " " for char in search_key(words))
    return "-".join(plain.split())[: LONGEST_ID - 6]


def free_id(document: Document, wanted: str) -> str:
    """An id like the words wanted that no rule has yet."""
    stem = slug(wanted) or "rule"
    name, number = stem, 1
    while has_rule(document, name):
        number += 1
        name = f"{stem}-{number}"
    return name


def _rules(document: Document) -> list[Document]:
    found: list[Document] = document["rules"]
    return found


def _position(document: Document, rule_id: str) -> int:
    for position, rule in enumerate(_rules(document)):
        if rule["id"] == rule_id:
            return position
    raise NotFound


def _changed(document: Document, change: Callable[[list[Document]], Any]) -> Document:
    rules = list(_rules(document))
    change(rules)
    return {**document, "rules": rules}
