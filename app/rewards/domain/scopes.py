"""What rules measure: a meeting with its orders, or one order. Each measure is taken once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.rewards.domain.bookings import JudgedBooking, judge_bookings
from app.rewards.domain.counting import Counted, CountedOrder, count_orders
from app.rewards.domain.facts import (
    WEEKDAYS,
    CoHostFacts,
    Facts,
    Invitation,
    MeetingFacts,
    OrderFacts,
)
from app.rewards.domain.terms import (
    MEASURES,
    BookingTerms,
    Rule,
    ScorePart,
    Subject,
    TurnoverBase,
)

Measured = int | str | bool | date | frozenset[str] | None
"""None: not known."""

COMING = frozenset({Invitation.INVITED, Invitation.ACCEPTED})


@dataclass(frozen=True, slots=True, eq=False)
class Gauge:
    """One measure as rules take it; the same object for all that take it alike, see `gauge_of`."""

    subject: Subject
    turnover: TurnoverBase
    booking: BookingTerms


@lru_cache(maxsize=5_000)
def gauge_of(subject: Subject, turnover: TurnoverBase, booking: BookingTerms) -> Gauge:
    return Gauge(subject, turnover, booking)


NOT_READ = object()


class Scope:
    """Facts seen by rules. Caches what several rules measure; otherwise without state."""

    type: str
    id: str
    base: str
    """The amount percentages are of: turnover or order_net."""
    co_hosts: tuple[CoHostFacts, ...] = ()

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        meeting = facts.meeting
        self.hosts = frozenset() if meeting is None else hosts_of(meeting)
        self._people = {person.customer_id: person for person in facts.people}
        self._counted: dict[TurnoverBase, Counted] = {}
        self._values: dict[Gauge, Measured] = {}

    def counted(self, base: TurnoverBase) -> Counted:
        found = self._counted.get(base)
        if found is None:
            found = self._counted[base] = self._count(base)
        return found

    def value(self, subject: Subject, rule: Rule, winner: str | None = None) -> Measured:
        if MEASURES[subject.measure].of_winner:
            return self.of_person(subject.measure, winner)
        return self.read(gauge_of(subject, rule.turnover, rule.booking))

    def read(self, gauge: Gauge) -> Measured:
        """Of what is not of the winner."""
        found = self._values.get(gauge, NOT_READ)
        if found is NOT_READ:
            found = self._values[gauge] = self._taken(gauge)
        return found  # type: ignore[return-value]

    def _taken(self, gauge: Gauge) -> Measured:
        if gauge.subject.measure == "score":
            return sum(points for _part, _value, points in self.score(gauge))
        if gauge.subject.measure == "sets":
            return self.counted(gauge.turnover).sets_of(gauge.subject)
        return self._measure(gauge)

    def score(self, gauge: Gauge) -> list[tuple[ScorePart, int, int]]:
        """Each part with its value and its points."""
        found = []
        for part in gauge.subject.parts:
            value = self.read(gauge_of(Subject(part.measure), gauge.turnover, gauge.booking))
            assert isinstance(value, int)
            found.append((part, value, value // part.per * part.weight))
        return found

    def of_person(self, measure: str, customer_id: str | None) -> Measured:
        person = self._people.get(customer_id or "")
        if person is None:
            return None
        match measure:
            case "role":
                return None if person.roles is None else frozenset(person.roles)
            case "segment":
                return None if person.segments is None else frozenset(person.segments)
            case "country":
                return person.country
            case "department":
                return person.department
        raise LookupError(measure)

    def _count(self, base: TurnoverBase) -> Counted:
        raise NotImplementedError

    def _measure(self, gauge: Gauge) -> Measured:
        raise NotImplementedError


def _of_calendar(measure: str, day: date | None) -> str | None:
    if day is None:
        return None
    return str(day.month) if measure == "month" else WEEKDAYS[day.weekday()]


def hosts_of(meeting: MeetingFacts) -> frozenset[str]:
    return frozenset((meeting.host_customer_id, *(c.customer_id for c in meeting.co_hosts)))


class MeetingScope(Scope):
    type = "meeting"
    base = "turnover"

    def __init__(self, facts: Facts, meeting: MeetingFacts, *, host_participates: bool) -> None:
        super().__init__(facts)
        self.meeting = meeting
        self.id = meeting.id
        self.co_hosts = meeting.co_hosts
        self._bookings: dict[BookingTerms, tuple[JudgedBooking, ...]] = {}
        self._guests = [
            person
            for person in meeting.participants
            if host_participates or person.customer_id not in self.hosts
        ]

    def bookings(self, terms: BookingTerms) -> tuple[JudgedBooking, ...]:
        found = self._bookings.get(terms)
        if found is None:
            found = self._bookings[terms] = judge_bookings(self.meeting, self.hosts, terms)
        return found

    def buyers(self, base: TurnoverBase) -> tuple[str, ...]:
        """Guests with an order counted; the host is none."""
        found = {one.order.customer_id for one in self.counted(base).orders}
        return tuple(sorted(found - self.hosts))

    def _count(self, base: TurnoverBase) -> Counted:
        return count_orders(self.facts, self.facts.orders, self.hosts, base)

    def _measure(self, gauge: Gauge) -> Measured:
        subject = gauge.subject
        match subject.measure:
            case "turnover":
                return self.counted(gauge.turnover).amount_of(subject)
            case "orders" | "orders_not_by_host":
                return len(self._orders(gauge))
            case "buyers":
                return len({one.order.customer_id for one in self._orders(gauge)})
            case "quantity":
                return self.counted(gauge.turnover).units_of(subject)
            case "bookings_made":
                return sum(judged.stands for judged in self.bookings(gauge.booking))
            case "bookings_confirmed":
                return sum(judged.status == "earned" for judged in self.bookings(gauge.booking))
            case "meetings_held":
                held = self._hosted_before(subject)
                return None if held is None else len(held)
            case "last_meeting_on":
                return self._last_meeting(subject)
            case "days_since_last_meeting":
                last, day = self._last_meeting(subject), self.meeting.held_on
                return None if last is None or day is None else (day - last).days
        return self._of_meeting(subject.measure)

    def _hosted_before(self, subject: Subject) -> list[date] | None:
        """Days on which she held others; of the same day neither comes before the other."""
        known, day = self.meeting.hosted_before, self.meeting.held_on
        if known is None or day is None:
            return None
        first = subject.held_from or date.min
        if subject.within_days is not None:
            first = max(first, day - timedelta(days=subject.within_days))
        end = min(subject.held_before or day, day)
        return [
            one.held_on
            for one in known
            if first <= one.held_on < end and (one.with_this_seller or not subject.with_this_seller)
        ]

    def _last_meeting(self, subject: Subject) -> date | None:
        return max(self._hosted_before(subject) or (), default=None)

    def _orders(self, gauge: Gauge) -> list[CountedOrder]:
        subject = gauge.subject
        guests_only = subject.measure == "orders_not_by_host"
        return [
            one
            for one in self.counted(gauge.turnover).orders
            if one.in_counts
            and one.amount_cents >= subject.of_at_least_cents
            and not (guests_only and one.by_host)
        ]

    def _of_meeting(self, measure: str) -> Measured:
        meeting, seller = self.meeting, self.facts.seller_customer_id
        match measure:
            case "participants":
                return sum(p.attended or p.invitation in COMING for p in self._guests)
            case "attended":
                return sum(p.attended for p in self._guests)
            case "new_customers":
                return sum(p.new_customer for p in self._guests)
            case "virtual":
                return None if meeting.place is None else meeting.place == "virtual"
            case "seller_is_host":
                return None if seller is None else seller in self.hosts
            case "held_on":
                return meeting.held_on
            case "created_on":
                return meeting.created_on
            case "place":
                return meeting.place
            case "theme":
                return meeting.theme
            case "catalogue":
                return meeting.catalogue
            case "month" | "weekday":
                return _of_calendar(measure, meeting.held_on)
        raise LookupError(measure)


class OrderScope(Scope):
    """One order by itself. Whether the host placed it makes no difference, but for her own pots."""

    type = "order"
    base = "order_net"

    def __init__(
        self, facts: Facts, order: OrderFacts, hosts: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(facts)
        self.order = order
        self.id = order.id
        self.hosts = hosts

    def _count(self, base: TurnoverBase) -> Counted:
        return count_orders(self.facts, (self.order,), self.hosts, base)

    def _measure(self, gauge: Gauge) -> Measured:
        subject = gauge.subject
        match subject.measure:
            case "order_net":
                return self.counted(gauge.turnover).amount_cents
            case "quantity":
                return self.counted(gauge.turnover).units_of(subject)
            case "channel":
                return self.order.channel.value
            case "placed_on":
                return self.order.placed_on
            case "first_order":
                return self.order.first_order
            case "catalogue":
                return self.order.catalogue
            case "month" | "weekday":
                return _of_calendar(subject.measure, self.order.placed_on)
        raise LookupError(subject.measure)
