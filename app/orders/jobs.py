"""What follows from a sale that was paid."""

from uuid import UUID

from app.customers.queries import standing
from app.customers.services import follow_sale
from app.infra.jobs.effects import Claim
from app.infra.uow import UnitOfWork
from app.kernel.actor import system
from app.kernel.clock import Clock
from app.orders.queries import last_seller
from app.orders.services.earning import settle_points as settle_points_of


def follow_customer(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:  # noqa: ARG001
    """The last paid sale says whose customer somebody is, in whatever order these are run."""
    customer_id = standing(uow.session, UUID(message.payload["customer_id"]))
    seller_id = last_seller(uow.session, customer_id)
    if seller_id is not None:
        follow_sale(uow, system(message.brand_id), customer_id, seller_id)


def settle_points(uow: UnitOfWork, message: Claim, *, clock: Clock) -> None:
    """Whatever happened to the order: what it earns is brought in line with how it stands."""
    settle_points_of(uow, system(message.brand_id), message.entity_id, clock=clock)
