"""The rule editor's form as a tree of what was typed: names like `c.1.rows.0.measure`.

Nothing is judged here. Rows are added and taken away by named buttons, and whatever was typed
stays, right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Tree = dict[str, Any]
"""Texts by name; under `c` (conditions), `r` (rewards) and `t` (steps) lists of trees."""

NUMBER = r"[0-9]{1,3}"
CONDITION = rf"c\.{NUMBER}(?:\.rows\.{NUMBER})?"
REWARD = rf"r\.{NUMBER}"
STEP = rf"t\.{NUMBER}(?:\.r\.{NUMBER})?"
NAME = re.compile(rf"(?:(?:{CONDITION}|{REWARD}|{STEP})\.)?[a-z_]{{1,30}}")
PLACE = re.compile(rf"c|r|t|{CONDITION}|{REWARD}|{STEP}|c\.{NUMBER}\.rows|t\.{NUMBER}\.r")
LISTS = {"c", "r", "t", "rows"}
MOST_TYPED = 4_000
MOST_ROWS = 100

NEW_ROW = {"measure": "", "op": ">="}
NEW_GROUP = {"join": "any", "rows": [dict(NEW_ROW)]}
NEW_REWARD = {"kind": "points_fixed"}
NEW_STEP = {"from": "", "r": [dict(NEW_REWARD)]}


def tree_of_form(pairs: Iterable[tuple[str, str]]) -> Tree:
    """What was typed; names that are none of ours are left out, of repeated ones the last wins."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        steps = name.split(".")
        if NAME.fullmatch(name) and steps[-1] not in LISTS:
            _put(root, steps, value[:MOST_TYPED])
    return _listed(root)


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


def changed_by(tree: Tree, button: str) -> Tree:
    """What the button asks for: `add c`, `add-group c`, `add t.0.r`, `remove c.1.rows.0`, `up r.1`.

    What cannot be read changes nothing: the form comes back as it was.
    """
    action, _, place = button.partition(" ")
    if not PLACE.fullmatch(place):
        return tree
    try:
        if action in {"add", "add-group"}:
            _add(tree, place, group=action == "add-group")
        elif action == "remove":
            _remove(tree, place)
    except (KeyError, IndexError):
        return tree
    return tree


def _put(root: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        root = root.setdefault(step, {})
    root[steps[-1]] = value


def _listed(node: Mapping[str, Any]) -> Tree:
    """Numbered branches become lists, in the order of their numbers."""
    found: Tree = {}
    for name, value in node.items():
        if name in LISTS and isinstance(value, dict):
            numbers = sorted((int(number), number) for number in value)[:MOST_ROWS]
            found[name] = [_listed(value[number]) for _, number in numbers]
        else:
            found[name] = value
    return found


def _add(tree: Tree, place: str, *, group: bool) -> None:
    *path, last = place.split(".")
    branch = _walk(tree, path)
    rows: list[Tree] = branch.setdefault(last, [])
    if len(rows) >= MOST_ROWS:
        return
    new = {"c": NEW_GROUP if group else NEW_ROW, "rows": NEW_ROW, "t": NEW_STEP, "r": NEW_REWARD}
    rows.append(_copy(new[last]))


def _remove(tree: Tree, place: str) -> None:
    *path, last = place.split(".")
    rows: list[Tree] = _walk(tree, path)
    del rows[int(last)]


def _walk(tree: Any, path: Iterable[str]) -> Any:
    for step in path:
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    return tree


def _copy(tree: Mapping[str, Any]) -> Tree:
    return {
        name: [_copy(inner) for inner in value] if isinstance(value, list) else value
        for name, value in tree.items()
    }
