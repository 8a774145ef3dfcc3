"""Fifty at once for one balance; and a night whose process dies at every statement."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from threading import Lock
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.brands.queries import BrandView
from app.infra.extensions import db
from app.infra.jobs.schedule import run_due
from app.infra.uow import UnitOfWork, transact
from app.kernel.actor import Actor, Role
from app.kernel.errors import ConviveError
from app.kernel.ids import new_id
from app.loyalty import services
from app.loyalty.domain import PendingCredit
from app.loyalty.errors import BalanceTooLow, GoodwillSpent
from app.loyalty.models import LedgerEntry
from app.orders.services import settle_points
from app.promotions.queries import vouchers_of
from app.promotions.services import holdings
from app.promotions.services.converting import convert_points
from app.rewards.domain.offers import Offer, OfferKind
from app.rewards.services.giving import Gesture, give_reward, redeem
from app.rewards.services.templates import Published, publish_template
from tests.chaos.conftest import CLIENTS
from tests.support.clock import StillClock
from tests.support.dying import DeathAtAnyStep, lives_through
from tests.support.points import Ledger, open_ledger

VOUCHER = Offer(OfferKind.VOUCHER, {"amount_cents": 500})


@pytest.fixture
def ledger(uow: Callable, brand: BrandView) -> Ledger:
    found = open_ledger(uow, brand.id)
    found.plan()
    return found


@pytest.fixture
def zoe(ledger: Ledger) -> UUID:
    return ledger.stage.customer("Zoé")


def attempt(ledger: Ledger, do: Callable[[UnitOfWork], object]) -> str:
    try:
        transact(lambda work: do(work) and None, ledger.staff.brand_id)
    except ConviveError as refusal:
        return refusal.code
    return "done"


def test_fifty_conversions_at_once_take_exactly_what_is_there(
    ledger: Ledger, zoe: UUID, crowd: Callable
) -> None:
    ledger.give(zoe, 70)

    def convert(work: UnitOfWork) -> object:
        return convert_points(work, ledger.staff, zoe, 10, clock=work.clock)

    answers = crowd(lambda: attempt(ledger, convert))

    assert sorted(answers) == [BalanceTooLow.code] * (CLIENTS - 7) + ["done"] * 7
    assert ledger.accounts(zoe) == {"spent": 70}
    assert ledger.findings() == []


def test_fifty_exchanges_at_once_take_exactly_what_is_there(
    ledger: Ledger, zoe: UUID, crowd: Callable
) -> None:
    ledger.give(zoe, 70)
    candle = ledger.do(publish_template, Published("Bougie", VOUCHER, 10))

    def exchange(work: UnitOfWork) -> object:
        return redeem(work, ledger.staff, zoe, candle, seen_points=10, clock=work.clock)

    answers = crowd(lambda: attempt(ledger, exchange))

    assert sorted(answers) == [BalanceTooLow.code] * (CLIENTS - 7) + ["done"] * 7
    assert ledger.accounts(zoe) == {"spent": 70}
    assert len(ledger.see(vouchers_of, [zoe])) == 7
    assert ledger.findings() == []


def test_fifty_clicks_on_one_present_give_one(ledger: Ledger, zoe: UUID, crowd: Callable) -> None:
    present = Gesture(new_id(), "Merci", VOUCHER, "Colis en retard")

    def give(work: UnitOfWork) -> object:
        return give_reward(work, ledger.staff, zoe, present, clock=work.clock)

    assert set(crowd(lambda: attempt(ledger, give))) == {"done"}
    assert len(ledger.see(vouchers_of, [zoe])) == 1


def test_points_given_to_and_fro_are_never_more_nor_less(
    ledger: Ledger, zoe: UUID, crowd: Callable
) -> None:
    """Both ways at once: nobody waits for the other for ever."""
    ledger.rules(transfers=True)
    lea = ledger.stage.customer("Léa")
    ledger.give(zoe, 100)
    ledger.give(lea, 100)
    ways, taking = cycle([(zoe, lea), (lea, zoe)]), Lock()

    def give() -> str:
        with taking:
            way = next(ways)
        return attempt(
            ledger,
            lambda work: services.transfer_points(work, ledger.staff, *way, 7, clock=work.clock),
        )

    assert set(crowd(give)) <= {"done", BalanceTooLow.code}
    assert ledger.spendable(zoe) + ledger.spendable(lea) == 200
    assert ledger.findings() == []


def test_an_order_settled_by_fifty_at_once_earns_once(
    ledger: Ledger, zoe: UUID, crowd: Callable
) -> None:
    order = ledger.buy(zoe)
    ledger.stage.do(ordering_ship, order)

    def settle(work: UnitOfWork) -> object:
        return settle_points(work, ledger.staff, order, clock=work.clock)

    assert set(crowd(lambda: attempt(ledger, settle))) == {"done"}
    assert ledger.accounts(zoe) == {"available": 50}
    assert ledger.findings() == []


def ordering_ship(work: UnitOfWork, actor: Actor, order_id: UUID, *, clock: Callable) -> None:
    from app.meetings.services.ordering import ship_order

    ship_order(work, actor, order_id, clock=clock)


def test_fifty_gestures_at_once_stay_within_one_budget(
    ledger: Ledger, zoe: UUID, crowd: Callable, user: Callable
) -> None:
    ledger.rules(goodwill={"points_per_month": 60})
    staff = Actor(ledger.staff.brand_id, Role.CUSTOMER_SERVICE, user_id=user())
    people = cycle([zoe, *(ledger.stage.customer() for _ in range(4))])

    def give() -> str:
        customer = next(people)
        return attempt(
            ledger,
            lambda work: services.adjust_points(
                work, staff, customer, 10, reason="x", clock=work.clock
            ),
        )

    answers = crowd(give)
    assert sorted(answers) == ["done"] * 6 + [GoodwillSpent.code] * (CLIENTS - 6)
    assert ledger.findings() == []


@pytest.fixture
def user(ledger: Ledger) -> Callable[[], UUID]:
    from app.accounts.services import create_user

    def make() -> UUID:
        with ledger.uow() as work:
            return create_user(
                work,
                email="staff@example.org",
                password="a long enough password",
                role=Role.CUSTOMER_SERVICE,
                display_name="Inès",
                locale="fr",
                clock=work.clock,
            )

    return make


# ---------------------------------------------------------------- death at every statement


def a_night(ledger: Ledger) -> list[UUID]:
    """Pending points that are due, points and a code whose time is over, a reminder to send."""
    past, soon = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 20))
    people = [ledger.stage.customer(email=f"{n}-{os.urandom(3).hex()}@example.org") for n in (1, 2)]
    for one in people:
        key = f"promise:{one}"
        ledger.post(
            PendingCredit(key, one, 7, "given", "test", one, {}, "withdrawal", past, {"days": 9})
        )
        ledger.give(one, 5, past)
        give_long_ago(ledger, one, soon)
        ledger.give(one, 20)
        code = ledger.do(convert_points, one, 4)
        with ledger.uow() as work:
            made = work.session.get(holdings.PromoCode, (ledger.staff.brand_id, code.code_id))
            made.status, made.valid_until = "expired", past
    return people


def give_long_ago(ledger: Ledger, customer: UUID, expires_at: datetime) -> None:
    then = replace(ledger, clock=StillClock(expires_at - timedelta(days=60)))
    then.give(customer, 3, expires_at)


def calm(ledger: Ledger, people: list[UUID]) -> tuple[object, ...]:
    """What a night leaves behind."""
    with ledger.uow() as work:
        kinds = select(LedgerEntry.kind, func.count()).where(LedgerEntry.customer_id.in_(people))
        counted = work.session.execute(kinds.group_by(LedgerEntry.kind).order_by("kind")).all()
        written = [tuple(row) for row in counted]
        letters = work.session.scalar(
            select(func.count())
            .select_from(db.metadata.tables["emails"])
            .where(db.metadata.tables["emails"].c.customer_id.in_(people))
        )
    return (written, letters, [ledger.accounts(one) for one in people])


def test_a_night_that_dies_anywhere_and_begins_again_leaves_the_same_ledger(
    app: Flask, ledger: Ledger
) -> None:
    first = a_night(ledger)
    with app.app_context():
        run_due()
        expected = calm(ledger, first)
        run_due()
        assert calm(ledger, first) == expected
        db.engine.dispose()
    deaths, at = 0, 8
    while True:
        people = a_night(ledger)
        with app.app_context():
            db.engine.dispose()
        lived = lives_through(app, DeathAtAnyStep(at), run_due)
        deaths += not lived
        with app.app_context():
            run_due()
        assert calm(ledger, people) == expected, f"after a death at statement {at}"
        if lived:
            break
        at += 7

    assert deaths > 5
    assert ledger.findings() == []
