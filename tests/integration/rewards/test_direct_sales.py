"""An order outside meetings, once paid, is settled by itself."""

import pytest

from app.infra.jobs.drain import drain
from app.kernel.actor import system
from app.kernel.errors import NotFound
from app.loyalty import queries as loyalty
from app.meetings.services import ordering
from app.orders.models import PaymentMethod
from app.orders.services import RecordPayment
from app.rewards.queries import grants_of_orders
from app.rewards.services.settlement import settle_direct_sale
from tests.support.gathering import Stage, set_stage
from tests.support.rewards import points, programme, rule
from tests.support.season import Season


def rules():
    return programme(
        rule(id="thanks", beneficiary="guest", trigger="direct_sale", rewards=[points(7)]),
        rule(id="seller", beneficiary="seller", trigger="direct_sale", rewards=[points(2)]),
        rule(id="meeting", beneficiary="guest", trigger="meeting_sale", rewards=[points(50)]),
    )


@pytest.fixture
def stage(uow, brand, clock) -> Stage:
    stage = set_stage(uow, brand.id, clock)
    Season(stage).publish(rules())
    return stage


def direct_order(stage, customer_id, *, paid=True):
    order = stage.do(ordering.start_direct_order, stage.seller.seller_id, customer_id)
    stage.do(ordering.add_line, order.id, stage.product_id, 2)
    placed = stage.do(ordering.place_order, order.id)
    if paid:
        stage.do(ordering.pay_order, order.id, RecordPayment(PaymentMethod.CASH, placed.due_cents))
    return order.id


def settle(stage, order_id):
    with stage.uow(stage.seller.brand_id, clock=stage.clock) as work:
        return settle_direct_sale(work, system(work.brand_id), order_id, clock=work.clock)


def grants(stage, order_id):
    with stage.uow(stage.seller.brand_id) as work:
        return grants_of_orders(work.session, [order_id])


def available(stage, customer_id):
    with stage.uow(stage.seller.brand_id) as work:
        return loyalty.balances(work.session, [customer_id])[customer_id].available


def test_paid_direct_order_gives_what_rules_of_direct_sales_say(stage):
    chloe = stage.customer("Chloé")
    order_id = direct_order(stage, chloe)

    settle(stage, order_id)

    assert {
        (g.beneficiary, g.value, g.scope_type, g.scope_id) for g in grants(stage, order_id)
    } == {
        ("guest", 7, "order", order_id),
        ("seller", 2, "order", order_id),
    }
    assert available(stage, chloe) == 7
    assert available(stage, stage.seller.customer_id) == 2


def test_settling_a_direct_order_again_changes_nothing(stage):
    chloe = stage.customer("Chloé")
    order_id = direct_order(stage, chloe)
    settle(stage, order_id)

    assert settle(stage, order_id).changes == ()
    assert available(stage, chloe) == 7


def test_unpaid_direct_order_gives_nothing(stage):
    chloe = stage.customer("Chloé")
    order_id = direct_order(stage, chloe, paid=False)

    assert settle(stage, order_id).changes == ()
    assert grants(stage, order_id) == ()


def test_order_of_a_meeting_is_left_to_its_meeting(stage):
    meeting_id = stage.meeting(days=-1)
    _participant, chloe = stage.guest(meeting_id)
    order_id = stage.order(meeting_id, chloe)

    assert settle(stage, order_id).changes == ()


def test_seller_cannot_begin_a_direct_order_for_a_customer_of_another(stage, uow, brand):
    other = set_stage(uow, brand.id, stage.clock, email="other")
    strange = other.customer("Léa")

    with pytest.raises(NotFound):
        direct_order(stage, strange)


def test_payment_is_settled_by_the_queue_and_told_in_a_mail(stage, app, mailbox):
    chloe = stage.customer("Chloé", email="chloe@example.org")
    order_id = direct_order(stage, chloe)

    with app.app_context():
        drain()

    assert available(stage, chloe) == 7
    assert len(grants(stage, order_id)) == 2
    to_chloe = [one for one in mailbox.messages if "chloe@example.org" in one["To"]]
    assert len(to_chloe) == 1
    text = to_chloe[0].get_body(("plain",)).get_content()
    assert "7\u00a0points" in text
    assert "n° 1" in text
