"""What more sales, dates or guests would bring, before a meeting closes; and why not."""

from uuid import UUID

import pytest
from sqlalchemy import text as sql

from app.brands.terms import publish_terms
from app.meetings.services import order_links
from app.meetings.services.closing import close_meeting
from app.rewards.services.settlement import close_and_settle
from tests.support.api import Phone
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.rewards import at_least, percent, points, programme, rule, tiers
from tests.support.winning import Winning, set_winning_stage

GIFT = {"kind": "voucher", "amount_cents": 1_500}
RULES = programme(
    rule(id="percent", name="Dix pour cent", rewards=[percent(1_000)], lane="points"),
    rule(id="steps", name="Paliers", tiers=tiers("best", {4_000: points(4), 14_000: points(60)}),
         lane="points"),
    rule(id="date", conditions=at_least("bookings_made", 1), rewards=[GIFT]),
    rule(id="crowd", conditions={"not": at_least("attended", 1)}, rewards=[points(9)]),
    rule(id="order", beneficiary="guest", trigger="meeting_sale", rewards=[points(3)],
         caps=[{"per": "all", "of": "value", "most": 7}]),
    rule(id="large", beneficiary="guest", trigger="meeting_sale", rewards=[points(90)],
         conditions=at_least("order_net", 8_000)),
    rule(id="vip", conditions={"measure": "segment", "op": "has", "value": "vip"},
         rewards=[points(500)]),
)  # fmt: skip


@pytest.fixture
def stage(uow, brand) -> Winning:
    found = set_winning_stage(uow, brand.id, email="seller")
    found.publish(RULES)
    return found


@pytest.fixture
def host(stage) -> UUID:
    return stage.customer("Sophie", "Marchand")


@pytest.fixture
def meeting_id(stage, host) -> UUID:
    """Two guests have ordered for 50 € each."""
    return stage.held(host_id=host)


def rows(stage) -> dict[str, int]:
    """What asking must not change."""
    tables = ("orders", "meetings", "participants", "grants", "cap_takings")
    return stage.read(
        lambda work: {
            name: work.session.scalar(sql(f"SELECT count(*) FROM {name}")) for name in tables
        }
    )


def test_the_seller_sees_what_an_amount_and_a_date_would_change(
    seller, stage, meeting_id, count_queries
) -> None:
    path, before = f"/meetings/{meeting_id}", rows(stage)
    seller.get(path)
    with count_queries() as plain:
        seller.get(path)
    with count_queries() as asked:
        answer = seller.get(f"{path}?more=40&bookings=1&attended=2&orders=3")

    words = text_of(answer)
    assert "140,00 € aujourd’hui 100,00 €" in words
    assert "60 points nouveau" in words, "the step beats the percentage in its lane"
    assert "10 points plus maintenant" in words
    assert "Bon d’achat 15 € nouveau" in words
    assert "1 point nouveau" in words, "what the cap leaves of the third order's points"
    assert asked.count <= plain.count + 2, asked.statements
    assert rows(stage) == before


def test_an_amount_of_somebody_by_name_is_what_closing_grants_her(
    seller, stage, meeting_id
) -> None:
    _, guest = stage.guest(meeting_id)
    words = text_of(seller.get(f"/meetings/{meeting_id}?more=50&who={guest}"))
    stage.order(meeting_id, guest)
    after = text_of(seller.get(f"/meetings/{meeting_id}?tab=host"))
    stage.do(close_and_settle, meeting_id)

    granted = text_of(seller.get(f"/meetings/{meeting_id}"))
    assert "60 points nouveau" in words
    assert "150,00 € aujourd’hui 100,00 €" in words
    assert "60 points" in after
    assert "60 points" in granted


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("more=many", "Écrivez le montant"),
        ("bookings=999", "Donnez un nombre entier de 0 à 50"),
        ("attended=-1", "Donnez un nombre entier de 0 à 50"),
        ("who=me&more=4", "Ventes en plus"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(seller, meeting_id, asked, told) -> None:
    answer = seller.get(f"/meetings/{meeting_id}?{asked}")

    assert answer.status_code == 422
    assert told in text_of(answer)


def test_nobody_from_elsewhere_can_be_imagined(seller, stage, meeting_id) -> None:
    answer = seller.get(f"/meetings/{meeting_id}?more=40&who={stage.customer('Zoé')}")

    assert answer.status_code == 404


def test_what_is_out_of_reach_says_why_and_by_which_rule(seller, stage, meeting_id) -> None:
    stage.order(meeting_id, stage.guest(meeting_id)[1], paid=False)

    words = text_of(seller.get(f"/meetings/{meeting_id}?tab=host"))
    near = text_of(seller.get(f"/meetings/{meeting_id}"))

    assert "Une autre règle rapporte plus, du même genre : « Dix pour cent »." in words
    assert "Montant de la commande : 50,00 € (il faut au moins 80,00 €)" in words
    assert "La règle « Paliers » : Pour l’hôte" in words
    assert "Le plafond par réunion" not in words, "7 points leave room for the third order"
    assert "La commande n’est pas encore payée." in near
    assert "Encore 40,00 €" in near


def test_after_closing_it_says_what_was_missing(seller, stage, meeting_id) -> None:
    stage.do(close_and_settle, meeting_id)

    words = text_of(seller.get(f"/meetings/{meeting_id}?tab=host"))

    assert "Pas gagné, et pourquoi" in words
    assert "Il manquait 1 prise de date" in words
    assert "Encore" not in words
    assert "Et si… ?" not in words


def test_the_host_imagines_too_and_reads_nothing_that_is_not_hers(
    client, stage, meeting_id, host
) -> None:
    token = stage.link(meeting_id, host)
    words = text_of(client.get(f"/h/{token}?more=40&bookings=1"))
    page = text_of(client.get(f"/h/{token}"))

    assert "60 points nouveau" in words
    assert "Bon d’achat 15 € nouveau" in words
    assert "3 points" not in words + page, "guests' points are theirs"
    assert "vip" not in words + page, "nor how the brand sorts its customers"
    assert "50,00 €" not in page
    assert "Chloé" in page
    assert "Petit" not in page
    assert "La règle : Pour l’hôte" in page
    assert "Dix pour cent" not in page, "rules' names are the brand's own"


def test_a_closed_meeting_leaves_nothing_to_imagine(client, stage, meeting_id, host) -> None:
    stage.do(close_meeting, meeting_id)

    words = text_of(client.get(f"/h/{stage.link(meeting_id, host)}?more=40"))

    assert "Et si… ?" not in words


# ---------------------------------------------------------------- elsewhere


def test_who_orders_by_a_link_reads_of_her_own_rewards_and_what_more_would_bring(
    client, stage, meeting_id
) -> None:
    stage.do(
        publish_terms, "Vous payez à votre conseillère.\n\nQuatorze jours pour changer d’avis."
    )
    chloe = stage.customer("Léa", "Roux", email="lea@example.org")
    shop = f"/o/{stage.do(order_links.create_order_link, chloe, meeting_id=meeting_id)}"
    client.submit(f"{shop}/lines", product_id=str(stage.product_id), quantity="1")

    words = text_of(client.get(f"{shop}/basket"))

    assert "Cette commande rapportera 1 point à vous" in words, "what the cap leaves"
    assert "Encore 30,00 € : 90 points à vous." in words
    assert "Sophie" not in words.split("Cette commande rapportera")[1]
    assert "Chloé" not in words


def test_the_list_says_what_each_host_is_nearest_to_in_the_same_statements(
    seller, stage, meeting_id, count_queries
) -> None:
    seller.get("/meetings")
    with count_queries() as one:
        words = text_of(seller.get("/meetings"))
    stage.held()
    stage.held()
    with count_queries() as three:
        seller.get("/meetings")

    assert "Encore 40,00 € → 60 points" in words
    assert three.count == one.count, three.statements


def test_programs_imagine_and_read_why_not(new_client, brand, stage, meeting_id, host) -> None:
    phone = Phone(new_client(brand))
    phone.sign_in("seller@example.org", PASSWORD)
    path = f"/api/meetings/{meeting_id}"
    told = phone.get(f"{path}/what-if", amount_cents="4000", bookings="1")
    closing = phone.get(f"{path}/closing")
    own = Phone(new_client(brand), stage.link(meeting_id, host)).get(
        "/api/host/what-if", amount_cents="4000"
    )

    assert (told["turnover_cents"], told["imagined_turnover_cents"]) == (10_000, 14_000)
    assert ("new", "60\xa0points") in {(one["change"], one["title"]) for one in told["changes"]}
    assert {one["role"] for one in told["changes"]} == {"host", "guest"}
    assert {one["role"] for one in own["changes"]} == {"host"}
    assert {one["reach"] for one in closing["misses"]} == {"ahead"}
    assert "outdone" in {one["reach"] for one in closing["unreached"]}
    assert all(one["why"] for one in closing["unreached"])
    assert phone.refused("GET", f"{path}/what-if?orders=99")[0] == 422
    stage.do(close_and_settle, meeting_id)
    assert phone.refused("GET", f"{path}/what-if") == (409, "nothing_to_imagine")
