"""Customers as conditions and segments see them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.customers import queries as customers
from app.customers.queries import CustomerView
from app.kernel.clock import local_day
from app.loyalty import queries as loyalty
from app.orders.queries.buyers import Past, pasts
from app.promotions.domain.cart import Buyer


def buyers(
    session: Session,
    customer_ids: Collection[UUID],
    *,
    at: datetime,
    zone: str,
    but: UUID | None = None,
    with_points: bool = True,
) -> dict[UUID, Buyer]:
    """Any number of them in three statements; `but` is the order that is being priced;
    points are left out where nobody spends any.

    The caller has seen to it that the actor may know them.
    """
    cards = customers.views(session, customer_ids)
    past = pasts(session, customer_ids, zone=zone, but=but)
    points = loyalty.spendable(session, customer_ids, at=at) if with_points else {}
    return {one: _buyer(card, past[one], points.get(one, 0), zone) for one, card in cards.items()}


def _buyer(card: CustomerView, past: Past, points: int, zone: str) -> Buyer:
    return Buyer(
        id=str(card.id),
        roles=frozenset(card.roles),
        professional=card.professional,
        birth_date=card.birth_date,
        since=local_day(card.created_at, zone),
        past_orders=past.orders,
        lifetime_spend_cents=past.spend_cents,
        last_order_on=past.last_on,
        products_bought=past.products,
        shipping_methods_used=past.methods,
        points=points,
        is_seller="SELLER" in card.roles,
    )
