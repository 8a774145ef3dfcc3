"""A tree of conditions as rows of a form, and back.

The form shows a list of comparisons and of groups of comparisons, each of which may be denied:
what is nested deeper has no field, and `NotShown` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.http.fields import Cents, Count, Date, Strict, Text
from app.http.form_tree import Rows, Tree
from app.http.words import say
from app.http.written import Document, Written, amount_text
from app.kernel.words import N_

ORDERED = (">=", ">", "<=", "<", "=", "!=", "in")
EQUALITIES = ("=", "!=")
HOLDS = ("has",)
GROUPS = {"any": "any", "all": "all", "none": "any", "not_all": "all"}
"""How a group is called in the form, and the word that holds its parts in the document."""
DENIED = {"any": "none", "all": "not_all"}

CHOOSE = N_("Choose one of the answers offered.")

NEW_ROW: Tree = {"measure": "", "op": ">="}
CONDITIONS = Rows(
    new=NEW_ROW,
    inner={"rows": Rows(NEW_ROW)},
    other={"group": {"join": "any", "rows": [NEW_ROW]}},
)
"""What a form with conditions holds under `c`; how they combine is in `join`."""


class NotShown(Exception):
    """The form has no field for this."""


@dataclass(frozen=True, slots=True)
class ConditionForm:
    """`units` by measure: cents, count, date, text, texts or flag. A package narrows measures in
    its own way by overriding `narrowed` and `narrowing`."""

    units: Mapping[str, str]
    KINDS: ClassVar[Mapping[str, Callable[[], Strict]]] = {
        "cents": Cents, "count": Count, "date": Date, "text": Text, "texts": Text, "flag": Text,
    }  # fmt: skip

    def ops(self, measure: str) -> tuple[str, ...]:
        unit = self.units.get(measure, "count")
        return HOLDS if unit == "texts" else EQUALITIES if unit in {"text", "flag"} else ORDERED

    def narrowed(self, out: Written, row: Tree, place: str, path: str) -> Document:
        """The fields of the document that make a measure look at some things only."""
        return {}

    def narrowing(self, comparison: Document) -> Tree:
        """The same as fields of the form."""
        return {}

    # ------------------------------------------------------------ from the form

    def read(self, out: Written, tree: Tree, path: str = "conditions") -> Document | None:
        """The condition of the document; complaints go to `out`."""
        items = tree.get("c", [])
        join = "any" if tree.get("join") == "any" else "all"
        out.places[path] = "join"
        if not items:
            return None
        if len(items) == 1:
            return self._item(out, items[0], "c.0", path)
        parts = [
            self._item(out, item, f"c.{position}", f"{path}.{join}[{position}]")
            for position, item in enumerate(items)
        ]
        return {join: parts}

    def _item(self, out: Written, item: Tree, place: str, path: str) -> Document:
        if "join" not in item:
            return self._row(out, item, place, path)
        join = item["join"] if item["join"] in GROUPS else "any"
        denied, word = join in DENIED.values(), GROUPS[join]
        inner = f"{path}.not.{word}" if denied else f"{path}.{word}"
        out.places[path] = f"{place}.join"
        if not item.get("rows"):
            out.wrong(f"{place}.join", N_("Add a condition to this group, or take it away."))
        parts = [
            self._row(out, row, f"{place}.rows.{position}", f"{inner}[{position}]")
            for position, row in enumerate(item.get("rows", []))
        ]
        return {"not": {word: parts}} if denied else {word: parts}

    def _row(self, out: Written, row: Tree, place: str, path: str) -> Document:
        denied = row.get("denied") == "1"
        path = f"{path}.not" if denied else path
        out.places[path] = f"{place}.measure"
        comparison = self._comparison(out, row, place, path)
        return {"not": comparison} if denied else comparison

    def _comparison(self, out: Written, row: Tree, place: str, path: str) -> Document:
        measure = row.get("measure", "")
        if measure not in self.units:
            out.wrong(f"{place}.measure", CHOOSE)
            return {}
        offered = self.ops(measure)
        op = row["op"] if row.get("op") in offered else offered[0]
        found: Document = {"measure": measure, "op": op}
        for name in ("measure", "op"):
            out.places[f"{path}.{name}"] = f"{place}.{name}"
        first = "from" if op == "in" else "value"
        found[first] = self._value(out, row, place, f"{path}.{first}")
        if op == "in":
            kind = self.KINDS[self.units[measure]]()
            found["to"] = out.typed(kind, row, place, "upper", f"{path}.to")
        return {**found, **self.narrowed(out, row, place, path)}

    def _value(self, out: Written, row: Tree, place: str, path: str) -> Any:
        unit = self.units[row["measure"]]
        if unit != "flag":
            return out.typed(self.KINDS[unit](), row, place, "value", path)
        out.places[path] = f"{place}.value"
        return row.get("value", "1") != "0"

    # ------------------------------------------------------------ from the document

    def trees(self, condition: Document | None) -> Tree:
        """`join` and `c`. Raises NotShown."""
        if condition is None:
            return {"join": "all", "c": []}
        for join in ("all", "any"):
            if join in condition:
                return {"join": join, "c": [self._item_tree(part) for part in condition[join]]}
        return {"join": "all", "c": [self._item_tree(condition)]}

    def _item_tree(self, condition: Document) -> Tree:
        for join in ("all", "any"):
            if join in condition:
                return {"join": join, "rows": [self._row_tree(part) for part in condition[join]]}
            if join in condition.get("not", {}):
                rows = [self._row_tree(part) for part in condition["not"][join]]
                return {"join": DENIED[join], "rows": rows}
        return self._row_tree(condition)

    def _row_tree(self, condition: Document) -> Tree:
        if "not" in condition:
            return {**self._comparison_tree(condition["not"]), "denied": "1"}
        return self._comparison_tree(condition)

    def _comparison_tree(self, comparison: Document) -> Tree:
        if "measure" not in comparison:
            raise NotShown
        unit = self.units[comparison["measure"]]
        first = "from" if comparison["op"] == "in" else "value"
        tree: Tree = {
            "measure": comparison["measure"],
            "op": comparison["op"],
            "value": _value_text(comparison[first], unit),
        }
        if comparison["op"] == "in":
            tree["upper"] = _value_text(comparison["to"], unit)
        return {**tree, **self.narrowing(comparison)}


def _value_text(value: Any, unit: str) -> str:
    if unit == "cents":
        return amount_text(value)
    if unit == "flag":
        return "1" if value else "0"
    return str(value)


# ---------------------------------------------------------------- words of the choices

OPS = {
    ">=": N_("at least"),
    ">": N_("more than"),
    "<=": N_("at most"),
    "<": N_("less than"),
    "=": N_("exactly"),
    "!=": N_("anything but"),
    "in": N_("from … to less than …"),
}
DATE_OPS = {
    ">=": N_("on or after"),
    ">": N_("after"),
    "<=": N_("on or before"),
    "<": N_("before"),
    "=": N_("on"),
    "!=": N_("on any day but"),
    "in": N_("from … to before …"),
}
TEXT_OPS = {
    "=": N_("is"),
    "!=": N_("is not"),
    "starts": N_("begins with"),
    "has": N_("include"),
}


def op_words(op: str, unit: str) -> str:
    table = TEXT_OPS if unit in {"text", "flag", "texts"} else DATE_OPS if unit == "date" else OPS
    return say(table[op])
