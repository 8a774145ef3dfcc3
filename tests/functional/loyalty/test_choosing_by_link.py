"""A gift won at a meeting, chosen behind the link that its winner orders with elsewhere."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.links import issue_link
from tests.support.reading import text_of
from tests.support.winning import Winning, gift_rule, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    stage.publish({"format": "convive.programme/1", "rules": [gift_rule(beneficiary="guest")]})
    return stage


@pytest.fixture
def gift(stage) -> UUID:
    stage.gift("TARTE")
    return stage.gift("COUTEAU", stock=2)


def link_of(stage: Winning, customer_id: UUID) -> str:
    """Outside meetings."""
    with stage.uow(stage.seller.brand_id) as work:
        until = datetime.now(UTC) + timedelta(days=30)
        seller_id = stage.seller.seller_id
        token = issue_link(work, LinkPurpose.ORDER, None, customer_id, until, seller_id=seller_id)
    return f"/o/{token}/rewards"


def test_a_guest_chooses_her_gift_among_her_rewards(client, stage, gift) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))
    page = link_of(stage, claim.customer_id)
    assert "Choisir ce cadeau" in text_of(client.get(page))

    answer = client.submit(f"{page}/gifts/{claim.id}", product_id=str(gift))

    told = text_of(client.follow(answer))
    assert "Votre cadeau est choisi : Couteau d’office." in told
    assert "Choisir ce cadeau" not in told


def test_she_is_told_beside_the_gifts_when_she_chose_none(client, stage, gift) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))
    page = link_of(stage, claim.customer_id)

    answer = client.submit(f"{page}/gifts/{claim.id}")

    assert answer.status_code == 422
    assert 'id="field-product_id-error"' in answer.get_data(as_text=True)


def test_somebody_elses_gift_is_not_hers_to_choose(client, stage, gift) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))
    page = link_of(stage, stage.customer())

    answer = client.submit(f"{page}/gifts/{claim.id}", product_id=str(gift))

    assert answer.status_code == 404
