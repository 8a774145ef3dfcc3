"""A reward given by hand or for points, as a form and back."""

from __future__ import annotations

from typing import Any

from app.http.fields import REQUIRED, Cents, Choice, Count, Date, Rate, Strict, Text
from app.http.form_tree import FormTree, Tree
from app.http.written import Written, amount_text, names_in, rate_text
from app.kernel.errors import Invalid
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.loyalty.domain.settings import MAX_POINTS
from app.promotions.domain.holdings import promotion_of_terms
from app.promotions.errors import PlanInvalid
from app.rewards.domain.gift_terms import OutOfStock, Unchosen, refuse_vain_gift_terms
from app.rewards.domain.offers import (
    COMBINES,
    LISTS,
    NEEDS,
    SCOPE,
    WHOLE_RATE,
    Holding,
    Offer,
    OfferKind,
    takes,
)
from app.rewards.domain.programme_format import MOST_PER_ORDER
from app.rewards.queries.templates import TemplateView
from app.rewards.services.templates import Published

OFFER_TREE = FormTree({})
MAX_DAYS = 3_660
MAX_UNITS = 100
MAX_CHOICES = 30
TOO_MANY = N_("At most 30 products.")
ONE_PRODUCT = N_("One reference only.")
NAME_SOME = N_("Name the products or categories this is for.")
LAST_DAY_MISSING = N_("A first day goes with a last day: give it too.")
LAST_BEFORE_FIRST = N_("The last day comes after the first.")
NOT_OF_THIS_KIND = N_("A reward of this kind has no use for it: leave it out.")

FIELDS: dict[str, tuple[str, Strict]] = {
    "amount_cents": ("amount", Cents(minimum=1)),
    "cap_cents": ("cap", Cents(minimum=1)),
    "minimum_basket_cents": ("minimum", Cents()),
    "rate_bp": ("rate", Rate(minimum=1, maximum=WHOLE_RATE)),
    "buy": ("buy", Count(minimum=1, maximum=MAX_UNITS)),
    "get": ("get", Count(minimum=1, maximum=MAX_UNITS)),
    "units": ("units", Count(minimum=1, maximum=MAX_UNITS)),
    "most_per_order": ("most", Count(minimum=1, maximum=MOST_PER_ORDER)),
    "remainder": ("remainder", Choice(("lost", "kept"))),
    **{name: (name, Text(maximum=2_000)) for name in SCOPE},
    **{name: (name, Choice(("0", "1"))) for name in COMBINES},
    "substitutes": ("substitutes", Text(maximum=2_000)),
    "unchosen": ("unchosen", Choice(tuple(Unchosen))),
    "out_of_stock": ("out_of_stock", Choice(tuple(OutOfStock))),
    "wait_at_most_days": ("wait", Count(minimum=1, maximum=MAX_DAYS)),
    "voucher_cents": ("worth", Cents(minimum=1)),
    "voucher_days": ("worth_days", Count(minimum=1, maximum=MAX_DAYS)),
}
"""Value of an offer -> its field of the form."""
DAYS = {
    "valid_days": Count(minimum=1, maximum=MAX_DAYS),
    "valid_from": Date(),
    "valid_until": Date(),
}


def read_offer(tree: Tree) -> tuple[Offer | None, Written]:
    """None when something needs a mend, which is in `errors`."""
    out = Written({})
    if tree.get("kind") not in set(OfferKind):
        out.wrong("kind", "Choose one of the answers offered.")
        return None, out
    kind = OfferKind(tree["kind"])
    values = {name: _typed(out, tree, name) for name in NEEDS[kind]}
    values |= {name: _typed(out, tree, name, optional=True) for name in takes(kind)}
    days = {
        name: out.typed(field, tree, "", name, name, optional=True) for name, field in DAYS.items()
    }
    if out.errors:
        return None, out
    offer = Offer(kind, _stated(values), **days)
    for name, message in _lacks(offer).items():
        out.wrong(FIELDS.get(name, (name,))[0], message)
    if not out.errors:
        must_be_usable(out, offer)
    return (None if out.errors else offer), out


def offer_sent(asked: dict[str, Any]) -> Offer:
    """The same as a program sends it. Raises Invalid, also for what its kind has no use for."""
    if "kind" not in asked:
        raise Invalid({"kind": [REQUIRED]})
    values = dict(asked)
    kind, days = OfferKind(values.pop("kind")), {name: values.pop(name, None) for name in DAYS}
    errors: dict[str, list[Any]] = {
        name: [REQUIRED] for name in NEEDS[kind] if not values.get(name)
    }
    known = {*NEEDS[kind], *takes(kind)}
    errors |= {name: [NOT_OF_THIS_KIND] for name in values if name not in known}
    offer = Offer(kind, _stated(values), **days)
    errors = {name: [message] for name, message in _lacks(offer).items()} | errors
    if errors:
        raise Invalid(errors)
    return offer


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is as always: what combines, what was left empty."""
    return {
        name: value
        for name, value in values.items()
        if value is False or (value and name not in COMBINES)
    }


def _lacks(offer: Offer) -> dict[str, Any]:
    """What stands in the way of the whole, beside the value to mend."""
    found: dict[str, Any] = {}
    products, first, last = offer.values.get("products", ()), offer.valid_from, offer.valid_until
    if offer.kind is OfferKind.BUY_X_GET_Y and len(products) > 1:
        found["products"] = ONE_PRODUCT
    if offer.kind is OfferKind.UNIT_VOUCHER and not (products or offer.values.get("categories")):
        found["products"] = NAME_SOME
    if any(len(offer.values.get(name, ())) > MAX_CHOICES for name in LISTS):
        found["products"] = TOO_MANY
    if first and not last:
        found["valid_until"] = LAST_DAY_MISSING
    if first and last and last < first:
        found["valid_until"] = LAST_BEFORE_FIRST
    if (first or last) and offer.kind is OfferKind.GIFT:
        found["valid_until"] = NOT_OF_THIS_KIND
    return found | (_vain(offer) if offer.kind is OfferKind.GIFT else {})


def _vain(offer: Offer) -> dict[str, Any]:
    """What could never happen to such a gift, beside the value to mend."""
    problems: list[Problem] = []
    within = {"choose_within_days": offer.valid_days or offer.valid_until}
    refuse_vain_gift_terms({**offer.values, **within}, "", problems)
    return {
        problem.path.strip(".").partition("[")[0]: (problem.words, dict(problem.params))
        for problem in problems
    }


def must_be_usable(out: Written, offer: Offer) -> None:
    """What promotions would refuse of a code."""
    if offer.holding is not Holding.CODE or offer.kind is OfferKind.AMOUNT:
        return
    try:
        promotion_of_terms("offer", "offer", offer.terms)
    except PlanInvalid as invalid:
        out.note(invalid.problems)


def read_template(tree: Tree) -> tuple[Published | None, Written]:
    """A reward under a name of its own, which may cost points."""
    offer, out = read_offer(tree)
    name = out.typed(Text(maximum=100), tree, "", "name", "name")
    price = Count(minimum=1, maximum=MAX_POINTS)
    points = out.typed(price, tree, "", "price_points", "price_points", optional=True)
    if offer is None or out.errors:
        return None, out
    return Published(name, offer, points), out


def template_tree(view: TemplateView) -> Tree:
    offer = view.offer
    tree: Tree = {"name": view.name, "kind": str(offer.kind)}
    tree |= {name: str(getattr(offer, name) or "") for name in DAYS}
    tree["price_points"] = str(view.price_points or "")
    return tree | {FIELDS[name][0]: _text(name, one) for name, one in offer.values.items()}


def _typed(out: Written, tree: Tree, name: str, *, optional: bool = False) -> Any:
    field, kind = FIELDS[name]
    found = out.typed(kind, tree, "", field, f"effect.{name}", optional=optional)
    if name in COMBINES:
        return found != "0"
    return names_in(found) if name in LISTS and found else found


def _text(name: str, value: Any) -> str:
    if name in LISTS:
        return ", ".join(value)
    if name in COMBINES:
        return "1" if value else "0"
    if name.endswith("_cents"):
        return amount_text(value)
    return rate_text(value) if name == "rate_bp" else str(value)
