"""An administrator runs the catalogue: products, categories, stock, shipping, files."""

import io
import re
from typing import Any

import pytest

from app.catalog import queries
from app.kernel.actor import Role
from tests.support.browser import Browser
from tests.support.gathering import Stage
from tests.support.pictures import small_picture
from tests.support.sending import send_file

CATALOG = "/console/catalog"


@pytest.fixture
def admin(client: Browser, sign_in: Any, stage: Stage) -> Browser:
    sign_in(role=Role.BRAND_ADMIN, email="admin@example.org")
    client.get("/console/catalog/products/new")
    return client


@pytest.fixture
def category(uow: Any, stage: Stage) -> str:
    with uow() as work:
        return str(queries.category_tree(work.session)[0].id)


def page(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def product(uow: Any, reference: str) -> Any:
    with uow() as work:
        return queries.products_by_reference(work.session, [reference]).get(reference.casefold())


def card(category: str, **changes: Any) -> dict[str, Any]:
    return {
        "reference": "COC-24", "name": "Cocotte", "category_id": category, "price": "89,00",
        "vat_rate": "20", "active": "1", "in_turnover": "1",
    } | changes  # fmt: skip


# --------------------------------------------------------------------------------- products
def test_product_is_created_with_its_picture_and_changed(admin, uow, category):
    content = io.BytesIO(small_picture())
    answer = admin.submit(
        f"{CATALOG}/products/new", **card(category, stock="5", picture=(content, "x.png"))
    )

    shown = page(admin.follow(answer))
    assert "Le produit est au catalogue." in shown
    made = product(uow, "COC-24")
    assert (made.price_cents, made.available, made.giftable) == (8_900, 5, False)
    assert made.image_url_id

    admin.submit(
        f"{CATALOG}/products/{made.id}",
        **card(category, name="Cocotte en fonte", giftable="1", minimum_price="70",
               sold_from="2026-09-01", points="12", stock_tracked="1"),
    )  # fmt: skip
    changed = product(uow, "COC-24")
    assert (changed.name, changed.giftable, changed.minimum_price_cents, changed.available) == (
        "Cocotte en fonte", True, 7_000, 5,
    )  # fmt: skip
    assert (changed.points_override, str(changed.sold_from)) == (12, "2026-09-01")


def files(count: int) -> list[Any]:
    return [(io.BytesIO(small_picture()), f"{number}.png") for number in range(count)]


def test_product_has_several_pictures_the_main_one_first(admin, uow, category):
    path = f"{CATALOG}/products"
    made = admin.submit(f"{path}/new", **card(category, picture=files(2))).location
    product_id = product(uow, "COC-24").id
    admin.submit(f"{path}/{product_id}", **card(category, picture=files(1)))
    with uow() as work:
        first, second, third = queries.pictures(work.session, [product_id])[product_id]

    pictures = f"{path}/{product_id}/pictures"
    admin.submit(f"{pictures}/{third.id}", position="0")
    admin.submit(f"{pictures}/{third.id}", alt="La cocotte ouverte")
    admin.submit(f"{pictures}/{second.id}/remove")

    assert product(uow, "COC-24").image_url_id == third.id
    shown = page(admin.get(made))
    assert 'alt="La cocotte ouverte"' in shown
    assert str(first.id) in shown
    assert str(second.id) not in shown
    admin.submit(f"{pictures}/{third.id}", alt="")
    assert "La cocotte ouverte" not in page(admin.get(made))
    too_many = admin.submit(f"{path}/{product_id}", **card(category, picture=files(4)))
    assert (too_many.status_code, "3 images à la fois" in page(too_many)) == (422, True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"name": ""}, "Renseignez", id="no name"),
        pytest.param({"price": "abc"}, "Écrivez le montant", id="no amount"),
        pytest.param({"price": "-1"}, "Donnez un montant", id="a negative price"),
        pytest.param({"vat_rate": "101"}, "Indiquez un taux", id="a rate above the whole"),
        pytest.param({"minimum_price": "90"}, "prix minimum", id="minimum above the price"),
        pytest.param(
            {"sold_from": "2026-02-01", "sold_until": "2026-01-01"}, "précède", id="backwards"
        ),
        pytest.param({"reference": "wok-SELLER"}, "porte déjà la référence", id="taken"),
        pytest.param(
            {"category_id": "01890000-0000-7000-8000-000000000000"}, "catégorie", id="no category"
        ),
        pytest.param({"category_id": "x"}, "Choisissez", id="nothing of ours"),
        pytest.param({"name": "a\x00b"}, "illisibles", id="NUL"),
        pytest.param({"stock": "99999999999"}, "nombre entier", id="too many"),
        pytest.param({"colour": "red"}, "champ", id="a field we do not know"),
        pytest.param({"picture": (io.BytesIO(b"<svg/>"), "x.svg")}, "PNG", id="no picture"),
    ],
)
def test_bad_product_keeps_what_was_typed_and_says_the_mend(admin, uow, category, wrong, words):
    answer = admin.submit(
        f"{CATALOG}/products/new", **card(category, **{"description": "Lourde", **wrong})
    )

    assert answer.status_code == 422
    assert words in page(answer)
    assert "Lourde" in page(answer)
    assert product(uow, "COC-24") is None


def test_list_is_searched_filtered_and_sorted(admin, uow, category):
    for number, name in enumerate(["Évasée", "Basse", "Chère"]):
        stock = {"stock": "2"} if number == 0 else {}
        wish = card(category, reference=f"P{number}", name=name, price=str(10 * number + 1))
        answer = admin.submit(f"{CATALOG}/products/new", **wish, **stock)
        assert answer.status_code == 303

    found = page(admin.get(f"{CATALOG}?q=evasee"))
    assert "Évasée" in found
    assert "Basse" not in found
    low = page(admin.get(f"{CATALOG}?low=1"))
    assert "Évasée" in low
    assert "Chère" not in low
    dear = page(admin.get(f"{CATALOG}?sort=-price&q=P"))
    assert dear.index("Chère") < dear.index("Basse") < dear.index("Évasée")
    assert "Wok" in page(admin.get(f"{CATALOG}?category={category}"))


@pytest.mark.parametrize(
    "query", ["sort=colour", "page=0", "category=x", "active=2", "q=%00", "page=99999999", "x=y"]
)
def test_list_is_shown_whatever_its_address_says(admin, query):
    assert admin.get(f"{CATALOG}?{query}").status_code == 200


@pytest.mark.parametrize("address", ["", "/stock", "/categories"])
def test_lists_cost_the_same_whatever_their_length(admin, uow, category, count_queries, address):
    costs = []
    for size in (1, 5, 20):
        for number in range(size):
            wish = card(category, reference=f"{size}-{number}", name=f"P{size}-{number}")
            admin.submit(f"{CATALOG}/products/new", **wish)
            admin.submit(f"{CATALOG}/categories", name=f"C{size}-{number}")
        with count_queries() as found:
            admin.get(f"{CATALOG}{address}")
        costs.append(found.count)

    assert len(set(costs)) == 1, costs


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_list_is_exported_as_it_is_filtered(admin, form):
    answer = admin.get(f"{CATALOG}/products.{form}?q=wok")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    if form == "csv":
        assert "WOK-seller;Wok" in answer.get_data(as_text=True)
        assert "WOK" not in admin.get(f"{CATALOG}/products.csv?q=zzz").get_data(as_text=True)


# ------------------------------------------------------------------------------- categories
def test_categories_are_created_hung_moved_and_deleted(admin, uow, category):
    admin.submit(f"{CATALOG}/categories", name="Table")
    admin.submit(f"{CATALOG}/categories", name="Verres", parent_id=category)

    def tree() -> list[tuple[str, int]]:
        with uow() as work:
            return [(one.name, one.depth) for one in queries.category_tree(work.session)]

    assert tree() == [("Cuisine seller", 0), ("Verres", 1), ("Table", 0)]
    with uow() as work:
        ids = {one.name: one.id for one in queries.category_tree(work.session)}
    admin.submit(f"{CATALOG}/categories/{ids['Table']}/move", to="up")
    assert tree()[0] == ("Table", 0)
    circle = admin.submit(
        f"{CATALOG}/categories/{category}", name="Cuisine", parent_id=str(ids["Verres"])
    )
    assert circle.status_code == 422
    full = admin.submit(f"{CATALOG}/categories/{category}/delete")
    assert "n’est pas vide" in page(admin.follow(full))
    admin.submit(f"{CATALOG}/categories/{ids['Table']}/delete")
    assert "Table" not in dict(tree())


# ------------------------------------------------------------------------------------ stock
def test_stock_is_corrected_with_a_reason(admin, stage, uow):
    address = f"{CATALOG}/stock/{stage.product_id}"
    assert admin.submit(address, reason="received", units="5").status_code == 422
    admin.submit(address, reason="counted", units="12", note="Inventaire")
    answer = admin.submit(address, reason="damaged", units="2")

    shown = page(admin.follow(answer))
    assert "Inventaire" in shown
    assert "12 → 10" in shown
    assert product(uow, "WOK-seller").available == 10
    assert admin.submit(address, reason="lost", units="11").status_code == 422
    assert admin.submit(address, reason="because", units="1").status_code == 422
    assert product(uow, "WOK-seller").available == 10


# --------------------------------------------------------------------------------- shipping
def test_shipping_method_is_written_step_by_step(admin, uow):
    steps = {"start_1": "0", "cost_1": "6,90", "start_2": "50", "cost_2": "4,90"}
    admin.submit(
        f"{CATALOG}/shipping/new", name="Colissimo", basis="basket", active="1", zones="fr", **steps
    )

    with uow() as work:
        method = queries.shipping_methods(work.session)[0]
    assert method.tariff.price(basket_cents=5_000, weight_grams=0) == 490
    assert "4,90" in page(admin.get(f"{CATALOG}/shipping/{method.id}"))
    wrong = admin.submit(
        f"{CATALOG}/shipping/{method.id}", name="Colissimo", basis="basket", start_1="5", cost_1="1"
    )
    assert (wrong.status_code, "commencer à 0" in page(wrong)) == (422, True)
    steps = {"start_1": "0", "cost_1": "gratuit", "start_2": "50"}
    wrong = page(admin.submit(f"{CATALOG}/shipping/new", name="", basis="basket", **steps))
    assert "Écrivez le montant" in wrong
    assert all(f'id="field-{name}-error"' in wrong for name in ("name", "cost_1", "cost_2"))
    assert "|" not in wrong.partition("<main")[2].partition("</main>")[0]
    assert admin.submit(f"{CATALOG}/shipping/new", name="Vide", basis="basket").status_code == 422
    admin.submit(f"{CATALOG}/shipping/{method.id}/delete")
    with uow() as work:
        assert queries.shipping_methods(work.session) == ()


# ------------------------------------------------------------------------------------ files
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "Choisissez d’abord", id="nothing"),
        pytest.param(b"\0\1\2", "illisible", id="no text"),
        pytest.param(b"PK\x03\x04", "illisible", id="half a workbook"),
        pytest.param(b"a\n" + b"x" * 5_000_000, "trop volumineux", id="too large"),
    ],
)
def test_unreadable_file_is_refused_on_the_page(admin, content, words):
    answer = send_file(admin, content)

    assert (answer.status_code, words in page(answer)) == (422, True)


def test_far_too_large_a_file_is_refused_before_it_is_read(admin):
    assert send_file(admin, b"x" * 7_000_000).status_code == 413


@pytest.mark.parametrize("kind", ["products", "categories", "stock", "shipping-methods"])
def test_templates_can_be_had_and_explained(admin, kind):
    assert admin.get(f"/console/imports/{kind}").status_code == 200
    for form in ("csv", "xlsx"):
        assert admin.get(f"/console/imports/{kind}/template.{form}").status_code == 200
        assert admin.get(f"/console/imports/{kind}/export.{form}").status_code == 200
