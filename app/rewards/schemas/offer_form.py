"""A reward given by hand or for points, as a form and back."""

from __future__ import annotations

from typing import Any

from app.http.fields import REQUIRED, Cents, Count, Rate, Strict, Text
from app.http.form_tree import FormTree, Tree
from app.http.written import Written, amount_text, names_in, rate_text
from app.kernel.errors import Invalid
from app.kernel.words import N_
from app.loyalty.domain.settings import MAX_POINTS
from app.promotions.domain.holdings import promotion_of_terms
from app.promotions.errors import PlanInvalid
from app.rewards.domain.offers import NEEDS, WHOLE_RATE, Holding, Offer, OfferKind, takes
from app.rewards.queries.templates import TemplateView
from app.rewards.services.templates import Published

OFFER_TREE = FormTree({})
MAX_DAYS = 3_660
MAX_UNITS = 100
MAX_CHOICES = 30
TOO_MANY = N_("At most 30 products.")
ONE_PRODUCT = N_("One reference only.")
NOT_OF_THIS_KIND = N_("A reward of this kind has no use for it: leave it out.")

FIELDS: dict[str, tuple[str, Strict]] = {
    "amount_cents": ("amount", Cents(minimum=1)),
    "cap_cents": ("cap", Cents(minimum=1)),
    "minimum_basket_cents": ("minimum", Cents()),
    "rate_bp": ("rate", Rate(minimum=1, maximum=WHOLE_RATE)),
    "products": ("products", Text(maximum=2_000)),
    "buy": ("buy", Count(minimum=1, maximum=MAX_UNITS)),
    "get": ("get", Count(minimum=1, maximum=MAX_UNITS)),
}
"""Value of an offer -> its field of the form."""


def read_offer(tree: Tree) -> tuple[Offer | None, Written]:
    """None when something needs a mend, which is in `errors`."""
    out = Written({})
    if tree.get("kind") not in set(OfferKind):
        out.wrong("kind", "Choose one of the answers offered.")
        return None, out
    kind = OfferKind(tree["kind"])
    values = {name: _typed(out, tree, name) for name in NEEDS[kind]}
    values |= {name: _typed(out, tree, name, optional=True) for name in takes(kind)}
    days = Count(minimum=1, maximum=MAX_DAYS)
    valid = out.typed(days, tree, "", "valid_days", "valid_days", optional=True)
    if "products" in values and not out.errors:
        values["products"] = _references(out, kind, values["products"])
    offer = Offer(kind, {name: value for name, value in values.items() if value}, valid)
    if not out.errors:
        must_be_usable(out, offer)
    return (None if out.errors else offer), out


def offer_sent(asked: dict[str, Any]) -> Offer:
    """The same as a program sends it. Raises Invalid, also for what its kind has no use for."""
    if "kind" not in asked:
        raise Invalid({"kind": [REQUIRED]})
    values = dict(asked)
    kind, valid = OfferKind(values.pop("kind")), values.pop("valid_days", None)
    errors: dict[str, list[Any]] = {
        name: [REQUIRED] for name in NEEDS[kind] if not values.get(name)
    }
    known = {*NEEDS[kind], *takes(kind)}
    errors |= {name: [NOT_OF_THIS_KIND] for name in values if name not in known}
    if kind is OfferKind.BUY_X_GET_Y and len(values.get("products", ())) > 1:
        errors["products"] = [ONE_PRODUCT]
    if errors:
        raise Invalid(errors)
    return Offer(kind, {name: value for name, value in values.items() if value}, valid)


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
    tree: Tree = {"name": view.name, "kind": str(view.offer.kind)}
    tree["valid_days"] = str(view.offer.valid_days or "")
    tree["price_points"] = str(view.price_points or "")
    return tree | {FIELDS[name][0]: _text(name, one) for name, one in view.offer.values.items()}


def _typed(out: Written, tree: Tree, name: str, *, optional: bool = False) -> Any:
    field, kind = FIELDS[name]
    return out.typed(kind, tree, "", field, f"effect.{name}", optional=optional)


def _references(out: Written, kind: OfferKind, typed: str) -> list[str]:
    found = names_in(typed)
    if kind is OfferKind.BUY_X_GET_Y and len(found) > 1:
        out.wrong("products", ONE_PRODUCT)
    if len(found) > MAX_CHOICES:
        out.wrong("products", TOO_MANY)
    return found


def _text(name: str, value: Any) -> str:
    if name == "products":
        return ", ".join(value)
    if name.endswith("_cents"):
        return amount_text(value)
    return rate_text(value) if name == "rate_bp" else str(value)
