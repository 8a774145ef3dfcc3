"""What an order takes of the balance, by the brand's policy."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.meetings.services import ordering
from app.orders.domain.asked import Asked
from app.orders.models import Order
from app.orders.services import RecordPayment
from tests.integration.orders.test_ordering import product
from tests.support.points import Ledger


def bought(ledger: Ledger, zoe: UUID, cents: int, points: int) -> int:
    """Cents paid for a product of that price when so many points are used."""
    ledger.stage.product_id = product(ledger.stage, "SET", price_cents=cents)
    order_id = ledger.draft(zoe)
    with ledger.uow() as work:
        order = work.session.scalars(select(Order).where(Order.id == order_id)).one()
        order.asked = Asked(points=points).to_json()
    ledger.stage.do(ordering.refresh_cart, order_id)
    due: int = ledger.stage.do(ordering.place_order, order_id).due_cents
    if due:
        ledger.stage.do(ordering.pay_order, order_id, RecordPayment("cash", due))
    return due


def spending(cents: int, **more: Any) -> dict[str, Any]:
    return {"spending": {"mode": "rate", "value": {"customer": {"cents": cents}}, **more}}


@pytest.mark.parametrize(
    ("consumption", "left"),
    [
        ("used", {"available": 15, "spent": 45}),
        ("all", {"spent": 60}),
        ("none", {"available": 60}),
    ],
)
def test_of_sixty_points_forty_five_are_used(ledger: Ledger, zoe, consumption, left) -> None:
    ledger.plan(spending(100, consumption=consumption))
    ledger.give(zoe, 60)
    assert bought(ledger, zoe, 4_500, 45) == 0
    assert ledger.accounts(zoe) == left
    assert ledger.findings() == []


def test_120_points_at_half_a_euro_take_sixty_off(ledger: Ledger, zoe: UUID) -> None:
    ledger.plan(spending(50))
    ledger.give(zoe, 120)
    assert bought(ledger, zoe, 10_000, 120) == 4_000
    assert ledger.accounts(zoe) == {"spent": 120}


@pytest.mark.parametrize(("consumption", "spent"), [("used", 60), ("all", 64), ("none", 0)])
def test_64_points_where_every_ten_are_a_euro_give_six(ledger, zoe, consumption, spent) -> None:
    tier = {"from": 10, "every_points": 10, "amount_cents": 100}
    ledger.plan({"spending": {"mode": "tiers", "tiers": [tier], "consumption": consumption}})
    ledger.give(zoe, 64)
    assert bought(ledger, zoe, 10_000, 0) == 9_400
    assert ledger.accounts(zoe).get("spent", 0) == spent
    assert ledger.findings() == []
