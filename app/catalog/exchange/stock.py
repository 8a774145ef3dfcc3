"""Files of stock: how many units there are, product by product."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.catalog import queries
from app.catalog.errors import (
    ProductNotFound,
    StockPromised,
)
from app.catalog.exchange.rights import READERS, STAFF
from app.catalog.queries import FindProducts
from app.catalog.schemas import StockRow
from app.catalog.services import filing
from app.imports.checking import Row, missing_for_new
from app.imports.kinds import Comparison, Kind
from app.imports.layout import Column, Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.text import identity_key
from app.kernel.words import N_

STOCK_LAYOUT = Layout(
    schema=StockRow,
    key=("reference",),
    columns=(
        Column("reference", N_("Reference"), ("WOK-28", "COC-24")),
        Column("units", N_("Units on hand"), ("40", "12"), N_("Promised ones included.")),
        Column("note", N_("Note"), ("Inventaire", ""), N_("Kept with the correction.")),
    ),
)


def compare_stock(uow: UnitOfWork, _actor: Actor, rows: Sequence[Row]) -> Comparison:
    there = queries.products_by_reference(uow.session, [row.values["reference"] for row in rows])
    updated, unchanged, bad = [], [], []
    for row in rows:
        product = there.get(identity_key(row.values["reference"]))
        units = row.values.get("units")
        if product is None:
            bad.append(row.bad("reference", ProductNotFound()))
        elif units is None:
            bad += missing_for_new(STOCK_LAYOUT, row)
        elif units < product.reserved:
            bad.append(row.bad("units", StockPromised(units=product.reserved)))
        elif product.available is not None and product.on_hand == units:
            unchanged.append(row)
        else:
            updated.append(row)
    return Comparison((), tuple(updated), tuple(unchanged), tuple(bad))


def write_stock(uow: UnitOfWork, actor: Actor, found: Comparison, *, clock: Clock) -> None:
    filing.save_stock(uow, actor, [row.values for row in found.updated], clock=clock)


def all_stock(uow: UnitOfWork, _actor: Actor) -> Iterator[Mapping[str, Any]]:
    for product in queries.product_list(uow.session, FindProducts(sort="reference")):
        if product.available is not None:
            yield {"reference": product.reference, "units": product.on_hand, "note": ""}


STOCK = Kind(
    name="stock",
    title=N_("Stock"),
    layout=STOCK_LAYOUT,
    compare=compare_stock,
    write=write_stock,
    export=all_stock,
    roles=STAFF,
    readers=READERS,
)
