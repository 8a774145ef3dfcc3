"""Pictures of products, for whoever is shown one: sellers, hosts, readers of mails."""

from uuid import UUID

from flask import Blueprint, Response, request

from app.catalog import queries
from app.http.auth import open_to_anyone
from app.http.work import reading

bp = Blueprint("catalog", __name__, url_prefix="/pictures")
open_to_anyone(bp)

FOR_EVER = 31_536_000


@bp.get("/<uuid:image_id>")
def image(image_id: UUID) -> Response:
    """A new picture has a new address, so this one may be kept for ever."""
    with reading() as uow:
        found = queries.image(uow.session, image_id)
    response = Response(found.content, content_type=found.content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.cache_control.public = True
    response.cache_control.max_age = FOR_EVER
    response.cache_control.immutable = True
    response.set_etag(found.sha256)
    response.make_conditional(request)
    return response
