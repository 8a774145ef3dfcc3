"""The brand of the request: its colours as a stylesheet, its logo, and where its staff set them."""

from uuid import UUID

from flask import Blueprint, current_app, request
from werkzeug import Response

from app.brands import queries
from app.brands.theme import theme_of
from app.http.auth import open_to_anyone
from app.http.brand import CurrentBrand, current_brand
from app.http.pictures import picture_served
from app.http.work import reading
from app.infra.uow import unit_of_work

bp = Blueprint("brands", __name__)
open_to_anyone(bp)

HOUR = 3_600


def brand_of_host(host: str) -> CurrentBrand | None:
    """Asked before every request, by `app.http.brand`."""
    with unit_of_work(None) as uow:
        return queries.brand_by_host(uow.session, host)


@bp.get("/theme.css")
def theme_css() -> Response:
    """The accent and what follows from it, kept by browsers until it changes."""
    brand = current_brand()
    assert isinstance(brand, queries.BrandView)
    response = current_app.response_class(theme_of(brand.accent).css(), mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = HOUR
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/logo/<uuid:logo_id>")
def logo(logo_id: UUID) -> Response:
    with reading() as uow:
        return picture_served(queries.logo(uow.session, logo_id))
