"""Orders that a seller hands over herself are done with one tap, and their points count."""

from app.loyalty.queries import balances
from app.orders import queries
from app.orders.domain.asked import Asked, Delivery, Place
from app.orders.models import Order
from tests.conftest import PASSWORD
from tests.support.points import Ledger
from tests.support.reading import text_of


def test_what_is_paid_and_not_to_be_sent_is_handed_over_at_once(
    client, stage, uow, brand, new_client
) -> None:
    ledger = Ledger(stage)
    ledger.plan()
    client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    meeting = stage.meeting()
    (_, paying), (_, waiting), (_, far) = (stage.guest(meeting) for _ in range(3))
    paid = ledger.buy(paying, meeting=meeting)
    unpaid = stage.order(meeting, waiting, paid=False)
    sent = stage.cart(meeting, far)
    with uow(brand.id) as work:
        order = work.session.get_one(Order, (brand.id, sent))
        order.asked = Asked(delivery=Delivery(place=Place.CUSTOMER)).to_json()
    at = f"/meetings/{meeting}?tab=orders"

    assert "1 commande payée est à remettre en main propre." in text_of(client.get(at))
    told = text_of(client.follow(client.submit(f"/meetings/{meeting}/handover")))

    assert "1 commande est remise." in told
    assert "Tout est remis" not in told
    ledger.settle(paid)
    with uow(brand.id) as work:
        states = {
            order_id: one.shipping_status
            for order_id, one in queries.orders_by_id(work.session, [paid, unpaid, sent]).items()
        }
        assert balances(work.session, [paying])[paying].available == 50
    assert states == {paid: "delivered", unpaid: "not_shipped", sent: "not_shipped"}
    again = client.follow(client.submit(f"/meetings/{meeting}/handover"))
    assert again.status_code == 200
    assert ledger.findings() == []
