"""Products, as the app's order page looks for them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.accounts.web import from_token
from app.catalog import queries
from app.catalog.presenters import image_url, picture_of
from app.catalog.queries import PictureView, ProductView
from app.http import api_fields as answers
from app.http import fields
from app.http.api import ApiBlueprint
from app.http.api_pages import Page, PageSchema, cursor_of, number_of
from app.http.auth import open_to
from app.http.work import reading
from app.kernel.actor import Role

bp = ApiBlueprint("api_products", "Products", about="What is for sale.")
open_to(bp, Role.SELLER, via=from_token, looking=(Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE))


class FindProductsSchema(PageSchema):
    q = fields.Text(minimum=0, maximum=100, load_default="")


class PictureAnswer(answers.Answer):
    url = answers.Text()
    alt = answers.Text()
    """What it shows, in words; "" when nobody has written any."""


class ProductAnswer(answers.Answer):
    id = answers.Id()
    reference = answers.Text()
    name = answers.Text()
    description = answers.Text()
    category = answers.Text()
    price_cents = answers.Number()
    vat_rate_bp = answers.Number()
    image_url = answers.Text(allow_none=True)
    """Of the main picture."""
    pictures = answers.many(PictureAnswer)
    """All of them, the main one first."""
    available = answers.Number(allow_none=True)
    """Units left to promise; null when stock is not tracked."""


class ProductsAnswer(answers.Answer):
    items = answers.many(ProductAnswer)
    next_cursor = answers.Text(allow_none=True)


@bp.route("/products")
@bp.arguments(FindProductsSchema, location="query")
@bp.response(200, ProductsAnswer)
def products(asked: dict[str, Any]) -> Page:
    """Products on sale whose name or reference holds every word of `q`; without it, all."""
    start, limit = number_of(asked["cursor"]), asked["limit"]
    with reading() as uow:
        found = queries.search_products(uow.session, asked["q"], limit=limit + 1, offset=start)
        pictures = queries.pictures(uow.session, [one.id for one in found])
    further = cursor_of(start + limit) if len(found) > limit else None
    return Page([product_told(one, pictures.get(one.id, ())) for one in found[:limit]], further)


@bp.route("/products/<uuid:product_id>")
@bp.response(200, ProductAnswer)
def product(product_id: UUID) -> dict[str, Any]:
    """One product, also one that is no longer sold."""
    with reading() as uow:
        found = queries.product_view(uow.session, product_id)
        pictures = queries.pictures(uow.session, [product_id]).get(product_id, ())
    return product_told(found, pictures)


def product_told(product: ProductView, pictures: Iterable[PictureView]) -> dict[str, Any]:
    told = {name: getattr(product, name, None) for name in ProductAnswer().fields}
    seen = [{"url": image_url(picture.id), "alt": picture.alt} for picture in pictures]
    return told | {"image_url": picture_of(product), "pictures": seen}
