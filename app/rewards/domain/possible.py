"""Whether a condition can hold at all: measures that exclude each other, whatever the facts.

Only what is certain counts. A condition said here to be impossible never holds; one that is not
may still be unlikely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from app.kernel.conditions import All, AnyOf, Not, Value
from app.rewards.domain.facts import MONTHS, PLACES, WEEKDAYS, Channel
from app.rewards.domain.terms import (
    MEASURES,
    OF_HISTORY,
    Beneficiary,
    Comparison,
    Condition,
    SetPart,
    Subject,
    Trigger,
    TurnoverBase,
)

MOST_WAYS = 64
"""Of being true; a condition with more of them is taken to be possible."""
LONGEST_DAYS = 800
"""A longer range of days holds every month and weekday."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "place": PLACES,
    "month": MONTHS,
    "weekday": WEEKDAYS,
    "channel": tuple(Channel),
}
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
KNOWN_TOGETHER = (
    frozenset({"place", "virtual"}),
    frozenset({"held_on", "placed_on", "month", "weekday"}),
)
SOLD = frozenset({"orders", "orders_not_by_host", "buyers", "quantity", "sets", "turnover"})
"""None of them without an order counted."""


@dataclass(frozen=True, slots=True)
class Literal:
    comparison: Comparison
    denied: bool = False
    """Also what is not known denies it."""


Way = tuple[Literal, ...]
"""Comparisons that together make a condition true."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is certain of whatever a rule judges when it pays."""

    trigger: Trigger
    beneficiary: Beneficiary
    base: TurnoverBase
    of_order: bool = False
    """Whether it judges an order, rather than a meeting."""

    def certain(self) -> Iterator[Literal]:
        if self.trigger is Trigger.GUEST_BOOKING:
            yield Literal(at_least(Subject("bookings_made"), 1))
        if self.trigger is Trigger.DURING_MEETING and self.beneficiary is Beneficiary.GUEST:
            yield Literal(at_least(Subject("orders_not_by_host"), 1))
        if self.trigger is Trigger.DIRECT_SALE:
            yield Literal(Comparison(Subject("channel"), "!=", Channel.MEETING.value))

    @property
    def sold(self) -> frozenset[str]:
        """Hosts' orders may count as turnover and not as orders."""
        apart = self.base.host_orders == "excluded_from_counts"
        return SOLD - {"turnover"} if apart else SOLD


def at_least(subject: Subject, value: int) -> Comparison:
    return Comparison(subject, ">=", value)


def below(subject: Subject, value: int) -> Comparison:
    return Comparison(subject, "<", value)


def is_possible(ground: Ground, *conditions: Condition | None) -> bool:
    """Whether all of them can be true at once."""
    whole = All(tuple(one for one in conditions if one is not None))
    ways = _ways(whole, denied=False)
    if ways is None:
        return True
    certain = tuple(ground.certain())
    return any(_holds_somewhere((*certain, *way), ground) for way in ways)


# ---------------------------------------------------------------- the ways to be true


def _ways(condition: Condition, *, denied: bool) -> list[Way] | None:
    """None: too many to look at."""
    if isinstance(condition, Not):
        return _ways(condition.part, denied=not denied)
    if isinstance(condition, All | AnyOf):
        inner = [_ways(part, denied=denied) for part in condition.parts]
        together = isinstance(condition, All) != denied
        return _joined(inner) if together else _alternatives(inner)
    if denied and condition.op == "in":
        upper = condition.upper
        assert upper is not None
        ends = (replace(condition, op=">="), replace(condition, op="<", value=upper))
        return [(Literal(replace(end, upper=None), denied=True),) for end in ends]
    return [(Literal(condition, denied),)]


def _joined(inner: Sequence[list[Way] | None]) -> list[Way] | None:
    count = 1
    for ways in inner:
        count *= MOST_WAYS + 1 if ways is None else len(ways)
        if count > MOST_WAYS:
            return None
    known = [ways for ways in inner if ways is not None]
    return [tuple(one for way in some for one in way) for some in product(*known)]


def _alternatives(inner: Sequence[list[Way] | None]) -> list[Way] | None:
    found: list[Way] = []
    for ways in inner:
        if ways is None:
            return None
        found += ways
    return found if len(found) <= MOST_WAYS else None


# ---------------------------------------------------------------- one way


@dataclass(slots=True)
class _Room:
    """What is left for a number, or a day by its ordinal: half open."""

    low: int = 0
    high: int | None = None
    excluded: set[int] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        if self.high is None:
            return False
        if self.high - self.low > len(self.excluded):
            return False
        return all(number in self.excluded for number in range(self.low, self.high))

    def narrow(self, op: str, value: int, upper: int | None) -> None:
        if op == "!=":
            self.excluded.add(value)
            return
        low = {"=": value, ">": value + 1, ">=": value, "in": value}.get(op)
        high = {"=": value + 1, "<": value, "<=": value + 1, "in": upper}.get(op)
        self.at_least(low or 0)
        self.before(high)

    def at_least(self, low: int) -> None:
        self.low = max(self.low, low)

    def before(self, high: int | None) -> None:
        if high is not None:
            self.high = high if self.high is None else min(self.high, high)


@dataclass(slots=True)
class _Words:
    """What is left for a word: one of `left` when that is said, and none of `excluded`."""

    left: set[Value] | None = None
    excluded: set[Value] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return self.left is not None and not self.left - self.excluded

    def keep(self, some: Iterable[Value]) -> None:
        self.left = set(some) if self.left is None else self.left & set(some)


def _holds_somewhere(way: Way, ground: Ground) -> bool:
    told = [one for one in way if not one.denied or _is_known(one, way)]
    has = {(one.comparison.subject, one.comparison.value, one.denied) for one in way
           if one.comparison.op == "has"}  # fmt: skip
    if any((subject, value, True) in has for subject, value, denied in has if not denied):
        return False
    numbers, words = _rooms(one for one in told if one.comparison.op != "has")
    _link_places(words)
    for _ in range(3):
        _relate(numbers, ground)
    if any(room.is_empty for room in numbers.values()):
        return False
    if any(room.is_empty for room in words.values()):
        return False
    return _has_a_day(numbers, words, ground)


def _is_known(one: Literal, way: Way) -> bool:
    """Whether denying it says something: of what is not known, any comparison is denied."""
    measure = one.comparison.subject.measure
    always = MEASURES[measure].is_number and MEASURES[measure].known
    if always or measure == "channel":
        return True
    near = next((some for some in KNOWN_TOGETHER if measure in some), frozenset({measure}))
    return any(
        other.comparison.subject.measure in near
        and (measure not in OF_HISTORY or other.comparison.subject == one.comparison.subject)
        for other in way
        if not other.denied
    )


def _rooms(told: Iterable[Literal]) -> tuple[dict[Subject, _Room], dict[Subject, _Words]]:
    numbers: dict[Subject, _Room] = {}
    words: dict[Subject, _Words] = {}
    for one in told:
        comparison = one.comparison
        op = OPPOSITE[comparison.op] if one.denied else comparison.op
        subject = comparison.subject
        if subject.unit in {"text", "flag"}:
            room = words.setdefault(subject, _Words(_choices(subject)))
            room.keep({comparison.value}) if op == "=" else room.excluded.add(comparison.value)
        else:
            upper = None if comparison.upper is None else _ordinal(comparison.upper)
            numbers.setdefault(subject, _Room()).narrow(op, _ordinal(comparison.value), upper)
    return numbers, words


def _choices(subject: Subject) -> set[Value] | None:
    if subject.unit == "flag":
        return {True, False}
    known = CHOICES.get(subject.measure)
    return set(known) if known else None


def _ordinal(value: Value) -> int:
    if isinstance(value, date):
        return value.toordinal()
    assert isinstance(value, int)
    return value


def _link_places(words: dict[Subject, _Words]) -> None:
    virtual = words.get(Subject("virtual"))
    if virtual is None:
        return
    place = words.setdefault(Subject("place"), _Words(set(PLACES)))
    left = (virtual.left or set()) - virtual.excluded
    if True not in left:
        place.excluded.add("virtual")
    if False not in left:
        place.keep({"virtual"})


# ---------------------------------------------------------------- measures beside each other


def _relate(numbers: dict[Subject, _Room], ground: Ground) -> None:
    _relate_sold(numbers, ground.sold)
    _relate_history(numbers)
    for one in list(numbers):
        if one.measure == "sets":
            _relate_sets(one, numbers)
        if one.measure == "score":
            _relate_score(one, numbers)
    for one, other in product(list(numbers), repeat=2):
        if one != other and _never_exceeds(one, other):
            numbers[one].before(numbers[other].high)
            numbers[other].at_least(numbers[one].low)


def _relate_sold(numbers: dict[Subject, _Room], sold: frozenset[str]) -> None:
    """Whatever is sold, somebody ordered it."""
    some = [room for one, room in numbers.items() if one.measure in sold]
    if any(room.low > 0 for room in some):
        for name in ("orders", "buyers"):
            if Subject(name) in numbers:
                numbers[Subject(name)].at_least(1)


def _relate_history(numbers: dict[Subject, _Room]) -> None:
    """A last meeting is one that was held, and lies before this one."""
    held = numbers.get(Subject("held_on"))
    for one in list(numbers):
        if one.measure == "days_since_last_meeting":
            numbers[one].at_least(1)
        elif one.measure == "last_meeting_on":
            if held is not None and held.high is not None:
                numbers[one].before(held.high - 1)
        else:
            continue
        count = Subject("meetings_held", with_this_seller=one.with_this_seller)
        numbers.setdefault(count, _Room()).at_least(1)


def _relate_sets(one: Subject, numbers: dict[Subject, _Room]) -> None:
    for other, room in numbers.items():
        for part in one.sets if other.measure == "quantity" else ():
            if _is_within(part, other):
                room.at_least(numbers[one].low * part.quantity)
                if room.high is not None:
                    numbers[one].before((room.high - 1) // part.quantity + 1)


def _relate_score(one: Subject, numbers: dict[Subject, _Room]) -> None:
    """As much as its parts allow."""
    low, high = 0, 0
    endless = False
    for part in one.parts:
        room = numbers.setdefault(Subject(part.measure), _Room())
        low += room.low // part.per * part.weight
        if room.high is None:
            endless = True
        else:
            high += max(0, room.high - 1) // part.per * part.weight
    numbers[one].at_least(low)
    numbers[one].before(None if endless else high + 1)


def _never_exceeds(one: Subject, other: Subject) -> bool:
    """Whether the one is at most the other, whatever the facts."""
    pair = (one.measure, other.measure)
    if pair in {("attended", "participants"), ("bookings_confirmed", "bookings_made")}:
        return True
    if pair == ("buyers", "orders"):
        return other.of_at_least_cents == 0
    if pair in {
        ("orders", "orders"),
        ("orders_not_by_host",) * 2,
        ("orders_not_by_host", "orders"),
    }:
        return one.of_at_least_cents >= other.of_at_least_cents
    if pair == ("turnover", "turnover"):
        wider = one.products >= other.products and one.categories >= other.categories
        return not other.without or (one.without and wider)
    if pair == ("quantity", "quantity"):
        return _is_within(one, other)
    return pair == ("meetings_held", "meetings_held") and _is_earlier_part(one, other)


def _is_within(one: Subject | SetPart, other: Subject) -> bool:
    """Whether products looked at by the one are looked at by the other; none named: all."""
    if not (other.products or other.categories):
        return True
    named = one.products or one.categories
    return bool(named) and one.products <= other.products and one.categories <= other.categories


def _is_earlier_part(one: Subject, other: Subject) -> bool:
    """Whether meetings counted by the one are counted by the other."""
    return (
        one.with_this_seller >= other.with_this_seller
        and (other.held_from is None or (one.held_from or date.min) >= other.held_from)
        and (other.held_before is None or (one.held_before or date.max) <= other.held_before)
        and (other.within_days is None or (one.within_days or 10**6) <= other.within_days)
    )


def _has_a_day(
    numbers: Mapping[Subject, _Room], words: Mapping[Subject, _Words], ground: Ground
) -> bool:
    """A day in range, of a month and a weekday that are asked for."""
    room = numbers.get(Subject("placed_on" if ground.of_order else "held_on"))
    months, weekdays = words.get(Subject("month")), words.get(Subject("weekday"))
    if room is None or room.high is None or room.high - room.low > LONGEST_DAYS:
        return True
    days = (
        date.fromordinal(n) for n in range(max(1, room.low), room.high) if n not in room.excluded
    )
    return any(
        _allows(months, str(day.month)) and _allows(weekdays, WEEKDAYS[day.weekday()])
        for day in days
    )


def _allows(words: _Words | None, value: str) -> bool:
    if words is None:
        return True
    return value not in words.excluded and (words.left is None or value in words.left)
