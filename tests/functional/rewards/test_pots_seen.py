"""Pots where people look: the card, the order screen, one's own page, the console, programs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.meetings.services import order_links, ordering
from tests.support.api import Phone
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.rewards import points, programme
from tests.support.saving import Saving, saving
from tests.support.winning import set_winning_stage

SLICES = saving(name="Par tranche", pot={"description": "Tous les 100 €."})
CARD = saving(
    3, "baskets", id="card", name="Carte", rewards=[points(5)], pot={"basket_from_cents": 2_000}
)


class Shop(Saving):
    app: Any

    def sale(self, customer_id: UUID, cents: int, **when: Any) -> UUID:
        with self.app.app_context():
            return super().sale(customer_id, cents, **when)

    def gives_back(self, order_id: UUID) -> None:
        with self.app.app_context():
            super().gives_back(order_id)


@pytest.fixture
def stage(app, uow, brand) -> Shop:
    found = set_winning_stage(uow, brand.id)
    made = Shop(found.uow, found.seller, found.product_id, found.clock)
    made.app = app
    made.publish(programme(SLICES, CARD))
    return made


@pytest.fixture
def seller(new_client, brand, stage):
    browser = new_client(brand)
    browser.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    return browser


def cart(stage: Saving, customer_id: UUID, cents: int) -> UUID:
    order = stage.do(ordering.start_direct_order, stage.seller.seller_id, customer_id)
    stage.do(ordering.add_line, order.id, stage.sells(cents), 1)
    return order.id


def link(stage: Saving, customer_id: UUID) -> str:
    return f"/o/{stage.do(order_links.create_order_link, customer_id, meeting_id=None)}"


def test_the_card_tells_how_full_each_is_what_filled_it_and_what_it_gave(seller, admin, stage):
    chloe = stage.customer("Chloé")
    for cents in (6_000, 1_000, 7_000):
        stage.sale(chloe, cents)

    for words in (
        text_of(seller.get(f"/customers/{chloe}")),
        text_of(admin.get(f"/console/customers/{chloe}")),
    ):
        assert "Par tranche Tous les 100 €. 40,00 € / 100 €" in words
        assert "Encore 60,00 €" in words
        assert "Gagnée 1 fois" in words
        assert "Bon d’achat 10 €" in words
        assert "Commande n° 1" in words
        assert "+70,00 €" in words
        assert "Carte 2 tampons sur 3" in words
        assert "Encore 1 commande" in words
        assert "chaque fois que ses achats atteignent 100,00 €" in words


def test_what_came_back_is_told_too(seller, stage) -> None:
    chloe = stage.customer("Chloé")
    stage.gives_back(stage.sale(chloe, 6_000))

    words = text_of(seller.get(f"/customers/{chloe}"))

    assert "0,00 € / 100 €" in words
    assert "Commande n° 1 : annulée ou renvoyée" in words
    assert "−60,00 €" in words


def test_a_cart_tells_what_it_would_bring(seller, stage) -> None:
    chloe = stage.customer("Chloé")
    stage.sale(chloe, 6_000)

    draft = cart(stage, chloe, 1_900)
    near = text_of(seller.get(f"/orders/{draft}"))
    stage.do(ordering.add_line, draft, stage.sells(5_500), 1)
    enough = text_of(seller.get(f"/orders/{draft}"))

    assert "Par tranche 79,00 € / 100 €" in near
    assert "Encore 21,00 € → Bon d’achat 10 €" in near
    assert "Cette commande apporte 19,00 € ; il y avait 60,00 €." in near
    assert "Montant de la commande : 19,00 € (il faut au moins 20,00 €)" in near
    assert "Cette commande fait gagner : Bon d’achat 10 €." in enough
    assert "Par tranche 34,00 € / 100 €" in enough
    assert "Carte 2 tampons sur 3" in enough


def test_she_sees_hers_by_her_link_and_in_her_basket(client, stage) -> None:
    chloe, hers = stage.customer("Chloé"), None
    stage.sale(chloe, 6_000)
    hers = link(stage, chloe)

    words = text_of(client.get(f"{hers}/rewards"))
    assert "Par tranche Tous les 100 €. 60,00 € / 100 €" in words
    assert "Carte 1 tampon sur 3" in words

    client.submit(f"{hers}/lines", product_id=str(stage.sells(3_000)), quantity="1")
    words = text_of(client.get(f"{hers}/basket"))
    assert "Par tranche 90,00 € / 100 €" in words
    assert "Encore 10,00 € → Bon d’achat 10 €" in words


def test_programs_read_them(stage, new_client, brand) -> None:
    chloe = stage.customer("Chloé")
    for cents in (6_000, 7_000):
        stage.sale(chloe, cents)
    app = Phone(new_client(brand))
    app.sign_in("seller@example.org", PASSWORD)

    slices, card = app.get(f"/api/customers/{chloe}/rewards")["pots"]

    assert (slices["name"], slices["balance"], slices["threshold"]) == (
        "Par tranche",
        3_000,
        10_000,
    )
    assert (slices["times"], slices["won"][0]["status"]) == (1, "granted")
    assert [one["amount"] for one in slices["feedings"]] == [7_000, 6_000]
    assert (card["measure"], card["balance"], card["missing"]) == (
        "baskets",
        2,
        "Encore 1 commande",
    )
    assert [one["balance"] for one in app.get("/api/me/rewards")["pots"]] == [0, 0]


def test_the_programme_counts_people_contents_and_rewards(admin, stage) -> None:
    for name, cents in (("Chloé", 13_000), ("Zoé", 4_500)):
        stage.sale(stage.customer(name), cents)

    words = text_of(admin.get("/console/programme"))

    assert "Par tranche 100,00 € 2 75,00 € 1" in words
    assert "Carte 3 commandes 2 2 commandes 0" in words


def test_pages_ask_as_often_for_a_long_life(seller, client, stage, count_queries) -> None:
    chloe = stage.customer("Chloé")
    draft, hers = cart(stage, chloe, 2_500), link(stage, chloe)
    pages: dict[str, tuple[Any, str]] = {
        "card": (seller, f"/customers/{chloe}"),
        "cart": (seller, f"/orders/{draft}"),
        "hers": (client, f"{hers}/rewards"),
    }

    def asked(count: Callable[[], Any] = count_queries) -> dict[str, int]:
        found = {}
        for name, (browser, path) in pages.items():
            browser.get(path)
            with count() as counted:
                assert browser.get(path).status_code == 200
            found[name] = counted.count
        return found

    stage.sale(chloe, 13_000)
    few = asked()
    for _ in range(4):
        stage.sale(chloe, 13_000)

    assert asked() == few
