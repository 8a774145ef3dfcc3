"""Applying one set of promotions to a cart, step by step, in the one order there is.

A hopeful pass takes what depends on other promotions for the best. What it takes off is at least
what any part of the set can really take off, which lets the search leave out whole families of
sets (see `searching`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.promotions.domain.advantages import Advantage, Offer, most, serve
from app.promotions.domain.candidates import Candidate, by_turn, concerns_shipping
from app.promotions.domain.cart import HeldVoucher
from app.promotions.domain.delivering import (
    least_shipping_price,
    off_shipping,
    shipping_price,
    thresholds,
)
from app.promotions.domain.effects import Part, limited, off_order, off_products
from app.promotions.domain.facts import CartFacts
from app.promotions.domain.gifts import Given, Shelf, give
from app.promotions.domain.judging import NEVER, Left, holds, lift_needed, read_by, times_met
from app.promotions.domain.paying import (
    Paid,
    in_proportion,
    in_turn,
    most_points,
    pay,
    payable,
    point_value,
    worth,
)
from app.promotions.domain.ready import Step


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for and is legal, in the order in which it was kept, and what is on offer."""

    promotions: tuple[Candidate, ...] = ()
    vouchers: tuple[HeldVoucher, ...] = ()
    points: int = 0
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A promotion that took something off, or gave something."""

    candidate: Candidate
    times: int
    parts: tuple[Part, ...] = ()
    given: tuple[Given, ...] = ()
    shipping_cents: int = 0

    @property
    def amount(self) -> int:
        off = sum([part.amount for part in self.parts]) + self.shipping_cents
        return off + sum([gift.list_cents for gift in self.given]) if self.given else off


@dataclass(frozen=True, slots=True)
class Hope:
    """How much more than the least is taken to remain: after the promotions on products, and after
    all discounts. A part of the set that meets a threshold leaves at least that much more to pay,
    so each threshold is hoped for at its price. None: every threshold, for nothing.
    """

    lines: int | None = None
    basket: int | None = None
    odd_cents: int = 0
    """By how much less than the least may remain, through rounding."""
    to_pay: bool = True
    """Whether what more remains is there to pay; else it is only there for thresholds."""


EVERYTHING = Hope()
Several = tuple[Candidate, ...]


def _may_fall_short(one: Candidate) -> bool:
    """Of promotions on products: whether others may be why it takes less off."""
    return one.budget_cents is not None or one.promotion.skip_discounted


def taken_off(
    one: Candidate, facts: CartFacts, left: Left, lines: tuple[int, ...], times: int
) -> list[Part]:
    """Depends on what is left of these lines only: ways of pricing that have this in common
    compute it once."""
    key = one, times, lines, *[left[index] for index in lines]
    parts = facts.taken_off.get(key)
    if parts is None:
        off = off_products if one.ready.step is Step.PRODUCT else off_order
        parts = facts.taken_off[key] = off(one.promotion, facts, left, lines, times)
    return parts


def leftovers(
    facts: CartFacts, fixed: Sequence[Candidate], some: Sequence[Candidate], lines: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """What promotions on products leave of these lines together, for each part of `some` beside
    all of `fixed`, and which of `some` took something off: the last of them is bit 0. Parts that
    begin alike share that."""
    bits = {id(one): 1 << place for place, one in enumerate(reversed(some))}
    ways: list[tuple[int, list[int]]] = [(0, facts.start)]
    for one in sorted((*fixed, *some), key=by_turn):
        bit = bits.get(id(one), 0)
        with_it = [(applied, left, _less(one, facts, left)) for applied, left in ways]
        fewer = [(applied | bit, less) for applied, left, less in with_it if less is not left]
        ways = [*ways, *fewer] if bit else [(applied, less) for applied, _, less in with_it]
    for applied, left in ways:
        yield sum([left[index] for index in lines]), applied


def _less(one: Candidate, facts: CartFacts, left: list[int]) -> list[int]:
    """What a promotion on products leaves (its thresholds are met); the same where it takes
    nothing off."""
    promotion, lines = one.promotion, one.lines
    if promotion.skip_discounted:
        lines = tuple(index for index in lines if left[index] == facts.start[index])
    times = 1
    if promotion.stacking.itself:
        times = times_met(promotion.conditions, facts, facts.start)
    parts = taken_off(one, facts, left, lines, times) if lines else []
    if one.budget_cents is not None and sum(part.amount for part in parts) > one.budget_cents:
        parts = limited(parts, one.budget_cents) if promotion.limits.partial else []
    if not parts:
        return left
    less = list(left)
    for part in parts:
        less[part.line] -= part.amount
    return less


def _by_step(facts: CartFacts, several: Sequence[Candidate]) -> tuple[Several, ...]:
    """In their turns; the same sets are asked for again and again."""
    key = "by step", *several
    known: tuple[Several, ...] | None = facts.remembered.get(key)
    if known is None:
        found: tuple[list[Candidate], ...] = tuple([] for _ in Step)
        for one in sorted(several, key=by_turn):
            found[one.ready.step].append(one)
        known = facts.remembered[key] = tuple(map(tuple, found))
    return known


class Pass:
    """One way of pricing a cart. `left` is what remains to pay of each line."""

    def __init__(
        self,
        facts: CartFacts,
        chosen: Sequence[Candidate],
        wanted: Wanted,
        *,
        advantage: bool = True,
        hope: Hope | None = None,
        in_sequence: bool = False,
        until: Step = Step.SHIPPING,
    ) -> None:
        self.facts, self.wanted, self.hope = facts, wanted, hope
        self.chosen = chosen
        self.in_sequence = in_sequence
        """Thresholds read what the promotion before left (selection `priority`)."""
        self.left = list(facts.start)
        self.read_at: dict[Step, Left] = {}
        """What the thresholds of each step read."""
        self.taken: list[Taken] = []
        self.advantage: Advantage | None = None
        self.freed_shipping = 0
        """What the advantage takes off shipping."""
        self.paid: list[Paid] = []
        self.points, self.points_cents = 0, 0
        self.points_parts: list[Part] = []
        self.regrets: set[int] = set()
        """Lines of which something fell short because they cost too little: with fewer promotions
        on them it might not have."""
        self.line_lifts: set[int] = set()
        self.basket_lifts: set[int] = set()
        """Of a hopeful pass: what more would have to remain for more to be met."""
        self.impossible = False
        """Whether no set can leave that much to pay."""
        self._unmet: set[object] = set()
        """Ids of what was asked for and whose threshold was not met."""
        self._groups: set[str] = set()
        self._shelf = Shelf(facts)
        self.advantage_allowed = advantage
        self._walk(chosen, until)

    def _walk(self, chosen: Sequence[Candidate], until: Step) -> None:
        automatic = _by_step(self.facts, chosen)
        asked = _by_step(self.facts, self.wanted.promotions)
        self._lines_step(Step.PRODUCT, automatic[Step.PRODUCT], asked[Step.PRODUCT])
        if until is Step.PRODUCT:
            return
        self.least_lines: Left = tuple(self.left)
        if self.hope and self.hope.lines and self.hope.to_pay:
            self._lift(self.hope.lines)
        self._lines_step(Step.ORDER, automatic[Step.ORDER], asked[Step.ORDER])
        self._advantage_step()
        self.discounted: Left = tuple(self.left)
        self.basket_cents = sum(self.left)
        """Products after discounts, before vouchers and points."""
        if self.hope and self.hope.basket and self.hope.to_pay:
            self._lift(self.hope.basket)
        self._gift_step((*automatic[Step.GIFT], *asked[Step.GIFT]))
        self._voucher_step()
        self._points_step()
        self._shipping_step((*automatic[Step.SHIPPING], *asked[Step.SHIPPING]))

    # ------------------------------------------------------------ promotions and the advantage

    def _lines_step(self, step: Step, automatic: Several, asked: Several) -> None:
        at_start = self.read_at[step] = tuple(self.left)
        if self.in_sequence or (self.hope and step is Step.ORDER):
            self._each(automatic, at_start)
        else:
            self._remembered(automatic, at_start)
        self._each(asked, at_start)

    def _remembered(self, automatic: Several, at_start: Left) -> None:
        """The same promotions do the same to the same prices, whatever comes later."""
        lenient = self.hope is not None and any(map(_may_fall_short, automatic))
        key = (lenient, at_start, *automatic)
        known = self.facts.remembered.get(key)
        if known is None:
            taken, regrets = self.taken, self.regrets
            self.taken, self.regrets = [], set()
            self._each(automatic, at_start)
            known = tuple(self.left), self.taken, self.regrets
            self.facts.remembered[key] = known
            self.taken, self.regrets = taken, regrets
        self.left = list(known[0])
        self.taken += known[1]
        self.regrets |= known[2]

    def _each(self, promotions: Several, at_start: Left) -> None:
        for one in promotions:
            read = self.left if self.in_sequence else at_start
            if self._met(one, read):
                times = self._times(one, read)
                lines = self._lines(one)
                if lines:
                    parts = taken_off(one, self.facts, self.left, lines, times)
                    self._take(one, times, self._within_budget(one, parts))

    def _met(self, one: Candidate, read: Left) -> bool:
        if one.promotion.group and one.promotion.group in self._groups and self.in_sequence:
            return False
        if not one.ready.moving:
            return True
        if self.hope:
            return self._hoped(one, read, self.hope)
        if holds(one.promotion.conditions, self.facts, read):
            return True
        self.regrets.update(read_by(one.promotion.conditions, self.facts))
        return self._miss(one)

    def _regret(self, fell_short: bool) -> None:
        """Whatever makes any line cheaper may be why."""
        if fell_short:
            self.regrets.update(self.facts.bought)

    def _hoped(self, one: Candidate, read: Left, hope: Hope) -> bool:
        if one.ready.step is Step.PRODUCT:
            return True
        condition, by_line = one.promotion.conditions, not hope.odd_cents
        if one.ready.step is Step.ORDER:
            need = lift_needed(condition, self.facts, self.least_lines, by_line=by_line)
            return self._lifted(need, hope.lines, self.line_lifts) or self._miss(one)
        need = lift_needed(condition, self.facts, read, by_line=by_line)
        return self._lifted(need, hope.basket, self.basket_lifts) or self._miss(one)

    def _lifted(self, need: int, lift: int | None, lifts: set[int]) -> bool:
        if lift is None or need <= lift:
            return True
        if need < NEVER:
            lifts.add(need)
        return False

    def _reaches(self, threshold: int, hope: Hope) -> bool:
        need = max(0, threshold - self.basket_cents)
        return self._lifted(need, hope.basket, self.basket_lifts)

    def _miss(self, asked: Candidate | str) -> bool:
        self._unmet.add(asked)
        return False

    def _lift(self, amount: int) -> None:
        """Leave more to pay, wherever that is."""
        for index in self.facts.bought:
            more = min(amount, self.facts.start[index] - self.left[index])
            self.left[index] += more
            amount -= more
        self.impossible |= amount > 0

    def _times(self, one: Candidate, read: Left) -> int:
        if not one.promotion.stacking.itself:
            return 1
        hoped = times_met(one.promotion.conditions, self.facts, self.facts.start)
        if self.hope:
            return hoped
        times = times_met(one.promotion.conditions, self.facts, read)
        if times < hoped:
            self.regrets.update(read_by(one.promotion.conditions, self.facts))
        return times

    def times_of(self, one: Candidate) -> int:
        """How often a gift to choose may be chosen."""
        return self._times(one, self.discounted)

    def _lines(self, one: Candidate) -> tuple[int, ...]:
        if not one.promotion.skip_discounted or self.hope:
            return one.lines
        kept = tuple(i for i in one.lines if self.left[i] == self.facts.start[i])
        self.regrets.update(index for index in one.lines if index not in kept)
        return kept

    def _within_budget(self, one: Candidate, parts: list[Part]) -> list[Part]:
        budget = one.budget_cents
        if budget is None or sum(part.amount for part in parts) <= budget:
            return parts
        if self.hope or one.promotion.limits.partial:
            return limited(parts, budget)
        self._regret(True)
        return []

    def _take(self, one: Candidate, times: int, parts: list[Part]) -> None:
        if parts:
            for part in parts:
                self.left[part.line] -= part.amount
            self._applied(Taken(one, times, tuple(parts)))

    def _applied(self, taken: Taken) -> None:
        self.taken.append(taken)
        if taken.candidate.promotion.group:
            self._groups.add(taken.candidate.promotion.group)
        if self.in_sequence and not taken.candidate.promotion.stacking.advantages:
            self.advantage_allowed = False

    def _advantage_step(self) -> None:
        self._frees_shipping = False
        if not self.advantage_allowed or not self.wanted.offers:
            return
        if self.hope:
            parts, self._frees_shipping = most(self.wanted.offers, self.facts, self.left)
        else:
            self.advantage = serve(self.wanted.offers, self.facts, self.left)
            parts = list(self.advantage.parts) if self.advantage else []
            self._frees_shipping = bool(self.advantage and self.advantage.free_shipping)
            self._compare_with_hope(parts)
        for part in parts:
            self.left[part.line] -= part.amount

    def _compare_with_hope(self, parts: list[Part]) -> None:
        hoped, frees = most(self.wanted.offers, self.facts, self.left)
        if sum(part.amount for part in parts) < sum(part.amount for part in hoped):
            self._regret(True)
        self._regret(frees and not self._frees_shipping)

    # ------------------------------------------------------------ gifts

    def _gift_step(self, promotions: Several) -> None:
        self.read_at[Step.GIFT] = self.discounted
        for one in promotions:
            if self._met(one, self.discounted):
                times = self._times(one, self.discounted)
                given = give(one, self.facts, self._shelf, times)
                if given and self._affords(one, given):
                    self._applied(Taken(one, times, given=tuple(given)))
                else:
                    self._shelf.put_back(given)

    def _affords(self, one: Candidate, given: list[Given]) -> bool:
        if one.budget_cents is None or self.hope:
            return True
        affords = sum(gift.list_cents for gift in given) <= one.budget_cents
        self._regret(not affords)
        return affords

    # ------------------------------------------------------------ vouchers and points

    def _voucher_step(self) -> None:
        if not self.wanted.vouchers:
            return
        if self.hope:
            self._hope_vouchers_pay()
            return
        basket, hoped = self.basket_cents, self._hoped_of_vouchers()
        for voucher in in_turn(self.wanted.vouchers):
            if basket < voucher.minimum_basket_cents:
                self._miss(voucher.id)
                self._regret(True)
                continue
            lines = payable(voucher, self.facts, self.discounted)
            paid = pay(voucher, self.facts, self.left, lines)
            for part in paid.parts:
                self.left[part.line] -= part.amount
            self.paid.append(paid)
        self._regret(sum(paid.amount for paid in self.paid) < hoped)

    def _hope_vouchers_pay(self) -> None:
        every = self.facts.bought
        for part in in_proportion(self._hoped_of_vouchers(), self.left, every):
            self.left[part.line] -= part.amount

    def _hoped_of_vouchers(self) -> int:
        """As if each were used before the others."""
        alone = 0
        for voucher in self.wanted.vouchers:
            if self.hope and not self._reaches(voucher.minimum_basket_cents, self.hope):
                self._miss(voucher.id)
                continue
            lines = self.facts.where(voucher.scope)
            alone += pay(voucher, self.facts, self.left, lines).amount
        return alone

    def _points_step(self) -> None:
        if not self.wanted.points:
            return
        facts, spending = self.facts, self.facts.plan.plan.spending
        remaining, value = sum(self.left), point_value(self.facts)
        asked = worth(self.wanted.points, value)
        if self.hope:
            if not self._reaches(spending.minimum_basket_cents, self.hope):
                self._miss("points")
                return
            for part in in_proportion(min(asked, remaining), self.left, facts.bought):
                self.left[part.line] -= part.amount
            return
        if self.basket_cents < spending.minimum_basket_cents:
            self._miss("points")
            self._regret(True)
            return
        self.points = min(self.wanted.points, self.points_usable)
        self.points_cents = worth(self.points, value)
        self._regret(self.points_cents < min(asked, remaining))
        self.points_parts = in_proportion(self.points_cents, self.left, facts.bought)
        for part in self.points_parts:
            self.left[part.line] -= part.amount

    @property
    def points_usable(self) -> int:
        """The most of them that could be used here."""
        if self.basket_cents < self.facts.plan.plan.spending.minimum_basket_cents:
            return 0
        buyer = self.facts.context.buyer
        remaining = sum(self.left) + self.points_cents
        return most_points(buyer.points + buyer.future_points, remaining, point_value(self.facts))

    # ------------------------------------------------------------ shipping

    def _shipping_step(self, promotions: Several) -> None:
        listed = self._hoped_shipping(self.hope) if self.hope else self._real_shipping()
        self.shipping_listed, self.shipping_left = listed, listed
        if self._frees_shipping:
            self.freed_shipping, self.shipping_left = listed, 0
        self.read_at[Step.SHIPPING] = self.discounted
        for one in promotions:
            if concerns_shipping(one.promotion, self.facts) and self._met(one, self.discounted):
                self._take_off_shipping(one)

    def _real_shipping(self) -> int:
        shipping = self.facts.cart.shipping
        listed = shipping_price(shipping, self.basket_cents)
        self._regret(listed > least_shipping_price(shipping, 0, self.facts.products))
        return listed

    def _hoped_shipping(self, hope: Hope) -> int:
        shipping, least = self.facts.cart.shipping, self.basket_cents
        if hope.basket is None:
            return least_shipping_price(shipping, 0, self.facts.products)
        for start in thresholds(shipping):
            if start <= self.facts.products:
                self._lifted(start - least, hope.basket, self.basket_lifts)
        return least_shipping_price(
            shipping, least + hope.basket - hope.odd_cents, least + hope.basket
        )

    def _take_off_shipping(self, one: Candidate) -> None:
        times = self._times(one, self.discounted)
        off = off_shipping(one.promotion, self.shipping_left, self.shipping_listed, times)
        if one.budget_cents is not None and off > one.budget_cents:
            if not self.hope and not one.promotion.limits.partial:
                self._regret(True)
                return
            off = one.budget_cents
        if off:
            self.shipping_left -= off
            self._applied(Taken(one, times, shipping_cents=off))

    # ------------------------------------------------------------ what it comes to

    def applied(self) -> Iterator[Candidate]:
        return (taken.candidate for taken in self.taken)

    @property
    def total_cents(self) -> int:
        return sum(self.left) + self.shipping_left

    @property
    def gifts_cents(self) -> int:
        return sum(gift.list_cents for taken in self.taken for gift in taken.given)

    def given_by(self, one: Candidate) -> Counter[str]:
        """Units of each product that a promotion gives."""
        gifts = [gift for taken in self.taken if taken.candidate is one for gift in taken.given]
        return Counter({gift.product: gift.quantity for gift in gifts})

    def unmet(self) -> tuple[bool, ...]:
        """For everything asked, in the order of asking: whether its threshold was missed."""
        wanted = self.wanted
        return (
            *(one in self._unmet for one in wanted.promotions),
            *(voucher.id in self._unmet for voucher in wanted.vouchers),
            "points" in self._unmet,
        )
