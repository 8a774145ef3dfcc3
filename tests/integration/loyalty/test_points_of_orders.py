"""Points on their way through an order: reserved, spent, released, given back -- lot by lot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.kernel.actor import system
from app.kernel.ids import new_id
from app.loyalty import services
from app.loyalty.domain import Credit, GiveBack, Movement, Release, Reserve, Spend
from app.loyalty.errors import LedgerKeyReused, NotEnoughPoints
from app.loyalty.models import Lot, PointsAccount
from app.reports.audit import audit
from tests.support.gathering import Stage
from tests.support.points import spendable

ORDER = UUID(int=77)
SOON, LATER = (datetime(2030, month, 1, tzinfo=UTC) for month in (3, 6))


@pytest.fixture
def customer_id(stage: Stage) -> UUID:
    return stage.customer()


@pytest.fixture
def post(stage: Stage) -> Callable[..., None]:
    def write(*movements: Movement) -> None:
        with stage.uow() as work:
            actor = system(stage.seller.brand_id)
            services.post(work, actor, movements, clock=work.clock)

    return write


def credit(customer_id: UUID, points: int, expires_at: datetime | None) -> Credit:
    key = f"given:{new_id()}"
    return Credit(key, customer_id, points, "given", "test", ORDER, {}, expires_at)


def of_order(kind: type, customer_id: UUID, points: int, key: str = "") -> Movement:
    return kind(key or kind.__name__, customer_id, points, kind.__name__, "order", ORDER)


def lots(stage: Stage) -> dict[datetime | None, int]:
    with stage.uow() as work:
        return {lot.expires_at: lot.remaining for lot in work.session.scalars(select(Lot))}


def accounts(stage: Stage) -> dict[str, int]:
    with stage.uow() as work:
        found = work.session.scalars(select(PointsAccount))
        return {str(one.kind): one.balance for one in found if one.balance > 0}


def findings(stage: Stage) -> list[object]:
    with stage.uow() as work:
        return list(audit(work.session))


@pytest.fixture
def with_points(post, customer_id: UUID) -> None:
    post(
        credit(customer_id, 60, LATER),
        credit(customer_id, 40, SOON),
        credit(customer_id, 5, datetime.now(UTC) - timedelta(days=1)),
    )


def test_what_expires_first_is_reserved_first_and_what_has_expired_never(
    stage: Stage, post, customer_id: UUID, with_points
) -> None:
    post(of_order(Reserve, customer_id, 50))

    assert {at: left for at, left in lots(stage).items() if at in {SOON, LATER}} == {
        SOON: 0,
        LATER: 50,
    }
    with stage.uow() as work:
        assert spendable(work, customer_id) == 50
    with pytest.raises(NotEnoughPoints) as refused:
        post(of_order(Reserve, customer_id, 51, "another"))
    assert refused.value.params == {"available": 50}


def test_released_points_are_back_in_the_lots_they_came_from(
    stage: Stage, post, customer_id: UUID, with_points
) -> None:
    before = lots(stage)
    post(of_order(Reserve, customer_id, 50))
    post(of_order(Release, customer_id, 50))

    assert lots(stage) == before
    assert accounts(stage) == {"available": 105}
    assert findings(stage) == []


def test_spent_points_come_back_part_by_part_and_never_twice(
    stage: Stage, post, customer_id: UUID, with_points
) -> None:
    post(of_order(Reserve, customer_id, 50))
    post(of_order(Spend, customer_id, 50))
    assert accounts(stage) == {"available": 55, "spent": 50}
    post(of_order(GiveBack, customer_id, 20, "first"))
    post(of_order(GiveBack, customer_id, 20, "first"))
    assert accounts(stage) == {"available": 75, "spent": 30}
    with pytest.raises(NotEnoughPoints):
        post(of_order(GiveBack, customer_id, 31, "too many"))
    with pytest.raises(LedgerKeyReused):
        post(of_order(GiveBack, customer_id, 30, "first"))
    post(of_order(GiveBack, customer_id, 30, "the rest"))

    assert lots(stage)[SOON] == 40
    assert lots(stage)[LATER] == 60
    assert findings(stage) == []
