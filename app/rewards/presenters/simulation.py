"""What a simulation found, in the words of the console."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.http.words import date_long, money, number, points
from app.imports.writing import amount
from app.kernel.money import BASIS
from app.meetings import queries as meetings
from app.rewards.domain.contest import AFTER, BEFORE
from app.rewards.domain.draft import Document
from app.rewards.domain.simulation import STEPS, UNITS, Difference
from app.rewards.domain.terms import Unit
from app.rewards.presenters.meeting import role_label
from app.rewards.presenters.programme import RuleRow, product_names, rule_rows
from app.rewards.presenters.titles import family
from app.rewards.presenters.tongue import gettext, ngettext
from app.rewards.queries.simulations import SimulationView, read_difference

MOST_OVERLAPS = 20
BENEFICIARIES = ("host", "guest", "seller")


@dataclass(frozen=True, slots=True)
class CostLine:
    """One kind of reward: how often, how much, and what that is estimated at."""

    family: str
    title: str
    before: str
    after: str
    before_cents: int
    after_cents: int


@dataclass(frozen=True, slots=True)
class Step:
    """Meetings that cost so much."""

    label: str
    before: int
    after: int
    before_ratio: int
    after_ratio: int


@dataclass(frozen=True, slots=True)
class Change:
    who: str
    gains: int
    gains_cents: int
    loses: int
    loses_cents: int


@dataclass(frozen=True, slots=True)
class Person:
    customer_id: UUID
    name: str
    role: str
    meeting_id: UUID | None
    order_id: UUID | None
    where: str
    before: str
    after: str
    difference_cents: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    row: RuleRow
    scopes: int
    before_cents: int
    after_cents: int
    never: bool
    gone: bool = False
    """Only the programme in force has it."""


@dataclass(frozen=True, slots=True)
class OverlapLine:
    one: str
    other: str
    who: str
    what: str
    times: int
    cents: int


@dataclass(frozen=True, slots=True)
class SimulationPage:
    meetings: int
    orders: int
    turnover_cents: int
    before_cents: int
    after_cents: int
    before_share: int | None
    """Of the turnover, in basis points; None without any."""
    after_share: int | None
    winners_before: int
    winners_after: int
    costs: list[CostLine]
    steps: list[Step]
    changes: list[Change]
    gainers: list[Person]
    losers: list[Person]
    rules: list[RuleLine]
    overlaps: list[OverlapLine]
    more_overlaps: int
    """Not shown."""
    runs_on: bool
    """Whether caps over time, or pots, were counted through the period."""


def simulation_page(session: Session, view: SimulationView) -> SimulationPage:
    """Of a finished one. The same statements whatever it found."""
    found = view.result or {}
    scopes, before, after = found.get("scopes", {}), found.get(BEFORE, {}), found.get(AFTER, {})
    costs, turnover = _costs(before, after), scopes.get("turnover_cents", 0)
    was, now = (
        sum(getattr(one, name) for one in costs) for name in ("before_cents", "after_cents")
    )
    gainers, losers = (list(map(read_difference, found[name])) for name in ("gainers", "losers"))
    people = _people(session, [*gainers, *losers])
    overlaps = _overlaps(found.get("overlaps", {}), view.document)
    return SimulationPage(
        meetings=scopes.get("meetings", 0),
        orders=scopes.get("orders", 0),
        turnover_cents=turnover,
        before_cents=was,
        after_cents=now,
        before_share=BASIS * was // turnover if turnover else None,
        after_share=BASIS * now // turnover if turnover else None,
        winners_before=found["winners"]["before"],
        winners_after=found["winners"]["after"],
        costs=costs,
        steps=_steps(before.get("spread", {}), after.get("spread", {})),
        changes=_changes(found.get("changes", {})),
        gainers=people[: len(gainers)],
        losers=people[len(gainers) :],
        rules=list(_rules(session, view, found)),
        overlaps=overlaps[:MOST_OVERLAPS],
        more_overlaps=max(0, len(overlaps) - MOST_OVERLAPS),
        runs_on=found.get("runs_on", False),
    )


def _costs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[CostLine]:
    was, now = _by_family(before), _by_family(after)
    return [
        CostLine(
            kind,
            _kind_title(kind),
            _amounts(was.get(kind, {})),
            _amounts(now.get(kind, {})),
            was.get(kind, {}).get("cents_estimated", 0),
            now.get(kind, {}).get("cents_estimated", 0),
        )
        for kind in sorted(was.keys() | now.keys())
    ]


def _by_family(side: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for kind, counts in side.get("kinds", {}).items():
        sums = found.setdefault(family(kind), {})
        for name, value in counts.items():
            sums[name] = sums.get(name, 0) + value
    return found


def _kind_title(kind: str) -> str:
    titles = {
        "points": gettext("Points"),
        "gift": gettext("Gifts"),
        "code": gettext("Promo codes"),
        "voucher": gettext("Vouchers"),
    }
    return titles.get(kind, kind)


def _amounts(counts: Mapping[str, int]) -> str:
    return " + ".join(_amount(unit, counts[unit]) for unit in UNITS if counts.get(unit)) or "—"


def _amount(unit: Unit, value: int) -> str:
    if unit is Unit.POINTS:
        return points(value)
    if unit is Unit.CENTS:
        return money(value)
    if unit is Unit.UNITS:
        return ngettext("%(count)s gift", "%(count)s gifts", value, count=number(value))
    return ngettext("%(count)s code", "%(count)s codes", value, count=number(value))


def _steps(before: Mapping[str, int], after: Mapping[str, int]) -> list[Step]:
    most = max([1, *before.values(), *after.values()])
    found, low = [], 0
    for step in (*STEPS, -1):
        was, now = before.get(str(step), 0), after.get(str(step), 0)
        found.append(Step(_step_label(low, step), was, now, 100 * was // most, 100 * now // most))
        low = step
    return found


def _step_label(low: int, step: int) -> str:
    if step == 0:
        return gettext("nothing")
    if step < 0:
        return gettext("more than %(amount)s", amount=money(low))
    return gettext("up to %(amount)s", amount=money(step))


def _changes(changes: Mapping[str, Mapping[str, int]]) -> list[Change]:
    return [
        Change(
            role_label(who),
            changes[who].get("gains", 0),
            changes[who].get("gains_cents", 0),
            changes[who].get("loses", 0),
            changes[who].get("loses_cents", 0),
        )
        for who in BENEFICIARIES
        if who in changes
    ]


def _rules(session: Session, view: SimulationView, found: Mapping[str, Any]) -> Iterator[RuleLine]:
    """Those simulated, then those they would take the place of."""
    before, after = (found.get(side, {}).get("rules", {}) for side in (BEFORE, AFTER))
    never = set(found["never_fired"])
    documents = [view.document, view.base or {**view.document, "rules": []}]
    names = product_names(session, *documents)
    rows, base_rows = (rule_rows(document, names) for document in documents)
    for row in rows:
        was, now = (side.get(row.rule_id, {}) for side in (before, after))
        yield RuleLine(
            row,
            now.get("scopes", 0),
            was.get("cents_estimated", 0),
            now.get("cents_estimated", 0),
            row.rule_id in never,
        )
    kept = {row.rule_id for row in rows}
    for row in base_rows:
        was = before.get(row.rule_id, {})
        if row.rule_id not in kept and was:
            yield RuleLine(row, 0, was.get("cents_estimated", 0), 0, never=False, gone=True)


def _overlaps(overlaps: Mapping[str, Mapping[str, int]], document: Document) -> list[OverlapLine]:
    names = {rule["id"]: rule.get("name") or rule["id"] for rule in document["rules"]}
    found = []
    for pair, counts in overlaps.items():
        one, other, who, unit = pair.split("\n")
        what = _kind_title({"units": "gift", "codes": "code", "cents": "voucher"}.get(unit, unit))
        found.append(
            OverlapLine(
                names.get(one, one),
                names.get(other, other),
                role_label(who),
                what,
                counts["times"],
                counts["cents_estimated"],
            )
        )
    return sorted(found, key=lambda line: (-line.cents, -line.times, line.one))


# ---------------------------------------------------------------- who gains, who loses


def _people(session: Session, differences: list[Difference]) -> list[Person]:
    ids = {UUID(one.customer_id) for one in differences}
    names = {key: one.name for key, one in customers.people(session, ids).items()}
    held = {UUID(one.scope_id) for one in differences if one.scope_type == "meeting"}
    days = {key: card.starts_at for key, card in meetings.meeting_cards(session, held).items()}
    found = []
    for one in differences:
        key, scope_id = UUID(one.customer_id), UUID(one.scope_id)
        in_meeting = scope_id in days
        found.append(
            Person(
                key,
                names.get(key, ""),
                role_label(one.beneficiary),
                scope_id if in_meeting else None,
                None if in_meeting else scope_id,
                gettext("Meeting of %(day)s", day=date_long(days[scope_id]))
                if in_meeting
                else gettext("Order"),
                _values(one.before),
                _values(one.after),
                one.after_cents - one.before_cents,
            )
        )
    return found


def _values(values: Sequence[int]) -> str:
    return _amounts(dict(zip(UNITS, values, strict=True)))


def difference_titles() -> list[str]:
    units = [gettext("points"), gettext("gifts"), gettext("codes"), gettext("vouchers")]
    before, after = gettext("in force"), gettext("simulated")
    return [
        gettext("Meeting"),
        gettext("Order"),
        gettext("Customer"),
        gettext("Role"),
        *(f"{unit} ({before})" for unit in units),
        *(f"{unit} ({after})" for unit in units),
        gettext("estimated difference"),
    ]


def difference_rows(differences: Iterable[Difference]) -> Iterator[list[Any]]:
    """Identifiers, as addresses of pages have them: names can be looked up there."""
    for one in differences:
        is_meeting = one.scope_type == "meeting"
        yield [
            one.scope_id if is_meeting else "",
            "" if is_meeting else one.scope_id,
            one.customer_id,
            role_label(one.beneficiary),
            *_cells(one.before),
            *_cells(one.after),
            amount(one.after_cents - one.before_cents),
        ]


def _cells(values: Sequence[int]) -> list[Any]:
    by_unit = dict(zip(UNITS, values, strict=True))
    whole = [by_unit[unit] for unit in (Unit.POINTS, Unit.UNITS, Unit.CODES)]
    return [*whole, amount(by_unit[Unit.CENTS])]
