"""Points exchanged for published rewards and given to somebody else, through all three doors."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.links import issue_link
from app.kernel.actor import system
from app.loyalty import services as loyalty
from app.loyalty.queries import balances
from app.promotions.queries import vouchers_of
from app.rewards.domain.offers import Offer, OfferKind, TemplateState
from app.rewards.services.templates import Published, publish_template, put_template
from tests.support.reading import text_of


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


@pytest.fixture
def lea(stage) -> UUID:
    return stage.customer("Léa", "Roux", email="lea@example.org")


@pytest.fixture
def hers(uow, brand, stage, chloe) -> str:
    with uow(brand.id) as work:
        until = datetime.now(UTC) + timedelta(days=30)
        seller = stage.seller.seller_id
        token = issue_link(work, LinkPurpose.ORDER, None, chloe, until, seller_id=seller)
    return f"/o/{token}/rewards"


@pytest.fixture
def voucher(uow, brand) -> UUID:
    wanted = Published("Bon fidélité", Offer(OfferKind.VOUCHER, {"amount_cents": 500}), 50)
    with uow(brand.id) as work:
        return publish_template(work, system(brand.id), wanted, clock=work.clock)


@pytest.fixture
def rules(uow, brand) -> None:
    with uow(brand.id) as work:
        loyalty.save_settings(work, system(brand.id), {"transfers": True}, clock=work.clock)


def credit(uow, brand, customer_id: UUID, points: int) -> None:
    with uow(brand.id) as work:
        staff = system(brand.id)
        loyalty.adjust_points(work, staff, customer_id, points, reason="x", clock=work.clock)


def available(uow, brand, customer_id: UUID) -> int:
    with uow(brand.id) as work:
        return balances(work.session, [customer_id])[customer_id].available


def exchange(browser, page: str, template_id: UUID, **fields: str):
    asked = {"seen_points": "50", "redemption": str(uuid4()), **fields}
    return browser.submit(f"{page}/exchange/{template_id}", **asked)


def test_points_become_a_reward_once(client, uow, brand, chloe, hers, voucher) -> None:
    credit(uow, brand, chloe, 120)
    once = str(uuid4())
    assert "Bon fidélité" in text_of(client.get(hers))

    exchange(client, hers, voucher, redemption=once)
    told = text_of(client.follow(exchange(client, hers, voucher, redemption=once)))

    assert "C’est à vous" in told
    assert "Échangés contre une récompense" in told
    assert available(uow, brand, chloe) == 70
    with uow(brand.id) as work:
        assert [one.face_cents for one in vouchers_of(work.session, [chloe])] == [500]


def test_whoever_has_too_few_reads_how_many_are_missing(
    client, uow, brand, chloe, hers, voucher
) -> None:
    credit(uow, brand, chloe, 20)

    assert "Encore 30 points pour l’obtenir" in text_of(client.get(hers))
    refused = text_of(client.follow(exchange(client, hers, voucher)))

    assert "20" in refused
    assert available(uow, brand, chloe) == 20


def test_nobody_pays_another_price_than_she_was_shown(
    client, uow, brand, chloe, hers, voucher
) -> None:
    credit(uow, brand, chloe, 120)

    told = text_of(client.follow(exchange(client, hers, voucher, seen_points="40")))
    assert "coûte désormais 50 points" in told
    with uow(brand.id) as work:
        staff = system(brand.id)
        archived = TemplateState.ARCHIVED
        put_template(work, staff, voucher, archived, revision=1, clock=work.clock)
    told = text_of(client.follow(exchange(client, hers, voucher)))

    assert "ne s’échange plus" in told
    assert available(uow, brand, chloe) == 120


# ---------------------------------------------------------------- to somebody else


def hand(browser, page: str, **fields: str):
    usual = {"email": "Lea@example.org", "last_name": "roux", "given_points": "30"}
    return browser.submit(f"{page}/transfer", **{**usual, "transfer": str(uuid4()), **fields})


def test_points_are_given_to_whoever_is_named_by_address_and_name(
    client, uow, brand, chloe, lea, hers, rules
) -> None:
    credit(uow, brand, chloe, 50)
    once = str(uuid4())

    hand(client, hers, transfer=once)
    told = text_of(client.follow(hand(client, hers, transfer=once)))

    assert "Léa a reçu vos points" in told
    assert (available(uow, brand, chloe), available(uow, brand, lea)) == (20, 30)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last_name": "Martin"}, "given_points"),
        ({"email": "nobody@example.org"}, "given_points"),
        ({"email": "chloe@example.org", "last_name": "Petit"}, "given_points"),
        ({"given_points": "51"}, "given_points"),
        ({"email": "x"}, "email"),
    ],
)
def test_a_gift_that_cannot_be_made_is_told_beside_its_form(
    client, uow, brand, chloe, lea, hers, rules, fields, field
) -> None:
    credit(uow, brand, chloe, 50)

    answer = hand(client, hers, **fields)

    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.get_data(as_text=True)
    assert available(uow, brand, chloe) == 50


def test_a_wrong_name_and_an_unknown_address_are_told_alike(
    client, uow, brand, chloe, lea, hers, rules
) -> None:
    credit(uow, brand, chloe, 50)
    wrong = [{"last_name": "Martin"}, {"email": "nobody@example.org"}]

    told = [error_in(hand(client, hers, **fields)) for fields in wrong]

    assert told[0] == told[1]


def error_in(answer) -> str:
    page = answer.get_data(as_text=True)
    found = re.search(r'id="field-given_points-error".*?</p>', page, re.DOTALL)
    assert found
    return found.group()


def test_nothing_is_given_where_the_brand_does_not_allow_it(
    client, uow, brand, chloe, lea, hers
) -> None:
    credit(uow, brand, chloe, 50)

    assert "Donner des points" not in text_of(client.get(hers))
    assert hand(client, hers).status_code == 422
    assert available(uow, brand, lea) == 0


def test_customer_service_does_it_for_her_with_a_reason(
    admin, uow, brand, chloe, lea, rules
) -> None:
    credit(uow, brand, chloe, 50)
    address = f"/console/customers/{chloe}/transfer"
    asked = {"email": "lea@example.org", "last_name": "Roux", "points": "30", "reason": "Cadeau"}
    once = str(uuid4())

    refused = admin.submit(address, **{**asked, "last_name": "Martin"}, transfer=once)
    admin.submit(address, **asked, transfer=once)
    card = text_of(admin.follow(admin.submit(address, **asked, transfer=once)))

    assert 'id="field-points-error"' in refused.get_data(as_text=True)
    assert "Cadeau" in card
    assert (available(uow, brand, chloe), available(uow, brand, lea)) == (20, 30)


# ---------------------------------------------------------------- the other doors


def test_a_host_comes_to_her_rewards_from_her_page(client, uow, brand, stage, voucher) -> None:
    marie = stage.customer("Marie", "Blanc", email="marie@example.org")
    meeting = stage.meeting(host_id=marie)
    credit(uow, brand, marie, 60)
    with uow(brand.id) as work:
        until = datetime.now(UTC) + timedelta(days=30)
        token = issue_link(work, LinkPurpose.HOST, meeting, marie, until)
    page = f"/h/{token}/rewards"

    assert f'href="{page}"' in client.get(f"/h/{token}").get_data(as_text=True)
    exchange(client, page, voucher)

    assert available(uow, brand, marie) == 10
    assert client.get(page).headers["Cache-Control"] == "no-store"
