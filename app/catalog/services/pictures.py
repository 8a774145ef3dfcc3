"""Pictures: looked at pixel by pixel and drawn anew, so that nothing else travels with them."""

import hashlib
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.services import record
from app.catalog.errors import PictureNotReadable, PictureTooLarge, ProductNotFound
from app.catalog.models import Product, ProductImage
from app.catalog.services.rights import must_manage_catalogue
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.ids import new_id

MEGABYTE = 1_000_000
MAX_PICTURE_BYTES = 8 * MEGABYTE
"""What a phone takes."""
MAX_PICTURE_PIXELS = 50_000_000
READ = ("PNG", "JPEG", "WEBP")
LONGEST_SIDE = 1_200
QUALITY = 85


def set_picture(uow: UnitOfWork, actor: Actor, product_id: UUID, content: bytes) -> UUID:
    """Replace the product's picture. Its id changes with it, so that caches may keep it for ever.

    Raises PictureNotReadable, PictureTooLarge, ProductNotFound.
    """
    must_manage_catalogue(actor)
    content_type, drawn = _drawn_anew(content)
    _must_exist(uow, product_id)
    uow.session.execute(delete(ProductImage).where(ProductImage.product_id == product_id))
    image_id = new_id()
    uow.session.execute(
        insert(ProductImage).values(
            brand_id=uow.brand_id,
            id=image_id,
            product_id=product_id,
            content_type=content_type,
            sha256=hashlib.sha256(drawn).hexdigest(),
            content=drawn,
        )
    )
    record(uow, actor, "product.picture", "product", product_id, after={"bytes": len(drawn)})
    return image_id


def remove_picture(uow: UnitOfWork, actor: Actor, product_id: UUID) -> None:
    """Raises ProductNotFound."""
    must_manage_catalogue(actor)
    _must_exist(uow, product_id)
    uow.session.execute(delete(ProductImage).where(ProductImage.product_id == product_id))
    record(uow, actor, "product.picture", "product", product_id, after={"bytes": 0})


def _must_exist(uow: UnitOfWork, product_id: UUID) -> None:
    if uow.session.scalar(select(Product.id).where(Product.id == product_id)) is None:
        raise ProductNotFound


def _drawn_anew(content: bytes) -> tuple[str, bytes]:
    """Upright, no larger than a page needs, without its metadata."""
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
