"""A customer's principal seller is the one of her last paid order."""

import pytest

from app.customers.queries import book_of
from app.customers.services import share_with
from app.infra.jobs.drain import drain
from app.kernel.actor import Role
from app.meetings.services import ordering
from app.orders.models import PaymentMethod
from app.orders.services import RecordPayment
from tests.support.gathering import Stage, set_stage


@pytest.fixture
def other(uow, brand, stage) -> Stage:
    return set_stage(uow, brand.id, email="other")


@pytest.fixture
def shared(stage, other, actor, uow):
    """A customer of the first seller whom the second one sees too."""
    customer_id = stage.customer("Chloé")
    with uow() as work:
        share_with(work, actor(Role.BRAND_ADMIN), customer_id, other.seller.seller_id)
    return customer_id


def sell(stage: Stage, customer_id, *, paid=True) -> None:
    order = stage.do(ordering.start_direct_order, stage.seller.seller_id, customer_id)
    stage.do(ordering.add_line, order.id, stage.product_id, 1)
    due = stage.do(ordering.place_order, order.id).due_cents
    if paid:
        stage.do(ordering.pay_order, order.id, RecordPayment(PaymentMethod.CASH, due))


def books(uow, customer_id):
    with uow() as work:
        return [(one.seller_id, one.principal) for one in book_of(work.session, customer_id)]


def test_who_sold_last_and_was_paid_is_the_principal_seller(stage, other, shared, uow, app):
    hers, others = stage.seller.seller_id, other.seller.seller_id
    sell(other, shared, paid=False)
    with app.app_context():
        drain()
    assert books(uow, shared)[0] == (hers, True), "not paid yet"

    sell(other, shared)
    with app.app_context():
        drain()
    assert books(uow, shared) == [(others, True), (hers, False)]

    sell(stage, shared)
    sell(stage, shared)
    with app.app_context():
        drain()
    assert books(uow, shared) == [(hers, True), (others, False)]
