"""What can be written in a plan and could never work, and what looks like a mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.kernel.conditions import conjuncts, leaves
from app.kernel.shape import Problem, Problems
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.domain.contradictions import refuse_contradictions
from app.promotions.domain.plan import Plan
from app.promotions.domain.terms import (
    MEASURES,
    AdvantageTier,
    Base,
    Comparison,
    Condition,
    EffectKind,
    Entry,
    Period,
    Promotion,
    Segment,
    SpendingMode,
)

DAYS_OF_WEEK = 7
MAX_LEAVES = 500
"""Comparisons in one tree of conditions."""


def refuse_impossible_plan(plan: Plan, problems: Problems) -> None:
    """Note everything in a plan that can never work, by path."""
    _refuse_unknown_zone(plan, problems)
    segments = {segment.id for segment in plan.segments}
    for position, promotion in enumerate(plan.promotions):
        refuse_impossible_promotion(promotion, f"promotions[{position}]", problems, segments)
    for position, segment in enumerate(plan.segments):
        refuse_impossible_segment(segment, f"segments[{position}]", problems)
    if plan.first_order is not None:
        _refuse_bad_tiers(plan.first_order.tiers, "first_order.tiers", problems)
    _refuse_bad_tiers(plan.spending.tiers, "points.spending.tiers", problems)
    refuse_repeated((one.id for one in plan.promotions), "promotions[%s].id", problems)
    refuse_repeated((one.id for one in plan.segments), "segments[%s].id", problems)
    _refuse_shared_codes(plan.promotions, problems)


def _refuse_unknown_zone(plan: Plan, problems: Problems) -> None:
    try:
        ZoneInfo(plan.settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        words = N_("This time zone is not known: write one like Europe/Paris.")
        problems.append(Problem("settings.timezone", "unknown_zone", words))


def refuse_repeated(ids: Iterable[str], path: str, problems: Problems) -> None:
    """`path` holds %s for the position."""
    seen: set[str] = set()
    for position, name in enumerate(ids):
        if name in seen:
            words = N_("“%(value)s” is already used above: each one needs its own.")
            problems.append(Problem(path % position, "repeated", words, {"value": name[:40]}))
        seen.add(name)


def _refuse_shared_codes(promotions: Sequence[Promotion], problems: Problems) -> None:
    taken: dict[str, str] = {}
    for position, promotion in enumerate(promotions):
        for place, code in enumerate(promotion.codes):
            owner = taken.setdefault(identity_key(code), promotion.id)
            if owner != promotion.id:
                words = N_("The code “%(code)s” is already that of “%(promotion)s”.")
                at = f"promotions[{position}].codes[{place}]"
                params = {"code": code, "promotion": owner}
                problems.append(Problem(at, "code_repeated", words, params))


# ---------------------------------------------------------------- one promotion


def refuse_impossible_promotion(
    promotion: Promotion, path: str, problems: Problems, segments: Collection[str] | None = None
) -> None:
    """Note what can never work in one promotion. `segments`: ids; None: not known, not judged.

    `path` is that of the promotion; empty when it is the whole document.
    """
    at = f"{path}." if path else ""
    _refuse_codes(promotion, at, problems)
    refuse_empty_period(promotion.period, f"{at}period", problems)
    conditions = f"{at}conditions"
    refuse_unknown_segments(promotion.conditions, conditions, problems, segments)
    _refuse_never(promotion.conditions, conditions, problems, _days_of(promotion.period))
    _refuse_other_method(promotion, f"{at}effect.methods", problems)


def _refuse_codes(promotion: Promotion, at: str, problems: Problems) -> None:
    has_codes = bool(promotion.codes) or promotion.codes_elsewhere
    if promotion.entry is Entry.CODE and not has_codes:
        words = N_("Nobody could ever type its code: add one to codes, or say codes_elsewhere.")
        problems.append(Problem(f"{at}codes", "code_missing", words))
    if promotion.entry is not Entry.CODE and has_codes:
        words = N_("Codes go with the entry “code”: change the entry, or take the codes out.")
        field = "codes" if promotion.codes else "codes_elsewhere"
        problems.append(Problem(f"{at}{field}", "code_not_used", words))
    seen: set[str] = set()
    for position, code in enumerate(promotion.codes):
        if identity_key(code) in seen:
            words = N_("The code “%(code)s” is written twice: case makes no difference.")
            path = f"{at}codes[{position}]"
            problems.append(Problem(path, "code_repeated", words, {"code": code}))
        seen.add(identity_key(code))


def refuse_empty_period(period: Period, path: str, problems: Problems) -> None:
    first, last = period.first, period.last
    if first is None or last is None:
        return
    if last < first:
        words = N_("This period ends before it begins: “until” must not be before “from”.")
        problems.append(Problem(f"{path}.until", "period_empty", words))
    elif period.weekdays and not period.weekdays & _weekdays(period):
        words = N_("None of these days of the week is in the period.")
        problems.append(Problem(f"{path}.weekdays", "period_empty", words))


def _weekdays(period: Period) -> set[int]:
    assert period.first is not None
    assert period.last is not None
    days = min((period.last - period.first).days, DAYS_OF_WEEK - 1)
    return {(period.first + timedelta(day)).isoweekday() for day in range(days + 1)}


def _days_of(period: Period) -> list[Comparison]:
    """The period as comparisons of the day of the order; an inverted one is told elsewhere."""
    if period.first and period.last and period.last < period.first:
        return []
    first = [] if period.first is None else [Comparison("on", ">=", period.first)]
    return first + ([] if period.last is None else [Comparison("on", "<=", period.last)])


def refuse_unknown_segments(
    condition: Condition | None, path: str, problems: Problems, segments: Collection[str] | None
) -> None:
    for leaf, at in leaves(condition):
        if leaf.measure == "segment" and segments is not None and leaf.value not in segments:
            words = N_("There is no segment “%(segment)s” in this plan.")
            params = {"segment": str(leaf.value)[:40]}
            problems.append(Problem(f"{path}{at}.value", "unknown_segment", words, params))


def _refuse_never(
    condition: Condition | None, path: str, problems: Problems, known: Sequence[Comparison] = ()
) -> None:
    """Trees too large to be judged in an instant are too large to be understood by anybody."""
    if sum(1 for _ in islice(leaves(condition), MAX_LEAVES + 1)) > MAX_LEAVES:
        words = N_("Write at most %(most)s comparisons, or make segments of them.")
        problems.append(Problem(path, "too_many_conditions", words, {"most": MAX_LEAVES}))
        return
    refuse_contradictions(condition, path, problems, known)


def _refuse_other_method(promotion: Promotion, path: str, problems: Problems) -> None:
    """The shipping it lowers is never the one its conditions ask for."""
    methods = promotion.effect.methods
    asked = {
        str(one.value)
        for one in conjuncts(promotion.conditions)
        if (one.measure, one.op) == ("shipping_method", "=")
    }
    if methods and asked and not methods & asked:
        words = N_("It lowers other shipping methods than the one its conditions ask for.")
        problems.append(Problem(path, "never_applies", words))


# ---------------------------------------------------------------- segments and tiers

OF_SEGMENTS = frozenset({"customer", "order"})


def refuse_impossible_segment(segment: Segment, path: str, problems: Problems) -> None:
    """Note what can never work in one segment; `path` as for promotions."""
    at = f"{path}." if path else ""
    for leaf, place in leaves(segment.conditions):
        if leaf.measure == "segment":
            words = N_("A segment cannot be made of segments: write their conditions here.")
            where = f"{at}conditions{place}.measure"
            problems.append(Problem(where, "segment_in_segment", words))
        elif MEASURES[leaf.measure].of not in OF_SEGMENTS:
            words = N_(
                "“%(measure)s” cannot be known of a customer: a segment asks about the customer, "
                "and about the order's delivery, channel, seller and day."
            )
            where, params = f"{at}conditions{place}.measure", {"measure": leaf.measure}
            problems.append(Problem(where, "measure_not_available", words, params))
    _refuse_never(segment.conditions, f"{at}conditions", problems)
    _refuse_bad_tiers(segment.tiers, f"{at}tiers", problems)


def _refuse_bad_tiers(tiers: Sequence[AdvantageTier], path: str, problems: Problems) -> None:
    for position, (one, following) in enumerate(pairwise(tiers), 1):
        if following.start <= one.start:
            words = N_("Steps must rise: write more than %(previous)s, the step before.")
            at, params = f"{path}[{position}].from", {"previous": one.start}
            problems.append(Problem(at, "tiers_not_rising", words, params))


# ---------------------------------------------------------------- what looks like a mistake


def plan_warnings(plan: Plan) -> tuple[Problem, ...]:
    """What is allowed and has no effect, or gives less than expected."""
    warnings = list(_lonely_groups(plan.promotions))
    for position, promotion in enumerate(plan.promotions):
        warnings += promotion_warnings(promotion, f"promotions[{position}]")
    warnings += _segments_never_served(plan)
    for position, segment in enumerate(plan.segments):
        warnings += _falling_tiers(segment.tiers, f"segments[{position}].tiers")
    if plan.first_order is not None:
        warnings += _falling_tiers(plan.first_order.tiers, "first_order.tiers")
    warnings += _falling_tiers(plan.spending.tiers, "points.spending.tiers")
    if plan.spending.tiers and plan.spending.mode is not SpendingMode.TIERS:
        words = N_("These steps serve in the mode “tiers” only.")
        warnings.append(Problem("points.spending.tiers", "tiers_not_used", words))
    return tuple(warnings)


def _lonely_groups(promotions: Sequence[Promotion]) -> Iterator[Problem]:
    members = Counter(promotion.group for promotion in promotions)
    for position, promotion in enumerate(promotions):
        if promotion.group and members[promotion.group] == 1:
            words = N_("It is alone in its group: nothing else is excluded.")
            yield Problem(f"promotions[{position}].group", "group_of_one", words)


def promotion_warnings(promotion: Promotion, path: str = "") -> list[Problem]:
    """What has no effect in one promotion; `path` as for problems."""
    at = f"{path}." if path else ""
    return [
        Problem(f"{at}{field}", code, words)
        for field, code, words, found in _oddities(promotion)
        if found
    ]


def _oddities(promotion: Promotion) -> Iterator[tuple[str, str, str, bool]]:
    limits, stacking, effect = promotion.limits, promotion.stacking, promotion.effect
    alone = not stacking.promotions
    yield (
        "limits.partial",
        "no_budget",
        N_("Without a budget there is never only a part of it left."),
        limits.partial and limits.budget_cents is None,
    )
    yield (
        "limits.per_customer",
        "limit_never_reached",
        N_("The limit for everybody together is reached first."),
        _is_larger(limits.per_customer, limits.uses),
    )
    yield (
        "limits.per_seller",
        "limit_never_reached",
        N_("The limit for everybody together is reached first."),
        _is_larger(limits.per_seller, limits.uses),
    )
    yield (
        "stacking.itself",
        "no_trigger",
        N_("Without a threshold in its conditions it applies once."),
        stacking.itself and not _repeats(promotion),
    )
    yield (
        "base",
        "always_alone",
        N_("It never applies beside another promotion: the base makes no difference."),
        alone and promotion.base is Base.LIST,
    )
    yield (
        "group",
        "always_alone",
        N_("It never applies beside another promotion: the group makes no difference."),
        alone and bool(promotion.group),
    )
    yield (
        "skip_discounted",
        "always_alone",
        N_("It never applies beside another promotion: nothing is discounted before it."),
        alone and promotion.skip_discounted,
    )
    yield (
        "effect.products",
        "choice_of_one",
        N_("There is only one product to choose: free_product adds it by itself."),
        effect.kind is EffectKind.GIFT_CHOICE and len(effect.products) == 1,
    )


def _is_larger(limit: int | None, whole: int | None) -> bool:
    return limit is not None and whole is not None and limit > whole


def _repeats(promotion: Promotion) -> bool:
    if promotion.effect.kind is EffectKind.BUY_X_GET_Y:
        return True
    return any(
        one.op in {">=", ">"} and _is_trigger(one) for one in conjuncts(promotion.conditions)
    )


def _is_trigger(one: Comparison) -> bool:
    return MEASURES[one.measure].narrowed


def _segments_never_served(plan: Plan) -> Iterator[Problem]:
    for position, segment in enumerate(plan.segments):
        serves = segment.tiers or not segment.earns_points
        if position >= plan.settings.segments_used and serves:
            words = N_("Only the first %(most)s segments carry an advantage.")
            params = {"most": plan.settings.segments_used}
            yield Problem(f"segments[{position}]", "segment_not_served", words, params)


def _falling_tiers(tiers: Sequence[AdvantageTier], path: str) -> Iterator[Problem]:
    for position, (one, following) in enumerate(pairwise(tiers), 1):
        if _gives_less(one, following):
            words = N_("This step gives less than the one before.")
            yield Problem(f"{path}[{position}]", "tier_gives_less", words)


def _gives_less(one: AdvantageTier, following: AdvantageTier) -> bool:
    if one.free_shipping is not None and following.free_shipping is None:
        return True
    if one.every_points or following.every_points:
        return False
    worse_rate = one.rate_bp > following.rate_bp and not following.amount_cents
    worse_amount = one.amount_cents > following.amount_cents and not following.rate_bp
    return worse_rate or worse_amount
