"""Codes, vouchers, points, gifts, shipping in real orders: asked for, placed, paid, given back."""

from collections.abc import Callable
from uuid import UUID

import pytest

from app.brands.queries import BrandView
from app.kernel.errors import ConviveError
from app.meetings.services import ordering
from app.orders.domain.frozen import digest_of
from app.orders.domain.wishes import (
    Accept,
    AskCode,
    Decline,
    DropCode,
    LeaveVoucher,
    PickPromotion,
    UsePoints,
    UseVoucher,
)
from app.orders.errors import CartHasChanged, GiftAddsItself, NotGranted
from app.orders.services import foresee_cancel
from app.promotions.services.promotions import archive_promotion
from tests.support.checkout import set_checkout
from tests.support.gathering import Uow
from tests.support.till import Till

CODE = {"entry": "code", "codes": ["NOEL"]}


@pytest.fixture
def order_id(till: Till) -> UUID:
    """120.00 − 10 % − voucher 10 − 40 points at 1 € + shipping 5.90 (A6)."""
    till.promotion("tenth")
    till.points(100)
    order_id = till.cart((till.product("WOK", 12_000, stock=9), 1))
    till.ship_for(order_id, 590)
    till.ask(order_id, UseVoucher(str(till.voucher(1_000))))
    till.ask(order_id, UsePoints(40))
    return order_id


def test_all_steps_make_one_price(till: Till, order_id: UUID) -> None:
    quote = till.now(order_id)
    assert (quote.basket_cents, quote.products_cents, quote.total_cents) == (10_800, 5_800, 6_390)
    order = till.seen(order_id)
    assert (order.total_cents, order.lines[0].net_cents, order.lines[0].points_cents) == (
        6_390,
        5_800,
        4_000,
    )


def test_placing_holds_paying_consumes(till: Till, order_id: UUID) -> None:
    till.place(order_id)
    assert till.wallet() == {"available": 60, "reserved": 40}
    assert set(till.vouchers().values()) == {(0, "reserved")}
    assert till.usage().uses == 0  # nothing is limited, so nothing is counted
    till.pay(order_id)
    assert till.wallet() == {"available": 60, "spent": 40}
    assert set(till.vouchers().values()) == {(0, "used")}
    assert till.findings() == []


@pytest.mark.parametrize("paid", [False, True], ids=["unpaid", "paid"])
def test_cancelling_gives_everything_back(till: Till, order_id: UUID, paid: bool) -> None:
    till.place(order_id, paid=paid)
    till.stage.do(ordering.cancel_units, order_id)

    order = till.seen(order_id)
    assert (order.status, order.refunded_cents) == ("cancelled", 6_390 if paid else 0)
    assert till.wallet() == {"available": 100}
    assert set(till.vouchers().values()) == {(1_000, "available")}
    assert till.findings() == []


def taken(till: Till, order_id: UUID) -> tuple[int, int, int]:
    """Paid back, points and voucher given back until now."""
    (left,) = till.vouchers().values()
    return till.seen(order_id).refunded_cents, till.wallet().get("available", 0), left[0]


def test_parts_given_back_add_up_to_all_that_was_taken(till: Till) -> None:
    till.promotion("tenth", limits={"budget_cents": 100_000})
    till.promotion("noel", **CODE)
    till.points(100)
    order_id = till.cart((till.product("POT", 1_111), 7), (till.product("PAN", 2_345), 3))
    till.ask(order_id, AskCode("NOEL"))
    till.ask(order_id, UseVoucher(str(till.voucher(1_000))))
    till.ask(order_id, UsePoints(37))
    till.place(order_id, paid=True)
    paid = till.seen(order_id).paid_cents
    pots, pans = till.line(order_id, "POT"), till.line(order_id, "PAN")

    for units in ({pots: 1}, {pans: 1, pots: 2}, {pots: 3}, {pans: 1}):
        before = taken(till, order_id)
        foreseen = till.see(foresee_cancel, till.staff, order_id, units)
        till.stage.do(ordering.cancel_units, order_id, units)
        assert (foreseen.refund_cents, foreseen.points, foreseen.vouchers_cents) == tuple(
            now - then for now, then in zip(taken(till, order_id), before, strict=True)
        )
        assert sum(line.net_cents for line in foreseen.lines) == foreseen.refund_cents
        assert (foreseen.whole, foreseen.uses) == (False, ())
        assert till.seen(order_id).refunded_cents < paid
        assert till.findings() == []
    assert till.wallet()["spent"] > 0
    foreseen = till.see(foresee_cancel, till.staff, order_id, None)
    assert foreseen.refund_cents == paid - till.seen(order_id).refunded_cents
    assert foreseen.points == till.wallet()["spent"]
    assert (foreseen.whole, foreseen.uses) == (True, ("NOEL",))
    till.stage.do(ordering.cancel_units, order_id)

    assert till.seen(order_id).refunded_cents == paid
    assert till.wallet() == {"available": 100}
    assert set(till.vouchers().values()) == {(1_000, "available")}
    assert till.usage().spent_cents == 0
    assert till.findings() == []


def test_a_gift_comes_and_goes_with_its_threshold(till: Till) -> None:
    """A19: 72 → 87 → 72."""
    till.product("BAG", 2_500, stock=1)
    till.promotion(
        "bag",
        effect={"kind": "free_product", "products": ["BAG"]},
        conditions={"measure": "basket_net", "op": ">=", "value": 8_000},
    )
    pot = till.product("POT", 1_500)
    order_id = till.cart((till.product("PAN", 7_200), 1))

    def gifts() -> list[tuple[str, int, int]]:
        lines = till.seen(order_id).lines
        return [(one.reference, one.quantity, one.net_cents) for one in lines if one.promotion]

    assert gifts() == []
    till.stage.do(ordering.add_line, order_id, pot, 1)
    assert gifts() == [("BAG", 1, 0)]
    with pytest.raises(GiftAddsItself):
        till.stage.do(ordering.set_quantity, order_id, till.line(order_id, "BAG"), 2)
    till.ask(order_id, Decline("bag"))
    assert gifts() == []
    till.ask(order_id, Accept("bag"))
    till.stage.do(ordering.set_quantity, order_id, till.line(order_id, "POT"), 0)
    assert gifts() == []

    till.stage.do(ordering.add_line, order_id, pot, 1)
    till.place(order_id, paid=True)
    other = till.cart((pot, 6))
    assert [one.reference for one in till.seen(other).lines] == ["POT"]  # the last bag is gone
    till.stage.do(ordering.cancel_units, order_id)
    assert till.findings() == []


def test_a_code_is_taken_or_refused_with_its_reason_and_not_kept(till: Till) -> None:
    till.promotion(
        "noel",
        conditions={"measure": "basket_net", "op": ">=", "value": 5_000},
        **CODE,
    )
    order_id = till.cart((till.product("POT", 3_000), 1))
    before = till.now(order_id)

    with pytest.raises(NotGranted) as refused:
        till.ask(order_id, AskCode("noël"))
    assert refused.value.code == "unknown_code"
    with pytest.raises(NotGranted) as refused:
        till.ask(order_id, AskCode("noel"))
    assert refused.value.code == "amount_missing"
    assert refused.value.refusal.reasons[0].params["missing_cents"] == 2_000
    assert till.now(order_id) == before

    till.stage.do(ordering.set_quantity, order_id, till.line(order_id, "POT"), 2)
    assert till.ask(order_id, AskCode("noel")).total_cents == 5_400
    assert till.ask(order_id, DropCode("NOEL")).total_cents == 6_000
    assert till.ask(order_id, PickPromotion("noel")).total_cents == 5_400


def test_a_voucher_of_somebody_else_is_not_hers_to_use(till: Till) -> None:
    voucher = str(till.voucher(1_000))
    order_id = till.cart((till.product("POT", 3_000), 1), customer=till.stage.customer())
    with pytest.raises(NotGranted):
        till.ask(order_id, UseVoucher(voucher))
    assert till.ask(order_id, LeaveVoucher(voucher)).total_cents == 3_000


def test_more_points_than_she_has_are_not_used(till: Till) -> None:
    till.points(10)
    order_id = till.cart((till.product("POT", 3_000), 1))
    with pytest.raises(NotGranted) as refused:
        till.ask(order_id, UsePoints(11))
    assert refused.value.code == "not_enough_points"
    assert till.ask(order_id, UsePoints(10)).total_cents == 2_000


def test_what_is_no_longer_what_was_shown_is_not_placed(till: Till) -> None:
    tenth = till.promotion("tenth")
    order_id = till.cart((till.product("POT", 3_000), 1))
    seen = digest_of(till.now(order_id))
    till.do(archive_promotion, tenth)

    for shown in (seen, None):
        with pytest.raises(CartHasChanged) as refused:
            till.stage.do(ordering.place_order, order_id, seen=shown)
        changed = {one.kind: (one.before, one.after) for one in refused.value.changes}
        assert changed == {
            "line": (2_700, 3_000),
            "promotion": (300, None),
            "total": (2_700, 3_000),
        }
    till.stage.do(ordering.refresh_cart, order_id)
    till.place(order_id)
    assert till.seen(order_id).total_cents == 3_000


def test_what_another_order_took_is_no_longer_there(till: Till) -> None:
    till.promotion("noel", limits={"uses": 1}, **CODE)
    pot = till.product("POT", 3_000)
    first, second = till.cart((pot, 1)), till.cart((pot, 1), customer=till.stage.customer())
    till.ask(first, AskCode("NOEL"))
    till.ask(second, AskCode("NOEL"))
    till.place(first)
    with pytest.raises(ConviveError):
        till.place(second)
    till.stage.do(ordering.refresh_cart, second)
    assert till.now(second).refusals[0].reasons[0].code == "exhausted"
    till.stage.do(ordering.cancel_order, first)
    till.stage.do(ordering.refresh_cart, second)
    till.place(second)
    assert till.findings() == []


@pytest.mark.parametrize("promotions", [2, 100])
def test_any_order_is_placed_in_as_many_statements(
    uow: Uow, brand: BrandView, count_queries: Callable, promotions: int
) -> None:
    """With a discount, a code, a voucher and points, whatever it has in it: see
    `benchmarks/placing.py` for what that costs."""
    shop = set_checkout(uow, brand.id, promotions)
    found = {}
    shop.place(shop.filled(1))  # reads the plan
    for lines in (1, 5, 20):
        order_id = shop.filled(lines)
        with count_queries() as counted:
            shop.place(order_id)
        found[lines] = counted.count
    assert len(set(found.values())) == 1, found
    assert found[5] <= 16, "\n".join(counted.statements)
