"""Whatever is shown before a meeting closes is what closing grants, caps and lanes included."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.brands.queries import BrandView
from app.meetings.services import ordering
from app.meetings.services.ordering import RecordPayment
from app.orders.models import PaymentMethod
from app.orders.queries import orders_by_id
from app.rewards.domain.imagined import WhatIf
from app.rewards.domain.outcome import Award
from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.queries.live import judge_imagined, judge_meeting, promised_by, promised_to
from app.rewards.queries.sales import prospect_of
from tests.support.chance import SOAK, SOAKING
from tests.support.gathering import set_stage, wall
from tests.support.rewards import Document, at_least, percent, points, programme, tiers
from tests.support.season import Season

MODES = ("best", "cumulative", "marginal", "every")
TIERED = {"turnover": 4_000, "orders": 1, "buyers": 1, "attended": 1, "bookings_made": 1}
TRIGGERS = {
    "host": ("hosting", "during_meeting", "guest_booking"),
    "guest": ("during_meeting", "meeting_sale", "guest_booking"),
    "seller": ("hosting", "meeting_sale", "guest_booking"),
}


@pytest.fixture
def season(uow: Callable, brand: BrandView) -> Season:
    return Season(set_stage(uow, brand.id))


def some_rule(chance: random.Random, number: int) -> Document:
    beneficiary = chance.choice(sorted(TRIGGERS))
    trigger = chance.choice(TRIGGERS[beneficiary])
    found = {"id": f"r{number}", "beneficiary": beneficiary, "trigger": trigger}
    if chance.random() < 0.5:
        found["lane"] = chance.choice(["one", "two"])
    if chance.random() < 0.7:
        found["caps"] = [
            {
                "per": (per := chance.choice(["meeting", "person", "all"])),
                "of": chance.choice(["times", "value", "money"]),
                "most": chance.choice([1, 7, 30, 400]),
                "period": "ever" if per == "meeting" else chance.choice(["ever", "month", "day"]),
            }
        ]
    if chance.random() < 0.3:
        found["conditions"] = at_least("attended", chance.choice([1, 3]))
    return found | some_gain(chance, trigger)


def some_gain(chance: random.Random, trigger: str) -> Document:
    if trigger == "meeting_sale":
        return {"rewards": [points(chance.choice([3, 20]))]}
    if chance.random() < 0.25:
        return {"rewards": [percent(chance.choice([333, 1_000]))]}
    mode = chance.choice(MODES)
    measure = "turnover" if mode == "marginal" else chance.choice(sorted(TIERED))
    first = TIERED[measure]
    starts = [first] if mode == "every" else [first, first * 2, first * 3]
    gives = percent if mode == "marginal" else points
    steps = {start: gives(100 * number) for number, start in enumerate(starts, 1)}
    return {"tiers": tiers(mode, steps, measure)}


def some_programme(chance: random.Random) -> Document:
    while True:
        document = programme(*(some_rule(chance, number) for number in range(chance.randint(2, 6))))
        try:
            compile_programme(document)
        except ProgrammeInvalid:
            continue
        return document


def told(awards: Any) -> list[tuple[str, str, str, str, int]]:
    return sorted(
        (one.rule_id, one.reward_id, str(whose(one)), one.occurrence, one.value)
        for one in awards
        if one.value > 0
    )


def whose(one: Any) -> Any:
    return one.customer_id if isinstance(one, Award) else one.beneficiary_id


def pay(season: Season, order_id: UUID) -> None:
    due, day = 5_000, wall(season.stage.now()).day
    season.stage.do(ordering.pay_order, order_id, RecordPayment(PaymentMethod.CASH, due, day))


@pytest.mark.parametrize("seed", [random.randrange(10**6)] if SOAKING else [7])
def test_what_is_shown_before_closing_is_what_closing_grants(season: Season, seed: int) -> None:
    """The caps' shares taken by one meeting are missing in the next."""
    chance = random.Random(seed)
    for _ in range(8 * SOAK):
        document = some_programme(chance)
        season.publish(document)
        meeting_id = season.sold(chance.randint(1, 3))
        booker_place, booker = season.stage.guest(meeting_id)
        read = season.stage.uow
        with read(season.brand_id) as work:
            hinted = promised_to(work.session, meeting_id, booker)
        booking_id = season.stage.book(meeting_id, booker_place, days=20)
        with read(season.brand_id) as work:
            promised = [one.award for one in promised_by(work.session, meeting_id, booking_id)]
            judged = judge_meeting(work.session, meeting_id).outcome.awards
        day = season.stage.now().date()
        wish = WhatIf(cents=5_000, customer_id=str(booker))
        with read(season.brand_id) as work:
            _, imagined = judge_imagined(work.session, meeting_id, wish, today=day)
        order_id = season.stage.order(meeting_id, booker, paid=False)
        with read(season.brand_id) as work:
            order = orders_by_id(work.session, [order_id])[order_id]
            foreseen = prospect_of(work.session, order, today=day)
        pay(season, order_id)
        with read(season.brand_id) as work:
            shown = judge_meeting(work.session, meeting_id).outcome.awards

        season.close(meeting_id)

        granted = told(season.grants(meeting_id))
        assert granted == told(shown) == told(foreseen.with_it), (seed, document)
        assert granted == told(imagined.outcome.awards), (seed, document)
        assert [one.award.value for one in hinted] == [one.value for one in promised]
        assert told(promised) == [one for one in told(judged) if one[3] == str(booking_id)]
