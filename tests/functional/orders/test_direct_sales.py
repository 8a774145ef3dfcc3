"""Ventes directes on the seller's pages: taken, listed, exported, explained."""

from uuid import UUID

import pytest

from app.meetings.services import guests
from tests.functional.orders.test_taking_orders import enter
from tests.support.browser import Browser
from tests.support.gathering import Stage
from tests.support.reading import text_of
from tests.support.rewards import percent, points, programme, rule, tiers
from tests.support.season import Season


@pytest.fixture
def seller(stage: Stage, client: Browser) -> Browser:
    return enter(client, "seller")


def customer_in(stage: Stage, meeting_id: UUID, name: str) -> UUID:
    customer_id = stage.customer(name)
    stage.do(guests.add_participant, meeting_id, customer_id)
    return customer_id


def begun_for(seller: Browser, customer_id: UUID) -> str:
    answer = seller.submit("/orders/new", customer_id=str(customer_id))
    assert answer.status_code == 303
    return answer.location


def test_seller_takes_an_order_outside_meetings_and_finds_it_in_her_list(stage, seller):
    chloe = stage.customer("Chloé", "Petit")
    page = begun_for(seller, chloe)
    seller.submit(f"{page}/lines", product_id=str(stage.product_id), quantity="2")
    paid = seller.submit(f"{page}/checkout", action="pay", method="cash", amount="100,00")

    assert paid.status_code == 303
    listed = seller.get("/orders?channel=direct&kind=sale").text
    assert "Chloé Petit" in listed
    assert "vente directe" in listed


def test_starting_twice_begins_one_order(stage, seller):
    chloe = stage.customer("Chloé", "Petit")

    assert begun_for(seller, chloe) == begun_for(seller, chloe)


@pytest.mark.parametrize("typed", ["", "nobody", "00000000-0000-7000-8000-000000000000"])
def test_order_for_nobody_says_what_to_mend(stage, seller, typed):
    answer = seller.submit("/orders/new", customer_id=typed)

    assert answer.status_code in {404, 422}


@pytest.mark.parametrize(
    "query",
    [
        "status=ghost",
        "page=0",
        "since=yesterday",
        "q=%00",
        "q=" + "9" * 90,
        "q=99999999999999",
        "payment=due&kind=gift&status=done&q=zo%C3%A9",
    ],
)
def test_list_answers_whatever_its_address_says(seller, query):
    assert seller.get(f"/orders?{query}").status_code == 200
    assert seller.get(f"/orders/orders.csv?{query}").status_code == 200


def test_list_costs_the_same_however_long_it_is(stage, seller, count_queries):
    meeting_id = stage.meeting()
    counts = []
    for _ in range(3):
        for _ in range(2):
            stage.order(meeting_id, stage.guest(meeting_id)[1])
        with count_queries() as found:
            seller.get("/orders")
        counts.append(found.count)

    assert len(set(counts)) == 1


def test_filters_tell_paid_from_unpaid(stage, seller):
    meeting_id = stage.meeting()
    stage.order(meeting_id, customer_in(stage, meeting_id, "Anne"), paid=True)
    stage.order(meeting_id, customer_in(stage, meeting_id, "Berthe"), paid=False)

    due = seller.get("/orders?payment=due").text

    assert "Berthe" in due
    assert "Anne" not in due


def test_export_holds_what_the_filters_show(stage, seller):
    meeting_id = stage.meeting()
    stage.order(meeting_id, customer_in(stage, meeting_id, "Anne"))

    content = seller.get("/orders/orders.csv?q=anne").get_data().decode("utf-8-sig")

    assert content.count("\r\n") == 2
    assert "Anne" in content


def test_draft_says_what_it_would_bring_to_each_and_why(stage, seller):
    steps = {4_000: percent(1_000), 8_000: percent(2_000)}
    document = programme(
        rule(id="host", trigger="during_meeting", tiers=tiers("best", steps)),
        rule(id="guest", beneficiary="guest", trigger="meeting_sale", rewards=[points(3)]),
    )
    Season(stage).publish(document)
    meeting_id = stage.meeting(host_id=stage.customer("Sophie", "Marchand"))
    stage.order(meeting_id, customer_in(stage, meeting_id, "Anne"))
    draft = stage.cart(meeting_id, customer_in(stage, meeting_id, "Chloé"))

    page = text_of(seller.get(f"/orders/{draft}"))

    assert "Cette commande rapportera 3 points à Chloé et 15 points à Sophie." in page
    assert "20 points avec cette commande, 5 points sans" in page
