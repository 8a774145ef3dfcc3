"""Finding products, keeping their pictures, promising their stock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.brands.queries import BrandView
from app.catalog import queries, services
from app.catalog.domain import CorrectionReason
from app.catalog.errors import (
    CategoryTaken,
    OutOfStock,
    PictureNotFound,
    PictureNotReadable,
    PictureTooLarge,
    ProductNotFound,
    ReferenceTaken,
    StockPromised,
    TooManyPictures,
)
from app.catalog.services import Correction, NewProduct, stock
from app.catalog.services.pictures import MOST_PICTURES
from app.kernel.actor import Actor, Role, system
from app.kernel.errors import Invalid, NotAllowed
from tests.support.guards import rewritten

CLIENTS = 20
FEW = 6
"""Where all of them hold a connection at once: fewer than the pool has."""


@pytest.fixture
def staff(brand: BrandView) -> Actor:
    return system(brand.id)


@pytest.fixture
def category(uow, staff: Actor) -> UUID:
    with uow() as work:
        return services.create_category(work, staff, "Cuisson")


@pytest.fixture
def sell(uow, staff: Actor, category: UUID) -> Callable[..., UUID]:
    def make(reference: str = "WOK-28", name: str = "Wok Évasé", **fields) -> UUID:
        new = NewProduct(**{
            "reference": reference, "name": name, "category_id": category, "price_cents": 5_990
        } | fields)  # fmt: skip
        with uow() as work:
            return services.create_product(work, staff, new, clock=work.clock)

    return make


def found(uow, text: str, **options) -> list[str]:
    with uow() as work:
        seen = queries.search_products(work.session, text, **options)
    return [product.reference for product in seen]


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#8a3b5c").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("wok evase", id="without accents"),
        pytest.param("  ÉVASÉ ", id="in capitals between spaces"),
        pytest.param("evase wok", id="in another order"),
        pytest.param("wok-28", id="by reference"),
        pytest.param("k-2", id="by a part of it"),
        pytest.param("", id="the shop window"),
        pytest.param("\x00\u202e", id="nothing that can be read"),
    ],
)
def test_a_product_is_found(uow, sell, typed: str) -> None:
    sell()

    assert found(uow, typed) == ["WOK-28"]


@pytest.mark.parametrize(
    "typed", ["poêle", "100%", "_ok", "\\", "'; drop table products; --", "x" * 5_000, "wok " * 900]
)
def test_what_does_not_match_is_not_found(uow, sell, typed: str) -> None:
    sell()

    assert found(uow, typed) == (["WOK-28"] if typed.startswith("wok ") else [])


def test_the_exact_reference_comes_first_then_what_starts_alike(uow, sell) -> None:
    sell("A-1", "Petit wok")
    sell("B-2", "Wok")
    sell("wok", "Sauteuse")

    assert found(uow, "WOK") == ["wok", "B-2", "A-1"]


def test_search_keeps_to_what_is_sold_and_to_gifts_when_asked(uow, sell) -> None:
    sell("OLD", active=False)
    sell("GIFT", giftable=True)
    sell("PLAIN")

    assert found(uow, "wok", giftable=True) == ["GIFT"]
    assert sorted(found(uow, "")) == ["GIFT", "PLAIN"]
    assert len(found(uow, "", limit=1)) == 1


def test_a_product_of_another_brand_does_not_exist(uow, sell, second_brand: BrandView) -> None:
    product_id = sell()

    with uow(second_brand.id) as work, pytest.raises(ProductNotFound):
        queries.product_view(work.session, product_id)
    with uow(second_brand.id) as work:
        assert queries.search_products(work.session, "") == ()


def test_a_reference_belongs_to_one_product_however_it_is_written(uow, sell, category) -> None:
    product_id = sell("WOK-28")

    with pytest.raises(ReferenceTaken):
        sell(" wok-28 ")
    with uow() as work:
        seen = queries.products_by_reference(work.session, ["Wok-28", "unknown"])
    assert {key: view.id for key, view in seen.items()} == {"wok-28": product_id}


def test_a_category_has_a_name_of_its_own(uow, staff, category) -> None:
    with uow() as work, pytest.raises(CategoryTaken):
        services.create_category(work, staff, "Cuisson")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": " "},
        {"name": "x" * 201},
        {"price_cents": -1},
        {"price_cents": 10**12},
        {"vat_rate_bp": 10_001},
        {"stock": -1},
    ],
)
def test_an_impossible_product_is_refused_by_its_field(sell, wrong) -> None:
    with pytest.raises(Invalid) as refused:
        sell(**wrong)
    assert list(refused.value.fields) == list(wrong)


@pytest.mark.parametrize("role", [Role.SELLER, Role.HOST, Role.FINANCE, Role.CUSTOMER_SERVICE])
def test_only_staff_change_the_catalogue(uow, actor, role: Role) -> None:
    with uow() as work, pytest.raises(NotAllowed):
        services.create_category(work, actor(role), "Four")


# ------------------------------------------------------------------------------ pictures
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_first_picture_is_the_main_one(uow, staff, sell, kind: str) -> None:
    product_id = sell()
    with uow() as work:
        first = services.add_picture(work, staff, product_id, picture(kind))
        services.add_picture(work, staff, product_id, picture())

    with uow() as work:
        assert queries.product_view(work.session, product_id).image_url_id == first
        assert [view.id for view in queries.search_products(work.session, "")] == [product_id]
        kept = queries.image(work.session, first)
    assert kept.content_type == "image/jpeg"
    assert Image.open(BytesIO(kept.content)).size == (4, 4)


def shown(uow, product_id: UUID) -> list[UUID]:
    with uow() as work:
        return [
            seen.id for seen in queries.pictures(work.session, [product_id]).get(product_id, ())
        ]


def test_pictures_are_put_in_order_described_and_removed(uow, staff, sell) -> None:
    product_id = sell()
    with uow() as work:
        a, b, c = (services.add_picture(work, staff, product_id, picture()) for _ in range(3))

    with uow() as work:
        services.place_picture(work, staff, product_id, c, 0)
    assert shown(uow, product_id) == [c, a, b]
    with uow() as work:
        services.place_picture(work, staff, product_id, c, 99)
        services.describe_picture(work, staff, product_id, a, "A wok on fire")
    assert shown(uow, product_id) == [a, b, c]
    with uow() as work:
        services.remove_picture(work, staff, product_id, a)
        added = services.add_picture(work, staff, product_id, picture(), alt="Its lid")
    assert shown(uow, product_id) == [b, c, added]
    with uow() as work:
        assert queries.product_view(work.session, product_id).image_url_id == b
        assert queries.pictures(work.session, [product_id])[product_id][2].alt == "Its lid"


def test_a_picture_of_another_product_is_not_found(uow, staff, sell) -> None:
    product_id, other = sell(), sell("OTHER")
    with uow() as work:
        image_id = services.add_picture(work, staff, product_id, picture())

    for act in (services.remove_picture, partial(services.place_picture, position=0),
                partial(services.describe_picture, alt="x")):  # fmt: skip
        with uow() as work, pytest.raises(PictureNotFound):
            act(work, staff, other, image_id)


def test_a_product_has_so_many_pictures_even_when_they_come_at_once(uow, staff, sell) -> None:
    product_id = sell()
    start = Barrier(MOST_PICTURES + 2)

    def add(_: int) -> bool:
        start.wait()
        try:
            with uow() as work:
                services.add_picture(work, staff, product_id, picture())
        except TooManyPictures:
            return False
        return True

    with ThreadPoolExecutor(MOST_PICTURES + 2) as pool:
        assert sum(pool.map(add, range(MOST_PICTURES + 2))) == MOST_PICTURES
    assert len(shown(uow, product_id)) == MOST_PICTURES


def test_a_picture_is_drawn_anew_upright_and_without_what_a_camera_wrote(uow, staff, sell) -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "secret camera"  # turned by a quarter; the maker
    Image.new("RGB", (3_000, 1_000), "#8a3b5c").save(out, "JPEG", exif=exif)
    product_id = sell()

    with uow() as work:
        kept = queries.image(
            work.session, services.add_picture(work, staff, product_id, out.getvalue())
        )

    assert Image.open(BytesIO(kept.content)).size == (400, 1_200)
    assert b"secret camera" not in kept.content


def test_a_transparent_picture_stays_transparent(uow, staff, sell) -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    product_id = sell()

    with uow() as work:
        image_id = services.add_picture(work, staff, product_id, out.getvalue())
        kept = queries.image(work.session, image_id)

    assert kept.content_type == "image/png"
    assert Image.open(BytesIO(kept.content)).getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(b"", PictureNotReadable, id="nothing"),
        pytest.param(b"<svg onload='alert(1)'/>", PictureNotReadable, id="a script"),
        pytest.param(picture()[:30], PictureNotReadable, id="half a picture"),
        pytest.param(b"\x89PNG" + b"0" * 8_000_001, PictureTooLarge, id="megabytes"),
        pytest.param(picture(size=(9_000, 9_000)), PictureNotReadable, id="a decompression bomb"),
    ],
)
def test_what_is_no_picture_is_refused(uow, staff, sell, content, refusal) -> None:
    product_id = sell()

    with uow() as work, pytest.raises(refusal):
        services.add_picture(work, staff, product_id, content)


def test_a_picture_is_served_to_anyone_for_ever(uow, staff, sell, client) -> None:
    product_id = sell()
    with uow() as work:
        image_id = services.add_picture(work, staff, product_id, picture())

    answer = client.get(f"/pictures/{image_id}")

    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert "immutable" in answer.headers["Cache-Control"]
    again = client.get(f"/pictures/{image_id}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/pictures/{uuid4()}").status_code == 404


# ---------------------------------------------------------------------------------- stock
def stock_of(uow, product_id: UUID) -> int | None:
    with uow() as work:
        return queries.product_view(work.session, product_id).available


def test_stock_is_promised_and_given_back(uow, sell) -> None:
    product_id = sell(stock=5)

    with uow() as work:
        services.take_stock(work, {product_id: 3})
    assert stock_of(uow, product_id) == 2
    with uow() as work:
        services.give_back_stock(work, {product_id: 1})
        services.consume_stock(work, {product_id: 2})
    assert stock_of(uow, product_id) == 3


def test_all_or_nothing_is_promised(uow, sell) -> None:
    plenty, scarce = sell("PLENTY", stock=100), sell("SCARCE", "Rare", stock=1)

    with pytest.raises(OutOfStock) as refused, uow() as work:
        services.take_stock(work, {plenty: 1, scarce: 2})

    assert refused.value.product_ids == (scarce,)
    assert refused.value.params["names"] == ["Rare (1)"]
    assert (stock_of(uow, plenty), stock_of(uow, scarce)) == (100, 1)


def test_stock_that_is_not_tracked_never_runs_out(uow, sell) -> None:
    product_id = sell()

    with uow() as work:
        services.take_stock(work, {product_id: 10_000})
        services.give_back_stock(work, {product_id: 10_000})
    assert stock_of(uow, product_id) is None


def test_what_orders_hold_is_known_before_counting_begins(uow, staff, sell) -> None:
    product_id = sell()
    with uow() as work:
        services.take_stock(work, {product_id: 3})
    counted = Correction(CorrectionReason.COUNTED, 5)
    with uow() as work:
        services.correct_stock(work, staff, product_id, counted, clock=work.clock)
    assert stock_of(uow, product_id) == 2

    with uow() as work:
        services.count_stock(work, staff, product_id, tracked=False)
        services.take_stock(work, {product_id: 9})
    with uow() as work, pytest.raises(StockPromised) as refused:
        services.count_stock(work, staff, product_id, tracked=True)
    assert refused.value.params["units"] == 12

    with uow() as work:
        services.give_back_stock(work, {product_id: 10})
        services.count_stock(work, staff, product_id, tracked=True)
    assert stock_of(uow, product_id) == 3


def test_giving_back_more_than_was_taken_changes_nothing(uow, sell) -> None:
    product_id = sell(stock=5)

    with uow() as work:
        services.give_back_stock(work, {product_id: 1})
    assert stock_of(uow, product_id) == 5


def test_any_number_of_products_is_promised_in_one_statement(uow, sell, count_queries) -> None:
    wanted = {sell(f"P-{n}", stock=9): 1 for n in range(20)}

    with uow() as work:
        work.clock()
        with count_queries() as counted:
            services.take_stock(work, wanted)
    assert counted.count == 1


@pytest.mark.parametrize("round_", range(3))
def test_the_last_unit_goes_to_one_of_many(app, uow, sell, brand: BrandView, round_: int) -> None:
    product_id = sell(stock=1)
    start = Barrier(CLIENTS)

    def grab(_: int) -> bool:
        start.wait()
        try:
            with uow(brand.id) as work:
                services.take_stock(work, {product_id: 1})
        except OutOfStock:
            return False
        return True

    with ThreadPoolExecutor(CLIENTS) as pool:
        had = list(pool.map(grab, range(CLIENTS)))

    assert sum(had) == 1
    assert stock_of(uow, product_id) == 0


def test_without_the_lock_many_believe_they_have_the_last_unit(uow, sell, monkeypatch) -> None:
    """The same race, read without locks: it must be able to go wrong, or it proves nothing."""
    product_id = sell(stock=1)
    read_first = {
        "w.units,": "w.units, p.stock_reserved, pg_sleep(0.5),",
        "FOR UPDATE OF p": "",
        "p.stock_reserved + held.units": "held.stock_reserved + held.units",
    }
    start = Barrier(FEW)

    def grab(_: int) -> None:
        start.wait()
        with uow() as work:
            services.take_stock(work, {product_id: 1})

    monkeypatch.setattr(stock, "_TAKE", rewritten(stock._TAKE, read_first))
    with ThreadPoolExecutor(FEW) as pool:
        believed = list(pool.map(grab, range(FEW)))

    assert len(believed) == FEW
    assert stock_of(uow, product_id) == 0
