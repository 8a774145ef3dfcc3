"""Points given, taken, passed on and turned into codes, by people."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.services import create_user
from app.audit.models import AuditEntry
from app.kernel.actor import Actor, Role
from app.kernel.errors import Invalid, NotAllowed, NotFound
from app.kernel.ids import new_id
from app.loyalty import queries
from app.loyalty.domain import TakeBack
from app.loyalty.errors import (
    BalanceTooLow,
    CeilingReached,
    GoodwillSpent,
    LoyaltySettingsInvalid,
    LoyaltySettingsMoved,
    TransfersNotAllowed,
    TransferToHerself,
)
from app.loyalty.services import adjust_points, save_settings, transfer_all, transfer_points
from app.meetings.services import ordering
from app.promotions.errors import ConversionNotOffered
from app.promotions.queries import codes_of
from app.promotions.services.converting import convert_points, end_unused
from app.promotions.services.expiry import expire_holdings
from tests.support.points import Ledger


@pytest.fixture
def lea(ledger: Ledger) -> UUID:
    return ledger.stage.customer("Léa")


@pytest.fixture
def colleague(ledger: Ledger) -> Actor:
    brand_id = ledger.staff.brand_id
    with ledger.uow() as work:
        user_id = create_user(
            work,
            email="staff@example.org",
            password="a long enough password",
            role=Role.CUSTOMER_SERVICE,
            display_name="Inès",
            locale="fr",
            clock=work.clock,
        )
    return Actor(brand_id=brand_id, role=Role.CUSTOMER_SERVICE, user_id=user_id)


def by(ledger: Ledger, actor: Actor, service, *args, **named):
    with ledger.uow() as work:
        return service(work, actor, *args, clock=work.clock, **named)


def test_points_given_by_hand_have_a_reason_and_happen_once(ledger, zoe) -> None:
    once = new_id()
    for _ in range(2):
        ledger.do(adjust_points, zoe, 30, reason="  Colis abîmé ", adjustment_id=once)
    ledger.do(adjust_points, zoe, -10, reason="Erreur")
    assert ledger.accounts(zoe) == {"available": 20, "reversed": 10}
    with ledger.uow() as work:
        told = [
            (one.reason, one.after["points"], one.after["balance"])
            for one in work.session.query(AuditEntry).filter_by(action="points.adjust")
        ]
    assert told == [("Colis abîmé", 30, 30), ("Erreur", -10, 20)]
    assert ledger.findings() == []


@pytest.mark.parametrize(("points", "reason"), [(0, "x"), (5, " "), (10**9, "x")])
def test_no_points_or_no_reason_is_no_adjustment(ledger, zoe, points, reason) -> None:
    with pytest.raises(Invalid):
        ledger.do(adjust_points, zoe, points, reason=reason)


def test_a_seller_adjusts_nothing(ledger, zoe) -> None:
    with pytest.raises(NotAllowed):
        by(ledger, ledger.stage.seller, adjust_points, zoe, 5, reason="x")


def test_nobody_is_left_below_zero_unless_the_brand_says_how_far(ledger, zoe) -> None:
    ledger.give(zoe, 10)
    with pytest.raises(BalanceTooLow) as refused:
        ledger.do(adjust_points, zoe, -11, reason="x")
    assert refused.value.params == {"available": 10}

    ledger.rules(debt_cap=5, goodwill={"below_zero": True})
    with pytest.raises(BalanceTooLow):
        ledger.do(adjust_points, zoe, -16, reason="x")
    ledger.do(adjust_points, zoe, -15, reason="x")
    assert ledger.accounts(zoe) == {"reversed": 15, "debt": -5}
    ledger.do(adjust_points, zoe, 8, reason="x")
    assert ledger.accounts(zoe) == {"reversed": 15, "available": 3}
    assert ledger.findings() == []


def test_the_month_s_budget_of_a_colleague_is_hers_alone(ledger, zoe, lea, colleague) -> None:
    ledger.rules(goodwill={"points_per_month": 50}, ceiling=100)
    by(ledger, colleague, adjust_points, zoe, 30, reason="x")
    with pytest.raises(GoodwillSpent) as refused:
        by(ledger, colleague, adjust_points, lea, 21, reason="x")
    assert refused.value.params == {"left_points": 20}
    assert ledger.accounts(lea) == {}
    by(ledger, colleague, adjust_points, lea, 20, reason="x")
    ledger.do(adjust_points, lea, 70, reason="the platform has no budget")
    with pytest.raises(CeilingReached):
        ledger.do(adjust_points, lea, 11, reason="x")
    ledger.later(days=31)
    by(ledger, colleague, adjust_points, zoe, 50, reason="x")


def test_points_are_given_to_somebody_else_with_the_day_they_expire(ledger, zoe, lea) -> None:
    soon = ledger.clock() + timedelta(days=3)
    ledger.give(zoe, 40)
    ledger.give(zoe, 10, soon)
    with pytest.raises(TransfersNotAllowed):
        ledger.do(transfer_points, zoe, lea, 15)
    ledger.rules(transfers=True, ceiling=60)
    with pytest.raises(TransferToHerself):
        ledger.do(transfer_points, zoe, zoe, 15)
    with pytest.raises(BalanceTooLow):
        ledger.do(transfer_points, zoe, lea, 51)
    ledger.do(transfer_points, zoe, lea, 15)

    assert ledger.lots(lea) == [(10, soon), (5, None)]
    assert ledger.lots(zoe) == [(35, None)]
    out, into = (ledger.see(queries.history, one)[0] for one in (zoe, lea))
    assert out.reason["transfer"] == into.reason["transfer"]
    ledger.give(lea, 45)
    with pytest.raises(CeilingReached):
        ledger.do(transfer_points, zoe, lea, 1)
    assert ledger.findings() == []


def test_a_card_put_together_with_another_takes_what_waits_and_what_is_owed(
    ledger, zoe, lea
) -> None:
    ledger.rules(debt_cap=50)
    source = ledger.give(zoe, 30)
    ledger.do(transfer_all, zoe, lea)
    ledger.post(TakeBack("back", zoe, 30, "x", "test", source))
    order = ledger.buy(zoe)
    assert ledger.accounts(zoe) == {"pending": 50, "debt": -30, "reversed": 30}

    ledger.do(transfer_all, lea, zoe)
    assert ledger.accounts(zoe) == {"pending": 50, "reversed": 30}
    ledger.do(transfer_all, zoe, lea)
    assert (ledger.accounts(zoe), ledger.accounts(lea)) == ({"reversed": 30}, {"pending": 50})
    ledger.stage.do(ordering.ship_order, order)
    ledger.settle(order)
    assert ledger.accounts(lea) == {"available": 50}
    assert ledger.findings() == []


def test_nobody_gives_somebody_else_s_points_away(ledger, zoe, lea) -> None:
    ledger.rules(transfers=True)
    ledger.give(zoe, 40)
    hers = Actor(ledger.staff.brand_id, Role.CUSTOMER, customer_id=lea)
    for service in (transfer_points, convert_points):
        with pytest.raises(NotFound):
            by(ledger, hers, service, zoe, *([lea] if service is transfer_points else []), 10)


@pytest.mark.parametrize(
    ("unused", "left"), [("lost", {"expired": 30}), ("returned", {"available": 30})]
)
def test_a_code_that_is_never_used_loses_its_points_or_gives_them_back(
    ledger, zoe, unused, left
) -> None:
    ledger.rules(conversion={"valid_days": 10, "unused": unused})
    ledger.give(zoe, 30)
    once = new_id()
    made = [ledger.do(convert_points, zoe, 30, conversion_id=once, name="x") for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].amount_cents, ledger.accounts(zoe)) == (30, {"spent": 30})
    ledger.rules()

    ledger.clock.now = made[0].valid_until
    ledger.do(lambda work, _actor, clock: expire_holdings(work, most=9, clock=clock))
    assert [ledger.do(end_unused, most=9), ledger.do(end_unused, most=9)] == [1, 0]
    assert ledger.accounts(zoe) == left
    assert ledger.findings() == []


def test_points_become_codes_only_where_they_are_worth_money(ledger, zoe) -> None:
    ledger.give(zoe, 30)
    ledger.rules(conversion={"allowed": False})
    with pytest.raises(ConversionNotOffered):
        ledger.do(convert_points, zoe, 10)
    ledger.rules(conversion={"least_points": 20})
    with pytest.raises(Invalid):
        ledger.do(convert_points, zoe, 10)
    ledger.plan({"spending": {"mode": "none"}})
    with pytest.raises(ConversionNotOffered):
        ledger.do(convert_points, zoe, 20)
    assert ledger.see(codes_of, [zoe]) == ()


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"expiry": {"host": {"on": "02-29"}}}, "expiry.host.on"),
        ({"expiry": {"host": {"days": 3, "on": "12-31"}}}, "expiry.host"),
        ({"expiry": {"aunt": {"days": 3}}}, "expiry.aunt"),
        ({"goodwill": {"below_zero": True}}, "debt_cap"),
        ({"ceiling": 5, "conversion": {"least_points": 6}}, "conversion.least_points"),
        ({"orders_available": "soon"}, "orders_available"),
        ({"debt_cap": "many"}, "debt_cap"),
        ({"reminders_days": [1, 1]}, "reminders_days"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_their_mend(ledger, document, path) -> None:
    with pytest.raises(LoyaltySettingsInvalid) as refused:
        ledger.rules(**document)
    assert [problem.path for problem in refused.value.problems] == [path]


def test_two_people_changing_the_settings_come_one_after_the_other(ledger) -> None:
    ledger.do(save_settings, {"transfers": True}, revision=0)
    with pytest.raises(LoyaltySettingsMoved):
        ledger.do(save_settings, {"transfers": False}, revision=0)
    found = ledger.see(queries.stored_settings)
    assert (found.revision, found.settings.transfers) == (1, True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET kind = 'x'",
        "DELETE FROM postings",
        "DELETE FROM lots",
        "DELETE FROM points_accounts",
        "UPDATE lots SET points = points + 1",
        "UPDATE points_accounts SET kind = 'spent'",
    ],
)
def test_the_database_keeps_the_ledger_whatever_anybody_runs(ledger, zoe, statement) -> None:
    ledger.give(zoe, 5)
    with (
        pytest.raises(Exception, match=r"permission denied|append-only|only .* move"),
        ledger.uow() as work,
    ):
        work.session.execute(text(statement))
    with (
        pytest.raises(Exception, match=r"append-only|only .* move"),
        ledger.uow() as work,
    ):
        work.session.execute(text("RESET ROLE"))
        work.session.execute(text(statement))
