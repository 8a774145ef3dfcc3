"""A seller with her book, a catalogue, and meetings in any state: the smallest valid things."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.catalog.services import NewProduct, create_category, create_product
from app.customers.services import NewCustomer, create_customer
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role, system
from app.meetings.domain import MeetingSettings, WallTime
from app.meetings.services import bookings, guests, ordering, planning
from app.meetings.services.planning import Gathering, PlanMeeting
from app.orders.models import PaymentMethod
from app.orders.services import RecordPayment
from app.sellers import queries as sellers
from app.sellers.services import NewSeller, create_seller

ZONE = "Europe/Paris"
SETTINGS = MeetingSettings(zone=ZONE)
PASSWORD = "a long enough password"

Uow = Callable[..., AbstractContextManager[UnitOfWork]]


def wall(instant: datetime) -> WallTime:
    """What a clock in Paris shows then, to the minute."""
    local = instant.astimezone(ZoneInfo(ZONE)).replace(second=0, microsecond=0, tzinfo=None)
    return WallTime(local.date(), local.time())


@dataclass
class Stage:
    """Says what happened before the test; each step is a committed use case of its own."""

    uow: Uow
    seller: Actor
    product_id: UUID
    clock: Callable[[], datetime] | None

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def do(self, service: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with self.uow(self.seller.brand_id, clock=self.clock) as work:
            return service(work, self.seller, *args, clock=work.clock, **named)

    def now(self) -> datetime:
        with self.uow(self.seller.brand_id, clock=self.clock) as work:
            return work.clock()

    def customer(self, first_name: str = "", last_name: str = "Petit", **given: Any) -> UUID:
        first_name = first_name or f"Chloé{next(self._numbers)}"
        return self.do(create_customer, NewCustomer(first_name, last_name, **given))

    def meeting(self, *, days: float = 7, host_id: UUID | None = None, **given: Any) -> UUID:
        host_id = host_id or self.customer("Sophie", "Marchand")
        gathering = Gathering(when=wall(self.now() + timedelta(days=days)), **given)
        wish = PlanMeeting(host=host_id, gathering=gathering)
        return self.do(planning.plan_meeting, wish, settings=SETTINGS)

    def guest(self, meeting_id: UUID, *, attended: bool = False) -> tuple[UUID, UUID]:
        """The participant and the customer."""
        customer_id = self.customer()
        participant_id = self.do(guests.add_participant, meeting_id, customer_id)
        if attended:
            self.do(guests.set_attended, meeting_id, participant_id, True)
        return participant_id, customer_id

    def book(self, meeting_id: UUID, participant_id: UUID, *, days: float = 30) -> UUID:
        when = wall(self.now() + timedelta(days=days))
        wish = Gathering(when=when)
        return self.do(bookings.book_meeting, meeting_id, participant_id, wish, settings=SETTINGS)

    def cart(self, meeting_id: UUID, customer_id: UUID, *, quantity: int = 1) -> UUID:
        order_id: UUID = self.do(ordering.start_order, meeting_id, customer_id).id
        self.do(ordering.add_line, order_id, self.product_id, quantity)
        return order_id

    def order(self, meeting_id: UUID, customer_id: UUID, *, paid: bool = True) -> UUID:
        order_id = self.cart(meeting_id, customer_id)
        now = self.do(ordering.place_order, order_id)
        if paid:
            on = wall(self.now()).day
            self.do(
                ordering.pay_order, order_id, RecordPayment(PaymentMethod.CASH, now.due_cents, on)
            )
        return order_id


def set_stage(
    uow: Uow, brand_id: UUID, clock: Callable[[], datetime] | None = None, email: str = "seller"
) -> Stage:
    with uow(brand_id, clock=clock) as work:
        staff = system(brand_id)
        new = NewSeller("Nadia", "Roux", f"{email}@example.org", PASSWORD)
        seller_id = create_seller(work, staff, new, clock=work.clock)
        category = create_category(work, staff, f"Cuisine {email}")
        product = NewProduct(f"WOK-{email}", "Wok", category, price_cents=5_000)
        product_id = create_product(work, staff, product, clock=work.clock)
        card = sellers.seller(work.session, seller_id).customer_id
    actor = Actor(brand_id=brand_id, role=Role.SELLER, seller_id=seller_id, customer_id=card)
    return Stage(uow, actor, product_id, clock)
