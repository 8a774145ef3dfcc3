"""Orders live at random: whatever is done to them, nothing is lost and nothing comes from nowhere.

After each step the books balance; money in is money kept and money given back; units, points,
vouchers and uses are where the order says they are.
"""

import random
from collections.abc import Callable
from uuid import UUID

import pytest

from app.catalog import queries as catalog
from app.kernel.errors import ConviveError
from app.meetings.services import ordering
from app.orders.domain.wishes import AskCode, UsePoints, UseVoucher
from app.orders.queries import OrderView
from app.orders.services import RecordPayment
from tests.support.till import Till

STEPS = 14
POINTS, VOUCHER, STOCK = 90, 1_700, 40

Step = Callable[[Till, UUID, random.Random], None]


def pay(till: Till, order_id: UUID, chance: random.Random) -> None:
    due = till.seen(order_id).due_cents
    cents = chance.choice([due, due, max(due // 3, 1)])
    till.stage.do(ordering.pay_order, order_id, RecordPayment("cash", cents))


def ship(till: Till, order_id: UUID, chance: random.Random) -> None:
    till.stage.do(ordering.ship_order, order_id, some(till, order_id, chance))


def deliver(till: Till, order_id: UUID, _chance: random.Random) -> None:
    till.stage.do(ordering.deliver_order, order_id)


def cancel(till: Till, order_id: UUID, chance: random.Random) -> None:
    till.stage.do(ordering.cancel_units, order_id, some(till, order_id, chance))


def take_back(till: Till, order_id: UUID, chance: random.Random) -> None:
    till.stage.do(ordering.take_back_order, order_id, some(till, order_id, chance))


def some(till: Till, order_id: UUID, chance: random.Random) -> dict[UUID, int] | None:
    """Of some lines, some units -- too many of them, now and then; or simply all there are."""
    if chance.random() < 0.15:
        return None
    lines = till.seen(order_id).lines
    chosen = chance.sample(lines, chance.randint(1, len(lines)))
    return {line.id: chance.randint(1, line.quantity) for line in chosen}


STEPS_POSSIBLE: tuple[Step, ...] = (pay, pay, ship, ship, deliver, cancel, cancel, take_back)


def begun(till: Till, pots: UUID, pans: UUID, chance: random.Random) -> UUID:
    order_id = till.cart((pots, chance.randint(1, 7)), (pans, chance.randint(1, 5)))
    till.ask(order_id, AskCode("NOEL"))
    if chance.random() < 0.7:
        left = [key for key, (_, status) in till.vouchers().items() if status == "available"]
        till.ask(order_id, UseVoucher(left[0]))
    if chance.random() < 0.7:
        till.ask(order_id, UsePoints(chance.randint(1, 60)))
    till.place(order_id)
    return order_id


def balances(till: Till, order: OrderView, products: tuple[UUID, UUID]) -> None:
    assert till.findings() == []
    kept = order.paid_cents - order.refunded_cents
    if order.counts_as_sale:
        assert kept == order.total_cents - order.refunded_cents
        assert kept >= order.standing_cents
    if order.is_cancelled:
        assert kept == 0
    assert sum(till.wallet().values()) == POINTS
    away = dict.fromkeys(products, 0)
    for line in order.lines:
        if line.product_id in away:
            away[line.product_id] += line.shipped - line.returned
    with till.stage.uow() as work:
        found = catalog.products(work.session, products)
    assert {key: STOCK - found[key].on_hand for key in products} == away


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_nothing_is_lost(till: Till, seed: int) -> None:
    chance = random.Random(seed)
    products = (
        till.product("POT", 1_999, stock=STOCK),
        till.product("PAN", 3_333, stock=STOCK),
    )
    till.points(POINTS)
    till.promotion("noel", entry="code", codes=["NOEL"], limits={"uses": 9, "budget_cents": 99_999})
    till.voucher(VOUCHER)
    order_id = begun(till, *products, chance)
    done = 0
    for _ in range(STEPS):
        try:
            chance.choice(STEPS_POSSIBLE)(till, order_id, chance)
        except ConviveError:
            continue
        done += 1
        balances(till, till.seen(order_id), products)
    assert done

    if not till.seen(order_id).is_cancelled:
        settle(till, order_id)
    order = till.seen(order_id)
    balances(till, order, products)
    assert order.is_cancelled
    assert till.wallet() == {"available": POINTS}
    assert set(till.vouchers().values()) == {(VOUCHER, "available")}
    assert till.usage("noel").uses == till.usage("noel").spent_cents == 0


def settle(till: Till, order_id: UUID) -> None:
    """The end of it: what is left is paid, and comes back."""
    if till.seen(order_id).due_cents:
        till.pay(order_id)
    if any(line.to_ship for line in till.seen(order_id).lines):
        till.stage.do(ordering.cancel_units, order_id)
    if not till.seen(order_id).is_cancelled:
        till.stage.do(ordering.take_back_order, order_id)
