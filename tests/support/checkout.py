"""Drafts that hold all an order can, of any number of lines, among any number of discounts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from app.kernel.actor import system
from app.kernel.ids import new_id
from app.loyalty import services as loyalty
from app.loyalty.domain import Credit
from app.meetings.services import ordering
from app.orders.domain.wishes import AskCode, UsePoints, UseVoucher
from app.promotions.services.plan import save_settings
from app.promotions.services.plan_files import import_plan
from tests.support.gathering import Uow, set_stage
from tests.support.till import ONE_EURO, Till

MOST_LINES = 20

AUTOMATIC = {
    "effect": {"kind": "order_percent", "rate_bp": 500},
    "conditions": {"measure": "basket_net", "op": ">=", "value": 100},
    "stacking": {"promotions": True},
    "limits": {"per_customer": 100_000},
}
"""Applies to every order, and is counted."""
TYPED = {
    "effect": {"kind": "order_amount", "amount_cents": 100},
    "entry": "code",
    "codes": ["NOEL"],
    "stacking": {"promotions": True},
    "limits": {"uses": 100_000, "per_customer": 100_000},
}


@dataclass
class Checkout(Till):
    products: list[UUID] = field(default_factory=list)

    def filled(self, lines: int) -> UUID:
        """A draft ready to be placed, of somebody who was not there before."""
        self.customer = self.stage.customer()
        self._give(30)
        order_id = self.cart(*((one, 1) for one in self.products[:lines]))
        self.ask(order_id, AskCode("NOEL"))
        self.ask(order_id, UseVoucher(str(self.voucher(200))))
        self.ask(order_id, UsePoints(3))
        return order_id

    def _give(self, points: int) -> None:
        credit = Credit(f"given:{new_id()}", self.customer, points, "given", "test", self.customer)
        with self.stage.uow(self.staff.brand_id) as work:
            loyalty.post(work, self.staff, [credit], clock=work.clock)

    def place(self, order_id: UUID, **named: Any) -> None:
        self.stage.do(ordering.place_order, order_id, **named)


def set_checkout(uow: Uow, brand_id: UUID, promotions: int) -> Checkout:
    stage = set_stage(uow, brand_id)
    shop = Checkout(stage, system(brand_id), stage.customer())
    numbers = count(1)
    shop.products = [
        shop.product(f"P-{next(numbers)}", 1_500, stock=10_000) for _ in range(MOST_LINES)
    ]
    shop.do(import_plan, {"format": "convive.plan/1", "promotions": list(_discounts(promotions))})
    shop.do(save_settings, {"points": ONE_EURO})
    return shop


def _discounts(number: int) -> Iterator[dict[str, Any]]:
    """Two that every order has; the others wait for baskets that never come."""
    yield {"id": "automatic", **AUTOMATIC}
    yield {"id": "typed", **TYPED}
    for one in range(number - 2):
        yield {
            "id": f"far-{one}",
            "effect": {
                "kind": "product_percent",
                "rate_bp": 500 + one,
                "scope": {"products": [f"P-{1 + one % MOST_LINES}"]},
            },
            "conditions": {"measure": "basket_net", "op": ">=", "value": 1_000_000 + one},
        }
