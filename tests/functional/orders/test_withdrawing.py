"""A customer withdraws from her order by her link: two steps, a proof, nothing said twice."""

from uuid import UUID

import psycopg
import pytest

from app.brands.terms import publish_terms
from app.infra.jobs.drain import drain
from app.meetings.services import ordering
from app.orders.queries.withdrawals import withdrawals_of
from tests.functional.orders.test_ordering_by_link import fill, place, placed_of, shop_of
from tests.support.databases import plain
from tests.support.gathering import Stage, set_stage
from tests.support.reading import text_of


@pytest.fixture
def stage(uow, brand) -> Stage:
    stage = set_stage(uow, brand.id)
    stage.do(publish_terms, "Quatorze jours pour changer d’avis.")
    return stage


@pytest.fixture
def chloe(stage) -> UUID:
    return stage.customer("Chloé", "Petit", email="chloe@example.org")


@pytest.fixture
def shop(client, stage, chloe) -> str:
    """She has ordered two woks."""
    link = shop_of(stage, chloe, None)
    fill(client, link, stage)
    place(client, link)
    return link


@pytest.fixture
def order(stage, chloe, shop):
    (found,) = placed_of(stage, chloe)
    return found


def confirm(client, shop: str, order, units: str):
    named = {f"units-{order.lines[0].id}": units}
    return client.submit(f"{shop}/orders/{order.id}/withdrawal", **named)


def said(stage: Stage, order) -> list[int]:
    with stage.uow() as work:
        return [sum(one.units.values()) for one in withdrawals_of(work.session, order.id)]


def test_two_steps_with_the_words_of_the_law_and_a_proof_by_mail(
    client, stage, shop, order, mailbox, app
) -> None:
    seen = client.get(f"{shop}/orders/{order.id}")
    assert "Renoncer au contrat ici" in text_of(seen)
    asked = client.get(f"{shop}/orders/{order.id}/withdrawal")
    assert "Confirmer la rétractation" in text_of(asked)
    assert "chloe@example.org" in text_of(asked)

    done = client.follow(confirm(client, shop, order, "2"))

    assert "Rétractations" in text_of(done)
    assert said(stage, order) == [2]
    with app.app_context():
        drain()
    (proof,) = [
        mail for mail in mailbox.to("chloe@example.org") if "rétractation" in mail["subject"]
    ]
    assert "2 × Wok" in proof.get_body(("plain",)).get_content()


def test_what_was_withdrawn_from_is_not_withdrawn_from_twice(client, stage, shop, order) -> None:
    confirm(client, shop, order, "1")

    assert confirm(client, shop, order, "2").status_code == 422
    assert confirm(client, shop, order, "1").status_code == 303
    assert said(stage, order) == [1, 1]
    assert "déjà rétracté" in text_of(client.get(f"{shop}/orders/{order.id}/withdrawal"))


@pytest.mark.parametrize("units", ["", "0", "3", "-1", "1.5", "beaucoup"])
def test_what_cannot_be_is_refused_beside_the_field(client, stage, shop, order, units) -> None:
    answer = confirm(client, shop, order, units)

    assert answer.status_code == 422
    assert said(stage, order) == []


def test_once_all_has_come_there_are_fourteen_days(
    client, stage, shop, order, database_url
) -> None:
    stage.do(ordering.ship_order, order.id)
    stage.do(ordering.deliver_order, order.id)
    past = "UPDATE orders SET delivered_at = delivered_at - interval '40 days'"
    with psycopg.connect(plain(database_url), autocommit=True) as connection:
        connection.execute(past)

    answer = confirm(client, shop, order, "1")

    assert answer.status_code == 422
    assert "Vous pouviez vous rétracter jusqu’au" in text_of(answer)
    assert said(stage, order) == []
