"""Every code of the calculator in words: sentences and values, formatted where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.kernel.words import N_, Sentence
from app.rewards.domain.assigned import ASSIGNED
from app.rewards.domain.outcome import (
    Award,
    Check,
    Explanation,
    Miss,
    OrderCounted,
    OrderLeftOut,
)
from app.rewards.domain.terms import OF_HISTORY

Told = Check | Award | Miss | Explanation | OrderLeftOut | OrderCounted
Names = Mapping[str, str]
"""Names of people by customer id and of products by reference, as far as they may be shown."""

NOBODY: Names = {}


def tell(subject: Told, names: Names = NOBODY, *, voice: str = "") -> tuple[Sentence, ...]:
    """Sentences about an award, a miss, a check, an explanation or an order.

    `voice` is `you` when the winner herself reads; else the beneficiary is spoken of.
    """
    if isinstance(subject, Check):
        return (tell_check(subject),)
    if isinstance(subject, Award):
        return (tell_award(subject, names, voice=voice),)
    if isinstance(subject, Miss):
        return tell_miss(subject, names, voice=voice)
    if isinstance(subject, OrderLeftOut):
        return (tell_left_out(subject, names),)
    if isinstance(subject, OrderCounted):
        return (tell_counted(subject, names),)
    return tell_explanation(subject, names)


# ---------------------------------------------------------------- measures and checks

LABELS: Mapping[str, str] = {
    "turnover": N_("Turnover of the meeting"),
    "orders": N_("Orders"),
    "orders_not_by_host": N_("Orders other than the host's"),
    "buyers": N_("People who ordered"),
    "new_customers": N_("New customers"),
    "participants": N_("Guests"),
    "attended": N_("Guests present"),
    "bookings_made": N_("Meetings booked"),
    "bookings_confirmed": N_("Booked meetings held"),
    "quantity": N_("Items ordered"),
    "sets": N_("Full sets ordered"),
    "score": N_("Score"),
    "held_on": N_("Date of the meeting"),
    "created_on": N_("Date the meeting was created"),
    "place": N_("Place"),
    "theme": N_("Theme"),
    "catalogue": N_("Catalogue"),
    "virtual": N_("Virtual meeting"),
    "seller_is_host": N_("The seller is the host"),
    "order_net": N_("Amount of the order"),
    "channel": N_("Channel of the order"),
    "placed_on": N_("Date of the order"),
    "first_order": N_("First order"),
    "month": N_("Month"),
    "weekday": N_("Day of the week"),
    "meetings_held": N_("Meetings held before as host"),
    "last_meeting_on": N_("Date of the last meeting held before as host"),
    "days_since_last_meeting": N_("Days since the last meeting held as host"),
    "role": N_("Roles"),
    "segment": N_("Segments"),
    "country": N_("Country"),
    "department": N_("Department"),
}

MONTHS: Mapping[str, str] = {
    "1": N_("January"),
    "2": N_("February"),
    "3": N_("March"),
    "4": N_("April"),
    "5": N_("May"),
    "6": N_("June"),
    "7": N_("July"),
    "8": N_("August"),
    "9": N_("September"),
    "10": N_("October"),
    "11": N_("November"),
    "12": N_("December"),
}

WEEKDAYS: Mapping[str, str] = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}

PLACES: Mapping[str, str] = {
    "host": N_("at the host's home"),
    "seller": N_("at the seller's home"),
    "other": N_("elsewhere"),
    "virtual": N_("virtual"),
}

CHANNELS: Mapping[str, str] = {
    "meeting": N_("in a meeting"),
    "direct": N_("direct sale"),
    "web": N_("on the web"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "place": PLACES,
    "channel": CHANNELS,
    "month": MONTHS,
    "weekday": WEEKDAYS,
}
"""Of measures that can only be one of a few words."""

COMPARED: Mapping[str, str] = {
    "=": N_("%(what)s: %(value)s (must be %(expected)s)"),
    "!=": N_("%(what)s: %(value)s (must not be %(expected)s)"),
    "<": N_("%(what)s: %(value)s (must be less than %(expected)s)"),
    "<=": N_("%(what)s: %(value)s (must be at most %(expected)s)"),
    ">": N_("%(what)s: %(value)s (must be more than %(expected)s)"),
    ">=": N_("%(what)s: %(value)s (must be at least %(expected)s)"),
    "in": N_("%(what)s: %(value)s (must be from %(expected)s and less than %(upper)s)"),
    "has": N_("%(what)s: %(value)s (must include %(expected)s)"),
}

PASSED: Mapping[str, str] = {
    "meeting_not_cancelled": N_("The meeting was not cancelled."),
    "guest_bought": N_("A guest ordered."),
    "seller_known": N_("The seller has a customer card."),
    "guest_booked": N_("A guest booked a meeting."),
    "booked_by_guest": N_("A guest booked it."),
    "booking_stands": N_("The booked meeting stands."),
    "booking_held_by": N_("The booked meeting is to be held by %(expected)s."),
    "booking_turnover_at_least": N_(
        "The booked meeting reached %(value)s (must be at least %(expected)s)."
    ),
    "not_by_oneself": N_("Somebody else booked it."),
    "meeting_booked_in_another": N_("The meeting was booked in another one."),
    "rounds_to_something": N_("The amount is large enough."),
    "pot_full": N_("The pot held %(value)s: it pays from %(expected)s."),
    "best_of_lane": N_("Nothing better of the same kind was won."),
    "cap_per_meeting": N_(
        "Made smaller by the cap for each meeting (%(expected)s): %(value)s left."
    ),
    "cap_per_person": N_("Made smaller by the cap for each person (%(expected)s): %(value)s left."),
    "cap_per_all": N_(
        "Made smaller by the cap for everybody together (%(expected)s): %(value)s left."
    ),
}

FAILED: Mapping[str, str] = {
    "meeting_not_cancelled": N_("The meeting was cancelled."),
    "guest_bought": N_("No guest has a paid order yet."),
    "seller_known": N_("The seller has no customer card."),
    "guest_booked": N_("No guest has booked a meeting yet."),
    "booked_by_guest": N_("The host booked it in person."),
    "booking_stands": N_("The booked meeting was cancelled."),
    "booking_held_by": N_("The booked meeting was held on %(value)s, after %(expected)s."),
    "booking_turnover_at_least": N_(
        "The booked meeting reached %(value)s (must be at least %(expected)s)."
    ),
    "not_by_oneself": N_("Booked by the host."),
    "meeting_booked_in_another": N_("The meeting was not booked in another one."),
    "rule_in_programme": N_("The reward programme no longer has this rule."),
    "still_beneficiary": N_("It is no longer this person's to win in this meeting."),
    "rounds_to_something": N_("The amount is too small to give anything yet."),
    "cap_per_meeting": N_("The cap for each meeting (%(expected)s) is reached."),
    "cap_per_person": N_("The cap for each person (%(expected)s) is reached."),
    "cap_per_all": N_("The cap for everybody together (%(expected)s) is reached."),
    "best_of_lane": N_("Something better of the same kind was won instead."),
    "pot_runs": N_("The programme counts nothing on this day."),
    "pot_items": N_("Nothing in the order counts for this pot."),
    "pot_full": N_("The pot lacks %(value)s for it, after what was cancelled or came back."),
    "order_not_cart": N_("The order is not placed yet."),
    "order_not_cancelled": N_("The order was cancelled."),
    "order_not_not_paid": N_("The order is not paid yet."),
    "order_not_partially_paid": N_("The order is not fully paid yet."),
    "order_not_refunded": N_("The order was refunded."),
    "order_not_seller_order": N_("It is the seller's own order."),
    "order_not_host_order": N_("It is the host's own order."),
}

SCORE_PART = N_("%(what)s: %(value)s, %(expected)s of the score")
UNKNOWN_DATE = N_("The date the booked meeting was held, or the date it counts from, is not known.")


def tell_check(check: Check) -> Sentence:
    """One check; whether it passed is for a sign beside it, not for the words."""
    if check.measure in LABELS and check.op and check.code != "guest_booked":
        return _compared(check)
    if check.code in {"all_of", "any_of", "not_so"}:
        return _group(check)
    if check.code == "booking_held_by" and (check.expected is None or _held_unknown(check)):
        return Sentence(UNKNOWN_DATE)
    if check.code == "score_part":
        told = {"what": Sentence(LABELS[check.measure]), "expected": check.expected}
        return Sentence(SCORE_PART, {**told, "value": _shown(check, check.value)})
    table = PASSED if check.passed and check.code in PASSED else FAILED
    values = {"value": _shown(check, check.value), "expected": _shown(check, check.expected)}
    return Sentence(table[check.code], values)


def _held_unknown(check: Check) -> bool:
    return check.value is None and not check.passed


def _compared(check: Check) -> Sentence:
    values = {
        "what": _label(check),
        "value": _shown(check, check.value),
        "expected": _shown(check, check.expected),
    }
    if check.op == "in":
        values["upper"] = _shown(check, check.upper)
    return Sentence(COMPARED[check.op], values)


def _label(check: Check) -> Sentence:
    label = Sentence(LABELS[check.measure])
    if not check.narrowed:
        return label
    if check.measure in OF_HISTORY:
        return _history_label(label, check.narrowed)
    kinds, names = zip(*(one.split("=", 1) for one in check.narrowed), strict=True)
    if kinds[0] == "of_at_least_cents":
        words = N_("%(what)s of at least %(amount_cents)s")
        return Sentence(words, {"what": label, "amount_cents": int(names[0])})
    if kinds[0].startswith("without"):
        return Sentence(N_("%(what)s without %(names)s"), {"what": label, "names": list(names)})
    return Sentence(N_("%(what)s among %(names)s"), {"what": label, "names": list(names)})


OF_PERIOD: Mapping[str, str] = {
    "held_from": N_("%(what)s, from %(day)s on"),
    "held_before": N_("%(what)s, before %(day)s"),
}


def _history_label(label: Sentence, narrowed: tuple[str, ...]) -> Sentence:
    for kind, value in (one.split("=", 1) for one in narrowed):
        if kind == "with_this_seller":
            label = Sentence(N_("%(what)s, with this seller"), {"what": label})
        elif kind == "within_days":
            words = N_("%(what)s, in the %(days)s days before")
            label = Sentence(words, {"what": label, "days": int(value)})
        else:
            label = Sentence(OF_PERIOD[kind], {"what": label, "day": date.fromisoformat(value)})
    return label


def _shown(check: Check, value: Any) -> Any:
    """A value the edge knows how to format."""
    if value is None:
        return Sentence(N_("not known"))
    if check.unit == "cents":
        return Sentence("%(cents)s", {"cents": value})
    if check.unit == "date":
        return date.fromisoformat(str(value))
    words = WORDS.get(check.measure, {}).get(str(value))
    return Sentence(words) if words else value


def _group(check: Check) -> Sentence:
    parts = [tell_check(child) for child in check.children]
    if check.code == "not_so":
        return Sentence(N_("Not so: %(this)s"), {"this": parts[0]})
    joined = parts[0]
    words = N_("%(this)s; and %(that)s") if check.code == "all_of" else N_("%(this)s; or %(that)s")
    for part in parts[1:]:
        joined = Sentence(words, {"this": joined, "that": part})
    return joined


# ---------------------------------------------------------------- orders

LEFT_OUT: Mapping[str, str] = {
    "cart": N_("Order of %(name)s left out: not placed yet."),
    "cancelled": N_("Order of %(name)s left out: cancelled."),
    "not_paid": N_("Order of %(name)s left out: not paid."),
    "partially_paid": N_("Order of %(name)s left out: not fully paid."),
    "refunded": N_("Order of %(name)s left out: refunded."),
    "gift_order": N_("Order of %(name)s left out: gifts."),
    "host_order": N_("Order of %(name)s left out: the host's own."),
    "seller_order": N_("Order of %(name)s left out: the seller's own."),
    "excluded_products": N_(
        "Order of %(name)s: %(amount_cents)s left out, products that do not count."
    ),
    "points_used": N_("Order of %(name)s: %(amount_cents)s left out, paid with points."),
    "shipping": N_("Order of %(name)s: %(amount_cents)s left out, shipping."),
    "host_not_in_counts": N_(
        "Order of %(name)s: its amount counts, but it is the host's own and not one more order."
    ),
}


def tell_left_out(order: OrderLeftOut, names: Names = NOBODY) -> Sentence:
    values = {"name": _name(order.customer_id, names), "amount_cents": order.amount_cents}
    return Sentence(LEFT_OUT[order.code], values)


def tell_counted(order: OrderCounted, names: Names = NOBODY) -> Sentence:
    values = {"name": _name(order.customer_id, names), "amount_cents": order.amount_cents}
    return Sentence(N_("Order of %(name)s counted: %(amount_cents)s."), values)


def _name(customer_id: str, names: Names) -> Any:
    return names.get(customer_id) or Sentence(N_("a customer"))


# ---------------------------------------------------------------- rewards

GIVES: Mapping[str, str] = {
    "points_fixed": "%(points)s",
    "points_percent_turnover": N_("%(rate_bp)s of the turnover in points"),
    "points_percent_order": N_("%(rate_bp)s of the order in points"),
    "gift_product": N_("the gift “%(product)s”"),
    "gift_choice": N_("a gift to choose"),
    "promo_code_percent_off_order": N_("a promo code of %(rate_bp)s"),
    "promo_code_amount_off_order": N_("a promo code of %(amount_cents)s"),
    "promo_code": N_("the promo code “%(name)s”"),
    "promo_code_promotion": N_("a code of the discount “%(promotion)s”"),
    "free_shipping": N_("free shipping"),
    "half_price_items": N_("%(rate_bp)s off an item"),
    "half_price_items_several": N_("%(rate_bp)s off %(items)s items"),
    "voucher_amount": N_("a voucher of %(amount_cents)s"),
    "unit_voucher": N_("a voucher for an item free"),
    "voucher_rate": N_("a voucher of %(rate_bp)s of the sales"),
}

SEVERAL: Mapping[str, str] = {
    "gift_product": N_("%(units)s times the gift “%(product)s”"),
    "gift_choice": N_("%(units)s gifts to choose"),
    "promo_code": N_("%(units)s promo codes"),
    "unit_voucher": N_("a voucher for %(units)s items free"),
}


def tell_reward(
    terms: Mapping[str, Any], names: Names = NOBODY, *, value: int | None = None
) -> Sentence:
    """What a reward gives; with `value`, what it gave."""
    kind = str(terms["kind"])
    if kind.startswith("points") and value is not None:
        return Sentence(GIVES["points_fixed"], {"points": value})
    if kind == "voucher":
        return _voucher(terms, value)
    units = value if value is not None else terms.get("units", 1)
    product = str(terms.get("product", ""))
    values = {**terms, "product": names.get(product, product), "units": units}
    if kind in ASSIGNED:
        return _assigned(terms, value or 1)
    if units > 1:
        return Sentence(SEVERAL[kind], values)
    return Sentence(GIVES[kind], values)


def _assigned(terms: Mapping[str, Any], times: int) -> Sentence:
    kind = str(terms["kind"])
    if kind == "half_price_items":
        values = {"rate_bp": terms["off_bp"], "items": terms["units"]}
        told = Sentence(GIVES[f"{kind}_several" if terms["units"] > 1 else kind], values)
    elif kind == "free_shipping":
        told = Sentence(GIVES[kind])
    elif times > 1:
        return Sentence(SEVERAL[kind], {"units": times})
    elif "promotion" in terms:
        told = Sentence(GIVES[f"{kind}_promotion"], {"promotion": terms["promotion"]})
    else:
        effect = terms["model"]["effect"]
        words = GIVES.get(f"{kind}_{effect['kind']}", GIVES[kind])
        told = Sentence(words, {"name": terms["model"]["name"], **effect})
    return (
        Sentence(N_("%(times)s times %(what)s"), {"times": times, "what": told})
        if times > 1
        else told
    )


def _voucher(terms: Mapping[str, Any], value: int | None) -> Sentence:
    amount = value if value is not None else terms.get("amount_cents")
    if amount is not None:
        return Sentence(GIVES["voucher_amount"], {"amount_cents": amount})
    return Sentence(GIVES["voucher_rate"], {"rate_bp": terms["rate_bp"]})


def _joined(parts: Iterable[Sentence]) -> Sentence:
    listed = list(parts)
    whole = listed[0]
    for part in listed[1:]:
        whole = Sentence(N_("%(this)s and %(that)s"), {"this": whole, "that": part})
    return whole


# ---------------------------------------------------------------- awards and misses

EARNED: Mapping[str, str] = {
    "host": N_("The host gets %(reward)s."),
    "guest": N_("The guest gets %(reward)s."),
    "seller": N_("The seller gets %(reward)s."),
    "you": N_("You get %(reward)s."),
}
PROMISED: Mapping[str, str] = {
    "host": N_("The host gets %(reward)s once the booked meeting is held."),
    "guest": N_("The guest gets %(reward)s once the booked meeting is held."),
    "seller": N_("The seller gets %(reward)s once the booked meeting is held."),
    "you": N_("You get %(reward)s once the booked meeting is held."),
}
MORE: Mapping[str, str] = {
    "host": N_("%(lack)s more and the host gets %(reward)s."),
    "guest": N_("%(lack)s more and the guest gets %(reward)s."),
    "seller": N_("%(lack)s more and the seller gets %(reward)s."),
    "you": N_("%(lack)s more and you get %(reward)s."),
}

ONE: Mapping[str, str] = {
    "orders": N_("1 order"),
    "orders_not_by_host": N_("1 guest's order"),
    "buyers": N_("1 person who orders"),
    "new_customers": N_("1 new customer"),
    "participants": N_("1 guest"),
    "attended": N_("1 guest present"),
    "bookings_made": N_("1 booking"),
    "bookings_confirmed": N_("1 booked meeting held"),
    "quantity": N_("1 item"),
    "sets": N_("1 full set"),
    "score": N_("1 point of the score"),
    "meetings_held": N_("1 meeting held before"),
}
MANY: Mapping[str, str] = {
    "orders": N_("%(number)s orders"),
    "orders_not_by_host": N_("%(number)s guests' orders"),
    "buyers": N_("%(number)s people who order"),
    "new_customers": N_("%(number)s new customers"),
    "participants": N_("%(number)s guests"),
    "attended": N_("%(number)s guests present"),
    "bookings_made": N_("%(number)s bookings"),
    "bookings_confirmed": N_("%(number)s booked meetings held"),
    "quantity": N_("%(number)s items"),
    "sets": N_("%(number)s full sets"),
    "score": N_("%(number)s points of the score"),
    "meetings_held": N_("%(number)s meetings held before"),
}


def tell_award(award: Award, names: Names = NOBODY, *, voice: str = "") -> Sentence:
    """ "The host gets 49 points." """
    table = EARNED if award.status == "earned" else PROMISED
    reward = tell_reward(award.reward, names, value=award.value)
    return Sentence(table[voice or award.beneficiary], {"reward": reward})


def tell_miss(miss: Miss, names: Names = NOBODY, *, voice: str = "") -> tuple[Sentence, ...]:
    """ "42.00 € more and the host gets 30 points.", or each reason when more would not help."""
    if miss.rewards and miss.lacks and all(_can_be_made_up(lack) for lack in miss.lacks):
        lack = _joined(tell_distance(lack.measure, lack.missing or 0) for lack in miss.lacks)
        reward = _joined(tell_reward(terms, names) for terms in miss.rewards)
        words = MORE[voice or miss.beneficiary]
        return (Sentence(words, {"lack": lack, "reward": reward}),)
    return tuple(tell_check(lack) for lack in miss.lacks)


def _can_be_made_up(lack: Check) -> bool:
    return (
        bool(lack.missing) and (lack.measure in ONE or lack.unit == "cents") and lack.measure != ""
    )


def tell_distance(measure: str, missing: int) -> Sentence:
    if measure not in ONE:
        return Sentence("%(cents)s", {"cents": missing})
    if missing == 1:
        return Sentence(ONE[measure])
    return Sentence(MANY[measure], {"number": missing})


# ---------------------------------------------------------------- explanations


def tell_explanation(why: Explanation, names: Names = NOBODY) -> tuple[Sentence, ...]:
    """How a value came about: orders, tier, rate, share."""
    return (
        *(tell_counted(order, names) for order in why.orders_counted),
        *(tell_left_out(order, names) for order in why.orders_left_out),
        *(tell_check(check) for check in why.checks),
        *_tell_tier(why),
        *_tell_rate(why),
        *_tell_share(why),
    )


def _tell_tier(why: Explanation) -> Iterable[Sentence]:
    if why.tier is None:
        return
    unit = "cents" if why.tier.measure in {"turnover", "order_net"} else "count"
    shown = Check("", passed=True, unit=unit)
    values = {
        "start": _shown(shown, why.tier.start),
        "value": _shown(shown, why.tier.value),
        "times": why.tier.times,
    }
    if why.tier_mode == "every":
        yield Sentence(N_("%(value)s hold %(times)s times %(start)s."), values)
    else:
        yield Sentence(N_("Step from %(start)s reached with %(value)s."), values)


def _tell_rate(why: Explanation) -> Iterable[Sentence]:
    for piece in why.slices:
        values = {"rate_bp": piece.rate_bp, "amount_cents": piece.amount_cents}
        yield Sentence(N_("%(rate_bp)s of %(amount_cents)s."), values)
    if why.rate_bp is not None and why.base_cents is not None:
        yield Sentence(
            N_("%(rate_bp)s of %(amount_cents)s is %(exact)s before rounding."),
            {"rate_bp": why.rate_bp, "amount_cents": why.base_cents, "exact": why.exact},
        )


def _tell_share(why: Explanation) -> Iterable[Sentence]:
    if why.share_bp is not None:
        words = N_("Shared among the hosts: %(share_bp)s.")
        yield Sentence(words, {"share_bp": why.share_bp})
