"""What a rule may look at: one meeting with everything in it, or orders outside meetings.

Amounts are cents including tax unless named otherwise, shares and rates are basis points, dates are
calendar days in the brand's time zone. A value nobody knows is `None`: it satisfies no comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

PLACES = ("host", "seller", "other", "virtual")
MONTHS = tuple(str(number) for number in range(1, 13))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Invitation(StrEnum):
    SUGGESTED = "suggested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REJECTED = "rejected"


class BookingStatus(StrEnum):
    STANDING = "standing"
    HELD = "held"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    MEETING = "meeting"
    DIRECT = "direct"
    WEB = "web"


class OrderKind(StrEnum):
    SALE = "sale"
    GIFT = "gift"


class OrderStatus(StrEnum):
    CART = "cart"
    PLACED = "placed"
    COMPLETED = "completed"
    PARTIALLY_CANCELLED = "partially_cancelled"
    CANCELLED = "cancelled"


class Payment(StrEnum):
    UNPAID = "unpaid"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What still stands of a line: cancelled units are already taken off."""

    id: str
    product: str
    """Catalogue reference."""
    net_cents: int
    """After discounts, codes and vouchers, tax included; points used are not yet taken off."""
    quantity: int = 1
    points_cents: int = 0
    """The part of `net_cents` paid with points."""
    net_excl_tax_cents: int | None = None
    vat_rate_bp: int | None = None
    in_turnover: bool = True
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderFacts:
    id: str
    customer_id: str
    lines: tuple[LineFacts, ...] = ()
    channel: Channel = Channel.MEETING
    kind: OrderKind = OrderKind.SALE
    status: OrderStatus = OrderStatus.PLACED
    payment: Payment = Payment.PAID
    placed_on: date | None = None
    first_order: bool | None = None
    shipping_cents: int = 0
    catalogue: str | None = None


@dataclass(frozen=True, slots=True)
class CoHostFacts:
    customer_id: str
    share_bp: int


@dataclass(frozen=True, slots=True)
class ParticipantFacts:
    customer_id: str
    attended: bool = False
    invitation: Invitation = Invitation.ACCEPTED
    new_customer: bool = False


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A meeting booked in this one by one of its guests."""

    id: str
    """Id of the booked meeting."""
    customer_id: str
    """Who booked it."""
    status: BookingStatus = BookingStatus.STANDING
    made_on: date | None = None
    held_on: date | None = None
    turnover_cents: int | None = None
    """What the booked meeting reached, by the brand's own definition of turnover."""


@dataclass(frozen=True, slots=True)
class HostedFacts:
    """Another meeting that the host of this one held as host."""

    held_on: date
    with_this_seller: bool = False


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Somebody who may win; as she was when the scope was first settled."""

    customer_id: str
    roles: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    country: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    id: str
    host_customer_id: str
    co_hosts: tuple[CoHostFacts, ...] = ()
    """Their shares; the host keeps the rest of 100 %."""
    status: MeetingStatus = MeetingStatus.CLOSED
    held_on: date | None = None
    planned_on: date | None = None
    first_planned_on: date | None = None
    """The date first agreed: windows of bookings count from it, whatever happens to the meeting."""
    created_on: date | None = None
    closed_on: date | None = None
    place: str | None = None
    """host, seller, other, virtual"""
    theme: str | None = None
    catalogue: str | None = None
    participants: tuple[ParticipantFacts, ...] = ()
    bookings: tuple[BookingFacts, ...] = ()
    booked_from: str | None = None
    """Id of the meeting this one was booked in."""
    hosted_before: tuple[HostedFacts, ...] | None = None
    """Her other meetings, held ones only; frozen when this one is first settled."""


@dataclass(frozen=True, slots=True)
class CapFacts:
    """What is left of a cap, before this scope takes its share of it."""

    rule_id: str
    cap: str
    """Its id: person-month-times."""
    left: int
    subject: str = ""
    """The person's id, of a cap per person."""
    period: str = ""
    """Of a pot, whose feedings may lie in several: 2026, 2026-03, 2026-W10, 2026-03-09."""


@dataclass(frozen=True, slots=True)
class GrantedFacts:
    """Was granted when this scope was settled before: it keeps its place among others."""

    rule_id: str
    customer_id: str
    scope_id: str
    occurrence: str = ""


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What a reward of a pot has taken of a cap of its rule."""

    cap: str
    """Its id: person-month-times."""
    amount: int
    subject: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class PotIssueFacts:
    """A reward that a pot gave and that stands."""

    number: int
    """The first, the second …"""
    taken: int | None = None
    """What it took off the pot; None: what the rule says."""
    used: bool = False
    """Whether it cannot be taken back any more."""
    shares: tuple[ShareFacts, ...] = ()
    """Of caps: whoever withdraws it gives them back."""


@dataclass(frozen=True, slots=True)
class FedFacts:
    source_id: str
    """The order, or meeting."""
    amount: int


@dataclass(frozen=True, slots=True)
class PotFacts:
    """A pot as it stands."""

    rule_id: str
    customer_id: str
    id: str = ""
    """What its rewards are won in; made up when left out."""
    period: str = ""
    """The year it is of, or the day its programme began, as its resets say."""
    balance: int = 0
    """Cents or a count; less than nothing when rewards were used that returns took back."""
    issued: tuple[PotIssueFacts, ...] = ()
    fed: tuple[FedFacts, ...] = ()
    """What the orders, or meeting, of these facts have put in before."""


@dataclass(frozen=True, slots=True)
class Facts:
    """With a meeting: it and its orders. Without: each order is judged by itself."""

    meeting: MeetingFacts | None = None
    orders: tuple[OrderFacts, ...] = field(default=())
    seller_customer_id: str | None = None
    """The customer card of the seller."""
    people: tuple[PersonFacts, ...] = ()
    caps: tuple[CapFacts, ...] = ()
    """Of caps not named, everything is left."""
    granted: tuple[GrantedFacts, ...] = ()
    pots: tuple[PotFacts, ...] | None = None
    """Those not named are empty. None: pots are not judged here."""

    @property
    def winners(self) -> set[str]:
        """Whoever could be paid."""
        found = {order.customer_id for order in self.orders}
        if self.meeting is not None:
            found.add(self.meeting.host_customer_id)
            found |= {one.customer_id for one in self.meeting.co_hosts}
            found |= {one.customer_id for one in self.meeting.bookings}
        if self.seller_customer_id is not None:
            found.add(self.seller_customer_id)
        return found
