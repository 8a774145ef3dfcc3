"""“From X” tiers as rows of a form: of the basket, or of a balance of points."""

from __future__ import annotations

from typing import Any

from app.http.condition_form import CHOOSE
from app.http.fields import Cents, Count, Rate, Strict
from app.http.form_tree import Rows, Tree
from app.http.written import Document, Written, amount_text, rate_text, without_none
from app.kernel.words import N_
from app.promotions.schemas.conditions import read_methods

MAX_POINTS = 100_000_000

TIERS = Rows(
    {"from": "", "gives": "percent", "shipping": ""},
    inner={"m": Rows({"code": "", "on": ""})},
)
"""What a form with tiers holds under `t`."""


def read_tiers(out: Written, tree: Tree, path: str = "tiers", *, points: bool = False) -> Any:
    """The tiers of the document; `points`: of a balance, not of a basket."""
    if tree.get("t"):
        out.places[path] = "t.0.from"
    return [
        _tier(out, row, f"t.{position}", f"{path}[{position}]", points=points)
        for position, row in enumerate(tree.get("t", []))
    ]


def _tier(out: Written, row: Tree, place: str, path: str, *, points: bool) -> Document:
    out.places[path] = f"{place}.gives"
    start: Strict = Count(maximum=MAX_POINTS) if points else Cents()
    found: Document = {"from": out.typed(start, row, place, "from", f"{path}.from")}
    return without_none(
        {**found, **_gift(out, row, place, path), **_shipping(out, row, place, path)}
    )


def _gift(out: Written, row: Tree, place: str, path: str) -> Document:
    gives = row.get("gives", "")
    if gives == "percent":
        rate = Rate(minimum=1, maximum=10_000)
        return {"rate_bp": out.typed(rate, row, place, "rate", f"{path}.rate_bp")}
    if gives == "none":
        if not row.get("shipping"):
            out.wrong(f"{place}.gives", N_("This step gives nothing: choose what it gives."))
        return {}
    if gives not in {"amount", "every"}:
        out.wrong(f"{place}.gives", CHOOSE)
        return {}
    amount = out.typed(Cents(minimum=1), row, place, "amount", f"{path}.amount_cents")
    if gives == "amount":
        return {"amount_cents": amount}
    each = Count(minimum=1, maximum=MAX_POINTS)
    every = out.typed(each, row, place, "every", f"{path}.every_points")
    return {"amount_cents": amount, "every_points": every}


def _shipping(out: Written, row: Tree, place: str, path: str) -> Document:
    out.places[f"{path}.free_shipping"] = f"{place}.shipping"
    if row.get("shipping") == "all":
        return {"free_shipping": True}
    if row.get("shipping") != "some":
        return {}
    ticked = read_methods(out, row.get("m", []), f"{path}.free_shipping")
    out.places[f"{path}.free_shipping"] = f"{place}.shipping"
    if not ticked:
        out.wrong(f"{place}.shipping", N_("Tick at least one method."))
    return {"free_shipping": ticked}


def tier_trees(tiers: list[Document], *, points: bool = False) -> list[Tree]:
    return [_tier_tree(tier, points=points) for tier in tiers]


def _tier_tree(tier: Document, *, points: bool) -> Tree:
    amount, rate = tier.get("amount_cents"), tier.get("rate_bp")
    every, methods = tier.get("every_points"), tier.get("free_shipping")
    gives = "percent" if rate else "every" if every else "amount" if amount else "none"
    return {
        "from": str(tier["from"]) if points else amount_text(tier["from"]),
        "gives": gives,
        "rate": rate_text(rate) if rate else "",
        "amount": amount_text(amount) if amount else "",
        "every": str(every or ""),
        "shipping": "" if not methods else "all" if methods is True else "some",
        "m": [{"code": code, "on": "1"} for code in (methods if isinstance(methods, list) else [])],
    }
