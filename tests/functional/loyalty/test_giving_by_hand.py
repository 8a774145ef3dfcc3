"""Points adjusted and rewards given on the card, by the brand's staff."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from app.infra.jobs.drain import drain
from app.kernel.actor import system
from app.loyalty import queries as loyalty
from app.loyalty.services import save_settings
from app.notifications import queries as notifications
from app.promotions import queries as promotions
from app.rewards.queries import claims_of_customer, claims_to_choose
from tests.support.reading import text_of


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


def adjust(admin, customer_id: UUID, **changes: str):
    asked = {
        "way": "add", "points": "30", "reason": "Colis en retard", "do": "save",
        "adjustment": str(uuid4()), **changes,
    }  # fmt: skip
    return admin.submit(f"/console/customers/{customer_id}/points", **asked)


def balance(uow, brand, customer_id: UUID) -> int:
    with uow(brand.id) as work:
        return loyalty.balances(work.session, [customer_id])[customer_id].available


def test_points_are_seen_before_they_are_given_and_given_once(admin, uow, brand, chloe) -> None:
    once = str(uuid4())

    shown = text_of(adjust(admin, chloe, do="preview"))
    assert "Nouveau solde 30 points" in shown
    assert balance(uow, brand, chloe) == 0
    adjust(admin, chloe, adjustment=once)
    card = text_of(admin.follow(adjust(admin, chloe, adjustment=once)))

    assert balance(uow, brand, chloe) == 30
    assert "Colis en retard" in card


def test_nobody_is_taken_below_zero_and_what_was_typed_stays(admin, uow, brand, chloe) -> None:
    answer = adjust(admin, chloe, way="take", points="5")

    assert answer.status_code == 422
    assert "Colis en retard" in answer.get_data(as_text=True)
    assert 'id="field-points-error"' in answer.get_data(as_text=True)
    assert balance(uow, brand, chloe) == 0


GIFTS = {
    "voucher": {"kind": "voucher", "amount": "15"},
    "percent": {"kind": "percent", "rate": "10", "cap": "20"},
    "product": {"kind": "product", "products": "WOK-seller"},
    "buy": {"kind": "buy_x_get_y", "products": "WOK-seller", "buy": "2", "get": "1", "cap": "20"},
    "shipping": {"kind": "shipping", "cap": "9", "minimum": "30"},
    "gift": {"kind": "gift", "products": "WOK-seller"},
}


def give(admin, customer_id: UUID, **fields: str):
    usual = {"valid_days": "30", "reason": "Avec nos excuses", "gesture": str(uuid4())}
    address = f"/console/customers/{customer_id}/rewards/new"
    return admin.submit(address, **{**usual, "do": "save", **fields})


@pytest.mark.parametrize("fields", GIFTS.values(), ids=GIFTS.keys())
def test_a_reward_made_for_her_is_on_her_card_and_told_by_mail(
    admin, app, uow, brand, chloe, fields
) -> None:
    card = text_of(admin.follow(give(admin, chloe, **fields)))

    assert "La récompense est sur la fiche" in card
    assert "Avec nos excuses" in card
    with app.app_context():
        drain()
    with uow(brand.id) as work:
        codes = promotions.codes_of(work.session, [chloe])
        vouchers = promotions.vouchers_of(work.session, [chloe])
        gifts = claims_of_customer(work.session, chloe)
        (mail,) = notifications.emails_of(work.session, chloe)
    assert len([*codes, *vouchers, *gifts]) == 1
    assert mail.subject.startswith("Pour vous :")


def test_a_second_click_gives_nothing_more_and_says_so_calmly(admin, uow, brand, chloe) -> None:
    once = str(uuid4())
    give(admin, chloe, kind="voucher", amount="15", gesture=once)

    again = give(admin, chloe, kind="voucher", amount="15", gesture=once)

    assert "La récompense est sur la fiche" in text_of(admin.follow(again))
    with uow(brand.id) as work:
        assert len(promotions.vouchers_of(work.session, [chloe])) == 1


def test_a_budget_ends_what_one_colleague_gives_in_a_month(admin, uow, brand, chloe) -> None:
    with uow(brand.id) as work:
        document = {"goodwill": {"cents_per_month": 2_000}}
        save_settings(work, system(brand.id), document, clock=work.clock)
    give(admin, chloe, kind="voucher", amount="15")
    form = text_of(admin.get(f"/console/customers/{chloe}/rewards/new"))
    assert "il reste 5,00 € ce mois-ci" in form

    refused = give(admin, chloe, kind="voucher", amount="15")

    assert refused.status_code == 422
    assert "5,00 €" in text_of(refused)
    with uow(brand.id) as work:
        assert len(promotions.vouchers_of(work.session, [chloe])) == 1


def test_an_unknown_product_is_named_beside_its_field(admin, chloe) -> None:
    answer = give(admin, chloe, kind="product", products="NO-SUCH-THING")

    assert answer.status_code == 422
    assert 'id="field-products-error"' in answer.get_data(as_text=True)


def test_a_gift_given_to_ones_customer_stands_on_her_sellers_list(
    admin, uow, brand, stage, chloe
) -> None:
    give(admin, chloe, **GIFTS["gift"])

    with uow(brand.id) as work:
        (hers,) = claims_to_choose(work.session, stage.seller, limit=5)
        others = replace(stage.seller, seller_id=uuid4())
        assert claims_to_choose(work.session, others, limit=5) == ()
    assert hers.customer_id == chloe
