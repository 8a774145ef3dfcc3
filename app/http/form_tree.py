"""Forms that grow: a tree of what was typed, read from names like `c.1.rows.0.measure`.

Nothing is judged here. Rows are added and taken away by named buttons, and whatever was typed
stays, right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Tree = dict[str, Any]
"""Texts by name, and under the names of lists, lists of trees."""

NAME = re.compile(r"[a-z_]{1,30}")
NUMBER = re.compile(r"[0-9]{1,3}")
MOST_TYPED = 4_000
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of a form: what a new row holds, and the lists inside each row."""

    new: Tree
    inner: Mapping[str, Rows] = field(default_factory=dict)
    other: Mapping[str, Tree] = field(default_factory=dict)
    """What the button `add-<word>` adds instead."""


@dataclass(frozen=True, slots=True)
class FormTree:
    """The lists of one form, by name."""

    lists: Mapping[str, Rows]

    def read(self, pairs: Iterable[tuple[str, str]]) -> Tree:
        """What was typed; names that are none of ours are left out, of repeated ones the last
        wins."""
        root: dict[str, Any] = {}
        for name, value in pairs:
            steps = name.split(".")
            if self._is_field(steps):
                _put(root, steps, value[:MOST_TYPED])
        return _listed(root)

    def changed_by(self, tree: Tree, button: str) -> Tree:
        """What the button asks for: `add c`, `add-group c`, `add t.0.r`, `remove c.1.rows.0`.

        What cannot be read changes nothing: the form comes back as it was.
        """
        action, _, place = button.partition(" ")
        action, _, word = action.partition("-")
        steps = place.split(".")
        try:
            if action == "add":
                self._add(tree, steps, word)
            elif action == "remove":
                self._remove(tree, steps)
        except (KeyError, IndexError):
            return tree
        return tree

    def _is_field(self, steps: Sequence[str]) -> bool:
        held = self._lists_at(steps[:-1])
        return held is not None and steps[-1] not in held and bool(NAME.fullmatch(steps[-1]))

    def _lists_at(self, steps: Sequence[str]) -> Mapping[str, Rows] | None:
        """The lists in the row that `steps` lead to; None when they lead nowhere."""
        held = self.lists
        for name, number in zip(steps[::2], [*steps[1::2], ""], strict=False):
            if name not in held or not NUMBER.fullmatch(number):
                return None
            held = held[name].inner
        return held

    def _add(self, tree: Tree, steps: Sequence[str], word: str) -> None:
        held = self._lists_at(steps[:-1])
        if held is None:
            return
        rows = held[steps[-1]]
        new = rows.other[word] if word else rows.new
        branch: list[Tree] = _walk(tree, steps[:-1]).setdefault(steps[-1], [])
        if len(branch) < MOST_ROWS:
            branch.append(_copy(new))

    def _remove(self, tree: Tree, steps: Sequence[str]) -> None:
        if self._lists_at(steps) is not None:
            del _walk(tree, steps[:-1])[int(steps[-1])]


def flat(tree: Tree, prefix: str = "") -> dict[str, str]:
    """Back to names and texts, as form fields read them."""
    found: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, list):
            for position, inner in enumerate(value):
                found |= flat(inner, f"{prefix}{name}.{position}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _put(root: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        root = root.setdefault(step, {})
    root[steps[-1]] = value


def _listed(node: Mapping[str, Any]) -> Tree:
    """Numbered branches become lists, in the order of their numbers."""
    found: Tree = {}
    for name, value in node.items():
        if isinstance(value, dict):
            numbers = sorted((int(number), number) for number in value)[:MOST_ROWS]
            found[name] = [_listed(value[number]) for _, number in numbers]
        else:
            found[name] = value
    return found


def _walk(tree: Any, path: Iterable[str]) -> Any:
    for step in path:
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    return tree


def _copy(tree: Mapping[str, Any]) -> Tree:
    return {
        name: [_copy(inner) for inner in value] if isinstance(value, list) else value
        for name, value in tree.items()
    }
