"""The compiled programme of a brand: one immutable JSON document per version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.kernel.conditions import leaves
from app.kernel.errors import Refused
from app.kernel.money import Rounding
from app.kernel.shape import BAD, Problem, Problems
from app.kernel.words import N_
from app.rewards.domain.assigned import ASSIGNED, kind_of_code, worth_of_code
from app.rewards.domain.gift_terms import refuse_vain_gift_terms
from app.rewards.domain.never import (
    refuse_impossible,
    refuse_unreachable,
    warn_of_idle,
    warn_of_passed_steps,
)
from app.rewards.domain.plan import Plan, plan_of
from app.rewards.domain.possible import Ground
from app.rewards.domain.programme_format import PROGRAMME, make_reward, overridden, subject_of
from app.rewards.domain.templates import with_templates
from app.rewards.domain.terms import (
    MEASURES,
    TRIGGERS_OF,
    UNIT_OF,
    Beneficiary,
    BookingTerms,
    CapOf,
    CapPer,
    Reward,
    RewardKind,
    Rule,
    Settings,
    Step,
    Subject,
    TierMode,
    Tiers,
    Trigger,
    TurnoverBase,
    Unit,
    judges_orders,
)

__all__ = [
    "Beneficiary",
    "BookingTerms",
    "Programme",
    "ProgrammeInvalid",
    "Reward",
    "RewardKind",
    "Rounding",
    "Rule",
    "Settings",
    "TierMode",
    "Tiers",
    "Trigger",
    "TurnoverBase",
    "Unit",
    "compile_programme",
]


class ProgrammeInvalid(Refused):
    """The document is no programme; `problems` name each field and its mend."""

    code = "programme_invalid"
    words = N_("This programme cannot work: see each field.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Programme:
    """Immutable; made once per published version and kept."""

    name: str
    version: str
    settings: Settings
    rules: tuple[Rule, ...]
    by_trigger: Mapping[Trigger, tuple[Rule, ...]]
    warnings: tuple[Problem, ...] = ()
    """What is allowed but looks like a mistake."""
    asks: frozenset[str] = frozenset()
    """Measures that its rules look at."""
    by_category: bool = False
    """Whether any of its rules looks at categories."""
    plan: Plan = field(init=False, repr=False, compare=False)
    """The rules made ready for judging."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", plan_of(self.rules, self.by_trigger))


def compile_programme(document: Any, *, published: bool = False) -> Programme:
    """Turn a document into a programme, or raise `ProgrammeInvalid` with everything wrong in it.

    What was `published` goes on judging, whatever we have learnt since to know as never true.
    """
    problems: Problems = []
    values = PROGRAMME.read(document, "", problems)
    if values is BAD:
        raise ProgrammeInvalid(problems)
    settings = values["settings"] or Settings()
    templates = values["templates"] or {}
    rules = [
        _rule(with_templates(rule, path, templates, problems), path, settings, problems)
        for path, rule in ((f"rules[{n}]", rule) for n, rule in enumerate(values["rules"]))
    ]
    _refuse_repeated_rules(values["rules"], problems)
    _refuse_mixed_lanes(rules, problems)
    if not published:
        for position, rule in enumerate(rules):
            _refuse_what_never_pays(rule, f"rules[{position}]", problems)
    if problems:
        raise ProgrammeInvalid(problems)
    warnings: Problems = []
    for position, rule in enumerate(rules):
        _warn_of_conditions(rule, f"rules[{position}]", warnings)
        _warn_of_decreasing_tiers(rule, f"rules[{position}]", warnings)
        _warn_of_small_caps(rule, f"rules[{position}]", warnings)
    return Programme(
        name=values["name"],
        version=values["version"],
        settings=settings,
        rules=tuple(rules),
        by_trigger=_by_trigger(rules),
        warnings=tuple(warnings),
        asks=frozenset(name for rule in rules if rule.enabled for name in _asked_by(rule)),
        by_category=any(_by_category(rule) for rule in rules if rule.enabled),
    )


def _refuse_what_never_pays(rule: Rule, path: str, problems: Problems) -> None:
    ground = _ground(rule)
    if refuse_impossible(rule.conditions, ground, f"{path}.conditions", problems):
        return
    if rule.tiers is not None:
        refuse_unreachable(rule.tiers, rule.conditions, ground, f"{path}.tiers", problems)
    costs = [rule.cents_per_unit.get(reward.id, Fraction(0)) for reward in rule.all_rewards]
    for position, cap in enumerate(rule.caps):
        if cap.of is CapOf.MONEY and costs and min(costs) > cap.most:
            words = N_("This cap is smaller than what one reward costs: it would never pay.")
            at = f"{path}.caps[{position}].most"
            problems.append(Problem(at, "cap_never_pays", words))


def _ground(rule: Rule) -> Ground:
    """What is certain when the rule pays."""
    return Ground(rule.trigger, rule.beneficiary, rule.turnover, rule.judges_orders)


def _warn_of_conditions(rule: Rule, path: str, warnings: Problems) -> None:
    ground = _ground(rule)
    warn_of_idle(rule.conditions, ground, f"{path}.conditions", warnings)
    if rule.tiers is not None:
        warn_of_passed_steps(rule.tiers, rule.conditions, ground, f"{path}.tiers", warnings)


def _by_category(rule: Rule) -> bool:
    return any(
        subject.categories or any(part.categories for part in subject.sets)
        for subject in _subjects(rule)
    )


def _asked_by(rule: Rule) -> Iterator[str]:
    for subject in _subjects(rule):
        yield subject.measure
        yield from (part.measure for part in subject.parts)


def _subjects(rule: Rule) -> Iterator[Subject]:
    yield from (one.subject for one, _ in leaves(rule.conditions))
    if rule.tiers is not None:
        yield rule.tiers.subject


def _by_trigger(rules: Iterable[Rule]) -> dict[Trigger, tuple[Rule, ...]]:
    ordered = sorted((rule for rule in rules if rule.enabled), key=lambda rule: rule.id)
    return {
        trigger: tuple(rule for rule in ordered if rule.trigger is trigger) for trigger in Trigger
    }


def _rule(values: Mapping[str, Any], path: str, settings: Settings, problems: Problems) -> Rule:
    _refuse_impossible_trigger(values, path, problems)
    _refuse_bad_pot(values, path, problems)
    _refuse_foreign_measures(values, path, problems)
    rewards, tiers = _gains(values, path, settings, problems)
    rule = Rule(
        id=values["id"],
        name=values["name"],
        beneficiary=values["beneficiary"],
        trigger=values["trigger"],
        conditions=values["conditions"],
        rewards=rewards,
        tiers=tiers,
        lane=values["lane"],
        turnover=overridden(settings.turnover, values["turnover"]),
        booking=overridden(settings.booking, values["booking"]),
        enabled=values["enabled"],
        caps=values["caps"],
        of_winner=any(
            MEASURES[one.subject.measure].of_winner for one, _ in leaves(values["conditions"])
        ),
        pot=values["pot"],
    )
    rule = replace(rule, cents_per_unit=_costs(rule, settings))
    _refuse_bad_caps(rule, f"{path}.caps", problems)
    if rule.pot and rule.pot.with_shipping and rule.turnover.tax == "excl":
        words = N_("Shipping is known with tax only: leave it out, or count amounts with tax.")
        problems.append(Problem(f"{path}.pot.shipping", "shipping_without_tax", words))
    return rule


def _costs(rule: Rule, settings: Settings) -> dict[str, Fraction]:
    """What one unit of each reward costs, as far as it is known."""
    known = {Unit.POINTS: Fraction(settings.cents_per_100_points, 100), Unit.CENTS: Fraction(1)}
    costs = {}
    for reward in rule.all_rewards:
        if reward.unit in known:
            costs[reward.id] = known[reward.unit]
        elif "cost_cents" in reward.terms:
            costs[reward.id] = Fraction(reward.terms["cost_cents"])
    return costs


def _refuse_bad_caps(rule: Rule, path: str, problems: Problems) -> None:
    seen: set[str] = set()
    for position, cap in enumerate(rule.caps):
        at = f"{path}[{position}]"
        if cap.id in seen:
            words = N_("There is a cap of this sort above: put both into one.")
            problems.append(Problem(at, "repeated", words))
        seen.add(cap.id)
        if cap.per is CapPer.MEETING and rule.pot is not None:
            words = N_("A pot fills over time: cap it for each person, or in all.")
            problems.append(Problem(f"{at}.per", "cap_needs_meeting", words))
        elif cap.per is CapPer.MEETING and rule.judges_orders:
            words = N_(
                "This rule judges one order: a cap for each meeting would be one for each order."
            )
            problems.append(Problem(f"{at}.per", "cap_needs_meeting", words))
        if cap.of is CapOf.VALUE and len({reward.unit for reward in rule.all_rewards}) > 1:
            words = N_("This rule gives several kinds of rewards: cap times or money instead.")
            problems.append(Problem(f"{at}.of", "mixed_cap", words))
        unknown = [one.id for one in rule.all_rewards if not rule.cents_per_unit.get(one.id)]
        if cap.of is CapOf.MONEY and unknown:
            words = N_("A cap in money needs to know what one of each reward costs (cost_cents).")
            problems.append(Problem(f"{at}.of", "cost_unknown", words))


# ---------------------------------------------------------------- what goes with what


def _refuse_impossible_trigger(values: Mapping[str, Any], path: str, problems: Problems) -> None:
    beneficiary, trigger = values["beneficiary"], values["trigger"]
    accepted = TRIGGERS_OF[beneficiary]
    if trigger not in accepted:
        words = N_(
            "The trigger “%(trigger)s” does not go with the beneficiary “%(beneficiary)s”. "
            "Accepted: %(accepted)s."
        )
        params = {"trigger": trigger, "beneficiary": beneficiary, "accepted": ", ".join(accepted)}
        problems.append(Problem(f"{path}.trigger", "impossible_trigger", words, params))


def _refuse_bad_pot(values: Mapping[str, Any], path: str, problems: Problems) -> None:
    """What a rule needs beside a pot, and what no rule has with one."""
    pot, trigger = values["pot"], values["trigger"]
    if (trigger is Trigger.SPEND) != (pot is not None):
        words = (
            N_("Say what fills the pot, and how much of it pays.")
            if trigger is Trigger.SPEND
            else N_("A pot goes with the trigger “spend” only: take it out.")
        )
        problems.append(Problem(f"{path}.pot", "pot_and_trigger", words))
    if pot is None:
        return
    if pot.fed_by == "meeting" and values["beneficiary"] is Beneficiary.GUEST:
        words = N_("A guest holds no meetings: count her orders, or choose the host or seller.")
        problems.append(Problem(f"{path}.pot.measure", "pot_of_guest", words))
    if values["tiers"] is not None:
        words = N_("A pot pays the same each time it is full: give rewards instead of steps.")
        problems.append(Problem(f"{path}.tiers", "pot_without_steps", words))
    if values["lane"]:
        words = N_("A pot competes with no other rule: take it out of the lane.")
        problems.append(Problem(f"{path}.lane", "pot_in_lane", words))


def _refuse_foreign_measures(values: Mapping[str, Any], path: str, problems: Problems) -> None:
    for comparison, _ in leaves(values["conditions"]):
        _must_be_known_to(values, comparison.subject.measure, f"{path}.conditions", problems)
        for part in comparison.subject.parts:
            _must_be_known_to(values, part.measure, f"{path}.conditions", problems)
    if values["tiers"] is not None:
        _must_be_known_to(values, values["tiers"]["measure"], f"{path}.tiers.measure", problems)
        for number, part in enumerate(values["tiers"].get("parts") or ()):
            at = f"{path}.tiers.parts[{number}].measure"
            _must_be_known_to(values, part.measure, at, problems)


def _must_be_known_to(values: Mapping[str, Any], name: str, path: str, problems: Problems) -> None:
    measure, sale = MEASURES[name], judges_orders(values["trigger"], values["pot"])
    if sale and not measure.of_order:
        words = N_("“%(measure)s” looks at a meeting, but this rule judges one order.")
    elif not sale and not measure.of_meeting:
        words = N_("“%(measure)s” looks at one order, but this rule judges a meeting.")
    else:
        return
    problems.append(Problem(path, "measure_not_available", words, {"measure": name}))


def _refuse_foreign_reward(
    kind: RewardKind, *, of_order: bool, path: str, problems: Problems
) -> None:
    if kind is RewardKind.POINTS_PERCENT_TURNOVER and of_order:
        words = N_(
            "A percent of the turnover needs a meeting: use points_percent_order, "
            "or a trigger of a meeting."
        )
        problems.append(Problem(f"{path}.kind", "reward_needs_meeting", words))
    if kind is RewardKind.POINTS_PERCENT_ORDER and not of_order:
        words = N_(
            "A percent of the order needs an order: use points_percent_turnover, "
            "or the trigger direct_sale or meeting_sale."
        )
        problems.append(Problem(f"{path}.kind", "reward_needs_order", words))


# ---------------------------------------------------------------- rewards and tiers


def _gains(
    values: Mapping[str, Any], path: str, settings: Settings, problems: Problems
) -> tuple[tuple[Reward, ...], Tiers | None]:
    given = [name for name in ("rewards", "tiers") if values[name] is not None]
    if len(given) != 1:
        words = N_("Give either rewards or tiers.")
        problems.append(Problem(f"{path}.rewards", "rewards_or_tiers", words))
        return (), None
    if values["tiers"] is not None:
        return (), _tiers(values, f"{path}.tiers", settings, problems)
    of_order = judges_orders(values["trigger"], values["pot"])
    listed = _RewardList(values["rewards"], f"{path}.rewards", of_order, settings.rounding)
    return listed.make(_Names(), problems), None


class _Names:
    """Ids of the rewards of one rule."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, wanted: str | None, derived: str) -> str | None:
        """The id wanted or a free one like `derived`; None when the one wanted is taken."""
        if wanted is not None and wanted in self.taken:
            return None
        name, number = wanted or derived, 1
        while name in self.taken:
            number += 1
            name = f"{derived}-{number}"
        self.taken.add(name)
        return name


@dataclass(frozen=True, slots=True)
class _RewardList:
    """A list of rewards in the document: of a rule, or of one of its steps."""

    terms: Sequence[Mapping[str, Any]]
    path: str
    of_order: bool
    """Whether their rule looks at one order, rather than at a meeting."""
    rounding: Rounding
    prefix: str = ""
    """Before derived ids, so that each step has its own."""

    def make(self, names: _Names, problems: Problems) -> tuple[Reward, ...]:
        made = []
        for position, terms in enumerate(self.terms):
            at = f"{self.path}[{position}]"
            kind = RewardKind(terms["kind"])
            _refuse_foreign_reward(kind, of_order=self.of_order, path=at, problems=problems)
            _refuse_vague_voucher(terms, at, problems)
            _refuse_vague_code(terms, at, problems)
            _refuse_empty_period(terms, at, problems)
            if UNIT_OF[RewardKind(terms["kind"])] is Unit.UNITS:
                refuse_vain_gift_terms(terms, at, problems)
            name = names.take(terms.get("id"), f"{self.prefix}{terms['kind']}")
            if name is None:
                words = N_("“%(value)s” is already used above: each one needs its own.")
                problems.append(Problem(f"{at}.id", "repeated", words, {"value": terms["id"]}))
            else:
                made.append(make_reward(terms, name, self.rounding))
        return tuple(made)


def _refuse_vague_voucher(terms: Mapping[str, Any], path: str, problems: Problems) -> None:
    if terms["kind"] == RewardKind.VOUCHER and ("amount_cents" in terms) == ("rate_bp" in terms):
        words = N_("Give either amount_cents or rate_bp.")
        problems.append(Problem(f"{path}.amount_cents", "amount_or_rate", words))
    scope = terms.get("scope") or {}
    named = scope.get("products") or scope.get("categories")
    if terms["kind"] == RewardKind.UNIT_VOUCHER and not named:
        words = N_("Name the products or categories this is for.")
        problems.append(Problem(f"{path}.scope.products", "items_missing", words))


def _refuse_empty_period(terms: Mapping[str, Any], path: str, problems: Problems) -> None:
    first, last = terms.get("valid_from"), terms.get("valid_until")
    if first is not None and last is None:
        words = N_("A first day goes with a last day: give valid_until too.")
        problems.append(Problem(f"{path}.valid_until", "last_day_missing", words))
    elif first is not None and last < first:
        words = N_("The last day comes after the first.")
        problems.append(Problem(f"{path}.valid_until", "period_empty", words))


def _refuse_vague_code(terms: Mapping[str, Any], path: str, problems: Problems) -> None:
    if terms["kind"] == RewardKind.PROMO_CODE and ("model" in terms) == ("promotion" in terms):
        words = N_("Give either model or promotion.")
        problems.append(Problem(f"{path}.model", "model_or_promotion", words))
    if terms["kind"] == RewardKind.HALF_PRICE_ITEMS and not (
        terms["products"] or terms["categories"]
    ):
        words = N_("Name the products or categories this is for.")
        problems.append(Problem(f"{path}.products", "items_missing", words))


def _tiers(
    rule: Mapping[str, Any], path: str, settings: Settings, problems: Problems
) -> Tiers | None:
    values = rule["tiers"]
    mode, subject = values["mode"], subject_of(values)
    before = len(problems)
    _refuse_bad_starts(rule, path, problems)
    if values["at_most"] is not None and mode is not TierMode.EVERY:
        words = N_("at_most goes with the mode “every” only: take it out.")
        problems.append(Problem(f"{path}.at_most", "only_for_every", words))
    _check_mode(rule, path, problems)
    steps = _steps(rule, path, settings, problems)
    if len(problems) > before:
        return None
    return Tiers(subject, mode, steps, values["at_most"])


def _steps(
    rule: Mapping[str, Any], path: str, settings: Settings, problems: Problems
) -> tuple[Step, ...]:
    """Each step's rewards have ids of their own; a marginal scale is one reward with many rates."""
    values, names, steps = rule["tiers"], _Names(), []
    for position, step in enumerate(values["steps"]):
        at = f"{path}.steps[{position}].rewards"
        if values["mode"] is TierMode.MARGINAL:
            names = _Names()
        single = values["mode"] in {TierMode.MARGINAL, TierMode.EVERY}
        prefix = "" if single else f"from-{step['from']}:"
        of_order = judges_orders(rule["trigger"], rule["pot"])
        listed = _RewardList(step["rewards"], at, of_order, settings.rounding, prefix)
        steps.append(Step(step["from"], listed.make(names, problems)))
    return tuple(steps)


def _refuse_bad_starts(rule: Mapping[str, Any], path: str, problems: Problems) -> None:
    steps = rule["tiers"]["steps"]
    for position, (one, following) in enumerate(pairwise(steps), 1):
        if following["from"] <= one["from"]:
            words = N_("Steps must rise: write more than %(previous)s, the step before.")
            params = {"previous": one["from"]}
            at = f"{path}.steps[{position}].from"
            problems.append(Problem(at, "steps_not_rising", words, params))


def _check_mode(rule: Mapping[str, Any], path: str, problems: Problems) -> None:
    mode = rule["tiers"]["mode"]
    if mode is TierMode.MARGINAL:
        _check_marginal(rule, path, problems)
    if mode is TierMode.EVERY:
        _check_every(rule, path, problems)


def _check_marginal(rule: Mapping[str, Any], path: str, problems: Problems) -> None:
    """One rate per slice of the very amount the percentage is of."""
    values = rule["tiers"]
    base = "order_net" if judges_orders(rule["trigger"], rule["pot"]) else "turnover"
    if subject_of(values) != Subject(base):
        words = N_("A marginal scale must be on “%(base)s”, the amount its percentages are of.")
        problems.append(Problem(f"{path}.measure", "marginal_base", words, {"base": base}))
    shapes = []
    for position, step in enumerate(values["steps"]):
        at = f"{path}.steps[{position}].rewards"
        if len(step["rewards"]) != 1 or step["rewards"][0].get("rate_bp") is None:
            words = N_("A marginal step gives exactly one reward, and it is a percentage.")
            problems.append(Problem(at, "marginal_reward", words))
            continue
        terms = dict(step["rewards"][0])
        del terms["rate_bp"]
        shapes.append((at, terms))
    for (_first_at, first), (at, other) in ((shapes[0], shape) for shape in shapes[1:]):
        if first != other:
            words = N_("All steps of a marginal scale give the same reward; only the rate differs.")
            problems.append(Problem(at, "marginal_reward", words))


def _check_every(rule: Mapping[str, Any], path: str, problems: Problems) -> None:
    steps = rule["tiers"]["steps"]
    if len(steps) != 1 or steps[0]["from"] < 1:
        words = N_("The mode “every” has exactly one step, from 1 or more: the size of a slice.")
        problems.append(Problem(f"{path}.steps", "every_one_step", words))
    for position, terms in enumerate(steps[0]["rewards"]):
        if terms.get("rate_bp") is not None:
            words = N_("The mode “every” gives fixed rewards; for percentages use “marginal”.")
            at = f"{path}.steps[0].rewards[{position}]"
            problems.append(Problem(at, "every_percent", words))


# ---------------------------------------------------------------- across rules


def _refuse_repeated_rules(rules: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    seen: set[str] = set()
    for position, rule in enumerate(rules):
        if rule["id"] in seen:
            words = N_("“%(value)s” is already used above: each one needs its own.")
            at = f"rules[{position}].id"
            problems.append(Problem(at, "repeated", words, {"value": rule["id"]}))
        seen.add(rule["id"])


def _refuse_mixed_lanes(rules: Sequence[Rule], problems: Problems) -> None:
    """Only what can be compared may compete."""
    family: dict[str, Unit] = {}
    effect: dict[str, str] = {}
    for position, rule in enumerate(rules):
        if not (rule.enabled and rule.lane and rule.all_rewards):
            continue
        units = Counter(reward.unit for reward in rule.all_rewards)
        effects = {_effect(reward) for reward in rule.all_rewards}
        unit = family.setdefault(rule.lane, rule.all_rewards[0].unit)
        kind = effect.setdefault(rule.lane, _effect(rule.all_rewards[0]))
        if set(units) != {unit} or effects != {kind}:
            words = N_(
                "A lane compares rewards of one kind only: points, gifts, codes of one effect, "
                "or vouchers."
            )
            problems.append(Problem(f"rules[{position}].lane", "mixed_lane", words))


def _effect(reward: Reward) -> str:
    """What rewards of one unit must share to be compared."""
    if reward.kind is RewardKind.UNIT_VOUCHER:
        return reward.kind
    return kind_of_code(reward.terms) if reward.kind in ASSIGNED else ""


def _warn_of_decreasing_tiers(rule: Rule, path: str, warnings: Problems) -> None:
    if rule.tiers is None or rule.tiers.mode is TierMode.CUMULATIVE:
        return
    for position, (one, following) in enumerate(pairwise(rule.tiers.steps), 1):
        before, after = _worth(one), _worth(following)
        if any(after.get(key, worth) < worth for key, worth in before.items()):
            words = N_("This step gives less than the one before.")
            at = f"{path}.tiers.steps[{position}]"
            warnings.append(Problem(at, "tier_gives_less", words))


def _warn_of_small_caps(rule: Rule, path: str, warnings: Problems) -> None:
    """What no cap of the rule leaves whole."""
    for position, cap in enumerate(rule.caps):
        for reward in rule.all_rewards if cap.of is not CapOf.TIMES else ():
            unit = rule.cents_per_unit[reward.id] if cap.of is CapOf.MONEY else 1
            if reward.amount * unit > cap.most:
                words = N_("This cap is smaller than one “%(reward)s”, which is never given whole.")
                at = f"{path}.caps[{position}].most"
                warnings.append(Problem(at, "cap_below_reward", words, {"reward": reward.id}))


def _worth(step: Step) -> dict[tuple[RewardKind, bool, str], int]:
    """By what can be compared; of codes, what they take off."""
    worth: Counter[tuple[RewardKind, bool, str]] = Counter()
    for reward in step.rewards:
        of_code = reward.kind in ASSIGNED
        each = worth_of_code(reward.terms) if of_code else 1
        key = (reward.kind, reward.is_rate, _effect(reward))
        worth[key] += each * (reward.amount or reward.rate_bp)
    return dict(worth)
