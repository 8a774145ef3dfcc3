"""The catalogue and the basket of a customer who orders by her link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.catalog.presenters import picture_of, stock_words
from app.catalog.queries import CategoryView, ProductView
from app.http.words import date_long, points
from app.meetings.queries import MeetingCard
from app.orders.queries import OrderView
from app.promotions.domain.product_points import points_of_product
from app.promotions.domain.terms import Earning


@dataclass(frozen=True, slots=True)
class ShownProduct:
    id: UUID
    reference: str
    name: str
    description: str
    category: str
    price_cents: int
    image_url: str | None
    stock_text: str
    available: bool
    earns: str
    """80 points; empty: nothing."""
    in_basket: int


@dataclass(frozen=True, slots=True)
class Shop:
    """Where she is: in a meeting, or with her adviser."""

    token: str
    first_name: str
    seller_name: str
    host_name: str
    """Empty outside meetings."""
    day: str
    is_open: bool
    item_count: int
    total_cents: int
    orders: Sequence[OrderView] = ()
    """Those she has placed here."""


def shop_of(
    token: str,
    first_name: str,
    seller_name: str,
    meeting: MeetingCard | None,
    draft: OrderView | None,
    orders: Iterable[OrderView],
) -> Shop:
    return Shop(
        token=token,
        first_name=first_name,
        seller_name=seller_name,
        host_name=meeting.host_name if meeting else "",
        day=date_long(meeting.starts_at) if meeting else "",
        is_open=meeting is None or meeting.status in {"planned", "open"},
        item_count=draft.item_count if draft else 0,
        total_cents=draft.total_cents if draft else 0,
        orders=[one for one in orders if one.is_sold],
    )


def shown_product(
    product: ProductView, earning: Earning | None, basket: Mapping[UUID, int]
) -> ShownProduct:
    earned = points_of_product(earning, product.price_cents, product.points_override)
    return ShownProduct(
        id=product.id,
        reference=product.reference,
        name=product.name,
        description=product.description,
        category=product.category,
        price_cents=product.price_cents,
        image_url=picture_of(product),
        stock_text=stock_words(product.available),
        available=product.can_be_had,
        earns=points(earned) if earned else "",
        in_basket=basket.get(product.id, 0),
    )


def units_by_product(draft: OrderView | None) -> dict[UUID, int]:
    units: dict[UUID, int] = {}
    for line in draft.lines if draft else ():
        units[line.product_id] = units.get(line.product_id, 0) + line.quantity
    return units


def shelves(tree: Iterable[CategoryView]) -> list[CategoryView]:
    """The categories at the top that hold something, themselves or below them."""
    found = list(tree)
    parents = {one.id: one.parent_id for one in found}
    filled = set[UUID]()
    for one in found:
        above: UUID | None = one.id if one.product_count else None
        while above is not None:
            filled.add(above)
            above = parents[above]
    return [one for one in found if one.depth == 0 and one.id in filled]
