"""Orders of a brand that has promotions, points to spend, vouchers and a way to ship."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.domain import Basis, Bracket, Tariff
from app.catalog.services import ShippingWish, create_shipping_method
from app.kernel.actor import system
from app.kernel.ids import new_id
from app.loyalty import services as loyalty
from app.loyalty.domain import Credit
from app.meetings.services import ordering
from app.orders import queries
from app.orders.domain.asked import Delivery
from app.orders.domain.frozen import digest_of
from app.orders.domain.wishes import SetDelivery, Wish
from app.orders.queries import OrderView
from app.orders.services import RecordPayment, quote_of
from app.promotions.domain import Quote
from app.promotions.queries import vouchers_of
from app.promotions.services.plan import save_settings
from app.reports.audit import audit
from tests.integration.orders.test_ordering import product
from tests.integration.promotions.conftest import Shop
from tests.support.gathering import Uow, set_stage

ONE_EURO = {
    "spending": {
        "mode": "rate",
        "value": {"customer": {"points": 1, "cents": 100}},
        "with_codes": True,
    }
}


@dataclass
class Till(Shop):
    """The shop with orders taken in it by its own services."""

    def product(self, reference: str, cents: int, **fields: Any) -> UUID:
        return product(self.stage, reference, price_cents=cents, **fields)

    def points(self, points: int, each: dict[str, Any] = ONE_EURO) -> None:
        credit = Credit(f"given:{new_id()}", self.customer, points, "given", "test", self.customer)
        with self.stage.uow(self.staff.brand_id) as work:
            loyalty.post(work, self.staff, [credit], clock=work.clock)
        self.do(save_settings, {"points": each})

    def cart(self, *lines: tuple[UUID, int], customer: UUID | None = None) -> UUID:
        order_id = self.order(customer)
        for product_id, quantity in lines:
            self.stage.do(ordering.add_line, order_id, product_id, quantity)
        return order_id

    def ask(self, order_id: UUID, wish: Wish) -> Quote:
        quote: Quote = self.stage.do(ordering.ask, order_id, wish)
        return quote

    def ship_for(self, order_id: UUID, cents: int) -> Quote:
        tariff = Tariff((), Basis.BASKET, (Bracket(0, cents),))
        with self.stage.uow(self.staff.brand_id) as work:
            wish = ShippingWish(f"Post {new_id()}", tariff)
            method_id = create_shipping_method(work, self.staff, wish)
        where = Delivery("other", "", str(method_id), "Eva", "1 rue X", "75001", "Paris", "FR")
        return self.ask(order_id, SetDelivery(where))

    def now(self, order_id: UUID) -> Quote:
        quote: Quote = self.see(
            lambda session: quote_of(session, self.staff, order_id, at=self.stage.now())
        )
        return quote

    def place(self, order_id: UUID, *, paid: bool = False) -> None:
        cents = self.now(order_id).total_cents
        payment = RecordPayment("cash", cents) if paid and cents else None
        seen = digest_of(self.now(order_id))
        self.stage.do(ordering.place_order, order_id, seen=seen, payment=payment)

    def pay(self, order_id: UUID) -> None:
        due = self.seen(order_id).due_cents
        self.stage.do(ordering.pay_order, order_id, RecordPayment("cash", due))

    def seen(self, order_id: UUID) -> OrderView:
        order: OrderView = self.see(
            lambda session: queries.order_page(session, self.staff, order_id).order
        )
        return order

    def line(self, order_id: UUID, reference: str) -> UUID:
        return next(one.id for one in self.seen(order_id).lines if one.reference == reference)

    def wallet(self) -> dict[str, int]:
        rows = text("SELECT kind, balance FROM points_accounts WHERE balance > 0")
        return dict(self.see(lambda session: [tuple(row) for row in session.execute(rows)]))

    def vouchers(self) -> dict[str, tuple[int, str]]:
        found = self.see(vouchers_of, [self.customer])
        return {str(one.id): (one.remaining_cents, str(one.status)) for one in found}

    def findings(self) -> list[Any]:
        found: list[Any] = self.see(lambda session: list(audit(session)))
        return found


def set_till(uow: Uow, brand_id: UUID) -> Till:
    stage = set_stage(uow, brand_id)
    return Till(stage, system(brand_id), stage.customer())
