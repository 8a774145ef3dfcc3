"""What was typed and picked: kept in the order of asking, unless it cannot stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.kernel.text import identity_key
from app.promotions.domain.advantages import Offer
from app.promotions.domain.candidates import Candidate, candidate, may_apply, why_not
from app.promotions.domain.cart import HeldPromotion, HeldVoucher
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.paying import point_value
from app.promotions.domain.quote import Reason, Refusal
from app.promotions.domain.ready import Ready, ready
from app.promotions.domain.steps import Wanted
from app.promotions.domain.terms import Entry, SpendingMode

DEAD = {
    "used": "code_used",
    "expired": "code_expired",
    "reserved": "code_reserved",
    "disabled": "disabled",
    "of_another": "code_of_another",
    "of_another_customer": "code_of_another",
}


@dataclass(slots=True)
class Asked:
    """What may be tried, and what was refused at once."""

    promotions: list[Candidate] = field(default_factory=list)
    vouchers: list[HeldVoucher] = field(default_factory=list)
    points: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, kind: str, asked: str, *reasons: Reason) -> None:
        self.refusals.append(Refusal(kind, asked, reasons))


def asked_of(facts: CartFacts, *also: str) -> Asked:
    """Codes, then picks (`also`: as if picked too), then vouchers, then points."""
    asked = Asked()
    for code in facts.cart.codes:
        _ask_code(asked, facts, code)
    for picked in (*facts.cart.picked, *also):
        _ask_pick(asked, facts, picked)
    for voucher in facts.cart.vouchers:
        _ask_voucher(asked, facts, voucher)
    if facts.cart.points > 0:
        _ask_points(asked, facts)
    return asked


def wanted(asked: Asked, offers: Sequence[Offer]) -> Wanted:
    """What is asked, with the advantages that may stand beside it."""
    return Wanted(
        promotions=tuple(asked.promotions),
        vouchers=tuple(asked.vouchers),
        points=asked.points,
        offers=tuple(offer for offer in offers if _stands_beside(offer, asked)),
    )


def _stands_beside(offer: Offer, asked: Asked) -> bool:
    if asked.points and not offer.with_points:
        return False
    return all(
        one.promotion.stacking.advantages and (offer.with_codes or not one.by_code)
        for one in asked.promotions
    )


# ---------------------------------------------------------------- codes and picks


def _ask_code(asked: Asked, facts: CartFacts, typed: str) -> None:
    key = identity_key(typed)
    dead = facts.context.dead_codes.get(key)
    found = _by_code(facts, key)
    if dead is not None:
        asked.refuse("code", typed, Reason(DEAD.get(dead, "code_used")))
    elif found is None:
        asked.refuse("code", typed, Reason("unknown_code"))
    else:
        _ask(asked, facts, "code", typed, *found)


def _by_code(facts: CartFacts, key: str) -> tuple[Ready, HeldPromotion | None] | None:
    for holding in facts.context.holdings:
        if holding.code and identity_key(holding.code) == key:
            return ready(holding.promotion), holding
    shared = facts.plan.by_code.get(key)
    if shared is None and key in facts.context.known_codes:
        shared = facts.plan.by_id.get(facts.context.known_codes[key])
    return (shared, None) if shared else None


def _ask_pick(asked: Asked, facts: CartFacts, picked: str) -> None:
    for holding in facts.context.holdings:
        if picked == holding.id:
            _ask(asked, facts, "pick", picked, ready(holding.promotion), holding)
            return
    found = facts.plan.by_id.get(picked)
    if found is None or not found.promotion.is_open:
        asked.refuse("pick", picked, Reason("not_held"))
    else:
        _ask(asked, facts, "pick", picked, found, None)


def _ask(
    asked: Asked,
    facts: CartFacts,
    kind: str,
    name: str,
    found: Ready,
    holding: HeldPromotion | None,
) -> None:
    place = len(asked.promotions)
    code = name if kind == "code" else ""
    one = candidate(found, facts, asked=place, code=code, holding=holding)
    reasons = (
        _why_not_held(one, facts) or _why_not_with(one, asked) or refused_by_itself(one, facts)
    )
    if reasons:
        asked.refuse(kind, name, *reasons)
    else:
        asked.promotions.append(one)


def _why_not_held(one: Candidate, facts: CartFacts) -> tuple[Reason, ...]:
    held = one.holding
    if held is None and one.promotion.entry is Entry.ASSIGNED and not one.code:
        return (Reason("not_held"),)
    if held and held.valid_until is not None and facts.context.at >= held.valid_until:
        return (Reason("code_expired", {"until": held.valid_until.isoformat()}),)
    return ()


def refused_by_itself(one: Candidate, facts: CartFacts) -> tuple[Reason, ...]:
    """Why it can apply in no combination; a threshold that is still open refuses nothing yet."""
    if may_apply(one, facts):
        return ()
    return why_not(one, facts, facts.start) or (Reason("nothing_to_discount"),)


def _why_not_with(one: Candidate, asked: Asked) -> tuple[Reason, ...]:
    for earlier in asked.promotions:
        if earlier.promotion.id == one.promotion.id:
            return (Reason("already_applied"),)
    for earlier in asked.promotions:
        reason = excluding(earlier, one)
        if reason:
            return (reason,)
    return ()


def excluding(earlier: Candidate, one: Candidate) -> Reason | None:
    """Why `one` cannot stand beside an earlier promotion."""
    named = {"promotion": earlier.promotion.id, "name": earlier.promotion.name}
    group = one.promotion.group
    if group and group == earlier.promotion.group:
        return Reason("excluded_by", named)
    if not earlier.promotion.stacking.promotions:
        return Reason("not_with_promotion", named)
    return None if one.promotion.stacking.promotions else Reason("not_with_promotions")


# ---------------------------------------------------------------- vouchers


def _ask_voucher(asked: Asked, facts: CartFacts, voucher: HeldVoucher) -> None:
    reason = _why_no_voucher(asked, facts, voucher)
    if reason:
        asked.refuse("voucher", voucher.id, reason)
    else:
        asked.vouchers.append(voucher)


def _why_no_voucher(asked: Asked, facts: CartFacts, voucher: HeldVoucher) -> Reason | None:
    if voucher.valid_until is not None and facts.context.at >= voucher.valid_until:
        return Reason("voucher_expired", {"until": voucher.valid_until.isoformat()})
    if voucher.valid_from is not None and facts.today < voucher.valid_from:
        return Reason("not_started", {"from": voucher.valid_from.isoformat()})
    if not facts.where(voucher.scope):
        return Reason("voucher_scope")
    if facts.products < voucher.minimum_basket_cents:
        return voucher_minimum(voucher, facts.products)
    return _why_voucher_not_with(asked, voucher)


def _why_voucher_not_with(asked: Asked, voucher: HeldVoucher) -> Reason | None:
    if any(voucher.id == earlier.id for earlier in asked.vouchers):
        return Reason("already_applied")
    if (
        voucher.most_per_order is not None
        and _of_its_sort(asked, voucher) >= voucher.most_per_order
    ):
        return Reason("voucher_most_per_order", {"most": voucher.most_per_order})
    if not voucher.with_codes and any(one.by_code for one in asked.promotions):
        return Reason("not_with_code")
    for one in asked.promotions:
        if not one.promotion.stacking.vouchers:
            named = {"promotion": one.promotion.id, "name": one.promotion.name}
            return Reason("not_with_promotion", named)
    if any(not (voucher.with_vouchers and other.with_vouchers) for other in asked.vouchers):
        return Reason("not_with_vouchers")
    return None


def _of_its_sort(asked: Asked, voucher: HeldVoucher) -> int:
    return sum(1 for other in asked.vouchers if other.sort == voucher.sort)


def voucher_minimum(voucher: HeldVoucher, basket_cents: int) -> Reason:
    threshold = voucher.minimum_basket_cents
    return Reason(
        "voucher_minimum",
        {"missing_cents": threshold - basket_cents, "threshold_cents": threshold},
    )


# ---------------------------------------------------------------- points


def _ask_points(asked: Asked, facts: CartFacts) -> None:
    reason, buyer = why_no_points(asked, facts), facts.context.buyer
    there = buyer.points + buyer.future_points
    if reason is None and facts.cart.points > there:
        reason = Reason("not_enough_points", {"available": there})
    if reason:
        asked.refuse("points", str(facts.cart.points), reason)
    else:
        asked.points = facts.cart.points


def why_no_points(asked: Asked, facts: CartFacts) -> Reason | None:
    """Why no point at all could be used beside what was asked."""
    spending, buyer = facts.plan.plan.spending, facts.context.buyer
    if spending.mode is not SpendingMode.RATE or buyer.id is None or not point_value(facts).cents:
        return Reason("points_not_spendable", {"mode": spending.mode.value})
    if buyer.past_orders + 1 < spending.from_order:
        return Reason("points_from_order", {"n": spending.from_order})
    if facts.products < spending.minimum_basket_cents:
        return points_basket_minimum(facts, facts.products)
    return _why_points_not_with(asked, with_codes=spending.with_codes)


def _why_points_not_with(asked: Asked, *, with_codes: bool) -> Reason | None:
    if not with_codes and any(one.by_code for one in asked.promotions):
        return Reason("not_with_code")
    for one in asked.promotions:
        if not one.promotion.stacking.points:
            named = {"promotion": one.promotion.id, "name": one.promotion.name}
            return Reason("not_with_promotion", named)
    if any(not voucher.with_points for voucher in asked.vouchers):
        return Reason("not_with_vouchers")
    return None


def points_basket_minimum(facts: CartFacts, basket_cents: int) -> Reason:
    threshold = facts.plan.plan.spending.minimum_basket_cents
    return Reason(
        "points_basket_minimum",
        {"missing_cents": threshold - basket_cents, "threshold_cents": threshold},
    )


def without(asked: Asked, promotion: Candidate | None = None, voucher: str = "") -> Asked:
    """The same, less one promotion or one voucher."""
    return replace(
        asked,
        promotions=[one for one in asked.promotions if one is not promotion],
        vouchers=[one for one in asked.vouchers if one.id != voucher],
        refusals=list(asked.refusals),
    )
