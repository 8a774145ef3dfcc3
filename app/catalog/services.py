"""What staff do with the catalogue, and the stock that orders take from it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from sqlalchemy import Integer, Uuid, column, delete, select, update, values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.errors import (
    CategoryTaken,
    OutOfStock,
    PictureNotReadable,
    PictureTooLarge,
    ProductNotFound,
    ReferenceTaken,
)
from app.catalog.models import Category, Product, ProductImage
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.clock import Clock
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.ids import new_id
from app.kernel.money import BASIS, MAX_CENTS
from app.kernel.text import identity_key, search_key
from app.kernel.words import N_

MAX_STOCK = 10**9
MAX_PICTURE_BYTES = 2_000_000
MAX_PICTURE_PIXELS = 25_000_000
PICTURE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True)
class NewProduct:
    reference: str
    name: str
    category_id: UUID
    price_cents: int
    vat_rate_bp: int = 2_000
    description: str = ""
    stock: int | None = None
    """Units on hand; None: stock is not tracked."""
    giftable: bool = False
    in_turnover: bool = True
    active: bool = True


def create_category(uow: UnitOfWork, actor: Actor, name: str, *, position: int = 0) -> UUID:
    """Raises CategoryTaken."""
    _must_manage_catalogue(actor)
    statement = (
        insert(Category)
        .values(brand_id=uow.brand_id, id=new_id(), name=name, position=position)
        .on_conflict_do_nothing(index_elements=["brand_id", "name"])
        .returning(Category.id)
    )
    category_id = uow.session.scalar(statement)
    if category_id is None:
        raise CategoryTaken(name=name)
    return category_id


def create_product(uow: UnitOfWork, actor: Actor, new: NewProduct, *, clock: Clock) -> UUID:
    """Raises ReferenceTaken: two products never share a reference, however it is written."""
    _must_manage_catalogue(actor)
    _must_be_possible(new)
    statement = (
        insert(Product)
        .values(
            brand_id=uow.brand_id,
            id=new_id(),
            reference=new.reference,
            reference_key=identity_key(new.reference),
            name=new.name,
            search_key=search_key(f"{new.name} {new.reference}"),
            description=new.description,
            category_id=new.category_id,
            price_cents=new.price_cents,
            vat_rate_bp=new.vat_rate_bp,
            stock_tracked=new.stock is not None,
            stock_on_hand=new.stock or 0,
            stock_reserved=0,
            giftable=new.giftable,
            in_turnover=new.in_turnover,
            active=new.active,
            created_at=clock(),
        )
        .on_conflict_do_nothing(index_elements=["brand_id", "reference_key"])
        .returning(Product.id)
    )
    product_id = uow.session.scalar(statement)
    if product_id is None:
        raise ReferenceTaken(reference=new.reference)
    return product_id


def set_picture(uow: UnitOfWork, actor: Actor, product_id: UUID, content: bytes) -> UUID:
    """Replace the product's picture. Its id changes with it, so that caches may keep it for ever.

    Raises PictureNotReadable, PictureTooLarge, ProductNotFound.
    """
    _must_manage_catalogue(actor)
    content_type = _picture_type(content)
    if uow.session.scalar(select(Product.id).where(Product.id == product_id)) is None:
        raise ProductNotFound
    uow.session.execute(delete(ProductImage).where(ProductImage.product_id == product_id))
    image_id = new_id()
    uow.session.execute(
        insert(ProductImage).values(
            brand_id=uow.brand_id,
            id=image_id,
            product_id=product_id,
            content_type=content_type,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )
    )
    return image_id


def take_stock(uow: UnitOfWork, wanted: Mapping[UUID, int]) -> None:
    """Promise units to an order, all or none. Raises OutOfStock with what could not be had.

    Rows are locked in the order of their ids; the update is guarded besides.
    """
    held = _locked(uow.session, wanted)
    short = [
        (product.id, product.name, max(product.available or 0, 0))
        for product in held
        if product.available is not None and product.available < wanted[product.id]
    ]
    if short:
        raise OutOfStock(short)
    _move(uow.session, wanted, reserved=1)


def give_back_stock(uow: UnitOfWork, units: Mapping[UUID, int]) -> None:
    """An order that will not be has no claim on what it had taken."""
    _locked(uow.session, units)
    _move(uow.session, units, reserved=-1)


def consume_stock(uow: UnitOfWork, units: Mapping[UUID, int]) -> None:
    """What was promised has left the house."""
    _locked(uow.session, units)
    _move(uow.session, units, reserved=-1, on_hand=-1)


def _locked(session: Session, units: Mapping[UUID, int]) -> list[Product]:
    if any(quantity <= 0 for quantity in units.values()):
        raise ValueError("stock moves by whole units, at least one")
    held = lock(session, Rank.STOCK, Product, units)
    if len(held) != len(units):
        raise ProductNotFound
    return held


def _move(session: Session, units: Mapping[UUID, int], *, reserved: int, on_hand: int = 0) -> None:
    """One statement for any number of products; those without tracked stock are left alone."""
    if not units:
        return
    moved = values(column("id", Uuid), column("units", Integer), name="moved").data(
        list(units.items())
    )
    on_hand_then = Product.stock_on_hand + on_hand * moved.c.units
    reserved_then = Product.stock_reserved + reserved * moved.c.units
    session.execute(
        update(Product)
        .where(
            Product.id == moved.c.id,
            Product.stock_tracked,
            reserved_then >= 0,
            on_hand_then >= reserved_then,
        )
        .values(stock_on_hand=on_hand_then, stock_reserved=reserved_then)
        .execution_options(synchronize_session=False)
    )


def _picture_type(content: bytes) -> str:
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooLarge(most=MAX_PICTURE_BYTES // 1000)
    try:
        with Image.open(BytesIO(content), formats=list(PICTURE_TYPES)) as picture:
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise PictureNotReadable
            kind = PICTURE_TYPES[str(picture.format)]
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError):
        raise PictureNotReadable from None
    return kind


def _must_be_possible(new: NewProduct) -> None:
    problems = {
        "reference": not 1 <= len(new.reference.strip()) <= 60,
        "name": not 1 <= len(new.name.strip()) <= 200,
        "price_cents": not 0 <= new.price_cents <= MAX_CENTS,
        "vat_rate_bp": not 0 <= new.vat_rate_bp <= BASIS,
        "stock": new.stock is not None and not 0 <= new.stock <= MAX_STOCK,
    }
    wrong = {field: [N_("This value is not possible.")] for field, bad in problems.items() if bad}
    if wrong:
        raise Invalid(wrong)


def _must_manage_catalogue(actor: Actor) -> None:
    if actor.role not in {Role.BRAND_ADMIN, Role.SYSTEM}:
        raise NotAllowed
