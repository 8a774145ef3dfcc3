"""How points are earned on orders and spent in them, as one form."""

from __future__ import annotations

from typing import Any

from app.http.fields import Cents, Count
from app.http.form_tree import FormTree, Tree
from app.http.written import Document, Written, amount_text, without_none
from app.promotions.schemas.tier_form import MAX_POINTS, TIERS, read_tiers, tier_trees

POINTS_TREE = FormTree({"t": TIERS})
SITUATIONS = ("customer", "host", "seller")
USUAL_EARNING = {"mode": "per_amount", "points": 1, "per_cents": 100, "rounding": "floor"}


def written_points(tree: Tree) -> Written:
    out = Written({}, root="points")
    out.put("earning", _earning(out, tree))
    out.put("spending", _spending(out, tree))
    return out


def _earning(out: Written, tree: Tree) -> Document | None:
    mode = tree.get("earn", "")
    out.places |= {"earning": "earn", "earning.mode": "earn"}
    if mode not in {"per_order", "per_amount"}:
        return None
    points = out.typed(Count(minimum=1, maximum=MAX_POINTS), tree, "", "points", "earning.points")
    found: Document = {"mode": mode, "points": points}
    if mode == "per_amount":
        each = Cents(minimum=1)
        found["per_cents"] = out.typed(each, tree, "", "per", "earning.per_cents")
        found["rounding"] = tree.get("rounding") or "floor"
        out.places["earning.rounding"] = "rounding"
    boxes = {
        "with_codes_or_vouchers": "earn_with_codes",
        "with_advantages": "earn_with_advantages",
    }
    for name, box in boxes.items():
        found[name] = tree.get(box) == "1"
    found["product_points"] = tree.get("product_points") == "1"
    return found


def _spending(out: Written, tree: Tree) -> Document | None:
    mode = tree.get("spend", "")
    out.places |= {"spending": "spend", "spending.mode": "spend", "spending.tiers": "spend"}
    if mode not in {"rate", "tiers"}:
        return None
    found: Document = {"mode": mode, "consumption": tree.get("consumption") or "used"}
    out.places["spending.consumption"] = "consumption"
    if mode == "rate":
        found["value"] = {who: _value(out, tree, who) for who in SITUATIONS}
    else:
        found["tiers"] = read_tiers(out, tree, "spending.tiers", points=True)
    return {**found, **_when(out, tree)}


def _value(out: Written, tree: Tree, who: str) -> Document:
    path = f"spending.value.{who}"
    count = Count(minimum=1, maximum=MAX_POINTS)
    points = out.typed(count, tree, "", f"worth_{who}", f"{path}.points")
    cents = out.typed(Cents(minimum=1), tree, "", f"cents_{who}", f"{path}.cents")
    return {"points": points, "cents": cents}


def _when(out: Written, tree: Tree) -> Document:
    nth = Count(minimum=1, maximum=1_000)
    first = out.typed(nth, tree, "", "from_order", "spending.from_order", optional=True)
    basket = "spending.minimum_basket_cents"
    least = out.typed(Cents(), tree, "", "minimum", basket, optional=True)
    boxes = {
        "with_codes": tree.get("spend_with_codes") == "1",
        "with_advantages": tree.get("spend_with_advantages") == "1",
    }
    return {**without_none({"from_order": first, "minimum_basket_cents": least}), **boxes}


def points_tree(points: Document) -> Tree:
    """`points` of a plan document, as fields."""
    return {**_earning_tree(points.get("earning")), **_spending_tree(points.get("spending", {}))}


def _earning_tree(earning: Document | None) -> Tree:
    found = {**USUAL_EARNING, **(earning or {})}
    return {
        "earn": "none" if earning is None else found["mode"],
        "points": str(found["points"]),
        "per": amount_text(found["per_cents"]),
        "rounding": found["rounding"],
        "earn_with_codes": _box(found.get("with_codes_or_vouchers", False)),
        "earn_with_advantages": _box(found.get("with_advantages", False)),
        "product_points": _box(found.get("product_points", True)),
    }


def _spending_tree(spending: Document) -> Tree:
    values: Tree = {}
    given = spending.get("value", {})
    for who in SITUATIONS:
        value = {"points": 1, "cents": 1, **given.get("customer", {}), **given.get(who, {})}
        values |= {f"worth_{who}": str(value["points"])}
        values |= {f"cents_{who}": amount_text(value["cents"])}
    return {
        "spend": spending.get("mode", "none"),
        **values,
        "t": tier_trees(spending.get("tiers", []), points=True),
        "consumption": spending.get("consumption", "used"),
        "from_order": str(spending.get("from_order") or ""),
        "minimum": amount_text(spending["minimum_basket_cents"])
        if spending.get("minimum_basket_cents")
        else "",
        "spend_with_codes": _box(spending.get("with_codes", False)),
        "spend_with_advantages": _box(spending.get("with_advantages", False)),
    }


def _box(on: Any) -> str:
    return "1" if on else ""
