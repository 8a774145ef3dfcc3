"""Numbers that only ever rise, in the order in which transactions commit."""

from sqlalchemy.dialects.postgresql import insert

from app.infra.locks import Rank, climb
from app.infra.uow import UnitOfWork
from app.orders.models import Counter

ORDERS = "orders"


def next_number(uow: UnitOfWork, series: str) -> int:
    """The last lock of a use case: whoever comes next waits until this one has committed."""
    climb(uow.session, Rank.COUNTER)
    return uow.session.execute(_NEXT, {"brand_id": uow.brand_id, "series": series}).scalar_one()


_NEXT = (
    insert(Counter)
    .values(value=1)
    .on_conflict_do_update(index_elements=["brand_id", "series"], set_={"value": Counter.value + 1})
    .returning(Counter.value)
)
