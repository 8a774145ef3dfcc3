"""Fifty orders at once for what is scarce: exactly as many have it as there is, five times over.

Each race has its mutant: the same with a guard that reads first and writes afterwards, which must
go wrong, or the race would prove nothing. All of them were seen red.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.promotions.domain.quote import Quote, VoucherUsed
from app.promotions.queries.promotions import figures
from app.promotions.services import uses, voucher_uses
from app.promotions.services.codes import generate_codes
from tests.integration.promotions.conftest import Shop, using
from tests.integration.promotions.test_codes_and_files import BULK, codes_of
from tests.support.guards import rewritten

CLIENTS = 50
ROUNDS = 5
FEW = 6


def orders(shop: Shop, number: int) -> list[UUID]:
    """Rows as they stand while they are being placed."""
    made = [new_id() for _ in range(number)]
    with shop.stage.uow(shop.staff.brand_id) as work:
        work.session.execute(
            text(
                """
                INSERT INTO orders (brand_id, id, seller_id, customer_id, channel, kind, status,
                                    payment_status, shipping_status, created_at)
                SELECT :brand, id, :seller, :customer, 'direct', 'sale', 'cart', 'unpaid',
                       'not_shipped', now() FROM unnest(CAST(:ids AS uuid[])) AS one (id)
                """
            ),
            {
                "brand": shop.staff.brand_id,
                "seller": shop.stage.seller.seller_id,
                "customer": shop.customer,
                "ids": made,
            },
        )
    return made


def race(shop: Shop, quote: Quote, among: list[UUID]) -> int:
    """How many of the orders got it."""
    start = Barrier(len(among))

    def place(order_id: UUID) -> bool:
        start.wait()
        try:
            shop.reserve(order_id, quote)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(len(among)) as pool:
        return sum(pool.map(place, among))


def last_uses(shop: Shop, key: str) -> Quote:
    shop.promotion(key, limits={"uses": 10})
    return shop.quote()


def last_uses_of_a_customer(shop: Shop, key: str) -> Quote:
    shop.promotion(key, limits={"per_customer": 10})
    return shop.quote()


def last_of_a_budget(shop: Shop, key: str) -> Quote:
    shop.promotion(key, limits={"budget_cents": 10_999})
    return shop.quote()


def one_code(shop: Shop, key: str) -> Quote:
    batch = shop.do(generate_codes, shop.promotion(key, **BULK), count=1, uses_limit=10)
    return shop.quote(codes=(codes_of(shop, batch)[0],))


def one_voucher(shop: Shop, key: str) -> Quote:
    return using(vouchers=(VoucherUsed(str(shop.voucher(3_000)), 3_000, 0, 0),))


SCARCE: list[tuple[Callable[[Shop, str], Quote], int]] = [
    (last_uses, 10),
    (last_uses_of_a_customer, 10),
    (last_of_a_budget, 10),
    (one_code, 10),
    (one_voucher, 1),
]


@pytest.mark.parametrize(("scarce", "there_are"), SCARCE)
def test_of_fifty_orders_at_once_as_many_have_it_as_there_is(
    shop: Shop, scarce, there_are: int
) -> None:
    clients = orders(shop, CLIENTS)
    for number in range(ROUNDS):
        quote = scarce(shop, f"round-{number}")
        assert race(shop, quote, clients) == there_are
        for order_id in clients:
            shop.release(order_id)
        with shop.stage.uow(shop.staff.brand_id) as work:
            work.session.execute(text("UPDATE promotions SET state = 'archived'"))
            work.session.execute(text("UPDATE pricing_plans SET stamp = gen_random_uuid()"))


def test_the_figures_are_those_of_who_had_it(shop: Shop) -> None:
    here = shop.promotion("one", limits={"uses": 7})
    assert race(shop, shop.quote(), orders(shop, CLIENTS)) == 7

    found = shop.see(figures, [here])[here]
    assert (found.uses, found.cost_cents, found.revenue_cents) == (7, 7_000, 63_000)


# ---------------------------------------------------------------- mutants


READ_THEN_COUNT = {
    "WHERE uses <=": """
        WHERE NOT EXISTS (SELECT FROM promotion_uses u WHERE u.promotion_id = moves.promotion_id)
          AND pg_sleep(0.5) IS NOT NULL AND uses <=""",
    "uses_limit = excluded.uses_limit": "uses_limit = NULL",
    "budget_cents = excluded.budget_cents": "budget_cents = NULL",
    "WHERE t.uses + excluded.uses": "WHERE true OR t.uses + excluded.uses",
}
READ_THEN_TAKE = {
    "SELECT id FROM promo_codes": "SELECT id, uses, status, pg_sleep(0.5) FROM promo_codes",
    "ORDER BY id FOR UPDATE": "ORDER BY id",
    "SET uses = c.uses + 1": "SET uses = held.uses + 1",
    "c.status = 'available' AND c.uses < c.uses_limit": "held.status = 'available'",
}
READ_THEN_SPEND = """
    SELECT id FROM vouchers WHERE id = ANY(:ids) AND status = 'available'
      AND (CAST(:cents AS bigint[]), CAST(:kept AS bigint[]), CAST(:lost AS bigint[])) IS NOT NULL
      AND CAST(:customer AS uuid) IS NOT NULL AND CAST(:now AS timestamptz) IS NOT NULL
      AND pg_sleep(0.5) IS NOT NULL
"""


@pytest.mark.parametrize("limits", [{"uses": 1}, {"per_customer": 1}, {"budget_cents": 1_000}])
def test_counting_before_writing_loses_that_race(shop: Shop, monkeypatch, limits) -> None:
    shop.promotion(limits=limits)
    quote = shop.quote()
    monkeypatch.setattr(uses, "_TAKE", rewritten(uses._TAKE, READ_THEN_COUNT))

    assert race(shop, quote, orders(shop, FEW)) > 1


def test_reading_a_code_before_taking_it_loses_that_race(shop: Shop, monkeypatch) -> None:
    batch = shop.do(generate_codes, shop.promotion(**BULK), count=1)
    quote = shop.quote(codes=(codes_of(shop, batch)[0],))
    monkeypatch.setattr(uses, "_TAKE", rewritten(uses._TAKE, READ_THEN_TAKE))

    assert race(shop, quote, orders(shop, FEW)) > 1


def test_reading_a_voucher_before_taking_it_loses_that_race(shop: Shop, monkeypatch) -> None:
    quote = one_voucher(shop, "")
    monkeypatch.setattr(voucher_uses, "_TAKE", text(READ_THEN_SPEND))

    assert race(shop, quote, orders(shop, FEW)) > 1
