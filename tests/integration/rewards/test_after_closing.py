"""What happens to a meeting after it closed changes what it gave: once, with its reason, and never
more than can be taken back."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.catalog.queries import product_view
from app.infra.jobs.drain import drain
from app.kernel.errors import Invalid, NotAllowed
from app.loyalty import queries as loyalty
from app.loyalty import services as points_service
from app.loyalty.domain import Reserve, Spend
from app.loyalty.services.settings import save_settings
from app.meetings.errors import MeetingNotClosed
from app.meetings.services import ordering, planning
from app.meetings.services.lifecycle import cancel_meeting
from app.meetings.services.reopening import Reopening, reopen_meeting
from app.notifications.models import Email
from app.orders.queries import OrderView, orders_of_meetings
from app.promotions.models import PromoCode
from app.reports.audit import audit
from app.rewards.jobs import close_due_meetings
from app.rewards.queries import GrantView, grants_of_meeting
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.settlement import settle_meeting
from tests.support.gathering import SETTINGS, wall
from tests.support.rewards import at_least, percent, points, programme, rule, tiers
from tests.support.season import CODE
from tests.support.winning import GIFTS, Winning, set_winning_stage

pytestmark = pytest.mark.usefixtures("app_context")

GIFT = {"kind": "gift_choice", "products": list(GIFTS)}
FROM_100 = at_least("turnover", 10_000)


@pytest.fixture
def stage(uow, brand) -> Winning:
    return set_winning_stage(uow, brand.id)


def orders(stage: Winning, meeting_id: UUID, *, gifts: bool = False) -> list[OrderView]:
    found = stage.read(lambda work: orders_of_meetings(work.session, [meeting_id]))
    return [order for order in found if order.is_gift == gifts]


def give_up(stage: Winning, meeting_id: UUID) -> None:
    """One of its orders is cancelled by the staff, and all that follows is done."""
    order_id = next(one.id for one in orders(stage, meeting_id) if not one.is_cancelled)
    stage.staff(ordering.cancel_units, order_id, reason="broken")
    drain()


def grants(stage: Winning, meeting_id: UUID) -> tuple[GrantView, ...]:
    return stage.read(lambda work: grants_of_meeting(work.session, meeting_id))


def kept(stage: Winning) -> list[Any]:
    noted = text("SELECT after FROM audit_entries WHERE action = 'grant.kept'")
    return stage.read(lambda work: work.session.scalars(noted).all())


def findings(stage: Winning) -> list[str]:
    return stage.read(lambda work: [one.check for one in audit(work.session)])


def balance(stage: Winning, customer_id: UUID) -> Any:
    return stage.read(lambda work: loyalty.balances(work.session, [customer_id])[customer_id])


def test_a_step_no_longer_reached_is_taken_back_once_and_says_why(stage) -> None:
    """A32."""
    stage.publish(programme(rule(id="step", tiers=tiers("best", {10_000: points(50)}))))
    meeting_id = stage.won(buyers=2)
    drain()

    give_up(stage, meeting_id)
    before = grants(stage, meeting_id)
    give_up(stage, meeting_id)

    (grant,) = before
    assert (grant.status, grant.value, grant.revision) == ("reversed", 50, 2)
    (lack,) = [one for one in grant.explanation["checks"] if not one["passed"]]
    assert (lack["measure"], lack["value"], lack["expected"]) == ("turnover", 5_000, 10_000)
    assert grants(stage, meeting_id) == before
    host = grant.beneficiary_id
    told = select(Email.subject, Email.text).where(Email.customer_id == host)
    letters = stage.read(lambda work: work.session.execute(told.order_by(Email.id)).all())
    about = [letter.subject for letter in letters if letter.subject.endswith("points")]
    assert [subject.split(":")[0].strip() for subject in about] == [
        "Vous avez gagné",
        "Une récompense vous a été retirée",
    ]
    assert "100,00" in letters[-1].text
    assert findings(stage) == []


@pytest.mark.parametrize(
    ("cap", "left"),
    [pytest.param(0, (4, 0, 26), id="brand bears it"), pytest.param(20, (4, 20, 6), id="she owes")],
)
def test_spent_points_are_owed_up_to_the_cap_and_the_brand_bears_the_rest(
    stage, cap: int, left: tuple[int, int, int]
) -> None:
    stage.staff(save_settings, {"debt_cap": cap})
    stage.publish(programme(rule(id="step", tiers=tiers("best", {10_000: points(30)}))))
    meeting_id = stage.won(buyers=2)
    host = grants(stage, meeting_id)[0].beneficiary_id
    spent = ("order", meeting_id)
    stage.staff(points_service.post, [Reserve("r", host, 26, "order_reserved", *spent)])
    stage.staff(points_service.post, [Spend("s", host, 26, "order_spent", *spent)])
    assert balance(stage, host).available == left[0]

    give_up(stage, meeting_id)

    noted = text("SELECT reason ->> 'absorbed' FROM ledger_entries WHERE kind = 'reward_reversed'")
    absorbed = stage.read(lambda work: work.session.scalars(noted).one())
    assert (balance(stage, host).available, balance(stage, host).debt) == (0, left[1])
    assert int(absorbed or 0) == left[2]


def test_a_gift_that_nobody_chose_is_withdrawn(stage) -> None:
    stage.publish(programme(rule(id="gift", conditions=FROM_100, rewards=[GIFT])))
    stage.gift("TARTE"), stage.gift("COUTEAU")
    meeting_id = stage.won(buyers=2)

    give_up(stage, meeting_id)

    assert [claim.status for claim in stage.claims(meeting_id)] == ["reversed"]
    assert (kept(stage), findings(stage)) == ([], [])


def chosen(stage: Winning) -> tuple[UUID, UUID]:
    """A meeting whose gift was chosen, and the product, of which there was one."""
    stage.publish(programme(rule(id="gift", conditions=FROM_100, rewards=[GIFT])))
    product_id = stage.gift("TARTE", stock=1)
    meeting_id = stage.won(buyers=2)
    (claim,) = stage.claims(meeting_id)
    stage.do(choose_gift, claim.id, product_id)
    return meeting_id, product_id


@pytest.mark.parametrize("finalised", [False, True])
def test_a_chosen_gift_that_has_not_left_goes_back_and_may_be_won_again(
    stage, finalised: bool
) -> None:
    meeting_id, product_id = chosen(stage)
    if finalised:
        stage.do(ordering.finalise_gift_order, orders(stage, meeting_id, gifts=True)[0].id)

    give_up(stage, meeting_id)

    assert [claim.status for claim in stage.claims(meeting_id)] == ["reversed"]
    assert stage.read(lambda work: product_view(work.session, product_id)).available == 1
    left = [order.status for order in orders(stage, meeting_id, gifts=True)]
    assert left == (["cancelled"] if finalised else [])
    assert (kept(stage), findings(stage)) == ([], [])
    stage.publish(programme(rule(id="gift", rewards=[GIFT])))
    stage.staff(settle_meeting, meeting_id)
    (claim,) = stage.claims(meeting_id)
    stage.do(choose_gift, claim.id, product_id)
    assert findings(stage) == []


def test_a_gift_that_has_left_is_hers_and_its_value_is_noted(stage) -> None:
    meeting_id, product_id = chosen(stage)
    (order,) = orders(stage, meeting_id, gifts=True)
    stage.do(ordering.finalise_gift_order, order.id)
    stage.do(ordering.ship_order, order.id)

    give_up(stage, meeting_id)

    assert [claim.status for claim in stage.claims(meeting_id)] == ["chosen"]
    assert kept(stage) == [{"gifts": 1, "value_cents": 2_000}]
    assert stage.read(lambda work: product_view(work.session, product_id)).available == 0
    assert findings(stage) == []


def test_of_two_gifts_the_one_that_left_counts_towards_what_is_deserved(stage) -> None:
    twice = tiers("every", {5_000: GIFT})
    stage.publish(programme(rule(id="gift", tiers=twice)))
    product_id = stage.gift("TARTE")
    meeting_id = stage.won(buyers=2)
    second = stage.claims(meeting_id)[1]
    stage.do(choose_gift, second.id, product_id)
    (order,) = orders(stage, meeting_id, gifts=True)
    stage.do(ordering.finalise_gift_order, order.id)
    stage.do(ordering.ship_order, order.id)

    give_up(stage, meeting_id)

    assert {claim.id: claim.status for claim in stage.claims(meeting_id)}[second.id] == "chosen"
    assert sorted(claim.status for claim in stage.claims(meeting_id)) == ["chosen", "reversed"]
    assert (kept(stage), findings(stage)) == ([], [])


def test_a_used_code_is_noted_and_an_unused_one_withdrawn(stage) -> None:
    codes = {"beneficiary": "guest", "trigger": "during_meeting", "rewards": [CODE]}
    stage.publish(programme(rule(id="code", conditions=FROM_100, **codes)))
    meeting_id = stage.won(buyers=2)
    used = text(
        "UPDATE promo_codes SET status = 'used'"
        " WHERE id = (SELECT id FROM promo_codes ORDER BY id LIMIT 1)"
    )
    stage.read(lambda work: work.session.execute(used))

    give_up(stage, meeting_id)

    held = select(PromoCode.status).order_by(PromoCode.id)
    assert stage.read(lambda work: work.session.scalars(held).all()) == ["used", "reversed"]
    assert kept(stage) == [{"codes": 1}]


def test_what_comes_back_in_a_booked_meeting_breaks_the_promise_kept(stage) -> None:
    booked_rule = {"beneficiary": "guest", "trigger": "guest_booking", "rewards": [points(20)]}
    least = {"minimum_turnover_cents": 10_000}
    stage.publish(programme(rule(id="date", booking=least, **booked_rule)))
    origin = stage.held(buyers=1)
    participant, guest = stage.guest(origin)
    booked = stage.book(origin, participant, days=0.5)
    _, buyer = stage.guest(booked)
    for _ in range(2):
        stage.order(booked, buyer)
    held = text("UPDATE meetings SET starts_at = now() - interval '1 hour' WHERE id = :id")
    stage.read(lambda work: work.session.execute(held, {"id": booked}))
    stage.close(origin)
    stage.close(booked)
    drain()
    assert [(one.status, one.revision) for one in grants(stage, origin)] == [("granted", 2)]

    give_up(stage, booked)

    (grant,) = grants(stage, origin)
    assert (grant.status, balance(stage, guest).available) == ("reversed", 0)
    failed = [one["code"] for one in grant.explanation["checks"] if not one["passed"]]
    assert failed == ["booking_turnover_at_least"]
    assert findings(stage) == []


def reopen(stage: Winning, meeting_id: UUID, *, days: float = 2) -> None:
    wish = Reopening(wall(stage.now() + timedelta(days=days)), "An order was forgotten")
    stage.staff(reopen_meeting, meeting_id, wish, settings=SETTINGS)


def test_a_reopened_meeting_keeps_what_it_gave_and_grants_the_difference(stage) -> None:
    stage.publish(programme(rule(id="host", rewards=[percent(1_000)])))
    meeting_id = stage.won(buyers=2)
    (before,) = grants(stage, meeting_id)

    reopen(stage, meeting_id)
    drain()
    close_due_meetings(stage.seller.brand_id)

    assert grants(stage, meeting_id) == (before,)
    assert (balance(stage, before.beneficiary_id).available, findings(stage)) == (10, [])
    _, guest = stage.guest(meeting_id)
    stage.order(meeting_id, guest)
    drain()
    assert grants(stage, meeting_id) == (before,)
    stage.close(meeting_id)
    (after,) = grants(stage, meeting_id)
    assert (after.id, after.value, after.revision) == (before.id, 15, 2)
    assert (balance(stage, after.beneficiary_id).available, findings(stage)) == (15, [])


def test_a_reopened_meeting_closes_by_itself_at_its_deadline(stage) -> None:
    stage.publish()
    meeting_id = stage.won()
    reopen(stage, meeting_id)
    due = text("SELECT closes_at > now() + interval '1 day' FROM meetings WHERE id = :id")
    assert stage.read(lambda work: work.session.scalar(due, {"id": meeting_id}))
    past = text("UPDATE meetings SET closes_at = now() - interval '1 minute' WHERE id = :id")
    stage.read(lambda work: work.session.execute(past, {"id": meeting_id}))

    assert close_due_meetings(stage.seller.brand_id) == 1
    assert findings(stage) == []


def test_another_host_gets_what_the_first_one_had(stage) -> None:
    stage.publish(programme(rule(id="host", rewards=[points(40)])))
    meeting_id = stage.won()
    first = grants(stage, meeting_id)[0].beneficiary_id
    second = stage.customer("Lise")
    reopen(stage, meeting_id)
    when = wall(stage.now() - timedelta(days=1))
    change = planning.ChangeMeeting(second, planning.Gathering(when=when))
    stage.do(planning.change_meeting, meeting_id, change, settings=SETTINGS)

    stage.close(meeting_id)
    drain()

    hers = {one.beneficiary_id: one for one in grants(stage, meeting_id)}
    assert {who: one.status for who, one in hers.items()} == {first: "reversed", second: "granted"}
    assert [one["code"] for one in hers[first].explanation["checks"]] == ["still_beneficiary"]
    assert (balance(stage, first).available, balance(stage, second).available) == (0, 40)
    assert findings(stage) == []


def test_a_reopened_meeting_that_is_cancelled_gives_nothing(stage) -> None:
    stage.publish(programme(rule(id="host", rewards=[points(40)])))
    meeting_id = stage.won(buyers=1)
    reopen(stage, meeting_id)
    give_up(stage, meeting_id)

    stage.do(cancel_meeting, meeting_id)
    drain()

    (grant,) = grants(stage, meeting_id)
    assert (grant.status, balance(stage, grant.beneficiary_id).available) == ("reversed", 0)
    assert [one["code"] for one in grant.explanation["checks"]] == ["meeting_not_cancelled"]
    assert findings(stage) == []


def test_only_staff_reopen_with_a_deadline_ahead_and_only_what_is_closed(stage) -> None:
    stage.publish()
    meeting_id = stage.held()
    ahead = Reopening(wall(stage.now() + timedelta(days=2)), "x")
    with pytest.raises(MeetingNotClosed):
        stage.staff(reopen_meeting, meeting_id, ahead, settings=SETTINGS)
    stage.close(meeting_id)
    with pytest.raises(NotAllowed):
        stage.do(reopen_meeting, meeting_id, ahead, settings=SETTINGS)
    for days in (-0.1, 61):
        wrong = Reopening(wall(stage.now() + timedelta(days=days)), "x")
        with pytest.raises(Invalid):
            stage.staff(reopen_meeting, meeting_id, wrong, settings=SETTINGS)


def test_a_share_of_a_cap_is_kept_and_free_again_when_taken_back(stage) -> None:
    caps = [{"per": "all", "of": "times", "most": 1, "period": "year"}]
    stage.publish(programme(rule(id="once", caps=caps, conditions=FROM_100, rewards=[points(9)])))
    first, second = stage.won(), stage.won()

    assert [one.value for one in grants(stage, first)] == [9]
    assert grants(stage, second) == ()
    assert stage.staff(settle_meeting, first).changes == ()
    give_up(stage, first)
    assert [one.status for one in grants(stage, first)] == ["reversed"]
    stage.staff(settle_meeting, second)
    assert [one.status for one in grants(stage, second)] == ["granted"]
    assert findings(stage) == []


def test_what_is_left_of_a_cap_per_person_is_given_in_part(stage) -> None:
    caps = [{"per": "person", "of": "value", "most": 15}]
    stage.publish(programme(rule(id="host", caps=caps, rewards=[percent(1_000)])))
    host = stage.customer("Lise")
    meetings = [stage.held(host_id=host) for _ in range(3)]
    for meeting_id in meetings:
        stage.close(meeting_id)

    given = [[one.value for one in grants(stage, meeting_id)] for meeting_id in meetings]
    assert given == [[10], [5], []]
    assert (balance(stage, host).available, findings(stage)) == (15, [])


def test_percentages_follow_each_return_and_restore_nothing_twice(stage) -> None:
    stage.publish(programme(rule(id="host", rewards=[percent(1_000)])))
    meeting_id = stage.won(buyers=3)

    for value in (10, 5):
        give_up(stage, meeting_id)
        (grant,) = grants(stage, meeting_id)
        assert (grant.status, grant.value) == ("granted", value)
    assert balance(stage, grant.beneficiary_id).available == 5
    assert findings(stage) == []


STANDING = text(
    """
    SELECT (SELECT coalesce(jsonb_object_agg(kind, sum), '{}')
            FROM (SELECT kind, sum(balance) FROM points_accounts
                  WHERE kind NOT IN ('issued', 'reversed') AND balance <> 0 GROUP BY kind) a),
           (SELECT count(*) FROM promo_codes WHERE status <> 'reversed'),
           (SELECT count(*) FROM vouchers WHERE status <> 'reversed'),
           (SELECT count(*) FROM gift_claims WHERE status <> 'reversed'),
           (SELECT sum(stock_on_hand - stock_reserved) FROM products WHERE giftable),
           (SELECT coalesce(sum(taken), 0) FROM cap_shares),
           (SELECT count(*) FROM grants WHERE status <> 'reversed')
    """
)
"""What is in people's hands, or taken for them."""


@pytest.mark.parametrize("seed", range(2))
def test_taking_everything_back_restores_exactly_what_was(stage, seed: int) -> None:
    chance = Random(seed)
    caps = [{"per": "person", "of": "times", "most": 9, "period": "year"}]
    rewards = [percent(1_000), {"kind": "voucher", "amount_cents": 1_500}, GIFT]
    by_guest = {"beneficiary": "guest", "trigger": "meeting_sale"}
    stage.publish(
        programme(
            rule(id="host", caps=caps, conditions=at_least("turnover", 1), rewards=rewards),
            rule(id="guest", rewards=[CODE, points(3)], **by_guest),
        )
    )
    product_id = stage.gift("TARTE", stock=3)
    stage.gift("COUTEAU", stock=3)
    meeting_id = stage.held(buyers=chance.randint(2, 4))
    before = stage.read(lambda work: work.session.execute(STANDING).one())
    stage.close(meeting_id)
    for claim in stage.claims(meeting_id):
        stage.do(choose_gift, claim.id, product_id)
    won = stage.read(lambda work: work.session.execute(STANDING).one())

    left = [one.id for one in orders(stage, meeting_id)]
    for order_id in chance.sample(left, len(left)):
        stage.staff(ordering.cancel_units, order_id, reason="broken")
        if chance.random() < 0.5:
            drain()
    drain()

    assert all(one != other for one, other in zip(before, won, strict=True))
    assert stage.read(lambda work: work.session.execute(STANDING).one()) == before
    assert (kept(stage), findings(stage)) == ([], [])
