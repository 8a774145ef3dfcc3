"""What the calculator answers: awards, misses, and every reason for both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

JsonMap = Mapping[str, Any]

EARNED = "earned"
PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class Check:
    """One reason. `code` is what screens and tests rely on; `missing` says how far it is."""

    code: str
    passed: bool
    measure: str = ""
    op: str = ""
    value: int | str | bool | None = None
    expected: int | str | bool | None = None
    upper: int | str | None = None
    """The open end of an interval [expected, upper)."""
    missing: int | None = None
    unit: str = ""
    """cents, count, date, text or flag"""
    subject: str = ""
    """Id of what the check is about, when it is not the whole scope: a booking, a rule."""
    narrowed: tuple[str, ...] = ()
    """What the measure was narrowed to: of_at_least_cents=5000, product=REF, without_category=C."""
    children: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderCounted:
    order_id: str
    customer_id: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class OrderLeftOut:
    """`code`: cart, cancelled, not_paid, partially_paid, refunded, gift_order, host_order,
    seller_order; or, for a part of an order that counts: excluded_products, points_used,
    shipping, host_not_in_counts (its amount counts, the order does not)."""

    order_id: str
    customer_id: str
    code: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class TierReached:
    measure: str
    start: int
    value: int
    times: int = 1
    """How many full slices, in mode `every`."""


@dataclass(frozen=True, slots=True)
class NextTier:
    measure: str
    unit: str
    start: int
    value: int
    missing: int
    rewards: tuple[JsonMap, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a marginal scale."""

    start: int
    amount_cents: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Explanation:
    base: str = ""
    """turnover or order_net, when an amount was looked at"""
    base_cents: int | None = None
    orders_counted: tuple[OrderCounted, ...] = ()
    orders_left_out: tuple[OrderLeftOut, ...] = ()
    checks: tuple[Check, ...] = ()
    tier_mode: str = ""
    tier: TierReached | None = None
    next_tier: NextTier | None = None
    slices: tuple[Slice, ...] = ()
    rate_bp: int | None = None
    exact: str = ""
    """The value before rounding, as a decimal number in the unit of the award."""
    rounding: str = ""
    share_bp: int | None = None
    """The part of a co-hosted meeting's reward this person gets."""
    whole_value: int | None = None
    """The value before it was shared."""


Why = Callable[[], Explanation]
"""Explanations are told when somebody asks: whoever only counts does not pay for them."""


@dataclass(slots=True)
class Award:
    """Unique in its scope by (rule_id, reward_id, customer_id, occurrence). Never changed: it is
    not frozen because that would double what making one costs."""

    rule_id: str
    rule_name: str
    reward_id: str
    programme_version: str
    beneficiary: str
    customer_id: str
    scope_type: str
    """meeting, order or pot"""
    scope_id: str
    occurrence: str
    """Id of what made the rule fire again in its scope (the booked meeting; of a pot, how often it
    has paid), empty when once."""
    kind: str
    value: int
    """points, units, codes or cents: see `unit`"""
    unit: str
    status: str
    """earned or promised"""
    reward: JsonMap
    """The reward's terms, as in the programme."""
    why: Why = field(repr=False, compare=False)

    @property
    def explanation(self) -> Explanation:
        return self.why()


@dataclass(frozen=True, slots=True)
class Progress:
    measure: str
    unit: str
    current: int
    target: int


@dataclass(frozen=True, slots=True)
class Miss:
    rule_id: str
    rule_name: str
    programme_version: str
    beneficiary: str
    customer_id: str | None
    scope_type: str
    scope_id: str
    occurrence: str
    rewards: tuple[JsonMap, ...]
    """What it would give."""
    lacks: tuple[Check, ...]
    why: Why = field(repr=False, compare=False)
    progress: Progress | None = None

    @property
    def explanation(self) -> Explanation:
        return self.why()


def missed_by(award: Award, lack: Check) -> Miss:
    """What would have been won, had it not been for this."""
    return Miss(
        rule_id=award.rule_id,
        rule_name=award.rule_name,
        programme_version=award.programme_version,
        beneficiary=award.beneficiary,
        customer_id=award.customer_id,
        scope_type=award.scope_type,
        scope_id=award.scope_id,
        occurrence=award.occurrence,
        rewards=(award.reward,),
        lacks=(lack,),
        why=and_besides(award.why, lack),
    )


def and_besides(why: Why, check: Check) -> Why:
    """The same explanation with one more check."""

    def told() -> Explanation:
        found = why()
        return replace(found, checks=(*found.checks, check))

    return told


@dataclass(frozen=True, slots=True)
class PotFed:
    """What one order, or the meeting, did to a pot."""

    source_type: str
    """order or meeting"""
    source_id: str
    on: str | None
    """The day it counts on."""
    amount: int
    """Cents or a count; less than nothing when something came back."""
    after: int
    """What was in the pot then."""
    lacks: tuple[Check, ...] = ()
    """Why it does not count."""
    left_out: tuple[OrderLeftOut, ...] = ()
    """What of the order does not."""
    issued: tuple[int, ...] = ()
    """Numbers of the rewards it brought."""
    withdrawn: tuple[int, ...] = ()
    held_back: tuple[Check, ...] = ()
    """Why the pot, although full, did not pay any more."""


@dataclass(frozen=True, slots=True)
class PotOutcome:
    """What happened to one pot of one person, in order."""

    rule_id: str
    rule_name: str
    programme_version: str
    beneficiary: str
    customer_id: str
    id: str
    period: str
    measure: str
    unit: str
    """cents or count"""
    threshold: int
    before: int
    feedings: tuple[PotFed, ...]
    after: int
    missing: int
    """How far the next reward is; 0: there is enough in it, and a cap holds it back."""
    rewards: tuple[JsonMap, ...]
    """What it gives each time."""

    @property
    def fed(self) -> int:
        return sum(one.amount for one in self.feedings)


@dataclass(frozen=True)
class Outcome:
    awards: tuple[Award, ...] = ()
    missed: Callable[[], Iterable[Miss]] = field(default=tuple, repr=False, compare=False)
    """Tells what was not won, and why not: asked at most once."""
    pots: tuple[PotOutcome, ...] = ()

    @cached_property
    def misses(self) -> tuple[Miss, ...]:
        return tuple(sorted(self.missed(), key=_miss_order))

    @cached_property
    def misses_by_scope(self) -> Mapping[tuple[str, str, str], Sequence[Miss]]:
        """By rule, type and id."""
        found: dict[tuple[str, str, str], list[Miss]] = defaultdict(list)
        for miss in self.misses:
            found[miss.rule_id, miss.scope_type, miss.scope_id].append(miss)
        return found


def _miss_order(miss: Miss) -> tuple[str, ...]:
    scope = (miss.scope_type, miss.scope_id, miss.rule_id)
    return (*scope, miss.customer_id or "", miss.occurrence)


# ---------------------------------------------------------------- as JSON, and back

OUTCOME_FORMAT = "convive.outcome/1"

JsonObject = dict[str, Any]

FIELDS: Mapping[type, tuple[str, ...]] = {
    cls: tuple("explanation" if name == "why" else name for name in cls.__slots__)
    for cls in (
        Award,
        Check,
        Explanation,
        Miss,
        NextTier,
        OrderCounted,
        OrderLeftOut,
        PotFed,
        PotOutcome,
        Progress,
        Slice,
        TierReached,
    )
}


ORDERS = ("orders_counted", "orders_left_out")
OUTLINE = tuple(name for name in FIELDS[Explanation] if name not in ORDERS)

Shared = dict[int, tuple[tuple[Any, ...], list[Any]]]
"""Lists already dumped, by the identity of their tuples, which are kept alive beside them."""


def to_json(outcome: Outcome) -> JsonObject:
    """The whole outcome, always in the same order.

    Explanations of one scope share their lists of orders and checks, here as there: treat what is
    returned as read-only.
    """
    shared: Shared = {}
    return {
        "format": OUTCOME_FORMAT,
        "totals": totals_of(outcome),
        "awards": [_dump(award, shared) for award in outcome.awards],
        "misses": [_dump(miss, shared) for miss in outcome.misses],
        "pots": [_dump(pot, shared) for pot in outcome.pots],
    }


def totals_of(outcome: Outcome) -> list[JsonObject]:
    """What each person gets in all, by unit and status."""
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for award in outcome.awards:
        sums[award.customer_id, award.beneficiary, award.unit, award.status] += award.value
    return [
        {
            "customer_id": customer_id,
            "beneficiary": beneficiary,
            "unit": unit,
            "status": status,
            "value": value,
        }
        for (customer_id, beneficiary, unit, status), value in sorted(sums.items())
    ]


@dataclass
class Explanations:
    """Many of them as JSON, each once and their lists of orders apart: all awards of one scope
    have the same. Who asked keeps alive what is known here by its identity."""

    outlines: list[JsonObject] = field(default_factory=list)
    """Each with its position and, as positions in `lists`, its orders."""
    lists: list[Any] = field(default_factory=list)
    _shared: Shared = field(default_factory=dict)
    _whys: dict[int, int] = field(default_factory=dict)
    _orders: dict[int, int] = field(default_factory=dict)

    def position(self, why: Why) -> int:
        """Told once for all who share it."""
        found = self._whys.setdefault(id(why), len(self.outlines))
        if found == len(self.outlines):
            told = why()
            outline = {name: _dump(getattr(told, name), self._shared) for name in OUTLINE}
            orders = {name: self._listed(getattr(told, name)) for name in ORDERS}
            self.outlines.append({"why": found, "outline": outline, **orders})
        return found

    def _listed(self, orders: tuple[Any, ...]) -> int:
        found = self._orders.setdefault(id(orders), len(self.lists))
        if found == len(self.lists):
            self.lists.append(_dump(orders, self._shared))
        return found


def _dump(value: Any, shared: Shared) -> Any:
    fields = FIELDS.get(type(value))
    if fields is not None:
        return {name: _dump(getattr(value, name), shared) for name in fields}
    if isinstance(value, tuple):
        found = shared.get(id(value))
        if found is None:
            found = shared[id(value)] = (value, [_dump(item, shared) for item in value])
        return found[1]
    return value


def explanation_from_json(document: Mapping[str, Any]) -> Explanation:
    """An explanation kept with a grant; fields added since then take their defaults."""
    values = _known(Explanation, document)
    return Explanation(
        **{
            **values,
            "orders_counted": _each(OrderCounted, values.get("orders_counted")),
            "orders_left_out": _each(OrderLeftOut, values.get("orders_left_out")),
            "checks": _checks(values.get("checks")),
            "slices": _each(Slice, values.get("slices")),
            "tier": _one(TierReached, values.get("tier")),
            "next_tier": _one(_next_tier, values.get("next_tier")),
        }
    )


def check_from_json(document: Mapping[str, Any]) -> Check:
    values = _known(Check, document)
    return Check(
        **{
            **values,
            "narrowed": tuple(values.get("narrowed") or ()),
            "children": _checks(values.get("children")),
        }
    )


def _checks(documents: Any) -> tuple[Check, ...]:
    return tuple(check_from_json(document) for document in documents or ())


def _next_tier(**values: Any) -> NextTier:
    return NextTier(**{**values, "rewards": tuple(values["rewards"])})


def _each(make: type, documents: Any) -> tuple[Any, ...]:
    return tuple(make(**_known(make, document)) for document in documents or ())


def _one(make: Callable[..., Any], document: Any) -> Any:
    return None if document is None else make(**document)


def _known(cls: type, document: Mapping[str, Any]) -> JsonObject:
    return {name: document[name] for name in FIELDS[cls] if name in document}
