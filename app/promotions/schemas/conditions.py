"""Scopes, conditions and shipping methods, as every form about prices writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.http.condition_form import ConditionForm
from app.http.form_tree import Tree
from app.http.written import Document, Written
from app.kernel.conditions import All, AnyOf, Not
from app.promotions.domain.condition_format import STARTS
from app.promotions.domain.terms import MEASURES, Condition

SCOPES = ("products", "categories", "without_products", "without_categories")


def read_scope(out: Written, branch: Tree, place: str, path: str, prefix: str = "") -> Document:
    """The four lists of a scope; what is left empty is left out."""
    found: Document = {}
    for name in SCOPES:
        listed = out.listed(branch, place, f"{prefix}{name}", f"{path}.{name}")
        if listed:
            found[name] = listed
    if f"{place}.{prefix}products" not in out.errors:
        out.places.setdefault(path, f"{place}.{prefix}products" if place else f"{prefix}products")
    return found


def scope_tree(scope: Mapping[str, list[str]] | None, prefix: str = "") -> Tree:
    listed = scope or {}
    return {f"{prefix}{name}": ", ".join(listed[name]) for name in SCOPES if listed.get(name)}


@dataclass(frozen=True, slots=True)
class PriceConditions(ConditionForm):
    """Amounts and quantities of a basket may look at some products only."""

    def ops(self, measure: str) -> tuple[str, ...]:
        offered = super(PriceConditions, self).ops(measure)
        return ("starts", *offered) if measure in STARTS else offered

    def narrowed(self, out: Written, row: Tree, place: str, path: str) -> Document:
        if not MEASURES[row["measure"]].narrowed:
            return {}
        scope = read_scope(out, row, place, f"{path}.scope")
        return {"scope": scope} if scope else {}

    def narrowing(self, comparison: Document) -> Tree:
        return scope_tree(comparison.get("scope"))


CONDITIONS = PriceConditions({name: measure.unit for name, measure in MEASURES.items()})


def read_methods(out: Written, rows: list[Tree], path: str) -> list[str]:
    """The methods ticked, by code; none: every one."""
    out.places[path] = "m.0.on"
    return [row["code"] for row in rows if row.get("on") == "1" and row.get("code")]


def plain_condition(condition: Condition | None) -> Condition | None:
    """A group of one says what its one part says."""
    if isinstance(condition, All | AnyOf):
        parts = tuple(part for part in map(plain_condition, condition.parts) if part is not None)
        return parts[0] if len(parts) == 1 else replace(condition, parts=parts)
    if isinstance(condition, Not):
        inner = plain_condition(condition.part)
        return None if inner is None else Not(inner)
    return condition
