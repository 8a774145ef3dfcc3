"""Codes of discounts: made, given, looked up, switched off; each refusal is told."""

import csv
import io
from uuid import UUID

import pytest

from app.kernel.actor import Role, system
from app.promotions.queries.codes import all_codes_of_batch, batches
from app.promotions.services.promotions import create_promotion
from tests.support.reading import text_of

HOME = "/console/promotions"
TENTH = {"effect": {"kind": "order_percent", "rate_bp": 1_000}}


@pytest.fixture
def promotion(uow, brand):
    def make(**document) -> UUID:
        with uow(brand.id) as work:
            whole = {"name": "Dix", **TENTH, **document}
            return create_promotion(work, system(brand.id), whole, clock=work.clock)

    return make


@pytest.fixture
def coded(promotion) -> UUID:
    return promotion(entry="code", codes_elsewhere=True)


@pytest.fixture
def held(promotion) -> UUID:
    return promotion(entry="assigned")


def batch_of(uow, brand, promotion_id):
    with uow(brand.id) as work:
        actor = system(brand.id)
        batch = batches(work.session, actor, promotion_id)[0]
        return batch.id, list(all_codes_of_batch(work.session, actor, batch.id))


def test_codes_are_made_and_leave_as_a_file(admin, coded, uow, brand) -> None:
    made = admin.submit(f"{HOME}/{coded}/codes/make", count="120", prefix="NOEL", uses="2")

    assert "120 codes sont créés" in text_of(admin.follow(made))
    batch_id, codes = batch_of(uow, brand, coded)
    file = admin.get(f"{HOME}/{coded}/codes/{batch_id}.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 121
    assert {row[0] for row in rows[1:]} == {code.code for code in codes}
    assert all(code.code.startswith("NOEL") and len(code.code) == 16 for code in codes)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"count": ""}, "count"),
        ({"count": "0"}, "count"),
        ({"count": "50001"}, "count"),
        ({"count": "12,5"}, "count"),
        ({"count": "5", "prefix": "NOËL"}, "prefix"),
        ({"count": "5", "uses": "0"}, "uses"),
        ({"count": "5", "until": "demain"}, "until"),
    ],
)
def test_what_cannot_be_made_is_refused_beside_its_field(admin, coded, typed, place) -> None:
    answer = admin.submit(f"{HOME}/{coded}/codes/make", **typed)

    assert answer.status_code == 422
    assert f'id="field-{place}-error"' in answer.get_data(as_text=True)


def test_codes_do_not_fit_an_automatic_discount(admin, promotion) -> None:
    promotion_id = promotion()

    answer = admin.submit(f"{HOME}/{promotion_id}/codes/make", count="5")

    assert "Les codes se créent" in text_of(admin.follow(answer))
    assert "Aucun code créé" in text_of(admin.get(f"{HOME}/{promotion_id}/codes"))


def test_a_discount_is_given_to_customers_by_their_addresses(
    admin, held, stage, uow, brand
) -> None:
    stage.customer("Chloé", email="chloe@example.org")

    refused = admin.submit(
        f"{HOME}/{held}/codes/assign", customers="chloe@example.org\nnobody@example.org"
    )
    given = admin.submit(f"{HOME}/{held}/codes/assign", customers=" Chloe@example.org \n")

    assert refused.status_code == 422
    assert "Aucun client n’a cette adresse : nobody@example.org." in text_of(refused)
    assert given.status_code == 303
    _, codes = batch_of(uow, brand, held)
    fate = text_of(admin.get(f"{HOME}/codes?q={codes[0].code.lower()}"))
    assert "Chloé Petit" in fate
    assert "Attribué à un client" in fate


def test_nobody_to_give_it_to_is_told(admin, held) -> None:
    answer = admin.submit(f"{HOME}/{held}/codes/assign", customers=" ")

    assert answer.status_code == 422
    assert "Indiquez au moins un client" in text_of(answer)


def test_codes_are_switched_off_one_by_one_or_together(admin, coded, uow, brand) -> None:
    admin.submit(f"{HOME}/{coded}/codes/make", count="3")
    batch_id, codes = batch_of(uow, brand, coded)

    admin.submit(f"{HOME}/codes/stop", code=str(codes[0].id))
    one = text_of(admin.get(f"{HOME}/codes?q={codes[0].code}"))
    rest = admin.submit(f"{HOME}/{coded}/codes/stop", batch=str(batch_id))

    assert "Désactivé" in one
    assert "2 codes sont désactivés" in text_of(admin.follow(rest))


def test_an_unknown_code_is_said_to_be_unknown(admin) -> None:
    assert "Aucun code ne s’écrit ainsi" in text_of(admin.get(f"{HOME}/codes?q=RIEN"))


def test_customer_service_looks_codes_up_and_changes_nothing(client, sign_in, coded) -> None:
    sign_in(role=Role.CUSTOMER_SERVICE, email="sam@example.org", display_name="Sam")

    page = client.get(HOME).get_data(as_text=True)

    assert "Dix" in page
    assert f"{HOME}/new" not in page
    assert client.get(f"{HOME}/codes").status_code == 200
    assert client.get(f"{HOME}/{coded}").status_code == 403
