"""Conditions that no cart can ever satisfy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from app.kernel.conditions import AnyOf, Not, Value, alternatives, conjuncts, musts, range_of
from app.kernel.shape import Problem, Problems
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.domain.condition_format import RANGED, WORDS_OF
from app.promotions.domain.terms import ALL_PRODUCTS, MEASURES, Comparison, Condition, Scope

Subject = tuple[str, Scope]

MEETING_MEASURES = frozenset(name for name, measure in MEASURES.items() if measure.of == "meeting")
OF_EARLIER_ORDERS = frozenset({"last_order_on", "days_since_last_order"})


def refuse_contradictions(
    condition: Condition | None, path: str, problems: Problems, known: Sequence[Comparison] = ()
) -> None:
    """Note each `all` whose parts exclude each other, or what is `known` beside them."""
    measure = _conflict_in(condition, known)
    if measure is not None:
        words = N_("These conditions on “%(measure)s” can never be true together.")
        problems.append(Problem(path, "never_true", words, {"measure": measure}))
        return
    if isinstance(condition, Not):
        refuse_contradictions(condition.part, f"{path}.not", problems)
    for inner, at in alternatives(condition, path):
        refuse_contradictions(inner, at, problems)


# ---------------------------------------------------------------- what excludes what


def _conflict_in(condition: Condition | None, known: Sequence[Comparison]) -> str | None:
    """The measure whose comparisons exclude each other; None: there is a way."""
    parts = list(musts(condition))
    certain = [*known, *(part for part in parts if isinstance(part, Comparison))]
    denied = {part.part for part in parts if isinstance(part, Not)}
    for one in certain:
        if one in denied:
            return one.measure
    conflict = _conflict(certain)
    if conflict is not None:
        return conflict
    for part in parts:
        if isinstance(part, AnyOf):
            ways = [_conflict([*certain, *conjuncts(one)]) for one in part.parts]
            if all(ways):
                return ways[0]
    return None


def _conflict(certain: Sequence[Comparison]) -> str | None:
    by_subject = _by_subject([*certain, *_implied(certain)])
    for (measure, _scope), comparisons in by_subject.items():
        if _exclude_each_other(measure, comparisons):
            return measure
    return _wider_than_whole(by_subject) or _without_meeting(by_subject)


def _by_subject(comparisons: Iterable[Comparison]) -> dict[Subject, list[Comparison]]:
    found: dict[Subject, list[Comparison]] = {}
    for one in comparisons:
        found.setdefault((one.measure, one.scope), []).append(one)
    return found


def _implied(certain: Sequence[Comparison]) -> Iterator[Comparison]:
    """What a first order, an earlier one and a birthday say about other measures."""
    measures = {one.measure for one in certain}
    for one in certain:
        if one.measure == "first_order":
            first = (one.op == "=") is bool(one.value)
            yield Comparison("past_orders", "=" if first else ">=", 0 if first else 1)
            if first:
                yield Comparison("lifetime_spend", "=", 0)
        if one.measure == "birthday" and (one.op == "=") is bool(one.value):
            yield Comparison("birthday_month", "=", value=True)
    if measures & OF_EARLIER_ORDERS:
        yield Comparison("past_orders", ">=", 1)


def _exclude_each_other(measure: str, comparisons: Sequence[Comparison]) -> bool:
    if MEASURES[measure].unit == "texts":
        return False
    equal = {_folded(one) for one in comparisons if one.op == "="}
    different = {_folded(one) for one in comparisons if one.op == "!="}
    if len(equal) > 1 or equal & different:
        return True
    if MEASURES[measure].unit in RANGED:
        low, high = range_of(comparisons)
        return high is not None and high <= low
    options = _options(measure)
    return (bool(options) and options <= different) or _starts_elsewhere(comparisons, equal)


def _options(measure: str) -> set[Value]:
    """The only values there are; none: any text."""
    return {True, False} if MEASURES[measure].unit == "flag" else set(WORDS_OF.get(measure, ()))


def _starts_elsewhere(comparisons: Sequence[Comparison], equal: set[Value]) -> bool:
    starts = [str(_folded(one)) for one in comparisons if one.op == "starts"]
    if any(not str(value).startswith(start) for value in equal for start in starts):
        return True
    return any(
        not one.startswith(other) and not other.startswith(one)
        for one, other in permutations(starts, 2)
    )


def _folded(one: Comparison) -> Value:
    return identity_key(one.value) if isinstance(one.value, str) else one.value


def _wider_than_whole(by_subject: dict[Subject, list[Comparison]]) -> str | None:
    """A part is asked to be more than the whole, or the net more than the list price."""
    for part, comparisons in by_subject.items():
        low, _ = range_of(comparisons) if MEASURES[part[0]].narrowed else (0, None)
        for whole in _wholes_of(part) if low else ():
            _, high = range_of(by_subject.get(whole, ()))
            if high is not None and low >= high:
                return part[0]
    return None


def _wholes_of(part: Subject) -> Iterator[Subject]:
    """What can never be less than this part."""
    measure, scope = part
    for wider in (measure, "basket_list") if measure == "basket_net" else (measure,):
        for around in {scope, ALL_PRODUCTS}:
            if (wider, around) != part:
                yield wider, around


def _without_meeting(by_subject: dict[Subject, list[Comparison]]) -> str | None:
    """A direct sale is of no meeting."""
    channel = by_subject.get(("channel", ALL_PRODUCTS), [])
    direct = any((one.op, one.value) == ("=", "direct") for one in channel)
    asked = sorted(MEETING_MEASURES & {measure for measure, _ in by_subject})
    return asked[0] if direct and asked else None
