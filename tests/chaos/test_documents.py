"""Numbers without gaps: many at once, and with processes that die at any statement."""

from collections.abc import Callable
from itertools import count, cycle

import pytest
from flask import Flask
from sqlalchemy import text

from app.brands.queries import BrandView
from app.infra.uow import transact
from app.kernel.errors import ConviveError
from app.meetings.services import ordering
from app.orders.services import RecordPayment
from tests.support.dying import Death, lives_through
from tests.support.till import Till, set_till

ORDERS = 20


@pytest.fixture
def till(uow: Callable, brand: BrandView) -> Till:
    return set_till(uow, brand.id)


def numbers(till: Till) -> list[int]:
    those = text("SELECT number FROM documents WHERE kind = 'invoice' ORDER BY number")
    found: list[int] = till.see(lambda session: list(session.scalars(those)))
    return found


def pay(till: Till, order_id) -> None:
    transact(
        lambda work: (
            ordering.pay_order(
                work, till.staff, order_id, RecordPayment("cash", 1_000), clock=work.clock
            )
            and None
        ),
        till.staff.brand_id,
    )


def test_fifty_who_pay_twenty_orders_leave_twenty_numbers(till: Till, crowd) -> None:
    pot = till.product("POT", 1_000)
    orders = []
    for _ in range(ORDERS):
        orders.append(till.cart((pot, 1), customer=till.stage.customer()))
        till.place(orders[-1])
    turn = cycle(orders)

    def one() -> str:
        try:
            pay(till, next(turn))
        except ConviveError as refusal:
            return refusal.code
        return "done"

    answers = crowd(one)

    assert answers.count("done") == ORDERS
    assert numbers(till) == list(range(1, ORDERS + 1))
    assert till.findings() == []


def test_whoever_dies_while_she_pays_takes_no_number_with_her(till: Till, app: Flask) -> None:
    pot = till.product("POT", 1_000)
    for step in count(1):
        order_id = till.cart((pot, 1))
        till.place(order_id)
        lived = lives_through(app, Death(step), lambda order_id=order_id: pay(till, order_id))
        if lived:
            break
        with app.app_context():
            pay(till, order_id)
    assert step > 5
    assert numbers(till) == list(range(1, step + 1))
    assert till.findings() == []
