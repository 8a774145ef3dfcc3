"""Trees of conditions: all, any and not over comparisons, whatever it is that these compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeAlias, TypeVar

Leaf_co = TypeVar("Leaf_co", covariant=True)


@dataclass(frozen=True, slots=True)
class All(Generic[Leaf_co]):
    parts: tuple[Tree[Leaf_co], ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Generic[Leaf_co]):
    parts: tuple[Tree[Leaf_co], ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[Leaf_co]):
    part: Tree[Leaf_co]


Tree: TypeAlias = Leaf_co | All[Leaf_co] | AnyOf[Leaf_co] | Not[Leaf_co]

Value = int | str | bool | date


class Compared(Protocol):
    """`op`: = != < <= > >= in (a ≤ x < b: `value`, `upper`), on whole numbers or days."""

    @property
    def op(self) -> str: ...

    @property
    def value(self) -> Value: ...

    @property
    def upper(self) -> int | date | None: ...


Range = tuple[int, int | None]
"""Half open; None: no end. Days count as their ordinals."""


def leaves(tree: Tree[Leaf_co] | None) -> Iterator[tuple[Leaf_co, str]]:
    """Every comparison with its path below that of the tree."""
    if isinstance(tree, Not):
        for leaf, at in leaves(tree.part):
            yield leaf, f".not{at}"
    elif isinstance(tree, All | AnyOf):
        for part, place in _parts(tree):
            for leaf, at in leaves(part):
                yield leaf, f"{place}{at}"
    elif tree is not None:
        yield tree, ""


def musts(tree: Tree[Leaf_co] | None) -> Iterator[Tree[Leaf_co]]:
    """What must all hold: comparisons, alternatives and denials."""
    if isinstance(tree, All):
        for part in tree.parts:
            yield from musts(part)
    elif tree is not None:
        yield tree


def conjuncts(tree: Tree[Leaf_co] | None) -> Iterator[Leaf_co]:
    """The comparisons that must all hold."""
    for part in musts(tree):
        if not isinstance(part, All | AnyOf | Not):
            yield part


def alternatives(tree: Tree[Leaf_co] | None, path: str) -> Iterator[tuple[Tree[Leaf_co], str]]:
    """The parts of a group, but for an `all` in an `all`: that is judged with the outer one."""
    if isinstance(tree, All):
        yield from _flattened(tree, path)
    elif isinstance(tree, AnyOf):
        for part, place in _parts(tree):
            yield part, f"{path}{place}"


def _flattened(group: All[Leaf_co], path: str) -> Iterator[tuple[Tree[Leaf_co], str]]:
    for part, place in _parts(group):
        if isinstance(part, All):
            yield from _flattened(part, f"{path}{place}")
        else:
            yield part, f"{path}{place}"


def _parts(group: All[Leaf_co] | AnyOf[Leaf_co]) -> Iterator[tuple[Tree[Leaf_co], str]]:
    word = "all" if isinstance(group, All) else "any"
    for position, part in enumerate(group.parts):
        yield part, f".{word}[{position}]"


def range_of(comparisons: Iterable[Compared]) -> Range:
    """Where a number or day must lie for all of them to hold."""
    ranges = [_range(one) for one in comparisons]
    highs = [high for _, high in ranges if high is not None]
    return max((low for low, _ in ranges), default=0), min(highs, default=None)


def _range(one: Compared) -> Range:
    value = _ordinal(one.value)
    return {
        "=": (value, value + 1),
        "!=": (0, None),
        "<": (0, value),
        "<=": (0, value + 1),
        ">": (value + 1, None),
        ">=": (value, None),
        "in": (value, None if one.upper is None else _ordinal(one.upper)),
    }[one.op]


def _ordinal(value: Value) -> int:
    if isinstance(value, date):
        return value.toordinal()
    assert isinstance(value, int)
    return value
