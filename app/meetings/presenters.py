"""Meetings in the reader's words: what the seller's pages and the mails are given."""

from calendar import Calendar
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel import dates
from babel.numbers import format_decimal
from flask import url_for
from flask_babel import gettext, ngettext

from app.customers.queries import CustomerView, PersonView
from app.http.words import date_long, date_short, initials, locale, money, number, percent, zone
from app.kernel.money import BASIS
from app.kernel.words import N_
from app.meetings import queries
from app.meetings.domain import Invitation, Part, Place
from app.meetings.queries import (
    ClosingChecks,
    MeetingPage,
    MonthFigures,
    Plan,
    SellerHome,
    StuckMeeting,
)
from app.orders.queries import OrderView

PLACES = {
    Place.HOST_HOME: N_("At the host's"),
    Place.SELLER_HOME: N_("At my place"),
    Place.OTHER: N_("Elsewhere"),
    Place.VIRTUAL: N_("Online"),
}
Badges = Mapping[UUID, Sequence[Any]]
"""By customer; the rewards' own, passed through to the page."""
UNANSWERED = (Invitation.INVITED, Invitation.SUGGESTED)


def title_of(host_name: str) -> str:
    """Chez Sophie Marchand."""
    text: str = gettext("At %(name)s's", name=host_name)
    return text


def place_label(place: str, address: str) -> str:
    """What was typed says more than the kind of place."""
    return address or gettext(PLACES[Place(place)])


def place_choices() -> list[tuple[str, str]]:
    return [(str(place), gettext(words)) for place, words in PLACES.items()]


# ------------------------------------------------------------------------------------ rows


@dataclass(frozen=True, slots=True)
class MeetingRow:
    id: UUID
    title: str
    starts_at: datetime
    place_label: str
    status: str
    turnover_cents: int
    order_count: int
    participant_count: int
    role_label: str | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: UUID
    number: int | None
    customer_name: str
    kind: str
    status: str
    payment: str
    total_cents: int
    item_count: int
    placed_at: datetime | None
    dated_at: datetime
    """When it was placed; of a draft, when it was begun."""
    is_direct: bool


def meeting_row(row: queries.MeetingRow) -> MeetingRow:
    roles = {"host": gettext("Host"), "guest": gettext("Guest")}
    return MeetingRow(
        id=row.id,
        title=title_of(row.host_name),
        starts_at=row.starts_at,
        place_label=place_label(row.place, row.address),
        status=row.status,
        turnover_cents=row.sales_cents,
        order_count=row.order_count,
        participant_count=row.participant_count,
        role_label=roles.get(row.role),
    )


def order_row(order: OrderView, people: Mapping[UUID, PersonView]) -> OrderRow:
    return OrderRow(
        id=order.id,
        number=order.number,
        customer_name=people[order.customer_id].name,
        kind=order.kind,
        status=order.status,
        payment=order.payment_status,
        total_cents=order.total_cents,
        item_count=order.item_count,
        placed_at=order.placed_at,
        dated_at=order.placed_at or order.created_at,
        is_direct=order.meeting_id is None,
    )


@dataclass(frozen=True, slots=True)
class BookedRow:
    """A date taken in a meeting."""

    id: UUID
    title: str
    starts_at: datetime
    origin_id: UUID
    origin: str
    fate: str


def booked_row(row: queries.BookedRow) -> BookedRow:
    words = gettext(
        "Taken by %(name)s, %(meeting)s, %(day)s",
        name=row.booker_name,
        meeting=title_of(row.origin_host_name),
        day=date_short(row.origin_starts_at),
    )
    return BookedRow(row.id, title_of(row.host_name), row.starts_at, row.origin_id, words, row.fate)


# -------------------------------------------------------------------------------- calendar


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    title: str
    starts_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    is_outside: bool
    """Of the month before or after."""
    is_today: bool
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Month:
    label: str
    weekdays: list[str]
    weeks: list[list[Day]]
    entry_count: int


def present_month(first: date, rows: Sequence[queries.MeetingRow], *, today: date) -> Month:
    """Whole weeks, beginning as the reader's calendars do."""
    by_day: dict[date, list[Entry]] = {}
    for row in rows:
        entry = Entry(row.id, title_of(row.host_name), row.starts_at, row.status)
        by_day.setdefault(row.starts_at.astimezone(zone()).date(), []).append(entry)
    weeks = Calendar(locale().first_week_day).monthdatescalendar(first.year, first.month)
    return Month(
        label=dates.format_date(first, "LLLL y", locale=locale()),
        weekdays=[dates.format_date(day, "EEEE", locale=locale()) for day in weeks[0]],
        weeks=[[_day(day, first, today, by_day) for day in week] for week in weeks],
        entry_count=len(rows),
    )


def _day(day: date, first: date, today: date, by_day: Mapping[date, list[Entry]]) -> Day:
    outside = day.month != first.month
    return Day(day, outside, day == today, [] if outside else by_day.get(day, []))


# ------------------------------------------------------------------------------ one meeting


@dataclass(frozen=True, slots=True)
class Participant:
    id: UUID
    customer_id: UUID
    name: str
    first_name: str
    initials: str
    is_host: bool
    attended: bool
    orders_count: int
    orders_cents: int
    payment: str | None
    """paid or due"""
    role_label: str | None
    note: str | None
    badges: Sequence[Any]
    can_book: bool


@dataclass(frozen=True, slots=True)
class Booking:
    id: UUID
    title: str
    customer_name: str
    starts_at: datetime
    status: str
    """standing, held or cancelled"""


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who hosts, and her share of what hosts win."""

    customer_id: UUID
    name: str
    first_name: str
    share_bp: int


@dataclass(frozen=True, slots=True)
class BookedFrom:
    id: UUID
    title: str
    participant_name: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of a meeting, and how it came about."""

    label: str
    value: str
    why: list[str]


@dataclass(frozen=True, slots=True)
class Meeting:
    id: UUID
    title: str
    starts_at: datetime
    place_label: str
    status: str
    closes_at: datetime
    closed_at: datetime | None
    turnover_cents: int
    order_count: int
    due_count: int
    """Of these orders, those not wholly paid."""
    buyer_count: int
    figures: list[Tile]
    attended_count: int
    participant_count: int
    theme: str | None
    host_id: UUID
    host_name: str
    host_first_name: str
    host_email: str | None
    booked_from: BookedFrom | None
    participants: list[Participant]
    orders: list[OrderRow]
    to_hand_over: int
    """Paid orders that wait for nothing but the seller's hands."""
    bookings: list[Booking]
    hosts: list[Host]
    """The host first; alone, she has all of it."""
    can_edit: bool
    can_share: bool
    can_invite: bool
    can_tick: bool
    can_order: bool
    can_close: bool
    can_cancel: bool
    status_label: str | None = None
    notes: str | None = None


def present_meeting(
    page: MeetingPage,
    *,
    turnover_cents: int | None = None,
    badges: Badges | None = None,
    left_open: Collection[str] = (),
) -> Meeting:
    """The turnover is the calculator's; without a programme, what was sold and paid. `left_open`:
    what its reader may still change once it is closed."""
    card, sold = page.card, _sold(page.orders)
    may = set(Part) if page.is_alive else set(left_open) if card.closed_at else set()
    return Meeting(
        id=card.id,
        title=title_of(card.host_name),
        starts_at=card.starts_at,
        place_label=place_label(card.place, card.address),
        status=card.status,
        closes_at=card.closes_at,
        closed_at=card.closed_at,
        turnover_cents=_sales_cents(page) if turnover_cents is None else turnover_cents,
        order_count=len(sold),
        due_count=sum(order.awaits_payment for order in sold),
        buyer_count=len({order.customer_id for order in sold}),
        figures=_tiles(page),
        attended_count=sum(guest.attended for guest in page.participants),
        participant_count=len(page.participants),
        theme=page.theme or None,
        host_id=card.host_id,
        host_name=card.host_name,
        host_first_name=card.host_first_name,
        host_email=page.people[card.host_id].email,
        booked_from=_booked_from(page),
        participants=_participants(page, badges or {}, can_book=Part.BOOKINGS in may),
        orders=[order_row(order, page.people) for order in page.orders],
        to_hand_over=sum(order.can_be_handed_over for order in page.orders),
        bookings=_bookings(page),
        hosts=present_hosts(page),
        can_edit=bool({Part.HOST, Part.DATE} & may),
        can_share=Part.HOST in may,
        can_invite=Part.PARTICIPANTS in may,
        can_tick=Part.PRESENCE in may,
        can_order=Part.ORDERS in may,
        can_close=page.is_alive,
        can_cancel=page.is_alive
        and not any(order.is_sold and order.paid_cents for order in page.orders),
    )


def present_hosts(page: MeetingPage) -> list[Host]:
    shares = {one.customer_id: one.share_bp for one in page.participants if one.share_bp}
    whole = {page.card.host_id: BASIS - sum(shares.values()), **shares}
    people = {customer_id: page.people[customer_id] for customer_id in whole}
    return [
        Host(customer_id, people[customer_id].name, people[customer_id].first_name, share)
        for customer_id, share in whole.items()
    ]


def _tiles(page: MeetingPage) -> list[Tile]:
    """Of paid orders: what is not paid yet may still be cancelled."""
    paid = page.sales
    cents = sum(order.standing_cents for order in paid)
    items = sum(order.item_count for order in paid)
    buyers = {order.customer_id for order in paid}
    guests = {guest.customer_id for guest in page.participants}
    bookings = _bookings(page)
    standing = [booking for booking in bookings if booking.status != "cancelled"]
    held = sum(booking.status == "held" for booking in bookings)
    return [
        Tile(gettext("Paid orders"), number(len(paid)), [_paid_of(page, len(paid))]),
        Tile(gettext("Buyers"), number(len(buyers)), [_named(page, buyers)] if buyers else []),
        _average(gettext("Average basket"), cents, len(paid), money),
        _average(gettext("Items per order"), 10 * items, len(paid), _tenths),
        _conversion(len(buyers & guests), len(guests)),
        Tile(
            gettext("Dates booked"),
            number(len(standing)),
            [
                ngettext("%(num)s held.", "%(num)s held.", held),
                ngettext("%(num)s cancelled.", "%(num)s cancelled.", len(bookings) - len(standing)),
            ],
        ),
    ]


def _paid_of(page: MeetingPage, paid: int) -> str:
    placed = len(_sold(page.orders))
    words = ngettext("%(num)s placed order,", "%(num)s placed orders,", placed)
    return f"{words} {ngettext('%(num)s of them paid.', '%(num)s of them paid.', paid)}"


def _named(page: MeetingPage, buyers: Iterable[UUID]) -> str:
    return ", ".join(sorted(page.people[buyer].name for buyer in buyers)) + "."


def _average(label: str, total: int, orders: int, words: Callable[[int], str]) -> Tile:
    if not orders:
        return Tile(label, "–", [gettext("No order is paid yet.")])
    value = (2 * total + orders) // (2 * orders)
    shared = ngettext(
        "%(total)s in %(num)s order.", "%(total)s in %(num)s orders.", orders, total=words(total)
    )
    return Tile(label, words(value), [shared])


def _tenths(tenths: int) -> str:
    return str(format_decimal(Decimal(tenths) / 10, locale=locale()))


def _conversion(buyers: int, guests: int) -> Tile:
    label = gettext("Guests who bought")
    if not guests:
        return Tile(label, "–", [gettext("No guest yet.")])
    words = gettext(
        "%(buyers)s of %(guests)s guests have a paid order; the host is not counted.",
        buyers=number(buyers),
        guests=number(guests),
    )
    return Tile(label, percent((10_000 * buyers // guests + 50) // 100 * 100), [words])


def typed_plan(plan: Plan) -> dict[str, str]:
    """A meeting as its form would have been filled in."""
    starts_at = plan.card.starts_at.astimezone(zone())
    return {
        "host_id": str(plan.card.host_id),
        "date": starts_at.date().isoformat(),
        "time": starts_at.strftime("%H:%M"),
        "place": plan.card.place,
        "place_detail": plan.card.address,
        "theme": plan.theme,
    }


def _sold(orders: Iterable[OrderView]) -> list[OrderView]:
    """Sale orders that were placed and stand, paid or not."""
    return [order for order in orders if order.is_sold]


def _sales_cents(page: MeetingPage) -> int:
    return sum(order.standing_cents for order in page.sales)


def _participants(page: MeetingPage, badges: Badges, *, can_book: bool) -> list[Participant]:
    """The host first: she is no guest, but she is there, and she may order."""
    host = _person(page, page.card.host_id, page.card.host_id, badges)
    host = replace(host, is_host=True, attended=True, role_label=gettext("Host"))
    return [host, *(_guest(page, guest, badges, can_book=can_book) for guest in page.participants)]


def _guest(
    page: MeetingPage,
    guest: queries.ParticipantView,
    badges: Badges,
    *,
    can_book: bool,
) -> Participant:
    person = _person(page, guest.id, guest.customer_id, badges)
    silent = not guest.attended and guest.invitation in UNANSWERED
    return replace(
        person,
        attended=guest.attended,
        note=gettext("Invited, has not answered") if silent else None,
        role_label=_co_host(guest.share_bp) if guest.share_bp else None,
        can_book=can_book and not guest.share_bp,
    )


def _co_host(share_bp: int) -> str:
    words: str = gettext("Co-host, %(share)s", share=percent(share_bp))
    return words


def _person(page: MeetingPage, row_id: UUID, customer_id: UUID, badges: Badges) -> Participant:
    person = page.people[customer_id]
    hers = [order for order in _sold(page.orders) if order.customer_id == customer_id]
    return Participant(
        id=row_id,
        customer_id=customer_id,
        name=person.name,
        first_name=person.first_name,
        initials=initials(person.name),
        is_host=False,
        attended=False,
        orders_count=len(hers),
        orders_cents=sum(order.total_cents for order in hers),
        payment=_payment(hers),
        role_label=None,
        note=None,
        badges=badges.get(customer_id, ()),
        can_book=False,
    )


def _payment(orders: Sequence[OrderView]) -> str | None:
    if any(order.awaits_payment for order in orders):
        return "due"
    return "paid" if orders else None


def _bookings(page: MeetingPage) -> list[Booking]:
    return [
        Booking(
            id=booked.meeting_id,
            title=title_of(page.people[booked.host_id].name),
            customer_name=page.people[booked.customer_id].name,
            starts_at=booked.starts_at,
            status=_fate(booked, page.held),
        )
        for booked in page.bookings
    ]


def _fate(booked: queries.BookingView, held: frozenset[UUID]) -> str:
    """Closed without a paid order: it never happened."""
    if booked.meeting_id in held:
        return "held"
    return "cancelled" if booked.status in {"cancelled", "closed"} else "standing"


def _booked_from(page: MeetingPage) -> BookedFrom | None:
    if page.origin is None:
        return None
    return BookedFrom(
        page.origin.meeting_id,
        title_of(page.people[page.origin.host_id].name),
        page.people[page.origin.customer_id].name,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the book who may be added to a meeting."""

    id: UUID
    name: str
    email: str | None
    city: str
    already: bool


def candidate(customer: CustomerView, there: frozenset[UUID]) -> Candidate:
    return Candidate(
        customer.id, customer.name, customer.email, customer.city, customer.id in there
    )


# --------------------------------------------------------------------------------- closing


@dataclass(frozen=True, slots=True)
class CheckLine:
    ok: bool
    text: str
    url: str | None = None
    url_label: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    checks: list[CheckLine]
    blocked: bool
    winners: Sequence[Any]
    misses: Sequence[Any]
    unreached: Sequence[Any]
    seen: str


def check_lines(checks: ClosingChecks, page: MeetingPage) -> list[CheckLine]:
    """What stands in the way comes first, with where to settle it."""
    return [
        *(_awaiting_line(order, page.people) for order in checks.awaiting),
        *(_cart_line(order, page.people) for order in checks.carts),
        *_plain_lines(checks, page.card.id),
    ]


def _awaiting_line(order: OrderView, people: Mapping[UUID, PersonView]) -> CheckLine:
    words = gettext(
        "%(name)s still owes %(amount)s (order No. %(number)s).",
        name=people[order.customer_id].name,
        amount=money(order.due_cents),
        number=order.number,
    )
    url = url_for("orders.show", order_id=order.id)
    return CheckLine(False, words, url, gettext("See the order"))


def _cart_line(order: OrderView, people: Mapping[UUID, PersonView]) -> CheckLine:
    words = gettext(
        "%(name)s's order was never placed: closing removes it.",
        name=people[order.customer_id].name,
    )
    url = url_for("orders.show", order_id=order.id)
    return CheckLine(False, words, url, gettext("Place it first"))


def _plain_lines(checks: ClosingChecks, meeting_id: UUID) -> list[CheckLine]:
    lines = []
    if not checks.awaiting and checks.paid:
        lines.append(CheckLine(True, gettext("Every order is paid.")))
    if not checks.paid:
        lines.append(CheckLine(False, gettext("No order is paid: the meeting will not count.")))
    if not checks.date_passed:
        words = gettext("Its date has not come yet: is everybody served?")
        lines.append(CheckLine(False, words))
    if checks.attended:
        lines.append(CheckLine(True, gettext("Presence is ticked.")))
    else:
        url = url_for("meetings.show", meeting_id=meeting_id, tab="guests")
        words = gettext("Nobody is ticked as present.")
        lines.append(CheckLine(False, words, url, gettext("Tick who came")))
    return lines


# ------------------------------------------------------------------------------------ home


@dataclass(frozen=True, slots=True)
class Todo:
    kind: str
    """choose, gift, due, booking, close or cart"""
    text: str
    url: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int
    previous: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class MonthBar:
    label: str
    turnover_cents: int
    ratio: int


@dataclass(frozen=True, slots=True)
class Home:
    first_name: str
    next_meetings: list[MeetingRow]
    todos: list[Todo]
    month_label: str
    figures: list[Figure]
    history: list[MonthBar]


def present_home(
    home: SellerHome,
    waiting: Sequence[OrderView],
    people: Mapping[UUID, PersonView],
    first_name: str,
    claims: Sequence[Any] = (),
) -> Home:
    """`claims`: the rewards' own, of gifts nobody has chosen yet."""
    *_, before, current = home.months
    return Home(
        first_name=first_name,
        next_meetings=[meeting_row(row) for row in home.next_meetings],
        todos=[
            *(_stuck_todo(one) for one in home.stuck),
            *_meeting_todos(home),
            *(_booking_todo(row) for row in home.to_prepare),
            *(_order_todo(order, people) for order in waiting),
            *(_claim_todo(claim, people) for claim in claims),
        ],
        month_label=dates.format_date(current.month, "LLLL y", locale=locale()),
        figures=_figures(current, before),
        history=_history(home.months),
    )


def _figures(current: MonthFigures, before: MonthFigures) -> list[Figure]:
    return [
        Figure(gettext("Sales"), current.sales_cents, before.sales_cents, "money"),
        Figure(gettext("Orders"), current.order_count, before.order_count, "number"),
        Figure(gettext("Meetings"), current.meeting_count, before.meeting_count, "number"),
    ]


def _history(months: Sequence[MonthFigures]) -> list[MonthBar]:
    best = max(month.sales_cents for month in months)
    if not best:
        return []
    return [
        MonthBar(_month_name(month.month), month.sales_cents, 100 * month.sales_cents // best)
        for month in months
    ]


def _month_name(month: date) -> str:
    return dates.format_date(month, "LLL", locale=locale())


def _meeting_todos(home: SellerHome) -> list[Todo]:
    return [
        Todo(
            kind="close",
            text=gettext("Close: %(title)s", title=title_of(row.host_name)),
            detail=gettext("The meeting is over."),
            url=url_for("meetings.close", meeting_id=row.id),
        )
        for row in home.to_close
    ]


def _stuck_todo(stuck: StuckMeeting) -> Todo:
    return Todo(
        kind="close",
        text=gettext("Close: %(title)s", title=title_of(stuck.row.host_name)),
        detail=_what_keeps_it_open(stuck),
        url=url_for("meetings.close", meeting_id=stuck.row.id),
    )


def _what_keeps_it_open(stuck: StuckMeeting) -> str:
    when = date_long(stuck.row.closes_at)
    if not stuck.awaited:
        words = gettext("Closing due %(when)s, but no order is paid: it will stay open.", when=when)
    else:
        words = ngettext(
            "Closing due %(when)s, but %(num)s order is still to be paid.",
            "Closing due %(when)s, but %(num)s orders are still to be paid.",
            stuck.awaited,
            when=when,
        )
    return str(words)


def _booking_todo(row: queries.MeetingRow) -> Todo:
    day = row.starts_at.astimezone(zone()).date()
    return Todo(
        kind="booking",
        text=gettext("Prepare %(name)s's meeting, %(day)s", name=row.host_name, day=date_long(day)),
        detail=gettext("Booked by the host at a meeting: agree on the place and the guests."),
        url=url_for("meetings.show", meeting_id=row.id),
    )


def _claim_todo(claim: Any, people: Mapping[UUID, PersonView]) -> Todo:
    last = claim.choose_before
    until = last and (last - timedelta(microseconds=1)).astimezone(zone()).date()
    return Todo(
        kind="choose",
        text=gettext("Choose the gift with %(name)s", name=people[claim.customer_id].name),
        detail=gettext("Until %(day)s", day=date_long(until)) if until else None,
        url=url_for("rewards.choose_gift", claim_id=claim.id),
    )


def _order_todo(order: OrderView, people: Mapping[UUID, PersonView]) -> Todo:
    name = people[order.customer_id].name
    url = url_for("orders.show", order_id=order.id)
    if order.is_gift:
        text = gettext("Finalise %(name)s's gift order", name=name)
        return Todo("gift", text, url)
    if order.is_cart:
        return Todo("cart", gettext("Finish %(name)s's order", name=name), url)
    owed = money(order.due_cents)
    return Todo("due", gettext("%(name)s still owes %(amount)s", name=name, amount=owed), url)
