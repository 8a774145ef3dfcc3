"""Writing down the winning way of pricing as a quote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from app.kernel.money import vat_included
from app.promotions.domain.advantages import consumed
from app.promotions.domain.asking import why_no_points
from app.promotions.domain.candidates import Candidate, why_not
from app.promotions.domain.earning import points_earned
from app.promotions.domain.effects import Part
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.gifts import Shelf, choices_for, chosen
from app.promotions.domain.quote import (
    Adjustment,
    AdvantageApplied,
    Applied,
    Available,
    GiftLine,
    GiftToChoose,
    Missing,
    PointsUsed,
    PricedLine,
    PricedShipping,
    Quote,
    Reason,
    Refusal,
    VatPart,
    VoucherUsed,
)
from app.promotions.domain.solving import Solved
from app.promotions.domain.steps import Pass, Taken
from app.promotions.domain.terms import EffectKind


class Others(NamedTuple):
    """What else could be had."""

    available: tuple[Available, ...]
    missing: tuple[Missing, ...]
    best_total_cents: int | None


class _OpenChoice(NamedTuple):
    candidate: Candidate
    choice: GiftToChoose
    there: tuple[str, ...]
    """What was chosen and is there, be it too many."""


def quote_of(facts: CartFacts, solved: Solved, offered: list[Candidate], others: Others) -> Quote:
    """`offered`: promotions among which are those with a gift to choose."""
    done = solved.done
    earned, not_earned = points_earned(facts, done)
    lines = _lines(facts, done, earned)
    shipping = _shipping(facts, done)
    choices = _open_choices(facts, done, offered)
    return Quote(
        lines=lines,
        list_cents=sum(facts.listed),
        products_cents=sum(done.left),
        shipping_cents=shipping.net_cents,
        total_cents=done.total_cents,
        vat_cents=sum(line.vat_cents for line in lines) + shipping.vat_cents,
        currency=facts.plan.plan.settings.currency,
        plan_version=facts.plan.plan.version,
        basket_cents=done.basket_cents,
        shipping=shipping,
        vat=_vat(facts, lines, shipping),
        gifts=tuple(_gift_lines(facts, done)),
        choices=tuple(one.choice for one in choices),
        applied=tuple(map(_applied, done.taken)),
        advantage=_advantage(facts, done),
        vouchers=tuple(_vouchers(done)),
        points=_points(facts, solved),
        points_earned=sum(earned),
        points_not_earned=not_earned,
        available=others.available,
        missing=others.missing,
        refusals=(
            *solved.asked.refusals,
            *_capped_points(solved),
            *_wrong_choices(facts, done, choices),
        ),
        best_total_cents=others.best_total_cents,
        search_complete=solved.found.complete,
    )


# ---------------------------------------------------------------- lines


def _lines(facts: CartFacts, done: Pass, earned: list[int]) -> tuple[PricedLine, ...]:
    """In the order of the cart."""
    adjustments = _adjustments(facts, done)
    index_of = {line.id: index for index, line in enumerate(facts.lines)}
    return tuple(
        PricedLine(
            id=line.id,
            list_cents=facts.listed[index],
            net_cents=done.left[index],
            vat_cents=vat_included(done.left[index], line.vat_rate_bp),
            adjustments=tuple(adjustments[index]),
            product=line.product,
            quantity=line.quantity,
            points=earned[index],
        )
        for line in facts.cart.lines
        for index in (index_of[line.id],)
    )


def _adjustments(facts: CartFacts, done: Pass) -> dict[int, list[Adjustment]]:
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for index, line in enumerate(facts.lines):
        listed = facts.listed[index]
        if line.gift and listed:
            found[index].append(Adjustment("gift_won", "reward", listed, listed))
    for code, source, name, part in _every_part(done):
        found[part.line].append(
            Adjustment(code, source, part.amount, part.base, name=name, units=part.units)
        )
    return found


def _every_part(done: Pass) -> Iterator[tuple[str, str, str, Part]]:
    """In the order of application: effect or built-in name, source, name, part."""
    for taken in done.taken:
        promotion = taken.candidate.promotion
        for part in taken.parts:
            yield promotion.effect.kind.value, taken.candidate.source, promotion.name, part
    if done.advantage:
        offer = done.advantage.offer
        for part in done.advantage.parts:
            yield offer.kind.value, offer.source, offer.name, part
    for paid in done.paid:
        for part in paid.parts:
            yield "voucher", paid.voucher.id, "", part
    for part in done.points_parts:
        yield "points", "points", "", part


# ---------------------------------------------------------------- shipping and VAT


def _shipping(facts: CartFacts, done: Pass) -> PricedShipping:
    net = done.shipping_left
    return PricedShipping(
        method=facts.cart.shipping.method,
        list_cents=done.shipping_listed,
        net_cents=net,
        vat_cents=vat_included(net, facts.cart.shipping.vat_rate_bp),
        adjustments=tuple(_off_shipping(done)),
    )


def _off_shipping(done: Pass) -> Iterator[Adjustment]:
    left = done.shipping_listed
    if done.advantage and done.freed_shipping:
        offer = done.advantage.offer
        yield Adjustment(offer.kind.value, offer.source, left, left, name=offer.name)
        left = 0
    for taken in done.taken:
        if taken.shipping_cents:
            promotion = taken.candidate.promotion
            yield Adjustment(
                promotion.effect.kind.value,
                taken.candidate.source,
                taken.shipping_cents,
                left,
                name=promotion.name,
            )
            left -= taken.shipping_cents


def _vat(
    facts: CartFacts, lines: tuple[PricedLine, ...], shipping: PricedShipping
) -> tuple[VatPart, ...]:
    """By rate, lowest first: the sums of what lines and shipping contain."""
    gross: dict[int, int] = defaultdict(int)
    vat: dict[int, int] = defaultdict(int)
    for line, priced in zip(facts.cart.lines, lines, strict=True):
        gross[line.vat_rate_bp] += priced.net_cents
        vat[line.vat_rate_bp] += priced.vat_cents
    if shipping.net_cents:
        gross[facts.cart.shipping.vat_rate_bp] += shipping.net_cents
        vat[facts.cart.shipping.vat_rate_bp] += shipping.vat_cents
    return tuple(VatPart(rate, gross[rate], vat[rate]) for rate in sorted(gross))


# ---------------------------------------------------------------- gifts


def _gift_lines(facts: CartFacts, done: Pass) -> Iterator[GiftLine]:
    for taken in done.taken:
        for gift in taken.given:
            name = facts.context.gifts[gift.product].name
            source = taken.candidate.source
            yield GiftLine(source, gift.product, gift.quantity, gift.list_cents, name)


def _open_choices(facts: CartFacts, done: Pass, offered: list[Candidate]) -> list[_OpenChoice]:
    """Gifts to choose whose conditions are met, chosen or not yet."""
    shelf = Shelf(facts)
    found = []
    for one in offered:
        if one.promotion.effect.kind is not EffectKind.GIFT_CHOICE or why_not(
            one, facts, done.discounted
        ):
            continue
        units = one.promotion.effect.units * done.times_of(one)
        there = chosen(one, facts, shelf)
        choice = GiftToChoose(
            promotion=one.source,
            name=one.promotion.name,
            products=tuple(p for p in one.promotion.effect.products if shelf.has(p)),
            units=units,
            chosen=tuple(there[:units]),
        )
        found.append(_OpenChoice(one, choice, tuple(there)))
    return found


def _wrong_choices(facts: CartFacts, done: Pass, choices: list[_OpenChoice]) -> Iterator[Refusal]:
    """Chosen, but not offered, beyond what may be chosen, or no longer there."""
    for one, choice, there in choices:
        for product in dict.fromkeys(choices_for(one, facts)):
            if product not in choice.products:
                yield _refused_choice("choice_not_offered", product)
        for product in dict.fromkeys(there[choice.units :]):
            yield _refused_choice("choice_too_many", product, units=choice.units, chosen=len(there))
        if one.budget_cents is None:
            given = done.given_by(one)
            for product, number in Counter(choice.chosen).items():
                if given[product] < number:
                    yield _refused_choice("no_stock", product)


def _refused_choice(code: str, product: str, **params: int) -> Refusal:
    return Refusal("choice", product, (Reason(code, {"product": product, **params}),))


# ---------------------------------------------------------------- what was used


def _applied(taken: Taken) -> Applied:
    one = taken.candidate
    return Applied(
        promotion=one.promotion.id,
        name=one.promotion.name,
        entry=one.promotion.entry.value,
        kind=one.promotion.effect.kind.value,
        amount_cents=taken.amount,
        times=taken.times,
        code=one.code,
        holding=one.holding.id if one.holding else "",
    )


def _advantage(facts: CartFacts, done: Pass) -> AdvantageApplied | None:
    served = done.advantage
    if served is None or not (served.parts or done.freed_shipping):
        return None
    return AdvantageApplied(
        kind=served.offer.kind.value,
        source=served.offer.source,
        name=served.offer.name,
        amount_cents=served.amount + done.freed_shipping,
        start=served.tier.start,
        points_used=consumed(
            served.points_used(),
            facts.context.buyer.points,
            facts.plan.plan.spending.consumption,
        ),
        free_shipping=served.free_shipping,
    )


def _vouchers(done: Pass) -> Iterator[VoucherUsed]:
    for paid in done.paid:
        rest = max(0, paid.voucher.remaining_cents - paid.amount)
        kept = rest if paid.voucher.keeps_remainder else 0
        yield VoucherUsed(paid.voucher.id, paid.amount, kept, rest - kept, paid.units)


def _points(facts: CartFacts, solved: Solved) -> PointsUsed | None:
    """Also when none were asked for: how many could be used."""
    done = solved.done
    if not done.points and why_no_points(solved.asked, facts):
        return None
    has = facts.context.buyer.points
    taken = consumed(done.points, has, facts.plan.plan.spending.consumption)
    return PointsUsed(
        points=done.points,
        amount_cents=done.points_cents,
        consumed=taken,
        usable=done.points_usable,
        future=max(0, taken - has),
        ahead=facts.context.buyer.ahead,
    )


def _capped_points(solved: Solved) -> Iterator[Refusal]:
    """More were asked than the products cost: what is usable was used."""
    asked, done = solved.asked, solved.done
    if done.points < asked.points:
        reason = Reason("points_more_than_price", {"usable": done.points_usable})
        yield Refusal("points", str(asked.points), (reason,))
