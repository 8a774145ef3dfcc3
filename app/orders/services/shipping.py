"""Ways to send a draft: which of them serve its address, and what `price()` needs to know."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog import queries as catalog
from app.catalog.domain import Basis
from app.catalog.queries import ProductView, ShippingMethodView
from app.orders.domain.asked import Delivery
from app.orders.models import OrderLine
from app.promotions.domain.cart import Bracket, Shipping


def shipping_of(
    session: Session,
    delivery: Delivery,
    lines: Iterable[OrderLine],
    sold: Mapping[UUID, ProductView],
) -> Shipping:
    """A method that is gone, or serves this address no more, is left out."""
    address = Shipping(
        country=delivery.country or None,
        city=delivery.city or None,
        postcode=delivery.postcode or None,
    )
    method = method_serving(session, delivery)
    if method is None:
        return address
    tariff = method.tariff
    return Shipping(
        method=method.code,
        brackets=tuple(Bracket(one.start, one.price_cents) for one in tariff.brackets),
        by_weight=tariff.basis is Basis.WEIGHT,
        weight_grams=sum(
            (sold[line.product_id].weight_grams or 0) * line.quantity for line in lines
        ),
        free_from_cents=tariff.free_from_cents,
        country=address.country,
        city=address.city,
        postcode=address.postcode,
    )


def method_serving(session: Session, delivery: Delivery) -> ShippingMethodView | None:
    if not delivery.method_id:
        return None
    found = (one for one in methods_for(session, delivery) if str(one.id) == delivery.method_id)
    return next(found, None)


def methods_for(session: Session, delivery: Delivery) -> tuple[ShippingMethodView, ...]:
    """The active ones that serve this address, in the brand's order. One statement."""
    return tuple(
        one
        for one in catalog.shipping_methods(session, active=True)
        if one.tariff.serves(delivery.country, delivery.postcode)
    )
