"""Pictures of rewards: drawn anew, and named by rules."""

import hashlib
from uuid import UUID

from app.audit.services import record
from app.catalog.services.pictures import drawn_anew
from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.kernel.ids import new_id
from app.rewards.models import RewardPicture
from app.rewards.services.programme_draft import must_edit


def add_reward_picture(uow: UnitOfWork, actor: Actor, content: bytes, *, clock: Clock) -> UUID:
    """Its id. Raises PictureNotReadable, PictureTooLarge."""
    must_edit(actor)
    content_type, drawn = drawn_anew(content)
    picture = RewardPicture(
        brand_id=uow.brand_id,
        id=new_id(),
        content_type=content_type,
        sha256=hashlib.sha256(drawn).hexdigest(),
        content=drawn,
        added_at=clock(),
    )
    uow.session.add(picture)
    size = {"bytes": len(drawn)}
    record(uow, actor, "reward.picture", "reward_picture", picture.id, after=size)
    return picture.id
