"""Two sellers close, an order is given up and the night's job runs, all at once; the process dies
at every statement of settling again: what is granted follows from the facts alone."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from random import Random
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.brands.queries import BrandView
from app.infra import locks
from app.infra.extensions import db
from app.infra.jobs.drain import drain
from app.infra.uow import UnitOfWork, transact
from app.kernel.actor import system
from app.kernel.errors import ConviveError
from app.meetings.services import ordering
from app.orders.queries import orders_of_meetings
from app.rewards.jobs import close_due_meetings
from app.rewards.services.settlement import close_and_settle, settle_meeting
from tests.support.dying import Death, lives_through
from tests.support.gathering import set_stage
from tests.support.guards import without_guards
from tests.support.rewards import percent, points, programme, rule, tiers
from tests.support.season import CODE, Season

pytestmark = pytest.mark.usefixtures("app_context")

ROUNDS = 4
STEPS = tiers("best", {10_000: points(50), 15_000: points(90)})


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    found = Season(set_stage(uow, brand.id))
    gift = {"kind": "gift_choice", "products": ["WOK-seller"]}
    found.publish(
        programme(
            rule(id="host", rewards=[percent(1000), {"kind": "voucher", "rate_bp": 500}]),
            rule(id="step", tiers=STEPS),
            rule(id="gift", tiers=tiers("every", {7_500: gift})),
            rule(id="guest", beneficiary="guest", trigger="meeting_sale", rewards=[CODE]),
        )
    )
    return found


def _orders(season: Season, meeting_id: UUID) -> list[UUID]:
    with season.stage.uow(season.brand_id) as work:
        found = orders_of_meetings(work.session, [meeting_id])
        return [one.id for one in found if not one.is_cancelled]


def _do(season: Season, service: Callable[..., Any], *args: Any, **named: Any) -> None:
    staff = system(season.brand_id)

    def work(uow: UnitOfWork) -> None:
        service(uow, staff, *args, clock=uow.clock, **named)

    transact(work, season.brand_id)


def _give_up(season: Season, order_id: UUID) -> None:
    _do(season, ordering.cancel_units, order_id, reason="broken")


def _shape(season: Season, meeting_id: UUID) -> list[tuple[object, ...]]:
    """What stands, by rule and how much; not how it came to be."""
    return sorted(
        (one.rule_id, one.kind, one.value)
        for one in season.grants(meeting_id)
        if one.status == "granted"
    )


def _calm(season: Season, orders: int, given_up: int) -> list[tuple[object, ...]]:
    """The same facts, known before the meeting closed."""
    meeting_id = season.sold(orders)
    for order_id in _orders(season, meeting_id)[:given_up]:
        _give_up(season, order_id)
    season.close(meeting_id)
    return _shape(season, meeting_id)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_of_events_the_same_is_granted(season: Season, seed: int) -> None:
    chance = Random(seed)
    orders = chance.randint(2, 4)
    given_up = chance.randint(1, orders - 1)
    meeting_id = season.sold(orders)
    steps: list[Callable[[], Any]] = [
        partial(_give_up, season, order_id) for order_id in _orders(season, meeting_id)[:given_up]
    ]
    steps += [partial(_do, season, service, meeting_id) for service in (close_and_settle,) * 2]
    steps += [partial(_do, season, settle_meeting, meeting_id) for _ in range(3)]
    chance.shuffle(steps)

    for step in steps:
        step()
    drain()

    assert _shape(season, meeting_id) == _calm(season, orders, given_up)
    assert season.settle(meeting_id).changes == ()
    assert season.findings() == []


def _at_once(app: Flask, steps: Sequence[Callable[[], Any]]) -> list[BaseException]:
    """What went wrong, but for refusals: a meeting that is closed can be told so."""
    barrier = Barrier(len(steps))

    def one(step: Callable[[], Any]) -> BaseException | None:
        with app.app_context():
            db.session.execute(select(1))
            db.session.rollback()
            barrier.wait()
            try:
                step()
            except ConviveError:
                return None
            except BaseException as error:  # noqa: BLE001 -- the finding
                return error
            finally:
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(steps)) as pool:
        return [error for error in pool.map(one, steps) if error]


def _race(app: Flask, season: Season, calm: list[tuple[object, ...]]) -> None:
    """Two sellers close, what one order sold comes back, the night's job closes what is due and a
    worker settles."""
    meeting_id = season.sold(3, days=-3)
    order_id = _orders(season, meeting_id)[0]

    failed = _at_once(
        app,
        [
            partial(_do, season, close_and_settle, meeting_id),
            partial(_do, season, close_and_settle, meeting_id),
            partial(_give_up, season, order_id),
            partial(close_due_meetings, season.brand_id),
            partial(_do, season, settle_meeting, meeting_id),
        ],
    )
    drain()

    assert failed == []
    assert _shape(season, meeting_id) == calm
    assert season.findings() == []


def test_all_at_once_gives_one_result(app: Flask, season: Season) -> None:
    calm = _calm(season, 3, 1)
    for _ in range(ROUNDS):
        _race(app, season, calm)


def test_the_same_race_is_lost_without_its_locks(
    app: Flask, season: Season, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can see the defect it is there for."""
    calm = _calm(season, 3, 1)
    with without_guards(database_url, monkeypatch, locks, {}), pytest.raises(AssertionError):
        for _ in range(3 * ROUNDS):
            _race(app, season, calm)


def test_a_death_at_any_statement_of_settling_again_leaves_all_or_nothing(
    app: Flask, season: Season
) -> None:
    meeting_id = season.sold(3)
    season.close(meeting_id)
    before = _shape(season, meeting_id)
    _give_up(season, _orders(season, meeting_id)[0])
    db.engine.dispose()

    def settle() -> None:
        _do(season, settle_meeting, meeting_id)

    for moment in count(1):
        if lives_through(app, Death(moment), settle):
            break
        assert _shape(season, meeting_id) == before, f"half is left of a death at {moment}"
    deaths = moment - 1

    assert deaths > 15
    assert _shape(season, meeting_id) == _calm(season, 3, 1) != before
    assert season.settle(meeting_id).changes == ()
    assert season.findings() == []
