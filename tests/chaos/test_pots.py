"""Fifty orders of one customer are paid at once: each threshold they reach pays once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.brands.queries import BrandView
from app.infra.uow import UnitOfWork, transact
from app.kernel.actor import system
from app.meetings.services import ordering
from app.orders.models import PaymentMethod
from app.orders.services import RecordPayment
from app.rewards.models import Pot
from app.rewards.queries import grants_of_customer
from app.rewards.services import pots
from app.rewards.services.pots import feed_from_order
from tests.chaos.conftest import CLIENTS
from tests.support.gathering import set_stage
from tests.support.rewards import points, programme, rule
from tests.support.season import Season

FULL = 12_000


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    found = Season(set_stage(uow, brand.id))
    pot = {"measure": "spend", "threshold": FULL}
    saving = rule(id="pot", beneficiary="guest", trigger="spend", pot=pot, rewards=[points(5)])
    found.publish(programme(saving))
    return found


def _paid(season: Season, customer_id: UUID) -> UUID:
    stage = season.stage
    order = stage.do(ordering.start_direct_order, stage.seller.seller_id, customer_id)
    stage.do(ordering.add_line, order.id, stage.product_id, 1)
    placed = stage.do(ordering.place_order, order.id)
    stage.do(ordering.pay_order, order.id, RecordPayment(PaymentMethod.CASH, placed.due_cents))
    return order.id


def _feed(season: Season, order_id: UUID) -> str:
    def feed(work: UnitOfWork) -> None:
        feed_from_order(work, system(season.brand_id), order_id, clock=work.clock)

    try:
        transact(feed, season.brand_id)
    except Exception as error:  # noqa: BLE001 -- whatever went wrong is the finding
        return repr(error)
    return "fed"


def _race(season: Season, crowd: Callable) -> None:
    chloe = season.stage.customer("Chloé")
    waiting = [_paid(season, chloe) for _ in range(CLIENTS)]

    answers = crowd(lambda: _feed(season, waiting.pop()))

    assert set(answers) == {"fed"}
    with season.stage.uow(season.brand_id) as work:
        hers = select(Pot.balance).where(Pot.customer_id == chloe)
        balance = work.session.scalars(hers).one()
        numbers = [int(one.occurrence) for one in grants_of_customer(work.session, chloe)]
    spent = CLIENTS * 5_000
    assert (balance, sorted(numbers)) == (spent % FULL, [*range(1, spent // FULL + 1)])
    assert season.findings() == []


def test_each_threshold_pays_once(season: Season, crowd: Callable) -> None:
    _race(season, crowd)


def test_the_same_race_is_lost_without_the_lock(
    season: Season, crowd: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can see the defect it is there for."""

    def unlocked(session: Any, _rank: Any, model: Any, *criteria: Any) -> Any:
        return list(session.scalars(select(model).where(*criteria)))

    monkeypatch.setattr(pots, "lock_where", unlocked)

    with pytest.raises(AssertionError):
        _race(season, crowd)
