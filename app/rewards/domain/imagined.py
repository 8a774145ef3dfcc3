"""What if: the facts of a meeting with orders, dates and guests that it does not have yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.kernel.money import spread, vat_included
from app.rewards.domain.facts import (
    BookingFacts,
    Facts,
    LineFacts,
    MeetingFacts,
    OrderFacts,
    ParticipantFacts,
)
from app.rewards.domain.scopes import hosts_of

VAT_BP = 2_000
"""The rate most things are sold at: good enough for what is imagined."""
LAST_ID = 2**128 - 1
"""Those imagined come after all others, and are nobody's."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is imagined on top of what a meeting has."""

    cents: int = 0
    """Of sales, products only."""
    orders: int = 0
    """By how many who have not ordered yet; with an amount, at least one."""
    bookings: int = 0
    """Dates taken by guests."""
    attended: int = 0
    """Guests present."""
    customer_id: str = ""
    """Whose amount it is; nobody's by name: that of the new orders."""

    @property
    def is_nothing(self) -> bool:
        return not (self.cents or self.orders or self.bookings or self.attended)


def nobody(number: int) -> str:
    """The id of an imagined person, order or booking."""
    return str(UUID(int=LAST_ID - number))


def is_nobody(customer_id: str) -> bool:
    return customer_id.startswith("ffffffff-ffff-ffff")


def imagine(facts: Facts, wish: WhatIf, *, today: date, is_first: bool = False) -> Facts:
    """Facts of a meeting; what is imagined happens today, after all that has happened.

    `is_first`: whoever is named has never ordered before. Others imagined are known customers.
    """
    meeting = facts.meeting
    assert meeting is not None
    bookings = tuple(
        BookingFacts(id=nobody(number), customer_id=nobody(number), made_on=today)
        for number in range(wish.bookings)
    )
    guests = _present(meeting, wish.attended)
    if is_first and wish.cents:
        guests = tuple(
            replace(one, new_customer=one.new_customer or one.customer_id == wish.customer_id)
            for one in guests
        )
    return replace(
        facts,
        meeting=replace(meeting, bookings=(*meeting.bookings, *bookings), participants=guests),
        orders=(*facts.orders, *_orders(wish, today, is_first=is_first)),
    )


def _present(meeting: MeetingFacts, more: int) -> tuple[ParticipantFacts, ...]:
    """Guests on the list come first, then others."""
    hosts = hosts_of(meeting)
    absent = [
        guest.customer_id
        for guest in meeting.participants
        if not guest.attended and guest.customer_id not in hosts
    ][:more]
    came = (
        replace(guest, attended=True) if guest.customer_id in absent else guest
        for guest in meeting.participants
    )
    others = range(more - len(absent))
    return (*came, *(ParticipantFacts(nobody(number), attended=True) for number in others))


def _orders(wish: WhatIf, today: date, *, is_first: bool) -> Iterator[OrderFacts]:
    """The amount is one order of whoever is named, else shared out evenly."""
    nameless = 0 if wish.customer_id else wish.cents
    how_many = max(wish.orders, 1 if nameless else 0)
    for number, cents in enumerate(spread(nameless, [1] * how_many) if how_many else ()):
        yield _order(nobody(number), nobody(number), cents, today)
    if wish.customer_id and wish.cents:
        own = _order(nobody(how_many), wish.customer_id, wish.cents, today)
        yield replace(own, first_order=is_first)


def _order(order_id: str, customer_id: str, cents: int, today: date) -> OrderFacts:
    line = LineFacts(
        id="1",
        product="",
        net_cents=cents,
        net_excl_tax_cents=cents - vat_included(cents, VAT_BP),
        vat_rate_bp=VAT_BP,
    )
    return OrderFacts(id=order_id, customer_id=customer_id, lines=(line,), placed_on=today)
