"""Reads of the catalogue. The catalogue is the same for everyone in a brand: no actor is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from app.catalog.errors import ProductNotFound
from app.catalog.models import Category, Product, ProductImage
from app.kernel.errors import NotFound
from app.kernel.text import containing, identity_key, search_words


@dataclass(frozen=True, slots=True)
class ProductView:
    id: UUID
    reference: str
    name: str
    description: str
    category: str
    category_id: UUID
    price_cents: int
    vat_rate_bp: int
    image_url_id: UUID | None
    """The id under which the picture is served; a new picture has a new one."""
    available: int | None
    """Units left to promise; None when stock is not tracked."""
    giftable: bool
    in_turnover: bool
    active: bool

    @property
    def can_be_had(self) -> bool:
        return self.active and (self.available is None or self.available > 0)


@dataclass(frozen=True, slots=True)
class ImageView:
    content_type: str
    sha256: str
    content: bytes


def search_products(
    session: Session, text: str, *, limit: int = 20, giftable: bool | None = None
) -> tuple[ProductView, ...]:
    """Products on sale that hold every word of `text` in their name or reference, accents and
    case apart; those that start with the text come first. Nothing typed: the shop window."""
    words = search_words(text)
    statement = _products().where(Product.active)
    if giftable is not None:
        statement = statement.where(Product.giftable.is_(giftable))
    for word in words:
        statement = statement.where(Product.search_key.like(containing(word), escape="\\"))
    order: list[Any] = [Category.position, Product.search_key, Product.id]
    if words:
        starts = containing(" ".join(words)).removeprefix("%")
        exact = Product.reference_key == identity_key(" ".join(words))
        rank = case((exact, 0), (Product.search_key.like(starts, escape="\\"), 1), else_=2)
        order.insert(0, rank)
    rows = session.execute(statement.order_by(*order).limit(limit))
    return tuple(_view(row) for row in rows)


def products_by_reference(session: Session, references: Iterable[str]) -> dict[str, ProductView]:
    """By `identity_key` of the reference; the unknown ones are missing."""
    keys = sorted({identity_key(reference) for reference in references})
    if not keys:
        return {}
    rows = session.execute(_products().where(Product.reference_key.in_(keys)))
    return {identity_key(view.reference): view for view in map(_view, rows)}


def products(session: Session, ids: Iterable[UUID]) -> dict[UUID, ProductView]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = session.execute(_products().where(Product.id.in_(wanted)))
    return {view.id: view for view in map(_view, rows)}


def product_view(session: Session, product_id: UUID) -> ProductView:
    """Raises ProductNotFound."""
    row = session.execute(_products().where(Product.id == product_id)).one_or_none()
    if row is None:
        raise ProductNotFound
    return _view(row)


def category_names(session: Session, product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What category each product is in, for packages that keep product ids."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    statement = (
        select(Product.id, Category.name)
        .join(Category, Category.id == Product.category_id)
        .where(Product.id.in_(wanted))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def image(session: Session, image_id: UUID) -> ImageView:
    """Raises NotFound."""
    found = session.scalar(select(ProductImage).where(ProductImage.id == image_id))
    if found is None:
        raise NotFound
    return ImageView(found.content_type, found.sha256, found.content)


def _products() -> Select[Product, str, UUID]:
    return (
        select(Product, Category.name, ProductImage.id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(ProductImage, ProductImage.product_id == Product.id)
    )


def _view(row: Any) -> ProductView:
    product, category, image_id = row
    return ProductView(
        id=product.id,
        reference=product.reference,
        name=product.name,
        description=product.description,
        category=category,
        category_id=product.category_id,
        price_cents=product.price_cents,
        vat_rate_bp=product.vat_rate_bp,
        image_url_id=image_id,
        available=product.available,
        giftable=product.giftable,
        in_turnover=product.in_turnover,
        active=product.active,
    )
