"""The whole programme on one page: who gets what for what, and what it gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.http.words import money, number, points, say
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Beneficiary, Rule, Unit
from app.rewards.presenters.programme import BENEFICIARIES, Document, rule_findings
from app.rewards.presenters.sentences import RuleTold, tell_rule
from app.rewards.presenters.titles import Names
from app.rewards.presenters.tongue import ngettext
from app.rewards.queries.given import GivenByRule


@dataclass(frozen=True, slots=True)
class OverviewRow:
    number: int
    name: str
    told: RuleTold
    findings: list[str]
    given: list[str]
    """How often, to how many, what, and what is promised; nothing: never."""
    cost: str


@dataclass(frozen=True, slots=True)
class OverviewGroup:
    """The rules of one beneficiary, and what they cost together."""

    label: str
    rows: list[OverviewRow]
    cost: str


def overview_groups(
    programme: Programme, document: Document, given: Mapping[str, GivenByRule], names: Names
) -> list[OverviewGroup]:
    """In the order of the rules; who has none is left out."""
    written = {one["id"]: one for one in document["rules"]}
    numbered = list(enumerate(programme.rules, 1))
    groups = []
    for beneficiary in Beneficiary:
        mine = [(number, rule) for number, rule in numbered if rule.beneficiary is beneficiary]
        if not mine:
            continue
        rows = [
            _row(place, rule, programme, written[rule.id], given.get(rule.id), names)
            for place, rule in mine
        ]
        cents = sum(given[rule.id].cents for _, rule in mine if rule.id in given)
        groups.append(OverviewGroup(say(BENEFICIARIES[beneficiary]), rows, money(cents)))
    return groups


def _row(
    place: int,
    rule: Rule,
    programme: Programme,
    written: Document,
    given: GivenByRule | None,
    names: Names,
) -> OverviewRow:
    gave = given or GivenByRule()
    return OverviewRow(
        number=place,
        name=rule.name,
        told=tell_rule(rule, programme.settings, names),
        findings=rule_findings(rule, programme, written, names),
        given=list(_given(gave)),
        cost=money(gave.cents) if gave.times else "",
    )


def _given(gave: GivenByRule) -> Iterator[str]:
    if gave.times:
        yield ngettext("%(num)s time", "%(num)s times", gave.times)
        yield ngettext("%(num)s person", "%(num)s people", gave.people)
        yield from (_amount(unit, value) for unit, value in gave.values.items() if value)
    if gave.promised:
        yield ngettext("%(num)s promised", "%(num)s promised", gave.promised)


def _amount(unit: Unit, value: int) -> str:
    if unit is Unit.POINTS:
        return points(value)
    if unit is Unit.CENTS:
        return money(value)
    count = number(value)
    if unit is Unit.CODES:
        return ngettext("%(count)s code", "%(count)s codes", value, count=count)
    return ngettext("%(count)s gift", "%(count)s gifts", value, count=count)
