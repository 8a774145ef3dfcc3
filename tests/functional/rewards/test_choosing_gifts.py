"""The seller chooses a gift with her guest, beside her."""

from uuid import UUID

import pytest

from app.kernel.ids import new_id
from app.rewards.services.gift_choice import choose_gift
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.winning import Winning, gift_rule, set_winning_stage


@pytest.fixture
def stage(uow, brand, client) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    stage.publish({"format": "convive.programme/1", "rules": [gift_rule(beneficiary="guest")]})
    enter(client, "seller")
    return stage


@pytest.fixture
def gifts(stage) -> dict[str, UUID]:
    return {"TARTE": stage.gift("TARTE"), "COUTEAU": stage.gift("COUTEAU", stock=2)}


def enter(browser, name: str) -> None:
    answer = browser.submit("/sign-in", email=f"{name}@example.org", password=PASSWORD)
    assert answer.status_code == 303
    browser.token = ""


def test_the_page_shows_what_is_left_of_each_gift(client, stage, gifts) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))

    words = text_of(client.get(f"/gifts/{claim.id}"))

    assert "Cadeau au choix" in words
    assert "Gagné à la réunion du" in words
    assert "Plat à tarte En stock" in words
    assert "Couteau d’office Plus que 2" in words
    assert "Pourquoi ?" in words


def test_a_choice_leads_back_to_the_meeting(client, stage, gifts) -> None:
    meeting_id = stage.won(buyers=1)
    (claim,) = stage.claims(meeting_id)

    answer = client.submit(f"/gifts/{claim.id}", product_id=str(gifts["COUTEAU"]))

    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting_id}")
    words = text_of(client.follow(answer))
    assert "Couteau d’office est choisi" in words
    assert "Cadeau : Couteau d’office" in words
    assert "Choisir mon cadeau" not in words


def test_the_badge_leads_to_the_choice(client, stage, gifts) -> None:
    meeting_id = stage.won(buyers=1)
    (claim,) = stage.claims(meeting_id)

    page = client.get(f"/meetings/{meeting_id}")

    assert f'href="/gifts/{claim.id}"' in page.get_data(as_text=True)
    assert "Choisir mon cadeau" in text_of(page)


def test_a_chosen_gift_is_shown_on_its_order(client, stage, gifts) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))
    chosen = stage.do(choose_gift, claim.id, gifts["TARTE"])

    answer = client.get(f"/gifts/{claim.id}")

    assert (answer.status_code, answer.location) == (303, f"/orders/{chosen.order_id}")


def test_a_second_choice_is_refused_in_words(client, stage, gifts) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))
    stage.do(choose_gift, claim.id, gifts["TARTE"])

    answer = client.submit(f"/gifts/{claim.id}", product_id=str(gifts["COUTEAU"]))

    words = text_of(client.follow(client.follow(answer)))
    assert "Ce cadeau a déjà été choisi." in words


def test_who_comes_second_gets_the_fresh_list(client, stage) -> None:
    stage.gift("TARTE")
    gone = stage.gift("COUTEAU", stock=0)
    (claim,) = stage.claims(stage.won(buyers=1))

    answer = client.submit(f"/gifts/{claim.id}", product_id=str(gone))

    assert answer.status_code == 409
    words = text_of(answer)
    assert "« Couteau d’office » vient d’être épuisé" in words
    assert "Couteau d’office Épuisé" in words


WRONG = {
    "nothing": {},
    "blank": {"product_id": " "},
    "words": {"product_id": "plat à tarte"},
    "control characters": {"product_id": "\x00\u202e"},
    "very long": {"product_id": "9" * 100_000},
    "unknown product": {"product_id": str(new_id())},
    "two": {"product_id": [str(new_id()), str(new_id())]},
    "unknown field": {"product_id": str(new_id()), "units": "9"},
}


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_choice_is_told_and_changes_nothing(client, stage, gifts, fields) -> None:
    meeting_id = stage.won(buyers=1)
    (claim,) = stage.claims(meeting_id)

    answer = client.submit(f"/gifts/{claim.id}", **fields)

    assert answer.status_code == 422
    assert stage.claims(meeting_id)[0].status == "open"


def test_strangers_find_nothing(client, new_client, stage, gifts, uow, brand) -> None:
    (claim,) = stage.claims(stage.won(buyers=1))
    set_winning_stage(uow, brand.id, email="other")
    colleague = new_client(brand)
    enter(colleague, "other")

    seen = colleague.get(f"/gifts/{claim.id}")
    tried = colleague.submit(f"/gifts/{claim.id}", product_id=str(gifts["TARTE"]))
    passer_by = new_client(brand).get(f"/gifts/{claim.id}")

    assert (seen.status_code, tried.status_code) == (404, 404)
    assert (passer_by.status_code, passer_by.location.split("?")[0]) == (303, "/sign-in")
    assert client.get("/gifts/not-an-id").status_code == 404
    assert client.get(f"/gifts/{new_id()}").status_code == 404


@pytest.mark.parametrize("orders", [1, 5, 20])
def test_the_page_takes_the_same_statements_whatever_the_meeting(
    client, stage, gifts, count_queries, orders
) -> None:
    claim = stage.claims(stage.won(buyers=orders))[0]
    client.get(f"/gifts/{claim.id}")

    with count_queries() as found:
        client.get(f"/gifts/{claim.id}")

    assert found.count <= 19, found.statements
