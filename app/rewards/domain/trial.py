"""An imagined meeting, to try rules on before anybody's meeting depends on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.kernel.money import spread, vat_included
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.counting import CountedOrder, count_orders
from app.rewards.domain.facts import (
    BookingFacts,
    BookingStatus,
    Channel,
    CoHostFacts,
    Facts,
    HostedFacts,
    LineFacts,
    MeetingFacts,
    OrderFacts,
    ParticipantFacts,
    PersonFacts,
)
from app.rewards.domain.outcome import Outcome
from app.rewards.domain.programme import Programme
from app.rewards.domain.scopes import COMING, hosts_of
from app.rewards.domain.terms import Rule, Trigger

HOST, SELLER, CO_HOST, GUEST = "host", "seller", "co-host", "guest-"
MOST_GUESTS = 200
VAT_BP = 2_000


@dataclass(frozen=True, slots=True)
class TrialItem:
    reference: str
    quantity: int = 1
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    sales_cents: int = 40_000
    """Of the guests together, shared out evenly."""
    buyers: int = 4
    attended: int = 6
    bookings: int = 1
    """Dates taken and not yet held."""
    held: int = 0
    """Dates taken that were held in time."""
    host_cents: int = 0
    """The host's own order."""
    items: int = 0
    """In all guests' orders; 0: one each."""
    new_customers: int = 0
    day: date | None = None
    place: str = "host"
    theme: str = ""
    catalogue: str = ""
    invited: int = 0
    """Guests who did not come, besides those who did."""
    products: tuple[TrialItem, ...] = ()
    """What the guests ordered, one after the other; their sales are shared out over it."""
    co_host_bp: int = 0
    """The share of one co-host."""
    seller_hosts: bool = False
    held_before: int = 0
    """Meetings that the host held before."""
    last_days: int = 30
    """Since when the last of them, one each as long before."""
    same_seller: bool = True
    role: str = ""
    """Of everybody who might be paid, as the others here."""
    segment: str = ""
    country: str = ""
    department: str = ""
    channel: str = "meeting"
    first_orders: bool = False
    booked_in_another: bool = False

    @property
    def host(self) -> str:
        return SELLER if self.seller_hosts else HOST


def try_programme(programme: Programme, trial: Trial) -> Outcome:
    """All rules of meetings, on one meeting."""
    return evaluate(imagined_meeting(trial, programme), programme)


def try_rule(programme: Programme, rule: Rule, trial: Trial) -> Outcome:
    """One rule by itself, whether it rests or not; pots are empty before."""
    alone = replace(
        programme,
        rules=(rule,),
        by_trigger={trigger: (rule,) if trigger is rule.trigger else () for trigger in Trigger},
    )
    if rule.trigger is Trigger.DIRECT_SALE:
        return evaluate(imagined_sale(trial), alone)
    facts = imagined_meeting(trial, alone)
    return evaluate(replace(facts, pots=()) if rule.pot else facts, alone)


def imagined_sale(trial: Trial) -> Facts:
    channel = Channel.WEB if trial.channel == "web" else Channel.DIRECT
    order = _order(trial, f"{GUEST}1", trial.sales_cents, max(1, trial.items), trial.products)
    return Facts(
        orders=(replace(order, channel=channel),),
        seller_customer_id=SELLER,
        people=_people(trial, {f"{GUEST}1", SELLER}),
    )


def imagined_meeting(trial: Trial, programme: Programme) -> Facts:
    guests, orders = _participants(trial), _orders(trial)
    facts = Facts(
        meeting=MeetingFacts(
            id="trial",
            host_customer_id=trial.host,
            co_hosts=(CoHostFacts(CO_HOST, trial.co_host_bp),) if trial.co_host_bp else (),
            held_on=trial.day,
            planned_on=trial.day,
            first_planned_on=trial.day,
            created_on=trial.day,
            place=trial.place,
            theme=trial.theme or None,
            catalogue=trial.catalogue or None,
            participants=guests,
            bookings=_bookings(trial, programme),
            booked_from="another" if trial.booked_in_another else None,
            hosted_before=tuple(_hosted(trial)),
        ),
        orders=orders,
        seller_customer_id=SELLER,
    )
    names = {*facts.winners, *(guest.customer_id for guest in guests)}
    return replace(facts, people=_people(trial, names))


def _hosted(trial: Trial) -> Iterator[HostedFacts]:
    for number in range(1, trial.held_before + 1 if trial.day else 1):
        assert trial.day is not None
        before = trial.day - timedelta(days=trial.last_days * number)
        yield HostedFacts(before, trial.same_seller)


def _people(trial: Trial, names: Iterable[str]) -> tuple[PersonFacts, ...]:
    """Alike: whoever a rule would pay is asked the same."""
    return tuple(
        PersonFacts(
            customer_id=name,
            roles=(trial.role,) if trial.role else (),
            segments=(trial.segment,) if trial.segment else (),
            country=trial.country or None,
            department=trial.department or None,
        )
        for name in sorted(names)
    )


def _orders(trial: Trial) -> tuple[OrderFacts, ...]:
    guests = trial.buyers
    amounts = spread(trial.sales_cents, [1] * guests) if guests else []
    items = spread(max(trial.items, guests), [1] * guests) if guests else []
    sales = [
        _order(trial, f"{GUEST}{number}", amount, units, trial.products[number - 1 :: guests])
        for number, (amount, units) in enumerate(zip(amounts, items, strict=True), 1)
    ]
    own = [_order(trial, trial.host, trial.host_cents, 1)] if trial.host_cents else []
    return (*sales, *own)


def _order(
    trial: Trial,
    customer_id: str,
    cents: int,
    units: int,
    products: Sequence[TrialItem] = (),
) -> OrderFacts:
    listed = products or (TrialItem("", units),)
    amounts = spread(cents, [one.quantity for one in listed])
    return OrderFacts(
        id=f"order of {customer_id}",
        customer_id=customer_id,
        lines=tuple(
            LineFacts(
                id=str(number),
                product=one.reference,
                net_cents=amount,
                quantity=one.quantity,
                net_excl_tax_cents=_excl(amount),
                categories=one.categories,
            )
            for number, (one, amount) in enumerate(zip(listed, amounts, strict=True), 1)
        ),
        channel=Channel.WEB if trial.channel == "web" else Channel.MEETING,
        placed_on=trial.day,
        first_order=trial.first_orders,
        catalogue=trial.catalogue or None,
    )


def _excl(cents: int) -> int:
    """At the rate most things are sold: good enough for a trial."""
    return cents - vat_included(cents, VAT_BP)


def _participants(trial: Trial) -> tuple[ParticipantFacts, ...]:
    return tuple(
        ParticipantFacts(
            customer_id=f"{GUEST}{number}",
            attended=number <= trial.attended,
            new_customer=number <= trial.new_customers,
        )
        for number in range(1, _guests(trial) + 1)
    )


def _bookings(trial: Trial, programme: Programme) -> tuple[BookingFacts, ...]:
    """Held ones meet the rules' own minimum, so that they count."""
    enough = max((rule.booking.minimum_turnover_cents for rule in programme.rules), default=0)
    return tuple(
        BookingFacts(
            id=f"booking-{number}",
            customer_id=f"{GUEST}{number}",
            status=BookingStatus.HELD if number <= trial.held else BookingStatus.STANDING,
            made_on=trial.day,
            held_on=trial.day if number <= trial.held else None,
            turnover_cents=enough if number <= trial.held else None,
        )
        for number in range(1, trial.held + trial.bookings + 1)
    )


def _guests(trial: Trial) -> int:
    there = trial.attended + trial.invited
    most = max(trial.buyers, there, trial.held + trial.bookings, trial.new_customers)
    return min(most, 4 * MOST_GUESTS)


def trial_like(facts: Facts, programme: Programme) -> Trial:
    """An imagined meeting with the figures of this one."""
    meeting = facts.meeting
    assert meeting is not None
    hosts = hosts_of(meeting)
    base = programme.settings.turnover
    counted = count_orders(facts, facts.orders, hosts, base).orders
    guests = [one for one in meeting.participants if one.customer_id not in hosts]
    sold = [one for one in counted if not one.by_host]
    before = sorted((one.held_on for one in meeting.hosted_before or ()), reverse=True)
    stands = [one for one in meeting.bookings if one.status is not BookingStatus.CANCELLED]
    held = [one for one in stands if one.status is BookingStatus.HELD]
    since = (meeting.held_on - before[0]).days if before and meeting.held_on else 30
    return Trial(
        sales_cents=sum(one.amount_cents for one in sold),
        buyers=len({one.order.customer_id for one in sold}),
        attended=sum(one.attended for one in guests),
        invited=sum(not one.attended and one.invitation in COMING for one in guests),
        bookings=len(stands) - len(held),
        held=len(held),
        host_cents=sum(one.amount_cents for one in counted if one.by_host),
        items=sum(line.quantity for one in sold for line in one.order.lines),
        new_customers=sum(one.new_customer for one in guests),
        day=meeting.held_on,
        place=meeting.place or "host",
        theme=meeting.theme or "",
        catalogue=meeting.catalogue or "",
        products=_bought(sold),
        co_host_bp=sum(one.share_bp for one in meeting.co_hosts),
        seller_hosts=facts.seller_customer_id in hosts,
        held_before=min(len(before), MOST_GUESTS),
        last_days=max(1, since),
        booked_in_another=meeting.booked_from is not None,
    )


def _bought(sold: Iterable[CountedOrder]) -> tuple[TrialItem, ...]:
    units: Counter[str] = Counter()
    for one in sold:
        for line in one.order.lines:
            units[line.product] += line.quantity
    return tuple(TrialItem(name, number) for name, number in sorted(units.items()))
