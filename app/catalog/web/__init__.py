"""Pictures of products, for whoever is shown one: sellers, hosts, readers of mails."""

from uuid import UUID

from flask import Blueprint, Response

from app.catalog import queries
from app.http.auth import open_to_anyone
from app.http.pictures import picture_served
from app.http.work import reading

bp = Blueprint("catalog", __name__, url_prefix="/pictures")
open_to_anyone(bp)


@bp.get("/<uuid:image_id>")
def image(image_id: UUID) -> Response:
    with reading() as uow:
        return picture_served(queries.image(uow.session, image_id))
