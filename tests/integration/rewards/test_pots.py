"""Pots fill with the orders of the database, pay what was deserved, and take back what was not."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.infra.extensions import db
from app.infra.jobs.drain import drain
from app.kernel.actor import Actor, Role
from app.loyalty import queries as loyalty
from app.loyalty.services.settings import save_settings
from app.meetings.services import ordering
from app.merging import merge_cards
from app.notifications.models import Email
from app.orders.domain.wishes import UseVoucher
from app.orders.models import Payment, PaymentMethod
from app.orders.queries import orders_by_id
from app.orders.services import RecordPayment
from app.promotions.queries import vouchers_of
from app.rewards.queries import claims_of_customer
from app.rewards.queries.pot_views import feedings_of, pots_of, prospect_of_pots
from app.rewards.services import pots
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.gift_endings import convert_gift
from app.rewards.services.programme import publish_programme
from app.rewards.services.settlement import settle_meeting
from tests.support.queries import counted
from tests.support.rewards import points, programme, rule
from tests.support.saving import VOUCHER, Saving, saving
from tests.support.winning import GIFTS, set_winning_stage

pytestmark = pytest.mark.usefixtures("app_context")

MONTHLY = [{"per": "person", "of": "times", "most": 1, "period": "month"}]


@pytest.fixture
def stage(uow, brand) -> Saving:
    found = set_winning_stage(uow, brand.id)
    return Saving(found.uow, found.seller, found.product_id, found.clock)


def test_a_slice_voucher_for_each_full_slice(stage) -> None:
    """A9."""
    stage.publish(programme(saving()))
    chloe = stage.customer()
    told = []

    for cents in (6_000, 7_000, 25_000):
        stage.sale(chloe, cents)
        told.append((len(stage.standing(chloe)), stage.balances(chloe)["pot"]))

    assert told == [(0, 6_000), (1, 3_000), (3, 8_000)]
    assert stage.vouchers(chloe) == [("available", 1_000)] * 3
    letters = select(Email.subject).where(Email.customer_id == chloe)
    subjects = stage.read(lambda work: work.session.scalars(letters).all())
    assert len([one for one in subjects if one.startswith("Vous avez gagné")]) == 2
    assert stage.findings() == []


def test_a_cap_keeps_what_is_in_the_pot_for_the_next_month(stage) -> None:
    """A10."""
    stage.publish(programme(saving(caps=MONTHLY)))
    chloe = stage.customer()
    told = []

    for cents, day in (
        (6_000, date(2026, 3, 2)),
        (7_000, date(2026, 3, 9)),
        (20_000, date(2026, 3, 20)),
        (100, date(2026, 4, 1)),
    ):
        stage.sale(chloe, cents, on=day)
        told.append((len(stage.standing(chloe)), stage.balances(chloe)["pot"]))

    assert told == [(0, 6_000), (1, 3_000), (1, 23_000), (2, 13_100)]
    assert stage.findings() == []


def test_full_sets_of_one_order_and_what_a_voucher_paid(stage) -> None:
    """A13, and A11: what a voucher paid was not spent, nor is shipping."""
    candle, diffuser = stage.sells(1_000, "CANDLE"), stage.sells(500, "DIFFUSER")
    sets = [{"products": ["CANDLE"], "quantity": 2}, {"products": ["DIFFUSER"]}]
    steps = [{"from": 1, "rewards": [VOUCHER]}]
    kit = rule(
        id="kit",
        beneficiary="guest",
        trigger="direct_sale",
        tiers={"measure": "sets", "mode": "every", "sets": sets, "steps": steps},
    )
    stage.publish(programme(kit, saving(50_000)))
    chloe = stage.customer()
    stage.buys(chloe, {candle: 6, diffuser: 2})
    assert stage.vouchers(chloe) == [("available", 1_000)] * 2
    (won, _) = stage.read(lambda work: vouchers_of(work.session, [chloe]))

    order = stage.do(ordering.start_direct_order, stage.seller.seller_id, chloe)
    stage.do(ordering.add_line, order.id, stage.sells(12_000), 1)
    stage.do(ordering.ask, order.id, UseVoucher(str(won.id)))
    placed = stage.do(ordering.place_order, order.id)
    stage.do(ordering.pay_order, order.id, RecordPayment(PaymentMethod.CASH, placed.due_cents))
    drain()

    assert stage.balances(chloe) == {"pot": 7_000 + 11_000}
    assert stage.findings() == []


def test_what_comes_back_takes_the_latest_unused_reward_with_it(stage) -> None:
    stage.publish(programme(saving()))
    chloe = stage.customer()
    first = stage.sale(chloe, 12_000)
    stage.sale(chloe, 9_000)

    stage.gives_back(first)

    assert stage.standing(chloe) == []
    assert stage.balances(chloe) == {"pot": 9_000}
    assert {status for status, _ in stage.vouchers(chloe)} == {"reversed"}
    (grant, _) = sorted(stage.grants(chloe), key=lambda one: one.occurrence)
    (lack,) = grant.explanation["checks"]
    assert (lack["code"], lack["value"], lack["expected"]) == ("pot_full", 1_000, 10_000)
    stage.sale(chloe, 1_000)
    assert stage.standing(chloe) == ["1"]
    assert stage.findings() == []


def test_what_was_used_leaves_the_pot_below_nothing_and_it_fills_up_first(stage) -> None:
    stage.publish(programme(saving(rewards=[points(20)])))
    chloe = stage.customer()
    order_id = stage.sale(chloe, 15_000)
    stage.read(lambda work: work.session.execute(text("UPDATE lots SET remaining = 19")))

    stage.gives_back(order_id)
    below = stage.balances(chloe), stage.standing(chloe)
    stage.sale(chloe, 11_000)
    filled = stage.balances(chloe), stage.standing(chloe)
    stage.sale(chloe, 9_500)

    assert below == ({"pot": -10_000}, ["1"])
    assert filled == ({"pot": 1_000}, ["1"])
    assert (stage.balances(chloe), stage.standing(chloe)) == ({"pot": 500}, ["1", "2"])


def test_a_meeting_feeds_its_guests_and_seller_when_paid_and_its_host_once_it_closes(
    stage,
) -> None:
    held = {"measure": "meetings", "threshold": 2}
    stage.publish(
        programme(
            saving(4_000),
            saving(4_000, id="sold", beneficiary="seller", rewards=[points(1)]),
            saving(6_000, id="hosted", beneficiary="host", rewards=[points(2)]),
            saving(id="held", beneficiary="host", pot=held, rewards=[points(3)]),
        )
    )
    host, seller = stage.customer("Sophie", "Marchand"), stage.seller.customer_id
    meeting_id = stage.held(buyers=2, host_id=host)
    drain()
    guests = stage.read(
        lambda work: work.session.scalars(text("SELECT DISTINCT customer_id FROM orders")).all()
    )
    under_way = [stage.balances(one) for one in (*guests, seller, host)]

    stage.close(meeting_id)
    drain()

    assert under_way == [{"pot": 1_000}, {"pot": 1_000}, {"sold": 2_000}, {}]
    assert stage.balances(host) == {"hosted": 4_000, "held": 1}
    stage.close(stage.held(buyers=1, host_id=host))
    drain()
    assert stage.balances(host) == {"hosted": 3_000, "held": 0}
    assert sorted((one.rule_id, one.value) for one in stage.grants(host)) == [
        ("held", 3), ("hosted", 2), ("hosted", 2),
    ]  # fmt: skip
    assert stage.findings() == []


def test_what_one_order_withdraws_another_wins_and_a_third_withdraws_is_taken_back_once(
    stage,
) -> None:
    """All of it in one feeding: the three changed before the first of their jobs ran."""
    stage.publish(programme(saving(4_000, rewards=[points(5)])))
    meeting_id = stage.meeting(days=-1)
    _, chloe = stage.guest(meeting_id, attended=True)

    def buys(cents: int) -> UUID:
        order = stage.do(ordering.start_order, meeting_id, chloe)
        stage.do(ordering.add_line, order.id, stage.sells(cents), 1)
        placed = stage.do(ordering.place_order, order.id)
        cash = RecordPayment(PaymentMethod.CASH, placed.due_cents)
        stage.do(ordering.pay_order, order.id, cash)
        return order.id

    first, bounced, third = buys(3_000), buys(1_000), buys(3_500)
    stage.close(meeting_id)
    (payment,) = stage.read(
        lambda work: work.session.scalars(
            select(Payment.id).where(Payment.order_id == bounced)
        ).all()
    )
    stage.staff(ordering.refuse_payment, bounced, payment)
    drain()
    before = stage.standing(chloe), stage.balances(chloe)

    stage.staff(ordering.pay_order, bounced, RecordPayment(PaymentMethod.CASH, 1_000))
    for order_id in (first, third):
        stage.staff(ordering.cancel_units, order_id, reason="broken")
    drain()

    assert before == (["1"], {"pot": 2_500})
    assert (stage.standing(chloe), stage.balances(chloe)) == ([], {"pot": 1_000})


@pytest.mark.parametrize("same", [True, False])
def test_what_one_order_withdraws_leaves_room_under_a_cap_for_the_next(stage, same) -> None:
    """In one feeding: both changed before the first of their jobs ran."""
    once = [{"per": "all", "of": "times", "most": 1}]
    stage.publish(programme(saving(4_000, rewards=[points(5)], caps=once)))
    meeting_id = stage.meeting(days=-1)
    _, chloe = stage.guest(meeting_id, attended=True)
    other = chloe if same else stage.guest(meeting_id, attended=True)[1]

    def places(customer_id: UUID, cents: int) -> UUID:
        order = stage.do(ordering.start_order, meeting_id, customer_id)
        stage.do(ordering.add_line, order.id, stage.sells(cents), 1)
        placed = stage.do(ordering.place_order, order.id)
        stage.do(ordering.pay_order, order.id, RecordPayment(PaymentMethod.CASH, placed.due_cents))
        return order.id

    first, bounced = places(chloe, 4_000), places(other, 5_000)
    stage.close(meeting_id)
    payments = select(Payment.id).where(Payment.order_id == bounced)
    payment = stage.read(lambda work: work.session.scalars(payments).one())
    stage.staff(ordering.refuse_payment, bounced, payment)
    drain()
    before = stage.standing(chloe)

    stage.staff(ordering.pay_order, bounced, RecordPayment(PaymentMethod.CASH, 5_000))
    stage.staff(ordering.cancel_units, first, reason="broken")
    drain()

    taken = text("SELECT coalesce(sum(taken), 0) FROM cap_shares")
    assert before == ["1"]
    assert (stage.standing(other), stage.balances(other)["pot"]) == (["1"], 1_000)
    assert stage.read(lambda work: work.session.scalar(taken)) == 1
    assert stage.findings() == []


def test_fed_again_nothing_is_written(stage) -> None:
    stage.publish(programme(saving(4_000), saving(id="hosted", beneficiary="host")))
    meeting_id = stage.won(buyers=3)
    drain()
    written = text(
        "SELECT (SELECT count(*) FROM pot_feedings), (SELECT sum(revision) FROM pots),"
        " (SELECT count(*) FROM grant_revisions), (SELECT max(xmin::text::bigint) FROM pots)"
    )
    before = stage.read(lambda work: tuple(work.session.execute(written).one()))

    stage.staff(pots.feed_from_meeting, meeting_id)
    stage.staff(settle_meeting, meeting_id)
    drain()

    assert stage.read(lambda work: tuple(work.session.execute(written).one())) == before


@pytest.mark.parametrize("buyers", [1, 5, 12])
def test_a_meeting_feeds_in_as_many_statements_for_any_number_of_guests(stage, buyers) -> None:
    stage.publish(programme(saving(4_000), saving(id="hosted", beneficiary="host")))
    meeting_id = stage.won(buyers=buyers)

    with counted(db.engine) as sent:
        stage.staff(pots.feed_from_meeting, meeting_id)

    assert sent.count <= 45


def test_each_version_feeds_what_was_placed_under_it(stage) -> None:
    """A higher threshold keeps what is in the pot; a rule that is gone leaves it, and still takes
    back what it fed."""
    stage.publish(programme(saving(10_000)))
    chloe = stage.customer()
    old = stage.sale(chloe, 16_000, on=date(2026, 3, 2))
    stage.staff(publish_programme, programme(saving(20_000)), effective_on=date(2026, 4, 1))
    stage.staff(publish_programme, programme(rule(id="other")), effective_on=date(2026, 5, 1))
    told = []

    for cents, day in (
        (13_000, date(2026, 4, 2)),
        (1_000, date(2026, 4, 3)),
        (900, date(2026, 5, 2)),
    ):
        stage.sale(chloe, cents, on=day)
        told.append((stage.standing(chloe), stage.balances(chloe)["pot"]))
    stage.gives_back(old)

    assert told == [(["1"], 19_000), (["1", "2"], 0), (["1", "2"], 0)]
    assert (stage.standing(chloe), stage.balances(chloe)) == (["1"], {"pot": 4_000})
    assert stage.findings() == []


def test_what_a_version_no_longer_judges_its_pots_hold_no_more(stage) -> None:
    """One published later for the same day, or for the day a meeting is put right to."""
    hosted = saving(3_000, id="hosted", beneficiary="host", rewards=[points(2)])
    stage.publish(programme(saving(rewards=[points(5)]), hosted))
    chloe, host = stage.customer(), stage.customer("Sophie", "Marchand")
    order_id = stage.sale(chloe, 12_000, on=date(2026, 3, 2))
    meeting_id = stage.held(buyers=2, host_id=host)
    stage.close(meeting_id)
    drain()
    before = stage.balances(chloe), stage.balances(host), stage.standing(host)

    stage.staff(publish_programme, programme(rule(id="other")), effective_on=date(2026, 3, 2))
    stage.gives_back(order_id)
    stage.staff(pots.feed_from_meeting, meeting_id)

    assert before == ({"pot": 2_000}, {"hosted": 1_000}, ["1", "2", "3"])
    assert (stage.balances(chloe), stage.standing(chloe)) == ({"pot": 0}, [])
    assert (stage.balances(host), stage.standing(host)) == ({"hosted": 0}, [])
    assert stage.findings() == []


def test_two_cards_pour_their_pots_together(stage) -> None:
    stage.publish(programme(saving(rewards=[points(5)])))
    chloe, twin = stage.customer(), stage.customer()
    stage.sale(chloe, 16_000)
    theirs = stage.sale(twin, 25_000)

    admin = Actor(brand_id=stage.seller.brand_id, role=Role.BRAND_ADMIN)
    stage.read(lambda work: merge_cards(work, admin, chloe, twin, clock=work.clock))

    assert stage.balances(chloe) == {"pot": 11_000}
    assert stage.standing(chloe) == ["1", "2", "3"]
    stage.sale(chloe, 100)
    assert (stage.standing(chloe)[-1], stage.balances(chloe)["pot"]) == ("4", 1_100)
    stage.gives_back(theirs)
    assert (stage.standing(chloe), stage.balances(chloe)["pot"]) == (["1"], 6_100)
    assert stage.findings() == []


def test_points_of_a_pot_wait_for_the_order_that_filled_it(stage) -> None:
    stage.publish(programme(saving(rewards=[points(20)])))
    stage.staff(save_settings, {"rewards_available": "shipment"})
    chloe = stage.customer()
    order_id = stage.sale(chloe, 15_000)
    waiting = stage.read(lambda work: loyalty.balances(work.session, [chloe])[chloe])

    stage.do(ordering.ship_order, order_id)
    drain()

    shipped = stage.read(lambda work: loyalty.balances(work.session, [chloe])[chloe])
    assert (waiting.available, waiting.pending) == (0, 20)
    assert (shipped.available, shipped.pending) == (20, 0)


def test_a_gift_of_a_pot_is_chosen_through_her_card(stage) -> None:
    pie, _knife = (stage.gift(reference) for reference in GIFTS)
    stage.publish(programme(saving(rewards=[{"kind": "gift_choice", "products": list(GIFTS)}])))
    chloe = stage.customer()
    order_id = stage.sale(chloe, 15_000)
    (claim,) = stage.read(lambda work: claims_of_customer(work.session, chloe))

    chosen = stage.do(choose_gift, claim.id, pie)

    assert chosen.product_id == pie
    stage.gives_back(order_id)
    assert stage.standing(chloe) == []
    assert stage.balances(chloe) == {"pot": 0}
    assert stage.findings() == []


@pytest.mark.parametrize(
    ("touch", "left", "status"),
    [
        ("", 0, "reversed"),
        ("UPDATE vouchers SET remaining_cents = remaining_cents - 1", -10_000, "available"),
    ],
)
def test_a_gift_that_became_a_voucher_goes_with_it_while_that_is_untouched(
    stage, touch, left, status
) -> None:
    for reference in GIFTS:
        stage.gift(reference, stock=0)
    gift = {"kind": "gift_choice", "products": list(GIFTS), "out_of_stock": "voucher"}
    stage.publish(programme(saving(rewards=[gift])))
    chloe = stage.customer()
    order_id = stage.sale(chloe, 10_000)
    (claim,) = stage.read(lambda work: claims_of_customer(work.session, chloe))
    stage.do(convert_gift, claim.id)
    if touch:
        stage.read(lambda work: work.session.execute(text(touch)))

    stage.gives_back(order_id)

    assert stage.balances(chloe) == {"pot": left}
    assert [one for one, _ in stage.vouchers(chloe)] == [status]
    assert stage.standing(chloe) == (["1"] if touch else [])
    assert touch or stage.findings() == []


def test_a_cart_is_told_what_it_will_feed_and_her_card_what_is_in_her_pots(stage) -> None:
    shown = saving(pot={"starts_on": "2020-01-01", "description": "10 € pour 100 €"})
    stage.publish(programme(shown, saving(3, "meetings", id="held", beneficiary="host")))
    chloe, today = stage.customer(), stage.now().date()
    empty = stage.read(lambda work: pots_of(work.session, chloe, today=today))
    stage.sale(chloe, 7_000)
    order = stage.do(ordering.start_direct_order, stage.seller.seller_id, chloe)
    stage.do(ordering.add_line, order.id, stage.sells(25_000), 1)

    def prospect(work):
        cart = orders_by_id(work.session, [order.id])[order.id]
        return prospect_of_pots(work.session, cart, today=today)

    (told,) = stage.read(prospect)
    (hers,) = stage.read(lambda work: pots_of(work.session, chloe, today=today))
    fed = stage.read(lambda work: feedings_of(work.session, [hers.id]))

    assert [(one.rule.id, one.id, one.missing) for one in empty] == [("pot", None, 10_000)]
    assert (told.before, told.fed, told.after, told.missing) == (7_000, 25_000, 2_000, 8_000)
    assert [one.issued for one in told.feedings] == [(1, 2, 3)]
    assert (hers.balance, hers.missing, hers.given) == (7_000, 3_000, 0)
    assert (hers.pot.description, [one.amount for one in fed]) == ("10 € pour 100 €", [7_000])
