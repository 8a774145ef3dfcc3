"""Pictures of a product in their order, the main one first: looked at pixel by pixel and drawn
anew, so that nothing else travels with them."""

import hashlib
from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select

from app.audit.services import record
from app.catalog.errors import (
    PictureNotFound,
    PictureNotReadable,
    PictureTooLarge,
    ProductNotFound,
    TooManyPictures,
)
from app.catalog.models import Product, ProductImage
from app.catalog.services.rights import must_manage_catalogue
from app.infra.locks import Rank, lock
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.ids import new_id

MEGABYTE = 1_000_000
MAX_PICTURE_BYTES = 8 * MEGABYTE
"""What a phone takes."""
MAX_PICTURE_PIXELS = 50_000_000
MOST_PICTURES = 8
READ = ("PNG", "JPEG", "WEBP")
LONGEST_SIDE = 1_200
QUALITY = 85


def add_picture(
    uow: UnitOfWork, actor: Actor, product_id: UUID, content: bytes, *, alt: str = ""
) -> UUID:
    """Behind those already there; the first one is the main one. Its id never shows another
    picture, so that caches may keep it for ever.

    Raises PictureNotReadable, PictureTooLarge, TooManyPictures, ProductNotFound.
    """
    must_manage_catalogue(actor)
    content_type, drawn = drawn_anew(content)
    there = _pictures(uow, product_id)
    if len(there) >= MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    image = ProductImage(
        brand_id=uow.brand_id,
        id=new_id(),
        product_id=product_id,
        position=len(there),
        alt=alt,
        content_type=content_type,
        sha256=hashlib.sha256(drawn).hexdigest(),
        content=drawn,
    )
    uow.session.add(image)
    uow.session.flush()
    _note(uow, actor, product_id, {"added": str(image.id), "bytes": len(drawn)})
    return image.id


def describe_picture(
    uow: UnitOfWork, actor: Actor, product_id: UUID, image_id: UUID, alt: str
) -> None:
    """What it shows, for those who do not see it. Raises PictureNotFound, ProductNotFound."""
    must_manage_catalogue(actor)
    image = _one(_pictures(uow, product_id), image_id)
    if image.alt != alt:
        image.alt = alt
        _note(uow, actor, product_id, {"described": str(image_id), "alt": alt})


def place_picture(
    uow: UnitOfWork, actor: Actor, product_id: UUID, image_id: UUID, position: int
) -> None:
    """The others close up; at 0 it is the main one. Raises PictureNotFound, ProductNotFound."""
    must_manage_catalogue(actor)
    there = _pictures(uow, product_id)
    image = _one(there, image_id)
    there.remove(image)
    there.insert(max(0, position), image)
    _renumber(uow, there)
    _note(uow, actor, product_id, {"placed": str(image_id), "position": there.index(image)})


def remove_picture(uow: UnitOfWork, actor: Actor, product_id: UUID, image_id: UUID) -> None:
    """The next one becomes the main one. Raises PictureNotFound, ProductNotFound."""
    must_manage_catalogue(actor)
    there = _pictures(uow, product_id)
    image = _one(there, image_id)
    there.remove(image)
    uow.session.delete(image)
    uow.session.flush()
    _renumber(uow, there)
    _note(uow, actor, product_id, {"removed": str(image_id)})


def _pictures(uow: UnitOfWork, product_id: UUID) -> list[ProductImage]:
    """In their order, the product locked. Raises ProductNotFound."""
    if not lock(uow.session, Rank.STOCK, Product, [product_id]):
        raise ProductNotFound
    statement = select(ProductImage).where(ProductImage.product_id == product_id)
    return list(uow.session.scalars(statement.order_by(ProductImage.position)))


def _one(there: Sequence[ProductImage], image_id: UUID) -> ProductImage:
    found = next((image for image in there if image.id == image_id), None)
    if found is None:
        raise PictureNotFound
    return found


def _renumber(uow: UnitOfWork, there: Sequence[ProductImage]) -> None:
    """Two pictures never share a place, except within this transaction."""
    for position, image in enumerate(there):
        image.position = position
    uow.session.flush()


def _note(uow: UnitOfWork, actor: Actor, product_id: UUID, told: dict[str, object]) -> None:
    record(uow, actor, "product.picture", "product", product_id, after=told)


def drawn_anew(content: bytes) -> tuple[str, bytes]:
    """Upright, no larger than a page needs, without its metadata: its type and its bytes.

    Raises PictureNotReadable, PictureTooLarge.
    """
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooLarge(most=MAX_PICTURE_BYTES // MEGABYTE)
    try:
        with Image.open(BytesIO(content), formats=READ) as picture:
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise PictureNotReadable
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _encoded(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise PictureNotReadable from None


def _encoded(picture: Image.Image) -> tuple[str, bytes]:
    out = BytesIO()
    if picture.has_transparency_data:
        picture.convert("RGBA").save(out, "PNG", optimize=True)
        return "image/png", out.getvalue()
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return "image/jpeg", out.getvalue()
