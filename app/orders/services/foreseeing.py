"""What cancelling or taking back would do, before it is done: the same figures as the act's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.orders.domain.shares import Share, share_of
from app.orders.models import Order
from app.orders.repository import seen_order
from app.orders.services.claims import frozen
from app.orders.services.going import Going, Wanted, cancelling, returning
from app.orders.services.taken import lines_taken
from app.promotions.domain.terms import Entry
from app.promotions.queries.uses import coming_back


@dataclass(frozen=True, slots=True)
class LineGoing:
    name: str
    units: int
    net_cents: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    lines: tuple[LineGoing, ...]
    products_cents: int
    shipping_cents: int
    """Of what is paid back."""
    refund_cents: int
    points: int
    vouchers_cents: int
    uses: tuple[str, ...]
    """Codes and picked discounts that may be used once more; those that come by themselves are
    nothing to miss."""
    whole: bool
    revision: int


def foresee_cancel(session: Session, actor: Actor, order_id: UUID, units: Wanted) -> Foreseen:
    """Raises what `cancelling` does, and OrderNotFound."""
    return _foreseen(session, actor, order_id, units, cancelling)


def foresee_return(session: Session, actor: Actor, order_id: UUID, units: Wanted) -> Foreseen:
    """Raises what `returning` does, and OrderNotFound."""
    return _foreseen(session, actor, order_id, units, returning)


def _foreseen(
    session: Session,
    actor: Actor,
    order_id: UUID,
    units: Wanted,
    plan: Callable[[Order, Wanted], Going],
) -> Foreseen:
    order = seen_order(session, actor, order_id)
    order.must_be_run_by(actor)
    going = plan(order, units)
    return Foreseen(
        lines=tuple(
            LineGoing(line.name, count, going.nets[line]) for line, count in going.units.items()
        ),
        products_cents=going.products_cents,
        shipping_cents=going.shipping_cents,
        refund_cents=going.refund_cents,
        points=going.share.points,
        vouchers_cents=sum(_to_vouchers(order, going).values()),
        uses=_uses(session, order) if going.whole else (),
        whole=going.whole,
        revision=order.revision,
    )


def _to_vouchers(order: Order, going: Going) -> Mapping[str, int]:
    """What a voucher lost comes back with the last of what it paid."""
    used = {one.id: one for one in frozen(order).vouchers}
    done = _given_by_then(order, going)
    return {
        key: cents + (used[key].lost_cents if done[key] == used[key].amount_cents else 0)
        for key, cents in going.share.vouchers.items()
    }


def _given_by_then(order: Order, going: Going) -> Mapping[str, int]:
    taken = lines_taken(order)
    gone = {line: line.gone + going.units.get(line, 0) for line in order.lines}
    parts = [share_of(taken[line.id], 0, count) for line, count in gone.items() if count]
    return reduce(Share.plus, parts, Share()).vouchers


def _uses(session: Session, order: Order) -> tuple[str, ...]:
    coming = coming_back(session, order.id)
    asked = (one for one in frozen(order).applied if one.entry != Entry.AUTOMATIC)
    return tuple(one.code or one.name for one in asked if one.promotion in coming)
