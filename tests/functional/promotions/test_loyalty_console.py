"""Segments that count their customers, points with an example, and what new customers get."""

from typing import Any

import pytest

from app.kernel.actor import system
from app.promotions.queries.promotions import segments
from app.promotions.services.plan import plan_of
from tests.support.reading import text_of

HOME = "/console/loyalty"
NEW = f"{HOME}/segments/new"


@pytest.fixture
def plan(uow, brand):
    def read() -> Any:
        with uow(brand.id) as work:
            return plan_of(work.session)

    return read


def keys(uow, brand) -> list[str]:
    with uow(brand.id) as work:
        return [one.key for one in segments(work.session, system(brand.id))]


def typed(**fields: str) -> dict[str, str]:
    usual = {
        "do": "save", "revision": "0", "name": "Fidèles", "earns": "1",
        "c__0__measure": "past_orders", "c__0__op": ">=", "c__0__value": "1",
    }  # fmt: skip
    return {name.replace("__", "."): value for name, value in {**usual, **fields}.items()}


TIER = {"t__0__from": "50", "t__0__gives": "percent", "t__0__rate": "5"}


# ---------------------------------------------------------------- segments


def test_a_segment_counts_its_customers_as_it_is_typed(admin, stage) -> None:
    meeting_id = stage.meeting(days=0)
    _, buyer = stage.guest(meeting_id)
    stage.order(meeting_id, buyer)
    stage.customer("Jamais", "Venue")

    told = text_of(admin.submit(NEW, **typed(do="refresh")))

    assert "1 fiche client" in told
    assert "Chloé" in told
    assert "Jamais" not in told
    assert "Commandes précédentes : au moins 1" in told


def test_a_segment_is_saved_served_and_ordered(admin, stage, plan, uow, brand) -> None:
    admin.submit(NEW, **typed(name="Un", **TIER))
    admin.submit(NEW, **typed(name="Deux", t__0__shipping="all", **{**TIER, "t__0__gives": "none"}))

    admin.submit(f"{HOME}/segments/deux/order", do="up")

    assert keys(uow, brand) == ["deux", "un"]
    found = plan().segments
    assert found[0].tiers[0].free_shipping == frozenset()
    assert found[1].tiers[0].rate_bp == 500
    words = text_of(admin.get(HOME))
    assert "À partir de 50,00 € : 5 % de réduction" in words


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": ""}, "name"),
        ({"c__0__value": "souvent"}, "c.0.value"),
        ({"c__0__measure": "basket_net"}, "c.0.measure"),
        ({**TIER, "t__0__rate": "120"}, "t.0.rate"),
        ({**TIER, "t__0__gives": "none"}, "t.0.gives"),
        ({**TIER, "t__0__shipping": "some"}, "t.0.shipping"),
        (
            {**TIER, "t__1__from": "50", "t__1__gives": "amount", "t__1__amount": "5"},
            "t.1.from",
        ),
    ],
    ids=str,
)
def test_what_cannot_serve_is_refused_beside_its_field(admin, uow, brand, fields, place) -> None:
    answer = admin.submit(NEW, **typed(**fields))

    assert answer.status_code == 422
    assert f'id="field-{place}-error"' in answer.get_data(as_text=True)
    assert keys(uow, brand) == []


def test_a_segment_that_a_discount_asks_about_is_not_deleted(admin, uow, brand) -> None:
    admin.submit(NEW, **typed(name="Un"))
    admin.submit(
        "/console/promotions/new",
        **{
            "do": "publish", "name": "Pour eux", "kind": "order_percent", "rate": "10",
            "entry": "automatic", "c.0.measure": "segment", "c.0.op": "has", "c.0.value": "un",
        },
    )  # fmt: skip

    answer = admin.submit(f"{HOME}/segments/un/order", do="delete")

    assert "Pour eux" in text_of(admin.follow(answer))
    assert keys(uow, brand) == ["un"]


# ---------------------------------------------------------------- points and first orders


def test_points_are_told_with_an_example_before_they_are_saved(admin, plan) -> None:
    form = {
        "revision": "0", "earn": "per_amount", "points": "3", "per": "2", "rounding": "floor",
        "product_points": "1", "spend": "none",
    }  # fmt: skip

    told = text_of(admin.submit(f"{HOME}/points", **form, do="refresh"))
    saved = admin.submit(f"{HOME}/points", **form, do="save")

    assert "Une commande de 100,00 € rapporte 150 points, utilisables une fois la" in told
    assert saved.status_code == 303
    assert (plan().earning.points, plan().earning.per_cents) == (3, 200)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"earn": "per_amount", "points": "0", "per": "1"}, "points"),
        ({"earn": "per_amount", "points": "1", "per": "rien"}, "per"),
        ({"earn": "none", "spend": "tiers"}, "spend"),
        (
            {"earn": "none", "spend": "tiers", "t.0.from": "5", "t.0.gives": "every",
             "t.0.amount": "1", "t.0.every": "10"},
            "t.0.from",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_impossible_points_are_refused_beside_their_field(admin, plan, fields, place) -> None:
    answer = admin.submit(f"{HOME}/points", **{"revision": "0", "do": "save", **fields})

    assert answer.status_code == 422
    assert f'id="field-{place}-error"' in answer.get_data(as_text=True)
    assert plan().earning is None


def test_new_customers_get_what_is_saved_and_nothing_when_it_is_taken_away(admin, plan) -> None:
    form = {
        "offered": "1",
        "earns": "1",
        "t.0.from": "30",
        "t.0.gives": "amount",
        "t.0.amount": "5",
    }

    admin.submit(f"{HOME}/first-order", revision="0", do="save", **form)
    given = plan().first_order
    admin.submit(f"{HOME}/first-order", revision="1", do="save", offered="")

    assert given.tiers[0].amount_cents == 500
    assert plan().first_order is None


def test_settings_that_moved_on_are_not_overwritten(admin, plan) -> None:
    form = {"earn": "per_order", "points": "5", "spend": "none", "do": "save"}
    admin.submit(f"{HOME}/points", revision="0", **form)

    answer = admin.submit(f"{HOME}/points", revision="0", **{**form, "points": "9"})

    assert answer.status_code == 409
    assert 'value="9"' in answer.get_data(as_text=True)
    assert plan().earning.points == 5


def test_the_page_asks_the_database_as_often_for_more_segments(admin, count_queries) -> None:
    def statements() -> int:
        with count_queries() as counted:
            assert admin.get(HOME).status_code == 200
        return counted.count

    admin.submit(NEW, **typed(name="0"))
    statements()
    once = statements()
    for number in range(1, 5):
        admin.submit(NEW, **typed(name=str(number)))
    statements()

    assert statements() == once
