"""A brand with a stage of people, and promotions made the way the console makes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.brands.queries import BrandView
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, system
from app.promotions.domain.cart import Cart, CartLine, Context, Usage
from app.promotions.domain.pricing import price
from app.promotions.domain.quote import Applied, Quote, VoucherUsed
from app.promotions.models import PromotionState
from app.promotions.queries.records import RECORDS, records_asked
from app.promotions.services import NewVoucher, issue_vouchers
from app.promotions.services.carts import Records, read_records
from app.promotions.services.plan import plan_of
from app.promotions.services.promotions import create_promotion
from app.promotions.services.uses import consume_uses, release_uses, reserve_uses
from app.promotions.services.voucher_uses import reserve_vouchers
from tests.support.gathering import Stage, set_stage

TENTH = {"effect": {"kind": "order_percent", "rate_bp": 1_000}}


@dataclass
class Shop:
    """Orders are rows of the orders' own services; what they use is written by ours."""

    stage: Stage
    staff: Actor
    customer: UUID
    orders: list[UUID] = field(default_factory=list)

    def do(self, service: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with self.stage.uow(self.staff.brand_id) as work:
            return service(work, self.staff, *args, clock=work.clock, **named)

    def see(self, query: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with self.stage.uow(self.staff.brand_id) as work:
            return query(work.session, *args, **named)

    def promotion(self, key: str = "tenth", *, live: bool = True, **document: Any) -> UUID:
        state = PromotionState.LIVE if live else PromotionState.DRAFT
        whole = {"id": key, **TENTH, **document}
        promotion_id: UUID = self.do(create_promotion, whole, state=state)
        return promotion_id

    def order(self, customer: UUID | None = None) -> UUID:
        from app.meetings.services import ordering

        seller = self.stage.seller.seller_id
        asked = (seller, customer or self.customer)
        order_id: UUID = self.stage.do(ordering.start_direct_order, *asked).id
        return order_id

    def quote(
        self, *, codes: tuple[str, ...] = (), picked: tuple[str, ...] = (), customer: Any = None
    ) -> Quote:
        """Of one line of 100 €."""
        line = CartLine("1", "WOK", 1, 10_000, 2_000)
        with self.stage.uow(self.staff.brand_id) as work:
            plan = plan_of(work.session)
            records = self.records_in(work, customer, codes)
            context = records.beside(Context(at=work.clock()))
        return price(Cart((line,), codes=codes, picked=picked), plan, context)

    def usage(self, key: str = "tenth", customer: UUID | None = None) -> Usage:
        with self.stage.uow(self.staff.brand_id) as work:
            records = self.records_in(work, customer)
        return records.usage.get(key, Usage())

    def records_in(
        self, work: UnitOfWork, customer: UUID | None = None, codes: tuple[str, ...] = ()
    ) -> Records:
        who = customer or self.customer
        asked = records_asked(who, self.stage.seller.seller_id, codes)
        return read_records(
            work.session,
            work.session.execute(select(*RECORDS), asked).one(),
            plan_of(work.session),
            customer_id=who,
            codes=codes,
            at=work.clock(),
        )

    def reserve(self, order_id: UUID, quote: Quote, customer: UUID | None = None) -> None:
        with self.stage.uow(self.staff.brand_id) as work:
            self.reserve_in(work, order_id, quote, customer)

    def reserve_in(
        self, work: UnitOfWork, order_id: UUID, quote: Quote, customer: UUID | None = None
    ) -> None:
        who = customer or self.customer
        seller = self.stage.seller.seller_id
        assert seller
        reserve_uses(work, order_id, quote, customer_id=who, seller_id=seller, clock=work.clock)
        reserve_vouchers(work, order_id, quote, customer_id=who, clock=work.clock)

    def consume(self, order_id: UUID) -> None:
        with self.stage.uow(self.staff.brand_id) as work:
            consume_uses(work, order_id, clock=work.clock)

    def release(self, order_id: UUID) -> None:
        with self.stage.uow(self.staff.brand_id) as work:
            release_uses(work, order_id, clock=work.clock)

    def voucher(self, cents: int = 3_000, **terms: Any) -> UUID:
        units = terms.get("units", 0)
        new = NewVoucher(self.customer, None, "Bon", terms, cents, None, face_units=units)
        with self.stage.uow(self.staff.brand_id) as work:
            issue_vouchers(work, [new], clock=work.clock)
        from app.promotions.queries import vouchers_of

        newest: UUID = self.see(vouchers_of, [self.customer])[-1].id
        return newest


def using(
    *applied: Applied, vouchers: tuple[VoucherUsed, ...] = (), version: int = 0, basket: int = 9_000
) -> Quote:
    """A quote with as much in it as the store looks at."""
    return Quote(
        lines=(),
        list_cents=10_000,
        products_cents=basket,
        shipping_cents=0,
        total_cents=basket,
        vat_cents=0,
        currency="EUR",
        plan_version=version,
        basket_cents=basket,
        applied=applied,
        vouchers=vouchers,
    )


@pytest.fixture
def shop(uow: Any, brand: BrandView) -> Shop:
    stage = set_stage(uow, brand.id)
    return Shop(stage, system(brand.id), stage.customer())
