"""Fifty orders reach for what only one of them, or ten, can have; the process dies at every
statement of placing."""

from collections.abc import Callable
from queue import SimpleQueue
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Select

from app.brands.queries import BrandView
from app.catalog.services import stock
from app.infra import locks
from app.infra.extensions import db
from app.infra.uow import transact
from app.kernel.errors import Conflict
from app.loyalty.services import books, posting
from app.meetings.services import ordering
from app.orders.domain.wishes import AskCode, UsePoints, UseVoucher, Wish
from app.orders.services import RecordPayment
from app.promotions.services import uses, voucher_uses
from tests.chaos.conftest import CLIENTS
from tests.support.dying import Death, lives_through
from tests.support.gathering import Uow
from tests.support.guards import rewritten, without_guards
from tests.support.till import Till, set_till


@pytest.fixture
def till(uow: Uow, brand: BrandView) -> Till:
    return set_till(uow, brand.id)


def points(till: Till) -> tuple[Wish, int]:
    till.points(30)
    return UsePoints(30), 1


def voucher(till: Till) -> tuple[Wish, int]:
    return UseVoucher(str(till.voucher(1_000))), 1


def code(till: Till) -> tuple[Wish, int]:
    till.promotion("noel", entry="code", codes=["NOEL"], limits={"uses": 10})
    return AskCode("NOEL"), 10


def units(till: Till) -> tuple[None, int]:
    """Of the product itself."""
    return None, 3


def race(till: Till, crowd: Callable, carts: list[UUID], most: int) -> list[UUID]:
    """Place all of them at once; the orders that had it."""
    waiting: SimpleQueue[UUID] = SimpleQueue()
    for order_id in carts:
        waiting.put(order_id)
    placed: list[UUID] = []

    def place() -> str:
        order_id = waiting.get()

        def work(uow: Any) -> None:
            ordering.place_order(uow, till.stage.seller, order_id, clock=uow.clock)

        try:
            transact(work, till.staff.brand_id)
        except Conflict:
            return "too late"
        placed.append(order_id)
        return "placed"

    assert crowd(place).count("placed") == most
    return placed


def carts_with(till: Till, wish: Wish | None, count: int, pot: UUID) -> list[UUID]:
    found = [till.cart((pot, 1)) for _ in range(count)]
    for order_id in found if wish else ():
        till.ask(order_id, wish)
    return found


@pytest.fixture
def drafts(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many drafts of one customer as are wanted."""
    monkeypatch.setattr("app.orders.services.carts.locked_open_cart", lambda *_a, **_n: None)


@pytest.mark.usefixtures("drafts")
@pytest.mark.parametrize(
    ("scarce", "rounds"),
    [(points, 3), (voucher, 3), (code, 2), (units, 2)],  # uses alone are raced with promotions
    ids=["points", "voucher", "code", "stock"],
)
def test_fifty_orders_have_no_more_than_there_is(
    till: Till, crowd: Callable, scarce: Callable, rounds: int
) -> None:
    wish, most = scarce(till)
    pot = till.product("POT", 5_000, stock=None if wish else most)
    carts = carts_with(till, wish, CLIENTS, pot)
    for _ in range(rounds):
        placed = race(till, crowd, carts, most)
        for order_id in placed:
            till.stage.do(ordering.cancel_order, order_id)
        left = [one for one in carts if one not in placed]
        carts = [*left, *carts_with(till, wish, len(placed), pot)]
    assert till.findings() == []


GUARDS = {
    "points_accounts": "ck_points_accounts_balance_sign",
    "lots": "ck_lots_remaining_range",
}
"""Beside the lock on the accounts of points: the limits of what they hold."""


def read_and_wait(*asked: Any) -> Any:
    """Long enough for others to have read the same."""
    found = books.posted_and_left(*asked)
    sleep(0.3)
    return found


@pytest.mark.usefixtures("drafts")
def test_the_race_for_points_is_lost_without_its_guards(
    till: Till, crowd: Callable, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can see the defect it is there for."""
    pot = till.product("POT", 5_000)
    wish, most = points(till)
    carts = carts_with(till, wish, CLIENTS, pot)
    (first,) = race(till, crowd, carts, most)  # opens the accounts that it moves points between
    till.stage.do(ordering.cancel_order, first)
    carts = [*(one for one in carts if one != first), *carts_with(till, wish, 1, pot)]
    monkeypatch.setattr(posting, "posted_and_left", read_and_wait)
    monkeypatch.setattr(Select, "with_for_update", lambda statement, **_: statement)
    guards = without_guards(database_url, monkeypatch, locks, GUARDS)
    with guards, pytest.raises(AssertionError):
        race(till, crowd, carts, most)


UNGUARDED: dict[Any, tuple[Any, dict[str, str]]] = {
    units: (
        stock,
        {
            "w.units,": "w.units, p.stock_reserved, pg_sleep(0.5),",
            "FOR UPDATE OF p": "",
            "p.stock_reserved + held.units": "held.stock_reserved + held.units",
        },
    ),
    voucher: (
        voucher_uses,
        {
            "v.status = 'available'": "true",
            "v.remaining_cents = w.cents + w.kept + w.lost": "true",
        },
    ),
    code: (
        uses,
        {
            "uses_limit = excluded.uses_limit": "uses_limit = NULL",
            "t.uses + excluded.uses <=": "0 <=",
        },
    ),
}
"""The statement that decides each race, and what it says when nothing guards it."""


@pytest.mark.usefixtures("drafts")
@pytest.mark.parametrize("scarce", [units, voucher, code])
def test_that_race_is_lost_without_its_guard(
    till: Till, crowd: Callable, scarce: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, words = UNGUARDED[scarce]
    statement = rewritten(where._TAKE, words)
    wish, most = scarce(till)
    carts = carts_with(
        till, wish, CLIENTS, till.product("POT", 5_000, stock=None if wish else most)
    )
    monkeypatch.setattr(where, "_TAKE", statement)
    with pytest.raises(AssertionError):
        race(till, crowd, carts, most)


# ---------------------------------------------------------------- death at every statement


@pytest.fixture
def full(till: Till) -> UUID:
    """A draft with all that an order can hold."""
    till.product("BAG", 2_500, stock=3)
    till.promotion(
        "bag",
        effect={"kind": "free_product", "products": ["BAG"]},
        conditions={"measure": "basket_net", "op": ">=", "value": 4_000},
    )
    wish, _ = code(till)
    till.points(30)
    order_id = till.cart((till.product("POT", 5_000, stock=3), 1))
    till.ask(order_id, wish)
    till.ask(order_id, UseVoucher(str(till.voucher(1_000))))
    till.ask(order_id, UsePoints(30))
    till.ship_for(order_id, 590)
    return order_id


def _place_in_a_child(app: Flask, till: Till, order_id: UUID, cents: int, at: int | str) -> bool:
    """Whether the child lived to the end."""
    payment = RecordPayment("cash", cents, key="once")

    def place() -> None:
        till.stage.do(ordering.place_order, order_id, payment=payment)

    return lives_through(app, Death(at), place)


def test_a_death_at_any_statement_of_placing_leaves_all_or_nothing(
    app: Flask, till: Till, full: UUID
) -> None:
    cents = till.now(full).total_cents
    with app.app_context():
        db.engine.dispose()
    held = {"spent": 30}
    moments: list[int | str] = [*range(1, 200), "before commit", "after commit"]
    deaths = 0
    while moments:
        moment = moments.pop(0)
        lived = _place_in_a_child(app, till, full, cents, moment)
        placed = till.seen(full).number is not None
        assert till.wallet() == (held if placed else {"available": 30}), moment
        assert till.findings() == [], moment
        deaths += not lived
        if placed:
            break
        if lived:
            moments = [one for one in moments if isinstance(one, str)]
    assert deaths > 15
    assert till.seen(full).payment_status == "paid"
