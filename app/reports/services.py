"""What staff do about work that was given up."""

from uuid import UUID

from sqlalchemy import text

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor, Role
from app.kernel.errors import NotFound

_RETRY = text("""
    UPDATE outbox SET status = 'new', attempts = 0, next_at = now(), token = NULL,
                      lease_until = NULL
    WHERE id = :id AND brand_id = :brand_id AND status = 'failed'
    RETURNING id
""")


def retry_work(uow: UnitOfWork, actor: Actor, work_id: UUID) -> None:
    """Another five tries; done once, it is not done again. Raises NotFound."""
    if actor.role not in {Role.BRAND_ADMIN, Role.CUSTOMER_SERVICE, Role.SYSTEM}:
        raise NotFound
    asked = {"id": work_id, "brand_id": uow.brand_id}
    if uow.session.execute(_RETRY, asked).first() is None:
        raise NotFound
