"""Rewards the brand publishes, gives on the card as they are, and lets go for points."""

from uuid import UUID, uuid4

import pytest

from app.kernel.actor import Role, system
from app.loyalty.services import save_settings
from app.notifications import queries as notifications
from app.promotions.queries import vouchers_of
from app.rewards.queries import claims_of_customer
from app.rewards.queries.templates import templates
from app.rewards.services.gift_choice import choose_gift
from tests.support.reading import text_of


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


def publish(admin, path: str = "/console/rewards/new", **fields: str):
    usual = {"name": "Bon de rentrée", "kind": "voucher", "amount": "10", "valid_days": "60"}
    return admin.submit(path, **{**usual, "do": "save", **fields})


def all_of(uow, brand, state: str = "active"):
    with uow(brand.id) as work:
        return templates(work.session, system(brand.id), state=state)


def give(admin, customer_id: UUID, template_id: UUID, **fields: str):
    usual = {"reason": "Fidèle depuis dix ans", "giving": str(uuid4())}
    address = f"/console/customers/{customer_id}/rewards/published"
    return admin.submit(address, **{**usual, "template_id": str(template_id), **fields})


def test_a_reward_is_read_back_and_published(admin, uow, brand) -> None:
    told = text_of(publish(admin, price_points="100", minimum="30", do="refresh"))
    assert "Bon d’achat 10 €." in told
    assert "Dès 30 € d’achat." in told
    assert "Elle s’échange contre 100 points" in told
    assert all_of(uow, brand) == ()

    listed = text_of(admin.follow(publish(admin, price_points="100", minimum="30")))

    assert "Bon de rentrée" in listed
    assert "100 points" in listed


IMPOSSIBLE = {
    "name": {"name": ""},
    "amount": {"amount": "0"},
    "products": {"kind": "gift", "products": "NO-SUCH-THING"},
    "cap": {"kind": "percent", "rate": "10"},
    "price_points": {"price_points": "501"},
}


@pytest.mark.parametrize("field", IMPOSSIBLE)
def test_what_could_never_work_is_refused_beside_its_field(admin, uow, brand, field) -> None:
    with uow(brand.id) as work:
        save_settings(work, system(brand.id), {"ceiling": 500}, clock=work.clock)

    answer = publish(admin, **IMPOSSIBLE[field])

    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.get_data(as_text=True)
    assert all_of(uow, brand) == ()


def test_it_is_changed_copied_and_archived(admin, uow, brand) -> None:
    publish(admin)
    (one,) = all_of(uow, brand)
    path = f"/console/rewards/{one.id}"

    assert publish(admin, path, amount="12", revision="1").status_code == 303
    assert publish(admin, path, amount="15", revision="1").status_code == 409
    copied = admin.get(f"{path}/copy").get_data(as_text=True)
    assert 'value="Bon de rentrée (copie)"' in copied
    assert 'value="12"' in copied
    admin.submit(f"{path}/state", do="archive", revision="2")

    assert all_of(uow, brand) == ()
    assert [gone.cents for gone in all_of(uow, brand, "archived")] == [1_200]


def test_a_published_reward_is_given_without_points_or_mail(admin, uow, brand, chloe) -> None:
    publish(admin, price_points="100")
    (one,) = all_of(uow, brand)
    once = str(uuid4())

    give(admin, chloe, one.id, giving=once)
    card = text_of(admin.follow(give(admin, chloe, one.id, giving=once)))

    assert "Fidèle depuis dix ans" in card
    with uow(brand.id) as work:
        (voucher,) = vouchers_of(work.session, [chloe])
        assert notifications.emails_of(work.session, chloe) == ()
    assert voucher.face_cents == 1_000


def test_an_archived_one_is_not_given(admin, uow, brand, chloe) -> None:
    publish(admin)
    (one,) = all_of(uow, brand)
    admin.submit(f"/console/rewards/{one.id}/state", do="archive", revision="1")

    answer = give(admin, chloe, one.id)

    assert answer.status_code == 422
    assert "est archivée" in text_of(answer)


def test_it_counts_against_the_budget_of_whoever_gives(admin, uow, brand, chloe) -> None:
    with uow(brand.id) as work:
        document = {"goodwill": {"cents_per_month": 1_500}}
        save_settings(work, system(brand.id), document, clock=work.clock)
    publish(admin)
    (one,) = all_of(uow, brand)
    give(admin, chloe, one.id)

    assert give(admin, chloe, one.id).status_code == 422
    with uow(brand.id) as work:
        assert len(vouchers_of(work.session, [chloe])) == 1


def test_a_gift_that_was_given_is_chosen_onto_a_gift_order(admin, uow, brand, stage, chloe) -> None:
    publish(admin, kind="gift", products="WOK-seller", name="Un wok")
    (one,) = all_of(uow, brand)
    give(admin, chloe, one.id)

    with uow(brand.id) as work:
        (claim,) = claims_of_customer(work.session, chloe)
        choose_gift(work, system(brand.id), claim.id, stage.product_id, clock=work.clock)
        (claim,) = claims_of_customer(work.session, chloe)

    assert claim.status == "chosen"
    assert claim.order_id


def test_customer_service_reads_them_and_changes_nothing(client, sign_in, admin) -> None:
    publish(admin)
    sign_in(role=Role.CUSTOMER_SERVICE, email="lea@example.org")

    shown = client.get("/console/rewards").get_data(as_text=True)

    assert "Bon de rentrée" in shown
    assert 'name="do"' not in shown


def test_the_list_asks_as_often_however_long_it_is(admin, count_queries) -> None:
    publish(admin)
    admin.get("/console/rewards")
    with count_queries() as few:
        admin.get("/console/rewards")
    for _more in range(4):
        publish(admin, kind="product", products="WOK-seller")
    with count_queries() as many:
        admin.get("/console/rewards")

    assert many.count == few.count
