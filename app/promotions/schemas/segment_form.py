"""Segments and the first order's advantage, as forms show them."""

from __future__ import annotations

from dataclasses import replace

from app.http.condition_form import CONDITIONS as CONDITION_ROWS
from app.http.condition_form import NotShown
from app.http.fields import Text
from app.http.form_tree import FormTree, Tree
from app.http.written import Document, Written
from app.kernel.words import N_
from app.promotions.domain.plan_format import read_segment, segment_to_json
from app.promotions.domain.terms import Segment
from app.promotions.errors import PlanInvalid
from app.promotions.schemas.conditions import CONDITIONS, plain_condition
from app.promotions.schemas.tier_form import TIERS, read_tiers, tier_trees

SEGMENT_TREE = FormTree({"c": CONDITION_ROWS, "t": TIERS})
FIRST_ORDER_TREE = FormTree({"t": TIERS})


def new_segment() -> Tree:
    return {"name": "", "join": "all", "c": [{"measure": "", "op": ">="}], "t": [], "earns": "1"}


def written_segment(tree: Tree, key: str) -> Written:
    out = Written({"id": key})
    out.put("name", out.typed(Text(maximum=200), tree, "", "name", "name"))
    out.put("conditions", CONDITIONS.read(out, tree))
    if not tree.get("c"):
        out.wrong("_form", N_("Say who belongs to this segment: add a condition."))
    _terms(out, tree)
    return out


def written_first_order(tree: Tree) -> Written:
    """Empty when new customers get nothing in particular."""
    out = Written({}, root="first_order")
    if tree.get("offered") == "1":
        _terms(out, tree)
    return out


def _terms(out: Written, tree: Tree) -> None:
    out.places |= {"earns_points": "earns", "with_codes": "with_codes"}
    out.put("tiers", read_tiers(out, tree) or None)
    if tree.get("earns") != "1":
        out.document["earns_points"] = False
    if tree.get("with_codes") == "1":
        out.document["with_codes"] = True


def check_segment(out: Written) -> Segment | None:
    """The segment when it could work; else its problems stand beside their fields."""
    if out.errors:
        return None
    try:
        return read_segment(out.document)
    except PlanInvalid as invalid:
        out.note(invalid.problems)
        return None


def segment_tree(document: Document) -> Tree | None:
    """The segment as fields; None when the form would lose something of it."""
    try:
        segment = read_segment(document)
        shown = segment_to_json(segment)
        tree = {
            "name": segment.name,
            **CONDITIONS.trees(shown["conditions"]),
            **_terms_tree(shown),
        }
    except (NotShown, PlanInvalid):
        return None
    again = check_segment(written_segment(tree, segment.id))
    return tree if again and _plainly(again) == _plainly(segment) else None


def _plainly(segment: Segment) -> Segment:
    plain = plain_condition(segment.conditions)
    return segment if plain is None else replace(segment, conditions=plain)


def first_order_tree(document: Document | None) -> Tree:
    if document is None:
        return {"offered": "", "earns": "1", "t": []}
    return {"offered": "1", **_terms_tree(document)}


def _terms_tree(document: Document) -> Tree:
    return {
        "t": tier_trees(document.get("tiers", [])),
        "earns": "1" if document.get("earns_points", True) else "",
        "with_codes": "1" if document.get("with_codes", False) else "",
    }
