"""What carries over from one meeting or sale to the next while a past period is told again in the
order of time: shares of caps that are taken, and what is in pots. It begins with nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from app.rewards.domain.caps import period_of, shares_taken
from app.rewards.domain.facts import CapFacts, Facts, PotFacts, PotIssueFacts
from app.rewards.domain.outcome import Award, Outcome, PotOutcome
from app.rewards.domain.programme import Programme
from app.rewards.domain.terms import Cap, CapPer, Rule, Trigger

Taken = tuple[str, str, str, str]
"""Rule, cap, period, and whose share it is."""
Pot = tuple[str, str]
"""Rule and period."""


def runs_on(programme: Programme) -> bool:
    return bool(programme.by_trigger.get(Trigger.SPEND)) or any(_capped(programme))


def _capped(programme: Programme) -> Iterator[tuple[Rule, Cap]]:
    for rule in programme.plan.capped.values():
        for cap in rule.caps:
            if rule.enabled and cap.per is not CapPer.MEETING:
                yield rule, cap


class Running:
    def __init__(self) -> None:
        self._taken: dict[Taken, int] = {}
        self._pots: dict[str, dict[Pot, tuple[int, int]]] = {}
        """Of each customer: what is in it, and how often it has paid."""
        self._news: list[list[Any]] = []

    # ------------------------------------------------------------ before something is judged

    def known_to(self, facts: Facts, programme: Programme) -> Facts:
        """The facts with what is left of caps, and with the pots of everybody in them."""
        spends = bool(programme.by_trigger.get(Trigger.SPEND))
        caps = tuple(self._left(facts, programme))
        return replace(facts, caps=caps, pots=tuple(self._known_pots(facts)) if spends else None)

    def _left(self, facts: Facts, programme: Programme) -> Iterator[CapFacts]:
        subjects = {"", *facts.winners}
        for rule, cap in _capped(programme):
            fills = rule.trigger is Trigger.SPEND
            for period in {period_of(cap, day) for day in _days(facts, fills=fills)}:
                for subject in subjects:
                    taken = self._taken.get((rule.id, cap.id, period, subject))
                    if taken is not None:
                        told = period if fills else ""
                        yield CapFacts(rule.id, cap.id, cap.most - taken, subject, told)

    def _known_pots(self, facts: Facts) -> Iterator[PotFacts]:
        for customer_id in facts.winners:
            hers = self._pots.get(customer_id, {})
            for (rule_id, period), (balance, paid) in hers.items():
                issued = tuple(PotIssueFacts(number) for number in range(1, paid + 1))
                yield PotFacts(rule_id, customer_id, "", period, balance, issued)

    # ------------------------------------------------------------ after it was judged

    def take(self, facts: Facts, outcome: Outcome, programme: Programme) -> None:
        capped = {rule.id: rule for rule, _cap in _capped(programme)}
        if capped:
            by_rules = [one for one in outcome.awards if one.scope_type != "pot"]
            self._take(by_rules, capped, day_of(facts))
        for pot in outcome.pots:
            self._fill(pot)
            for fed in pot.feedings if pot.rule_id in capped else ():
                day = date.fromisoformat(fed.on) if fed.on else None
                self._take(_paid(outcome.awards, pot, fed.issued), capped, day)

    def _take(self, awards: Iterable[Award], capped: dict[str, Rule], day: date | None) -> None:
        for (rule_id, cap_id, subject), amount in shares_taken(awards, capped.values()).items():
            cap = next(one for one in capped[rule_id].caps if one.id == cap_id)
            if cap.per is not CapPer.MEETING and amount:
                self._learn(["cap", rule_id, cap_id, period_of(cap, day), subject, amount])

    def _fill(self, pot: PotOutcome) -> None:
        hers = self._pots.get(pot.customer_id, {})
        _balance, paid = hers.get((pot.rule_id, pot.period), (0, 0))
        paid += sum(len(fed.issued) for fed in pot.feedings)
        self._learn(["pot", pot.rule_id, pot.customer_id, pot.period, pot.after, paid])

    # ------------------------------------------------------------ kept, and read again

    def news(self) -> list[list[Any]]:
        """What was learnt since this was asked last, as JSON."""
        found, self._news = self._news, []
        return found

    def _learn(self, line: list[Any]) -> None:
        self.read(line)
        self._news.append(line)

    def read(self, line: list[Any]) -> None:
        """Of what `news` gave, in the same order."""
        kind, *values = line
        if kind == "cap":
            rule_id, cap_id, period, subject, amount = values
            share = (rule_id, cap_id, period, subject)
            self._taken[share] = self._taken.get(share, 0) + amount
        else:
            rule_id, customer_id, period, balance, paid = values
            self._pots.setdefault(customer_id, {})[rule_id, period] = (balance, paid)


def _days(facts: Facts, *, fills: bool) -> set[date | None]:
    """On which shares may be taken: an order that fills a pot has its own."""
    return {day_of(facts), *(order.placed_on for order in facts.orders if fills)}


def day_of(facts: Facts) -> date | None:
    if facts.meeting is not None:
        return facts.meeting.held_on
    return facts.orders[0].placed_on


def _paid(awards: Iterable[Award], pot: PotOutcome, numbers: Iterable[int]) -> list[Award]:
    wanted = {str(number) for number in numbers}
    whose = (pot.rule_id, pot.customer_id, pot.id)
    return [
        one
        for one in awards
        if one.occurrence in wanted and (one.rule_id, one.customer_id, one.scope_id) == whose
    ]
