"""The programme and its draft, as the console shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts.queries import user_names
from app.catalog import queries as catalog
from app.http.condition_form import op_words
from app.http.words import say
from app.kernel.shape import Problem
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.rewards.domain.overlaps import Overlap, lonely_lanes, overlaps
from app.rewards.domain.programme import (
    Programme,
    ProgrammeInvalid,
    compile_programme,
)
from app.rewards.domain.programme_format import SCORED, TIERED
from app.rewards.domain.references import references_of
from app.rewards.domain.terms import (
    MEASURES,
    SALES,
    TRIGGERS_OF,
    Beneficiary,
    PotMeasure,
    Resets,
    Rule,
    Settings,
    TierMode,
    Trigger,
    Unit,
)
from app.rewards.domain.words import LABELS, WORDS
from app.rewards.presenters.sentences import FLAGS, RuleTold, mode_words, tell_rule
from app.rewards.presenters.titles import Names
from app.rewards.presenters.tongue import gettext
from app.rewards.schemas.rule_form import CONDITIONS

Document = Mapping[str, Any]
Options = list[tuple[str, str]]

RULE_PATH = re.compile(r"rules\[(\d+)\]\.?(.*)")
PLACE = re.compile(r"([crtskl])\.(\d+)(?:\.(?:rows|r)\.(\d+))?\.")
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# ---------------------------------------------------------------- names


def product_names(session: Session, *documents: Any) -> Names:
    """By the folded reference, as far as the catalogue knows them. One statement."""
    wanted = {name for document in documents for name in references_of(document)}
    found = catalog.products_by_reference(session, wanted)
    return {key: product.name for key, product in found.items()}


def names_of(session: Session, labels: Iterable[str]) -> dict[str, str]:
    """Whom `brand_admin:<id>` stands for. One statement."""
    labels = set(labels)
    ids = {label: found.group() for label in labels if (found := ID.search(label))}
    known = user_names(session, {UUID(one) for one in ids.values()})
    return {
        label: known.get(UUID(ids[label]), gettext("somebody"))
        if label in ids
        else gettext("Convive")
        for label in labels
    }


# ---------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class RuleRow:
    number: int
    rule_id: str
    name: str
    enabled: bool
    told: RuleTold | None
    """None for what this version of Convive can no longer read."""


def rule_rows(document: Document, names: Names) -> list[RuleRow]:
    settings = settings_of(document)
    return [
        _row(number, written, document, settings, names)
        for number, written in enumerate(document["rules"], 1)
    ]


def settings_of(document: Document) -> Settings:
    try:
        return compile_programme({**document, "rules": []}, published=True).settings
    except ProgrammeInvalid:
        return Settings()


def _row(
    number: int, written: Document, document: Document, settings: Settings, names: Names
) -> RuleRow:
    try:
        rule = compile_programme({**document, "rules": [written]}, published=True).rules[0]
    except ProgrammeInvalid:
        rule_id, name = str(written.get("id", "")), str(written.get("name", ""))
        return RuleRow(number, rule_id, name, written.get("enabled") is not False, None)
    told = tell_rule(rule, settings, names)
    return RuleRow(number, rule.id, rule.name, rule.enabled, told)


# ---------------------------------------------------------------- to check


@dataclass(frozen=True, slots=True)
class Finding:
    """`look`: bad (it cannot be published so) or warn (is it meant?)."""

    look: str
    text: str


def findings(document: Document, names: Names, *, published: bool = False) -> list[Finding]:
    try:
        programme = compile_programme(document, published=published)
    except ProgrammeInvalid as invalid:
        return [Finding("bad", told_problem(problem)) for problem in invalid.problems]
    return [
        *(Finding("warn", told_problem(problem)) for problem in programme.warnings),
        *(Finding("warn", text) for text in _lane_words(programme)),
        *(Finding("warn", text) for text in _overlap_words(programme)),
        *(Finding("warn", text) for text in _unknown_products(document, names)),
    ]


def rule_findings(rule: Rule, programme: Programme, written: Document, names: Names) -> list[str]:
    """The same for one rule among the others: `programme` holds it."""
    mine = [one for one in overlaps(programme) if rule.id in one.rule_ids]
    return [
        *(
            say((warning.words, warning.params))
            for warning in programme.warnings
            if _is_about(warning, programme, rule)
        ),
        *(_overlap(one, _numbers(programme)) for one in mine),
        *_unknown_products(written, names),
    ]


def _is_about(problem: Problem, programme: Programme, rule: Rule) -> bool:
    found = RULE_PATH.match(problem.path)
    return found is not None and programme.rules[int(found.group(1))].id == rule.id


def told_problem(problem: Problem) -> str:
    """Rule 3 · Step 2: this step gives less than the one before."""
    words = say((problem.words, problem.params))
    found = RULE_PATH.match(problem.path)
    if found is None:
        return f"{problem.path}: {words}" if problem.path else words
    place = gettext("Rule %(number)s", number=int(found.group(1)) + 1)
    part = _part_words(found.group(2))
    return f"{place} · {part}: {words}" if part else f"{place}: {words}"


PARTS = (
    (re.compile(r"tiers\.steps\[(\d+)\]"), N_("Step %(number)s")),
    (re.compile(r"tiers\.parts\[(\d+)\]"), N_("Part %(number)s")),
    (re.compile(r"conditions\.(?:all|any)\[(\d+)\]"), N_("Condition %(number)s")),
    (re.compile(r"rewards\[(\d+)\]"), N_("Reward %(number)s")),
    (re.compile(r"caps\[(\d+)\]"), N_("Cap %(number)s")),
    (re.compile(r"pot\b"), N_("What fills it")),
)
"""Where in a rule a path leads, in words."""


def _part_words(path: str) -> str:
    """The path itself for what has no name of its own; nothing for the conditions as a whole."""
    for pattern, words in PARTS:
        found = pattern.match(path)
        if found is not None:
            number = int(found.group(1)) + 1 if found.groups() else 0
            return say((words, {"number": number}))
    return "" if path == "conditions" else path


def _numbers(programme: Programme) -> dict[str, int]:
    return {rule.id: number for number, rule in enumerate(programme.rules, 1)}


def _overlap_words(programme: Programme) -> list[str]:
    numbers = _numbers(programme)
    return [_overlap(one, numbers) for one in overlaps(programme)]


def _overlap(one: Overlap, numbers: Mapping[str, int]) -> str:
    listed = [str(numbers[rule_id]) for rule_id in one.rule_ids]
    rules = gettext("%(some)s and %(last)s", some=", ".join(listed[:-1]), last=listed[-1])
    words = {
        Unit.POINTS: gettext("Rules %(rules)s all give points", rules=rules),
        Unit.UNITS: gettext("Rules %(rules)s all give gifts", rules=rules),
        Unit.CODES: gettext("Rules %(rules)s all give promo codes", rules=rules),
        Unit.CENTS: gettext("Rules %(rules)s all give vouchers", rules=rules),
    }[one.unit]
    to_whom = {
        Beneficiary.HOST: gettext("to the host"),
        Beneficiary.GUEST: gettext("to guests"),
        Beneficiary.SELLER: gettext("to the seller"),
    }[one.beneficiary]
    return gettext("%(what)s %(whom)s: they add up.", what=words, whom=to_whom)


def _lane_words(programme: Programme) -> list[str]:
    numbers = _numbers(programme)
    return [
        gettext(
            "Rule %(number)s is alone in the lane “%(lane)s”: nothing competes with it.",
            number=numbers[rule_id],
            lane=lane,
        )
        for rule_id, lane in lonely_lanes(programme)
    ]


def _unknown_products(document: Document, names: Names) -> list[str]:
    missing = sorted(one for one in references_of(document) if identity_key(one) not in names)
    return [
        gettext("The catalogue has no product “%(reference)s”.", reference=reference)
        for reference in missing
    ]


# ---------------------------------------------------------------- choices of the editor

BENEFICIARIES = {
    Beneficiary.HOST: N_("The host of the meeting"),
    Beneficiary.GUEST: N_("The guests"),
    Beneficiary.SELLER: N_("The seller in person"),
}
TRIGGERS = {
    Trigger.HOSTING: N_("A meeting was hosted"),
    Trigger.DURING_MEETING: N_("The meeting ends"),
    Trigger.GUEST_BOOKING: N_("A guest takes a date"),
    Trigger.REBOOKED_HOSTING: N_("A meeting booked in another one was hosted"),
    Trigger.DIRECT_SALE: N_("A direct order is paid"),
    Trigger.MEETING_SALE: N_("An order of the meeting is paid"),
    Trigger.SPEND: N_("A pot is full"),
}
POT_MEASURES = {
    PotMeasure.SPEND: N_("What is bought, in €"),
    PotMeasure.UNITS: N_("Items bought"),
    PotMeasure.BASKETS: N_("Orders"),
    PotMeasure.MEETINGS: N_("Meetings held"),
}
RESETS = {
    Resets.NEVER: N_("stays for the next reward"),
    Resets.YEARLY: N_("is lost at the end of the year"),
    Resets.AT_END: N_("is lost after the last day"),
}
KINDS = {
    "points_fixed": N_("Points: a fixed number"),
    "points_percent_turnover": N_("Points: a percentage of the sales"),
    "points_percent_order": N_("Points: a percentage of the order"),
    "gift_product": N_("A gift: one product"),
    "gift_choice": N_("A gift to choose in a list"),
    "promo_code": N_("A promo code"),
    "voucher": N_("A voucher"),
    "unit_voucher": N_("A voucher: products free"),
    "free_shipping": N_("Free shipping"),
    "half_price_items": N_("Items at half price, or another part"),
    "template": N_("One of the published rewards"),
}


def beneficiaries() -> Options:
    return [(str(one), say(words)) for one, words in BENEFICIARIES.items()]


def triggers(beneficiary: str, chosen: str) -> Options:
    """Those that go with the beneficiary; one chosen before stays, and is said to be impossible."""
    known = _is_one(Beneficiary, beneficiary)
    allowed = TRIGGERS_OF[Beneficiary(beneficiary)] if known else tuple(Trigger)
    found = [(str(one), say(TRIGGERS[one])) for one in allowed]
    if chosen and _is_one(Trigger, chosen) and chosen not in dict(found):
        words = gettext("%(choice)s (not possible here)", choice=say(TRIGGERS[Trigger(chosen)]))
        found.append((chosen, words))
    return found


def measures(trigger: str, chosen: str, *, numbers_only: bool = False) -> Options:
    """Those the trigger can look at, and the one chosen."""
    sale = trigger in SALES
    found = [
        (name, say(LABELS[name]))
        for name, measure in MEASURES.items()
        if (measure.of_order if sale else measure.of_meeting)
        and (name in TIERED if numbers_only else name not in {"score", "sets"})
    ]
    if chosen in MEASURES and chosen not in dict(found):
        words = gettext("%(choice)s (not possible here)", choice=say(LABELS[chosen]))
        found.append((chosen, words))
    return found


def scored(trigger: str, chosen: str) -> Options:
    """What a score may be made of."""
    offered = measures(trigger, chosen, numbers_only=True)
    return [(name, words) for name, words in offered if name in SCORED]


def kinds(trigger: str, chosen: str) -> Options:
    other = "points_percent_turnover" if trigger in SALES else "points_percent_order"
    found = [(name, say(words)) for name, words in KINDS.items() if name != other]
    if chosen == other:
        words = gettext("%(choice)s (not possible here)", choice=say(KINDS[other]))
        found.append((other, words))
    return found


def published_rewards(document: Document, chosen: str) -> Options:
    """Those of the document, and the one chosen, which may be there no longer."""
    found = [(key, one["name"]) for key, one in document.get("templates", {}).items()]
    found.sort(key=lambda one: one[1].casefold())
    if chosen and chosen not in dict(found):
        words = gettext("%(choice)s (not possible here)", choice=chosen)
        found.append((chosen, words))
    return found


def operators(measure: str) -> Options:
    return [(op, op_words(op, unit_of(measure))) for op in CONDITIONS.ops(measure)]


def answers(measure: str) -> Options:
    """The values a text or a yes-or-no measure may be compared with; none for free texts."""
    if measure in FLAGS:
        return [(value, say(words)) for value, words in zip("10", FLAGS[measure], strict=True)]
    known = WORDS.get(measure, {})
    return [(value, say(words)) for value, words in known.items()]


def judged_like(trigger: str, pot_measure: str) -> str:
    """The trigger whose conditions and rewards go with a rule: what feeds a pot is judged by
    itself."""
    if trigger != Trigger.SPEND:
        return trigger
    return Trigger.HOSTING if pot_measure == PotMeasure.MEETINGS else Trigger.DIRECT_SALE


def pot_measures() -> Options:
    return [(str(one), say(words)) for one, words in POT_MEASURES.items()]


def pot_resets() -> Options:
    return [(str(one), say(words)) for one, words in RESETS.items()]


def pot_pictures(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": one, "url": url_for("reward_pictures.show", image_id=one)} for one in ids]


def unit_of(measure: str) -> str:
    return MEASURES[measure].unit if measure in MEASURES else "count"


def narrowings(measure: str) -> tuple[str, ...]:
    return MEASURES[measure].narrowed_by if measure in MEASURES else ()


def place_words(field: str) -> str:
    """Where a field of the editor stands: Condition 2.1, Reward 1, Step 3; nothing for others."""
    if field.startswith("pot_"):
        return gettext("What fills it")
    found = PLACE.match(field)
    if found is None:
        return ""
    number = ".".join(str(int(one) + 1) for one in found.groups()[1:] if one is not None)
    if found.group(1) == "c":
        return gettext("Condition %(number)s", number=number)
    if found.group(1) == "r" or found.group(3) is not None:
        return gettext("Reward %(number)s", number=number)
    if found.group(1) == "l":
        return gettext("Cap %(number)s", number=number)
    if found.group(1) in {"s", "k"}:
        return gettext("Part %(number)s", number=number)
    return gettext("Step %(number)s", number=number)


def modes() -> Options:
    return [(str(mode), mode_words(mode)) for mode in TierMode]


def _is_one(words: Any, value: str) -> bool:
    return value in set(words)


def told_errors(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Path and message of each, for documents that are pasted or sent as files."""
    return [(problem.path, say((problem.words, problem.params))) for problem in problems]
