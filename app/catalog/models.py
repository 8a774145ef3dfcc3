"""Products and what is left of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, amount, belongs, brand_pk, cents, uuid_pk
from app.kernel.text import identity_key, search_key


class Category(Base):
    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    name: Mapped[str]
    position: Mapped[int]


class Product(Base):
    """`reference` is what people and programmes call it; prices include tax."""

    __tablename__ = "products"
    __table_args__ = (
        belongs("category_id", "categories"),
        UniqueConstraint("brand_id", "reference_key"),
        amount("price_cents"),
        CheckConstraint("vat_rate_bp BETWEEN 0 AND 10000", name="vat_rate_bp_range"),
        CheckConstraint(
            "stock_reserved >= 0 AND stock_on_hand >= stock_reserved", name="stock_not_oversold"
        ),
        Index("ix_products_search", "brand_id", "search_key"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    reference: Mapped[str]
    reference_key: Mapped[str]
    name: Mapped[str]
    search_key: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    category_id: Mapped[UUID]
    price_cents: Mapped[cents]
    vat_rate_bp: Mapped[int]
    stock_tracked: Mapped[bool]
    stock_on_hand: Mapped[int] = mapped_column(server_default="0")
    stock_reserved: Mapped[int] = mapped_column(server_default="0")
    giftable: Mapped[bool] = mapped_column(server_default="false")
    in_turnover: Mapped[bool] = mapped_column(server_default="true")
    active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[datetime]

    def rename(self, reference: str, name: str) -> None:
        """Names and the keys by which they are compared and searched change together."""
        self.reference, self.reference_key = reference, identity_key(reference)
        self.name, self.search_key = name, search_key(f"{name} {reference}")

    @property
    def available(self) -> int | None:
        """Units left to promise; None when stock is not tracked."""
        return self.stock_on_hand - self.stock_reserved if self.stock_tracked else None


class ProductImage(Base):
    """The picture of a product, kept in the database: web machines keep nothing."""

    __tablename__ = "product_images"
    __table_args__ = (belongs("product_id", "products"), UniqueConstraint("brand_id", "product_id"))

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    product_id: Mapped[UUID]
    content_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
