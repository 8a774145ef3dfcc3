"""What the forms about prices offer in each field, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.http.condition_form import op_words
from app.http.words import say
from app.kernel.words import N_
from app.promotions.domain.condition_words import FLAGS, LABELS, TEXTS
from app.promotions.domain.terms import MEASURES
from app.promotions.schemas.conditions import CONDITIONS
from app.promotions.schemas.pages import ORDERS
from app.promotions.schemas.points_form import SITUATIONS
from app.promotions.schemas.promotion_form import FIELDS, PARTS

Options = list[tuple[str, str]]

PLACE = re.compile(r"([chtpm])\.(\d+)(?:\.(?:rows|m)\.(\d+))?\.")

PLACES = {
    "name": N_("Name"),
    "kind": N_("Effect"),
    "rate": N_("Percentage"),
    "amount": N_("Amount (€)"),
    "cap": N_("At most (€)"),
    "buy": N_("Bought"),
    "get": N_("Offered"),
    "given": N_("Products offered"),
    "at_most": N_("On so many units at most"),
    "get_products": N_("What is offered"),
    "codes": N_("Codes"),
    "first": N_("First day"),
    "last": N_("Last day"),
    "uses": N_("Uses in all"),
    "per_customer": N_("Uses per customer"),
    "per_seller": N_("Uses per seller"),
    "budget": N_("Budget (€)"),
    "points": N_("Points"),
    "count": N_("How many"),
}
KINDS = {
    "order_percent": N_("A percentage off the order"),
    "order_amount": N_("An amount off the order"),
    "product_percent": N_("A percentage off products"),
    "product_amount": N_("An amount off products"),
    "fixed_price": N_("A fixed price"),
    "buy_x_get_y": N_("So many bought, so many offered"),
    "free_product": N_("A gift that adds itself"),
    "gift_choice": N_("A gift to choose in a list"),
    "shipping_percent": N_("A percentage off shipping"),
    "shipping_amount": N_("An amount off shipping"),
}
ENTRIES = {
    "automatic": N_("By itself"),
    "code": N_("With a promo code"),
    "manual": N_("Chosen by the seller"),
    "assigned": N_("Held by some customers"),
}
STATES = {
    "draft": N_("Draft"),
    "live": N_("Live"),
    "paused": N_("Paused"),
    "archived": N_("Archived"),
}
MEASURE_WORDS = {
    **LABELS,
    "professional": N_("kind of customer"),
    "first_order": N_("first order or not"),
    "birthday": N_("birthday"),
    "birthday_month": N_("month of the birthday"),
    "is_host": N_("host or guest"),
}


def kinds() -> Options:
    return [(kind, say(words)) for kind, words in KINDS.items()]


def entries() -> Options:
    return [(entry, say(words)) for entry, words in ENTRIES.items()]


def states() -> Options:
    return [(state, say(words)) for state, words in STATES.items()]


def asks(kind: str) -> tuple[str, ...]:
    """The questions that go with an effect."""
    return PARTS.get(kind, ())


def measures(of: str, chosen: str) -> Options:
    """`of`: promotion, or segment (which knows the customer and the order only)."""
    found = [
        (name, say(MEASURE_WORDS[name]))
        for name, measure in MEASURES.items()
        if of != "segment" or (measure.of in {"customer", "order"} and name != "segment")
    ]
    if chosen in MEASURES and chosen not in dict(found):
        words = say(N_("%(choice)s (not possible here)"), {"choice": say(MEASURE_WORDS[chosen])})
        found.append((chosen, words))
    return found


def operators(measure: str) -> Options:
    return [(op, op_words(op, unit_of(measure))) for op in CONDITIONS.ops(measure)]


def answers(measure: str) -> Options:
    """The values a text or a yes-or-no measure may be compared with; none for free texts."""
    if measure in FLAGS:
        return [(value, say(words)) for value, words in zip("10", FLAGS[measure], strict=True)]
    return [(value, say(words)) for value, words in TEXTS.get(measure, {}).items()]


def unit_of(measure: str) -> str:
    return MEASURES[measure].unit if measure in MEASURES else "count"


def is_narrowed(measure: str) -> bool:
    return measure in MEASURES and MEASURES[measure].narrowed


def place_words(field: str) -> str:
    """Where a field stands: Name, Condition 2.1, Step 3; nothing for those that say it."""
    found = PLACE.match(field)
    if found is None:
        return say(PLACES[field]) if field in PLACES else ""
    number = ".".join(str(int(one) + 1) for one in found.groups()[1:] if one is not None)
    words = {
        "c": N_("Condition %(number)s"),
        "h": N_("Hours %(number)s"),
        "t": N_("Step %(number)s"),
        "p": N_("Product %(number)s"),
        "m": N_("Method %(number)s"),
    }
    return say(words[found.group(1)], {"number": number})


ADVANTAGES = {
    "segment": N_("segment"),
    "first_order": N_("new customer"),
    "loyalty": N_("loyalty points"),
}


def advantage_orders() -> Options:
    """Every order of the three advantages."""
    return [(order, ", ".join(say(ADVANTAGES[kind]) for kind in order.split())) for order in ORDERS]


def example_customers() -> Options:
    return [(who, say(words)) for who, words in EXAMPLE_CUSTOMERS.items()]


EXAMPLE_CUSTOMERS = {
    "known": N_("who has ordered before"),
    "new": N_("on the first order"),
    "professional": N_("professional"),
    "host": N_("host of the meeting"),
    "unknown": N_("not known"),
}


def kept_aside(values: Mapping[str, str]) -> list[str]:
    """Fields of the form that this effect does not ask, and that keep what was typed."""
    shown = {field for part in asks(values.get("kind", "")) for field in FIELDS[part]}
    aside = {field for fields in FIELDS.values() for field in fields} - shown
    if values.get("entry") != "code":
        aside |= {"codes", "codes_elsewhere"}
    if values.get("got") != "other":
        aside |= {field for field in FIELDS["got"] if field.startswith("get_")}
    return sorted(name for name in aside if values.get(name))


def points_aside(values: Mapping[str, str]) -> list[str]:
    """The same for the form about points."""
    aside: set[str] = set()
    if values.get("earn") not in {"per_amount", "per_order"}:
        aside |= {"points", "product_points", "earn_with_codes", "earn_with_advantages"}
    if values.get("earn") != "per_amount":
        aside |= {"per", "rounding"}
    if values.get("spend") != "rate":
        aside |= {f"{part}_{who}" for part in ("worth", "cents") for who in SITUATIONS}
        aside.add("spend_with_advantages")
    if values.get("spend") != "tiers":
        aside |= {name for name in values if name.startswith("t.")}
    if values.get("spend") not in {"rate", "tiers"}:
        aside |= {"consumption", "from_order", "minimum", "spend_with_codes"}
    return sorted(name for name in aside if values.get(name))


def life_aside(values: Mapping[str, str]) -> list[str]:
    """And of how long points last."""
    aside = set()
    for who in SITUATIONS:
        mode = values.get(f"expiry_{who}")
        if mode != "days":
            aside.add(f"expiry_days_{who}")
        if mode != "on":
            aside |= {f"expiry_day_{who}", f"expiry_month_{who}"}
    return sorted(name for name in aside if values.get(name))
