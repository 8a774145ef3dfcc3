"""Trying one promotion on an example basket: what it costs without it, with it, and why not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.promotions.domain.cart import Cart, Context, HeldPromotion
from app.promotions.domain.plan import Plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quote import Applied, Quote, Reason
from app.promotions.domain.terms import EffectKind, Entry, Promotion

TYPED = "EXAMPLE"
"""Stands for a code of a promotion that has none of its own yet."""


@dataclass(frozen=True, slots=True)
class Trial:
    before: Quote
    after: Quote
    applied: Applied | None
    reasons: tuple[Reason, ...] = ()
    """Why it does not apply, as far as the basket alone says."""
    beaten_by: tuple[Applied, ...] = ()
    """What applies instead, when the basket alone would have had it."""


def try_promotion(promotion: Promotion, plan: Plan, cart: Cart, context: Context) -> Trial:
    """`plan`: what is live; the promotion stands in for the one of its id, as if it were live."""
    tried = replace(promotion, enabled=True, public=True)
    others = tuple(one for one in plan.promotions if one.id != tried.id)
    asked, asking = _asking(tried, cart, context)
    before = price(cart, replace(plan, promotions=others), context)
    after = price(asked, replace(plan, promotions=(*others, tried)), asking)
    applied = _use_of(tried, after)
    if applied is not None:
        return Trial(before, after, applied)
    alone = price(asked, replace(plan, promotions=(tried,)), asking)
    if _use_of(tried, alone) is not None:
        return Trial(before, after, None, beaten_by=after.applied)
    return Trial(before, after, None, _reasons(tried, alone))


def _asking(promotion: Promotion, cart: Cart, context: Context) -> tuple[Cart, Context]:
    """The basket of somebody who wants it: her code typed, it picked, its gift chosen."""
    if promotion.effect.kind is EffectKind.GIFT_CHOICE:
        chosen = promotion.effect.products[: promotion.effect.units]
        cart = replace(cart, choices={promotion.id: chosen})
    if promotion.entry is Entry.CODE:
        code = next(iter(promotion.codes), TYPED)
        known = {**context.known_codes, TYPED.casefold(): promotion.id}
        return replace(cart, codes=(code,)), replace(context, known_codes=known)
    if promotion.entry is Entry.MANUAL:
        return replace(cart, picked=(promotion.id,)), context
    if promotion.entry is Entry.ASSIGNED:
        held = HeldPromotion(promotion.id, promotion)
        return replace(cart, picked=(promotion.id,)), replace(context, holdings=(held,))
    return cart, context


def _use_of(promotion: Promotion, quote: Quote) -> Applied | None:
    mine = (one for one in quote.applied if promotion.id in {one.promotion, one.holding})
    return next(mine, None)


def _reasons(promotion: Promotion, quote: Quote) -> tuple[Reason, ...]:
    refused = [reason for refusal in quote.refusals for reason in refusal.reasons]
    missed = [
        reason
        for miss in quote.missing
        if miss.promotion == promotion.id
        for reason in miss.reasons
    ]
    return tuple(refused or missed)
