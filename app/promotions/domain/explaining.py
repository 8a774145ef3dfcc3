"""What else could be had: what picking would change, what is nearly reached, what gave way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations, islice
from typing import Any

from app.promotions.domain.asking import Asked, excluding
from app.promotions.domain.candidates import Candidate, why_not
from app.promotions.domain.concerning import Field
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.judging import distance, holds
from app.promotions.domain.picking import Picking
from app.promotions.domain.quote import OUT_OF_REACH, Available, Missing, Reason
from app.promotions.domain.solving import Solved, solve
from app.promotions.domain.steps import Pass

MOST_MISSING = 5
TELLING = OUT_OF_REACH | {"amount_missing", "quantity_missing"}
"""Reasons worth telling before anybody asks."""


# ---------------------------------------------------------------- what was asked, and what it costs


def best_total(facts: CartFacts, field: Field, solved: Solved) -> int | None:
    """The total without codes and picks, vouchers or points, or several of them, when that is
    lower."""
    totals = [
        solve(facts, field.automatic, one, field.offers).done.total_cents
        for one in _without_some(solved.asked)
    ]
    least = min(totals, default=solved.done.total_cents)
    return least if least < solved.done.total_cents else None


def _without_some(asked: Asked) -> Iterator[Asked]:
    """What was asked, short of each combination of what was."""
    less: list[dict[str, Any]] = []
    if asked.promotions:
        less.append({"promotions": []})
    if asked.vouchers:
        less.append({"vouchers": []})
    if asked.points:
        less.append({"points": 0})
    for several in range(1, len(less) + 1):
        for parts in combinations(less, several):
            gone = {name: nothing for part in parts for name, nothing in part.items()}
            yield replace(asked, refusals=[], **gone)


# ---------------------------------------------------------------- what could be picked


def available(facts: CartFacts, field: Field, solved: Solved) -> tuple[Available, ...]:
    """What picking each would change, the greatest gain first."""
    asked = {one.promotion.id for one in solved.asked.promotions}
    to_pick = [one for one in field.to_pick if one.promotion.id not in asked]
    if not to_pick:
        return ()
    picking = Picking(facts, field, solved)
    applied = _applied_ids(solved.done)
    found = [offer for one in to_pick if (offer := _offer(one, picking, solved, applied))]
    return tuple(sorted(found, key=lambda offer: (-offer.saves_cents, offer.promotion)))


def _offer(one: Candidate, picking: Picking, solved: Solved, applied: set[str]) -> Available | None:
    then = picking.with_one(one)
    if then is None:
        return None
    return Available(
        promotion=one.source,
        name=one.promotion.name,
        entry=one.promotion.entry.value,
        saves_cents=solved.done.total_cents - then.done.total_cents,
        replaces=tuple(sorted(applied - _applied_ids(then.done))),
    )


def _applied_ids(done: Pass) -> set[str]:
    return {taken.candidate.source for taken in done.taken}


# ---------------------------------------------------------------- what is nearly reached


def missing(
    facts: CartFacts, field: Field, solved: Solved, offered: Sequence[Available]
) -> tuple[Missing, ...]:
    """Public promotions that do not apply and could not be picked either: those nearly reached,
    the nearest first, then those that stand back for others, then those out of reach."""
    told = {taken.candidate.source for taken in solved.done.taken}
    told.update(one.source for one in solved.asked.promotions)
    told.update(offer.promotion for offer in offered)

    def apart(every: Iterable[Candidate]) -> list[Candidate]:
        return [one for one in every if one.promotion.public and one.source not in told]

    able = apart((*field.automatic, *field.to_pick))
    short = [*apart(field.others), *(one for one in able if one.ready.moving)]
    told_why = sorted(_why_not(short, facts, solved), key=lambda far: (far[0], far[1].promotion))
    near = (missing for _, missing in told_why if missing.is_near)
    far = (missing for _, missing in told_why if not missing.is_near)
    return tuple(islice(chain(near, _gave_way(able, facts, solved), far), MOST_MISSING))


def _why_not(
    short: Iterable[Candidate], facts: CartFacts, solved: Solved
) -> Iterator[tuple[tuple[bool, int, float], Missing]]:
    for one in short:
        reasons = why_not(one, facts, solved.done.read_at[one.ready.step])
        codes = {reason.code for reason in reasons}
        if codes and codes <= TELLING:
            yield distance(reasons), Missing(one.source, one.promotion.name, reasons)


def _gave_way(able: Iterable[Candidate], facts: CartFacts, solved: Solved) -> Iterator[Missing]:
    applied = [taken.candidate for taken in solved.done.taken]
    for one in sorted(able, key=lambda one: one.ready.order):
        if holds(one.promotion.conditions, facts, solved.done.read_at[one.ready.step]):
            reason = _what_excludes(one, solved, applied)
            if reason:
                yield Missing(one.source, one.promotion.name, (reason,))


def _what_excludes(one: Candidate, solved: Solved, applied: list[Candidate]) -> Reason | None:
    """What a promotion that could apply stands back for."""
    stacking, done = one.promotion.stacking, solved.done
    if solved.asked.points and not stacking.points:
        return Reason("not_with_points")
    if solved.asked.vouchers and not stacking.vouchers:
        return Reason("not_with_vouchers")
    if done.advantage and not stacking.advantages:
        return Reason("not_with_advantage", {"kind": done.advantage.offer.kind.value})
    other = next((other for other in applied if excluding(other, one)), None)
    if other is None:
        return None
    return Reason("excluded_by", {"promotion": other.promotion.id, "name": other.promotion.name})
