"""Orders keep to the days on which a product is sold, as the brand's calendar shows them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.brands.queries import BrandView
from app.catalog import queries, services
from app.catalog.services import ProductCard
from app.kernel.actor import system
from app.meetings.services import ordering
from app.orders.errors import ProductNotForSale
from tests.support.clock import StillClock
from tests.support.gathering import Stage, set_stage

LATE_IN_PARIS = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
"""Half past midnight on the first of October there."""


@pytest.fixture
def stage(uow: Any, brand: BrandView) -> Stage:
    return set_stage(uow, brand.id, StillClock(LATE_IN_PARIS))


def sell(stage: Stage, **changes: Any) -> None:
    with stage.uow(stage.seller.brand_id) as work:
        product = queries.product_view(work.session, stage.product_id)
        card = ProductCard(
            product.reference, product.name, product.category_id, product.price_cents, **changes
        )
        services.change_product(work, system(stage.seller.brand_id), product.id, card)


SEASONS = [
    pytest.param({}, True, id="always"),
    pytest.param({"sold_from": date(2026, 10, 1)}, True, id="from today"),
    pytest.param({"sold_from": date(2026, 10, 2)}, False, id="from tomorrow"),
    pytest.param({"sold_until": date(2026, 10, 1)}, True, id="until today"),
    pytest.param({"sold_until": date(2026, 9, 30)}, False, id="until yesterday"),
    pytest.param({"active": False}, False, id="not at all"),
]


@pytest.mark.parametrize(("changes", "sold"), SEASONS)
def test_sellers_find_what_is_sold_that_day(stage, changes, sold):
    sell(stage, **changes)

    with stage.uow(stage.seller.brand_id) as work:
        found = queries.search_products(work.session, "wok", at=LATE_IN_PARIS)

    assert bool(found) is sold


@pytest.mark.parametrize(("changes", "sold"), SEASONS)
def test_nothing_else_enters_an_order(stage, changes, sold):
    meeting_id = stage.meeting()
    _, customer_id = stage.guest(meeting_id)
    sell(stage, **changes)

    if sold:
        stage.cart(meeting_id, customer_id)
    else:
        with pytest.raises(ProductNotForSale):
            stage.cart(meeting_id, customer_id)


@pytest.mark.parametrize(("changes", "sold"), SEASONS)
def test_draft_is_not_placed_once_the_season_is_over(stage, changes, sold):
    meeting_id = stage.meeting()
    _, customer_id = stage.guest(meeting_id)
    order_id = stage.cart(meeting_id, customer_id)
    sell(stage, **changes)

    if sold:
        assert stage.do(ordering.place_order, order_id).number
    else:
        with pytest.raises(ProductNotForSale):
            stage.do(ordering.place_order, order_id)
