"""A host's own order in her meeting: what she may use before the meeting brings it, and why."""

from collections.abc import Callable

import pytest

from app.brands.queries import BrandView
from app.meetings.services import ordering
from tests.conftest import PASSWORD
from tests.support.browser import Browser
from tests.support.gathering import Stage
from tests.support.points import Ledger
from tests.support.reading import text_of
from tests.support.rewards import percent, programme, rule
from tests.support.season import Season

EURO = {"spending": {"mode": "rate", "value": {"customer": {"cents": 100}}}}


@pytest.fixture
def seller(stage: Stage, client: Browser) -> Browser:
    client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    return client


def test_her_box_says_how_many_until_which_amount_and_why(
    stage: Stage, seller: Browser, uow: Callable, brand: BrandView
) -> None:
    """Guests bought for 300 €, she for 100 €; the meeting brings 10 % in points of one euro."""
    ledger = Ledger(stage)
    Season(stage).publish(programme(rule(id="host", rewards=[percent(1_000)])))
    ledger.plan(EURO)
    ledger.rules(future_amount=True)
    host = stage.customer("Sophie")
    meeting = stage.meeting(host_id=host)
    for _ in range(6):
        stage.order(meeting, stage.guest(meeting, attended=True)[1])
    draft = stage.do(ordering.start_order, meeting, host).id
    stage.do(ordering.add_line, draft, stage.product_id, 2)

    told = text_of(seller.get(f"/orders/{draft}"))

    assert "36 points utilisables d’avance" in told
    assert "Plafond : 36,36 €." in told
    assert "10 % de (400,00 € − 36,36 €) font 36,36 €" in told

    seller.get(f"/orders/{draft}")
    seller.submit(f"/orders/{draft}/wishes", action="points", points="36")
    stage.do(ordering.place_order, draft)
    card = text_of(seller.get(f"/customers/{host}"))
    assert "36 points utilisés d’avance : la réunion les apporte à sa clôture." in card
    assert "sont dus" not in card
