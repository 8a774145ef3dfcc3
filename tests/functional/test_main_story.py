"""The main story, through both of the seller's doors: what happened is the same."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.meetings import queries as meetings
from app.orders import queries as orders
from app.rewards.queries import claims_of_meeting
from tests.functional.drivers import ApiSeller, Seller, WebSeller
from tests.support.gathering import Stage, wall
from tests.support.season import Season, every_reward


@pytest.fixture(params=[WebSeller, ApiSeller])
def seller(request, client, stage) -> Seller:
    return request.param(client)


def when(stage: Stage, days: float) -> dict[str, str]:
    moment = wall(stage.now() + timedelta(days=days))
    return {"date": moment.day.isoformat(), "time": moment.at.strftime("%H:%M")}


def page_of(stage: Stage, meeting_id: str) -> meetings.MeetingPage:
    with stage.uow() as work:
        return meetings.meeting_page(work.session, stage.seller, UUID(meeting_id))


def test_from_planning_to_the_gift(seller, stage) -> None:
    season = Season(stage)
    season.publish(every_reward("WOK-seller"))
    host_id = stage.customer("Rosa", "Alvarez")

    seller.sign_in("seller@example.org")
    meeting = seller.plan(host_id, when(stage, -1))
    for first_name in ("Élise", "Judith"):
        seller.invite(meeting, first_name, "Renard")
    elise, judith = page_of(stage, meeting).participants
    seller.tick(meeting, str(elise.id))
    seller.book(meeting, str(judith.id), when(stage, 20))
    order = seller.start_order(meeting, str(elise.id))
    seller.put(order, stage.product_id, 2)
    seller.put(order, stage.product_id, 1)
    seller.take(order, 15_000)

    seen, promised = seller.preview(meeting)
    won = seller.close(meeting, seen)

    assert "15 points" in promised
    assert set(promised) <= set(won)
    page = page_of(stage, meeting)
    assert page.card.status == "closed"
    assert [one.attended for one in page.participants] == [True, False]
    assert [one.customer_id for one in page.bookings] == [judith.customer_id]
    (sale,) = page.sales
    assert (sale.products_cents, sale.item_count, sale.payment_status) == (15_000, 3, "paid")
    assert seller.points_of(host_id) == 15

    with stage.uow() as work:
        claim = next(
            one
            for one in claims_of_meeting(work.session, page.card.id)
            if one.customer_id == host_id
        )
    seller.choose_gift(str(claim.id), stage.product_id)
    with stage.uow() as work:
        (gift,) = [
            one
            for one in orders.orders_of_customer(work.session, stage.seller, host_id)
            if one.is_gift
        ]
    seller.finalise(str(gift.id))

    with stage.uow() as work:
        handed = orders.order_page(work.session, stage.seller, gift.id).order
    assert (handed.status, handed.number is not None) == ("placed", True)
    assert season.findings() == []
