"""Points of her own meeting that a host may spend before she has them.

Rewards stand to the right of this package: they say at start-up how to foresee them.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.loyalty.queries import stored_settings
from app.orders.domain.future import Foresee, Foresight, FutureWish, nothing
from app.orders.models import Order
from app.promotions.domain import Buyer, Plan, Quote
from app.promotions.domain.terms import SpendingMode

_foresee: list[Foresee] = [nothing]


def foresee_by(how: Foresee) -> None:
    """Told once by the composition root."""
    _foresee[:] = [how]


def may_foresee(session: Session, order: Order, buyer: Buyer, plan: Plan) -> bool:
    """Whether it is a host's order in her own meeting, of a brand that lets her."""
    by_rate = plan.spending.mode is SpendingMode.RATE
    hers = buyer.is_host and order.meeting_id is not None
    return hers and by_rate and stored_settings(session).settings.future_amount


def future_points(
    session: Session, order: Order, without_points: Quote, buyer: Buyer, plan: Plan
) -> Foresight:
    """`without_points`: what the order costs if she uses none."""
    assert order.meeting_id is not None
    wish = FutureWish(
        order_id=order.id,
        meeting_id=order.meeting_id,
        customer_id=order.customer_id,
        nets={line.id: line.net_cents for line in without_points.lines},
        spendable=buyer.points,
        value=plan.spending.value_host,
    )
    return _foresee[0](session, wish)
