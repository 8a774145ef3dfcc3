"""Shipping, cancelling and taking back on their pages, for sellers and for staff."""

import re

import pytest

from app.kernel.actor import Role
from app.meetings.services import ordering
from app.orders import queries
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of


@pytest.fixture
def order(stage):
    """Three woks, paid, in a meeting; its id and its line's field."""
    meeting_id = stage.meeting()
    _, guest = stage.guest(meeting_id)
    order_id = stage.cart(meeting_id, guest, quantity=3)
    stage.do(ordering.place_order, order_id)
    with stage.uow() as work:
        line = queries.order_page(work.session, stage.seller, order_id).order.lines[0]
    return order_id, f"units-{line.id}"


def do(client, url, **typed):
    """Look at what it does, then do that."""
    look = client.submit(url, **typed)
    assert look.status_code == 200, text_of(look)
    (checked,) = re.findall(r'name="checked" value="(\w+)"', look.text)
    return client.submit(url, **typed, checked=checked)


def pay(stage, order_id):
    from app.orders.services import RecordPayment

    stage.do(ordering.pay_order, order_id, RecordPayment("cash", 15_000))


@pytest.fixture(params=["/orders", "/console/orders"])
def house(request, client, sign_in, stage):
    if request.param == "/orders":
        client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    else:
        sign_in(role=Role.CUSTOMER_SERVICE, email="service@example.org")
    return request.param


def test_units_leave_come_back_and_are_paid_back(client, house, stage, order):
    order_id, field = order
    pay(stage, order_id)
    at = f"{house}/{order_id}"

    page = client.get(f"{at}/ship")
    assert 'value="3"' in page.text
    wrong = client.submit(f"{at}/ship", **{field: "4"})
    assert wrong.status_code == 422
    assert "3 au plus" in text_of(wrong)
    assert 'value="4"' in wrong.text
    shown = text_of(client.follow(client.submit(f"{at}/ship", **{field: "2"})))
    assert "2 produits sont partis." in shown
    assert "Partiellement expédiée" in shown or "en partie" in shown.lower()

    shown = text_of(client.follow(do(client, f"{at}/cancel", **{field: "1"})))
    assert "1 produit retiré. 50,00 € à rembourser." in shown
    assert "1 annulé" in shown
    shown = text_of(client.follow(client.submit(f"{at}/delivery")))
    assert "La commande est arrivée." in shown
    data = {field: "1", "reason": "Abîmé", "restock": "1"}
    shown = text_of(client.follow(do(client, f"{at}/return", **data)))
    assert "1 produit retiré. 50,00 € à rembourser." in shown
    assert "100,00 €" in shown  # given back in all
    assert client.submit(f"{at}/return").status_code == 422


def test_what_is_not_paid_is_cancelled_whole(client, house, stage, order):
    order_id, _ = order
    page = client.get(f"{house}/{order_id}/cancel")
    assert "annulée entièrement" in text_of(page)
    assert 'type="number"' not in page.text
    assert "0,00 € Rien n’a été encaissé" in text_of(page)
    assert "3 produits retournent en stock" in text_of(page)
    checked = re.findall(r'name="checked" value="(\w+)"', page.text)
    shown = text_of(client.follow(client.submit(f"{house}/{order_id}/cancel", checked=checked[0])))
    assert "La commande est annulée" in shown
