"""A product keeps its reference while rewards call it by that."""

from collections.abc import Callable
from typing import Any

import pytest

from app.brands.queries import BrandView
from app.catalog.queries import product_view
from app.catalog.services import ProductCard
from app.kernel.actor import system
from app.kernel.errors import Refused
from app.rewards.queries import claims_of_meeting
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.programme_draft import import_draft
from app.rewards.services.renaming import change_product_card
from tests.support.clock import StillClock
from tests.support.gathering import set_stage
from tests.support.rewards import points, programme, rule
from tests.support.season import Season, every_reward

OTHER = programme(rule(rewards=[points(1)]))


@pytest.fixture
def season(uow: Callable, brand: BrandView, clock: StillClock) -> Season:
    return Season(set_stage(uow, brand.id, clock))


@pytest.fixture
def rename(season: Season) -> Callable[[str], None]:
    """Raises why it cannot be."""

    def change(reference: str) -> None:
        stage = season.stage
        with stage.uow(season.brand_id, clock=stage.clock) as work:
            there = product_view(work.session, stage.product_id)
            card = ProductCard(reference, "Wok", there.category_id, there.price_cents)
            change_product_card(
                work, system(season.brand_id), stage.product_id, card, clock=work.clock
            )

    return change


def _refusal(rename: Callable[[str], None]) -> str:
    with pytest.raises(Refused) as refused:
        rename("NEW")
    return refused.value.code


def test_product_that_no_reward_names_is_renamed(rename: Callable, season: Season) -> None:
    season.publish(every_reward("ANOTHER"))

    rename("NEW")
    rename("wok-seller")


def test_case_of_a_reference_is_free(rename: Callable, season: Season) -> None:
    season.publish(every_reward("WOK-seller"))

    rename("Wok-SELLER")


def test_programme_in_force_keeps_its_products(rename: Callable, season: Season) -> None:
    season.publish(every_reward("wok-SELLER"))
    assert _refusal(rename) == "programme_names_reference"

    season.publish(OTHER, effective_on=season.stage.now().date())
    rename("NEW")


def test_earlier_programme_counts_until_its_meetings_are_closed(
    rename: Callable, season: Season
) -> None:
    season.publish(every_reward("WOK-seller"))
    meeting_id = season.sold(1)
    season.publish(OTHER, effective_on=season.stage.now().date())
    assert _refusal(rename) == "programme_names_reference"

    season.close(meeting_id)
    assert _refusal(rename) == "gifts_await_reference"

    _choose_all(season, meeting_id)
    rename("NEW")


def test_draft_keeps_its_products(rename: Callable, season: Season) -> None:
    with season.stage.uow(season.brand_id) as work:
        draft = every_reward("WOK-seller")
        import_draft(work, system(season.brand_id), draft, revision=None, clock=work.clock)

    assert _refusal(rename) == "draft_names_reference"


def _choose_all(season: Season, meeting_id: Any) -> None:
    with season.stage.uow(season.brand_id) as work:
        claims = claims_of_meeting(work.session, meeting_id)
    for claim in claims:
        season.stage.do(choose_gift, claim.id, season.stage.product_id)
