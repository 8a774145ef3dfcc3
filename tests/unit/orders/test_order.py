"""What an order lets happen to itself."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from uuid import UUID, uuid4

import pytest

from app import PACKAGES
from app.kernel.actor import Actor, Role
from app.kernel.errors import ConviveError
from app.orders.errors import (
    GiftOrderIsFixed,
    NotAGiftOrder,
    OrderAlreadyPaid,
    OrderAlreadyPlaced,
    OrderHasPayments,
    OrderIsCancelled,
    OrderIsEmpty,
    OrderNotFound,
    OrderNotPlaced,
    PaymentDateNotPossible,
    PaymentNotPositive,
    PaymentTooHigh,
)
from app.orders.models import Order, OrderLine, Payment, is_visible

for package in PACKAGES:  # tables name each other
    import_module(f"app.{package}.models")

NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
TODAY = NOW.date()
BRAND, SELLER, CUSTOMER, MEETING = (uuid4() for _ in range(4))


def order(*, total: int = 5_000, lines: int = 1, **fields: object) -> Order:
    return Order(
        **{
            "id": uuid4(),
            "kind": "sale",
            "status": "cart",
            "payment_status": "unpaid",
            "seller_id": SELLER,
            "customer_id": CUSTOMER,
            "meeting_id": MEETING,
            "total_cents": total,
            "paid_cents": 0,
            "lines": [OrderLine(id=uuid4()) for _ in range(lines)],
            "payments": [],
            **fields,
        }
    )


def placed(**fields: object) -> Order:
    made = order(**fields)
    made.place(1, NOW)
    return made


def money(cents: int, *, on: date = TODAY) -> Payment:
    return Payment(id=uuid4(), amount_cents=cents, received_on=on, recorded_at=NOW)


def test_a_placed_order_has_its_number_and_awaits_its_payment() -> None:
    made = placed()

    assert (made.number, made.status, made.payment_status) == (1, "placed", "unpaid")


def test_an_order_with_nothing_to_pay_is_paid_when_it_is_placed() -> None:
    made = placed(total=0)

    assert (made.payment_status, made.paid_at) == ("paid", NOW)


def test_an_order_is_placed_once() -> None:
    made = placed()

    with pytest.raises(OrderAlreadyPlaced):
        made.place(2, NOW)
    assert made.number == 1


def test_an_empty_order_is_not_placed() -> None:
    with pytest.raises(OrderIsEmpty):
        placed(lines=0)


def test_payments_add_up_until_the_order_is_paid() -> None:
    made = placed()

    made.receive(money(2_000))
    assert (made.payment_status, made.due_cents, made.paid_at) == ("partially_paid", 3_000, None)
    made.receive(money(3_000))
    assert (made.payment_status, made.due_cents, made.paid_at) == ("paid", 0, NOW)


@pytest.mark.parametrize(
    ("cents", "refusal"),
    [
        pytest.param(5_001, PaymentTooHigh, id="one cent more than is due"),
        pytest.param(0, PaymentNotPositive, id="nothing"),
        pytest.param(-1, PaymentNotPositive, id="less than nothing"),
    ],
)
def test_only_what_is_due_is_received(cents: int, refusal: type[ConviveError]) -> None:
    made = placed()

    with pytest.raises(refusal):
        made.receive(money(cents))
    assert (made.paid_cents, made.payments) == (0, [])


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(TODAY + timedelta(days=2), id="the day after tomorrow"),
        pytest.param(TODAY - timedelta(days=400), id="over a year ago"),
        pytest.param(date.min, id="the first day of all"),
        pytest.param(date.max, id="the last day of all"),
    ],
)
def test_money_was_received_on_a_day_that_can_be(day: date) -> None:
    made = placed()

    with pytest.raises(PaymentDateNotPossible):
        made.receive(money(100, on=day))


def test_a_paid_order_takes_no_more_money() -> None:
    made = placed()
    made.receive(money(5_000))

    with pytest.raises(OrderAlreadyPaid):
        made.receive(money(1))


def test_a_draft_takes_no_money() -> None:
    with pytest.raises(OrderNotPlaced):
        order().receive(money(100))


def test_an_unpaid_order_is_cancelled_once() -> None:
    made = placed()
    made.cancel(NOW)

    with pytest.raises(OrderIsCancelled):
        made.cancel(NOW)
    with pytest.raises(OrderIsCancelled):
        made.receive(money(100))


@pytest.mark.parametrize("cents", [100, 5_000])
def test_an_order_somebody_paid_for_is_not_cancelled(cents: int) -> None:
    made = placed()
    made.receive(money(cents))

    with pytest.raises(OrderHasPayments):
        made.cancel(NOW)


def test_a_gift_order_is_finalised_and_a_sale_is_not() -> None:
    gift = order(kind="gift", total=0)
    gift.finalise(7, NOW)

    assert (gift.number, gift.status, gift.payment_status) == (7, "placed", "paid")
    with pytest.raises(NotAGiftOrder):
        order().finalise(8, NOW)
    with pytest.raises(GiftOrderIsFixed):
        gift.must_be_a_sale()


@pytest.mark.parametrize(
    ("role", "ids", "sees"),
    [
        pytest.param(Role.SELLER, {"seller_id": SELLER}, True, id="its seller"),
        pytest.param(Role.SELLER, {"seller_id": uuid4()}, False, id="another seller"),
        pytest.param(Role.SELLER, {}, False, id="a seller without a profile"),
        pytest.param(
            Role.HOST, {"customer_id": CUSTOMER, "meeting_id": MEETING}, True, id="its customer"
        ),
        pytest.param(
            Role.HOST, {"customer_id": uuid4(), "meeting_id": MEETING}, False, id="another guest"
        ),
        pytest.param(
            Role.HOST, {"customer_id": CUSTOMER, "meeting_id": uuid4()}, False, id="another link"
        ),
        pytest.param(Role.BRAND_ADMIN, {}, True, id="staff"),
        pytest.param(Role.CUSTOMER_SERVICE, {}, True, id="customer service"),
        pytest.param(Role.SYSTEM, {}, True, id="the system"),
        pytest.param(Role.FINANCE, {}, False, id="finance"),
    ],
)
def test_who_sees_an_order(role: Role, ids: dict[str, UUID], sees: bool) -> None:
    assert is_visible(Actor(BRAND, role, **ids), SELLER, CUSTOMER, MEETING) is sees


def test_its_customer_looks_but_does_not_touch() -> None:
    customer = Actor(BRAND, Role.HOST, customer_id=CUSTOMER, meeting_id=MEETING)

    order().must_be_seen_by(customer)
    with pytest.raises(OrderNotFound):
        order().must_be_run_by(customer)
