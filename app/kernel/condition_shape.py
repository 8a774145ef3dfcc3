"""How a tree of conditions stands in a document: all, any, not, and comparisons by measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.kernel.conditions import All, AnyOf, Not
from app.kernel.shape import BAD, Many, Problem, Problems, Record, Shape, Tagged, required
from app.kernel.words import N_

Group = Callable[[Any], Any]


def asked_of(values: Mapping[str, Any], path: str, problems: Problems) -> tuple[Any, Any] | None:
    """The value of a comparison and, of an interval, its end; None where it can never hold."""
    value = values["from"] if values["op"] == "in" else values["value"]
    upper = values.get("to")
    if upper is not None and upper <= value:
        words = N_("This interval is empty: “to” must be larger than “from”.")
        problems.append(Problem(f"{path}.to", "never_true", words))
        return None
    if values["op"] == "<" and type(value) is int and value == 0:
        words = N_("This can never be true: nothing is less than 0.")
        problems.append(Problem(f"{path}.value", "never_true", words))
        return None
    return value, upper


class ConditionShape(Shape):
    """A tree: {"all": […]}, {"any": […]}, {"not": {…}} or one comparison.

    `compared` and `within` hold the records of comparisons by measure; what is in `within` is
    read when the operator is `in`.
    """

    def __init__(
        self,
        compared: Mapping[str, Record],
        within: Mapping[str, Record],
    ) -> None:
        self.compared, self.within = compared, within
        self.groups = {
            "all": _group("all_of", "all", Many(self, least=1, most=100), All),
            "any": _group("any_of", "any", Many(self, least=1, most=100), AnyOf),
            "not": _group("not_so", "not", self, Not),
        }

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        group = self._group(value)
        if group is not None:
            return group.read(value, path, problems)
        if type(value) is dict and "measure" not in value:
            words = N_("Write all, any, not, or a comparison with a measure.")
            problems.append(Problem(path, "no_condition", words))
            return BAD
        return self._leaf(value, path, problems)

    def _group(self, value: Any) -> Record | None:
        if type(value) is not dict or "measure" in value:
            return None
        return next((shape for word, shape in self.groups.items() if word in value), None)

    def _leaf(self, value: Any, path: str, problems: Problems) -> Any:
        name = str(value.get("measure")) if type(value) is dict else ""
        within = type(value) is dict and value.get("op") == "in" and name in self.within
        cases = self.within if within else self.compared
        return Tagged("measure", cases).read(value, path, problems)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        if "condition" not in defs:
            defs["condition"] = {}
            shapes = [*self.groups.values(), *self.compared.values(), *self.within.values()]
            defs["condition"] = {"oneOf": [shape.schema(defs) for shape in shapes]}
        return {"$ref": "#/$defs/condition"}


def _group(name: str, word: str, inner: Shape, build: Group) -> Record:
    return Record(
        name,
        {word: required(inner)},
        build=lambda values, _path, _problems: build(values[word]),
    )
