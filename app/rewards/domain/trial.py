"""An imagined meeting, to try rules on before anybody's meeting depends on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.kernel.money import spread, vat_included
from app.rewards.domain.calculator import evaluate
from app.rewards.domain.facts import (
    BookingFacts,
    BookingStatus,
    Channel,
    Facts,
    LineFacts,
    MeetingFacts,
    OrderFacts,
    ParticipantFacts,
)
from app.rewards.domain.outcome import Outcome
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Rule, Trigger

HOST, SELLER, GUEST = "host", "seller", "guest-"
MOST_GUESTS = 200
VAT_BP = 2_000


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
    order = _order(f"{GUEST}1", trial.sales_cents, max(1, trial.items), trial.day)
    return Facts(orders=(replace(order, channel=Channel.DIRECT),), seller_customer_id=SELLER)


def imagined_meeting(trial: Trial, programme: Programme) -> Facts:
    return Facts(
        meeting=MeetingFacts(
            id="trial",
            host_customer_id=HOST,
            held_on=trial.day,
            planned_on=trial.day,
            first_planned_on=trial.day,
            created_on=trial.day,
            place=trial.place,
            participants=_participants(trial),
            bookings=_bookings(trial, programme),
        ),
        orders=_orders(trial),
        seller_customer_id=SELLER,
    )


def _orders(trial: Trial) -> tuple[OrderFacts, ...]:
    guests = trial.buyers
    amounts = spread(trial.sales_cents, [1] * guests) if guests else []
    items = spread(max(trial.items, guests), [1] * guests) if guests else []
    sales = [
        _order(f"{GUEST}{number}", amount, units, trial.day)
        for number, (amount, units) in enumerate(zip(amounts, items, strict=True), 1)
    ]
    own = [_order(HOST, trial.host_cents, 1, trial.day)] if trial.host_cents else []
    return (*sales, *own)


def _order(customer_id: str, cents: int, units: int, day: date | None) -> OrderFacts:
    line = LineFacts(
        id="1", product="", net_cents=cents, quantity=units, net_excl_tax_cents=_excl(cents)
    )
    return OrderFacts(id=f"order of {customer_id}", customer_id=customer_id, lines=(line,),
                      placed_on=day)  # fmt: skip


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
    most = max(trial.buyers, trial.attended, trial.held + trial.bookings, trial.new_customers)
    return min(most, 4 * MOST_GUESTS)
