"""Orders of a meeting: changed only while the meeting is locked, and only while it lives.

Every use case locks the meeting, then the order; an order outside meetings has nothing to lock
first. Gift orders outlive their meeting: they may still be finalised once it is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.meetings.domain import MeetingStatus, Part
from app.meetings.errors import MeetingIsClosed, NotInThisMeeting
from app.meetings.models import Meeting
from app.meetings.repository import locked_meeting, run_meeting
from app.meetings.services.correcting import STAFF, must_be_changeable, note_correction
from app.orders import queries, services
from app.orders.domain.wishes import Wish
from app.orders.services import RecordPayment
from app.promotions.domain import Quote


@dataclass(frozen=True, slots=True)
class OrderNow:
    """What has become of an order, for whoever shows it."""

    id: UUID
    number: int | None
    total_cents: int
    due_cents: int


class Totals(Protocol):
    """As much of an order as is told of it here."""

    @property
    def id(self) -> UUID: ...

    @property
    def number(self) -> int | None: ...

    @property
    def total_cents(self) -> int: ...

    @property
    def due_cents(self) -> int: ...


def start_order(
    uow: UnitOfWork,
    actor: Actor,
    meeting_id: UUID,
    customer_id: UUID,
    *,
    reason: str = "",
    clock: Clock,
) -> OrderNow:
    """The draft she already has, or a new one. The first one opens the meeting; in a closed one it
    is late, for a `reason` when staff take it.

    Raises NotInThisMeeting for whoever is neither a guest nor the host.
    """
    meeting = run_meeting(uow.session, actor, meeting_id, guests=True)
    is_late = must_be_changeable(uow, actor, meeting, Part.ORDERS, reason)
    _must_be_there(meeting, customer_id)
    if is_late:
        note_correction(uow, actor, meeting, {}, {"late_order_of": customer_id}, reason)
    else:
        meeting.open(clock())
    order = services.new_cart(
        uow,
        actor,
        seller_id=meeting.seller_id,
        customer_id=customer_id,
        meeting_id=meeting.id,
        clock=clock,
    )
    return _now(order)


def start_direct_order(
    uow: UnitOfWork, actor: Actor, seller_id: UUID, customer_id: UUID, *, clock: Clock
) -> OrderNow:
    """Outside meetings, for a customer of the seller's book."""
    order = services.new_cart(
        uow, actor, seller_id=seller_id, customer_id=customer_id, meeting_id=None, clock=clock
    )
    return _now(order)


def add_line(
    uow: UnitOfWork, actor: Actor, order_id: UUID, product_id: UUID, quantity: int, *, clock: Clock
) -> None:
    _enter(uow, actor, order_id)
    services.add_line(uow, actor, order_id, product_id, quantity, clock=clock)


def set_quantity(
    uow: UnitOfWork, actor: Actor, order_id: UUID, line_id: UUID, quantity: int, *, clock: Clock
) -> None:
    """None left: the line goes."""
    _enter(uow, actor, order_id)
    services.set_quantity(uow, actor, order_id, line_id, quantity, clock=clock)


def refresh_cart(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> None:
    """Today's prices on a draft whose prices have moved on."""
    _enter(uow, actor, order_id)
    services.refresh_cart(uow, actor, order_id, clock=clock)


def ask(uow: UnitOfWork, actor: Actor, order_id: UUID, wish: Wish, *, clock: Clock) -> Quote:
    """A code, a pick, a voucher, points, gifts, a delivery: see `app.orders.domain.wishes`.

    Raises NotGranted with the precise reason; the draft is as before then.
    """
    _enter(uow, actor, order_id)
    return services.ask(uow, actor, order_id, wish, clock=clock)


def discard_cart(uow: UnitOfWork, actor: Actor, order_id: UUID) -> UUID | None:
    """The meeting it was in."""
    meeting_id = _enter(uow, actor, order_id)
    services.discard_cart(uow, actor, order_id)
    return meeting_id


def place_order(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    *,
    payment: RecordPayment | None = None,
    seen: str | None = None,
    seen_cents: int | None = None,
    clock: Clock,
) -> OrderNow:
    """Place it, and record its payment in the same breath when there is one: both or neither."""
    _enter(uow, actor, order_id)
    order = services.place(
        uow, actor, order_id, payment=payment, seen=seen, seen_cents=seen_cents, clock=clock
    )
    return _now(order)


def pay_order(
    uow: UnitOfWork, actor: Actor, order_id: UUID, payment: RecordPayment, *, clock: Clock
) -> OrderNow:
    """Of a closed meeting too, in the place of a payment that was refused."""
    again = queries.was_paid_before(uow.session, order_id)
    _enter(uow, actor, order_id, closed_too=again)
    order = services.record_payment(uow, actor, order_id, payment, clock=clock)
    return _now(order)


def refuse_payment(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    payment_id: UUID,
    *,
    reason: str = "",
    clock: Clock,
) -> OrderNow:
    """The bank did not honour it; whenever that becomes known."""
    _enter(uow, actor, order_id, closed_too=True)
    order = services.refuse_payment(uow, actor, order_id, payment_id, reason=reason, clock=clock)
    return _now(order)


def cancel_order(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> OrderNow:
    """Whole, and only while nothing was paid for it."""
    _enter(uow, actor, order_id)
    return _now(services.cancel_unpaid(uow, actor, order_id, clock=clock))


def cancel_units(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    units: Mapping[UUID, int] | None = None,
    *,
    reason: str = "",
    clock: Clock,
) -> OrderNow:
    """Whole, or of a paid order units that were not shipped."""
    _enter(uow, actor, order_id)
    order = services.cancel(uow, actor, order_id, units, reason=reason, clock=clock)
    return _now(order)


def take_back_order(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    units: Mapping[UUID, int] | None = None,
    *,
    restock: bool = True,
    reason: str = "",
    clock: Clock,
) -> OrderNow:
    """Units that had been shipped came back."""
    _enter(uow, actor, order_id)
    order = services.take_back(
        uow, actor, order_id, units, restock=restock, reason=reason, clock=clock
    )
    return _now(order)


def ship_order(
    uow: UnitOfWork,
    actor: Actor,
    order_id: UUID,
    units: Mapping[UUID, int] | None = None,
    *,
    tracking: str = "",
    clock: Clock,
) -> OrderNow:
    """Also after the meeting was closed: that is when most of it is shipped."""
    _enter(uow, actor, order_id, closed_too=True)
    return _now(services.ship(uow, actor, order_id, units, tracking=tracking, clock=clock))


def deliver_order(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> OrderNow:
    _enter(uow, actor, order_id, closed_too=True)
    return _now(services.deliver(uow, actor, order_id, clock=clock))


def release_abandoned(
    uow: UnitOfWork, actor: Actor, order_id: UUID, *, hours: int, clock: Clock
) -> bool:
    """An order that nobody paid in time gives all it took back. False: it was paid after all."""
    _enter(uow, actor, order_id, closed_too=True)
    return services.release_abandoned(uow, actor, order_id, hours=hours, clock=clock)


def _now(order: Totals) -> OrderNow:
    return OrderNow(order.id, order.number, order.total_cents, order.due_cents)


def finalise_gift_order(uow: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Clock) -> OrderNow:
    """Also after the meeting was closed: that is when gifts are chosen."""
    _enter(uow, actor, order_id, closed_too=True)
    order = services.finalise_gift_order(uow, actor, order_id, clock=clock)
    return _now(order)


def _enter(
    uow: UnitOfWork, actor: Actor, order_id: UUID, *, closed_too: bool = False
) -> UUID | None:
    """Lock the meeting of this order, if it has one, and see to it that its orders may change:
    after closing, staff change them, and sellers whose brand leaves them open."""
    meeting_id = queries.meeting_of(uow.session, actor, order_id)
    if meeting_id:
        meeting = _entered(uow, actor, meeting_id)
        if not closed_too:
            _must_take_orders(uow, actor, meeting)
    return meeting_id


def _must_take_orders(uow: UnitOfWork, actor: Actor, meeting: Meeting) -> None:
    if meeting.status != MeetingStatus.CLOSED:
        meeting.must_be_alive()
    elif actor.role is Role.SELLER:
        must_be_changeable(uow, actor, meeting, Part.ORDERS)
    elif actor.role not in STAFF:
        raise MeetingIsClosed(closed_at=meeting.closed_at)


def _entered(uow: UnitOfWork, actor: Actor, meeting_id: UUID) -> Meeting:
    """A customer may fill her own draft by her link; the order keeps her from the rest."""
    if actor.role is Role.CUSTOMER:
        return locked_meeting(uow.session, actor, meeting_id)
    return run_meeting(uow.session, actor, meeting_id)


def _must_be_there(meeting: Meeting, customer_id: UUID) -> None:
    there = {meeting.host_id, *(guest.customer_id for guest in meeting.participants)}
    if customer_id not in there:
        raise NotInThisMeeting
