"""What an imagined meeting would give, and why: the calculator's own reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.http.words import say
from app.rewards.domain.outcome import PROMISED, Award, Miss, Outcome, PotOutcome
from app.rewards.domain.terms import UNIT_OF, RewardKind
from app.rewards.domain.trial import CO_HOST, GUEST, HOST, SELLER, Trial
from app.rewards.domain.words import tell_check
from app.rewards.presenters.distance import missing_text
from app.rewards.presenters.pots import filling
from app.rewards.presenters.reasons import Speech, reasons
from app.rewards.presenters.shapes import Reader, Voice
from app.rewards.presenters.titles import Names, family, reward_title, titles
from app.rewards.presenters.tongue import gettext, ngettext

MOST_REASONS = 12
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class TrialLine:
    """`won` or not; people who get the same are told once."""

    won: bool
    kind: str
    title: str
    rule_id: str
    promised: bool
    missing: str
    why: list[str]


def tell_trial(outcome: Outcome, trial: Trial, names: Names) -> list[TrialLine]:
    """What was won first, then what was missed."""
    return tell_outcome(outcome, _people(trial), names)


def tell_outcome(outcome: Outcome, people: Mapping[str, str], names: Names) -> list[TrialLine]:
    """The same of any meeting; `people`: names by customer."""
    speech = Speech(Reader(Voice.SELLER), people, products=names)
    won = [_award(awards, speech) for awards in _alike(_in_turn(outcome.awards)).values()]
    missed = [_miss(misses, speech) for misses in _alike_misses(_in_turn(outcome.misses)).values()]
    return [*won, *missed, *_pots(outcome, speech)]


def _pots(outcome: Outcome, speech: Speech) -> list[TrialLine]:
    """How full each is now; people whose pots are alike are told once."""
    alike: dict[tuple[str, int], list[PotOutcome]] = {}
    for pot in outcome.pots:
        alike.setdefault((pot.rule_id, pot.after), []).append(pot)
    return [_pot(pots, speech) for pots in alike.values()]


def _pot(pots: list[PotOutcome], speech: Speech) -> TrialLine:
    first = pots[0]
    full = filling(first.measure, first.after, first.threshold)
    who = _who(first.beneficiary, [pot.customer_id for pot in pots], speech)
    why = [say(tell_check(lack)) for fed in first.feedings for lack in (*fed.lacks, *fed.held_back)]
    return TrialLine(
        won=False,
        kind=family(first.rewards[0]["kind"]),
        title=gettext("%(who)s: %(reward)s", who=who, reward=full.progress),
        rule_id=first.rule_id,
        promised=False,
        missing=full.missing and gettext(
            "%(missing)s → %(reward)s", missing=full.missing,
            reward=titles(first.rewards, speech.products),
        ),
        why=why,
    )  # fmt: skip


def _people(trial: Trial) -> Mapping[str, str]:
    there = trial.attended + trial.invited
    most = max(trial.buyers, there, trial.bookings + trial.held, trial.new_customers, 1)
    guests = {
        f"{GUEST}{number}": gettext("Guest %(number)s", number=number)
        for number in range(1, most + 1)
    }
    named = {HOST: gettext("The host"), SELLER: gettext("The seller"), CO_HOST: gettext("Co-host")}
    return {**named, **guests}


Alike = tuple[str, ...]
T = TypeVar("T", Award, Miss)
ROLES = ("host", "guest", "seller")


def _in_turn(found: Iterable[T]) -> list[T]:
    return sorted(found, key=lambda one: ROLES.index(one.beneficiary))


def _alike(awards: Iterable[Award]) -> dict[Alike, list[Award]]:
    found: dict[Alike, list[Award]] = {}
    for one in awards:
        key = (one.rule_id, one.reward_id, one.beneficiary, str(one.value), one.status)
        found.setdefault(key, []).append(one)
    return found


def _alike_misses(misses: Iterable[Miss]) -> dict[Alike, list[Miss]]:
    found: dict[Alike, list[Miss]] = {}
    for one in misses:
        codes = ",".join(f"{lack.code}:{lack.missing}" for lack in one.lacks)
        found.setdefault((one.rule_id, one.beneficiary, codes), []).append(one)
    return found


def _award(awards: list[Award], speech: Speech) -> TrialLine:
    first = awards[0]
    title = reward_title(first.reward, speech.products, first.value)
    people = [award.customer_id for award in awards]
    unit = UNIT_OF[RewardKind(first.reward["kind"])]
    return TrialLine(
        won=True,
        kind=family(first.reward["kind"]),
        title=gettext(
            "%(who)s: %(reward)s", reward=title, who=_who(first.beneficiary, people, speech)
        ),
        rule_id=first.rule_id,
        promised=first.status == PROMISED,
        missing="",
        why=reasons(first.explanation, unit, first.value, speech)[:MOST_REASONS],
    )


def _miss(misses: list[Miss], speech: Speech) -> TrialLine:
    first = misses[0]
    people = [miss.customer_id for miss in misses if miss.customer_id]
    title = titles(first.rewards, speech.products)
    if people:
        who = _who(first.beneficiary, people, speech)
        title = gettext("%(who)s: %(reward)s", reward=title, who=who)
    return TrialLine(
        won=False,
        kind=family(first.rewards[0]["kind"]) if first.rewards else "points",
        title=title,
        rule_id=first.rule_id,
        promised=False,
        missing=missing_text(first.lacks) or "",
        why=_why_not(first, speech),
    )


def _why_not(miss: Miss, speech: Speech) -> list[str]:
    unit = UNIT_OF[RewardKind(miss.rewards[0]["kind"])] if miss.rewards else "points"
    return reasons(miss.explanation, unit, None, speech)[:MOST_REASONS]


def _who(beneficiary: str, people: Sequence[str | None], speech: Speech) -> str:
    """Real people by name, while they are few."""
    known = list(dict.fromkeys(one for one in people if one))
    if known and GUEST not in known[0] and HOST not in speech.people and len(known) <= MOST_NAMED:
        return ", ".join(speech.name(one) for one in known)
    if beneficiary == "host":
        return gettext("The host")
    if beneficiary == "seller":
        return gettext("The seller")
    if len(set(people)) == 1:
        return gettext("One guest")
    return ngettext("%(num)s guest", "Each of %(num)s guests", len(set(people)))
