"""`price()`: the one place where a cart becomes amounts."""

from __future__ import annotations

from app.kernel.money import MAX_CENTS
from app.promotions.domain.advantages import offers_to, segments_of
from app.promotions.domain.asking import asked_of
from app.promotions.domain.cart import Cart, Context
from app.promotions.domain.compiling import compile_plan
from app.promotions.domain.concerning import field_of
from app.promotions.domain.explaining import available, best_total, missing
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.plan import Plan
from app.promotions.domain.quote import Quote
from app.promotions.domain.quoting import Others, quote_of
from app.promotions.domain.solving import solve
from app.promotions.errors import AmountTooLarge


def price(cart: Cart, plan: Plan, context: Context) -> Quote:
    """Same cart, same plan, same context: same quote, to the cent.

    No line, shipping or total is ever below zero, and the lines always sum to the total.
    Raises AmountTooLarge.
    """
    facts = CartFacts(cart, compile_plan(plan), context)
    _must_be_payable(facts)
    segments_of(facts)
    field = field_of(facts, offers_to(facts))
    solved = solve(facts, field.automatic, asked_of(facts), field.offers)
    offered = available(facts, field, solved)
    others = Others(
        available=offered,
        missing=missing(facts, field, solved, offered),
        best_total_cents=best_total(facts, field, solved),
    )
    return quote_of(facts, solved, [*field.automatic, *solved.asked.promotions], others)


def _must_be_payable(facts: CartFacts) -> None:
    shipping = facts.cart.shipping
    dearest = max(shipping.list_cents, *(one.price_cents for one in shipping.brackets), 0)
    if max(sum(facts.listed), facts.products + dearest) > MAX_CENTS:
        raise AmountTooLarge(most_cents=MAX_CENTS)
