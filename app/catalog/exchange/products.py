"""Files of products."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.catalog import queries
from app.catalog.errors import (
    CategoryUnknown,
    StockPromised,
)
from app.catalog.exchange.categories import by_name
from app.catalog.exchange.rights import READERS, STAFF
from app.catalog.queries import CategoryView, FindProducts, ProductView
from app.catalog.schemas import ProductRow
from app.catalog.services import filing
from app.catalog.services.products import card_problems
from app.imports.checking import BadCell, Row, missing_for_new
from app.imports.kinds import Comparison, Kind
from app.imports.layout import Column, Layout
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.text import identity_key
from app.kernel.words import N_, Sentence

PRODUCT_LAYOUT = Layout(
    schema=ProductRow,
    key=("reference",),
    columns=(
        Column("reference", N_("Reference"), ("WOK-28", "COC-24"), N_("Tells products apart.")),
        Column("name", N_("Name"), ("Wok 28 cm", "Cocotte 24 cm")),
        Column("category", N_("Category"), ("Cuisson", "Cuisson"), N_("By its name.")),
        Column("price", N_("Price incl. tax"), ("59,90", "89,00")),
        Column("vat_rate", N_("VAT rate (%)"), ("20", "20"), N_("Blank: 20 %.")),
        Column("stock", N_("Stock"), ("40", ""), N_("Units on hand; blank: not counted.")),
        Column("description", N_("Description"), ("Fonte émaillée, tous feux", "")),
        Column("weight", N_("Weight (g)"), ("2100", "")),
        Column(
            "minimum_price",
            N_("Minimum price"),
            ("45,00", ""),
            N_("No discount takes the price of one unit below it."),
        ),
        Column("sold_from", N_("Sold from"), ("01/09/2026", ""), N_("First day of sale.")),
        Column(
            "sold_until", N_("Sold until"), ("28/02/2027", ""), N_("Last day of sale, included.")
        ),
        Column(
            "points",
            N_("Points per unit"),
            ("", ""),
            N_("Instead of what its price would earn; blank: as its price."),
        ),
        Column("giftable", N_("May be a gift"), ("non", "oui")),
        Column("in_turnover", N_("Counts in turnover"), ("oui", "oui")),
        Column("excluded_from_discounts", N_("Never discounted"), ("non", "non")),
        Column("active", N_("Active"), ("oui", "oui")),
    ),
)


def compare_products(uow: UnitOfWork, _actor: Actor, rows: Sequence[Row]) -> Comparison:
    there = queries.products_by_reference(uow.session, [row.values["reference"] for row in rows])
    tree = by_name(queries.category_tree(uow.session))
    created, updated, unchanged, bad = [], [], [], []
    for row in rows:
        product = there.get(identity_key(row.values["reference"]))
        values = dict(row.values)
        wrong = list(_placed(row, values, tree)) + list(_product_problems(row, values, product))
        if wrong:
            bad += wrong
        elif product is None:
            created.append(replace(row, values=values))
        elif _says_the_same(product, values):
            unchanged.append(row)
        else:
            updated.append(replace(row, values=values))
    return Comparison(tuple(created), tuple(updated), tuple(unchanged), tuple(bad))


def write_products(uow: UnitOfWork, actor: Actor, found: Comparison, *, clock: Clock) -> None:
    rows = [row.values for row in (*found.created, *found.updated)]
    filing.save_products(uow, actor, rows, clock=clock)


def all_products(uow: UnitOfWork, _actor: Actor) -> Iterator[Mapping[str, Any]]:
    return product_rows(queries.product_list(uow.session, FindProducts(sort="reference")))


def product_rows(products: Sequence[ProductView]) -> Iterator[Mapping[str, Any]]:
    for product in products:
        values = _told(product)
        named = {column.name: values[attribute] for attribute, column in _PRODUCT_COLUMNS.items()}
        yield named | {"category": product.category}


def _placed(
    row: Row, values: dict[str, Any], tree: Mapping[str, CategoryView]
) -> Iterator[BadCell]:
    """Puts the category's id where its name stood."""
    if "category" not in values:
        return
    name = values.pop("category")
    if identity_key(name) in tree:
        values["category_id"] = tree[identity_key(name)].id
    else:
        yield row.bad("category", CategoryUnknown(name=name), _names(tree))


def _product_problems(
    row: Row, values: Mapping[str, Any], product: ProductView | None
) -> Iterator[BadCell]:
    if product is None:
        missing = missing_for_new(PRODUCT_LAYOUT, row)
        yield from missing
        if missing:
            return
    told = {**(_told(product) if product else {}), **values}
    for attribute, reasons in card_problems(told).items():
        yield row.bad(_PRODUCT_COLUMNS[attribute].name, reasons[0])
    units = values.get("stock")
    if product and units is not None and units < product.reserved:
        yield row.bad("stock", StockPromised(units=product.reserved))


def _told(product: ProductView) -> dict[str, Any]:
    told = {name: getattr(product, name) for name in _PRODUCT_COLUMNS if name != "stock"}
    tracked = product.available is not None
    return told | {"stock": product.on_hand if tracked else None}


def _says_the_same(product: ProductView, values: Mapping[str, Any]) -> bool:
    there = _told(product) | {"category_id": product.category_id}
    return all(there[name] == value for name, value in values.items())


def _names(tree: Mapping[str, CategoryView]) -> Sentence:
    offered = [view.name for view in list(tree.values())[:20]]
    return Sentence(N_("one of: %(choices)s"), {"choices": offered})


_PRODUCT_COLUMNS = {
    field.attribute or name: PRODUCT_LAYOUT.by_name[name]
    for name, field in PRODUCT_LAYOUT.loader.fields.items()
    if name != "category"
}
"""By what the product itself calls the value."""

PRODUCTS = Kind(
    name="products",
    title=N_("Products"),
    layout=PRODUCT_LAYOUT,
    compare=compare_products,
    write=write_products,
    export=all_products,
    roles=STAFF,
    readers=READERS,
)
