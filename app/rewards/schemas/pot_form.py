"""What fills an accumulator, as fields of the rule editor and back."""

from __future__ import annotations

from typing import Any

from app.http.condition_form import CHOOSE
from app.http.fields import Cents, Count, Date, Strict, Text
from app.http.form_tree import Tree
from app.http.written import Document, Written, amount_text, names_in
from app.rewards.domain.programme_format import MAX_COUNT, NARROWED_POTS
from app.rewards.domain.terms import PotMeasure

LISTED = ("products", "categories", "images")
LONGEST_DESCRIPTION = 2_000


def pot_written(out: Written, tree: Tree) -> Document:
    """Complaints go to `out`, beside the fields of the form."""
    measure = tree.get("pot_measure", "")
    out.places |= {"pot": "pot_measure", "pot.measure": "pot_measure"}
    if measure not in set(PotMeasure):
        out.wrong("pot_measure", CHOOSE)
        return {"measure": measure}
    found: Document = {
        "measure": measure,
        "threshold": _typed(out, tree, "threshold", _amount(measure), optional=False),
        **_narrowed(out, tree, measure),
        "resets": _chosen(out, tree, "resets"),
        "starts_on": _typed(out, tree, "starts_on", Date()),
        "ends_on": _typed(out, tree, "ends_on", Date()),
        "description": _typed(
            out, tree, "description", Text(maximum=LONGEST_DESCRIPTION, multiline=True)
        ),
        "images": out.listed(tree, "", "pot_images", "pot.images") or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _narrowed(out: Written, tree: Tree, measure: str) -> Document:
    """What was typed for another measure waits in the form."""
    found: Document = {}
    for name in NARROWED_POTS[PotMeasure(measure)]:
        if name == "basket_from_cents":
            found[name] = _typed(out, tree, name, Cents()) or None
        elif name == "shipping":
            found[name] = _chosen(out, tree, name)
        else:
            found[name] = out.listed(tree, "", f"pot_{name}", f"pot.{name}") or None
    return found


def _amount(measure: str) -> Strict:
    return Cents(minimum=1) if measure == "spend" else Count(minimum=1, maximum=MAX_COUNT)


def _typed(out: Written, tree: Tree, name: str, kind: Strict, *, optional: bool = True) -> Any:
    return out.typed(kind, tree, "", f"pot_{name}", f"pot.{name}", optional=optional)


def _chosen(out: Written, tree: Tree, name: str) -> str | None:
    out.places[f"pot.{name}"] = f"pot_{name}"
    return tree.get(f"pot_{name}") or None


# ---------------------------------------------------------------- from the document to the form


def pot_tree(pot: Document) -> Tree:
    threshold, basket = pot["threshold"], pot.get("basket_from_cents")
    return {
        "pot_measure": pot["measure"],
        "pot_threshold": amount_text(threshold) if pot["measure"] == "spend" else str(threshold),
        "pot_basket_from_cents": amount_text(basket) if basket else "",
        **{f"pot_{name}": ", ".join(pot.get(name, [])) for name in LISTED},
        **{
            f"pot_{name}": str(pot.get(name) or "")
            for name in ("shipping", "resets", "starts_on", "ends_on", "description")
        },
    }


def pictures_in(tree: Tree) -> list[str]:
    """Their ids."""
    return names_in(tree.get("pot_images", ""))


def with_picture(tree: Tree, picture_id: str) -> Tree:
    return {**tree, "pot_images": ", ".join([*pictures_in(tree), picture_id])}


def without_picture(tree: Tree, picture_id: str) -> Tree:
    left = [one for one in pictures_in(tree) if one != picture_id]
    return {**tree, "pot_images": ", ".join(left)}
