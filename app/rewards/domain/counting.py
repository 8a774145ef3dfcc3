"""Which orders count, for how much, and why the others are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from app.kernel.money import round_fraction, vat_included
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.rewards.domain.facts import Facts, LineFacts, OrderFacts, OrderKind, OrderStatus, Payment
from app.rewards.domain.facts_format import FactsInvalid
from app.rewards.domain.outcome import OrderCounted, OrderLeftOut
from app.rewards.domain.terms import Subject, TurnoverBase


class CountedOrder(NamedTuple):
    order: OrderFacts
    amount_cents: int
    by_host: bool
    in_counts: bool
    """Whether it is an order for counts of orders, buyers and units, not only an amount."""


@dataclass(frozen=True)
class Counted:
    """The orders of a scope under one definition of turnover, in order of their ids."""

    orders: tuple[CountedOrder, ...]
    amount_cents: int
    base: TurnoverBase
    _judged: tuple[tuple[OrderFacts, bool, str], ...] = field(repr=False)
    """Every order, whether the host placed it, and why it does not count."""

    @cached_property
    def shown(self) -> tuple[OrderCounted, ...]:
        """The orders as explanations hold them."""
        return tuple(
            OrderCounted(one.order.id, one.order.customer_id, one.amount_cents)
            for one in self.orders
        )

    @cached_property
    def left_out(self) -> tuple[OrderLeftOut, ...]:
        found: list[OrderLeftOut] = []
        for order, by_host, reason in self._judged:
            if reason:
                gross = sum(line.net_cents for line in order.lines)
                found.append(OrderLeftOut(order.id, order.customer_id, reason, gross))
            else:
                found.extend(_parts_left_out(order, self.base, by_host))
        return tuple(found)

    @property
    def first_reason(self) -> str:
        """Why the first order that does not count does not."""
        return next(reason for _order, _by_host, reason in self._judged if reason)

    def amount_of(self, subject: Subject) -> int:
        """The turnover without the products and categories the subject leaves out."""
        if not subject.without:
            return self.amount_cents
        return sum(
            line_amount(line, self.base, one.by_host, one.order)
            for one in self.orders
            for line in one.order.lines
            if line.in_turnover and not is_about(line, subject)
        )

    def units_of(self, subject: Subject) -> int:
        everything = not subject.products and not subject.categories
        return sum(
            line.quantity
            for one in self.orders
            if one.in_counts
            for line in one.order.lines
            if everything or is_about(line, subject)
        )

    def sets_of(self, subject: Subject) -> int:
        """How many times everything that makes a set was bought."""
        return min(
            self.units_of(Subject("quantity", products=part.products, categories=part.categories))
            // part.quantity
            for part in subject.sets
        )


def is_about(line: LineFacts, subject: Subject) -> bool:
    return line.product in subject.products or not subject.categories.isdisjoint(line.categories)


def count_orders(
    facts: Facts, orders: Iterable[OrderFacts], hosts: frozenset[str], base: TurnoverBase
) -> Counted:
    counted: list[CountedOrder] = []
    judged: list[tuple[OrderFacts, bool, str]] = []
    total, seller = 0, facts.seller_customer_id
    for order in sorted(orders, key=BY_ID):
        by_host = order.customer_id in hosts
        reason = _reason_to_leave_out(order, seller, by_host, base)
        judged.append((order, by_host, reason))
        if reason:
            continue
        try:
            amount = _counted_amount(order, base, by_host)
        except FactsInvalid:
            raise FactsInvalid(list(_taxes_unknown(facts, base, hosts))) from None
        total += amount
        counted.append(CountedOrder(order, amount, by_host, _is_in_counts(base, by_host)))
    return Counted(tuple(counted), total, base, tuple(judged))


BY_ID = attrgetter("id")


def _is_in_counts(base: TurnoverBase, by_host: bool) -> bool:
    return not (by_host and base.host_orders == "excluded_from_counts")


def _reason_to_leave_out(
    order: OrderFacts, seller: str | None, by_host: bool, base: TurnoverBase
) -> str:
    """A code of `OrderLeftOut`, or nothing when the order counts."""
    if order.kind is OrderKind.GIFT:
        return "gift_order"
    if order.status is OrderStatus.CART:
        return "cart"
    if order.status is OrderStatus.CANCELLED:
        return "cancelled"
    if order.payment is not Payment.PAID:
        return _PAYMENT_REASON[order.payment]
    if order.customer_id == seller and base.seller_orders == "excluded":
        return "seller_order"
    if by_host and base.host_orders == "excluded":
        return "host_order"
    return ""


_PAYMENT_REASON = {
    Payment.UNPAID: "not_paid",
    Payment.PARTIALLY_PAID: "partially_paid",
    Payment.REFUNDED: "refunded",
}


def _counted_amount(order: OrderFacts, base: TurnoverBase, by_host: bool) -> int:
    if base.tax == "excl":
        return sum(
            line_amount(line, base, by_host, order) for line in order.lines if line.in_turnover
        )
    total, kept = 0, not _deducts_points(base, by_host)
    for line in order.lines:
        if line.in_turnover:
            total += line.net_cents if kept else line.net_cents - line.points_cents
    return total


def _parts_left_out(order: OrderFacts, base: TurnoverBase, by_host: bool) -> Iterable[OrderLeftOut]:
    """What was not counted of an order that counts."""
    flagged = sum(line.net_cents for line in order.lines if not line.in_turnover)
    if flagged:
        yield OrderLeftOut(order.id, order.customer_id, "excluded_products", flagged)
    if _deducts_points(base, by_host):
        points = sum(line.points_cents for line in order.lines if line.in_turnover)
        if points:
            yield OrderLeftOut(order.id, order.customer_id, "points_used", points)
    if order.shipping_cents:
        yield OrderLeftOut(order.id, order.customer_id, "shipping", order.shipping_cents)
    if not _is_in_counts(base, by_host):
        yield OrderLeftOut(order.id, order.customer_id, "host_not_in_counts", 0)


def _deducts_points(base: TurnoverBase, by_host: bool) -> bool:
    return base.points_used == "deducted" or (by_host and base.host_orders == "paid_part")


def line_amount(line: LineFacts, base: TurnoverBase, by_host: bool, order: OrderFacts) -> int:
    paid = _paid(line, base, by_host)
    if base.tax == "incl" or paid == 0:
        return paid
    if line.net_excl_tax_cents is not None:
        return round_fraction(Fraction(line.net_excl_tax_cents * paid, line.net_cents))
    if line.vat_rate_bp is not None:
        return paid - vat_included(paid, line.vat_rate_bp)
    raise FactsInvalid([_tax_unknown(line, order, "orders[]")])


def _paid(line: LineFacts, base: TurnoverBase, by_host: bool) -> int:
    if line.points_cents and _deducts_points(base, by_host):
        return line.net_cents - line.points_cents
    return line.net_cents


def _taxes_unknown(facts: Facts, base: TurnoverBase, hosts: frozenset[str]) -> Iterator[Problem]:
    """Of every line that counts, also in other orders: all mistakes are told at once."""
    for position, order in enumerate(facts.orders):
        by_host = order.customer_id in hosts
        if _reason_to_leave_out(order, facts.seller_customer_id, by_host, base):
            continue
        for number, line in enumerate(order.lines):
            stated = line.vat_rate_bp is not None or line.net_excl_tax_cents is not None
            if line.in_turnover and not stated and _paid(line, base, by_host):
                whole = f"orders[{position}]"
                path = whole if len(order.lines) == 1 else f"{whole}.lines[{number}]"
                yield _tax_unknown(line, order, path)


def _tax_unknown(line: LineFacts, order: OrderFacts, path: str) -> Problem:
    words = N_(
        "This programme counts amounts without tax: give vat_rate_bp or net_excl_tax_cents "
        "of line “%(line)s” of order “%(order)s”."
    )
    params = {"line": line.id, "order": order.id}
    return Problem(f"{path}.vat_rate_bp", "tax_unknown", words, params)
