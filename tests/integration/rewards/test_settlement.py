"""Closing grants what the preview showed; settling again writes nothing."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.brands.queries import BrandView
from app.customers import queries as customers
from app.infra.outbox import OutboxMessage
from app.kernel.actor import system
from app.loyalty import queries as loyalty
from app.meetings.services.lifecycle import cancel_meeting
from app.promotions import queries as promotions
from app.promotions.models import PromotionState
from app.promotions.services.promotions import create_promotion
from app.rewards.models import Grant, GrantRevision
from app.rewards.queries import claims_of_meeting
from app.rewards.services.settlement import preview
from tests.support.clock import StillClock
from tests.support.gathering import set_stage
from tests.support.rewards import at_least, points, programme, rule, tiers
from tests.support.season import CODE, Season, every_reward


@pytest.fixture
def season(uow: Callable, brand: BrandView, clock: StillClock) -> Season:
    found = Season(set_stage(uow, brand.id, clock))
    found.publish(every_reward("WOK-seller"))
    return found


def _booked(season: Season, *, days: float = 20) -> tuple[UUID, UUID, UUID]:
    """Origin, booked meeting, the guest who booked it."""
    origin = season.sold(2)
    participant, guest = season.stage.guest(origin)
    return origin, season.stage.book(origin, participant, days=days), guest


def _available(season: Season, customer_id: UUID) -> int:
    with season.stage.uow(season.brand_id) as work:
        return loyalty.balances(work.session, [customer_id])[customer_id].available


def test_closing_grants_what_the_preview_showed(season: Season) -> None:
    meeting_id = season.sold(4)
    with season.stage.uow(season.brand_id) as work:
        shown = {
            (award.rule_id, award.reward_id, award.customer_id, award.value)
            for award in preview(work, meeting_id).awards
        }

    season.close(meeting_id)

    granted = season.grants(meeting_id)
    assert {(g.rule_id, g.reward_id, str(g.beneficiary_id), g.value) for g in granted} == shown
    assert {grant.status for grant in granted} == {"granted"}
    assert season.findings() == []


def test_each_kind_of_reward_reaches_its_winner(season: Season) -> None:
    meeting_id = season.sold(4)

    season.close(meeting_id)

    by_kind = {grant.kind: grant for grant in season.grants(meeting_id)}
    host = by_kind["points_percent_turnover"].beneficiary_id
    guests = {g.beneficiary_id for g in season.grants(meeting_id) if g.kind == "promo_code"}
    with season.stage.uow(season.brand_id) as work:
        vouchers = promotions.vouchers_of(work.session, [host])
        codes = promotions.codes_of(work.session, guests)
        claims = claims_of_meeting(work.session, meeting_id)
    assert _available(season, host) == 20  # 10 % of 4 x 50 €
    assert [voucher.face_cents for voucher in vouchers] == [1_500]
    assert len({code.code for code in codes}) == len(guests) == 4
    assert [(claim.customer_id, claim.choices) for claim in claims] == [(host, ["WOK-seller"])] * 2


def test_closing_again_changes_nothing(season: Season) -> None:
    meeting_id = season.sold(3)
    season.close(meeting_id)
    before = season.grants(meeting_id)

    assert season.close(meeting_id) is None
    assert season.settle(meeting_id).changes == ()
    assert season.grants(meeting_id) == before
    assert season.findings() == []


def test_a_meeting_without_a_programme_closes_without_rewards(
    uow: Callable, brand: BrandView, clock: StillClock
) -> None:
    season = Season(set_stage(uow, brand.id, clock))
    meeting_id = season.sold(2)

    season.close(meeting_id)

    assert season.grants(meeting_id) == ()


def test_the_version_in_force_on_the_day_of_the_meeting_judges(season: Season) -> None:
    tomorrow = (season.stage.now() + timedelta(days=1)).date()
    meeting_id = season.sold(1)
    season.publish(programme(rule(id="new", rewards=[points(999)])), effective_on=tomorrow)

    season.close(meeting_id)

    assert {grant.programme_version for grant in season.grants(meeting_id)} == {1}


def test_winners_are_announced_once_each(season: Season) -> None:
    meeting_id = season.sold(3)
    season.close(meeting_id)

    with season.stage.uow(season.brand_id) as work:
        told = Counter(
            work.session.scalars(
                select(OutboxMessage.payload["customer_id"].astext).where(
                    OutboxMessage.topic == "rewards.winnings_changed"
                )
            )
        )
    assert set(told.values()) == {1}
    assert len(told) == 5  # three guests, the host, the seller


# ---------------------------------------------------------------- bookings: A35


def test_a_booking_promises_its_reward_at_once_and_pays_nothing_yet(season: Season) -> None:
    origin, _booked_meeting, guest = _booked(season)

    season.settle(origin)

    promised = [grant for grant in season.grants(origin) if grant.status == "promised"]
    assert [(grant.beneficiary_id, grant.value) for grant in promised] == [(guest, 20)]
    assert len(season.grants(origin)) == 1
    assert _available(season, guest) == 0
    assert season.findings() == []


def test_a_promise_comes_true_when_the_booked_meeting_was_held(
    season: Season, clock: StillClock
) -> None:
    origin, booked, guest = _booked(season)
    season.settle(origin)
    season.close(origin)
    clock.advance(days=21)
    _participant, buyer = season.stage.guest(booked)
    season.stage.order(booked, buyer)
    season.close(booked)

    confirmed = season.settle(origin)

    assert [change.name for change in confirmed.changes] == ["confirmed"]
    assert _available(season, guest) >= 20
    assert season.settle(origin).changes == ()
    assert season.findings() == []


def test_a_promise_is_taken_back_when_the_booked_meeting_is_cancelled(season: Season) -> None:
    origin, booked, guest = _booked(season)
    season.settle(origin)
    season.stage.do(cancel_meeting, booked)

    taken = season.settle(origin)

    assert [change.name for change in taken.changes] == ["reversed"]
    assert _available(season, guest) == 0
    assert season.findings() == []


def test_a_booked_meeting_without_a_sale_keeps_no_promise(
    season: Season, clock: StillClock
) -> None:
    origin, booked, _guest = _booked(season)
    season.settle(origin)
    clock.advance(days=21)
    season.close(booked)

    taken = season.settle(origin)

    assert [change.name for change in taken.changes] == ["reversed"]


def test_every_revision_of_a_grant_is_kept(season: Season) -> None:
    origin, booked, _guest = _booked(season)
    season.settle(origin)
    season.stage.do(cancel_meeting, booked)
    season.settle(origin)

    with season.stage.uow(season.brand_id) as work:
        kept = work.session.execute(
            select(GrantRevision.revision, GrantRevision.status).order_by(GrantRevision.revision)
        ).all()
    assert kept == [(1, "promised"), (2, "reversed")]


def test_the_host_of_a_closed_meeting_has_the_role(season: Season) -> None:
    meeting_id = season.sold(1)
    season.close(meeting_id)

    with season.stage.uow(season.brand_id) as work:
        host = work.session.scalar(select(Grant.beneficiary_id).where(Grant.beneficiary == "host"))
        assert "HOST" in customers.customer(work.session, season.stage.seller, host).roles


def test_a_gift_given_back_is_chosen_among_what_is_offered_by_then(
    uow: Callable, brand: BrandView, clock: StillClock
) -> None:
    season = Season(set_stage(uow, brand.id, clock))

    def offer(*products: str, least: int) -> dict[str, Any]:
        gift = {"kind": "gift_choice", "products": list(products)}
        return programme(rule(rewards=[gift], conditions=at_least("orders", least)))

    meeting_id = season.sold(2)
    season.publish(offer("BOL", "POT", least=1))
    season.close(meeting_id)
    for later in (offer("BOL", "POT", least=3), offer("TASSE", least=1)):
        season.publish(later)
        season.settle(meeting_id)

    with season.stage.uow(season.brand_id) as work:
        (claim,) = claims_of_meeting(work.session, meeting_id)
    assert (claim.status, claim.choices) == ("open", ["TASSE"])
    assert season.findings() == []


# ---------------------------------------------------------------- cost


@pytest.fixture
def cost_of_closing(season: Season, count_queries: Callable) -> Callable[[int], int]:
    def cost(orders: int) -> int:
        meeting_id = season.sold(orders)
        with count_queries() as found:
            season.close(meeting_id)
        return found.count

    return cost


def test_closing_costs_the_same_number_of_statements_for_any_number_of_orders(
    cost_of_closing: Callable[[int], int],
) -> None:
    cost_of_closing(3)  # compiles the programme, once per process

    assert cost_of_closing(5) == cost_of_closing(40) <= 25


def test_a_reward_won_several_times_is_handed_out_as_often(
    uow: Callable, brand: BrandView, clock: StillClock
) -> None:
    season = Season(set_stage(uow, brand.id, clock))
    twice = tiers("every", {10_000: CODE}, at_most=2)
    season.publish(programme(rule(id="codes", tiers=twice)))
    meeting_id = season.sold(5)  # 250 € are two full slices of 100 €

    season.close(meeting_id)

    (grant,) = season.grants(meeting_id)
    with season.stage.uow(season.brand_id) as work:
        codes = promotions.codes_of(work.session, [grant.beneficiary_id])
    assert grant.value == len({code.code for code in codes}) == 2
    assert season.findings() == []


def test_what_is_a_promotion_of_one_person_is_issued_as_a_code_of_hers(
    uow: Callable, brand: BrandView, clock: StillClock
) -> None:
    season = Season(set_stage(uow, brand.id, clock))
    percent = {"kind": "order_percent", "rate_bp": 1_000}
    friends = {"id": "friends", "name": "Amies", "effect": percent, "entry": "assigned"}
    with season.stage.uow(season.brand_id) as work:
        staff = system(season.brand_id)
        create_promotion(work, staff, friends, state=PromotionState.LIVE, clock=work.clock)
    own = [
        {"kind": "free_shipping", "name": "Port", "valid_until": "2027-12-31"},
        {"kind": "half_price_items", "name": "Moitié", "products": ["WOK-seller"], "units": 2},
        {"kind": "promo_code", "promotion": "friends"},
    ]
    season.publish(programme(rule(id="own", rewards=own)))
    meeting_id = season.sold(1)

    season.close(meeting_id)

    host = season.grants(meeting_id)[0].beneficiary_id
    with season.stage.uow(season.brand_id) as work:
        codes = {code.name: code for code in promotions.codes_of(work.session, [host])}
    assert {name: code.terms["effect"]["kind"] for name, code in codes.items()} == {
        "Port": "shipping_percent",
        "Moitié": "product_percent",
        "Amies": "order_percent",
    }
    assert str(codes["Port"].valid_until) == "2027-12-31 23:00:00+00:00"


# ------------------------------------------------------------------- vouchers partly spent
def _voucher_programme(amount_cents: int) -> dict[str, Any]:
    return programme(rule(id="host", rewards=[{"kind": "voucher", "amount_cents": amount_cents}]))


def _spend(season: Season, cents: int, status: str = "available") -> None:
    """What an order did with the voucher that can still be used."""
    with season.stage.uow(season.brand_id) as work:
        work.session.execute(
            text(
                "UPDATE vouchers SET remaining_cents = remaining_cents - :cents, status = :status"
                " WHERE status = 'available'"
            ),
            {"cents": cents, "status": status},
        )


def _held(season: Season, meeting_id: UUID) -> list[tuple[str, int, int]]:
    """Status, face and remaining of the host's vouchers that were not taken back."""
    host = season.grants(meeting_id)[0].beneficiary_id
    with season.stage.uow(season.brand_id) as work:
        found = promotions.vouchers_of(work.session, [host])
    return [
        (voucher.status, voucher.face_cents, voucher.remaining_cents)
        for voucher in found
        if voucher.status != "reversed"
    ]


@pytest.mark.parametrize(
    ("spent", "status", "now", "held"),
    [
        pytest.param(0, "available", 2_500, [("available", 2_500, 2_500)], id="nothing"),
        pytest.param(
            600, "available", 2_500, [("used", 600, 0), ("available", 1_900, 1_900)], id="a part"
        ),
        pytest.param(
            1_500, "used", 2_500, [("used", 1_500, 0), ("available", 1_000, 1_000)], id="all of it"
        ),
        pytest.param(
            0,
            "reserved",
            2_500,
            [("reserved", 1_500, 1_500), ("available", 1_000, 1_000)],
            id="held by an order",
        ),
        pytest.param(1_000, "available", 800, [("used", 1_000, 0)], id="more than is deserved now"),
    ],
)
def test_what_was_spent_of_a_voucher_counts_towards_its_new_value(
    season: Season, spent: int, status: str, now: int, held: list[tuple[str, int, int]]
) -> None:
    season.publish(_voucher_programme(1_500))
    meeting_id = season.sold(1)
    season.close(meeting_id)
    _spend(season, spent, status)

    season.publish(_voucher_programme(now))
    season.settle(meeting_id)

    assert _held(season, meeting_id) == held
    assert [finding for finding in season.findings() if "differs from the grant" in finding] == []


def test_a_voucher_won_back_lacks_what_was_spent_before(season: Season) -> None:
    season.publish(_voucher_programme(1_500))
    meeting_id = season.sold(1)
    season.close(meeting_id)
    _spend(season, 400)
    season.publish(programme(rule(id="other", rewards=[points(1)])))
    season.settle(meeting_id)
    assert _held(season, meeting_id) == [("used", 400, 0)]

    season.publish(_voucher_programme(1_500))
    season.settle(meeting_id)

    assert _held(season, meeting_id) == [("used", 400, 0), ("available", 1_100, 1_100)]


# ------------------------------------------------------------------- a voucher for each slice
def _slices(most: int, **reward: Any) -> dict[str, Any]:
    step = {"from": 100, "rewards": [{"id": "bon", **reward}]}
    tiers = {"measure": "turnover", "mode": "every", "steps": [step], "at_most": most}
    return programme(rule(id="host", tiers=tiers))


AMOUNT = {"kind": "voucher", "amount_cents": 1_500}
UNITS = {"kind": "unit_voucher", "units": 2, "scope": {"products": ["BOUGIE"]}}


def _faces(season: Season, meeting_id: UUID) -> list[tuple[str, int]]:
    host = season.grants(meeting_id)[0].beneficiary_id
    with season.stage.uow(season.brand_id) as work:
        found = promotions.vouchers_of(work.session, [host])
    return [(one.status, one.face_cents or one.face_units) for one in found]


def test_slices_are_vouchers_of_their_own_and_those_still_deserved_stay(season: Season) -> None:
    season.publish(_slices(3, **AMOUNT))
    meeting_id = season.sold(1)
    season.close(meeting_id)
    assert _faces(season, meeting_id) == [("available", 1_500)] * 3

    season.publish(_slices(1, **AMOUNT))
    season.settle(meeting_id)
    assert _faces(season, meeting_id) == [("available", 1_500)] + [("reversed", 1_500)] * 2

    _spend(season, 600)
    season.publish(_slices(2, **AMOUNT))
    season.settle(meeting_id)
    held = _held(season, meeting_id)
    assert held == [("available", 1_500, 900), ("available", 1_500, 1_500)]

    season.publish(_slices(2, **AMOUNT, slices="together"))
    season.settle(meeting_id)
    assert _held(season, meeting_id) == held, "the same value is not issued anew"
    assert [finding for finding in season.findings() if "differs from the grant" in finding] == []


@pytest.mark.parametrize(
    ("reward", "held"),
    [
        pytest.param(UNITS, [("available", 2)] * 2, id="units"),
        pytest.param({**UNITS, "slices": "together"}, [("available", 4)], id="units together"),
        pytest.param({**AMOUNT, "slices": "together"}, [("available", 3_000)], id="together"),
    ],
)
def test_slices_may_be_units_and_one_voucher(
    season: Season, reward: dict[str, Any], held: list[tuple[str, int]]
) -> None:
    season.publish(_slices(2, **reward))
    meeting_id = season.sold(1)
    season.close(meeting_id)

    assert _faces(season, meeting_id) == held
    assert [finding for finding in season.findings() if "differs from the grant" in finding] == []


def test_thousands_of_grants_are_written_at_once(season: Season) -> None:
    """More values than one statement of PostgreSQL takes."""
    rewards = [points(1, id=f"p{n}") for n in range(20)]
    rules = [rule(id=f"r{n}", rewards=rewards) for n in range(180)]
    season.publish(programme(*rules))
    meeting_id = season.sold(1)

    season.close(meeting_id)

    host = season.grants(meeting_id)[0].beneficiary_id
    assert (len(season.grants(meeting_id)), _available(season, host)) == (3_600, 3_600)
