"""The example basket beside the guided form, priced without and with the discount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.catalog.domain import Basis
from app.catalog.queries import ProductView, ShippingMethodView
from app.http.words import money, points, say
from app.kernel.text import identity_key
from app.kernel.words import N_
from app.promotions.domain.cart import (
    Bracket,
    Buyer,
    Cart,
    CartLine,
    Channel,
    Context,
    GiftProduct,
    MeetingOfCart,
    Shipping,
)
from app.promotions.domain.plan import Plan
from app.promotions.domain.quote import PricedLine, Quote
from app.promotions.domain.terms import Promotion
from app.promotions.domain.trial import Trial, try_promotion
from app.promotions.domain.words import NOT_ALL_TRIED
from app.promotions.errors import AmountTooLarge
from app.promotions.presenters.sentences import Names, reason_words
from app.promotions.presenters.shelf import CATEGORIES, MOST_OFFERED, references_in
from app.promotions.schemas.example_form import Wanted

JOINER = "\u2060"
"""A minus and its amount stay on one line."""
NOON = time(12)
USUAL = 3
"""Products in the basket before anybody chose some."""


@dataclass(frozen=True, slots=True)
class ExampleLine:
    name: str
    before_cents: int
    after_cents: int
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    applied: bool
    saved_cents: int
    reasons: list[str]
    lines: list[ExampleLine]
    before_cents: int
    after_cents: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Basket:
    """What of the catalogue the example speaks of."""

    products: Mapping[str, ProductView]
    """By folded reference."""
    above: Mapping[UUID, tuple[str, ...]]
    method: ShippingMethodView | None


def usual_lines(session: Session, document: Mapping[str, object]) -> list[tuple[str, int]]:
    """Products the discount speaks of, by name or category, else the first of the shop window."""
    named = catalog.products_by_reference(session, references_in(document))
    window = catalog.search_products(session, "", limit=MOST_OFFERED)
    categories = {identity_key(name) for name in references_in(document, CATEGORIES)}
    meant = [one for one in window if identity_key(one.category) in categories]
    return [(one.reference, 1) for one in [*named.values(), *(meant or window)][:USUAL]]


def basket_of(session: Session, wanted: Wanted, promotion: Promotion) -> Basket:
    """In three statements."""
    given = [*promotion.effect.products, *(reference for reference, _ in wanted.lines)]
    methods = catalog.shipping_methods(session, active=True)
    return Basket(
        catalog.products_by_reference(session, given),
        catalog.category_lines(session.scalar(select(catalog.CATEGORIES))),
        next((one for one in methods if one.code == wanted.method), None),
    )


def unknown_lines(wanted: Wanted, basket: Basket) -> list[str]:
    """References of the example that the catalogue does not know."""
    return [name for name, _ in wanted.lines if identity_key(name) not in basket.products]


def example_of(
    promotion: Promotion, plan: Plan, wanted: Wanted, basket: Basket, names: Names, now: datetime
) -> Example | None:
    """None for an empty basket, or one that nobody could pay."""
    cart = _cart(wanted, basket)
    if not cart.lines:
        return None
    context = _context(wanted, basket, plan.settings.timezone, now)
    try:
        trial = try_promotion(promotion, plan, cart, context)
    except AmountTooLarge:
        return None
    return _told(trial, cart, basket, names)


# ---------------------------------------------------------------- the basket


def _cart(wanted: Wanted, basket: Basket) -> Cart:
    known = [(basket.products.get(identity_key(name)), units) for name, units in wanted.lines]
    lines = [
        _line(f"{position:02}", product, units, basket.above.get(product.category_id, ()))
        for position, (product, units) in enumerate(known)
        if product is not None
    ]
    return Cart(lines=tuple(lines), shipping=_shipping(basket, known))


def _line(line_id: str, product: ProductView, units: int, above: tuple[str, ...]) -> CartLine:
    return CartLine(
        id=line_id,
        product=product.reference,
        quantity=units,
        unit_price_cents=product.price_cents,
        vat_rate_bp=product.vat_rate_bp,
        categories=above,
        minimum_price_cents=product.minimum_price_cents or 0,
        discountable=not product.excluded_from_discounts,
        points_each=product.points_override,
    )


def _shipping(basket: Basket, known: Sequence[tuple[ProductView | None, int]]) -> Shipping:
    if basket.method is None:
        return Shipping()
    tariff = basket.method.tariff
    return Shipping(
        method=basket.method.code,
        brackets=tuple(Bracket(one.start, one.price_cents) for one in tariff.brackets),
        by_weight=tariff.basis is Basis.WEIGHT,
        weight_grams=sum((one.weight_grams or 0) * units for one, units in known if one),
        free_from_cents=tariff.free_from_cents,
    )


BUYERS = {
    "known": Buyer(id="example", past_orders=5, lifetime_spend_cents=40_000, professional=False),
    "new": Buyer(id="example", professional=False),
    "professional": Buyer(
        id="example", past_orders=5, lifetime_spend_cents=40_000, professional=True
    ),
    "host": Buyer(id="example", past_orders=5, professional=False, is_host=True),
    "unknown": Buyer(),
}


def _context(wanted: Wanted, basket: Basket, zone: str, now: datetime) -> Context:
    at = now if wanted.day is None else datetime.combine(wanted.day, NOON, ZoneInfo(zone))
    gifts = {product.reference: _gift(product) for product in basket.products.values()}
    meeting = MeetingOfCart("example", on=at.astimezone(ZoneInfo(zone)).date())
    return Context(
        at=at,
        channel=Channel(wanted.channel),
        buyer=replace(BUYERS[wanted.who]),
        seller_id="example",
        meeting=meeting if wanted.channel == Channel.MEETING else None,
        gifts=gifts,
    )


def _gift(product: ProductView) -> GiftProduct:
    return GiftProduct(
        product.reference,
        product.name,
        product.price_cents,
        product.vat_rate_bp,
        product.available,
    )


# ---------------------------------------------------------------- in words


def _told(trial: Trial, cart: Cart, basket: Basket, named: Names) -> Example:
    before, after = trial.before, trial.after
    names = {key: product.name for key, product in basket.products.items()}
    quantities = {line.id: line.quantity for line in cart.lines}
    lines = [
        _line_told(before.line(line.id), line, names, quantities[line.id]) for line in after.lines
    ]
    gifts = [
        ExampleLine(_counted(_name(gift.product, names), gift.quantity), 0, 0, [say(N_("offered"))])
        for gift in after.gifts
    ]
    shipping = [
        ExampleLine(say(N_("Shipping")), before.shipping_cents, after.shipping_cents)
        for _ in (1,)
        if cart.shipping.method
    ]
    return Example(
        applied=trial.applied is not None,
        saved_cents=before.total_cents - after.total_cents,
        reasons=_reasons(trial, named),
        lines=[*lines, *gifts, *shipping],
        before_cents=before.total_cents,
        after_cents=after.total_cents,
        notes=_notes(after),
    )


def _line_told(
    before: PricedLine, after: PricedLine, names: Mapping[str, str], quantity: int
) -> ExampleLine:
    name = _counted(_name(after.product, names), quantity)
    notes = [
        say(
            N_("%(name)s: −%(amount)s"),
            {"name": one.name, "amount": f"{JOINER}{money(one.amount_cents)}"},
        )
        for one in after.adjustments
        if one.amount_cents and one.name
    ]
    return ExampleLine(name, before.net_cents, after.net_cents, notes)


def _counted(name: str, quantity: int) -> str:
    return name if quantity == 1 else f"{quantity} × {name}"


def _name(reference: str, names: Mapping[str, str]) -> str:
    return names.get(identity_key(reference), reference)


def _reasons(trial: Trial, names: Names) -> list[str]:
    if trial.beaten_by:
        listed = ", ".join(f"“{one.name}”" for one in trial.beaten_by)
        return [say(N_("Customers get it cheaper with %(others)s."), {"others": listed})]
    return [reason_words(reason, names) for reason in trial.reasons]


def _notes(quote: Quote) -> list[str]:
    notes = []
    if quote.advantage is not None:
        told = {"name": quote.advantage.name, "amount": money(quote.advantage.amount_cents)}
        notes.append(say(N_("Advantage “%(name)s”: −%(amount)s."), told))
    if quote.points_earned:
        notes.append(
            say(N_("The order earns %(points)s."), {"points": points(quote.points_earned)})
        )
    if not quote.search_complete:
        notes.append(say(NOT_ALL_TRIED))
    return notes
