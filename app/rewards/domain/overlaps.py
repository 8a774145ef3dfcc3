"""Rules that pay the same people the same thing at the same moment: meant, or a mistake?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import VOUCHERS, Beneficiary, Reward, Rule, Trigger, Unit

MOMENTS = {Trigger.HOSTING: "meeting", Trigger.DURING_MEETING: "meeting"}


@dataclass(frozen=True, slots=True)
class Overlap:
    """These rules add up: no lane makes them compete."""

    beneficiary: Beneficiary
    unit: Unit
    rule_ids: tuple[str, ...]


def overlaps(programme: Programme) -> tuple[Overlap, ...]:
    """In the order of the rules."""
    found: dict[tuple[Beneficiary, str, Unit], list[Rule]] = defaultdict(list)
    for rule in programme.rules:
        if rule.enabled:
            for unit in {_unit(reward) for reward in rule.all_rewards}:
                moment = MOMENTS.get(rule.trigger, str(rule.trigger))
                found[rule.beneficiary, moment, unit].append(rule)
    return tuple(
        Overlap(beneficiary, unit, tuple(rule.id for rule in rules))
        for (beneficiary, _moment, unit), rules in found.items()
        if _payers(rules) > 1
    )


def lonely_lanes(programme: Programme) -> tuple[tuple[str, str], ...]:
    """Rules in a lane where nothing competes with them: (rule id, lane)."""
    lanes: dict[str, list[str]] = defaultdict(list)
    for rule in programme.rules:
        if rule.enabled and rule.lane:
            lanes[rule.lane].append(rule.id)
    return tuple((rules[0], lane) for lane, rules in lanes.items() if len(rules) == 1)


def _unit(reward: Reward) -> Unit:
    """A voucher for units is a voucher to its reader, not a gift."""
    return Unit.CENTS if reward.kind in VOUCHERS else reward.unit


def _payers(rules: Iterable[Rule]) -> int:
    """How many may pay at once: of one lane, only one."""
    return len({rule.lane or f"\0{rule.id}" for rule in rules})
