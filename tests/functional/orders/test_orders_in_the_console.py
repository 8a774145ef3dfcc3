"""The brand's staff find any order and read what became of it."""

import pytest

from app.kernel.actor import Role
from app.kernel.ids import new_id
from app.meetings.services import guests
from tests.support.gathering import Stage, set_stage
from tests.support.reading import text_of


@pytest.fixture
def staff(client, sign_in, stage):
    sign_in(role=Role.CUSTOMER_SERVICE, email="service@example.org")
    return client


def sold_to(stage: Stage, name: str, *, paid: bool = True):
    meeting_id, customer_id = stage.meeting(), stage.customer(name)
    stage.do(guests.add_participant, meeting_id, customer_id)
    return stage.order(meeting_id, customer_id, paid=paid), customer_id


def test_orders_of_all_sellers_are_listed_filtered_and_taken_along(staff, stage, uow, brand):
    other = set_stage(uow, brand.id, email="other")
    sold_to(stage, "Anne")
    sold_to(other, "Berthe", paid=False)

    every = text_of(staff.get("/console/orders"))
    due = text_of(staff.get("/console/orders?payment=due"))
    hers = text_of(staff.get(f"/console/orders?seller={other.seller.seller_id}"))
    file = staff.get("/console/orders/orders.csv?q=anne").get_data().decode("utf-8-sig")

    assert "Anne Petit" in every
    assert "Berthe Petit" in every
    for words in (due, hers):
        assert "Berthe Petit" in words
        assert "Anne Petit" not in words
    assert file.count("\r\n") == 2
    assert "Nadia Roux" in file


def test_an_order_tells_its_lines_payments_states_and_who_did_what(staff, stage):
    order_id, customer_id = sold_to(stage, "Anne")

    card = staff.get(f"/console/customers/{customer_id}")
    words = text_of(staff.get(f"/console/orders/{order_id}"))

    assert f"/console/orders/{order_id}" in card.text
    assert "Prix catalogue : 50,00 €" in words
    for part in ("Wok", "WOK-seller", "50,00 €", "Espèces", "Nadia Roux", "Sophie Marchand"):
        assert part in words
    assert "Pas encore expédiée" in words
    assert "Commande passée" in words
    assert "Paiement enregistré" in words


@pytest.mark.parametrize("query", ["seller=x", "seller=&status=ghost", "q=%00", "page=0"])
def test_odd_questions_are_answered_calmly(staff, query):
    assert staff.get(f"/console/orders?{query}").status_code == 200


def test_pages_cost_the_same_however_much_they_show(staff, stage, count_queries):
    order_id, _ = sold_to(stage, "Anne")
    staff.get("/console/orders")
    counts = []
    for _ in range(2):
        sold_to(stage, "Berthe")
        with count_queries() as found:
            staff.get("/console/orders")
        counts.append(found.count)
    with count_queries() as found:
        staff.get(f"/console/orders/{order_id}")

    assert len(set(counts)) == 1
    assert found.count <= 30, "\n".join(found.statements)


def test_no_such_order(staff):
    assert staff.get(f"/console/orders/{new_id()}").status_code == 404
