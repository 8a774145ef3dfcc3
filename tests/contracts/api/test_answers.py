"""Answers hold the declared names, each of them and no other: what apps rely on."""

from typing import Any

import pytest
from marshmallow.fields import List, Nested

from app.accounts.api import MeAnswer
from app.catalog.api import ProductsAnswer
from app.customers.api import (
    CardAnswer,
    CustomerAnswer,
    CustomerRewardsAnswer,
    CustomersAnswer,
    HerMeetingsAnswer,
    HerMessagesAnswer,
    HerOrdersAnswer,
)
from app.meetings.api import MeetingAnswer, MeetingsAnswer, PreviewAnswer
from app.orders import api as orders
from app.orders.api.prices import QuoteAnswer
from app.orders.models import (
    Channel,
    Kind,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    ShippingStatus,
)
from app.rewards.api import GiftAnswer
from app.rewards.queries import claims_of_meeting
from tests.support.api import Phone
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD, Stage
from tests.support.season import Season, every_reward


def names(schema: Any) -> dict[str, Any]:
    """The declared names, with those of the parts."""
    return {name: _inner(field) for name, field in schema().fields.items()}


def _inner(field: Any) -> Any:
    if isinstance(field, List):
        return _inner(field.inner)
    return names(lambda: field.schema) if isinstance(field, Nested) else None


def check(told: Any, declared: dict[str, Any], path: str = "") -> None:
    assert set(told) == set(declared), path
    for name, inner in declared.items():
        for one in told[name] if isinstance(told[name], list) else [told[name]]:
            if inner is not None and one is not None:
                check(one, inner, f"{path}.{name}")


@pytest.fixture
def told(client: Browser, stage: Stage) -> Any:
    """A season with something of everything, and a phone to look at it."""
    season = Season(stage)
    season.publish(every_reward("WOK-seller"))
    meeting_id = season.sold(3)
    participant_id, _ = stage.guest(meeting_id)
    stage.book(meeting_id, participant_id)
    still_open = season.sold(1)
    season.close(meeting_id)
    phone = Phone(client)
    phone.sign_in("seller@example.org", PASSWORD)
    with stage.uow() as work:
        claim = claims_of_meeting(work.session, meeting_id)[0]
    order = phone.get(f"/api/meetings/{meeting_id}")["orders"][0]["id"]
    here = {"m": meeting_id, "o": order, "c": claim.customer_id, "g": claim.id, "open": still_open}
    return lambda path: phone.get(path.format_map(here))


def test_every_answer_has_the_declared_names(told) -> None:
    for path, schema in (
        ("/api/me", MeAnswer),
        ("/api/me/card", CardAnswer),
        ("/api/meetings", MeetingsAnswer),
        ("/api/meetings/{m}", MeetingAnswer),
        ("/api/meetings/{open}/closing", PreviewAnswer),
        ("/api/orders/{o}", orders.OrderAnswer),
        ("/api/orders/{o}/quote", QuoteAnswer),
        ("/api/orders", orders.OrdersAnswer),
        ("/api/orders/waiting", orders.WaitingAnswer),
        ("/api/products", ProductsAnswer),
        ("/api/customers", CustomersAnswer),
        ("/api/customers/{c}", CustomerAnswer),
        ("/api/customers/{c}/rewards", CustomerRewardsAnswer),
        ("/api/customers/{c}/orders", HerOrdersAnswer),
        ("/api/customers/{c}/meetings", HerMeetingsAnswer),
        ("/api/customers/{c}/messages", HerMessagesAnswer),
        ("/api/gifts/{g}", GiftAnswer),
    ):
        check(told(path), names(schema), path)


@pytest.mark.parametrize(
    ("words", "states"),
    [
        (orders.CHANNELS, Channel),
        (orders.KINDS, Kind),
        (orders.SHIPPING, ShippingStatus),
        (orders.METHODS, PaymentMethod),
        (orders.STATUSES, OrderStatus),
        (orders.PAYMENTS, PaymentStatus),
    ],
)
def test_words_of_answers_are_those_of_the_models(words, states) -> None:
    assert {str(word) for word in words} == {str(state) for state in states}
