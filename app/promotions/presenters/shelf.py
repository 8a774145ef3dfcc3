"""What of the catalogue the forms about prices offer and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.http.form_tree import Tree
from app.kernel.text import identity_key
from app.promotions.domain.plan import Plan
from app.promotions.domain.words import names_of
from app.promotions.presenters.sentences import Names

MOST_OFFERED = 300
REFERENCES = frozenset({"products", "without_products"})
CATEGORIES = frozenset({"categories"})


@dataclass(frozen=True, slots=True)
class Shelf:
    products: list[tuple[str, str]]
    """Reference and name: what a field proposes while somebody types."""
    categories: list[str]
    methods: dict[str, str]
    """Names of shipping methods by code."""


def shelf_of(session: Session) -> Shelf:
    """In three statements, however much there is."""
    found = catalog.search_products(session, "", limit=MOST_OFFERED)
    return Shelf(
        products=[(product.reference, product.name) for product in found],
        categories=[category.name for category in catalog.category_tree(session)],
        methods={one.code: one.name for one in catalog.shipping_methods(session)},
    )


def names_of_products(session: Session, documents: Any) -> dict[str, str]:
    """By the reference as written, as far as the catalogue knows them. One statement."""
    written = references_in(documents)
    found = catalog.products_by_reference(session, written)
    return {one: found[identity_key(one)].name for one in written if identity_key(one) in found}


def names_in(plan: Plan, shelf: Shelf | None = None, products: Names | None = None) -> Names:
    """Of everything that sentences name: products, methods, segments, promotions."""
    methods = shelf.methods if shelf else {}
    return {**names_of(plan), **methods, **(products or {})}


def references_in(document: Any, members: frozenset[str] = REFERENCES) -> set[str]:
    """Every product the documents speak of, or what else these members name."""
    if isinstance(document, list):
        return {name for part in document for name in references_in(part, members)}
    if not isinstance(document, dict):
        return set()
    found: set[str] = set()
    for name, value in document.items():
        if name in members and isinstance(value, list):
            found |= {one for one in value if isinstance(one, str)}
        else:
            found |= references_in(value, members)
    return found


def with_every_method(rows: list[Tree], shelf: Shelf) -> list[Tree]:
    """A row for each method of the brand, ticked or not; for those gone, only when ticked."""
    ticked = {row.get("code", "") for row in rows if row.get("on") == "1"}
    gone = sorted(ticked - set(shelf.methods) - {""})
    return [{"code": code, "on": "1" if code in ticked else ""} for code in [*shelf.methods, *gone]]
