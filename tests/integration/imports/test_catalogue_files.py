"""Files of the catalogue: what they would do, what they do, and that it is all or nothing."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.brands.queries import BrandView
from app.catalog import queries, services
from app.catalog.domain import CorrectionReason
from app.catalog.queries import FindProducts
from app.catalog.services import Correction
from app.imports import kinds
from app.imports import services as imports
from app.imports.errors import FileHasErrors, HeaderWrong
from app.imports.services import Report
from app.imports.sheets import read_sheet
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import NotAllowed

PRODUCTS = "reference;name;category;price;stock\n"
CATEGORIES = "name;parent\nCuisine;\nFonte;Cuisine\n"


@pytest.fixture
def staff(brand: BrandView) -> Actor:
    return system(brand.id)


@pytest.fixture
def look(uow, staff) -> Callable[..., Report]:
    def do(kind: str, content: str, actor: Actor = staff) -> Report:
        with uow() as work:
            return imports.look(work, actor, kinds.kind_named(kind), read_sheet(content.encode()))

    return do


@pytest.fixture
def put_in(uow, staff) -> Callable[..., Report]:
    def do(kind: str, content: str, **options: Any) -> Report:
        with uow() as work:
            return imports.apply(
                work,
                staff,
                kinds.kind_named(kind),
                read_sheet(content.encode()),
                clock=work.clock,
                **options,
            )

    return do


@pytest.fixture
def product(uow) -> Callable[[str], Any]:
    def find(reference: str) -> Any:
        with uow() as work:
            found = queries.products_by_reference(work.session, [reference])
        return found.get(reference.casefold())

    return find


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.bad_rows


@pytest.fixture
def shop(put_in) -> None:
    put_in("categories", CATEGORIES)
    put_in("products", f"{PRODUCTS}WOK;Wok;fonte;59,90;5\nPOT;Pot;Cuisine;10;\n")


def test_looking_writes_nothing(look, product, put_in):
    put_in("categories", CATEGORIES)

    assert counts(look("products", f"{PRODUCTS}WOK;Wok;Fonte;59,90;5\n")) == (1, 0, 0, 0)
    assert product("WOK") is None


def test_products_are_created_updated_and_left_alone(shop, put_in, product):
    report = put_in(
        "products", f"{PRODUCTS}wok;Wok évasé;Fonte;49;5\nPOT;Pot;Cuisine;10;\nNEW;New;Fonte;1;\n"
    )

    assert counts(report) == (1, 1, 1, 0)
    wok = product("wok")
    assert (wok.name, wok.price_cents, wok.available) == ("Wok évasé", 4_900, 5)
    assert product("NEW").available is None


def test_column_the_file_lacks_leaves_its_values_alone(shop, put_in, product):
    put_in("products", "reference;price\nWOK;1,50\n")

    wok = product("WOK")
    assert (wok.name, wok.price_cents, wok.category, wok.available) == ("Wok", 150, "Fonte", 5)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("N;New;Nowhere;1;;;;", "category", id="unknown category"),
        pytest.param("N;New;Fonte;1;2;;;", "minimum_price", id="minimum above the price"),
        pytest.param("WOK;Wok;Fonte;1;2;;;", "minimum_price", id="of one that is there"),
        pytest.param("N;New;Fonte;1;;02/01/2026;01/01/2026;", "sold_until", id="backwards"),
        pytest.param("WOK;Wok;Fonte;1;;;;2", "stock", id="less than is promised"),
        pytest.param("N;;Fonte;1;;;;", "name", id="no name"),
        pytest.param("N;New;Fonte;-1;;;;", "price", id="a negative price"),
        pytest.param("N;New;Fonte;1;;;;9999999", "stock", id="too many units"),
    ],
)
def test_row_that_cannot_be_is_named(shop, look, uow, product, row, column):
    with uow() as work:
        services.take_stock(work, {product("WOK").id: 3})
    header = "reference;name;category;price;minimum_price;sold_from;sold_until;stock\n"

    report = look("products", header + row + "\n")

    assert [(cell.line, cell.column) for cell in report.bad] == [(2, column)]


def test_nothing_is_written_from_a_file_with_errors(shop, put_in, product):
    content = f"{PRODUCTS}A;a;Fonte;1;\nB;b;Nowhere;1;\n"

    with pytest.raises(FileHasErrors):
        put_in("products", content)

    assert product("A") is None


def test_bad_rows_are_left_out_when_that_was_asked_for(shop, put_in, product):
    report = put_in("products", f"{PRODUCTS}A;a;Fonte;1;\nB;b;Nowhere;1;\n", skip_bad_rows=True)

    assert counts(report) == (1, 0, 0, 1)
    assert product("A") is not None
    assert product("B") is None


def test_wrong_first_line_cannot_be_skipped(shop, put_in):
    with pytest.raises(HeaderWrong):
        put_in("products", "reference;colour\nA;red\n", skip_bad_rows=True)


def test_it_is_all_or_nothing_when_the_database_gives_up(shop, uow, staff, product, monkeypatch):
    """Whatever statement fails, nothing of the file stays."""
    monkeypatch.setattr(
        "app.catalog.services.filing._remember", lambda *_a, **_k: 1 / 0, raising=True
    )
    sheet = read_sheet(f"{PRODUCTS}A;a;Fonte;1;3\n".encode())

    with pytest.raises(ZeroDivisionError), uow() as work:
        imports.apply(work, staff, kinds.kind_named("products"), sheet, clock=work.clock)

    assert product("A") is None


def test_ten_thousand_rows_are_read_and_written_in_seconds(put_in, look, uow):
    put_in("categories", CATEGORIES)
    rows = "".join(f"R{n};Product {n};Fonte;{n % 900},50;{n % 40}\n" for n in range(10_000))
    began = time.process_time()

    assert counts(put_in("products", PRODUCTS + rows)) == (10_000, 0, 0, 0)
    changed = rows.replace(",50;", ",40;")
    assert counts(put_in("products", PRODUCTS + changed)) == (0, 10_000, 0, 0)
    assert counts(look("products", PRODUCTS + changed)) == (0, 0, 10_000, 0)

    assert time.process_time() - began < 40, "twice written, once looked at: 20 s each at most"
    with uow() as work:
        assert queries.count_products(work.session, FindProducts()) == 10_000


def test_statements_do_not_grow_with_the_rows(put_in, look, count_queries):
    put_in("categories", CATEGORIES)
    costs = []
    for size in (1, 5, 20):
        rows = "".join(f"S{size}-{n};P;Fonte;1;2\n" for n in range(size))
        with count_queries() as found:
            put_in("products", PRODUCTS + rows)
        costs.append(found.count)

    assert len(set(costs)) == 1, costs


# --------------------------------------------------------------------------------- categories
def tree_of(uow) -> list[tuple[str, int]]:
    with uow() as work:
        return [(one.name, one.depth) for one in queries.category_tree(work.session)]


def test_parent_may_stand_on_a_later_row(put_in, uow):
    put_in("categories", "name;parent;position\nFonte;Cuisine;2\nAcier;Cuisine;1\nCuisine;;1\n")

    assert tree_of(uow) == [("Cuisine", 0), ("Acier", 1), ("Fonte", 1)]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        pytest.param("name;parent\nA;B\nB;A\n", [2, 3], id="a circle"),
        pytest.param("name;parent\nA;A\n", [2], id="itself"),
        pytest.param("name;parent\nA;Nowhere\n", [2], id="no such parent"),
        pytest.param("name;parent\nA;\nB;A\nC;B\nD;C\n", [5], id="too deep"),
    ],
)
def test_tree_that_cannot_be_is_refused(look, content, lines):
    assert [cell.line for cell in look("categories", content).bad] == lines


# ------------------------------------------------------------------------------ stock, shipping
def test_counted_stock_keeps_its_reason(shop, put_in, product, uow):
    report = put_in("stock", "reference;units;note\nWOK;7;Inventaire\nPOT;3;\n")

    assert counts(report) == (0, 2, 0, 0)
    assert (product("WOK").available, product("POT").available) == (7, 3)
    with uow() as work:
        made = queries.stock_corrections(work.session, product_id=product("WOK").id)
    assert [(one.units_before, one.units_after, one.note) for one in made] == [(5, 7, "Inventaire")]


def test_correction_of_stock_keeps_what_is_promised(shop, uow, staff, product):
    from app.catalog.errors import StockPromised

    with uow() as work:
        services.take_stock(work, {product("WOK").id: 3})

    wish = Correction(CorrectionReason.LOST, 3)
    with pytest.raises(StockPromised), uow() as work:
        services.correct_stock(work, staff, product("WOK").id, wish, clock=work.clock)


def test_shipping_methods_come_from_a_file_and_go_back_to_it(put_in, look, uow, staff):
    content = (
        "name;zones;basis;brackets;free_from;active\n"
        "Colissimo;FR, be FR-20;panier;0:6,90 | 50:4,90;120;oui\n"
        "Lourd;;poids;0:5|2000:9,50;;non\n"
    )

    assert counts(put_in("shipping-methods", content)) == (2, 0, 0, 0)

    with uow() as work:
        first = queries.shipping_methods(work.session)[0].tariff
    assert first.zones == ("FR", "BE", "FR-20")
    assert first.price(basket_cents=5_000, weight_grams=0) == 490
    assert counts(look("shipping-methods", content)) == (0, 0, 2, 0)


@pytest.mark.parametrize("brackets", ["5:1", "0:1|0:2", "abc", "0;1", "0:x", ""])
def test_steps_that_cannot_stand_are_refused(look, brackets):
    content = f'name;brackets\nColissimo;"{brackets}"\n'

    assert [cell.column for cell in look("shipping-methods", content).bad] == ["brackets"]


# ---------------------------------------------------------------------------------- and back
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["products", "categories", "stock"])
def test_what_was_exported_changes_nothing(shop, uow, staff, kind, form):
    with uow() as work:
        content = imports.export(work, staff, kinds.kind_named(kind), form)
        report = imports.look(work, staff, kinds.kind_named(kind), read_sheet(content))

    assert report.bad == ()
    assert counts(report)[:2] == (0, 0)
    assert report.unchanged == report.rows


def test_imports_and_exports_are_written_down(shop, uow, staff):
    with uow() as work:
        imports.export(work, staff, kinds.kind_named("products"), "csv")
    with uow() as work:
        actions = work.session.scalars(text("SELECT action FROM audit_entries")).all()

    assert {"import.products", "import.categories", "export.products"} <= set(actions)


@pytest.mark.parametrize("role", [Role.SELLER, Role.CUSTOMER_SERVICE, Role.FINANCE, Role.HOST])
def test_only_administrators_import(shop, look, actor, role):
    with pytest.raises(NotAllowed):
        look("products", f"{PRODUCTS}A;a;Fonte;1;\n", actor(role))
