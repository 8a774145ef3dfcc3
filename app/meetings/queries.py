"""Meetings as other packages and screens read them: frozen, without a way back to the tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Label,
    Row,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from app.customers import queries as customers
from app.customers.queries import PersonView
from app.kernel.actor import BY_LINK, Actor, Role
from app.kernel.clock import local_day
from app.kernel.errors import NotFound
from app.meetings.domain import MeetingStatus, month_start
from app.meetings.errors import ParticipantNotFound
from app.meetings.models import CalendarLink, Meeting, Participant, is_visible
from app.orders import queries as orders
from app.orders.queries import OrderView, Sales
from app.sellers import queries as sellers

T = TypeVar("T")

# ------------------------------------------------------------------ for rewards, mails, orders


@dataclass(frozen=True, slots=True)
class ParticipantView:
    id: UUID
    customer_id: UUID
    attended: bool
    invitation: str
    added_at: datetime
    share_bp: int | None = None
    """Of a co-host: her part of what the hosts win."""


@dataclass(frozen=True, slots=True)
class BookingView:
    """A meeting booked in another one. `status` is the booked meeting's own; whether it was held
    also takes its orders."""

    meeting_id: UUID
    participant_id: UUID
    customer_id: UUID
    """The guest who booked: what it earns is hers, whoever hosts in the end."""
    host_id: UUID
    made_at: datetime
    status: str
    starts_at: datetime
    first_starts_at: datetime
    closed_at: datetime | None
    reopened_at: datetime | None

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed; opened again, it counts as ended until it closes anew."""
        alive = self.status in ALIVE
        return self.reopened_at if alive else self.closed_at


@dataclass(frozen=True, slots=True)
class MeetingForRewards:
    """All that rewards may look at, but the orders. Its title takes the host's name: see
    `meeting_cards`."""

    id: UUID
    seller_id: UUID
    seller_customer_id: UUID
    host_id: UUID
    status: str
    starts_at: datetime
    first_starts_at: datetime
    created_at: datetime
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None
    reopened_at: datetime | None
    place: str
    address: str
    theme: str
    revision: int
    origin_id: UUID | None
    participants: tuple[ParticipantView, ...]
    bookings: tuple[BookingView, ...]

    @property
    def host_ids(self) -> tuple[UUID, ...]:
        """The host, then her co-hosts."""
        return (self.host_id, *(one.customer_id for one in self.participants if one.share_bp))


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """Enough to name a meeting in a sentence."""

    id: UUID
    seller_id: UUID
    host_id: UUID
    host_name: str
    host_first_name: str
    status: str
    starts_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    place: str
    address: str


def meeting_for_rewards(session: Session, meeting_id: UUID) -> MeetingForRewards:
    """For other packages, which have seen to it that the asker may know. Three statements."""
    found = meetings_for_rewards(session, [meeting_id])
    if meeting_id not in found:
        raise NotFound
    return found[meeting_id]


def meetings_for_rewards(
    session: Session, meeting_ids: Iterable[UUID]
) -> dict[UUID, MeetingForRewards]:
    """The same for many meetings, in the same three statements."""
    ids = set(meeting_ids)
    if not ids:
        return {}
    session.flush()  # what was just done to a meeting is seen, also before it is committed
    wanted = {"ids": list(ids)}
    read: Sequence[Any] = session.execute(_WITH_BOOKINGS, wanted).all()
    booked = _grouped(read, lambda one: one.booked_from_meeting_id)
    guests: dict[UUID, list[ParticipantView]] = {}
    for row in session.execute(_GUESTS_OF, wanted):
        guests.setdefault(row[0], []).append(ParticipantView(*row[1:]))
    cards = sellers.cards_of(session, {meeting.seller_id for meeting in read})
    return {
        one.id: _for_rewards(one, booked.get(one.id, ()), guests.get(one.id, ()), cards)
        for one in read
        if one.id in ids
    }


@dataclass(frozen=True, slots=True)
class EndedView:
    id: UUID
    host_id: UUID
    seller_id: UUID
    starts_at: datetime


def ended_by_hosts(session: Session, host_ids: Iterable[UUID]) -> tuple[EndedView, ...]:
    """Their meetings that were closed on or after their day; whether they were held also takes
    their orders. For other packages."""
    statement = select(Meeting.id, Meeting.host_id, Meeting.seller_id, Meeting.starts_at).where(
        Meeting.host_id.in_(sorted(set(host_ids))),
        Meeting.status == MeetingStatus.CLOSED,
        Meeting.starts_at <= Meeting.closed_at,
    )
    return tuple(EndedView(*row) for row in session.execute(statement.order_by(Meeting.id)))


def meeting_card(session: Session, actor: Actor, meeting_id: UUID) -> MeetingCard:
    """Raises NotFound for what the actor may not see. Two statements."""
    card = meeting_cards(session, [meeting_id]).get(meeting_id)
    if card is None or not is_visible(actor, card.seller_id, card.id):
        raise NotFound
    return card


def meeting_cards(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, MeetingCard]:
    """For other packages. Two statements."""
    read = session.scalars(select(Meeting).where(Meeting.id.in_(set(meeting_ids)))).all()
    people = customers.people(session, {meeting.host_id for meeting in read})
    return {meeting.id: _card(meeting, people[meeting.host_id]) for meeting in read}


_MEETING_COLUMNS = (
    Meeting.id,
    Meeting.seller_id,
    Meeting.host_id,
    Meeting.status,
    Meeting.starts_at,
    Meeting.first_starts_at,
    Meeting.created_at,
    Meeting.opened_at,
    Meeting.closes_at,
    Meeting.closed_at,
    Meeting.reopened_at,
    Meeting.place,
    Meeting.address,
    Meeting.theme,
    Meeting.revision,
    Meeting.booked_from_meeting_id,
    Meeting.booked_from_participant_id,
)
_GUEST_COLUMNS = (
    Participant.meeting_id,
    Participant.id,
    Participant.customer_id,
    Participant.attended,
    Participant.invitation,
    Participant.added_at,
    Participant.share_bp,
)
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_WITH_BOOKINGS = (
    select(*_MEETING_COLUMNS)
    .where(or_(Meeting.id == any_(_IDS), Meeting.booked_from_meeting_id == any_(_IDS)))
    .order_by(Meeting.created_at, Meeting.id)
)
_GUESTS_OF = (
    select(*_GUEST_COLUMNS)
    .where(Participant.meeting_id == any_(_IDS))
    .order_by(Participant.added_at, Participant.id)
)


def _grouped(found: Iterable[T], key: Callable[[T], UUID | None]) -> dict[UUID | None, list[T]]:
    groups: dict[UUID | None, list[T]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return groups


def _for_rewards(
    meeting: Row[Any],
    booked: Sequence[Row[Any]],
    guests: Sequence[ParticipantView],
    cards: dict[UUID, UUID],
) -> MeetingForRewards:
    held = _bookings(booked, guests) if booked else ()
    values = [*meeting[:2], cards[meeting.seller_id], *meeting[2:-1], tuple(guests), held]
    return MeetingForRewards(*values)


def _guest(guest: Participant) -> ParticipantView:
    return ParticipantView(
        guest.id,
        guest.customer_id,
        guest.attended,
        guest.invitation,
        guest.added_at,
        guest.share_bp,
    )


def _bookings(
    booked: Iterable[Meeting | Row[Any]], guests: Iterable[ParticipantView | Participant]
) -> tuple[BookingView, ...]:
    bookers = {guest.id: guest.customer_id for guest in guests}
    return tuple(_booking(one, bookers) for one in booked)


def _booking(booked: Meeting | Row[Any], bookers: dict[UUID, UUID]) -> BookingView:
    assert booked.booked_from_participant_id is not None
    return BookingView(
        meeting_id=booked.id,
        participant_id=booked.booked_from_participant_id,
        customer_id=bookers[booked.booked_from_participant_id],
        host_id=booked.host_id,
        made_at=booked.created_at,
        status=booked.status,
        starts_at=booked.starts_at,
        first_starts_at=booked.first_starts_at,
        closed_at=booked.closed_at,
        reopened_at=booked.reopened_at,
    )


def _card(meeting: Meeting, host: PersonView) -> MeetingCard:
    return MeetingCard(
        id=meeting.id,
        seller_id=meeting.seller_id,
        host_id=meeting.host_id,
        host_name=host.name,
        host_first_name=host.first_name,
        status=meeting.status,
        starts_at=meeting.starts_at,
        closes_at=meeting.closes_at,
        closed_at=meeting.closed_at,
        place=meeting.place,
        address=meeting.address,
    )


# ------------------------------------------------------------------------------ one meeting


@dataclass(frozen=True, slots=True)
class Origin:
    """The meeting this one was booked in, and by whom."""

    meeting_id: UUID
    host_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting with everything on it; names are in `people`."""

    card: MeetingCard
    theme: str
    created_at: datetime
    origin: Origin | None
    participants: tuple[ParticipantView, ...]
    bookings: tuple[BookingView, ...]
    held: frozenset[UUID]
    """Which of the booked meetings were held."""
    orders: tuple[OrderView, ...]
    people: dict[UUID, PersonView]

    @property
    def sales(self) -> tuple[OrderView, ...]:
        """The paid sale orders that stand."""
        return tuple(order for order in self.orders if order.counts_as_sale)

    @property
    def is_alive(self) -> bool:
        return self.card.status in ALIVE


ALIVE = (MeetingStatus.PLANNED, MeetingStatus.OPEN)


def meeting_page(session: Session, actor: Actor, meeting_id: UUID) -> MeetingPage:
    """Raises NotFound for what the actor may not see. The same statements whatever its size."""
    read = {meeting.id: meeting for meeting in session.scalars(_family(meeting_id))}
    meeting = read.get(meeting_id)
    if meeting is None:
        raise NotFound
    meeting.must_be_seen_by(actor)
    booked = [one for one in read.values() if one.booked_from_meeting_id == meeting_id]
    guests = _guests_and_booker(session, meeting)
    of_all = orders.orders_of_meetings(session, [meeting_id, *(one.id for one in booked)])
    its_orders = tuple(order for order in of_all if order.meeting_id == meeting_id)
    origin = _origin(meeting, read, guests)
    people = customers.people(session, _everybody(meeting, booked, guests, its_orders, origin))
    return MeetingPage(
        card=_card(meeting, people[meeting.host_id]),
        theme=meeting.theme,
        created_at=meeting.created_at,
        origin=origin,
        participants=tuple(_guest(guest) for guest in guests if guest.meeting_id == meeting_id),
        bookings=_bookings(booked, guests),
        held=frozenset(one.id for one in booked if _is_held(one, of_all)),
        orders=its_orders,
        people=people,
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned, for changing it."""

    card: MeetingCard
    theme: str
    first_starts_at: datetime
    booking_count: int
    """Dates booked here that stand."""

    @property
    def is_alive(self) -> bool:
        return self.card.status in ALIVE


def meeting_plan(session: Session, actor: Actor, meeting_id: UUID) -> Plan:
    """Raises NotFound for what the actor may not see. Two statements."""
    booked = aliased(Meeting)
    standing = (
        select(func.count())
        .where(
            booked.brand_id == Meeting.brand_id,
            booked.booked_from_meeting_id == Meeting.id,
            booked.status != MeetingStatus.CANCELLED,
        )
        .scalar_subquery()
    )
    found = session.execute(select(Meeting, standing).where(Meeting.id == meeting_id)).first()
    if found is None:
        raise NotFound
    meeting, booking_count = found
    meeting.must_be_run_by(actor)
    people = customers.people(session, [meeting.host_id])
    card = _card(meeting, people[meeting.host_id])
    return Plan(card, meeting.theme, meeting.first_starts_at, booking_count)


@dataclass(frozen=True, slots=True)
class GuestList:
    """Who is there, without orders and bookings."""

    card: MeetingCard
    participants: tuple[ParticipantView, ...]

    @property
    def customer_ids(self) -> frozenset[UUID]:
        """Everybody who need not be added any more: the host too."""
        return frozenset({self.card.host_id, *(guest.customer_id for guest in self.participants)})

    def guest(self, participant_id: UUID) -> ParticipantView:
        """Raises ParticipantNotFound."""
        return _among(self.participants, participant_id)


def meeting_with_guests(session: Session, actor: Actor, meeting_id: UUID) -> GuestList:
    """Raises NotFound for what the actor may not see. Three statements."""
    card = meeting_card(session, actor, meeting_id)
    found = session.execute(_GUESTS_OF, {"ids": [meeting_id]})
    return GuestList(card, tuple(ParticipantView(*row[1:]) for row in found))


def _among(some: Sequence[ParticipantView], participant_id: UUID) -> ParticipantView:
    for guest in some:
        if guest.id == participant_id:
            return guest
    raise ParticipantNotFound


def _family(meeting_id: UUID) -> Select[Meeting]:
    """The meeting, those booked in it, and the one it was booked in."""
    parent = (
        select(Meeting.booked_from_meeting_id).where(Meeting.id == meeting_id).scalar_subquery()
    )
    related = or_(
        Meeting.id == meeting_id,
        Meeting.booked_from_meeting_id == meeting_id,
        Meeting.id == parent,
    )
    return select(Meeting).where(related).order_by(Meeting.created_at, Meeting.id)


def _guests_and_booker(session: Session, meeting: Meeting) -> list[Participant]:
    statement = select(Participant).where(
        or_(
            Participant.meeting_id == meeting.id,
            Participant.id == meeting.booked_from_participant_id,
        )
    )
    return list(session.scalars(statement.order_by(Participant.added_at, Participant.id)))


def _origin(
    meeting: Meeting, read: dict[UUID, Meeting], guests: Sequence[Participant]
) -> Origin | None:
    if meeting.booked_from_meeting_id is None:
        return None
    parent = read[meeting.booked_from_meeting_id]
    booker = next(one for one in guests if one.id == meeting.booked_from_participant_id)
    return Origin(parent.id, parent.host_id, booker.customer_id)


def _everybody(
    meeting: Meeting,
    booked: Sequence[Meeting],
    guests: Sequence[Participant],
    its_orders: Sequence[OrderView],
    origin: Origin | None,
) -> set[UUID]:
    named = {meeting.host_id}
    named |= {one.host_id for one in booked}
    named |= {guest.customer_id for guest in guests}
    named |= {order.customer_id for order in its_orders}
    return named | ({origin.host_id, origin.customer_id} if origin else set())


def _is_held(meeting: Meeting, of_all: Sequence[OrderView]) -> bool:
    """Closed after its date, with a paid sale order that stands."""
    return (
        meeting.closed_at is not None
        and meeting.starts_at <= meeting.closed_at
        and any(order.meeting_id == meeting.id and order.counts_as_sale for order in of_all)
    )


@dataclass(frozen=True, slots=True)
class ClosingChecks:
    """What stands in the way of closing, and what is worth a second look."""

    date_passed: bool
    awaiting: tuple[OrderView, ...]
    """Placed sale orders without their whole payment: they keep the meeting open."""
    carts: tuple[OrderView, ...]
    """Sale orders never placed: closing removes them."""
    paid: int
    attended: int


def closing_checks(page: MeetingPage, *, now: datetime) -> ClosingChecks:
    """Of a meeting page already read, so that checks and figures tell of the same moment."""
    return ClosingChecks(
        date_passed=page.card.starts_at <= now,
        awaiting=tuple(order for order in page.orders if order.awaits_payment),
        carts=tuple(o for o in page.orders if o.is_cart and not o.is_gift),
        paid=len(page.sales),
        attended=sum(guest.attended for guest in page.participants),
    )


# ------------------------------------------------------------------------------------ lists


@dataclass(frozen=True, slots=True)
class MeetingRow:
    id: UUID
    host_id: UUID
    host_name: str
    starts_at: datetime
    place: str
    address: str
    status: str
    participant_count: int
    sales_cents: int
    order_count: int
    is_booked: bool
    closes_at: datetime
    theme: str
    revision: int
    role: str = ""
    """host or guest, in the list of one customer."""


@dataclass(frozen=True, slots=True)
class MeetingsWanted:
    """Which meetings; empty: all."""

    status: MeetingStatus | None = None
    text: str = ""
    """Part of the host's name, of the place or the theme."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MeetingList:
    rows: tuple[MeetingRow, ...]
    counts: dict[str, int]
    """By state, whatever else is asked for."""
    total: int
    has_more: bool


EVERY_MEETING = MeetingsWanted()
MOST_NAMED = 1_000


def meeting_list(
    session: Session,
    actor: Actor,
    wanted: MeetingsWanted = EVERY_MEETING,
    *,
    page: int = 1,
    size: int = 20,
) -> MeetingList:
    """The latest first. The same statements however many meetings."""
    chosen = and_(_visible_to(actor), *_conditions(session, actor, wanted))
    found = _rows(session, chosen, latest_first=True, limit=size + 1, offset=(page - 1) * size)
    total = session.scalar(select(func.count()).select_from(Meeting).where(chosen)) or 0
    return MeetingList(found[:size], _counts(session, actor), total, len(found) > size)


def _conditions(
    session: Session, actor: Actor, wanted: MeetingsWanted
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        found.append(Meeting.status == wanted.status)
    if wanted.since:
        found.append(Meeting.starts_at >= wanted.since)
    if wanted.until:
        found.append(Meeting.starts_at < wanted.until)
    if wanted.text:
        hosts = [one.id for one in customers.search(session, actor, wanted.text, MOST_NAMED)]
        there = [Meeting.address, Meeting.theme]
        texts = [column.icontains(wanted.text, autoescape=True) for column in there]
        found.append(or_(Meeting.host_id.in_(hosts), *texts))
    return found


def meetings_between(
    session: Session, actor: Actor, since: datetime, until: datetime | None, *, limit: int = 1_000
) -> tuple[MeetingRow, ...]:
    """The earliest first, the cancelled too: for calendars."""
    period = and_(_visible_to(actor), Meeting.starts_at >= since)
    if until is not None:
        period = and_(period, Meeting.starts_at < until)
    return _rows(session, period, latest_first=False, limit=limit)


@dataclass(frozen=True, slots=True)
class BookedRow:
    """A date taken in a meeting, and what became of it: held, coming or cancelled."""

    id: UUID
    starts_at: datetime
    host_name: str
    booker_name: str
    booker_id: UUID
    origin_id: UUID
    origin_host_name: str
    origin_starts_at: datetime
    fate: str


@dataclass(frozen=True, slots=True)
class BookedList:
    rows: tuple[BookedRow, ...]
    counts: dict[str, int]
    """By fate."""
    has_more: bool


FATES = ("coming", "held", "cancelled")


def booked_list(
    session: Session, actor: Actor, *, fate: str = "", page: int = 1, size: int = 20
) -> BookedList:
    """Dates taken in the actor's meetings, the latest first. Three statements."""
    origin, fates = aliased(Meeting), _fates()
    taken = and_(_visible_to(actor), Meeting.booked_from_meeting_id.is_not(None))
    counts = session.execute(select(fates, func.count()).where(taken).group_by(fates)).all()
    statement = (
        select(Meeting, origin, Participant.customer_id, fates)
        .join(
            origin,
            and_(origin.brand_id == Meeting.brand_id, origin.id == Meeting.booked_from_meeting_id),
        )
        .join(
            Participant,
            and_(
                Participant.brand_id == Meeting.brand_id,
                Participant.id == Meeting.booked_from_participant_id,
            ),
        )
        .where(taken, fates == fate if fate else true())
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )
    found = session.execute(statement.limit(size + 1).offset((page - 1) * size)).all()
    named = {meeting.host_id for meeting, *_ in found} | {first.host_id for _, first, *_ in found}
    people = customers.people(session, named | {booker for *_, booker, _ in found})
    rows = tuple(
        BookedRow(
            id=meeting.id,
            starts_at=meeting.starts_at,
            host_name=people[meeting.host_id].name,
            booker_name=people[booker].name,
            booker_id=booker,
            origin_id=first.id,
            origin_host_name=people[first.host_id].name,
            origin_starts_at=first.starts_at,
            fate=its_fate,
        )
        for meeting, first, booker, its_fate in found[:size]
    )
    return BookedList(rows, {row[0]: row[1] for row in counts}, len(found) > size)


def _fates() -> Label[str]:
    """Closed after its date with a paid sale, it was held; closed otherwise, it never happened."""
    held = and_(
        Meeting.starts_at <= Meeting.closed_at,
        orders.has_paid_sale(Meeting.brand_id, Meeting.id),
    )
    told = case((Meeting.status.in_(ALIVE), "coming"), (held, "held"), else_="cancelled")
    return told.label("fate")


def meeting_row(session: Session, actor: Actor, meeting_id: UUID) -> MeetingRow:
    """One meeting as lists show it. Raises NotFound for what the actor may not see."""
    found = _rows(
        session, and_(_visible_to(actor), Meeting.id == meeting_id), latest_first=True, limit=1
    )
    if not found:
        raise NotFound
    return found[0]


def own_meeting_ids(actor: Actor) -> Select[UUID]:
    """A condition for queries of other packages: the meetings the actor may see."""
    return select(Meeting.id).where(_visible_to(actor))


def meetings_after(
    session: Session,
    actor: Actor,
    last_id: UUID | None,
    *,
    status: MeetingStatus | None = None,
    size: int = 20,
) -> tuple[MeetingRow, ...]:
    """The latest first, from behind the last one that was read; so nothing is told twice or left
    out because another meeting was planned meanwhile."""
    wanted = _visible_to(actor)
    if status is not None:
        wanted = and_(wanted, Meeting.status == status)
    if last_id is not None:
        wanted = and_(wanted, _comes_after(last_id))
    return _rows(session, wanted, latest_first=True, limit=size)


def _comes_after(meeting_id: UUID) -> ColumnElement[bool]:
    last = aliased(Meeting)
    starts_at = select(last.starts_at).where(last.id == meeting_id).scalar_subquery()
    same_time = and_(Meeting.starts_at == starts_at, Meeting.id < meeting_id)
    return or_(Meeting.starts_at < starts_at, same_time)


def next_meetings(session: Session, actor: Actor, *, limit: int = 5) -> tuple[MeetingRow, ...]:
    """Planned and open ones, the nearest first."""
    wanted = and_(_visible_to(actor), Meeting.status.in_(ALIVE))
    return _rows(session, wanted, latest_first=False, limit=limit)


def meetings_of_customer(
    session: Session, actor: Actor, customer_id: UUID
) -> tuple[MeetingRow, ...]:
    """Those she hosted and those she was a guest of, as far as the actor may see them."""
    as_guest = select(Participant.meeting_id).where(Participant.customer_id == customer_id)
    wanted = or_(Meeting.host_id == customer_id, Meeting.id.in_(as_guest))
    found = _rows(session, and_(_visible_to(actor), wanted), latest_first=True, limit=100)
    return tuple(
        replace(row, role="host" if row.host_id == customer_id else "guest") for row in found
    )


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.SELLER:
        return Meeting.seller_id == actor.seller_id
    if actor.role in BY_LINK:
        return Meeting.id == actor.meeting_id
    staff = actor.role in {Role.SYSTEM, Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE}
    return true() if staff else false()


def _rows(
    session: Session,
    wanted: ColumnElement[bool],
    *,
    latest_first: bool,
    limit: int,
    offset: int = 0,
) -> tuple[MeetingRow, ...]:
    guests = (
        select(func.count())
        .where(Participant.brand_id == Meeting.brand_id, Participant.meeting_id == Meeting.id)
        .scalar_subquery()
    )
    order = (
        (Meeting.starts_at.desc(), Meeting.id.desc())
        if latest_first
        else (Meeting.starts_at, Meeting.id)
    )
    statement = select(Meeting, guests).where(wanted).order_by(*order)
    found = session.execute(statement.limit(limit).offset(offset)).all()
    people = customers.people(session, {meeting.host_id for meeting, _ in found})
    sales = orders.sales_of_meetings(session, {meeting.id for meeting, _ in found})
    return tuple(
        _row(meeting, count, people[meeting.host_id].name, sales.get(meeting.id))
        for meeting, count in found
    )


def _row(meeting: Meeting, guests: int, host_name: str, sales: Sales | None) -> MeetingRow:
    return MeetingRow(
        id=meeting.id,
        host_id=meeting.host_id,
        host_name=host_name,
        starts_at=meeting.starts_at,
        place=meeting.place,
        address=meeting.address,
        status=meeting.status,
        participant_count=guests,
        sales_cents=sales.products_cents if sales else 0,
        order_count=sales.order_count if sales else 0,
        is_booked=meeting.booked_from_meeting_id is not None,
        closes_at=meeting.closes_at,
        theme=meeting.theme,
        revision=meeting.revision,
    )


def _counts(session: Session, actor: Actor) -> dict[str, int]:
    statement = (
        select(Meeting.status, func.count()).where(_visible_to(actor)).group_by(Meeting.status)
    )
    return dict(session.execute(statement).all())


# ------------------------------------------------------------------------------------- home


@dataclass(frozen=True, slots=True)
class MonthFigures:
    month: date
    sales_cents: int
    order_count: int
    meeting_count: int


@dataclass(frozen=True, slots=True)
class StuckMeeting:
    """About to close by itself, or past that, and kept from it: by `awaited` orders, or, when
    there are none, because nothing in it is paid."""

    row: MeetingRow
    awaited: int


@dataclass(frozen=True, slots=True)
class SellerHome:
    """`months`: this one last, without gaps. A stuck meeting is not told of again in `to_close`."""

    next_meetings: tuple[MeetingRow, ...]
    stuck: tuple[StuckMeeting, ...]
    to_close: tuple[MeetingRow, ...]
    to_prepare: tuple[MeetingRow, ...]
    months: tuple[MonthFigures, ...]


CLOSES_SOON = timedelta(hours=24)
COMES_SOON = timedelta(days=7)


def seller_home(
    session: Session, actor: Actor, *, zone: str, now: datetime, months: int = 6
) -> SellerHome:
    """What is next, what waits to be prepared or closed, and the months up to this one."""
    alive = and_(_visible_to(actor), Meeting.status.in_(ALIVE))
    passed = and_(alive, Meeting.starts_at <= now)
    ahead = and_(alive, Meeting.starts_at > now)
    is_stuck = _is_stuck(now)
    return SellerHome(
        next_meetings=_rows(session, ahead, latest_first=False, limit=5),
        stuck=_stuck(session, and_(passed, is_stuck)),
        to_close=_rows(session, and_(passed, ~is_stuck), latest_first=False, limit=5),
        to_prepare=_rows(session, and_(ahead, _is_to_prepare(now)), latest_first=False, limit=5),
        months=_months(session, actor, zone, now, months),
    )


def _is_to_prepare(now: datetime) -> ColumnElement[bool]:
    """Booked by a guest, and soon: is everything agreed with her?"""
    return and_(
        Meeting.status == MeetingStatus.PLANNED,
        Meeting.booked_from_meeting_id.is_not(None),
        Meeting.starts_at <= now + COMES_SOON,
    )


def _is_stuck(now: datetime) -> ColumnElement[bool]:
    closes = and_(
        orders.has_paid_sale(Meeting.brand_id, Meeting.id),
        ~orders.has_awaited_payment(Meeting.brand_id, Meeting.id),
    )
    return and_(Meeting.closes_at <= now + CLOSES_SOON, ~closes)


def _stuck(session: Session, wanted: ColumnElement[bool]) -> tuple[StuckMeeting, ...]:
    rows = _rows(session, wanted, latest_first=False, limit=5)
    awaited = orders.awaited_payments(session, {row.id for row in rows})
    return tuple(StuckMeeting(row, awaited.get(row.id, 0)) for row in rows)


def _months(
    session: Session, actor: Actor, zone: str, now: datetime, count: int
) -> tuple[MonthFigures, ...]:
    today = local_day(now, zone)
    since = month_start(today, zone, months_back=count - 1)
    sold = orders.sales_by_month(session, actor, since=since, zone=zone)
    met = _meetings_by_month(session, actor, since, zone)
    firsts = [
        local_day(month_start(today, zone, months_back=back), zone)
        for back in range(count - 1, -1, -1)
    ]
    return tuple(
        MonthFigures(
            month=first,
            sales_cents=sold[first].products_cents if first in sold else 0,
            order_count=sold[first].order_count if first in sold else 0,
            meeting_count=met.get(first, 0),
        )
        for first in firsts
    )


def _meetings_by_month(
    session: Session, actor: Actor, since: datetime, zone: str
) -> dict[date, int]:
    month = func.date_trunc("month", func.timezone(zone, Meeting.starts_at)).label("month")
    statement = (
        select(month, func.count())
        .where(
            _visible_to(actor),
            Meeting.starts_at >= since,
            Meeting.status != MeetingStatus.CANCELLED,
        )
        .group_by(month)
    )
    return {found.date(): count for found, count in session.execute(statement)}


# --------------------------------------------------------------------------------- calendar


def calendar_link_since(session: Session, actor: Actor) -> datetime | None:
    """Since when the seller's own calendar address works; None: she has none."""
    return session.scalar(
        select(CalendarLink.created_at).where(
            CalendarLink.seller_id == actor.seller_id, CalendarLink.revoked_at.is_(None)
        )
    )


# ------------------------------------------------------------------------------------- cron


def earliest_unsettled(session: Session) -> datetime | None:
    """The first instant that may judge a meeting neither closed nor cancelled: its date, or when
    its date was taken; for other services."""
    earliest = func.min(func.least(Meeting.starts_at, Meeting.created_at))
    found: datetime | None = session.scalar(select(earliest).where(Meeting.status.in_(ALIVE)))
    return found


def due_to_close(session: Session) -> tuple[UUID, ...]:
    """Meetings of the brand that close by themselves now: past their instant, held, and no
    payment awaited. Those that were never held, or await money, stay open."""
    now = func.now()
    statement = select(Meeting.id).where(
        Meeting.status.in_(ALIVE),
        Meeting.closes_at <= now,
        Meeting.starts_at <= now,
        orders.has_paid_sale(Meeting.brand_id, Meeting.id),
        ~orders.has_awaited_payment(Meeting.brand_id, Meeting.id),
    )
    return tuple(session.scalars(statement.order_by(Meeting.closes_at, Meeting.id)))
