"""A stage where people save up: it sells anything at any price, and does all that follows."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select, text

from app.catalog.services import NewProduct, create_category, create_product
from app.infra.jobs.drain import drain
from app.kernel.actor import system
from app.meetings.services import ordering
from app.orders.models import PaymentMethod
from app.orders.services import RecordPayment
from app.promotions.queries import vouchers_of
from app.reports.audit import audit
from app.rewards.models import Pot
from app.rewards.queries import GrantView, grants_of_customer
from tests.support.rewards import rule
from tests.support.winning import Winning

VOUCHER = {"kind": "voucher", "amount_cents": 1_000}


def saving(threshold: int = 10_000, measure: str = "spend", **fields) -> dict:
    """A voucher of 10 for each 100 a customer spends, unless told otherwise."""
    pot = {"measure": measure, "threshold": threshold, **fields.pop("pot", {})}
    found = {"id": "pot", "beneficiary": "guest", "rewards": [VOUCHER], **fields}
    return rule(trigger="spend", pot=pot, **found)


class Saving(Winning):
    """A stage that sells anything at any price, outside meetings."""

    def sells(self, cents: int, reference: str = "") -> UUID:
        with self.uow(self.seller.brand_id, clock=self.clock) as work:
            staff, number = system(work.brand_id), next(self._numbers)
            category = create_category(work, staff, f"Rayon {number}")
            new = NewProduct(reference or f"P{number}", "Bougie", category, price_cents=cents)
            return create_product(work, staff, new, clock=work.clock)

    def sale(self, customer_id: UUID, cents: int, *, on: date | None = None) -> UUID:
        """A direct order of one unit, paid; all that follows is done."""
        return self.buys(customer_id, {self.sells(cents): 1}, on=on)

    def buys(self, customer_id: UUID, lines: dict[UUID, int], *, on: date | None = None) -> UUID:
        order = self.do(ordering.start_direct_order, self.seller.seller_id, customer_id)
        for product_id, quantity in lines.items():
            self.do(ordering.add_line, order.id, product_id, quantity)
        placed = self.do(ordering.place_order, order.id)
        if on is not None:
            self.placed(order.id, on)
        cash = RecordPayment(PaymentMethod.CASH, placed.due_cents)
        self.do(ordering.pay_order, order.id, cash)
        drain()
        return order.id

    def placed(self, order_id: UUID, on: date) -> None:
        at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        moved = text("UPDATE orders SET placed_at = :at WHERE id = :id")
        self.read(lambda work: work.session.execute(moved, {"at": at, "id": order_id}))

    def gives_back(self, order_id: UUID) -> None:
        self.staff(ordering.cancel_units, order_id, reason="broken")
        drain()

    def balances(self, customer_id: UUID) -> dict[str, int]:
        """By rule and period."""
        hers = select(Pot.rule_id, Pot.period, Pot.balance).where(Pot.customer_id == customer_id)
        rows = self.read(lambda work: work.session.execute(hers).all())
        return {f"{rule_id} {period}".strip(): balance for rule_id, period, balance in rows}

    def grants(self, customer_id: UUID) -> list[GrantView]:
        found = self.read(lambda work: grants_of_customer(work.session, customer_id))
        return [one for one in found if one.scope_type == "pot"]

    def standing(self, customer_id: UUID) -> list[str]:
        return sorted(g.occurrence for g in self.grants(customer_id) if g.status == "granted")

    def vouchers(self, customer_id: UUID) -> list[tuple[str, int]]:
        found = self.read(lambda work: vouchers_of(work.session, [customer_id]))
        return sorted((one.status, one.face_cents) for one in found)

    def findings(self) -> list[str]:
        return self.read(lambda work: [f"{one.check}: {one.row}" for one in audit(work.session)])
