"""The brand's staff look after customers and sellers, through the console's pages."""

import re
from uuid import UUID

import pytest

from app.audit.queries import Wanted as WantedEntries
from app.audit.queries import entries
from app.kernel.actor import Role
from tests.support.gathering import PASSWORD, set_stage
from tests.support.reading import text_of

LEA = {
    "first_name": "Léa",
    "last_name": "Martin",
    "email": "lea@example.org",
    "phone": "06 12 34 56 78",
    "city": "Lyon",
}
PAGES = ("/console/customers", "/console/sellers")


@pytest.fixture
def admin(client, sign_in, stage):
    return sign_in(role=Role.BRAND_ADMIN, email="admin@example.org")


@pytest.fixture
def colleague(new_client, brand, stage):
    browser = new_client(brand)
    assert browser.submit("/sign-in", email="seller@example.org", password=PASSWORD)
    browser.token = ""
    return browser


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize("page", PAGES)
def test_lists_take_the_same_statements(client, admin, stage, uow, brand, count_queries, page):
    def asked() -> int:
        client.get(page)
        with count_queries() as found:
            assert client.get(page).status_code == 200
        return found.count

    first = asked()
    for number in range(5):
        stage.customer()
        set_stage(uow, brand.id, email=f"other{number}")

    assert asked() == first


def test_customers_are_filtered_and_exported(client, admin, stage, uow) -> None:
    stage.customer("Léa", "Martin", phone="0612345678", city="Lyon")
    stage.customer("=Zoé", "Petit", city="Nantes")

    for query in ("q=lyon", "q=06.12.34", "q=LEA+martin", "since=2020-01-01&q=mart"):
        words = text_of(client.get(f"/console/customers?{query}"))
        assert "Léa Martin" in words
        assert "Zoé" not in words
    file = client.get("/console/customers/customers.csv?q=nantes").get_data().decode("utf-8-sig")
    assert "'=Zoé;Petit" in file
    assert "Martin" not in file
    assert client.get("/console/customers/customers.xlsx").get_data().startswith(b"PK")
    with uow() as work:
        noted = entries(work.session, WantedEntries(action="customer.export"))
    assert [entry.after["rows"] for entry in noted] == [3, 1]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%25",
        "page=0",
        "page=9999",
        "sort=evil",
        "seller=x",
        "since=31/12",
        "role=%27",
        "x=1",
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_odd_questions_are_answered_calmly(client, admin, page, query) -> None:
    assert client.get(f"{page}?{query}").status_code == 200


# ---------------------------------------------------------------- a customer's card


def test_a_card_is_made_and_edited(client, admin) -> None:
    made = client.submit("/console/customers/new", **LEA)
    card = client.follow(made)
    assert "06 12 34 56 78" in text_of(card) or "0612345678" in text_of(card)

    answer = client.submit(f"{made.location}/edit", **LEA, roles="VIP, vip, Marraine")

    words = text_of(client.follow(answer))
    assert "VIP · Marraine" in words
    assert "Historique des changements" in words
    assert "Fiche client modifiée" in words or "modifi" in words


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "nothing"),
        ("phone", "call me"),
        ("first_name", ""),
        ("first_name", "\u202e"),
        ("country", "XX"),
        ("locale", "de"),
        ("city", "a" * 5_000),
        ("roles", "HOST"),
        ("roles", ",".join("abcdefghijkl")),
        ("unknown", "1"),
    ],
)
def test_bad_input_is_kept_and_named(client, admin, stage, field, typed) -> None:
    customer_id = stage.customer()

    answer = client.submit(f"/console/customers/{customer_id}/edit", **LEA | {field: typed})

    assert answer.status_code == 422
    assert "Lyon" in answer.get_data(as_text=True) or field == "city"
    assert "error-summary" in answer.get_data(as_text=True)


def test_a_known_address_leads_to_its_card(client, admin, stage, colleague) -> None:
    known = stage.customer("Zoé", "Petit", email="lea@example.org")

    for browser, path in ((client, "/console/customers"), (colleague, "/customers")):
        answer = browser.submit(f"{path}/new", **LEA)
        assert answer.status_code == 409
        assert f'href="{path}/{known}"' in answer.get_data(as_text=True)


def test_a_seller_learns_nothing_of_a_card_outside_her_book(colleague, uow, brand) -> None:
    rival = set_stage(uow, brand.id, email="rival")
    hidden = rival.customer("Zoé", "Petit", email="lea@example.org")
    mine = colleague.follow(colleague.submit("/customers/new", **LEA | {"email": ""}))
    own_path = re.search(r"/customers/([0-9a-f-]{36})/edit", mine.get_data(as_text=True))
    assert own_path

    for path in ("/customers/new", own_path[0]):
        page = colleague.submit(path, **LEA).get_data(as_text=True)
        assert "hors de votre carnet" in page
        assert "Zoé" not in page
        assert str(hidden) not in page


def test_a_form_sent_twice_makes_one_card(colleague) -> None:
    sent = [colleague.submit("/customers/new", **LEA, request_key="k").location for _ in range(2)]

    assert len(set(sent)) == 1


def test_notes_and_consents_are_on_the_card(client, admin, stage, colleague) -> None:
    customer_id = stage.customer()
    path = f"/customers/{customer_id}"

    colleague.submit(f"{path}/notes", text="<b>Aime</b>\nle bleu")
    before = colleague.get(path)
    colleague.submit(f"{path}/consents", agreed="email")
    page = client.get(f"/console{path}")

    assert " checked" not in before.get_data(as_text=True)
    assert "&lt;b&gt;Aime&lt;/b&gt;" in page.get_data(as_text=True)
    assert "Nadia Roux" in text_of(page)
    assert "Accepté · Nadia Roux · texte de 2026-11-22" in text_of(page)
    client.submit(f"/console{path}/consents", withdrawn="email")
    assert "Refusé ou retiré" in text_of(client.get(f"/console{path}"))


@pytest.mark.parametrize("sent", [{"text": ""}, {"text": "a" * 9_000}, {"other": "1"}])
def test_a_bad_note_is_refused_aloud(colleague, stage, sent) -> None:
    path = f"/customers/{stage.customer()}"

    page = colleague.follow(colleague.submit(f"{path}/notes", **sent))

    assert "flash" in page.get_data(as_text=True)
    assert "Supprimer cette note" not in text_of(page)


def test_the_card_takes_the_same_statements(client, admin, stage, count_queries) -> None:
    customer_id = stage.customer()

    def asked() -> int:
        client.get(f"/console/customers/{customer_id}")
        with count_queries() as found:
            client.get(f"/console/customers/{customer_id}")
        return found.count

    client.submit(f"/console/customers/{customer_id}/notes", text="one")
    stage.meeting(host_id=customer_id)
    first = asked()
    for number in range(4):
        client.submit(f"/console/customers/{customer_id}/notes", text=f"{number}")
        stage.meeting(host_id=customer_id, days=10 + number)
    assert asked() == first


# ---------------------------------------------------------------- books


def test_a_customer_changes_seller(client, admin, stage, colleague, uow, brand) -> None:
    rival = set_stage(uow, brand.id, email="rival")
    customer_id = stage.customer("Léa", "Martin")
    book = f"/console/customers/{customer_id}/book"

    client.submit(f"{book}/move", seller=str(rival.seller.seller_id))
    assert colleague.get(f"/customers/{customer_id}").status_code == 404
    client.submit(f"{book}/share", seller=str(stage.seller.seller_id))
    assert colleague.get(f"/customers/{customer_id}").status_code == 200
    client.submit(f"{book}/{stage.seller.seller_id}/remove")
    assert colleague.get(f"/customers/{customer_id}").status_code == 404


def test_a_sellers_own_card_stays_with_her(client, admin, stage, colleague) -> None:
    own = stage.seller.customer_id

    answer = client.submit(f"/console/customers/{own}/book/{stage.seller.seller_id}/remove")

    assert "propre carnet" in text_of(client.follow(answer))
    assert colleague.get(f"/customers/{own}").status_code == 200


# ---------------------------------------------------------------- sellers


def test_a_seller_is_created_and_signs_in(client, admin, new_client, brand) -> None:
    answer = client.submit("/console/sellers/new", **LEA, password=PASSWORD)
    page = text_of(client.follow(answer))
    browser = new_client(brand)

    assert "Léa Martin" in page
    assert browser.submit("/sign-in", email=LEA["email"], password=PASSWORD).location == "/"


def test_a_seller_without_password_is_invited(client, admin) -> None:
    page = text_of(client.follow(client.submit("/console/sellers/new", **LEA)))

    assert "Une invitation part" in page or "invitation" in page
    assert "Invité" in page


def test_her_address_on_a_customers_card_offers_to_hire_her(client, admin, stage) -> None:
    known = stage.customer("Léa", "Martin", email="lea@example.org")

    answer = client.submit("/console/sellers/new", **LEA, password="short")
    again = client.submit("/console/sellers/new", **LEA)
    assert answer.status_code in {409, 422}
    assert f"/console/sellers/hire/{known}" in again.get_data(as_text=True)
    hired = client.submit(f"/console/sellers/hire/{known}")
    assert "Léa Martin" in text_of(client.follow(hired))
    assert client.submit(f"/console/sellers/hire/{known}").status_code == 409


@pytest.mark.parametrize("password", ["short", "password", "a" * 200])
def test_a_poor_password_is_refused(client, admin, password) -> None:
    answer = client.submit("/console/sellers/new", **LEA, password=password)

    assert answer.status_code == 422
    assert password not in answer.get_data(as_text=True) or password == "password"


def test_her_page_tells_her_book_and_meetings(client, admin, stage) -> None:
    stage.customer("Léa", "Martin")
    meeting_id = stage.meeting(days=-1)
    stage.order(meeting_id, stage.guest(meeting_id)[1])

    words = text_of(client.get(f"/console/sellers/{stage.seller.seller_id}"))

    assert "Chez Sophie Marchand" in words
    assert "Léa Martin" in words
    assert "50,00 €" in words


def test_she_is_edited_suspended_and_restored(client, admin, stage, colleague) -> None:
    path = f"/console/sellers/{stage.seller.seller_id}"

    saved = client.submit(f"{path}/edit", **LEA | {"email": "", "display_name": "Nadia R."})
    assert "Nadia R." in text_of(client.follow(saved))
    client.submit(f"{path}/suspension")
    assert "Suspendu" in text_of(client.get(path))
    assert colleague.get("/customers").status_code == 303
    client.submit(f"{path}/restoration")
    assert "Actif" in text_of(client.get(path)) or "Active" in text_of(client.get(path))


def test_a_book_is_given_away(client, admin, stage, uow, brand) -> None:
    rival = set_stage(uow, brand.id, email="rival")
    stage.customer()

    answer = client.submit(
        f"/console/sellers/{stage.seller.seller_id}/book", seller=str(rival.seller.seller_id)
    )
    assert "1 client a changé de vendeur" in text_of(client.follow(answer))


def test_customer_service_reads_but_does_not_hire(client, sign_in, stage) -> None:
    sign_in(role=Role.CUSTOMER_SERVICE, email="service@example.org")
    path = f"/console/sellers/{stage.seller.seller_id}"

    assert client.get(path).status_code == 200
    for refused in ("/console/sellers/new", f"{path}/edit"):
        assert client.get(refused).status_code == 403
    assert client.submit(f"{path}/suspension").status_code == 403
    assert "Suspendre" not in text_of(client.get(path))


def test_import_comes_with_both(client, admin) -> None:
    words = text_of(client.get("/console/imports"))

    assert "Clients" in words
    assert "Vendeurs" in words
    for kind in ("customers", "sellers"):
        assert client.get(f"/console/imports/{kind}").status_code == 200
        assert client.get(f"/console/imports/{kind}/template.xlsx").status_code == 200


def test_ids_are_ids(client, admin) -> None:
    assert client.get("/console/customers/none").status_code == 404
    assert client.get(f"/console/sellers/{UUID(int=0)}").status_code == 404


def test_what_a_page_offers_depends_on_each_reader(
    client, admin, stage, colleague, built_app
) -> None:
    """Also when somebody else read the page first."""
    written = []

    def seen(browser) -> str:
        with browser:
            browser.get("/console" if browser is client else "/")
            text = '{{ "meetings.index" is opens }}'
            written[:] = written or [built_app.jinja_env.from_string(text)]
            return str(written[0].render())

    assert (seen(client), seen(colleague), seen(client)) == ("False", "True", "False")


# ---------------------------------------------------------------- with which address she signs in


def test_another_address_to_sign_in_with(
    client, admin, stage, colleague, new_client, brand
) -> None:
    page = f"/console/sellers/{stage.seller.seller_id}/sign-in"

    taken = client.submit(page, email="admin@example.org")
    wrong = client.submit(page, email="nothing")
    changed = client.submit(page, email="nadia@example.org", card_too="1")

    assert (taken.status_code, wrong.status_code, changed.status_code) == (409, 422, 303)
    assert "admin@example.org" in taken.text, "what was typed is kept"
    assert "nadia@example.org" in text_of(client.follow(changed))
    assert colleague.get("/").status_code == 303, "signed out"
    again = new_client(brand)
    assert again.submit("/sign-in", email="nadia@example.org", password=PASSWORD).status_code == 303
