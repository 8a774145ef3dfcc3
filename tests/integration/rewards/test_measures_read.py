"""Every measure a rule may look at, read from a real meeting and a real order: what can be
configured is filled."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.brands.queries import BrandView
from app.catalog.services import NewProduct, create_product
from app.catalog.services.categories import create_category
from app.catalog.services.seasons import add_season
from app.kernel.actor import system
from app.kernel.money import BASIS
from app.meetings.queries import meeting_for_rewards
from app.meetings.services import co_hosts, ordering
from app.orders.models import PaymentMethod
from app.orders.services import RecordPayment
from app.promotions.services.segments import create_segment
from app.rewards.domain.facts import WEEKDAYS
from app.rewards.domain.programme import compile_programme
from app.rewards.domain.scopes import MeetingScope, OrderScope
from app.rewards.domain.terms import MEASURES
from app.rewards.queries.facts import facts_of_meetings, facts_of_orders
from tests.support.gathering import ZONE, set_stage, wall
from tests.support.rewards import points, programme, rule
from tests.support.season import Season


@pytest.fixture
def season(uow, brand: BrandView) -> Season:
    return Season(set_stage(uow, brand.id))


def condition(measure: str, **narrowed: Any) -> dict[str, Any]:
    unit = MEASURES[measure].unit
    value: Any = {"date": "2020-01-01", "text": "x", "texts": "x", "flag": True}.get(unit, 0)
    value = {"place": "host", "channel": "web", "month": "1", "weekday": "mon",
             "country": "FR", "department": "75"}.get(measure, value)  # fmt: skip
    return {"measure": measure, "op": "has" if unit == "texts" else "=", "value": value, **narrowed}


NARROWED: dict[str, Any] = {
    "sets": {"sets": [{"categories": ["Maison"], "quantity": 1}]},
    "score": {"parts": [{"measure": "orders", "weight": 2}]},
    "quantity": {"categories": ["Maison"]},
}
ASKING = {"sale": [name for name, one in MEASURES.items() if one.of_order],
          "meeting": [name for name, one in MEASURES.items() if one.of_meeting]}  # fmt: skip
NARROWED_OF_SALE = {**NARROWED, "score": {"parts": [{"measure": "quantity", "weight": 2}]}}


def asking(where: str) -> dict[str, Any]:
    narrowed = NARROWED if where == "meeting" else NARROWED_OF_SALE
    parts = [condition(name, **narrowed.get(name, {})) for name in ASKING[where]]
    who = {"beneficiary": "seller"} if where == "sale" else {}
    trigger = "direct_sale" if where == "sale" else "hosting"
    return programme(rule(**who, trigger=trigger, rewards=[points(1)], conditions={"any": parts}))


def values(scope: Any, document: dict[str, Any], winner: str) -> dict[str, Any]:
    """By measure, as a rule that asks about each would see it."""
    (judging,) = compile_programme(document).rules
    return {
        one.subject.measure: scope.value(one.subject, judging, winner)
        for one in judging.conditions.parts
    }


@pytest.mark.usefixtures("app_context")
def test_each_measure_of_a_meeting_is_read(season: Season) -> None:
    stage, staff = season.stage, system(season.brand_id)
    now = stage.now()
    with stage.uow(season.brand_id) as work:
        house = create_category(work, staff, "Maison")
        category = create_category(work, staff, "Bougies", parent_id=house)
        candle = NewProduct("BOUGIE", "Bougie", category, price_cents=2_000)
        product = create_product(work, staff, candle, clock=work.clock)
        start = (now - timedelta(days=40)).date()
        add_season(work, staff, "Automne", start, clock=work.clock)
    with stage.uow(season.brand_id) as work:
        anybody = {"measure": "past_orders", "op": ">=", "value": 0}
        segment = create_segment(
            work, staff, {"name": "Tous", "conditions": anybody}, clock=work.clock
        )
    host = stage.customer("Ana", country="FR", postcode="20167")
    before = season.sold(1, days=-11)
    with stage.uow(season.brand_id) as work:
        work.session.execute(_host_of(before, host))
    season.close(before)
    meeting_id = stage.meeting(days=-1, host_id=host, theme="Bougies", place="virtual")
    participant, buyer = stage.guest(meeting_id, attended=True)
    stage.guest(meeting_id)
    _, together = stage.guest(meeting_id)
    order_id = stage.do(ordering.start_order, meeting_id, buyer).id
    stage.do(ordering.add_line, order_id, product, 2)
    due = stage.do(ordering.place_order, order_id).due_cents
    stage.do(ordering.pay_order, order_id, RecordPayment(PaymentMethod.CASH, due, wall(now).day))
    stage.book(meeting_id, participant)
    stage.do(co_hosts.share_among_hosts, meeting_id, {host: BASIS // 2, together: BASIS // 2})
    season.close(meeting_id)
    document = asking("meeting")

    with stage.uow(season.brand_id) as work:
        meeting = meeting_for_rewards(work.session, meeting_id)
        known = facts_of_meetings(work.session, [meeting], compile_programme(document), ZONE)
    facts = known[meeting_id]
    assert facts.meeting is not None
    day: date = meeting.starts_at.astimezone(ZoneInfo(ZONE)).date()
    found = values(MeetingScope(facts, facts.meeting, host_participates=False), document, str(host))

    assert {one.customer_id: one.share_bp for one in facts.meeting.co_hosts} == {
        str(together): BASIS // 2
    }
    assert found == {
        "turnover": 4_000,
        "orders": 1,
        "orders_not_by_host": 1,
        "buyers": 1,
        "new_customers": 1,
        "participants": 2,
        "attended": 1,
        "bookings_made": 1,
        "bookings_confirmed": 0,
        "quantity": 2,
        "sets": 2,
        "score": 2,
        "held_on": day,
        "created_on": wall(now).day,
        "place": "virtual",
        "theme": "Bougies",
        "catalogue": "Automne",
        "virtual": True,
        "seller_is_host": False,
        "month": str(day.month),
        "weekday": WEEKDAYS[day.weekday()],
        "meetings_held": 1,
        "last_meeting_on": day - timedelta(days=10),
        "days_since_last_meeting": 10,
        "role": frozenset({"HOST"}),
        "segment": frozenset({segment}),
        "country": "FR",
        "department": "2A",
    }


def _host_of(meeting_id: Any, host_id: Any) -> Any:
    return text("UPDATE meetings SET host_id = :host WHERE id = :id").bindparams(
        host=host_id, id=meeting_id
    )


@pytest.mark.usefixtures("app_context")
def test_each_measure_of_a_direct_sale_is_read(season: Season) -> None:
    stage, staff = season.stage, system(season.brand_id)
    with stage.uow(season.brand_id) as work:
        house = create_category(work, staff, "Maison")
        category = create_category(work, staff, "Bougies", parent_id=house)
        candle = NewProduct("BOUGIE", "Bougie", category, price_cents=2_000)
        product = create_product(work, staff, candle, clock=work.clock)
        start = (stage.now() - timedelta(days=40)).date()
        add_season(work, staff, "Automne", start, clock=work.clock)
    buyer = stage.customer("Ana", country="FR", postcode="75011")
    seller = stage.seller.seller_id
    order_id = stage.do(ordering.start_direct_order, seller, buyer).id
    stage.do(ordering.add_line, order_id, product, 3)
    today = wall(stage.now()).day
    due = stage.do(ordering.place_order, order_id).due_cents
    stage.do(ordering.pay_order, order_id, RecordPayment(PaymentMethod.CASH, due, today))
    document = asking("sale")

    with stage.uow(season.brand_id) as work:
        facts = facts_of_orders(work.session, [order_id], compile_programme(document), ZONE)
    scope = OrderScope(facts[order_id], facts[order_id].orders[0])
    found = values(scope, document, str(buyer))

    assert found.pop("segment") is not None
    assert found == {
        "quantity": 3,
        "sets": 3,
        "score": 6,
        "catalogue": "Automne",
        "order_net": 6_000,
        "channel": "direct",
        "placed_on": today,
        "first_order": True,
        "month": str(today.month),
        "weekday": WEEKDAYS[today.weekday()],
        "role": frozenset(),
        "country": "FR",
        "department": "75",
    }
