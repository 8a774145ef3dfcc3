"""What would leave an order, and what goes back with it: worked out once, for whoever looks before
she cancels or takes back, and for the act itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from uuid import UUID

from app.orders.domain.shares import Share, share_of
from app.orders.errors import OrderIsShipped, OrderNotPaid
from app.orders.models import Order, OrderLine, PaymentStatus
from app.orders.services.taken import lines_taken
from app.orders.services.units import Units, chosen

Wanted = Mapping[UUID, int] | None
"""Units by line; None: all there are."""


@dataclass(frozen=True, slots=True)
class Going:
    units: Units
    nets: Mapping[OrderLine, int]
    """What its units cost, by line."""
    share: Share
    """Of vouchers, points and discounts, what goes back."""
    refund_cents: int
    whole: bool
    """Nothing that was bought is left."""
    consumed: bool = True
    """False: the order is not paid in full, so that all it holds is let go of."""

    @property
    def products_cents(self) -> int:
        return sum(self.nets.values())

    @property
    def shipping_cents(self) -> int:
        """Of what is paid back."""
        return max(self.refund_cents - self.products_cents, 0)


def cancelling(order: Order, wanted: Wanted) -> Going:
    """Units that have not left the house. An order that is not paid in full goes as a whole.

    Raises OrderNotPlaced, OrderIsCancelled, OrderNotPaid, OrderIsShipped, LineNotFound,
    UnitsNotThere, NothingChosen.
    """
    order.must_be_a_sale()
    order.must_stand()
    if order.payment_status not in {PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID}:
        return _of_paid(order, _with_gifts(order, chosen(order, wanted, lambda it: it.to_ship)))
    if wanted is not None and not _is_whole(order, wanted):
        raise OrderNotPaid
    if any(line.shipped for line in order.lines):
        raise OrderIsShipped
    if order.consumed_at:  # a payment was refused
        return _of_paid(order, chosen(order, None, lambda it: it.to_ship))
    return _of_unpaid(order)


def returning(order: Order, wanted: Wanted) -> Going:
    """Units that had been shipped.

    Raises OrderNotPlaced, OrderIsCancelled, OrderNotPaid, LineNotFound, UnitsNotThere,
    NothingChosen.
    """
    order.must_be_a_sale()
    order.must_stand()
    if order.payment_status != PaymentStatus.PAID:
        raise OrderNotPaid
    return _of_paid(order, chosen(order, wanted, lambda it: it.shipped - it.returned))


def _of_paid(order: Order, units: Units) -> Going:
    taken = lines_taken(order)
    shares = {line: share_of(taken[line.id], line.gone, count) for line, count in units.items()}
    nets = {line: share.net_cents for line, share in shares.items()}
    refund, whole = order.refund_for(units, nets)
    return Going(units, nets, reduce(Share.plus, shares.values(), Share()), refund, whole)


def _of_unpaid(order: Order) -> Going:
    """What was received is given back; nothing was consumed yet."""
    units = {line: line.to_ship for line in order.lines}
    nets = {line: line.net_cents for line in units}
    taken = [share_of(line, 0, line.quantity) for line in lines_taken(order).values()]
    refund, _ = order.refund_for(units, nets)
    return Going(units, nets, reduce(Share.plus, taken, Share()), refund, True, consumed=False)


def _is_whole(order: Order, units: Mapping[UUID, int]) -> bool:
    bought = (line for line in order.lines if not line.is_automatic)
    return all(units.get(line.id, 0) == line.quantity for line in bought)


def _with_gifts(order: Order, going: Units) -> Units:
    """When nothing that was bought is left, gifts that added themselves do not leave either."""
    bought = [line for line in order.lines if not line.is_automatic]
    if any(line.gone + going.get(line, 0) < line.quantity for line in bought):
        return going
    gifts = {line: line.to_ship for line in order.lines if line.is_automatic and line.to_ship}
    return {**going, **gifts}
