"""Whole files of catalogue rows, written in few statements. What they say has been checked."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, true, update

from app.catalog.domain import CorrectionReason
from app.catalog.errors import StockPromised
from app.catalog.models import Category, Product, StockCorrection
from app.catalog.services.products import ProductCard, product_search_key
from app.catalog.services.rights import must_manage_catalogue
from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.kernel.text import identity_key

Values = Mapping[str, Any]
Change = tuple[UUID, int, int, str]
"""Product, units before and after, note."""


def save_products(uow: UnitOfWork, actor: Actor, rows: Sequence[Values], *, clock: Clock) -> None:
    """By their references: new ones are made, of the others only the columns given change.

    Raises StockPromised when orders took more in the meantime.
    """
    must_manage_catalogue(actor)
    held = _held(uow, [row["reference"] for row in rows])
    made, changed, counted = [], [], []
    for row in rows:
        product = held.get(identity_key(row["reference"]))
        if product is None:
            made.append(_new(uow, row, clock=clock))
        else:
            changed.append(_changed(product, row))
            counted += _counted(product, row)
    if made:
        uow.session.execute(insert(Product), made)
    if changed:
        uow.session.execute(update(Product), changed)
    _remember(uow, actor, counted, clock=clock)


def save_stock(uow: UnitOfWork, actor: Actor, rows: Sequence[Values], *, clock: Clock) -> None:
    """How many units there are, product by product. Raises StockPromised."""
    must_manage_catalogue(actor)
    held = _held(uow, [row["reference"] for row in rows])
    changed, counted = [], []
    for row in rows:
        product = held[identity_key(row["reference"])]
        changed.append({**_key(product), **_stock(product, row["units"])})
        note = row.get("note", "")
        counted.append((product.id, product.stock_on_hand, row["units"], note))
    if changed:
        uow.session.execute(update(Product), changed)
    _remember(uow, actor, counted, clock=clock)


def save_categories(uow: UnitOfWork, actor: Actor, rows: Sequence[Values]) -> None:
    """By their names, parents by theirs; a parent may stand on a later row."""
    must_manage_catalogue(actor)
    tree = lock_where(uow.session, Rank.STOCK, Category, true())
    known = {identity_key(found.name): found for found in tree}
    last = max((found.position for found in tree), default=-1)
    for row in rows:
        key = identity_key(row["name"])
        if key not in known:
            last += 1
            known[key] = Category(
                brand_id=uow.brand_id, id=new_id(), name=row["name"], position=last, parent_id=None
            )
            uow.session.add(known[key])
        if row.get("position") is not None:
            known[key].position = row["position"]
    uow.session.flush()
    for row in rows:
        if "parent" in row:
            parent = row["parent"]
            above = known[identity_key(parent)].id if parent else None
            known[identity_key(row["name"])].parent_id = above
    uow.session.flush()


def _held(uow: UnitOfWork, references: Sequence[str]) -> dict[str, Product]:
    keys = [identity_key(reference) for reference in references]
    found = lock_where(uow.session, Rank.STOCK, Product, Product.reference_key.in_(keys))
    return {product.reference_key: product for product in found}


def _new(uow: UnitOfWork, row: Values, *, clock: Clock) -> dict[str, Any]:
    given = {name: value for name, value in row.items() if name != "stock"}
    stock = row.get("stock")
    return {
        **DEFAULTS,
        **given,
        "brand_id": uow.brand_id,
        "id": new_id(),
        "reference_key": identity_key(row["reference"]),
        "search_key": product_search_key(row["name"], row["reference"]),
        "stock_tracked": stock is not None,
        "stock_on_hand": stock or 0,
        "stock_reserved": 0,
        "created_at": clock(),
    }


def _changed(product: Product, row: Values) -> dict[str, Any]:
    given = {name: value for name, value in row.items() if name != "stock"}
    stock = _stock(product, row["stock"]) if "stock" in row else {}
    name = row.get("name", product.name)
    searched = product_search_key(name, row["reference"])
    return {**_key(product), **given, **stock, "search_key": searched}


def _key(product: Product) -> dict[str, Any]:
    return {"brand_id": product.brand_id, "id": product.id}


def _stock(product: Product, units: int | None) -> dict[str, Any]:
    if units is None:
        return {"stock_tracked": False, "stock_on_hand": product.stock_on_hand}
    if units < product.stock_reserved:
        raise StockPromised(units=product.stock_reserved)
    return {"stock_tracked": True, "stock_on_hand": units}


def _counted(product: Product, row: Values) -> list[Change]:
    units = row.get("stock")
    if units is None or (product.stock_tracked and units == product.stock_on_hand):
        return []
    return [(product.id, product.stock_on_hand, units, "")]


def _remember(uow: UnitOfWork, actor: Actor, counted: Sequence[Change], *, clock: Clock) -> None:
    if not counted:
        return
    made = {
        "brand_id": uow.brand_id,
        "reason": CorrectionReason.COUNTED,
        "made_by": actor.label,
        "made_at": clock(),
    }
    told = [
        {**made, "id": new_id(), "product_id": product_id, "units_before": before,
         "units_after": after, "note": note}
        for product_id, before, after, note in counted
    ]  # fmt: skip
    uow.session.execute(insert(StockCorrection), told)


DEFAULTS = {
    name: field.default
    for name, field in ProductCard.__dataclass_fields__.items()
    if name not in {"reference", "name", "category_id", "price_cents"}
}
"""What a row that says nothing of them means."""
