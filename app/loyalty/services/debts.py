"""What a customer owes beyond what the brand allows is borne by the brand."""

from uuid import UUID

from app.infra.uow import UnitOfWork
from app.kernel.actor import Actor
from app.kernel.clock import Clock
from app.loyalty.domain import Forgive, PointsKind
from app.loyalty.models import Account
from app.loyalty.services.books import open_books
from app.loyalty.services.posting import write
from app.loyalty.services.settings import settings_of


def absorb_debt(
    uow: UnitOfWork,
    actor: Actor,
    customer_id: UUID,
    *,
    besides: int,
    source: tuple[str, UUID],
    key: str,
    clock: Clock,
) -> int:
    """After a meeting whose points were spent beforehand. `besides`: advances of other meetings,
    that still may be earned. How many points were given up."""
    books = open_books(uow, [customer_id])
    allowed = settings_of(uow).debt_cap + besides + books.balance(customer_id, Account.PENDING)
    beyond = books.debt(customer_id) - allowed
    if beyond <= 0:
        return 0
    forgiven = Forgive(key, customer_id, beyond, PointsKind.DEBT_ABSORBED, *source)
    write(uow, actor, books, [forgiven], clock=clock)
    return beyond
