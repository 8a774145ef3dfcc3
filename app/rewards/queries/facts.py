"""The facts of a meeting, gathered set by set: their number of statements never grows."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.clock import local_day
from app.meetings.queries import BookingView, MeetingForRewards
from app.orders import queries as orders
from app.orders.domain.shares import upto
from app.orders.queries import OrderView
from app.orders.queries.sold import SoldLine, SoldOrder, as_sold, sold_by_id, sold_in_meetings
from app.rewards.domain.counting import count_orders
from app.rewards.domain.facts import (
    BookingFacts,
    BookingStatus,
    Channel,
    CoHostFacts,
    Facts,
    Invitation,
    LineFacts,
    MeetingFacts,
    MeetingStatus,
    OrderFacts,
    OrderKind,
    OrderStatus,
    ParticipantFacts,
    Payment,
)
from app.rewards.domain.programme import Programme
from app.rewards.queries.surroundings import Bare, surrounded
from app.sellers import queries as sellers

PLACES = {"host_home": "host", "seller_home": "seller", "other": "other", "virtual": "virtual"}


def facts_of_meetings(
    session: Session,
    meetings: Sequence[MeetingForRewards],
    programme: Programme,
    zone: str,
    *,
    others: Collection[UUID] = (),
) -> dict[UUID, Facts]:
    """What the rules may look at, days judged in `zone` (the brand's); `others`: customers who may
    win, too. The same statements however many meetings."""
    booked = [held for meeting in meetings for held in _held(meeting.bookings)]
    by_meeting = _orders_by_meeting(session, [*(meeting.id for meeting in meetings), *booked])
    sold = [order for meeting in meetings for order in by_meeting.get(meeting.id, ())]
    first_orders = _first_orders(session, sold, programme)
    bare = []
    for meeting in meetings:
        facts = Facts(
            meeting=_meeting_facts(meeting, by_meeting, first_orders, programme, zone),
            orders=tuple(
                _order_facts(order, first_orders, zone) for order in by_meeting.get(meeting.id, ())
            ),
            seller_customer_id=str(meeting.seller_customer_id),
        )
        bare.append(Bare(facts, meeting.starts_at, meeting, frozenset(others)))
    ids = [meeting.id for meeting in meetings]
    return dict(zip(ids, surrounded(session, bare, programme, zone), strict=True))


OF_FIRST_ORDERS = frozenset({"first_order", "new_customers"})


def _first_orders(
    session: Session, sold: Sequence[SoldOrder], programme: Programme
) -> frozenset[UUID]:
    """Which of them are somebody's first; not looked for when no rule asks."""
    if not OF_FIRST_ORDERS & programme.asks:
        return frozenset()
    buyers = {order.customer_id for order in sold}
    return frozenset(orders.first_order_ids(session, buyers).values())


def _orders_by_meeting(
    session: Session, meeting_ids: Sequence[UUID]
) -> dict[UUID, list[SoldOrder]]:
    grouped: dict[UUID, list[SoldOrder]] = {}
    for order in sold_in_meetings(session, meeting_ids):
        assert order.meeting_id is not None
        grouped.setdefault(order.meeting_id, []).append(order)
    return grouped


def _held(bookings: Sequence[BookingView]) -> list[UUID]:
    return [booking.meeting_id for booking in bookings if booking.ended_at]


def _meeting_facts(
    meeting: MeetingForRewards,
    by_meeting: Mapping[UUID, Sequence[SoldOrder]],
    first_orders: frozenset[UUID],
    programme: Programme,
    zone: str,
) -> MeetingFacts:
    newcomers = {
        order.customer_id for order in by_meeting.get(meeting.id, []) if order.id in first_orders
    }
    return MeetingFacts(
        id=str(meeting.id),
        host_customer_id=str(meeting.host_id),
        co_hosts=tuple(
            CoHostFacts(str(guest.customer_id), guest.share_bp)
            for guest in meeting.participants
            if guest.share_bp is not None
        ),
        status=MeetingStatus(meeting.status),
        held_on=local_day(meeting.starts_at, zone),
        planned_on=local_day(meeting.starts_at, zone),
        first_planned_on=local_day(meeting.first_starts_at, zone),
        created_on=local_day(meeting.created_at, zone),
        closed_on=local_day(meeting.closed_at, zone) if meeting.closed_at else None,
        place=PLACES[meeting.place],
        theme=meeting.theme or None,
        booked_from=str(meeting.origin_id) if meeting.origin_id else None,
        participants=tuple(
            ParticipantFacts(
                customer_id=str(guest.customer_id),
                attended=guest.attended,
                invitation=INVITATIONS[guest.invitation],
                new_customer=guest.customer_id in newcomers,
            )
            for guest in meeting.participants
        ),
        bookings=tuple(
            _booking_facts(booking, by_meeting, programme, zone) for booking in meeting.bookings
        ),
    )


def _booking_facts(
    booking: BookingView,
    by_meeting: Mapping[UUID, Sequence[SoldOrder]],
    programme: Programme,
    zone: str,
) -> BookingFacts:
    """What the booked meeting reached is counted as the brand counts turnover, its own host
    being its host."""
    its_orders = by_meeting.get(booking.meeting_id, ())
    held = _is_held(booking, its_orders)
    return BookingFacts(
        id=str(booking.meeting_id),
        customer_id=str(booking.customer_id),
        status=_booking_status(booking, held=held),
        made_on=local_day(booking.made_at, zone),
        held_on=local_day(booking.starts_at, zone) if held else None,
        turnover_cents=_turnover(booking, its_orders, programme, zone) if held else None,
    )


def _turnover(
    booking: BookingView, its_orders: Sequence[SoldOrder], programme: Programme, zone: str
) -> int:
    facts = tuple(_order_facts(order, frozenset(), zone) for order in its_orders)
    base = programme.settings.turnover
    host = frozenset({str(booking.host_id)})
    return count_orders(Facts(orders=facts), facts, host, base).amount_cents


def _is_held(booking: BookingView, its_orders: Sequence[SoldOrder]) -> bool:
    return (
        booking.ended_at is not None
        and booking.starts_at <= booking.ended_at
        and any(_stands_paid(order) for order in its_orders)
    )


def _stands_paid(order: SoldOrder) -> bool:
    return (
        order.kind == "sale"
        and order.payment_status == "paid"
        and order.status in {"placed", "completed", "partially_cancelled"}
    )


def _booking_status(booking: BookingView, *, held: bool) -> BookingStatus:
    if held:
        return BookingStatus.HELD
    if booking.ended_at or booking.status == "cancelled":
        return BookingStatus.CANCELLED
    return BookingStatus.STANDING


def facts_of_order(
    order: OrderView, first_orders: frozenset[UUID], seller_customer_id: UUID, zone: str
) -> Facts:
    """An order outside meetings, judged by itself."""
    return _facts_of_sale(as_sold(order), first_orders, seller_customer_id, zone)


def _facts_of_sale(
    order: SoldOrder, first_orders: frozenset[UUID], seller_customer_id: UUID, zone: str
) -> Facts:
    return Facts(
        orders=(_order_facts(order, first_orders, zone),),
        seller_customer_id=str(seller_customer_id),
    )


def facts_of_orders(
    session: Session, order_ids: Sequence[UUID], programme: Programme, zone: str
) -> dict[UUID, Facts]:
    """Orders outside meetings, placed, each judged by itself; as `facts_of_meetings`."""
    found = sold_by_id(session, order_ids)
    first_orders = _first_orders(session, found, programme)
    cards = sellers.cards_of(session, {order.seller_id for order in found})
    bare = [
        Bare(
            _facts_of_sale(order, first_orders, cards[order.seller_id], zone),
            order.placed_at or order.created_at,
        )
        for order in found
    ]
    ids = [order.id for order in found]
    return dict(zip(ids, surrounded(session, bare, programme, zone), strict=True))


CHANNELS = {one.value: one for one in Channel}
KINDS = {one.value: one for one in OrderKind}
STATES = {one.value: one for one in OrderStatus}
INVITATIONS = {one.value: one for one in Invitation}
PAYMENTS = {one.value: one for one in Payment}
"""Looking a word up takes a tenth of the time of asking the enumeration."""


def _order_facts(order: SoldOrder, first_orders: frozenset[UUID], zone: str) -> OrderFacts:
    return OrderFacts(
        id=str(order.id),
        customer_id=str(order.customer_id),
        lines=tuple(
            _line_facts(line, line.cancelled + line.returned)
            for line in order.lines
            if line.quantity > line.cancelled + line.returned
        ),
        channel=CHANNELS[order.channel],
        kind=KINDS[order.kind],
        status=STATES[order.status],
        payment=PAYMENTS[order.payment_status],
        placed_on=local_day(order.placed_at, zone) if order.placed_at else None,
        first_order=order.id in first_orders,
        shipping_cents=order.shipping_cents,
    )


def _line_facts(line: SoldLine, gone: int) -> LineFacts:
    """What still stands of it."""
    standing_cents, points = line.net_cents - line.refunded_cents, line.points_cents
    if gone and points:
        points -= upto(points, gone, line.quantity)
    return LineFacts(
        id=str(line.id),
        product=line.reference,
        net_cents=standing_cents + points,
        quantity=line.quantity - gone,
        points_cents=points,
        net_excl_tax_cents=None if line.points_cents else standing_cents - _vat(line, gone),
        vat_rate_bp=line.vat_rate_bp,
        in_turnover=line.in_turnover and line.gift_claim_id is None and not line.promotion,
        categories=(line.category,) if line.category is not None else (),
    )


def _vat(line: SoldLine, gone: int) -> int:
    """As it was charged; what points paid was not, so that the rate has to tell."""
    return line.vat_cents - upto(line.vat_cents, gone, line.quantity) if gone else line.vat_cents
