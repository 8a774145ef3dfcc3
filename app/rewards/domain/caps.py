"""How much a rule may give: in one meeting, to one person, in all; in times, value or money.

Shares taken by other meetings and orders come with the facts as what is left, so that judging the
same facts again gives the same awards. Within the facts, who was granted before comes first, then
the earlier booking or order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from app.kernel.money import Rounding, round_fraction, spread
from app.rewards.domain.facts import Facts
from app.rewards.domain.outcome import Award, Check, Miss, and_besides, missed_by
from app.rewards.domain.terms import Cap, CapOf, CapPer, Period, Rule

Share = tuple[str, str, str]
"""Rule, cap, and the person, meeting or nobody whose share it is."""
Firing = tuple[str, str, str, str, str]
"""Rule, scope and its type, occurrence and person: hosts of a meeting are one person."""


FORMATS: Mapping[Period, str] = {
    Period.YEAR: "%Y",
    Period.MONTH: "%Y-%m",
    Period.WEEK: "%G-W%V",
    Period.DAY: "%Y-%m-%d",
}


def period_of(cap: Cap, day: date | None) -> str:
    """The one a day is in: 2026, 2026-03, 2026-W10, 2026-03-09; empty: for ever."""
    return "" if cap.period is Period.EVER or day is None else day.strftime(FORMATS[cap.period])


@dataclass(slots=True)
class _Account:
    """What is left, as far as it is known, while awards take their shares."""

    left: dict[Share, int]

    def room(self, cap: Cap, rule: Rule, award: Award) -> int:
        return self.left.setdefault(_share(cap, rule, award), cap.most)

    def take(self, cap: Cap, rule: Rule, given: Sequence[Award]) -> None:
        for share, amount in _amounts(cap, rule, given).items():
            self.left[share] -= amount


def hold_to_caps(
    awards: Sequence[Award], capped: Mapping[str, Rule], facts: Facts
) -> tuple[Sequence[Award], list[Miss]]:
    """The awards that caps leave, some smaller than they would be, and those they leave nothing.
    `capped`: rules with caps, by their ids."""
    if not capped:
        return awards, []
    kept = [award for award in awards if award.rule_id not in capped]
    missed: list[Miss] = []
    account = _Account({(one.rule_id, one.cap, one.subject): one.left for one in facts.caps})
    for firing in _in_turn([one for one in awards if one.rule_id in capped], facts):
        given, refused = _fit(firing, capped[firing[0].rule_id], account)
        kept += given
        missed += refused
    return kept, missed


def shares_taken(awards: Iterable[Award], rules: Iterable[Rule]) -> dict[Share, int]:
    """How much of each cap these awards take: what whoever grants them keeps account of."""
    capped = {rule.id: rule for rule in rules if rule.caps}
    taken: dict[Share, int] = {}
    for firing in _firings([one for one in awards if one.rule_id in capped]).values():
        rule = capped[firing[0].rule_id]
        for cap in rule.caps:
            for share, amount in _amounts(cap, rule, firing).items():
                taken[share] = taken.get(share, 0) + amount
    return taken


def _amounts(cap: Cap, rule: Rule, firing: Iterable[Award]) -> dict[Share, int]:
    """What one firing takes of a cap: rounded up once for each reward and share, never beyond
    what was left."""
    if cap.of is CapOf.TIMES:
        return {_share(cap, rule, award): 1 for award in firing}
    values: dict[tuple[Share, str], int] = {}
    for award in firing:
        key = (_share(cap, rule, award), award.reward_id)
        values[key] = values.get(key, 0) + award.value
    taken: dict[Share, int] = {}
    for (share, reward_id), value in values.items():
        amount = value if cap.of is CapOf.VALUE else _cost(value, rule.cents_per_unit[reward_id])
        taken[share] = taken.get(share, 0) + amount
    return taken


def _cost(value: int, cents_per_unit: Fraction) -> int:
    return round_fraction(value * cents_per_unit, Rounding.CEIL)


# ---------------------------------------------------------------- in turn


def _firings(awards: Iterable[Award]) -> dict[Firing, list[Award]]:
    found: dict[Firing, list[Award]] = {}
    for award in awards:
        person = "" if award.beneficiary == "host" else award.customer_id
        key = (award.rule_id, award.scope_type, award.scope_id, award.occurrence, person)
        found.setdefault(key, []).append(award)
    return found


def _in_turn(awards: Sequence[Award], facts: Facts) -> list[list[Award]]:
    before = {(one.rule_id, one.customer_id, one.scope_id, one.occurrence) for one in facts.granted}
    days = {order.id: order.placed_on for order in facts.orders}
    if facts.meeting is not None:
        days |= {booking.id: booking.made_on for booking in facts.meeting.bookings}

    def turn(item: tuple[Firing, list[Award]]) -> tuple[bool, date, Firing]:
        key, firing = item
        granted = any(
            (one.rule_id, one.customer_id, one.scope_id, one.occurrence) in before for one in firing
        )
        return not granted, days.get(key[3] or key[2]) or date.max, key

    return [
        sorted(firing, key=lambda one: (one.reward_id, one.customer_id))
        for _key, firing in sorted(_firings(awards).items(), key=turn)
    ]


def _share(cap: Cap, rule: Rule, award: Award) -> Share:
    whose = {CapPer.MEETING: award.scope_id, CapPer.PERSON: award.customer_id, CapPer.ALL: ""}
    return rule.id, cap.id, whose[cap.per]


# ---------------------------------------------------------------- one firing


def _fit(firing: list[Award], rule: Rule, account: _Account) -> tuple[list[Award], list[Miss]]:
    """All rewards of one firing, whose hosts share what is left as they share the whole."""
    for cap in (one for one in rule.caps if one.of is CapOf.TIMES):
        full = [award for award in firing if account.room(cap, rule, award) < 1]
        if full:
            return [], [_miss(award, cap) for award in firing]
    given: list[Award] = []
    missed: list[Miss] = []
    for shared in _by_reward(firing).values():
        some, none = _reduced(shared, rule, account)
        given += some
        missed += none
    for cap in rule.caps:
        if cap.of is CapOf.TIMES:
            account.take(cap, rule, given)
    return given, missed


def _by_reward(firing: Iterable[Award]) -> dict[str, list[Award]]:
    found: dict[str, list[Award]] = {}
    for award in firing:
        found.setdefault(award.reward_id, []).append(award)
    return found


def _reduced(shared: list[Award], rule: Rule, account: _Account) -> tuple[list[Award], list[Miss]]:
    values = [award.value for award in shared]
    binding: dict[int, Cap] = {}
    for cap in (one for one in rule.caps if one.of is not CapOf.TIMES):
        values = _within(cap, rule, shared, values, account, binding)
    given: list[Award] = []
    missed: list[Miss] = []
    for position, (award, value) in enumerate(zip(shared, values, strict=True)):
        if value == 0:
            missed.append(_miss(award, binding[position]))
            continue
        held = binding.get(position)
        given.append(award if held is None else _smaller(award, value, held))
    for cap in rule.caps:
        if cap.of is not CapOf.TIMES:
            account.take(cap, rule, given)
    return given, missed


def _within(
    cap: Cap,
    rule: Rule,
    shared: Sequence[Award],
    values: list[int],
    account: _Account,
    binding: dict[int, Cap],
) -> list[int]:
    """The values that this cap leaves of them; `binding` learns which it made smaller."""
    if cap.per is CapPer.PERSON:
        most = [
            _worth_of_room(cap, rule, award, account.room(cap, rule, award)) for award in shared
        ]
        fitting = [min(pair) for pair in zip(values, most, strict=True)]
    else:
        room = _worth_of_room(cap, rule, shared[0], account.room(cap, rule, shared[0]))
        fitting = spread(room, values) if 0 <= room < sum(values) else values
    for position, (before, after) in enumerate(zip(values, fitting, strict=True)):
        if after < before:
            binding[position] = cap
    return fitting


def _worth_of_room(cap: Cap, rule: Rule, award: Award, room: int) -> int:
    """How much value fits into what is left."""
    if cap.of is CapOf.VALUE:
        return max(0, room)
    return max(0, int(room / rule.cents_per_unit[award.reward_id]))


def _smaller(award: Award, value: int, cap: Cap) -> Award:
    return replace(award, value=value, why=and_besides(award.why, check_of(award, value, cap)))


def _miss(award: Award, cap: Cap) -> Miss:
    return missed_by(award, check_of(award, 0, cap))


UNITS: Mapping[CapOf, str] = {CapOf.TIMES: "count", CapOf.MONEY: "cents"}


def check_of(award: Award, value: int, cap: Cap) -> Check:
    """`value`: what the cap leaves of the award, in its own unit."""
    unit = UNITS.get(cap.of) or ("cents" if award.unit == "cents" else "count")
    return Check(
        f"cap_per_{cap.per}", value > 0, value=value, expected=cap.most, unit=unit, subject=cap.id
    )
