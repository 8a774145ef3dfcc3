"""`price()`: the one place where a cart becomes amounts."""

from __future__ import annotations

from app.kernel.money import MAX_CENTS
from app.promotions.domain.advantages import offers_to, segments_of
from app.promotions.domain.asking import asked_of
from app.promotions.domain.candidates import candidate, may_apply
from app.promotions.domain.cart import Cart, Context
from app.promotions.domain.compiling import compile_plan
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.plan import Plan
from app.promotions.domain.quote import Quote
from app.promotions.domain.quoting import quote_of
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
    asked = asked_of(facts)
    automatic = [
        one
        for one in (candidate(ready, facts) for ready in facts.plan.automatic)
        if one.promotion.id not in cart.declined and may_apply(one, facts)
    ]
    solved = solve(facts, automatic, asked, offers_to(facts))
    return quote_of(facts, solved, [*automatic, *solved.asked.promotions])


def _must_be_payable(facts: CartFacts) -> None:
    listed, shipping = sum(facts.listed), facts.cart.shipping.list_cents
    if max(listed, facts.products + shipping) > MAX_CENTS:
        raise AmountTooLarge(most_cents=MAX_CENTS)
