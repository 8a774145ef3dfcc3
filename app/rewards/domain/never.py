"""Conditions and steps of a rule that no facts can ever meet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from app.kernel.conditions import All, AnyOf, Not
from app.kernel.shape import Problem, Problems
from app.kernel.words import N_, Sentence
from app.rewards.domain.possible import Ground, at_least, below, is_possible
from app.rewards.domain.terms import Comparison, Condition, TierMode, Tiers, Trigger
from app.rewards.domain.words import LABELS

Placed = tuple[Condition, str]
"""A part of a condition and its path."""


def refuse_impossible(
    condition: Condition | None, ground: Ground, path: str, problems: Problems
) -> bool:
    """Whether the rule can never pay: each part that cannot be true, alone or beside another."""
    if is_possible(ground, condition):
        return False
    parts = list(_parts(condition, path))
    alone = [one for one in parts if not is_possible(ground, one[0])]
    pairs = [
        pair
        for pair in combinations(parts, 2)
        if not is_possible(ground, *(one for one, _ in pair))
    ]
    if alone:
        problems.extend(_never_alone(*one, ground) for one in alone)
    elif pairs:
        problems.extend(_never_together(*pair) for pair in pairs[:1])
    else:
        words = N_("These conditions can never be true together.")
        problems.append(Problem(path, "never_true", words))
    return True


def warn_of_idle(
    condition: Condition | None, ground: Ground, path: str, warnings: Problems
) -> None:
    """Alternatives that never decide anything."""
    for part, at in _parts(condition, path):
        if isinstance(part, AnyOf):
            for number, one in enumerate(part.parts):
                if not is_possible(ground, condition, one):
                    words = N_("This alternative can never be true: it changes nothing.")
                    warnings.append(Problem(f"{at}.any[{number}]", "never_chosen", words))
        if isinstance(part, Not) and not is_possible(ground, part.part):
            words = N_("This condition is always true: it changes nothing.")
            warnings.append(Problem(at, "always_true", words))


def refuse_unreachable(
    tiers: Tiers, condition: Condition | None, ground: Ground, path: str, problems: Problems
) -> None:
    """Steps that begin where the conditions never get to."""
    for position, step in enumerate(tiers.steps):
        if not is_possible(ground, condition, at_least(tiers.subject, step.start)):
            words = N_("This step can never be reached: the conditions stop below it.")
            at = f"{path}.steps[{position}].from"
            problems.append(Problem(at, "tier_unreachable", words))


def warn_of_passed_steps(
    tiers: Tiers, condition: Condition | None, ground: Ground, path: str, warnings: Problems
) -> None:
    """Of steps of which the highest pays: those that the conditions always leave behind."""
    if tiers.mode is not TierMode.BEST:
        return
    for position, (_step, following) in enumerate(pairwise(tiers.steps)):
        if not is_possible(ground, condition, below(tiers.subject, following.start)):
            words = N_("The conditions always reach the next step: this one never pays.")
            warnings.append(Problem(f"{path}.steps[{position}].from", "tier_never_best", words))


def _parts(condition: Condition | None, path: str) -> Iterator[Placed]:
    """What must all hold."""
    if isinstance(condition, All):
        for number, part in enumerate(condition.parts):
            yield from _parts(part, f"{path}.all[{number}]")
    elif condition is not None:
        yield condition, path


def _never_alone(part: Condition, path: str, ground: Ground) -> Problem:
    measures = _measures(part)
    if measures == ["channel"] and ground.trigger is Trigger.DIRECT_SALE:
        words = N_("A direct sale never has the channel “meeting”: use the trigger meeting_sale.")
        return Problem(path, "never_true", words)
    if len(measures) == 1:
        words = N_("This condition on “%(measure)s” can never be true here.")
        return Problem(path, "never_true", words, {"measure": Sentence(LABELS[measures[0]])})
    return Problem(path, "never_true", N_("This group of conditions can never be true."))


def _never_together(one: Placed, other: Placed) -> Problem:
    """Told at the second of them."""
    measures = list(dict.fromkeys([*_measures(one[0]), *_measures(other[0])]))
    if len(measures) == 1:
        words = N_("These conditions on “%(measure)s” can never be true together.")
        params = {"measure": Sentence(LABELS[measures[0]])}
    elif len(measures) == 2:
        words = N_("The conditions on “%(measure)s” and “%(other)s” can never be true together.")
        params = dict(
            zip(("measure", "other"), (Sentence(LABELS[m]) for m in measures), strict=True)
        )
    else:
        words, params = N_("This and a condition above can never be true together."), {}
    return Problem(other[1], "never_true", words, params)


def _measures(part: Condition) -> list[str]:
    if isinstance(part, Comparison):
        return [part.subject.measure]
    if isinstance(part, Not):
        return _measures(part.part)
    return list(dict.fromkeys(name for one in part.parts for name in _measures(one)))
