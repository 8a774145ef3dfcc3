"""Documents with mistakes in them, and whether reading and schema agree about each."""

from collections.abc import Callable, Collection, Iterator, Sequence
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.kernel.errors import Refused
from app.kernel.shape import Problem

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    10**12,
    1.5,
    "",
    "x",
    "a\x00b",
    "\u202e",
    "x" * 300,
    "2026-02-30",
    "2026-13-01",
    "2026-03-09",
    "2026-03-09\n",
    "1066-01-01",
    "in",
    ">=",
    [],
    [[]],
    {},
    {"x": 1},
    ["WOK", "WOK"],
)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document where something may be changed."""
    if path:
        yield path
    inner: Any = ()
    if isinstance(document, dict):
        inner = document.items()
    elif isinstance(document, list):
        inner = enumerate(document)
    for key, value in inner:
        yield from places(value, (*path, key))


@st.composite
def changed(
    draw: Any, original: Any, more: Sequence[Any] = (), names: Sequence[str] = ("x",)
) -> Any:
    """The document with one or two places replaced, removed or added to.

    `more`: odd values beside the usual ones; `names`: of the fields added.
    """
    document = deepcopy(original)
    odd = st.sampled_from([*ODD, *more])
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(places(document))))
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "replace":
            parent[path[-1]] = deepcopy(draw(odd))
        elif change == "remove":
            del parent[path[-1]]
        elif isinstance(parent, dict):
            parent[draw(st.sampled_from(names))] = deepcopy(draw(odd))
        if not document:
            return document
    return document


def problems_of(read: Callable[[Any], object], document: Any) -> list[Problem]:
    try:
        read(document)
    except Refused as refused:
        return list(getattr(refused, "problems"))  # noqa: B009 -- not every refusal has them
    return []


def is_valid(schema: Any, document: Any) -> bool:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, format_checker=checker).is_valid(document)


def agree(
    schema: Any, read: Callable[[Any], object], document: Any, beyond: Collection[str]
) -> None:
    """What reading refuses the schema refuses, but for codes `beyond` it; and vice versa."""
    problems = problems_of(read, document)
    if any(problem.code not in beyond for problem in problems):
        assert not is_valid(schema, document), problems
    elif not problems:
        assert is_valid(schema, document)
