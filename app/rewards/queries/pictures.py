"""Pictures of rewards."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.queries import ImageView
from app.kernel.errors import NotFound
from app.rewards.models import RewardPicture


def reward_picture(session: Session, image_id: UUID) -> ImageView:
    """For every visitor of the brand. Raises NotFound."""
    columns = (RewardPicture.content_type, RewardPicture.sha256, RewardPicture.content)
    row = session.execute(select(*columns).where(RewardPicture.id == image_id)).one_or_none()
    if row is None:
        raise NotFound
    return ImageView(*row)
