"""A brand whose orders earn and spend points, and people whose lots can be looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, system
from app.kernel.ids import new_id
from app.loyalty import services
from app.loyalty.domain import Credit, Movement
from app.loyalty.models import Account, Lot, PointsAccount
from app.loyalty.queries import spendable_of
from app.meetings.services import ordering
from app.orders.services import RecordPayment, settle_points
from app.promotions.services.plan import save_settings as save_plan
from app.reports.audit import audit
from tests.support.clock import StillClock
from tests.support.gathering import Stage, set_stage

EARNING: dict[str, Any] = {"earning": {"with_codes_or_vouchers": True}}
RATE: dict[str, Any] = {
    **EARNING,
    "spending": {"mode": "rate", "value": {"customer": {"cents": 1}}},
}


def spendable(work: UnitOfWork, customer: UUID) -> int:
    points = work.session.scalar(select(spendable_of(literal(customer))), {"at": work.clock()})
    assert points is not None
    return points


@dataclass
class Ledger:
    """What happens to points, each step a committed use case of its own."""

    stage: Stage
    clock: StillClock | None = None

    @property
    def staff(self) -> Actor:
        return system(self.stage.seller.brand_id)

    def do(self, service: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with self.uow() as work:
            return service(work, self.staff, *args, clock=work.clock, **named)

    def uow(self) -> Any:
        return self.stage.uow(self.stage.seller.brand_id, clock=self.clock)

    def see(self, query: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with self.uow() as work:
            return query(work.session, *args, **named)

    def rules(self, **document: Any) -> None:
        self.do(services.save_settings, document)

    def plan(self, points: dict[str, Any] = RATE) -> None:
        self.do(save_plan, {"points": points})

    def give(
        self,
        customer: UUID,
        points: int,
        expires_at: datetime | None = None,
        source: UUID | None = None,
    ) -> UUID:
        source = source or new_id()
        key = f"given:{new_id()}"
        self.post(Credit(key, customer, points, "given", "test", source, {}, expires_at))
        return source

    def post(self, *movements: Movement) -> None:
        self.do(services.post, movements)

    def accounts(self, customer: UUID) -> dict[str, int]:
        """Those that are not empty, but what was issued."""

        def read(work: UnitOfWork) -> dict[str, int]:
            hers = select(PointsAccount).where(PointsAccount.customer_id == customer)
            found = work.session.scalars(hers)
            shown = (one for one in found if one.balance and one.kind != Account.ISSUED)
            return {str(one.kind): one.balance for one in shown}

        with self.uow() as work:
            return read(work)

    def lots(self, customer: UUID) -> list[tuple[int, datetime | None]]:
        with self.uow() as work:
            hers = select(Lot).where(Lot.customer_id == customer, Lot.remaining > 0)
            found = work.session.scalars(hers.order_by(Lot.expires_at, Lot.id))
            return [(lot.remaining, lot.expires_at) for lot in found]

    def spendable(self, customer: UUID) -> int:
        with self.uow() as work:
            return spendable(work, customer)

    def expire(self) -> int:
        return int(self.do(services.expire_due, most=100))

    def release(self) -> int:
        return int(self.do(services.release_due, most=100))

    def findings(self) -> list[str]:
        with self.uow() as work:
            return [f"{one.check}: {one.row}" for one in audit(work.session)]

    # ------------------------------------------------------------ orders

    def draft(self, customer: UUID, *, quantity: int = 1, meeting: UUID | None = None) -> UUID:
        """Of woks at 50 €."""
        if meeting is None:
            seller = self.stage.seller.seller_id
            order = self.stage.do(ordering.start_direct_order, seller, customer)
        else:
            order = self.stage.do(ordering.start_order, meeting, customer)
        self.stage.do(ordering.add_line, order.id, self.stage.product_id, quantity)
        order_id: UUID = order.id
        return order_id

    def buy(self, customer: UUID, *, quantity: int = 1, meeting: UUID | None = None) -> UUID:
        order_id = self.draft(customer, quantity=quantity, meeting=meeting)
        placed = self.stage.do(ordering.place_order, order_id)
        self.stage.do(ordering.pay_order, order_id, RecordPayment("cash", placed.due_cents))
        self.settle(order_id)
        return order_id

    def ship(self, order_id: UUID) -> None:
        self.stage.do(ordering.ship_order, order_id)
        self.settle(order_id)

    def deliver(self, order_id: UUID) -> None:
        self.stage.do(ordering.deliver_order, order_id)
        self.settle(order_id)

    def send_back(self, order_id: UUID, units: dict[UUID, int] | None = None) -> None:
        self.stage.do(ordering.take_back_order, order_id, units)
        self.settle(order_id)

    def cancel(self, order_id: UUID, units: dict[UUID, int] | None = None) -> None:
        self.stage.do(ordering.cancel_units, order_id, units)
        self.settle(order_id)

    def settle(self, order_id: UUID) -> None:
        """What the worker does whenever something happened to an order, by this test's clock."""
        self.do(settle_points, order_id)

    def later(self, **passed: float) -> None:
        assert self.clock is not None
        self.clock.now += timedelta(**passed)


def open_ledger(uow: Any, brand_id: UUID, clock: StillClock | None = None) -> Ledger:
    return Ledger(set_stage(uow, brand_id, clock), clock)
