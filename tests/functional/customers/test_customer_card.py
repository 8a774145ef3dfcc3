"""Finding a customer, and reading on her card what she has and why."""

from uuid import UUID

import pytest

from app.customers.services import NewCustomer, create_customer
from app.kernel.ids import new_id
from app.rewards.services.gift_choice import choose_gift
from app.sellers.services import NewSeller, create_seller
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.winning import Winning, set_winning_stage


@pytest.fixture
def stage(uow, brand, client) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    stage.publish()
    enter(client, "seller")
    return stage


@pytest.fixture
def host(stage) -> UUID:
    return stage.customer(
        "Sophie", "Marchand", email="sophie@example.org", phone="0612345678", city="Lyon"
    )


def enter(browser, name: str) -> None:
    answer = browser.submit("/sign-in", email=f"{name}@example.org", password=PASSWORD)
    assert answer.status_code == 303
    browser.token = ""


# ---------------------------------------------------------------- the list


def test_the_book_is_searched_without_accents(client, stage, host) -> None:
    stage.customer("Zoé", "Lefèvre")

    found = text_of(client.get("/customers?q=lefevre"))
    nobody = text_of(client.get("/customers?q=xyz"))

    assert "Zoé Lefèvre" in found
    assert "Sophie Marchand" not in found
    assert "1 fiche client" in found
    assert "Personne de ce nom" in nobody


def test_points_are_shown_beside_the_name(client, stage, host) -> None:
    stage.close(stage.held(host_id=host))

    assert "40 points" in text_of(client.get("/customers?q=marchand"))


def test_the_list_goes_on(client, stage) -> None:
    for number in range(31):
        stage.customer(f"Anna{number:02}", "Durand")

    first = client.get("/customers?q=durand")
    second = client.get("/customers?q=durand&page=2")

    assert "Anna00" in text_of(first)
    assert "page=2" in first.get_data(as_text=True)
    assert "Anna30" in text_of(second)
    assert "Anna00" not in text_of(second)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%E2%80%AE",
        "q=" + "a" * 5_000,
        "q=a&q=b",
        "page=0",
        "page=-1",
        "page=1e9",
        "page=99999999999999999999",
        "q=%25_%5C'",
        "q=%ff%fe",
    ],
)
def test_odd_questions_are_answered_calmly(client, stage, query) -> None:
    assert client.get(f"/customers?{query}").status_code in {200, 422}


def test_an_unknown_parameter_does_no_harm(client, stage, host) -> None:
    assert "Sophie Marchand" in text_of(client.get("/customers?q=sophie&utm_source=mail"))


@pytest.mark.parametrize("known", [1, 5, 20])
def test_the_list_takes_the_same_statements(client, stage, count_queries, known) -> None:
    for _ in range(known):
        stage.customer()

    client.get("/customers")

    with count_queries() as found:
        client.get("/customers")

    assert found.count <= 9, found.statements


# ---------------------------------------------------------------- the card


def test_the_card_tells_points_with_their_reasons(client, stage, host) -> None:
    stage.close(stage.held(host_id=host))

    words = text_of(client.get(f"/customers/{host}"))

    assert "40 points" in words
    assert "Gagné à la réunion du" in words
    assert "10 % de 100,00 € : 10 points." in words
    assert "Palier atteint : à partir de 40,00 €" in words
    assert "Petit 50,00 €" in words
    assert "06 12 34 56 78" in words or "0612345678" in words
    assert "Lyon" in words


def test_codes_are_told_with_their_conditions(client, stage, host) -> None:
    meeting_id = stage.meeting(days=-1, host_id=host)
    _, guest = stage.guest(meeting_id)
    stage.order(meeting_id, guest)
    stage.close(meeting_id)

    words = text_of(client.get(f"/customers/{guest}"))

    assert "Code promo −10 %" in words
    assert "−10 % sur toute la commande." in words
    assert "50 € d’achat" in words
    assert "Pour une seule commande." in words
    assert "Valable jusqu’au" in words


def test_vouchers_are_told_with_their_conditions(client, stage, host) -> None:
    meeting_id = stage.held(host_id=host)
    for days in (20, 30):
        participant_id, _ = stage.guest(meeting_id)
        stage.book(meeting_id, participant_id, days=days)
    stage.close(meeting_id)

    words = text_of(client.get(f"/customers/{host}"))

    assert "Bon d’achat 15 €" in words
    assert "30 € d’achat" in words
    assert "le reste est perdu" in words


def test_gifts_follow_their_order(client, stage, host) -> None:
    tarte = stage.gift("TARTE")
    meeting_id = stage.held(host_id=host)
    stage.close(meeting_id)
    (claim,) = stage.claims(meeting_id)

    before = client.get(f"/customers/{host}")
    stage.do(choose_gift, claim.id, tarte)
    after = client.get(f"/customers/{host}")

    assert f'href="/gifts/{claim.id}"' in before.get_data(as_text=True)
    assert "Plat à tarte" in text_of(after)
    assert "/orders/" in after.get_data(as_text=True)


def test_the_card_lists_meetings_and_orders(client, stage, host) -> None:
    meeting_id = stage.held(host_id=host)
    stage.order(meeting_id, host)

    words = text_of(client.get(f"/customers/{host}"))

    assert "Chez Sophie Marchand" in words
    assert "150,00 €" in words
    assert "50,00 €" in words


def test_a_promise_is_no_points_yet(client, stage, host) -> None:
    meeting_id = stage.held(host_id=host)
    participant_id, guest = stage.guest(meeting_id)
    stage.book(meeting_id, participant_id)
    stage.close(meeting_id)

    meeting = text_of(client.get(f"/meetings/{meeting_id}"))
    card = text_of(client.get(f"/customers/{guest}"))

    assert "20 points promis" in meeting
    assert "0 point" in card


def test_another_sellers_meeting_is_told_without_names_and_amounts(
    client, new_client, stage, host, uow, brand
) -> None:
    stage.close(stage.held(host_id=host))
    other = _colleague_who_knows(stage, host)
    browser = new_client(brand)
    enter(browser, other)

    words = text_of(browser.get(f"/customers/{host}"))

    assert "40 points" in words
    assert "2 commandes comptées." in words
    assert "Chloé" not in words
    assert "50,00 €" not in words


def test_a_card_that_is_not_in_the_book_does_not_exist(
    client, new_client, stage, host, uow, brand, second_brand
) -> None:
    set_winning_stage(uow, brand.id, email="other")
    colleague = new_client(brand)
    enter(colleague, "other")
    set_winning_stage(uow, second_brand.id, email="far")
    neighbour = new_client(second_brand)
    enter(neighbour, "far")

    assert colleague.get(f"/customers/{host}").status_code == 404
    assert "Sophie" not in text_of(colleague.get("/customers"))
    assert neighbour.get(f"/customers/{host}").status_code == 404
    assert client.get(f"/customers/{new_id()}").status_code == 404
    assert client.get("/customers/none").status_code == 404


@pytest.mark.parametrize("held", [1, 3])
def test_the_card_takes_the_same_statements(client, stage, host, count_queries, held) -> None:
    for _ in range(held):
        stage.close(stage.held(host_id=host, buyers=held))

    client.get(f"/customers/{host}")

    with count_queries() as found:
        client.get(f"/customers/{host}")

    assert found.count <= 33, found.statements


def test_a_hostile_name_is_only_text(client, stage) -> None:
    name = "<script>alert(1)</script>"
    customer_id = stage.do(create_customer, NewCustomer(name, "{{ 7*7 }}"))

    for path in ("/customers", f"/customers/{customer_id}"):
        page = client.get(path).get_data(as_text=True)
        assert name not in page
        assert "{{ 7*7 }}" in page


def _colleague_who_knows(stage: Winning, customer_id: UUID) -> str:
    from app.customers.services import add_to_book

    new = NewSeller("Anne", "Roy", "anne@example.org", PASSWORD)
    seller_id = stage.staff(create_seller, new)
    with stage.uow() as work:
        add_to_book(work, seller_id, customer_id)
    return "anne"
