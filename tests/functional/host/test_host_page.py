"""What the host sees and does through her personal link, and what she never sees."""

import re
from uuid import UUID

import pytest

from app.accounts.domain import LinkPurpose
from app.accounts.services import revoke_links
from app.kernel.ids import new_id
from app.meetings.services.lifecycle import cancel_meeting
from tests.support.gathering import PASSWORD
from tests.support.reading import text_of
from tests.support.winning import Winning, set_winning_stage


@pytest.fixture
def stage(uow, brand) -> Winning:
    stage = set_winning_stage(uow, brand.id)
    stage.publish()
    return stage


@pytest.fixture
def gifts(stage) -> dict[str, UUID]:
    return {"TARTE": stage.gift("TARTE"), "COUTEAU": stage.gift("COUTEAU", stock=2)}


@pytest.fixture
def host(stage) -> UUID:
    return stage.customer("Sophie", "Marchand", email="sophie.marchand@example.org")


# ---------------------------------------------------------------- looking


def test_she_sees_her_meeting_live(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)

    answer = client.get(f"/h/{stage.link(meeting_id, host)}")

    assert answer.status_code == 200
    words = text_of(answer)
    assert "Bonjour Sophie" in words
    assert "100,00 €" in words
    assert "2 commandes" in words
    assert "10 points" in words
    assert "10 % de 100,00 €" in words
    assert "Encore 200,00 €" in words
    assert "Encore 2 prises de date" in words
    assert "0 sur 2 prises de date" in words
    assert "Bon d’achat 15 €" in words


def test_she_reads_who_ordered_but_not_how_much(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)
    stage.guest(meeting_id)

    words = text_of(client.get(f"/h/{stage.link(meeting_id, host)}"))

    assert "50,00 €" not in words
    assert "Petit" not in words, "guests are called by their first names"
    assert "ont commandé" in words
    assert "2 commandes comptées" in words


def test_she_reads_what_was_granted_after_closing(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)
    stage.close(meeting_id)

    words = text_of(client.get(f"/h/{stage.link(meeting_id, host)}"))

    assert "10 points" in words
    assert "30 points" in words
    assert "Gagné" in words
    assert "Choisissez votre cadeau" in words
    assert "Plus que 2" in words
    assert "Encore" not in words
    assert "Il manquait 200,00 € pour le palier suivant : 60 points." in words
    assert "Votre solde : 40 points" in words


def test_without_a_programme_she_reads_what_was_sold(client, uow, brand) -> None:
    stage = set_winning_stage(uow, brand.id)
    host = stage.customer("Sophie", "Marchand")
    meeting_id = stage.held(host_id=host)

    words = text_of(client.get(f"/h/{stage.link(meeting_id, host)}"))

    assert "100,00 €" in words
    assert "2 commandes" in words


def test_a_meeting_without_anything_yet_is_no_trouble(client, stage, gifts, host) -> None:
    answer = client.get(f"/h/{stage.link(stage.meeting(host_id=host), host)}")

    words = text_of(answer)
    assert "0,00 €" in words
    assert "Encore 40,00 €" in words


def test_a_cancelled_meeting_promises_nothing(client, stage, gifts, host) -> None:
    meeting_id = stage.meeting(host_id=host)
    stage.do(cancel_meeting, meeting_id)

    words = text_of(client.get(f"/h/{stage.link(meeting_id, host)}"))

    assert "Annulée" in words
    assert "Encore" not in words


def test_looking_changes_nothing_and_is_told_to_nobody(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)
    token = stage.link(meeting_id, host)

    answers = [client.open(f"/h/{token}", method=method) for method in ("HEAD", "GET", "GET")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("orders", [1, 5, 20])
def test_the_page_takes_the_same_statements_whatever_its_size(
    client, stage, gifts, host, count_queries, orders
) -> None:
    meeting_id = stage.held(host_id=host, buyers=orders)
    stage.close(meeting_id)
    path = f"/h/{stage.link(meeting_id, host)}"
    client.get(path)

    with count_queries() as found:
        assert client.get(path).status_code == 200

    assert found.count <= 30, found.statements


# ---------------------------------------------------------------- links that open nothing


def test_every_useless_link_gets_the_same_page(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)
    late = stage.link(meeting_id, host, days=-1)
    revoked = stage.link(meeting_id, host)
    with stage.uow() as work:
        revoke_links(work, meeting_id, purpose=LinkPurpose.HOST)
    of_a_guest = stage.link(meeting_id, stage.customer())

    answers = [
        client.get(f"/h/{token}")
        for token in (late, revoked, of_a_guest, "unknown", "a" * 43, "%00", "é" * 500)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'"[^"]{20,}"', "", a.get_data(as_text=True)) for a in answers}) == 1
    assert all(answer.headers["Referrer-Policy"] == "no-referrer" for answer in answers)
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)


def test_a_link_of_another_brand_opens_nothing(
    new_client, second_brand, stage, gifts, host
) -> None:
    token = stage.link(stage.held(host_id=host), host)

    assert new_client(second_brand).get(f"/h/{token}").status_code == 404


# ---------------------------------------------------------------- choosing


def test_she_chooses_her_gift(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)
    stage.close(meeting_id)
    (claim,) = stage.claims(meeting_id)
    token = stage.link(meeting_id, host)

    answer = client.submit(f"/h/{token}/gifts/{claim.id}", product_id=str(gifts["TARTE"]))

    assert (answer.status_code, answer.location) == (303, f"/h/{token}")
    words = text_of(client.follow(answer))
    assert "Votre cadeau est choisi : Plat à tarte." in words
    assert "Votre choix : Plat à tarte" in words
    assert stage.claims(meeting_id)[0].product_id == gifts["TARTE"]


def test_who_comes_second_reads_a_clear_message_and_the_fresh_list(client, stage, host) -> None:
    stage.gift("TARTE")
    last = stage.gift("COUTEAU", stock=0)
    meeting_id = stage.held(host_id=host)
    stage.close(meeting_id)
    (claim,) = stage.claims(meeting_id)

    answer = client.submit(
        f"/h/{stage.link(meeting_id, host)}/gifts/{claim.id}", product_id=str(last)
    )

    assert answer.status_code == 409
    words = text_of(answer)
    assert "« Couteau d’office » vient d’être épuisé" in words
    assert "Épuisé" in words
    assert "Plat à tarte En stock" in words
    assert stage.claims(meeting_id)[0].status == "open"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"product_id": ""},
        {"product_id": "not an id"},
        {"product_id": "'; DROP TABLE products; --"},
        {"product_id": "\x00\u202e"},
        {"product_id": str(new_id())},
        {"product_id": ["1", "2"]},
        {"product_id": str(new_id()), "price_cents": "1"},
    ],
    ids=["nothing", "blank", "words", "sql", "control", "unknown", "two", "unknown field"],
)
def test_a_wrong_choice_is_told_and_changes_nothing(client, stage, gifts, host, fields) -> None:
    meeting_id = stage.held(host_id=host)
    stage.close(meeting_id)
    (claim,) = stage.claims(meeting_id)

    answer = client.submit(f"/h/{stage.link(meeting_id, host)}/gifts/{claim.id}", **fields)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert stage.claims(meeting_id)[0].status == "open"


def test_she_cannot_choose_for_others(client, stage, gifts, host) -> None:
    mine, theirs = stage.held(host_id=host), stage.won()
    stage.close(mine)
    (strange,) = stage.claims(theirs)

    answer = client.submit(
        f"/h/{stage.link(mine, host)}/gifts/{strange.id}", product_id=str(gifts["TARTE"])
    )

    assert answer.status_code == 404
    assert stage.claims(theirs)[0].status == "open"


def test_without_the_form_s_token_nothing_happens(client, stage, gifts, host) -> None:
    meeting_id = stage.held(host_id=host)
    stage.close(meeting_id)
    (claim,) = stage.claims(meeting_id)

    answer = client.post(
        f"/h/{stage.link(meeting_id, host)}/gifts/{claim.id}",
        data={"product_id": str(gifts["TARTE"])},
    )

    assert answer.status_code == 403
    assert stage.claims(meeting_id)[0].status == "open"


def test_who_hosts_together_reads_her_own_part(
    client, new_client, brand, stage, gifts, host
) -> None:
    meeting_id = stage.held(host_id=host)
    _, together = stage.guest(meeting_id)
    seller = new_client(brand)
    seller.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    seller.token = ""
    seller.get("/")
    page = f"/meetings/{meeting_id}/hosts"
    shares = {f"share-{host}": "60", "co_host": str(together), "co_host_share": "40"}

    wrong = seller.submit(page, **{**shares, "co_host_share": "50"})
    done = seller.submit(page, **shares)

    assert (wrong.status_code, done.status_code) == (422, 303)
    assert 'value="50"' in wrong.get_data(as_text=True)
    assert "Co-hôte, 40 %" in text_of(seller.get(f"/meetings/{meeting_id}"))
    words = text_of(client.get(f"/h/{stage.link(meeting_id, host)}"))
    assert "40 % de chaque récompense" in words
    assert "6 points" in words
    assert "4 points" not in words
