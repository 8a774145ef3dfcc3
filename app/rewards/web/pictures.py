"""Pictures of rewards, for whoever is shown one."""

from uuid import UUID

from flask import Blueprint, Response

from app.http.auth import open_to_anyone
from app.http.pictures import picture_served
from app.http.work import reading
from app.rewards.queries.pictures import reward_picture

bp = Blueprint("reward_pictures", __name__, url_prefix="/reward-pictures")
open_to_anyone(bp)


@bp.get("/<uuid:image_id>")
def show(image_id: UUID) -> Response:
    with reading() as uow:
        return picture_served(reward_picture(uow.session, image_id))
