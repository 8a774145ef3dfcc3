"""Gifts that are out of stock, awaited or converted, on every page that tells of them."""

from typing import Any
from uuid import UUID

import pytest

from app.catalog.domain import CorrectionReason
from app.catalog.services import Correction, correct_stock
from app.rewards import jobs
from app.rewards.queries import ClaimView
from app.rewards.services.gift_choice import choose_gift
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.winning import Winning, gift_rule, set_winning_stage


@pytest.fixture
def stage(uow, brand, client) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    client.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    client.token = ""
    return stage


def offer(stage: Winning, stock: dict[str, int], **terms: Any) -> dict[str, UUID]:
    rule = gift_rule(**terms)
    stage.publish({"format": "convive.programme/1", "rules": [rule]})
    return {name: stage.gift(name, stock=units) for name, units in stock.items()}


def won(stage: Winning) -> tuple[ClaimView, str]:
    """A host's gift, and the address of her page."""
    (claim,) = stage.claims(stage.won(buyers=1))
    assert claim.meeting_id
    return claim, f"/h/{stage.link(claim.meeting_id, claim.customer_id)}"


NONE = {"TARTE": 0, "COUTEAU": 0}
WAITING = {"out_of_stock": "waiting_list", "wait_at_most_days": 30, "unchosen": "voucher"}


def test_the_host_reads_beforehand_what_happens_and_joins_the_list(client, stage) -> None:
    gifts = offer(stage, NONE, **WAITING)
    claim, page = won(stage)

    words = text_of(client.get(page))
    assert "sinon il devient un bon d’achat de 20 €" in words
    assert "liste d’attente ; après 30 jours, bon d’achat de 20 €" in words
    answer = client.submit(f"{page}/gifts/{claim.id}/wait", product_id=str(gifts["TARTE"]))

    words = text_of(client.follow(answer))
    assert "Vous êtes sur la liste d’attente." in words
    assert "Sur la liste d’attente pour « Plat à tarte » : n° 1." in words


def test_the_seller_reads_what_her_guest_waits_for_and_what_became_of_it(
    app, client, stage, brand
) -> None:
    gifts = offer(stage, NONE, **WAITING)
    claim, _ = won(stage)
    answer = client.submit(f"/gifts/{claim.id}/wait", product_id=str(gifts["TARTE"]))
    assert "La liste d’attente est prise en compte." in text_of(client.follow(answer))
    assert "En attente" in text_of(client.get(f"/customers/{claim.customer_id}"))

    stage.staff(correct_stock, gifts["TARTE"], Correction(CorrectionReason.RECEIVED, 1))
    with app.app_context():
        jobs.give_waited_for(brand.id)

    words = text_of(client.get(f"/customers/{claim.customer_id}"))
    assert "Plat à tarte" in words
    assert "Choisi" in words


def test_a_gift_turned_into_a_voucher_says_so_everywhere(client, stage) -> None:
    offer(stage, NONE, out_of_stock="voucher", voucher_cents=1_500)
    claim, page = won(stage)

    client.submit(f"/gifts/{claim.id}/convert")

    for address in (page, f"/customers/{claim.customer_id}"):
        words = text_of(client.get(address))
        assert "Converti en bon d’achat de 15 € le" in words, address
    assert "À la place d’un cadeau au choix." in text_of(
        client.get(f"/customers/{claim.customer_id}")
    )


def test_what_came_back_meanwhile_is_shown_instead_of_the_list(client, stage) -> None:
    gifts = offer(stage, NONE, **WAITING)
    claim, page = won(stage)
    stage.staff(correct_stock, gifts["COUTEAU"], Correction(CorrectionReason.RECEIVED, 1))

    answer = client.submit(f"{page}/gifts/{claim.id}/wait", product_id=str(gifts["TARTE"]))

    assert answer.status_code == 409
    assert "de nouveau en stock" in text_of(answer)
    assert "Choisir ce cadeau" in text_of(answer)


def test_she_changes_her_mind_on_her_page(client, stage) -> None:
    gifts = offer(stage, {"TARTE": 1, "COUTEAU": 1})
    claim, page = won(stage)
    stage.do(choose_gift, claim.id, gifts["TARTE"])

    form = client.get(f"{page}?change={claim.id}").get_data(as_text=True)
    assert f'name="instead_of" value="{gifts["TARTE"]}"' in form
    answer = client.submit(
        f"{page}/gifts/{claim.id}",
        product_id=str(gifts["COUTEAU"]),
        instead_of=str(gifts["TARTE"]),
    )

    assert "Votre choix : Couteau d’office" in text_of(client.follow(answer))


def test_a_gift_is_chosen_while_another_order_is_taken(client, stage) -> None:
    gifts = offer(stage, {"TARTE": 1, "COUTEAU": 1})
    claim, _ = won(stage)
    meeting_id = stage.meeting(days=2, host_id=claim.customer_id)
    order_id = stage.cart(meeting_id, claim.customer_id)

    assert "Cadeaux à choisir" in text_of(client.get(f"/orders/{order_id}"))
    answer = client.submit(
        f"/gifts/{claim.id}?order={order_id}",
        product_id=str(gifts["TARTE"]),
        parcel=str(order_id),
    )

    assert (answer.status_code, answer.location) == (303, f"/orders/{order_id}")
    words = text_of(client.follow(answer))
    assert "Cadeaux qui partent avec : Plat à tarte" in words
    assert "Cadeaux à choisir" not in words


@pytest.mark.parametrize("gifts", [1, 4])
def test_the_order_page_takes_the_same_statements(client, stage, count_queries, gifts) -> None:
    offer(stage, {"TARTE": 9, "COUTEAU": 9}, units=gifts)
    claim = stage.claims(stage.won(buyers=1))[0]
    meeting_id = stage.meeting(days=2, host_id=claim.customer_id)
    order_id = stage.cart(meeting_id, claim.customer_id)
    client.get(f"/orders/{order_id}")

    with count_queries() as found:
        client.get(f"/orders/{order_id}")

    assert found.count <= 47, found.statements
