"""Two cards of one person: what was written to the one is in the log of the other."""

from uuid import UUID

from sqlalchemy import update

from app.infra.uow import UnitOfWork
from app.notifications.models import Email


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """Addresses stay as they were written."""
    hers = update(Email).where(Email.customer_id == from_id).values(customer_id=to_id)
    uow.session.execute(hers.execution_options(synchronize_session=False))
