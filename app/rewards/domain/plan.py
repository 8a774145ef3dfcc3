"""The rules of a programme made ready for judging: all that does not depend on the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.rewards.domain.conditions import Test, compiled
from app.rewards.domain.gains import Gaining, gaining
from app.rewards.domain.terms import SALES, Rule, Trigger, TurnoverBase

OF_MEETING = tuple(one for one in Trigger if one not in {*SALES, Trigger.SPEND})


@dataclass(frozen=True, slots=True)
class RulePlan:
    """`who` is the same for all rules whose winners are the same, and so are their statuses."""

    rule: Rule
    beneficiary: str
    who: int
    holds: Test | None
    """None: whatever happens."""
    of_winner: bool
    """Whether it has to be asked for each winner."""
    gains: Gaining
    words: Mapping[str, tuple[str, str]]
    """Kind and unit of each reward, by its id: enumerations are slow to tell theirs."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that judge the same scopes."""

    rules: tuple[RulePlan, ...] = ()
    bases: tuple[TurnoverBase, ...] = ()
    """What they count orders by."""


NO_RULES = Group()


@dataclass(frozen=True, slots=True)
class Plan:
    meeting: Group
    sales: Mapping[Trigger, Group]
    capped: Mapping[str, Rule]
    lanes: Mapping[str, str]
    """By rule id."""


def plan_of(rules: Sequence[Rule], by_trigger: Mapping[Trigger, Sequence[Rule]]) -> Plan:
    return Plan(
        meeting=_group(rule for trigger in OF_MEETING for rule in by_trigger.get(trigger, ())),
        sales={trigger: _group(by_trigger.get(trigger, ())) for trigger in SALES},
        capped={rule.id: rule for rule in rules if rule.caps},
        lanes={rule.id: rule.lane for rule in rules if rule.lane},
    )


def _group(rules: Iterable[Rule]) -> Group:
    ready = list(rules)
    kinds: dict[object, int] = {}
    plans = [_ready(rule, kinds.setdefault(_who(rule), len(kinds))) for rule in ready]
    return Group(tuple(plans), tuple(dict.fromkeys(rule.turnover for rule in ready)))


def _who(rule: Rule) -> object:
    return rule.trigger, rule.beneficiary, rule.turnover, rule.booking


def _ready(rule: Rule, who: int) -> RulePlan:
    return RulePlan(
        rule=rule,
        beneficiary=rule.beneficiary.value,
        who=who,
        holds=None if rule.conditions is None else compiled(rule.conditions, rule),
        of_winner=rule.of_winner,
        gains=gaining(rule),
        words={one.id: (one.kind.value, one.unit.value) for one in rule.all_rewards},
    )
