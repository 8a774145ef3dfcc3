"""Products as pages show them: where the picture is, how many are left."""

from uuid import UUID

from flask import url_for
from flask_babel import gettext

from app.catalog.queries import ProductView

FEW = 5
"""From here on down we say how many are left."""


def stock_words(available: int | None) -> str:
    if available is None or available > FEW:
        words: str = gettext("In stock")
    elif available <= 0:
        words = gettext("Out of stock")
    else:
        words = gettext("Only %(units)s left", units=available)
    return words


def image_url(image_id: UUID | None) -> str | None:
    return url_for("catalog.image", image_id=image_id) if image_id else None


def picture_of(product: ProductView | None) -> str | None:
    return image_url(product.image_url_id) if product else None
