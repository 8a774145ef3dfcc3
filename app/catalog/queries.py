"""Reads of the catalogue. The catalogue is the same for everyone in a brand: no actor is asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.catalog.domain import Tariff, in_tree_order
from app.catalog.errors import CategoryNotFound, ProductNotFound, ShippingMethodNotFound
from app.catalog.models import (
    Category,
    Product,
    ProductImage,
    Season,
    ShippingMethod,
    StockCorrection,
)
from app.infra.tenancy import brand_in, database_now
from app.kernel.errors import NotFound
from app.kernel.text import containing, identity_key, search_words

Rows = Select[*tuple[Any, ...]]

BRANDS = table("brands", column("id", Uuid), column("timezone", Text))


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
    """The id under which the main picture is served; another picture has another one."""
    available: int | None
    """Units left to promise; None when stock is not tracked."""
    giftable: bool
    in_turnover: bool
    active: bool
    on_sale: bool
    """Active, and today lies between its first and its last day of sale."""
    excluded_from_discounts: bool
    weight_grams: int | None
    minimum_price_cents: int | None
    sold_from: date | None
    sold_until: date | None
    points_override: int | None
    on_hand: int
    reserved: int

    @property
    def can_be_had(self) -> bool:
        return self.active and (self.available is None or self.available > 0)


@dataclass(frozen=True, slots=True)
class PictureView:
    id: UUID
    alt: str


@dataclass(frozen=True, slots=True)
class ImageView:
    content_type: str
    sha256: str
    content: bytes


_ZONE = select(BRANDS.c.timezone).where(BRANDS.c.id == bindparam("brand", type_=Uuid()))
_NOW = bindparam("at", type_=DateTime(timezone=True))
_TODAY = cast(func.timezone(_ZONE.scalar_subquery(), _NOW), Date)
_ON_SALE = and_(
    Product.active,
    or_(Product.sold_from.is_(None), Product.sold_from <= _TODAY),
    or_(Product.sold_until.is_(None), Product.sold_until >= _TODAY),
)
"""Both days are included; they are days of the brand's zone."""
_LEFT = Product.stock_on_hand - Product.stock_reserved
_PRODUCTS: Rows = (
    select(
        Product.id,
        Product.reference,
        Product.name,
        Product.description,
        Category.name,
        Product.category_id,
        Product.price_cents,
        Product.vat_rate_bp,
        ProductImage.id,
        case((Product.stock_tracked, _LEFT)),
        Product.giftable,
        Product.in_turnover,
        Product.active,
        _ON_SALE,
        Product.excluded_from_discounts,
        Product.weight_grams,
        Product.minimum_price_cents,
        Product.sold_from,
        Product.sold_until,
        Product.points_override,
        Product.stock_on_hand,
        Product.stock_reserved,
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(
        ProductImage, and_(ProductImage.product_id == Product.id, ProductImage.position == 0)
    )
)
"""In the order of ProductView."""


def search_products(
    session: Session,
    text: str,
    *,
    limit: int = 20,
    offset: int = 0,
    giftable: bool | None = None,
    category_id: UUID | None = None,
    at: datetime | None = None,
) -> tuple[ProductView, ...]:
    """Products on sale that hold every word of `text` in their name or reference, accents and
    case apart; those that start with the text come first. Nothing typed: the shop window."""
    words = search_words(text)
    statement = _matching(_PRODUCTS, text).where(_ON_SALE)
    if category_id is not None:
        statement = statement.where(Product.category_id.in_(_with_those_below(category_id)))
    if giftable is not None:
        statement = statement.where(Product.giftable.is_(giftable))
    order: list[Any] = [Category.position, Product.search_key, Product.id]
    if words:
        starts = containing(" ".join(words)).removeprefix("%")
        exact = Product.reference_key == identity_key(" ".join(words))
        rank = case((exact, 0), (Product.search_key.like(starts, escape="\\"), 1), else_=2)
        order.insert(0, rank)
    return tuple(_views(session, statement.order_by(*order).limit(limit).offset(offset), at))


def products_by_reference(session: Session, references: Iterable[str]) -> dict[str, ProductView]:
    """By `identity_key` of the reference; the unknown ones are missing."""
    keys = sorted({identity_key(reference) for reference in references})
    if not keys:
        return {}
    found = _views(session, _PRODUCTS.where(Product.reference_key.in_(keys)))
    return {identity_key(view.reference): view for view in found}


def products(
    session: Session, ids: Iterable[UUID], *, at: datetime | None = None
) -> dict[UUID, ProductView]:
    """`at`: the instant at which `on_sale` is judged; now, when nothing is said."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {view.id: view for view in _views(session, _PRODUCTS.where(Product.id.in_(wanted)), at)}


def product_view(session: Session, product_id: UUID, *, at: datetime | None = None) -> ProductView:
    """Raises ProductNotFound."""
    found = products(session, [product_id], at=at)
    if product_id not in found:
        raise ProductNotFound
    return found[product_id]


def category_name_of(product_id: InstrumentedAttribute[UUID]) -> ScalarSelect[str]:
    """What category a product is in, as a column of a statement of packages that keep product
    ids."""
    return (
        select(Category.name)
        .join(Product, Product.category_id == Category.id)
        .where(Product.id == product_id)
        .scalar_subquery()
    )


CATEGORIES = (
    select(
        func.jsonb_object_agg(
            Category.id, func.jsonb_build_array(Category.name, Category.parent_id), type_=JSONB()
        )
    )
    .scalar_subquery()
    .label("categories")
)
"""Name and parent by id, or nothing, as one column: a statement carries it with others."""


def category_lines(categories: Mapping[str, Any] | None) -> dict[UUID, tuple[str, ...]]:
    """Of each category, its name and those of the ones above it, itself first. `categories`: as
    the column CATEGORIES says."""
    found = categories or {}

    def upwards(category_id: str | None) -> Iterator[str]:
        while category_id is not None:
            name, category_id = found[category_id]
            yield name

    return {UUID(category_id): tuple(upwards(category_id)) for category_id in found}


@dataclass(frozen=True, slots=True)
class SeasonView:
    id: UUID
    name: str
    starts_on: date


def seasons(session: Session) -> tuple[SeasonView, ...]:
    """The latest first."""
    columns = (Season.id, Season.name, Season.starts_on)
    found = session.execute(select(*columns).order_by(Season.starts_on.desc()))
    return tuple(SeasonView(*row) for row in found)


def season_of(found: Iterable[SeasonView], day: date) -> str | None:
    """The name of the catalogue by which was sold that day; `found`: the latest first."""
    return next((season.name for season in found if season.starts_on <= day), None)


def names_above(session: Session) -> dict[str, tuple[str, ...]]:
    """Of each category, its name and those of the ones above it. One statement."""
    lines = category_lines(session.scalar(select(CATEGORIES)))
    return {line[0]: line for line in lines.values()}


def image(session: Session, image_id: UUID) -> ImageView:
    """Raises NotFound."""
    columns = (ProductImage.content_type, ProductImage.sha256, ProductImage.content)
    row = session.execute(select(*columns).where(ProductImage.id == image_id)).one_or_none()
    if row is None:
        raise NotFound
    return ImageView(*row)


def pictures(session: Session, product_ids: Iterable[UUID]) -> dict[UUID, tuple[PictureView, ...]]:
    """All of each product, the main one first. One statement."""
    columns = (ProductImage.product_id, ProductImage.id, ProductImage.alt)
    statement = select(*columns).where(ProductImage.product_id.in_(sorted(set(product_ids))))
    found: dict[UUID, tuple[PictureView, ...]] = {}
    for product_id, image_id, alt in session.execute(statement.order_by(ProductImage.position)):
        found[product_id] = (*found.get(product_id, ()), PictureView(image_id, alt))
    return found


# ---------------------------------------------------------------- for the brand's own staff
LOW_STOCK = 5
"""From here on down, staff are told."""

SORTS: dict[str, Any] = {
    "name": Product.search_key,
    "reference": Product.reference_key,
    "price": Product.price_cents,
    "stock": case((Product.stock_tracked, _LEFT)),
}


@dataclass(frozen=True, slots=True)
class FindProducts:
    q: str = ""
    category_id: UUID | None = None
    """Those of the categories below it as well."""
    active: bool | None = None
    low: bool = False
    sort: str = "name"
    """A key of SORTS, "-" before it for the other way round."""
    page: int = 1


def product_list(
    session: Session, wish: FindProducts, *, limit: int | None = None
) -> tuple[ProductView, ...]:
    key = SORTS[wish.sort.removeprefix("-")]
    order = key.desc() if wish.sort.startswith("-") else key.asc()
    statement = _wished(_PRODUCTS, wish).order_by(order.nulls_last(), Product.id)
    if limit is not None:
        statement = statement.limit(limit).offset((wish.page - 1) * limit)
    return tuple(_views(session, statement))


def count_products(session: Session, wish: FindProducts) -> int:
    matching = _wished(select(Product.id), wish).subquery()
    return session.scalar(select(func.count()).select_from(matching)) or 0


@dataclass(frozen=True, slots=True)
class CategoryView:
    id: UUID
    name: str
    parent_id: UUID | None
    depth: int
    """0 for a root."""
    position: int
    product_count: int


def category_tree(session: Session) -> tuple[CategoryView, ...]:
    """Parents before their children, siblings in their order."""
    counted = (
        select(Product.category_id, func.count().label("products"))
        .group_by(Product.category_id)
        .subquery()
    )
    rows = session.execute(
        select(Category, func.coalesce(counted.c.products, 0))
        .outerjoin(counted, counted.c.category_id == Category.id)
        .order_by(Category.position, Category.name, Category.id)
    ).all()
    found = {category.id: (category, products) for category, products in rows}
    ordered = in_tree_order({key: value[0].parent_id for key, value in found.items()}, found)
    return tuple(_category(*found[key], depth) for key, depth in ordered)


def dearest_price(session: Session, categories: Collection[str]) -> int | None:
    """Of active products in the categories of these names, or below them; None: there is none."""
    tree = select(Category.id).where(Category.name.in_(categories)).cte("tree", recursive=True)
    tree = tree.union(select(Category.id).join(tree, Category.parent_id == tree.c.id))
    among = Product.category_id.in_(select(tree.c.id))
    return session.scalar(select(func.max(Product.price_cents)).where(Product.active, among))


def category(session: Session, category_id: UUID) -> CategoryView:
    """Raises CategoryNotFound."""
    tree = {view.id: view for view in category_tree(session)}
    if category_id not in tree:
        raise CategoryNotFound
    return tree[category_id]


@dataclass(frozen=True, slots=True)
class CorrectionView:
    product_id: UUID
    product: str
    reference: str
    units_before: int
    units_after: int
    reason: str
    note: str
    made_by: str
    made_at: datetime


def stock_corrections(
    session: Session, *, product_id: UUID | None = None, limit: int = 20
) -> tuple[CorrectionView, ...]:
    """The latest first."""
    statement = (
        select(StockCorrection, Product.name, Product.reference)
        .join(Product, Product.id == StockCorrection.product_id)
        .order_by(StockCorrection.made_at.desc(), StockCorrection.id.desc())
        .limit(limit)
    )
    if product_id is not None:
        statement = statement.where(StockCorrection.product_id == product_id)
    return tuple(
        CorrectionView(
            product_id=made.product_id,
            product=name,
            reference=reference,
            units_before=made.units_before,
            units_after=made.units_after,
            reason=made.reason,
            note=made.note,
            made_by=made.made_by,
            made_at=made.made_at,
        )
        for made, name, reference in session.execute(statement)
    )


@dataclass(frozen=True, slots=True)
class ShippingMethodView:
    id: UUID
    code: str
    """What promotions, segments and carts call it: its name, case-folded."""
    name: str
    tariff: Tariff
    active: bool
    position: int


def shipping_methods(
    session: Session, *, active: bool | None = None
) -> tuple[ShippingMethodView, ...]:
    statement = select(ShippingMethod).order_by(ShippingMethod.position, ShippingMethod.name_key)
    if active is not None:
        statement = statement.where(ShippingMethod.active.is_(active))
    return tuple(_shipping(found) for found in session.scalars(statement))


def shipping_method(session: Session, method_id: UUID) -> ShippingMethodView:
    """Raises ShippingMethodNotFound."""
    found = session.scalar(select(ShippingMethod).where(ShippingMethod.id == method_id))
    if found is None:
        raise ShippingMethodNotFound
    return _shipping(found)


def _shipping(found: ShippingMethod) -> ShippingMethodView:
    return ShippingMethodView(
        found.id, found.name_key, found.name, found.tariff, found.active, found.position
    )


def _category(found: Category, products: int, depth: int) -> CategoryView:
    return CategoryView(found.id, found.name, found.parent_id, depth, found.position, products)


def _wished(statement: Rows, wish: FindProducts) -> Rows:
    statement = _matching(statement, wish.q)
    if wish.category_id is not None:
        statement = statement.where(Product.category_id.in_(_with_those_below(wish.category_id)))
    if wish.active is not None:
        statement = statement.where(Product.active.is_(wish.active))
    if wish.low:
        statement = statement.where(Product.stock_tracked, _LEFT <= LOW_STOCK)
    return statement


def _with_those_below(category_id: UUID) -> Select[Any]:
    tree = select(Category.id).where(Category.id == category_id).cte("tree", recursive=True)
    tree = tree.union(select(Category.id).join(tree, Category.parent_id == tree.c.id))
    return select(tree.c.id)


def _matching(statement: Rows, text: str) -> Rows:
    for word in search_words(text):
        statement = statement.where(Product.search_key.like(containing(word), escape="\\"))
    return statement


def _views(session: Session, statement: Rows, at: datetime | None = None) -> Iterator[ProductView]:
    """Of a statement made from _PRODUCTS; `at`: the instant at which `on_sale` is judged."""
    parameters = {"brand": brand_in(session), "at": at or database_now(session)}
    return (ProductView(*row) for row in session.execute(statement, parameters))
