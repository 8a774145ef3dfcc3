"""What else could be had: what picking would change, what is nearly reached, what gave way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.promotions.domain.asking import asked_of, excluding
from app.promotions.domain.candidates import Candidate, why_not
from app.promotions.domain.concerning import Field
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.judging import distance
from app.promotions.domain.quote import Available, Missing, Reason
from app.promotions.domain.solving import Solved, solve
from app.promotions.domain.steps import Pass

MOST_MISSING = 5


# ---------------------------------------------------------------- what was asked, and what it costs


def best_total(facts: CartFacts, field: Field, solved: Solved) -> int | None:
    """The total without codes, picks and points, when that is lower."""
    asked = solved.asked
    if not asked.promotions and not asked.points:
        return None
    plain = replace(asked, promotions=[], refusals=[])
    rivals = [plain] if asked.promotions else []
    if asked.points:
        rivals.append(replace(plain, points=0))
    totals = [solve(facts, field.automatic, one, field.offers).done.total_cents for one in rivals]
    least = min(totals)
    return least if least < solved.done.total_cents else None


# ---------------------------------------------------------------- what could be picked


def available(facts: CartFacts, field: Field, solved: Solved) -> tuple[Available, ...]:
    """What picking each would change, the greatest gain first."""
    asked = {one.promotion.id for one in solved.asked.promotions}
    found = [
        offer
        for one in field.to_pick
        if one.promotion.id not in asked and (offer := _offer(one, facts, field, solved))
    ]
    return tuple(sorted(found, key=lambda offer: (-offer.saves_cents, offer.promotion)))


def _offer(one: Candidate, facts: CartFacts, field: Field, solved: Solved) -> Available | None:
    asked = asked_of(facts, one.source)
    if not any(other.source == one.source for other in asked.promotions):
        return None
    then = solve(facts, field.automatic, asked, field.offers)
    if not any(other.source == one.source for other in then.asked.promotions):
        return None
    return Available(
        promotion=one.source,
        name=one.promotion.name,
        entry=one.promotion.entry.value,
        saves_cents=solved.done.total_cents - then.done.total_cents,
        replaces=tuple(sorted(_applied_ids(solved.done) - _applied_ids(then.done))),
    )


def _applied_ids(done: Pass) -> set[str]:
    return {taken.candidate.source for taken in done.taken}


# ---------------------------------------------------------------- what is nearly reached


def missing(
    facts: CartFacts, field: Field, solved: Solved, offered: Sequence[Available]
) -> tuple[Missing, ...]:
    """Public promotions that do not apply and could not be picked either, the nearest first."""
    told = {taken.candidate.source for taken in solved.done.taken}
    told.update(one.source for one in solved.asked.promotions)
    told.update(offer.promotion for offer in offered)
    candidates = (*field.automatic, *field.others, *field.to_pick)
    unapplied = [one for one in candidates if one.promotion.public and one.source not in told]
    found = sorted(_near(unapplied, facts, solved), key=lambda near: (near[0], near[1].promotion))
    return tuple(near for _, near in found[:MOST_MISSING])


def _near(
    unapplied: Iterable[Candidate], facts: CartFacts, solved: Solved
) -> Iterator[tuple[tuple[bool, int, float], Missing]]:
    for one in unapplied:
        reasons = why_not(one, facts, solved.done.read_at[one.ready.step])
        if not reasons:
            reasons = _what_excludes(one, solved)
        nearness = distance(reasons)
        if reasons and (not nearness[0] or reasons[0].code in GAVE_WAY):
            yield nearness, Missing(one.source, one.promotion.name, reasons)


GAVE_WAY = frozenset(
    {
        "excluded_by",
        "not_with_promotion",
        "not_with_promotions",
        "not_with_points",
        "not_with_vouchers",
        "not_with_advantage",
    }
)


def _what_excludes(one: Candidate, solved: Solved) -> tuple[Reason, ...]:
    """A promotion that could apply, but stands back for something that does."""
    stacking, done = one.promotion.stacking, solved.done
    if solved.asked.points and not stacking.points:
        return (Reason("not_with_points"),)
    if solved.asked.vouchers and not stacking.vouchers:
        return (Reason("not_with_vouchers"),)
    if done.advantage and not stacking.advantages:
        return (Reason("not_with_advantage", {"kind": done.advantage.offer.kind.value}),)
    return _excluded(one, [taken.candidate for taken in done.taken])


def _excluded(one: Candidate, applied: Sequence[Candidate]) -> tuple[Reason, ...]:
    for other in applied:
        reason = excluding(other, one)
        if reason:
            named = {"promotion": other.promotion.id, "name": other.promotion.name}
            return (Reason("excluded_by", named),)
    return ()
