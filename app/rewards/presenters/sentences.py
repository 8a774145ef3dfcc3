"""A rule told as a sentence: for whom, when, if what, give what.

"For the host, when the meeting ends, if at least 3 buyers, give 30 points." Every rule that the
format accepts can be told; what differs between two rules shows in their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.http.words import day_text, money, number, points, say
from app.kernel.conditions import All, AnyOf, Not
from app.kernel.money import Rounding
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.rewards.domain.gift_terms import GiftTerms, OutOfStock, Unchosen
from app.rewards.domain.terms import (
    MEASURES,
    UNIT_OF,
    Beneficiary,
    BookingTerms,
    Cap,
    CapOf,
    CapPer,
    Comparison,
    Condition,
    Period,
    Pot,
    PotMeasure,
    Resets,
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
)
from app.rewards.domain.words import WORDS, tell_reward
from app.rewards.presenters.distance import quantity_words
from app.rewards.presenters.titles import Names, Terms
from app.rewards.presenters.tongue import gettext, ngettext


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; `kind` is plain, who, when, if or give."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class StepTold:
    start: str
    gives: str


@dataclass(frozen=True, slots=True)
class RuleTold:
    rule_id: str
    name: str
    enabled: bool
    pieces: list[Piece]
    """The sentence up to its steps."""
    steps: list[StepTold] = field(default_factory=list)
    mode: str = ""
    """How the steps pay."""
    notes: list[str] = field(default_factory=list)
    """What of the rule's own settings differs from the programme's, lanes, bookings."""

    @property
    def head(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def sentence(self) -> str:
        """Everything, as one text."""
        steps = semicolons(
            gettext("from %(start)s: %(gives)s", start=step.start, gives=step.gives)
            for step in self.steps
        )
        head = gettext("%(head)s: %(steps)s.", head=self.head, steps=steps) if steps else ""
        return " ".join([head or f"{self.head}.", *([self.mode] if self.mode else []), *self.notes])


def semicolons(parts: Iterable[str]) -> str:
    whole = ""
    for part in parts:
        whole = gettext("%(one)s; %(other)s", one=whole, other=part) if whole else part
    return whole


def tell_rule(rule: Rule, settings: Settings, names: Names) -> RuleTold:
    """`names`: products by the folded reference, as far as they are known."""
    return RuleTold(
        rule_id=rule.id,
        name=rule.name,
        enabled=rule.enabled,
        pieces=[*_beginning(rule, names), *_if(rule, names), *_give(rule, names)],
        steps=[_step(rule.tiers, step, names) for step in rule.tiers.steps] if rule.tiers else [],
        mode=_mode(rule.tiers) if rule.tiers else "",
        notes=list(_notes(rule, settings)),
    )


def tell_beginning(beneficiary: Beneficiary, trigger: Trigger) -> list[Piece]:
    """Of a sentence whose rest is still being written."""
    return [*_who(beneficiary, trigger), Piece("plain", " …")]


# ---------------------------------------------------------------- for whom, when


def _beginning(rule: Rule, names: Names) -> list[Piece]:
    pieces = _who(rule.beneficiary, rule.trigger)
    if rule.pot is not None:
        pieces[-1] = Piece("when", pot_words(rule.pot, rule.beneficiary, names))
    return pieces


def who_words(beneficiary: Beneficiary, trigger: Trigger) -> str:
    if beneficiary is Beneficiary.HOST:
        return gettext("the host of the meeting")
    if beneficiary is Beneficiary.SELLER:
        return gettext("the seller")
    if trigger is Trigger.GUEST_BOOKING:
        return gettext("the guest who takes a date")
    if trigger is Trigger.DURING_MEETING:
        return gettext("each guest who orders")
    if trigger is Trigger.SPEND:
        return gettext("the customer")
    return gettext("the customer who orders")


def when_words(trigger: Trigger) -> str:
    return {
        Trigger.HOSTING: gettext("when a meeting was hosted"),
        Trigger.DURING_MEETING: gettext("when the meeting ends"),
        Trigger.GUEST_BOOKING: gettext("for each date taken in the meeting"),
        Trigger.REBOOKED_HOSTING: gettext("when a meeting booked in another one was hosted"),
        Trigger.DIRECT_SALE: gettext("for each direct order"),
        Trigger.MEETING_SALE: gettext("for each order in a meeting"),
        Trigger.SPEND: gettext("each time a pot is full"),
    }[trigger]


def pot_words(pot: Pot, beneficiary: Beneficiary, names: Names) -> str:
    """Each time her purchases of Bougie reach 100,00 €; for every 10 orders of at least 30,00 €."""
    listed = _listed_or(pot.products, pot.categories, names)
    if pot.measure is PotMeasure.SPEND:
        threshold = money(pot.threshold)
        if listed:
            words = {
                Beneficiary.GUEST: N_("each time her purchases of %(listed)s reach %(threshold)s"),
                Beneficiary.HOST: N_(
                    "each time the orders of her meetings for %(listed)s reach %(threshold)s"
                ),
                Beneficiary.SELLER: N_(
                    "each time the orders she takes for %(listed)s reach %(threshold)s"
                ),
            }[beneficiary]
        else:
            words = {
                Beneficiary.GUEST: N_("each time her purchases reach %(threshold)s"),
                Beneficiary.HOST: N_("each time the orders of her meetings reach %(threshold)s"),
                Beneficiary.SELLER: N_("each time the orders she takes reach %(threshold)s"),
            }[beneficiary]
        return say((words, {"threshold": threshold, "listed": listed}))
    what = _every(pot)
    if listed:
        what = gettext("%(what)s among %(names)s", what=what, names=listed)
    if not pot.basket_from_cents:
        return what
    least = money(pot.basket_from_cents)
    if pot.measure is PotMeasure.BASKETS:
        return gettext("%(what)s of at least %(least)s", what=what, least=least)
    return gettext("%(what)s in orders of at least %(least)s", what=what, least=least)


def _every(pot: Pot) -> str:
    many, count = pot.threshold, number(pot.threshold)
    if pot.measure is PotMeasure.UNITS:
        return ngettext("for each item", "for every %(count)s items", many, count=count)
    if pot.measure is PotMeasure.BASKETS:
        return ngettext("for each order", "for every %(count)s orders", many, count=count)
    return ngettext("for each meeting held", "for every %(count)s meetings held", many, count=count)


def _who(beneficiary: Beneficiary, trigger: Trigger) -> list[Piece]:
    return [
        Piece("plain", f"{gettext('For')} "),
        Piece("who", who_words(beneficiary, trigger)),
        Piece("plain", ", "),
        Piece("when", when_words(trigger)),
    ]


# ---------------------------------------------------------------- if


def _if(rule: Rule, names: Names) -> list[Piece]:
    condition = rule.conditions
    if condition is None:
        return []
    parts = condition.parts if isinstance(condition, All | AnyOf) else (condition,)
    joint = _or() if isinstance(condition, AnyOf) else _and()
    pieces = [Piece("plain", f", {gettext('if')} ")]
    for position, part in enumerate(parts):
        if position:
            pieces.append(Piece("plain", joint))
        pieces.append(Piece("if", condition_words(part, names)))
    return pieces


def _and() -> str:
    return f" {gettext('and')} "


def _or() -> str:
    return f" {gettext('or')} "


def condition_words(condition: Condition, names: Names) -> str:
    if isinstance(condition, Comparison):
        return _comparison(condition, names)
    if isinstance(condition, Not):
        inner = condition_words(condition.part, names)
        return gettext("it is not so that “%(this)s”", this=inner)
    joint = _or() if isinstance(condition, AnyOf) else _and()
    inner = joint.join(condition_words(part, names) for part in condition.parts)
    return f"({inner})"


def _comparison(comparison: Comparison, names: Names) -> str:
    unit = MEASURES[comparison.subject.measure].unit
    if unit == "date":
        return _dated(comparison)
    if unit == "flag":
        return _flagged(comparison)
    if unit == "texts":
        return _held(comparison)
    if unit == "text":
        return _worded(comparison)
    return _counted(comparison, names)


def _counted(comparison: Comparison, names: Names) -> str:
    subject, value = comparison.subject, comparison.value
    assert isinstance(value, int)
    if comparison.op == "in":
        low = subject_words(subject, value, names)
        high = _bare(subject, int(str(comparison.upper)))
        return gettext("from %(low)s to less than %(high)s", low=low, high=high)
    what = subject_words(subject, value, names)
    return {
        ">=": gettext("at least %(what)s", what=what),
        ">": gettext("more than %(what)s", what=what),
        "<=": gettext("at most %(what)s", what=what),
        "<": gettext("less than %(what)s", what=what),
        "=": gettext("exactly %(what)s", what=what),
        "!=": gettext("anything but %(what)s", what=what),
    }[comparison.op]


def _bare(subject: Subject, value: int) -> str:
    return money(value) if subject.unit == "cents" else number(value)


def subject_words(subject: Subject, value: int, names: Names) -> str:
    """300,00 € of sales; 3 orders of at least 50,00 €; 2 items among Wok, Tarte."""
    what = _of_history(_amount_of(subject, value), subject)
    if subject.of_at_least_cents:
        least = money(subject.of_at_least_cents)
        what = gettext("%(what)s of at least %(least)s", what=what, least=least)
    if subject.sets or subject.parts:
        made = set_words(subject, names) if subject.sets else score_words(subject)
        return gettext("%(what)s (%(details)s)", what=what, details=made)
    return _narrowed_to(what, subject, names)


def _narrowed_to(what: str, subject: Subject, names: Names) -> str:
    listed = _listed(subject, names)
    if not listed:
        return what
    if subject.without:
        return gettext("%(what)s without %(listed)s", what=what, listed=listed)
    return gettext("%(what)s among %(listed)s", what=what, listed=listed)


def _amount_of(subject: Subject, value: int) -> str:
    if subject.measure == "turnover":
        return gettext("%(amount)s of sales", amount=money(value))
    if subject.measure == "order_net":
        return gettext("%(amount)s of purchases", amount=money(value))
    if subject.measure == "orders_not_by_host":
        count = number(value)
        return ngettext("%(count)s guest's order", "%(count)s guests' orders", value, count=count)
    return quantity_words(subject.measure, subject.unit, value)


def _of_history(what: str, subject: Subject) -> str:
    """With this seller; in a period; in the days before."""
    if subject.with_this_seller:
        what = gettext("%(what)s, with this seller", what=what)
    if subject.held_from is not None:
        what = gettext("%(what)s, from %(day)s on", what=what, day=day_words(subject.held_from))
    if subject.held_before is not None:
        what = gettext("%(what)s, before %(day)s", what=what, day=day_words(subject.held_before))
    if subject.within_days is not None:
        what = gettext("%(what)s, in the %(days)s days before", what=what, days=subject.within_days)
    return what


def _listed(subject: Subject, names: Names) -> str:
    return _listed_or(subject.products, subject.categories, names)


def _listed_or(products: Iterable[str], categories: Iterable[str], names: Names) -> str:
    return ", ".join(
        [
            *(product_name(reference, names) for reference in sorted(products)),
            *(gettext("the category %(code)s", code=code) for code in sorted(categories)),
        ]
    )


def product_name(reference: str, names: Names) -> str:
    return names.get(identity_key(reference), reference)


def _dated(comparison: Comparison) -> str:
    when = _when(comparison)
    return {
        "held_on": gettext("the meeting is held %(when)s", when=when),
        "created_on": gettext("the meeting was created %(when)s", when=when),
        "placed_on": gettext("the order was placed %(when)s", when=when),
        "last_meeting_on": _of_history(
            gettext("the last meeting held before was %(when)s", when=when), comparison.subject
        ),
    }[comparison.subject.measure]


def _when(comparison: Comparison) -> str:
    value, upper = comparison.value, comparison.upper
    assert isinstance(value, date)
    day = day_words(value)
    if isinstance(upper, date):
        last = day_words(upper - timedelta(days=1))
        return gettext("from %(first)s to %(last)s", first=day, last=last)
    return {
        "=": gettext("on %(day)s", day=day),
        "!=": gettext("on any day but %(day)s", day=day),
        "<": gettext("before %(day)s", day=day),
        "<=": gettext("on %(day)s at the latest", day=day),
        ">": gettext("after %(day)s", day=day),
        ">=": gettext("on %(day)s or later", day=day),
    }[comparison.op]


def day_words(day: date) -> str:
    """1er juillet 2026: always with its year, for rules outlive it."""
    return day_text(day, "d MMMM y")


FLAGS = {
    "virtual": (N_("the meeting is virtual"), N_("the meeting is not virtual")),
    "seller_is_host": (N_("the seller is the host"), N_("the seller is not the host")),
    "first_order": (
        N_("it is the customer's first order"),
        N_("it is not the customer's first order"),
    ),
}
"""When it is so, and when it is not."""


def _flagged(comparison: Comparison) -> str:
    so = (comparison.op == "=") == comparison.value
    return say(FLAGS[comparison.subject.measure][0 if so else 1])


def _worded(comparison: Comparison) -> str:
    measure, so = comparison.subject.measure, comparison.op == "="
    value = _text_value(measure, str(comparison.value))
    return {
        ("place", True): gettext("the place is: %(value)s", value=value),
        ("place", False): gettext("the place is not: %(value)s", value=value),
        ("channel", True): gettext("the order is taken: %(value)s", value=value),
        ("channel", False): gettext("the order is not taken: %(value)s", value=value),
        ("theme", True): gettext("the theme is “%(value)s”", value=value),
        ("theme", False): gettext("the theme is not “%(value)s”", value=value),
        ("catalogue", True): gettext("the catalogue is “%(value)s”", value=value),
        ("catalogue", False): gettext("the catalogue is not “%(value)s”", value=value),
        ("month", True): gettext("the month is: %(value)s", value=value),
        ("month", False): gettext("the month is not: %(value)s", value=value),
        ("weekday", True): gettext("the day of the week is: %(value)s", value=value),
        ("weekday", False): gettext("the day of the week is not: %(value)s", value=value),
        ("country", True): gettext("her country is “%(value)s”", value=value),
        ("country", False): gettext("her country is not “%(value)s”", value=value),
        ("department", True): gettext("her department is “%(value)s”", value=value),
        ("department", False): gettext("her department is not “%(value)s”", value=value),
    }[measure, so]


def _held(comparison: Comparison) -> str:
    value = str(comparison.value)
    if comparison.subject.measure == "role":
        return gettext("she has the role “%(value)s”", value=value)
    return gettext("she is in the segment “%(value)s”", value=value)


def _text_value(measure: str, value: str) -> str:
    known = WORDS.get(measure, {})
    return say(known[value]) if value in known else value


# ---------------------------------------------------------------- give


def _give(rule: Rule, names: Names) -> list[Piece]:
    pieces = [Piece("plain", f", {gettext('give')} ")]
    if rule.tiers is not None:
        return [*pieces, Piece("give", _by_steps(rule.tiers.subject, names))]
    for position, reward in enumerate(rule.rewards):
        if position:
            pieces.append(Piece("plain", _and()))
        pieces.append(Piece("give", reward_words(reward.terms, names)))
    return pieces


def _by_steps(subject: Subject, names: Names) -> str:
    """The measure that the steps climb, and what it is narrowed to."""
    what = _steps_of(subject, names)
    if subject.of_at_least_cents:
        least = money(subject.of_at_least_cents)
        what = gettext("%(what)s of at least %(least)s", what=what, least=least)
    return _narrowed_to(what, subject, names)


def set_words(subject: Subject, names: Names) -> str:
    """2 × Bougie, 1 × Diffuseur."""
    return ", ".join(
        f"{number(part.quantity)} × {_listed_or(part.products, part.categories, names)}"
        for part in subject.sets
    )


def score_words(subject: Subject) -> str:
    """1 for each 100,00 €; 5 for each booking."""
    return semicolons(
        gettext(
            "%(points)s for %(what)s",
            points=number(part.weight),
            what=quantity_words(part.measure, MEASURES[part.measure].unit, part.per),
        )
        for part in subject.parts
    )


def _steps_of(subject: Subject, names: Names) -> str:
    if subject.measure == "sets":
        return gettext("by full sets of %(sets)s", sets=set_words(subject, names))
    if subject.measure == "score":
        return gettext("by steps of a score (%(parts)s)", parts=score_words(subject))
    return {
        "turnover": gettext("by steps of sales"),
        "order_net": gettext("by steps of purchases"),
        "orders": gettext("by steps of orders"),
        "orders_not_by_host": gettext("by steps of guests' orders"),
        "buyers": gettext("by steps of people who order"),
        "new_customers": gettext("by steps of new customers"),
        "participants": gettext("by steps of people invited"),
        "attended": gettext("by steps of people present"),
        "bookings_made": gettext("by steps of bookings"),
        "bookings_confirmed": gettext("by steps of booked meetings held"),
        "quantity": gettext("by steps of items"),
    }[subject.measure]


def _step(tiers: Tiers, step: Step, names: Names) -> StepTold:
    return StepTold(
        quantity_words(tiers.subject.measure, tiers.subject.unit, step.start),
        rewards_words([reward.terms for reward in step.rewards], names),
    )


def _mode(tiers: Tiers) -> str:
    if tiers.mode is TierMode.EVERY and tiers.at_most is not None:
        return ngettext(
            "Given for every full slice, once at most.",
            "Given for every full slice, %(num)s times at most.",
            tiers.at_most,
        )
    return mode_words(tiers.mode)


def mode_words(mode: TierMode) -> str:
    return {
        TierMode.BEST: gettext("Only the highest step reached counts."),
        TierMode.CUMULATIVE: gettext("Every step reached counts."),
        TierMode.MARGINAL: gettext("Each slice pays at its own rate."),
        TierMode.EVERY: gettext("Given for every full slice."),
    }[mode]


def rewards_words(rewards: Sequence[Terms], names: Names) -> str:
    return _and().join(reward_words(terms, names) for terms in rewards)


def reward_words(terms: Terms, names: Names) -> str:
    """A voucher of 15,00 € (valid 180 days; from 30,00 € of purchases)."""
    details = list(_details(terms, names))
    what = say(tell_reward(terms, _Products(names)))
    if not details:
        return what
    return gettext("%(what)s (%(details)s)", what=what, details=semicolons(details))


class _Products(dict[str, str]):
    """Names by the reference as it is written in the document."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def get(self, reference: str, default: Any = None) -> Any:
        return self._names.get(identity_key(reference), default)


def _details(terms: Mapping[str, Any], names: Names) -> Iterable[str]:
    model = terms.get("model", {})
    if model.get("name") or terms.get("name"):
        yield gettext("“%(name)s”", name=model.get("name") or terms["name"])
    if terms.get("template"):
        yield gettext("a published reward")
    if terms.get("products"):
        yield gettext("among %(names)s", names=_each(terms["products"], names))
    for code in terms.get("categories", ()):
        yield gettext("in the category %(code)s", code=code)
    if terms.get("methods"):
        yield gettext("by %(methods)s", methods=", ".join(terms["methods"]))
    if terms.get("choose_within_days"):
        days = terms["choose_within_days"]
        yield ngettext("to choose within %(num)s day", "to choose within %(num)s days", days)
    if UNIT_OF[RewardKind(terms["kind"])] is Unit.UNITS:
        yield from gift_details(terms, names)
    if terms.get("valid_from"):
        first = day_words(date.fromisoformat(terms["valid_from"]))
        yield gettext("not before %(day)s", day=first)
    if terms.get("valid_until"):
        last = day_words(date.fromisoformat(terms["valid_until"]))
        yield gettext("valid until %(day)s", day=last)
    elif terms.get("valid_days"):
        yield ngettext("valid %(num)s day", "valid %(num)s days", terms["valid_days"])
    least = model.get("minimum_basket_cents") or terms.get("minimum_basket_cents")
    if least:
        yield gettext("from %(amount)s of purchases", amount=money(least))
    if terms.get("remainder") == "kept":
        yield gettext("what is left over is kept")
    yield from _voucher_bounds(terms, names)
    most = terms.get("most_per_order")
    if most:
        yield ngettext("only one of them in an order", "at most %(num)s of them in an order", most)
    if terms.get("slices") == "together":
        yield gettext("one voucher for all slices together")
    if terms.get("rounding"):
        yield rounding_words(Rounding(terms["rounding"]))


def gift_details(terms: Mapping[str, Any], names: Names) -> Iterable[str]:
    """What becomes of a gift that is not chosen, or of which none is left; `names` by the folded
    reference."""
    kept = GiftTerms.read(terms)
    if kept.unchosen is Unchosen.VOUCHER:
        yield gettext("otherwise a voucher")
    elif terms.get("choose_within_days"):
        yield gettext("otherwise lost")
    if kept.substitutes:
        listed = _each(kept.substitutes, names)
        yield gettext("out of stock, one of %(names)s instead", names=listed)
    if kept.out_of_stock is OutOfStock.VOUCHER:
        yield gettext("with nothing left, a voucher")
    if kept.out_of_stock is OutOfStock.WAITING_LIST and kept.wait_at_most_days:
        words = gettext(
            "with nothing left, a waiting list, after %(days)s days a voucher",
            days=number(kept.wait_at_most_days),
        )
        yield words
    elif kept.out_of_stock is OutOfStock.WAITING_LIST:
        yield gettext("with nothing left, a waiting list")
    if kept.voucher_cents:
        yield gettext("worth %(amount)s as a voucher", amount=money(kept.voucher_cents))
    if "voucher_days" in terms:
        days = terms["voucher_days"]
        yield ngettext("that voucher valid %(num)s day", "that voucher valid %(num)s days", days)


def _voucher_bounds(terms: Mapping[str, Any], names: Names) -> Iterable[str]:
    """What a voucher may be used for, and what it does not combine with."""
    scope = terms.get("scope") or {}
    only, but = (_scope_listed(scope, prefix, names) for prefix in ("", "without_"))
    if only:
        yield gettext("only for %(listed)s", listed=only)
    if but:
        yield gettext("not for %(listed)s", listed=but)
    told = {
        "with_codes": gettext("not with promo codes"),
        "with_points": gettext("not with points"),
        "with_vouchers": gettext("not with other vouchers"),
        "with_discounted": gettext("not for products already discounted"),
    }
    yield from (words for name, words in told.items() if terms.get(name) is False)


def _scope_listed(scope: Mapping[str, Any], prefix: str, names: Names) -> str:
    products, categories = (scope.get(f"{prefix}{name}", ()) for name in ("products", "categories"))
    return _listed_or(products, categories, names)


def _each(references: Iterable[str], names: Names) -> str:
    return ", ".join(product_name(reference, names) for reference in references)


def rounding_words(rounding: Rounding) -> str:
    return {
        Rounding.HALF_UP: gettext("rounded to the nearest"),
        Rounding.FLOOR: gettext("rounded down"),
        Rounding.CEIL: gettext("rounded up"),
    }[rounding]


# ---------------------------------------------------------------- notes


def _notes(rule: Rule, settings: Settings) -> Iterable[str]:
    yield from _turnover_notes(rule.turnover, settings.turnover)
    if rule.trigger is Trigger.GUEST_BOOKING or rule.booking != settings.booking:
        yield booking_words(rule.booking)
    if rule.pot is not None:
        yield from pot_notes(rule.pot)
    yield from (cap_words(cap, rule) for cap in rule.caps)
    if rule.lane:
        yield gettext("In the lane “%(lane)s”, only the rule worth most pays.", lane=rule.lane)


def pot_notes(pot: Pot) -> Iterable[str]:
    """What the sentence leaves out: shipping, days, resets, and how it is shown."""
    if pot.with_shipping:
        yield gettext("Shipping counts too.")
    first, last = (day_words(day) if day else "" for day in (pot.starts_on, pot.ends_on))
    if first and last:
        yield gettext("Counts from %(first)s to %(last)s.", first=first, last=last)
    elif first:
        yield gettext("Counts from %(first)s on.", first=first)
    elif last:
        yield gettext("Counts until %(last)s.", last=last)
    if pot.resets is Resets.YEARLY:
        yield gettext("Starts again from nothing each year.")
    if pot.resets is Resets.AT_END:
        yield gettext("What is left at the end is lost.")
    if pot.description:
        yield gettext("Shown as “%(description)s”.", description=pot.description.rstrip("."))
    if pot.images:
        count = len(pot.images)
        yield ngettext("With %(num)s picture.", "With %(num)s pictures.", count)


def cap_words(cap: Cap, rule: Rule) -> str:
    """At most 3 times for each meeting."""
    return {
        CapPer.MEETING: gettext("At most %(what)s for each meeting.", what=_capped(cap, rule)),
        CapPer.PERSON: {
            Period.EVER: gettext("At most %(what)s for each person.", what=_capped(cap, rule)),
            Period.YEAR: gettext(
                "At most %(what)s a year for each person.", what=_capped(cap, rule)
            ),
            Period.MONTH: gettext(
                "At most %(what)s a month for each person.", what=_capped(cap, rule)
            ),
            Period.WEEK: gettext(
                "At most %(what)s a week for each person.", what=_capped(cap, rule)
            ),
            Period.DAY: gettext("At most %(what)s a day for each person.", what=_capped(cap, rule)),
        }[cap.period],
        CapPer.ALL: {
            Period.EVER: gettext("At most %(what)s in all.", what=_capped(cap, rule)),
            Period.YEAR: gettext("At most %(what)s a year in all.", what=_capped(cap, rule)),
            Period.MONTH: gettext("At most %(what)s a month in all.", what=_capped(cap, rule)),
            Period.WEEK: gettext("At most %(what)s a week in all.", what=_capped(cap, rule)),
            Period.DAY: gettext("At most %(what)s a day in all.", what=_capped(cap, rule)),
        }[cap.period],
    }[cap.per]


def _capped(cap: Cap, rule: Rule) -> str:
    if cap.of is CapOf.TIMES:
        return ngettext("%(count)s time", "%(count)s times", cap.most, count=number(cap.most))
    unit = rule.all_rewards[0].unit
    if cap.of is CapOf.MONEY or unit is Unit.CENTS:
        return money(cap.most)
    if unit is Unit.POINTS:
        return points(cap.most)
    if rule.all_rewards[0].kind is RewardKind.UNIT_VOUCHER:
        return ngettext(
            "%(count)s item free", "%(count)s items free", cap.most, count=number(cap.most)
        )
    if unit is Unit.CODES:
        return ngettext("%(count)s code", "%(count)s codes", cap.most, count=number(cap.most))
    return ngettext("%(count)s gift", "%(count)s gifts", cap.most, count=number(cap.most))


def _turnover_notes(base: TurnoverBase, usual: TurnoverBase) -> Iterable[str]:
    for name in ("tax", "points_used", "host_orders", "seller_orders"):
        if getattr(base, name) != getattr(usual, name):
            yield turnover_words(name, getattr(base, name))


def turnover_words(name: str, value: str) -> str:
    return {
        ("tax", "incl"): gettext("Amounts include tax."),
        ("tax", "excl"): gettext("Amounts are without tax."),
        ("points_used", "deducted"): gettext("What was paid with points does not count."),
        ("points_used", "kept"): gettext("What was paid with points counts too."),
        ("host_orders", "included"): gettext("The host's own orders count."),
        ("host_orders", "excluded"): gettext("The host's own orders do not count."),
        ("host_orders", "excluded_from_counts"): gettext(
            "The host's own orders count for their amount, not as orders."
        ),
        ("host_orders", "paid_part"): gettext(
            "The host's own orders count for the part paid without points."
        ),
        ("seller_orders", "excluded"): gettext("The seller's own orders do not count."),
        ("seller_orders", "included"): gettext("The seller's own orders count."),
    }[name, value]


def booking_words(terms: BookingTerms) -> str:
    least = money(terms.minimum_turnover_cents) if terms.minimum_turnover_cents else ""
    days = terms.window_days
    if days is None:
        if least:
            return gettext("The booked meeting must reach %(least)s, whenever it is.", least=least)
        return gettext("The booked meeting must be held, whenever it is.")
    if least:
        return ngettext(
            "The booked meeting must be held within %(num)s day and reach %(least)s.",
            "The booked meeting must be held within %(num)s days and reach %(least)s.",
            days,
            least=least,
        )
    return ngettext(
        "The booked meeting must be held within %(num)s day.",
        "The booked meeting must be held within %(num)s days.",
        days,
    )


def setting_words(name: str, value: Any) -> str:
    """A setting of the programme, as a sentence."""
    if name.startswith("turnover."):
        return turnover_words(name.removeprefix("turnover."), value)
    if name == "booking.window_days":
        return booking_words(BookingTerms(window_days=value))
    if name == "booking.minimum_turnover_cents":
        if not value:
            return gettext("A booked meeting needs no minimum.")
        return gettext("A booked meeting must reach %(amount)s.", amount=money(value))
    if name == "points.rounding":
        words = rounding_words(Rounding(value))
        return gettext("Percentages are %(rounded)s.", rounded=words)
    if value == "included":
        return gettext("A host among the participants counts as one.")
    return gettext("A host among the participants does not count as one.")
