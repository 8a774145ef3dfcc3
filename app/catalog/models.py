"""Products and what is left of them, and what it costs to send them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.domain import Basis, Bracket, CorrectionReason, Tariff
from app.infra.orm import Base, amount, belongs, brand_pk, cents, one_of, uuid_pk
from app.kernel.text import identity_key, search_key


class Category(Base):
    """A node of the tree; names are unique in a brand, wherever they hang."""

    __tablename__ = "categories"
    __table_args__ = (
        belongs("parent_id", "categories"),
        UniqueConstraint("brand_id", "name"),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    name: Mapped[str]
    position: Mapped[int]
    parent_id: Mapped[UUID | None]


class Season(Base):
    """The catalogue by which a brand sells, from a day on."""

    __tablename__ = "seasons"
    __table_args__ = (
        UniqueConstraint("brand_id", "name"),
        UniqueConstraint("brand_id", "starts_on"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    name: Mapped[str]
    starts_on: Mapped[date]


class Product(Base):
    """`reference` is what people and programmes call it; prices include tax."""

    __tablename__ = "products"
    __table_args__ = (
        belongs("category_id", "categories"),
        UniqueConstraint("brand_id", "reference_key"),
        amount("price_cents"),
        CheckConstraint("vat_rate_bp BETWEEN 0 AND 10000", name="vat_rate_bp_range"),
        CheckConstraint(
            "stock_reserved >= 0 AND stock_on_hand >= 0"
            " AND (NOT stock_tracked OR stock_on_hand >= stock_reserved)",
            name="stock_not_oversold",
        ),
        CheckConstraint(
            "minimum_price_cents BETWEEN 0 AND price_cents", name="minimum_price_cents_range"
        ),
        CheckConstraint("weight_grams BETWEEN 0 AND 1000000", name="weight_grams_range"),
        CheckConstraint("points_override BETWEEN 0 AND 1000000", name="points_override_range"),
        CheckConstraint("sold_from <= sold_until", name="sold_in_order"),
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
    """What orders hold, counted or not."""
    giftable: Mapped[bool] = mapped_column(server_default="false")
    in_turnover: Mapped[bool] = mapped_column(server_default="true")
    active: Mapped[bool] = mapped_column(server_default="true")
    excluded_from_discounts: Mapped[bool] = mapped_column(server_default="false")
    weight_grams: Mapped[int | None]
    minimum_price_cents: Mapped[int | None] = mapped_column(BigInteger())
    """No discount takes the price of one unit below it."""
    sold_from: Mapped[date | None]
    sold_until: Mapped[date | None]
    """The last day included, in the brand's zone."""
    points_override: Mapped[int | None]
    """Points that one unit earns, instead of what its price would."""
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
    """A picture of a product, kept in the database: web machines keep nothing."""

    __tablename__ = "product_images"
    __table_args__ = (
        belongs("product_id", "products"),
        UniqueConstraint(
            "brand_id",
            "product_id",
            "position",
            name="uq_product_images_place",
            deferrable=True,
            initially="DEFERRED",
        ),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    product_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(server_default="0")
    """From 0, without gaps; the one at 0 is the main one, shown in lists."""
    alt: Mapped[str] = mapped_column(server_default="")
    """What it shows, for those who do not see it."""
    content_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)


class StockCorrection(Base):
    """Why the units on hand changed without a sale. Never altered."""

    __tablename__ = "stock_corrections"
    __table_args__ = (
        belongs("product_id", "products"),
        one_of("reason", CorrectionReason),
        Index("ix_stock_corrections_product", "brand_id", "product_id", "made_at"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    product_id: Mapped[UUID]
    units_before: Mapped[int]
    units_after: Mapped[int]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class ShippingMethod(Base):
    """`zones` holds countries (FR) and postcode areas (FR-20); none: everywhere. `brackets` are
    "from X" steps of the basket in cents or of the weight in grams, the first from 0."""

    __tablename__ = "shipping_methods"
    __table_args__ = (
        UniqueConstraint("brand_id", "name_key"),
        one_of("basis", Basis),
        CheckConstraint("free_from_cents >= 0", name="free_from_cents_range"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    name: Mapped[str]
    name_key: Mapped[str]
    zones: Mapped[list[Any]]
    basis: Mapped[str]
    brackets: Mapped[list[Any]]
    free_from_cents: Mapped[int | None] = mapped_column(BigInteger())
    active: Mapped[bool] = mapped_column(server_default="true")
    position: Mapped[int] = mapped_column(server_default="0")

    @property
    def tariff(self) -> Tariff:
        return Tariff(
            zones=tuple(self.zones),
            basis=Basis(self.basis),
            brackets=tuple(Bracket(start, price_cents) for start, price_cents in self.brackets),
            free_from_cents=self.free_from_cents,
        )
