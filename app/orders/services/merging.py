"""Two cards of one person: orders of the one become the other's; papers stay as they were."""

from uuid import UUID

from sqlalchemy import func, select, update

from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.orders.models import Order


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> int:
    """How many; their meetings are held by the caller."""
    lock_where(uow.session, Rank.ORDER, Order, Order.customer_id == from_id)
    hers = update(Order).where(Order.customer_id == from_id).values(customer_id=to_id)
    moved = uow.session.execute(
        hers.returning(Order.id).execution_options(synchronize_session=False)
    )
    found = len(moved.all())
    uow.session.expire_all()
    return found


def count(uow: UnitOfWork, customer_id: UUID) -> int:
    """What would be moved."""
    hers = select(func.count()).select_from(Order).where(Order.customer_id == customer_id)
    return uow.session.scalar(hers) or 0
